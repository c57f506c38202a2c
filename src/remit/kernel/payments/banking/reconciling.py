"""The reconciliation of an account at the end of a month (银行存款余额调节表): both balances, what only one side knows yet, the agreed sum."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from remit.kernel.ledger.models import Leg
from remit.kernel.ledger.queries import balance_of
from remit.kernel.payments.models import BankAccount, MatchedLeg, Reconciliation, StatementImport, StatementLine

ITEMS_MAX: Final = 2000
OPENING: Final = "opening"  # the ledger's entry of opening balances: no movement of the bank answers it
# The four kinds of open items: who knows of the money, and which way it went. The first two correct the bank's side.
KINDS: Final = {
    "booked_in": _("Received by our books, not yet by the bank"),
    "booked_out": _("Paid by our books, not yet by the bank"),
    "banked_in": _("Received by the bank, not yet in our books"),
    "banked_out": _("Paid by the bank, not yet in our books"),
}


@dataclass(frozen=True, slots=True)
class Open:
    """One open item; `amount` is positive, the kind says which way."""

    kind: str
    on: dt.date
    amount: Decimal
    what: str

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "on": self.on.isoformat(), "amount": str(self.amount), "what": self.what}


@dataclass(frozen=True, slots=True)
class Comparison:
    """`bank_balance` None: no statement says how much the bank had at the end of the month."""

    month: dt.date
    last_day: dt.date
    book_balance: Decimal
    bank_balance: Decimal | None
    items: tuple[Open, ...]

    def total(self, kind: str) -> Decimal:
        return sum((item.amount for item in self.items if item.kind == kind), Decimal("0.00"))

    @property
    def book_agreed(self) -> Decimal:
        return self.book_balance + self.total("banked_in") - self.total("banked_out")

    @property
    def bank_agreed(self) -> Decimal | None:
        if self.bank_balance is None:
            return None
        return self.bank_balance + self.total("booked_in") - self.total("booked_out")

    @property
    def difference(self) -> Decimal | None:
        return None if self.bank_agreed is None else self.book_agreed - self.bank_agreed


def last_day_of(month: dt.date) -> dt.date:
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def compare(account: BankAccount, month: dt.date) -> Comparison:
    """As both sides stand today. Six queries, whatever the number of lines."""
    last = last_day_of(month)
    items = [*_open_lines(account, last), *_open_legs(account, last)]
    balance = balance_of(account.company_id, account.account.code, last)
    return Comparison(month, last, balance, bank_balance(account, last), tuple(items))


def with_bank_balance(found: Comparison, balance: Decimal) -> Comparison:
    """Where no statement says it, and a person reads it off the bank's paper."""
    return replace(found, bank_balance=balance)


def bank_balance(account: BankAccount, day: dt.date) -> Decimal | None:
    """What the bank had at the end of the day: by the last statement up to it that gives a balance, and the lines after that."""
    known = StatementImport.objects.filter(account=account, closing__isnull=False)
    before = known.filter(last_day__lte=day).order_by("-last_day", "-id").first()
    if before is not None and before.last_day is not None:
        later = account.lines.filter(on__gt=before.last_day, on__lte=day).aggregate(total=Sum("amount"))["total"]
        return (before.closing or Decimal(0)) + (later or Decimal(0))
    # A statement that runs beyond the day: back from its end.
    after = known.filter(last_day__gt=day, first_day__lte=day).order_by("last_day", "id").first()
    if after is None:
        return None
    later = account.lines.filter(on__gt=day, on__lte=after.last_day).aggregate(total=Sum("amount"))["total"]
    return (after.closing or Decimal(0)) - (later or Decimal(0))


def _open_lines(account: BankAccount, last: dt.date) -> list[Open]:
    """What the bank knows by the day and our books do not, by that day."""
    beyond = Q(match__legs__leg__on__gt=last)
    rows = StatementLine.objects.filter(
        Q(match=None) | beyond, account=account, on__range=(account.since, last)
    ).distinct()
    return [
        Open(
            "banked_in" if line.amount > 0 else "banked_out",
            line.on,
            abs(line.amount),
            " ".join(filter(None, (line.name, line.text, line.reference)))[:120],
        )
        for line in rows.order_by("on", "id")[:ITEMS_MAX]
    ]


def _open_legs(account: BankAccount, last: dt.date) -> list[Open]:
    matched = MatchedLeg.objects.filter(match__account=account).exclude(match__lines__on__gt=last)
    rows = Leg.objects.filter(account=account.account_id, on__range=(account.since, last)).exclude(
        entry__source_kind=OPENING
    )
    rows = rows.exclude(pk__in=matched.values("leg_id"))
    return [
        Open(
            "booked_in" if leg.amount > 0 else "booked_out",
            leg.on,
            abs(leg.amount),
            f"{leg.entry.label} {leg.note or leg.entry.summary}"[:120],
        )
        for leg in rows.select_related("entry").order_by("on", "id")[:ITEMS_MAX]
    ]


def as_drawn(row: Reconciliation) -> Comparison:
    """What was drawn up and checked, whatever was matched since."""
    items = (
        Open(item["kind"], dt.date.fromisoformat(item["on"]), Decimal(item["amount"]), item["what"])
        for item in row.items
    )
    return Comparison(row.month, last_day_of(row.month), row.book_balance, row.bank_balance, tuple(items))
