"""Giving up what is owed: waived because it is right, written off because it is lost. Both within authority, by amount and by percent."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact, Facts, FactValue
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.billing.late_fees import catch_up
from remit.kernel.billing.models import Charge, Movement, MovementKind
from remit.kernel.billing.rules import CHARGE, REASON, locked_charge
from remit.kernel.billing.settling import Part, apply, take_back
from remit.kernel.ledger.posting import Leg, post
from remit.kernel.ledger.queries import accounts_for, posting_day
from remit.lib.amounts import round_cents

ON: Final = Fact("on", "date", gettext_lazy("Day"))
AMOUNT: Final = Fact("amount", "money", gettext_lazy("Amount"))
ROLES: Final = {MovementKind.WAIVER: "waiver", MovementKind.WRITE_OFF: "bad_debt"}


def _share(facts: Facts) -> FactValue:
    """How many percent of the charge it is, so that a grant can bound that, too."""
    charge, amount = _charge(facts), facts.get("amount")
    if charge is None or not isinstance(amount, Decimal):
        return None
    return round_cents(amount * 100 / charge.amount)


def _kind(facts: Facts) -> FactValue:
    charge = _charge(facts)
    return charge.kind if charge else None


def _charge(facts: Facts) -> Charge | None:
    pk = facts.get("charge")
    return Charge.objects.filter(pk=pk).only("amount", "kind").first() if isinstance(pk, int) else None


def _give_up(call: Call, kind: MovementKind) -> Done:
    charge, amount, on = locked_charge(call), Decimal(str(call.facts["amount"])), call.day("on")
    if amount <= 0:
        raise RuleBroken(_("The amount must be above 0."))
    codes = accounts_for(charge.company_id, (ROLES[kind], "receivable"))
    legs = [Leg(codes[ROLES[kind]], amount), Leg(codes["receivable"], -amount)]
    times = Movement.objects.filter(charge=charge).count()
    source = (kind.value, f"{charge.pk}:{times}")
    summary = f"{MovementKind(kind).label}：{charge.title}"
    day = posting_day(charge.company_id, on, timezone.localdate(call.at))
    entry = post(charge.company_id, day, summary, legs, source=source, event_call=call)
    apply(kind, [Part(charge.pk, amount)], on, entry, source, call, call.text("reason"))
    catch_up(charge.company_id, Charge.objects.filter(pk=charge.pk), call, f"{kind.value}:{charge.pk}:{times}")
    told = {"amount": str(amount), "payer": charge.payer.name, "reason": call.text("reason")}
    return Done(("charge", charge.pk, charge.title), told, charge.company_id)


KIND: Final = Fact("kind", "text", gettext_lazy("Kind"), required=False, derive=_kind)
SHARE: Final = Fact("share", "percent", gettext_lazy("Part of the charge"), required=False, derive=_share)


@action(
    "charge.waive",
    gettext_lazy("Waive a charge"),
    CHARGE,
    AMOUNT,
    SHARE,
    KIND,
    ON,
    REASON,
    words=("减免", "减免滞纳金", "免收"),
)
def waive(call: Call) -> Done:
    """S-094: a fee or a late fee, whole or in part; a principal that was waived bears no late fee from that day on."""
    return _give_up(call, MovementKind.WAIVER)


@action(
    "charge.write_off",
    gettext_lazy("Write a charge off"),
    CHARGE,
    AMOUNT,
    SHARE,
    KIND,
    ON,
    REASON,
    words=("核销坏账", "坏账核销"),
)
def write_off(call: Call) -> Done:
    """S-067: what is lost goes to bad debts; what comes in for it later can be put back and paid."""
    return _give_up(call, MovementKind.WRITE_OFF)


@action(
    "charge.restore",
    gettext_lazy("Take a waiver or a write-off back"),
    Fact("movement", "id", gettext_lazy("Movement")),
    REASON,
)
def restore(call: Call) -> Done:
    """The debt is open again as if it had never been given up."""
    movement = Movement.objects.select_related("charge").filter(pk=call.id_of("movement")).first()
    if movement is None or movement.kind not in ROLES or movement.takes_back_id is not None:
        raise RuleBroken(_("There is no such waiver or write-off."))
    charge = locked_charge(_about(call, movement.charge_id))
    if Movement.objects.filter(takes_back=movement).exists():
        raise RuleBroken(_("It was taken back before."))
    role = ROLES[MovementKind(movement.kind)]
    codes = accounts_for(charge.company_id, (role, "receivable"))
    legs = [Leg(codes["receivable"], movement.amount), Leg(codes[role], -movement.amount)]
    on, source = timezone.localdate(call.at), ("restore", str(movement.pk))
    entry = post(
        charge.company_id, on, _("Put back: %(title)s") % {"title": charge.title}, legs, source=source, event_call=call
    )
    take_back([movement], movement.kind, on, entry, call, call.text("reason"))
    catch_up(charge.company_id, Charge.objects.filter(pk=charge.pk), call, f"restore:{movement.pk}")
    told = {"amount": str(movement.amount), "reason": call.text("reason")}
    return Done(("charge", charge.pk, charge.title), told, charge.company_id)


def _about(call: Call, charge_id: int) -> Call:
    return replace(call, facts={**call.facts, "charge": charge_id})
