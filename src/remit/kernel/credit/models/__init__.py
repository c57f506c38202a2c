from remit.kernel.credit.models.limit import CreditLimit, CreditRelease
from remit.kernel.credit.models.shipment import OrderCharge, PaymentTerms, Shipment, TermsKind
from remit.kernel.credit.models.statement import (
    AccountStatement,
    Confirmation,
    Difference,
    StatementLink,
    StatementState,
)

__all__ = [
    "AccountStatement",
    "Confirmation",
    "CreditLimit",
    "CreditRelease",
    "Difference",
    "OrderCharge",
    "PaymentTerms",
    "Shipment",
    "StatementLink",
    "StatementState",
    "TermsKind",
]
