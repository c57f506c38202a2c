"""Money that comes in: what it clears, what is left over, and how both are taken back. Called inside acts; the only writer of receipts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.audit.statements import ask
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.registry import Call
from remit.kernel.billing.late_fees import accrue, accrued_until, bearing, catch_up
from remit.kernel.billing.models import Movement, MovementKind
from remit.kernel.billing.settling import apply, locked_debts, order_of, share_out, take_back
from remit.kernel.ledger.models import Entry
from remit.kernel.ledger.posting import Leg, post
from remit.kernel.ledger.queries import account_for, accounts_for, posting_day
from remit.kernel.payments.hooks import cash_accounts
from remit.kernel.payments.models import Method, Receipt, Refund
from remit.lib.amounts import format_amount
from remit.lib.ids import number_for

SERIES: Final = "SJ"
RECEIPT: Final = "receipt"
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Money:
    """What came in. `only`: the charges that it is for, in the company's order; None: whatever the payer owes."""

    company_id: int
    payer_id: int
    amount: Decimal
    method: str
    on: dt.date
    reference: str = ""
    remark: str = ""
    source: tuple[str, str] = ("", "")
    only: Sequence[int] | None = field(default=None)


def account_of(company_id: int, method: str, call: Call) -> str:
    """The code of the account that the money stands in: the drawer of whoever takes or pays it, or the bank."""
    if method != Method.CASH:
        return account_for(company_id, "bank")
    return next((ask_for(company_id, call.person) for ask_for in cash_accounts), None) or account_for(
        company_id, "cash"
    )


def receive(money: Money, call: Call) -> Receipt:
    """One receipt: late fees up to its day are entered, what it clears is cleared, and the rest stays with the payer as a prepayment.

    Raises RuleBroken for an amount that is not above 0, and what the ledger raises for a closed month.
    """
    if money.amount <= 0:
        raise RuleBroken(_("The amount must be above 0."))
    number = _next_number(money.company_id, money.on.year)
    bears = bearing(money.company_id, money.payer_id)
    reached = accrued_until(bears)
    accrue(money.company_id, bears, money.on, call, f"{RECEIPT}:{number}")
    charges = locked_debts(money.company_id, money.payer_id, money.only)
    parts = share_out(charges, money.amount, order_of(money.company_id))
    cleared = sum((part.amount for part in parts), ZERO)
    rest = money.amount - cleared
    codes, where = (
        accounts_for(money.company_id, ("receivable", "prepayment")),
        account_of(money.company_id, money.method, call),
    )
    legs = [Leg(where, money.amount)]
    legs += [Leg(codes[role], -amount) for role, amount in (("receivable", cleared), ("prepayment", rest)) if amount]
    summary = _("Receipt %(number)s") % {"number": number}
    day = posting_day(money.company_id, money.on, timezone.localdate(call.at), where)
    entry = post(money.company_id, day, summary, legs, source=(RECEIPT, number), event_call=call)
    receipt = Receipt.objects.create(
        company_id=money.company_id, number=number, payer_id=money.payer_id, amount=money.amount, unallocated=rest, method=money.method,
        on=money.on, reference=money.reference[:80], remark=money.remark[:200], source_kind=money.source[0], source_key=money.source[1],
        entry=entry, cashier=call.person, made_at=call.at,
    )  # fmt: skip
    if parts:
        apply(MovementKind.PAYMENT, parts, money.on, entry, (RECEIPT, str(receipt.pk)), call)
    if reached is not None and reached > money.on:
        accrue(money.company_id, bears, reached, call, f"{RECEIPT}:{number}:again")
        _use_rests(money.company_id, money.payer_id, call)
    receipt.refresh_from_db()
    return receipt


def _use_rests(company_id: int, payer_id: int, call: Call) -> None:
    """What an act freed of earlier receipts clears what is owed now, the oldest receipt first."""
    rests = Receipt.objects.filter(company=company_id, payer=payer_id, voided_at=None, unallocated__gt=0)
    for receipt in rests.select_for_update(no_key=True).order_by("on", "pk"):
        allocate(receipt, timezone.localdate(call.at), call)


def locked_receipt(pk: int) -> Receipt:
    """The receipt with its row held. Raises RuleBroken where it was voided."""
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=pk)
    if receipt.voided_at is not None:
        raise RuleBroken(_("Receipt %(number)s was voided.") % {"number": receipt.number})
    return receipt


def allocate(receipt: Receipt, on: dt.date, call: Call, only: Sequence[int] | None = None) -> Decimal:
    """Clear with what is left of a receipt what its payer owes now. Answers how much it cleared."""
    parts = share_out(
        locked_debts(receipt.company_id, receipt.payer_id, only), receipt.unallocated, order_of(receipt.company_id)
    )
    cleared = sum((part.amount for part in parts), ZERO)
    if not parts:
        return ZERO
    codes = accounts_for(receipt.company_id, ("prepayment", "receivable"))
    times = Movement.objects.filter(source_kind=RECEIPT, source_key=str(receipt.pk)).count()
    entry = post(
        receipt.company_id, on, _("Prepayment of receipt %(number)s used") % {"number": receipt.number},
        [Leg(codes["prepayment"], cleared), Leg(codes["receivable"], -cleared)],
        source=("allocation", f"{receipt.number}:{times}"), event_call=call,
    )  # fmt: skip
    apply(MovementKind.PAYMENT, parts, on, entry, (RECEIPT, str(receipt.pk)), call)
    Receipt.objects.filter(pk=receipt.pk).update(unallocated=F("unallocated") - cleared)
    return cleared


def void(receipt: Receipt, on: dt.date, reason: str, call: Call, kind: str = MovementKind.RETURN) -> Entry:
    """As if it had never come: what it cleared is open again, late fees from the due day included, and the books say so.

    Raises RuleBroken where some of it was refunded.
    """
    if receipt.refunds.exists():
        raise RuleBroken(_("Some of receipt %(number)s was refunded; it can't be voided.") % {"number": receipt.number})
    cleared = receipt.amount - receipt.unallocated
    codes = accounts_for(receipt.company_id, ("receivable", "prepayment"))
    # The money stands where its entry put it: a company has more than one account at a bank.
    where = receipt.entry.legs.select_related("account").filter(amount__gt=0).get()
    legs = [Leg(where.account.code, -receipt.amount)]
    legs += [
        Leg(codes[role], amount)
        for role, amount in (("receivable", cleared), ("prepayment", receipt.unallocated))
        if amount
    ]
    summary = _("Receipt %(number)s voided") % {"number": receipt.number}
    entry = post(receipt.company_id, on, summary, legs, source=("void", receipt.number), event_call=call)
    locked_debts(receipt.company_id, receipt.payer_id)
    _take_back_payments(receipt, kind, on, entry, reason, call)
    Receipt.objects.filter(pk=receipt.pk).update(
        unallocated=0, voided_at=call.at, voided_by=call.person, void_reason=reason[:200]
    )
    catch_up(receipt.company_id, bearing(receipt.company_id, receipt.payer_id), call, f"void:{receipt.number}")
    return entry


def _take_back_payments(receipt: Receipt, kind: str, on: dt.date, entry: Entry, reason: str, call: Call) -> None:
    """Each movement by its counter movement, those too that had freed some of it: the sum is what it still cleared."""
    standing = Movement.objects.filter(
        source_kind=RECEIPT, source_key=str(receipt.pk), takes_back=None, taken_back_by=None
    )
    take_back(list(standing.order_by("pk")), kind, on, entry, call, reason)


def refund(receipt: Receipt, amount: Decimal, method: str, on: dt.date, reason: str, call: Call) -> Refund:
    """Give back of what has cleared nothing. Raises RuleBroken for more than that."""
    if not ZERO < amount <= receipt.unallocated:
        raise RuleBroken(
            _("Of receipt %(number)s %(rest)s is left; no more can be refunded.")
            % {"number": receipt.number, "rest": format_amount(receipt.unallocated)}
        )
    prepayment, where = account_for(receipt.company_id, "prepayment"), account_of(receipt.company_id, method, call)
    entry = post(
        receipt.company_id, on, _("Refund of receipt %(number)s") % {"number": receipt.number},
        [Leg(prepayment, amount), Leg(where, -amount)],
        source=("refund", f"{receipt.number}:{receipt.refunds.count() + 1}"), event_call=call,
    )  # fmt: skip
    made = Refund.objects.create(
        receipt=receipt, amount=amount, method=method, on=on, reason=reason[:200], entry=entry, made_at=call.at, made_by=call.person
    )  # fmt: skip
    Receipt.objects.filter(pk=receipt.pk).update(unallocated=F("unallocated") - amount)
    return made


def give_back(source_kind: str, source_key: str, amount: Decimal) -> None:
    """Less was owed than it seemed: so much of the receipt has cleared nothing any more (billing's hook)."""
    if source_kind == RECEIPT:
        Receipt.objects.filter(pk=int(source_key)).update(unallocated=F("unallocated") + amount)


def rest_of(company_id: int, payer_id: int) -> Decimal:
    """What the payer has paid that cleared nothing."""
    rows = Receipt.objects.filter(company=company_id, payer=payer_id, voided_at=None)
    total: Decimal | None = rows.aggregate(total=Sum("unallocated"))["total"]
    return total or ZERO


_NUMBER: Final = """
INSERT INTO payments_receiptnumber (company_id, year, last) VALUES (%s, %s, 1)
ON CONFLICT (company_id, year) DO UPDATE SET last = payments_receiptnumber.last + 1 RETURNING last
"""


def _next_number(company_id: int, year: int) -> str:
    return number_for(SERIES, year, int(ask(_NUMBER, [company_id, year])[0][0]))
