"""Leaving a customer alone for a reason: holds with an end, disputed bills, promises, instalments."""

import datetime as dt
from decimal import Decimal
from typing import Final

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.billing.access import visible_bills
from remit.kernel.billing.models import Bill, Charge
from remit.kernel.dunning.access import hold_visible_to
from remit.kernel.dunning.models import Hold, HoldKind, Instalment, PaymentPlan
from remit.kernel.dunning.rules import NOTE, PAYER, REASON, day_of, payer_of
from remit.kernel.parties.models import Party
from remit.lib.amounts import format_amount, round_cents

HOLD_DAYS_MAX: Final = 366
PROMISE_DAYS_MAX: Final = 60
INSTALMENTS_MAX: Final = 36
AMOUNT: Final = Fact("amount", "money", gettext_lazy("Amount"))


@action(
    "arrears.hold",
    gettext_lazy("Hold the dunning of a customer"),
    PAYER,
    Fact("until", "date", gettext_lazy("Until")),
    REASON,
    words=("暂缓催缴", "停止催缴"),
)
def hold(call: Call) -> Done:
    """No step is taken up to that day included; the next run after it takes the one that is reached by then."""
    payer, until, today = payer_of(call), call.day("until"), day_of(call)
    if not today <= until <= today + dt.timedelta(HOLD_DAYS_MAX):
        raise RuleBroken(_("A hold ends today or later, within %(n)d days.") % {"n": HOLD_DAYS_MAX})
    made = Hold.objects.create(
        company_id=payer.company_id, payer=payer, kind=HoldKind.HOLD, reason=call.text("reason")[:200], since=today, until=until,
        made_at=call.at, made_by=call.person,
    )  # fmt: skip
    return _about(made, {"until": until.isoformat(), "reason": made.reason})


@action(
    "arrears.dispute",
    gettext_lazy("Take in a dispute about a bill"),
    Fact("bill", "id", gettext_lazy("Bill")),
    REASON,
    words=("账单异议", "对账单有异议"),
)
def dispute(call: Call) -> Done:
    """What is disputed is not chased until it is settled; the rest of what the customer owes is."""
    pk = call.id_of("bill")
    rows = visible_bills(call.person) if call.person is not None else Bill.objects.all()
    bill = rows.select_related("payer").filter(pk=pk).first()
    if bill is None:
        raise NotYours(_("There is no such bill."))
    if bill.reversed_at is not None:
        raise RuleBroken(_("Bill %(number)s was reversed; there is nothing to dispute.") % {"number": bill.number})
    if Hold.objects.filter(bill=bill, kind=HoldKind.DISPUTE, ended_on=None).exists():
        raise RuleBroken(_("Bill %(number)s is in dispute already; settle that first.") % {"number": bill.number})
    made = Hold.objects.create(
        company_id=bill.company_id, payer=bill.payer, bill=bill, kind=HoldKind.DISPUTE, reason=call.text("reason")[:200],
        since=day_of(call), made_at=call.at, made_by=call.person,
    )  # fmt: skip
    return _about(made, {"bill": bill.number, "reason": made.reason})


@action(
    "arrears.release",
    gettext_lazy("End a hold or settle a dispute"),
    Fact("hold", "id", gettext_lazy("Hold")),
    Fact("explanation", "text", gettext_lazy("What the customer was told")),
    words=("恢复催缴", "异议答复"),
)
def release(call: Call) -> Done:
    """The ladder goes on from today. What was wrong in the bill is waived or reversed by itself, within one's authority, before or after."""
    pk = call.id_of("hold")
    if call.person is not None:
        pk = hold_visible_to(call.person, pk).pk
    found = Hold.objects.select_for_update(no_key=True, of=("self",)).select_related("payer").get(pk=pk)
    today = day_of(call)
    if found.ended_on is not None or (found.until is not None and found.until < today):
        raise RuleBroken(_("This has ended already."))
    found.ended_on, found.ended_by, found.explanation = today, call.person, call.text("explanation")[:400]
    found.save(update_fields=["ended_on", "ended_by", "explanation"])
    return _about(found, {"explanation": found.explanation})


@action(
    "arrears.promise",
    gettext_lazy("Note a promise to pay"),
    PAYER,
    AMOUNT,
    Fact("by", "date", gettext_lazy("By")),
    NOTE,
    words=("付款承诺", "承诺付款"),
)
def promise(call: Call) -> Done:
    """Up to that day the ladder waits; where the sum has not come by then, the next run goes on."""
    payer, by, today = payer_of(call), call.day("by"), day_of(call)
    if not today <= by <= today + dt.timedelta(PROMISE_DAYS_MAX):
        raise RuleBroken(
            _("A promise is for today or later, within %(n)d days; for longer agree on instalments.")
            % {"n": PROMISE_DAYS_MAX}
        )
    return _plan(call, payer, [(by, Decimal(str(call.facts["amount"])))])


@action(
    "arrears.agree",
    gettext_lazy("Agree on instalments"),
    PAYER,
    AMOUNT,
    Fact("count", "count", gettext_lazy("Number of instalments")),
    Fact("first_on", "date", gettext_lazy("First instalment on")),
    NOTE,
    words=("分期付款", "分期缴清"),
)
def agree(call: Call) -> Done:
    """Equal parts a month apart, the cents that are left over with the first ones; the ladder waits as long as they come in."""
    payer, first, count = payer_of(call), call.day("first_on"), int(str(call.facts["count"]))
    amount, today = Decimal(str(call.facts["amount"])), day_of(call)
    if not 2 <= count <= INSTALMENTS_MAX or amount < count * Decimal("0.01"):
        raise RuleBroken(_("Instalments are 2 to %(n)d.") % {"n": INSTALMENTS_MAX})
    if not today <= first <= today + dt.timedelta(PROMISE_DAYS_MAX):
        raise RuleBroken(_("The first instalment is due within %(n)d days.") % {"n": PROMISE_DAYS_MAX})
    cents = int(round_cents(amount) * 100)
    parts = [Decimal(cents // count + (nth < cents % count)) / 100 for nth in range(count)]
    return _plan(call, payer, [(_months_on(first, nth), part) for nth, part in enumerate(parts)])


def _months_on(first: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last day."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    end = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(1)).day
    return dt.date(year, month + 1, min(first.day, end))


def _plan(call: Call, payer: Party, parts: list[tuple[dt.date, Decimal]]) -> Done:
    amount, today = sum((part for _on, part in parts), Decimal(0)), day_of(call)
    owed = Charge.objects.filter(company=payer.company_id, payer=payer, open_amount__gt=0).aggregate(
        sum=Sum("open_amount")
    )["sum"] or Decimal(0)
    if not 0 < amount <= owed:
        raise RuleBroken(
            _("%(name)s owes %(owed)s; promise more than 0 and no more than that.")
            % {"name": payer.name, "owed": format_amount(owed)}
        )
    made = PaymentPlan.objects.create(
        company_id=payer.company_id, payer=payer, amount=amount, since=today, last_on=parts[-1][0], note=call.text("note")[:200],
        made_at=call.at, made_by=call.person,
    )  # fmt: skip
    Instalment.objects.bulk_create(Instalment(plan=made, due_on=on, amount=part) for on, part in parts)
    told = {"amount": str(amount), "instalments": str(len(parts)), "until": made.last_on.isoformat()}
    return Done(("payment_plan", made.pk, payer.name), told, payer.company_id)


def _about(made: Hold, told: dict[str, str]) -> Done:
    return Done(("hold", made.pk, made.payer.name), told, made.company_id)
