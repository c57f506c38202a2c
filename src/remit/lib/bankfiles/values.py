"""What a batch file, a return file and a statement say, whatever they look like. Amounts are Decimal with two decimals."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

FILE_BYTES_MAX = 20 * 1024 * 1024
ROWS_MAX = 200_000

Outcome = Literal["collected", "failed", "open"]
Value: TypeAlias = "str | int | Decimal | dt.date | None"
Record: TypeAlias = "dict[str, Value]"


class BankFileError(ValueError):
    """What is wrong with a file and where: every fault as a whole Chinese sentence, in the order of the file."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Order:
    """One sum that a bank is asked to collect. `reference` is ours, once in a batch, and comes back in the return."""

    reference: str
    holder: str
    account: str
    amount: Decimal
    bank_name: str = ""
    bank_code: str = ""
    payer: str = ""
    mandate: str = ""
    signed_on: dt.date | None = None
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes to the bank. `number` names the batch in the file and in its return."""

    number: str
    made_at: dt.datetime
    date: dt.date
    creditor: str
    creditor_account: str
    orders: tuple[Order, ...]
    creditor_bank_code: str = ""
    creditor_id: str = ""
    currency: str = "CNY"

    @property
    def total(self) -> Decimal:
        return sum((order.amount for order in self.orders), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one order. `line` is the row of the file that says so; what the file doesn't say is "" or None."""

    line: int
    outcome: Outcome
    reference: str = ""
    sequence: int | None = None
    account: str = ""
    amount: Decimal | None = None
    code: str = ""
    message: str = ""
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """A return file. `all_others` says what became of the orders that it doesn't list; None: it lists every one."""

    batch: str
    results: tuple[Result, ...]
    date: dt.date | None = None
    count: int | None = None
    total: Decimal | None = None
    all_others: Outcome | None = None
    code: str = ""  # of the whole, where a bank refuses a batch as such


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of an account; money that came in is positive. `bank_id` is the bank's own mark, "" where it gives none."""

    line: int
    on: dt.date
    amount: Decimal
    value_on: dt.date | None = None
    name: str = ""
    account: str = ""
    reference: str = ""
    text: str = ""
    bank_id: str = ""
    balance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of one account, its balances proven: opening + entries = closing, where the file gives them."""

    account: str
    currency: str
    entries: tuple[Entry, ...] = field(default_factory=tuple)
    opening: Decimal | None = None
    closing: Decimal | None = None
    number: str = ""

    def __post_init__(self) -> None:
        if self.opening is None or self.closing is None:
            return
        moved = sum((entry.amount for entry in self.entries), Decimal(0))
        if self.opening + moved != self.closing:
            raise BankFileError(
                f"对账单余额不平：期初 {self.opening} 加发生额 {moved} 应为 {self.opening + moved}，文件写的期末是 {self.closing}。"
            )

    @property
    def first_day(self) -> dt.date | None:
        return min((entry.on for entry in self.entries), default=None)

    @property
    def last_day(self) -> dt.date | None:
        return max((entry.on for entry in self.entries), default=None)
