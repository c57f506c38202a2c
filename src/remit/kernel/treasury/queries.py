"""What is audited and still to be paid; what stands in the drawers and at the banks."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from remit.kernel.audit.statements import ask
from remit.kernel.ledger.models import Account, Entry, Leg, Verdict
from remit.kernel.ledger.queries import account_for
from remit.kernel.payments.models import BankAccount
from remit.kernel.treasury.models import Drawer, DrawerDay, Payment
from remit.lib.amounts import format_amount

AMOUNT = DecimalField(max_digits=18, decimal_places=2)
CENT: Final = Decimal("0.01")
NOTHING = Value(Decimal(0), output_field=AMOUNT)


@dataclass(frozen=True, slots=True)
class Payable:
    entry: Entry
    owed: Decimal
    paid: Decimal

    @property
    def open(self) -> Decimal:
        return self.owed - self.paid


def _owing(company_id: int) -> QuerySet[Any]:
    """Audited vouchers that put something to what suppliers are owed, with `owed` and `paid`; reversed ones owe nothing."""
    payable = account_for(company_id, "payable")
    legs = Leg.objects.filter(entry=OuterRef("pk"), account__code=payable).order_by().values("entry")
    paid = Payment.objects.filter(voucher=OuterRef("pk"), taken_back=None).order_by().values("voucher")
    found: QuerySet[Any] = Entry.objects.filter(
        company=company_id, audits__verdict=Verdict.PASSED, reversed_by=None, reverses=None
    )
    owing: QuerySet[Any] = found.annotate(
        owed=Coalesce(Subquery(legs.annotate(sum=-Sum("amount")).values("sum"), output_field=AMOUNT), NOTHING),
        paid=Coalesce(Subquery(paid.annotate(sum=Sum("amount")).values("sum"), output_field=AMOUNT), NOTHING),
    ).filter(owed__gt=0)
    return owing


def payable(voucher: Entry) -> Payable | None:
    """What is owed by the voucher; None where it was not audited, or owes nobody anything."""
    found = _owing(voucher.company_id).filter(pk=voucher.pk).first()
    return Payable(voucher, found.owed, found.paid) if found else None


def to_pay(company_id: int, limit: int = 200) -> list[Payable]:
    """The oldest first. One query and one for the account."""
    found = _owing(company_id).filter(owed__gt=F("paid")).order_by("on", "id")[:limit]
    return [Payable(entry, entry.owed, entry.paid) for entry in found]


@dataclass(frozen=True, slots=True)
class Moved:
    """An account over some days: what stood there before, what came, what went."""

    opening: Decimal
    received: Decimal
    paid: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.received - self.paid


_MOVED: Final = """
SELECT a.id, coalesce(sum(l.amount) FILTER (WHERE l."on" <= %(before)s), 0),
    coalesce(sum(l.amount) FILTER (WHERE l."on" > %(before)s AND l.amount > 0), 0),
    coalesce(-sum(l.amount) FILTER (WHERE l."on" > %(before)s AND l.amount < 0), 0)
FROM ledger_account a LEFT JOIN ledger_leg l ON l.account_id = a.id AND l."on" <= %(until)s
WHERE a.id = ANY(%(accounts)s) GROUP BY a.id
"""


def moved_in(accounts: list[int], before: dt.date, until: dt.date) -> dict[int, Moved]:
    """What moved in each account after the one day, to the end of the other. One statement."""
    given = {"accounts": accounts, "before": before, "until": until}
    rows = ask(_MOVED, given)  # type: ignore[arg-type]  # psycopg takes names, too
    return {pk: Moved(*(Decimal(one).quantize(CENT) for one in sums)) for pk, *sums in rows}


def moved_on(account_id: int, settled: dt.date | None, on: dt.date) -> Moved:
    """The day as it is closed: since the last closed one, or since the day itself began where none was closed yet."""
    return moved_in([account_id], settled or on - dt.timedelta(days=1), on)[account_id]


@dataclass(frozen=True, slots=True)
class FundsLine:
    """A place where money stands, on one day."""

    account: Account
    name: str
    is_cash: bool
    moved: Moved
    is_closed: bool  # a drawer of which the day was counted and closed


def funds_report(company_id: int, day: dt.date) -> list[FundsLine]:
    """资金日报 (S-169): each drawer and each account at a bank, cash first. Four statements, however much was entered."""
    drawers = {one.account_id: one.name for one in Drawer.objects.filter(company=company_id)}
    banks = {one.account_id: str(one) for one in BankAccount.objects.filter(company=company_id)}
    found = Account.objects.filter(company=company_id, is_leaf=True)
    places = list(found.filter(Q(pk__in=[*drawers, *banks]) | Q(role__in=("cash", "bank"))).order_by("code"))
    moved = moved_in([one.pk for one in places], day - dt.timedelta(days=1), day)
    lines = [
        FundsLine(
            one, drawers.get(one.pk) or banks.get(one.pk) or one.name, one.pk in drawers or one.role == "cash", moved[one.pk],
            one.settled_until is not None and one.settled_until >= day,
        )
        for one in places
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (not line.is_cash, line.account.code))


def days_that_changed() -> list[tuple[str, Decimal, Decimal]]:
    """Closed days of drawers whose books say something else now: drawer and day, then, now. Empty is right; `remit verify` asks."""
    days = DrawerDay.objects.filter(reopened_at=None).select_related("drawer")
    until = Leg.objects.filter(account=OuterRef("drawer__account"), on__lte=OuterRef("on")).order_by().values("account")
    now = Coalesce(Subquery(until.annotate(sum=Sum("amount")).values("sum"), output_field=AMOUNT), NOTHING)
    found = days.annotate(now=now).exclude(now=F("counted"))
    return [(f"{one.drawer} {one.on}", one.counted, one.now) for one in found]


def sentences() -> Iterator[str]:
    """What `remit verify` says of drawers."""
    for which, then, now in days_that_changed():
        yield f"出纳：{which} 日结时点得 {format_amount(then)}，账上现在却是 {format_amount(now)}。从备份恢复，或查明是谁绕过系统改的。"
