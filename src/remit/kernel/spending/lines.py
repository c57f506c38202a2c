"""The lines of a claim: read from what a form or a program sends, with the accounts and invoices that they name."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from remit.kernel.audit.statements import ask
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.ledger.models import Account
from remit.kernel.spending.models import ClaimLine
from remit.lib.amounts import AMOUNT_MAX, parse_amount
from remit.lib.invoices import invoice_key, invoice_parts
from remit.lib.printable import made_one_line

LINES_MAX: Final = 50
PURPOSE_LENGTH: Final = 120
FIELDS: Final = ("on", "purpose", "account", "amount", "invoice_code", "invoice_number")
# Advisory locks on invoices; the second key is the invoice's hash. Two that collide only wait for each other.
INVOICE_LOCK: Final = 0x494E564F


@dataclass(frozen=True, slots=True)
class Line:
    """One line as read. `account` is the code; code and number of the invoice are in the form in which they are compared."""

    on: dt.date
    purpose: str
    account: str
    amount: Decimal
    invoice_code: str
    invoice_number: str

    @property
    def key(self) -> str:
        return invoice_key(self.invoice_code, self.invoice_number)


def expense_accounts(company_id: int) -> QuerySet[Account]:
    """What an expense can be put to: the leaves below the expenses of the company's chart."""
    found = Account.objects.filter(company=company_id, kind="expense", is_leaf=True, is_closed=False)
    return found.select_related("parent").order_by("code")


def read_lines(given: object, today: dt.date) -> list[Line]:
    """Rows {on, purpose, account, amount, invoice_code, invoice_number}; empty ones are left out. Raises RuleBroken naming the line."""
    rows = given if isinstance(given, list) else []
    if len(rows) > LINES_MAX:
        raise RuleBroken(_("At most %(n)d lines.") % {"n": LINES_MAX})
    lines, seen = [], dict[str, int]()
    for nth, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not any(str(row.get(name) or "").strip() for name in FIELDS if name != "on"):
            continue
        try:
            line = _line(row, today)
        except ValueError as error:
            raise RuleBroken(_("Line %(n)d: %(why)s") % {"n": nth, "why": error}) from error
        if line.key and (first := seen.setdefault(line.key, nth)) != nth:
            raise RuleBroken(
                _("Line %(n)d: the invoice stands in line %(first)d already; one invoice, one line.")
                % {"n": nth, "first": first}
            )
        lines.append(line)
    if not lines:
        raise RuleBroken(_("Give at least one line: day, purpose, kind of expense and amount."))
    if sum(line.amount for line in lines) > AMOUNT_MAX:
        raise RuleBroken(_("The amount is too large."))
    return lines


def _line(row: Mapping[str, Any], today: dt.date) -> Line:
    words = {name: str(row.get(name) or "").strip() for name in FIELDS}
    try:
        on = dt.date.fromisoformat(words["on"])
    except ValueError as error:
        raise ValueError(_("the day is missing, or is no day such as 2026-11-23")) from error
    if on > today or on.year < 2000:
        raise ValueError(_("the day must not lie ahead"))
    purpose = made_one_line(words["purpose"], PURPOSE_LENGTH)
    if not purpose:
        raise ValueError(_("say what it was for"))
    if not words["account"]:
        raise ValueError(_("choose the kind of expense"))
    amount = parse_amount(words["amount"])
    if amount <= 0:
        raise ValueError(_("the amount must be above 0"))
    code, number = invoice_parts(words["invoice_code"], words["invoice_number"])
    return Line(on, purpose, words["account"][:20], amount, code, number)


def accounts_of(company_id: int, lines: Iterable[Line]) -> dict[str, int]:
    """{code: id}. Raises RuleBroken naming a code that is no expense of the company."""
    codes = {line.account for line in lines}
    found = dict(expense_accounts(company_id).filter(code__in=codes).values_list("code", "pk"))
    missing = sorted(codes - found.keys())
    if missing:
        raise RuleBroken(_("%(code)s is no expense account of the company.") % {"code": missing[0]})
    return found


def refuse_double(company_id: int, lines: Iterable[Line]) -> None:
    """Hold the invoices, and refuse one that stands on a living claim or was paid (R-085), with that claim's number and day."""
    keys = sorted(line.key for line in lines if line.key)
    if not keys:
        return
    ask("SELECT pg_advisory_xact_lock(%s, hashtext(key)) FROM unnest(%s::text[]) AS key", [INVOICE_LOCK, keys])
    there = ClaimLine.objects.filter(key__in=keys, is_live=True).select_related("claim", "stamp").order_by("pk").first()
    if there is None:
        return
    claim, stamp = there.claim, getattr(there, "stamp", None)
    values = {
        "invoice": there.invoice,
        "number": claim.number,
        "day": f"{stamp.on if stamp else claim.filed_at:%Y-%m-%d}",
    }
    if claim.company_id != company_id:
        raise RuleBroken(_("Invoice %(invoice)s was claimed in another company of the group on %(day)s.") % values)
    if stamp is not None:
        raise RuleBroken(
            _("Invoice %(invoice)s was paid with claim %(number)s on %(day)s; it is not paid twice.") % values
        )
    raise RuleBroken(
        _("Invoice %(invoice)s stands on claim %(number)s of %(day)s; it can't be claimed twice.") % values
    )
