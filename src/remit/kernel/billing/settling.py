"""What makes a charge less or more open: the only writer of movements. Higher rooms call it inside their own acts, with the entry of the ledger
that says the same; each call is three statements, however many charges it is about."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.registry import Call
from remit.kernel.billing.models import Charge, ClearingRule, Movement
from remit.kernel.ledger.models import Entry
from remit.lib.amounts import format_amount
from remit.lib.clearing import LEGAL_ORDER, Debt, clear

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """So much of one charge; positive makes it less open. `key` names the source where one call settles for many of them."""

    charge_id: int
    amount: Decimal
    key: str = ""


def locked_debts(company_id: int, payer_id: int, only: Sequence[int] | None = None) -> list[Charge]:
    """What the payer owes the company, the rows held in one order until the transaction ends; `only` these charges, or all that is open."""
    rows = Charge.objects.filter(company=company_id, payer=payer_id, reversed_at=None)
    rows = rows.filter(pk__in=only) if only is not None else rows.filter(open_amount__gt=0)
    return list(rows.select_for_update(no_key=True).order_by("pk"))


def order_of(company_id: int) -> tuple[str, ...]:
    """In which order the company clears debts: its own rule, else the law's."""
    rule = ClearingRule.objects.filter(company=company_id).first()
    return tuple(rule.kinds) if rule is not None else LEGAL_ORDER


def share_out(charges: Iterable[Charge], amount: Decimal, order: Sequence[str]) -> list[Part]:
    """Which charges so much clears, in the company's order; what is left over stays with the payer."""
    debts = [Debt(one.pk, one.kind, one.due_on, one.open_amount) for one in charges]
    return [Part(key, part) for key, part in clear(amount, debts, order)]


_OPEN: Final = """
UPDATE billing_charge c SET open_amount = c.open_amount - m.amount
FROM (SELECT charge_id, sum(amount) AS amount FROM unnest(%s::bigint[], %s::numeric[]) AS p(charge_id, amount) GROUP BY 1) m
WHERE c.id = m.charge_id
"""


def apply(
    kind: str, parts: Sequence[Part], on: dt.date, entry: Entry, source: tuple[str, str], call: Call, reason: str = ""
) -> list[Movement]:
    """Write the movements and what they leave open. The charges' rows are held by the caller (`locked_debts`).

    Raises RuleBroken where a charge would be open by less than 0 or by more than it is.
    """
    held = {one.pk: one for one in Charge.objects.filter(pk__in=[part.charge_id for part in parts])}
    left = {pk: one.open_amount for pk, one in held.items()}
    for part in parts:
        left[part.charge_id] -= part.amount
    for pk, amount in left.items():
        if not ZERO <= amount <= held[pk].amount or held[pk].reversed_at is not None:
            values = {"title": held[pk].title, "open": format_amount(held[pk].open_amount)}
            raise RuleBroken(_("Of “%(title)s” %(open)s is open; no more can be settled.") % values)
    made = Movement.objects.bulk_create(
        Movement(
            charge_id=part.charge_id, kind=kind, amount=part.amount, on=on, entry=entry, source_kind=source[0],
            source_key=part.key or source[1], reason=reason[:200], made_at=call.at, made_by=call.person,
        )
        for part in parts
    )  # fmt: skip
    _reopen([(part.charge_id, part.amount) for part in parts])
    return made


def take_back(
    movements: Sequence[Movement], kind: str, on: dt.date, entry: Entry, call: Call, reason: str
) -> list[Movement]:
    """The counter movement of each. One that was taken back before is refused by the database."""
    made = Movement.objects.bulk_create(
        Movement(
            charge_id=one.charge_id, kind=kind, amount=-one.amount, on=on, entry=entry, source_kind=one.source_kind,
            source_key=one.source_key, takes_back=one, reason=reason[:200], made_at=call.at, made_by=call.person,
        )
        for one in movements
    )  # fmt: skip
    _reopen([(one.charge_id, -one.amount) for one in movements])
    return made


def _reopen(changes: Sequence[tuple[int, Decimal]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [[pk for pk, _amount in changes], [amount for _pk, amount in changes]])
