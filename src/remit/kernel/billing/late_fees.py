"""Late fees become debts of their own: worked out anew from the dated movements, and entered by what they differ from what is entered.

A payment that becomes known late, a waiver, a returned debit: the next accrual finds that less or more is due, and enters the difference. Which
of several happened first makes no difference, and doing it twice changes nothing. A late fee that was waived stays waived.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.authority.registry import Call
from remit.kernel.billing import hooks
from remit.kernel.billing.models import Charge, ChargeKind, Movement, MovementKind
from remit.kernel.billing.settling import Part, apply
from remit.kernel.ledger.posting import Leg, post
from remit.kernel.ledger.queries import account_for, posting_day
from remit.lib.late_fees import Change, LateFee, LateFeeRule, late_fee

ZERO: Final = Decimal(0)
CHUNK: Final = 2_000


@dataclass(frozen=True, slots=True)
class Due:
    """A principal, what its late fee comes to by replay, and what of it is entered."""

    charge: Charge
    fee: LateFee
    entered: Decimal

    @property
    def difference(self) -> Decimal:
        return self.fee.amount - self.entered


@dataclass(frozen=True, slots=True)
class Accrued:
    """What an accrual entered: new late fees, and earlier ones taken back."""

    added: Decimal = ZERO
    taken_back: Decimal = ZERO


def bearing(company_id: int, payer_id: int | None = None) -> QuerySet[Charge]:
    """The principals whose late fee may differ from what is entered: overdue ones, and those that were settled after their due day."""
    rows = Charge.objects.filter(company=company_id, reversed_at=None, of=None, tariff__late_fee__isnull=False)
    if payer_id is not None:
        rows = rows.filter(payer=payer_id)
    late = Movement.objects.filter(charge=OuterRef("pk"), on__gt=OuterRef("due_on"))
    return rows.filter(Q(open_amount__gt=0) | Exists(late) | Exists(Charge.objects.filter(of=OuterRef("pk"))))


def due_late_fees(charges: Sequence[Charge], until: dt.date) -> list[Due]:
    """By replay, up to and including `until`. Three queries, however many charges; they come with `tariff__late_fee`."""
    keys = [one.pk for one in charges]
    # What was taken back never happened: neither it nor its counter movement counts.
    standing = Movement.objects.filter(charge__in=keys, takes_back=None, taken_back_by=None)
    changes: dict[int, list[Change]] = defaultdict(list)
    for charge_id, on, amount in standing.values_list("charge_id", "on", "amount"):
        changes[charge_id].append(Change(on, amount))
    entered: dict[int, Decimal] = defaultdict(Decimal)
    living = Charge.objects.filter(of__in=keys, reversed_at=None)
    for of, amount in living.values("of").annotate(total=Sum("amount")).values_list("of", "total"):
        entered[of or 0] += amount
    corrected = Movement.objects.filter(charge__in=living, kind=MovementKind.REVERSAL)
    for of, amount in corrected.values("charge__of").annotate(total=Sum("amount")).values_list("charge__of", "total"):
        entered[of or 0] -= amount
    return [Due(one, _replayed(one, changes[one.pk], until), entered[one.pk]) for one in charges]


def _replayed(charge: Charge, changes: Sequence[Change], until: dt.date) -> LateFee:
    policy = charge.tariff.late_fee if charge.tariff else None
    if policy is None:
        return LateFee(ZERO, ())
    return late_fee(
        charge.amount, charge.due_on, changes, LateFeeRule(policy.rate, policy.grace_days, policy.cap), until
    )


def accrued_until(charges: QuerySet[Charge]) -> dt.date | None:
    """The last day up to which late fees of these principals are entered."""
    newest = Charge.objects.filter(of__in=charges.order_by().values("pk"), reversed_at=None).aggregate(
        day=Max("period_until")
    )["day"]
    return None if newest is None else newest - dt.timedelta(1)


def catch_up(company_id: int, charges: QuerySet[Charge], call: Call, key: str) -> Accrued:
    """After an act that changed what was: the late fees that were entered already are worked out anew, up to the day that they reach."""
    until = accrued_until(charges)
    return accrue(company_id, charges, until, call, key) if until is not None else Accrued()


def accrue(company_id: int, charges: QuerySet[Charge], until: dt.date, call: Call, key: str) -> Accrued:
    """Enter what the late fees of these principals differ by, up to and including `until`; `key` names the act once for ever. In a closed
    month nothing is entered: it stands under today's day then, and counts from its own.

    Works through them in chunks, in some ten statements each, whatever their number.
    """
    added, taken_back = ZERO, ZERO
    rows = charges.select_related("tariff__late_fee").select_for_update(no_key=True, of=("self",)).order_by("pk")
    last, chunk = 0, 0
    while batch := list(rows.filter(pk__gt=last)[:CHUNK]):
        last, chunk = batch[-1].pk, chunk + 1
        found = [one for one in due_late_fees(batch, until) if one.difference]
        added += _add(company_id, [one for one in found if one.difference > 0], until, call, f"{key}:{chunk}")
        taken_back += _take_back(
            company_id, [one for one in found if one.difference < 0], until, call, f"{key}:{chunk}"
        )
    return Accrued(added, taken_back)


def _add(company_id: int, dues: Sequence[Due], until: dt.date, call: Call, key: str) -> Decimal:
    total = sum((one.difference for one in dues), ZERO)
    if not dues:
        return ZERO
    legs = [Leg(account_for(company_id, "receivable"), total), Leg(account_for(company_id, "late_fee_income"), -total)]
    on = posting_day(company_id, until, timezone.localdate(call.at))
    entry = post(company_id, on, _("Late fees"), legs, source=("late_fees", key), event_call=call)
    Charge.objects.bulk_create(
        Charge(
            company_id=company_id, payer_id=one.charge.payer_id, billable_id=one.charge.billable_id, tariff_id=one.charge.tariff_id,
            entry=entry, of=one.charge, kind=ChargeKind.LATE_FEE, title=one.charge.title, period_from=_since(one),
            period_until=until + dt.timedelta(1), net=one.difference, amount=one.difference, open_amount=one.difference, due_on=until,
            currency=one.charge.currency, explanation=explain(one),
        )
        for one in dues
    )  # fmt: skip
    return total


def _since(due: Due) -> dt.date:
    return due.fee.stretches[0].first if due.fee.stretches else due.charge.due_on + dt.timedelta(1)


def explain(due: Due) -> list[dict[str, str]]:
    """Line by line: how many days at which open principal, what it comes to, and what of that was entered before."""
    policy = due.charge.tariff.late_fee if due.charge.tariff else None
    rate = str(policy.rate.normalize()) if policy else "0"
    lines = [
        {"kind": "days", "from": str(one.first), "to": str(one.last), "days": str(one.days), "principal": str(one.open_principal),
         "rate": rate, "amount": str(one.fee.normalize())}
        for one in due.fee.stretches
    ]  # fmt: skip
    if due.fee.is_capped:
        lines.append({"kind": "cap", "amount": str(due.fee.amount)})
    if due.entered:
        lines.append({"kind": "before", "amount": str(-due.entered)})
    return lines


def _take_back(company_id: int, dues: Sequence[Due], until: dt.date, call: Call, key: str) -> Decimal:
    """The latest late fees first: what is open of them, then what was paid, which is free again for whom it belongs to. What was waived
    or written off stays so."""
    excess = {one.charge.pk: -one.difference for one in dues}
    fees = list(
        Charge.objects.filter(of__in=excess, reversed_at=None)
        .select_for_update(no_key=True, of=("self",))
        .order_by("-pk")
    )
    paid = _paid([fee.pk for fee in fees])
    freed: list[_Paid] = []
    parts: list[Part] = []
    for fee in fees:
        wanted = excess[fee.of_id or 0]
        part = min(wanted, fee.open_amount)
        for payment in paid[fee.pk]:
            back = min(wanted - part, payment.amount)
            if back > 0:
                freed.append(_Paid(payment.source, Part(fee.pk, back)))
                part += back
        if part > 0:
            parts.append(Part(fee.pk, part))
            excess[fee.of_id or 0] -= part
    if not parts:
        return ZERO
    total, back = sum((part.amount for part in parts), ZERO), sum((one.amount for one in freed), ZERO)
    legs = [Leg(account_for(company_id, "late_fee_income"), total)]
    legs += [
        Leg(account_for(company_id, role), -amount)
        for role, amount in (("receivable", total - back), ("prepayment", back))
        if amount
    ]
    on = posting_day(company_id, until, timezone.localdate(call.at))
    entry = post(company_id, on, _("Late fees corrected"), legs, source=("late_fees_back", key), event_call=call)
    for one in freed:
        apply(MovementKind.PAYMENT, [Part(one.part.charge_id, -one.amount)], until, entry, one.source, call)
        for told in hooks.freed:
            told(*one.source, one.amount)
    apply(MovementKind.REVERSAL, parts, until, entry, ("late_fees", key), call)
    return total


@dataclass(frozen=True, slots=True)
class _Paid:
    """What one source has paid of a charge."""

    source: tuple[str, str]
    part: Part

    @property
    def amount(self) -> Decimal:
        return self.part.amount


def _paid(charges: Sequence[int]) -> dict[int, list[_Paid]]:
    """By charge, the latest source first."""
    payments = Movement.objects.filter(charge__in=charges, kind__in=(MovementKind.PAYMENT, MovementKind.RETURN))
    rows = payments.values("charge", "source_kind", "source_key").annotate(total=Sum("amount"), newest=Max("pk"))
    found: dict[int, list[_Paid]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: -row["newest"]):
        if row["total"] <= 0:
            continue
        found[row["charge"]].append(_Paid((row["source_kind"], row["source_key"]), Part(row["charge"], row["total"])))
    return found
