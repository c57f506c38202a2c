from remit.kernel.agreements.models.agreement import (
    Agreement,
    AgreementKind,
    AgreementLine,
    AgreementState,
    AgreementVersion,
    ContractReview,
    PlanLine,
    ReviewSide,
)
from remit.kernel.agreements.models.mandate import Mandate
from remit.kernel.agreements.models.number import AgreementNumber
from remit.kernel.agreements.models.paper import PaperTemplate, ShareLink
from remit.kernel.agreements.models.price import ListPrice
from remit.kernel.agreements.models.seal import Seal, SealKind, SealUse

__all__ = [
    "Agreement",
    "AgreementKind",
    "AgreementLine",
    "AgreementNumber",
    "AgreementState",
    "AgreementVersion",
    "ContractReview",
    "ListPrice",
    "Mandate",
    "PaperTemplate",
    "PlanLine",
    "ReviewSide",
    "Seal",
    "SealKind",
    "SealUse",
    "ShareLink",
]
