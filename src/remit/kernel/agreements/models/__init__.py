from remit.kernel.agreements.models.mandate import Mandate
from remit.kernel.agreements.models.number import AgreementNumber

__all__ = ["AgreementNumber", "Mandate"]
