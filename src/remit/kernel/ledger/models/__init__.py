from remit.kernel.ledger.models.account import Account, AccountKind, Book
from remit.kernel.ledger.models.archive import Loan, Volume, VolumeKind, VolumeNumber
from remit.kernel.ledger.models.entry import Entry, EntryNumber, Leg
from remit.kernel.ledger.models.period import Period
from remit.kernel.ledger.models.voucher import Audit, Paper, Verdict

__all__ = [
    "Account", "AccountKind", "Audit", "Book", "Entry", "EntryNumber", "Leg", "Loan", "Paper", "Period", "Verdict",
    "Volume", "VolumeKind", "VolumeNumber",
]  # fmt: skip
