"""One thing charged by hand, and taken back; late fees entered."""

import datetime as dt
from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.billing.late_fees import accrue, bearing
from remit.kernel.billing.models import Charge, ChargeKind, Movement, MovementKind
from remit.kernel.billing.rules import CHARGE, COMPANY, REASON, company_of, locked_charge, payer_of
from remit.kernel.billing.settling import Part, apply
from remit.kernel.ledger.posting import Leg, post
from remit.kernel.ledger.queries import accounts_for
from remit.lib.amounts import round_cents
from remit.lib.printable import made_one_line

BY_HAND: Final = (ChargeKind.PRINCIPAL, ChargeKind.RECOVERY, ChargeKind.DEPOSIT)
ROLES: Final = {"principal": "revenue", "recovery": "other_revenue", "deposit": "deposit_received"}


@action(
    "charge.add",
    gettext_lazy("Charge one thing"),
    Fact("payer", "id", gettext_lazy("Payer"), per=True),
    Fact("kind", "choice", gettext_lazy("Kind"), choices=tuple((kind.value, kind.label) for kind in BY_HAND)),
    Fact("title", "text", gettext_lazy("For what")),
    Fact("amount", "money", gettext_lazy("Amount, tax included")),
    Fact("tax", "percent", gettext_lazy("Tax rate"), required=False),
    Fact("on", "date", gettext_lazy("Day")),
    Fact("due_on", "date", gettext_lazy("Due on")),
    words=("有偿服务开单", "单项收费"),
)
def add(call: Call) -> Done:
    """S-095: a paid service, a cost of recovery, a deposit: one charge with its entry."""
    payer, kind, amount = payer_of(call), call.text("kind"), Decimal(str(call.facts["amount"]))
    if amount <= 0:
        raise RuleBroken(_("The amount must be above 0."))
    rate = Decimal(str(call.facts.get("tax") or 0)) / 100
    if kind != ChargeKind.PRINCIPAL and rate:
        raise RuleBroken(_("A deposit and costs of recovery bear no tax."))
    net = round_cents(amount / (1 + rate))
    on, title = call.day("on"), made_one_line(call.text("title"), 120)
    roles = accounts_for(payer.company_id, {"receivable", ROLES[kind], *(["output_tax"] if rate else [])})
    legs = [Leg(roles["receivable"], amount), Leg(roles[ROLES[kind]], -net)]
    legs += [Leg(roles["output_tax"], net - amount)] if net != amount else []
    key = f"{payer.pk}:{call.at.timestamp():.6f}:{title}"[:80]
    entry = post(payer.company_id, on, title, legs, source=("charge", key), event_call=call)
    charge = Charge.objects.create(
        company_id=payer.company_id, payer=payer, entry=entry, kind=kind, title=title, period_from=on, period_until=on + dt.timedelta(1),
        net=net, tax=amount - net, amount=amount, open_amount=amount, due_on=call.day("due_on"),
        explanation=[{"kind": "by_hand", "amount": str(amount), "tax": str(amount - net)}],
    )  # fmt: skip
    return Done(("charge", charge.pk, title), {"amount": str(amount), "payer": payer.name}, payer.company_id)


@action("charge.reverse", gettext_lazy("Take a charge back"), CHARGE, REASON)
def reverse(call: Call) -> Done:
    """A charge that ought never to have been: with its late fees, as long as nothing was settled of it. What is wrong in a run is
    reversed with the run until it was sent; afterwards one by one."""
    charge = locked_charge(call)
    rows = [charge, *Charge.objects.select_for_update(no_key=True).filter(of=charge, reversed_at=None)]
    if any(one.open_amount != one.amount for one in rows):
        raise RuleBroken(_("Something of “%(title)s” is settled; take that back first.") % {"title": charge.title})
    on = timezone.localdate(call.at)
    for one in rows:
        _reverse_one(one, on, call)
    Charge.objects.filter(pk__in=[one.pk for one in rows]).update(reversed_at=call.at)
    return Done(
        ("charge", charge.pk, charge.title),
        {"amount": str(charge.amount), "reason": call.text("reason")},
        charge.company_id,
    )


def _reverse_one(charge: Charge, on: dt.date, call: Call) -> None:
    role = "late_fee_income" if charge.of_id else (charge.tariff.role if charge.tariff else ROLES[charge.kind])
    codes = accounts_for(charge.company_id, {"receivable", role, *(["output_tax"] if charge.tax else [])})
    legs = [Leg(codes["receivable"], -charge.amount), Leg(codes[role], charge.net)]
    legs += [Leg(codes["output_tax"], charge.tax)] if charge.tax else []
    summary = _("Reversed: %(title)s") % {"title": charge.title}
    entry = post(charge.company_id, on, summary, legs, source=("charge_back", str(charge.pk)), event_call=call)
    reason = call.text("reason")
    apply(MovementKind.REVERSAL, [Part(charge.pk, charge.amount)], on, entry, ("charge", str(charge.pk)), call, reason)


@action(
    "late_fee.accrue",
    gettext_lazy("Enter late fees"),
    COMPANY,
    Fact("until", "date", gettext_lazy("Up to and including")),
)
def accrue_all(call: Call) -> Done:
    """What every overdue charge of the company costs by replay up to a day, against what is entered: the difference. Twice changes nothing."""
    company, until = company_of(call), call.day("until")
    newest = Movement.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    key = f"{until.isoformat()}:{newest}:{Charge.objects.filter(kind=ChargeKind.LATE_FEE).count()}"
    done = accrue(company.pk, bearing(company.pk), until, call, key)
    told = {"until": until.isoformat(), "added": str(done.added), "taken_back": str(done.taken_back)}
    return Done(("unit", company.pk, company.name), told, company.pk)
