from remit.kernel.payments.models.bank import BankAccount, BankDescription
from remit.kernel.payments.models.debit import (
    BatchState,
    DebitBatch,
    DebitCharge,
    DebitItem,
    DebitNumber,
    DebitReturn,
    ItemState,
    NextStep,
)
from remit.kernel.payments.models.receipt import Method, Receipt, ReceiptNumber, Refund
from remit.kernel.payments.models.statement import (
    MatchedLeg,
    Matching,
    Reconciliation,
    StatementImport,
    StatementLine,
)

__all__ = [
    "BankAccount",
    "BankDescription",
    "BatchState",
    "DebitBatch",
    "DebitCharge",
    "DebitItem",
    "DebitNumber",
    "DebitReturn",
    "ItemState",
    "MatchedLeg",
    "Matching",
    "Method",
    "NextStep",
    "Receipt",
    "ReceiptNumber",
    "Reconciliation",
    "Refund",
    "StatementImport",
    "StatementLine",
]
