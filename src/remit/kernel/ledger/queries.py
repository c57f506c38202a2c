"""Questions to the books."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from remit.kernel.audit.statements import ask
from remit.kernel.ledger.errors import NoBooks, PostingRefused
from remit.kernel.ledger.models import Account, Book, Leg

# What other rooms find accounts by. The default chart has them all.
ROLES: Final = (
    *("cash", "bank", "receivable", "prepayment", "deposit_received", "revenue", "other_revenue", "late_fee_income"),
    *("output_tax", "bad_debt", "waiver", "write_off_recovery", "clearing_debit", "input_tax", "payable"),
    *("claims_payable", "staff_advance", "supplier_prepayment", "cash_difference", "other_gain", "other_loss"),
    *("bank_charges", "year_profit", "retained_profit"),
)


def account_for(company_id: int, role: str) -> str:
    """The code of the account that has the role. Raises NoBooks or PostingRefused where the company has none; ValueError for no role."""
    if role not in ROLES:
        raise ValueError(f"no account has the role {role!r}; roles are {', '.join(ROLES)}")
    return accounts_for(company_id, [role])[role]


def accounts_for(company_id: int, roles: Iterable[str]) -> dict[str, str]:
    """{role: code}, in one query. Raises like `account_for`."""
    wanted = set(roles)
    found = dict(Account.objects.filter(company=company_id, role__in=wanted).values_list("role", "code"))
    missing = sorted(wanted - found.keys())
    if missing:
        if not Account.objects.filter(company=company_id).exists():
            raise NoBooks(_("This company keeps no books yet; set them up first."))
        raise PostingRefused(
            _("No account has the role “%(role)s”; give it to one in the chart.") % {"role": missing[0]}
        )
    return found


def posting_day(company_id: int, on: dt.date, today: dt.date, account: str = "") -> dt.date:
    """The day under which something that counts from `on` is entered: that day where its month is open, and the account named was not
    counted and closed for it; else today. Raises NoBooks."""
    book = Book.objects.filter(company=company_id).first()
    if book is None:
        raise NoBooks(_("This company keeps no books yet; set them up first."))
    is_open = on >= book.opened_on and (book.closed_until is None or on > book.closed_until)
    if is_open and account:
        is_open = not Account.objects.filter(company=company_id, code=account, settled_until__gte=on).exists()
    return on if is_open else today


def balance_of(company_id: int, code: str, until: dt.date) -> Decimal:
    """Debits less credits of the account and of those below it, to the end of the day."""
    legs = Leg.objects.filter(account__company=company_id, account__code__startswith=code, on__lte=until)
    total: Decimal | None = legs.aggregate(total=Sum("amount"))["total"]
    return total or Decimal("0.00")


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """An account in the trial balance (科目余额表): debit positive. `debit` and `credit` are the period's turnover, both positive."""

    account: int
    code: str
    name: str
    kind: str
    depth: int
    is_leaf: bool
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit


# Leaves are summed once; each then counts in every account whose code begins its own.
_TRIAL: Final = """
WITH leaf AS (
    SELECT a.code,
        coalesce(sum(l.amount) FILTER (WHERE l."on" < %(since)s), 0) AS opening,
        coalesce(sum(l.amount) FILTER (WHERE l."on" >= %(since)s AND l.amount > 0), 0) AS debit,
        coalesce(-sum(l.amount) FILTER (WHERE l."on" >= %(since)s AND l.amount < 0), 0) AS credit
    FROM ledger_account a JOIN ledger_leg l ON l.account_id = a.id AND l."on" <= %(until)s
    WHERE a.company_id = %(company)s GROUP BY a.code
)
SELECT a.id, a.code, a.name, a.kind, (length(a.code) - 4) / 2, a.is_leaf, sum(leaf.opening), sum(leaf.debit), sum(leaf.credit)
FROM ledger_account a JOIN leaf ON leaf.code LIKE a.code || '%%'
WHERE a.company_id = %(company)s GROUP BY a.id ORDER BY a.code
"""


def trial_balance(company_id: int, since: dt.date, until: dt.date) -> list[BalanceLine]:
    """One statement. Accounts without any posting up to `until` are left out; a summing account adds up those below it."""
    rows: list[tuple[Any, ...]] = ask(_TRIAL, {"company": company_id, "since": since, "until": until})  # type: ignore[arg-type]  # psycopg takes names, too
    return [BalanceLine(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Totals:
    opening_debit: Decimal
    opening_credit: Decimal
    debit: Decimal
    credit: Decimal
    closing_debit: Decimal
    closing_credit: Decimal


def totals_of(lines: Iterable[BalanceLine]) -> Totals:
    """Of the leaves: both sides of each pair are equal in books that balance."""
    leaves = [line for line in lines if line.is_leaf]
    zero = Decimal("0.00")
    return Totals(
        sum((max(line.opening, zero) for line in leaves), zero),
        sum((max(-line.opening, zero) for line in leaves), zero),
        sum((line.debit for line in leaves), zero),
        sum((line.credit for line in leaves), zero),
        sum((max(line.closing, zero) for line in leaves), zero),
        sum((max(-line.closing, zero) for line in leaves), zero),
    )


def legs_of_account(account: Account, since: dt.date | None, until: dt.date | None) -> QuerySet[Leg]:
    """What was posted to the account or to those below it, with its entry (明细账)."""
    legs = Leg.objects.filter(account__company=account.company_id, account__code__startswith=account.code)
    if since is not None:
        legs = legs.filter(on__gte=since)
    if until is not None:
        legs = legs.filter(on__lte=until)
    return legs.select_related("entry", "account")


def balance_before(account: Account, leg: Leg | None, since: dt.date | None) -> Decimal:
    """Of the account before a row of its page, else before the day."""
    legs = Leg.objects.filter(account__company=account.company_id, account__code__startswith=account.code)
    if leg is not None:
        legs = legs.filter(Q(on__lt=leg.on) | Q(on=leg.on, pk__lt=leg.pk))
    elif since is not None:
        legs = legs.filter(on__lt=since)
    else:
        return Decimal("0.00")
    total: Decimal | None = legs.aggregate(total=Sum("amount"))["total"]
    return total or Decimal("0.00")
