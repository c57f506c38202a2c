"""Laying down the steps of a class of customers."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.dunning.models import Channel, Ladder, Rung
from remit.kernel.dunning.rules import COMPANY, CUSTOMER_CLASS, company_of
from remit.lib.amounts import round_cents

STEPS_MAX: Final = 12
DAYS_MAX: Final = 3650


@action(
    "arrears.lay_down",
    gettext_lazy("Lay down a dunning ladder"),
    COMPANY,
    CUSTOMER_CLASS,
    Fact("steps", "data", gettext_lazy("Steps"), help=gettext_lazy("A list of {days, channel, minimum}")),
    words=("催缴规则", "催缴阶梯"),
)
def lay_down(call: Call) -> Done:
    """The steps for a class, in place of those there were; reminders that were made stay as they are."""
    company_id, which = company_of(call), call.text("customer_class")
    steps = call.facts["steps"]
    rungs = [_rung(one) for one in steps] if isinstance(steps, list) else []
    if not 0 < len(rungs) <= STEPS_MAX or len({one.days for one in rungs}) != len(rungs):
        raise RuleBroken(_("Give 1 to %(n)d steps, each from another day on.") % {"n": STEPS_MAX})
    ladder, _is_new = Ladder.objects.update_or_create(
        company_id=company_id, customer_class=which, defaults={"changed_at": call.at, "changed_by": call.person}
    )
    ladder.rungs.all().delete()
    for one in rungs:
        one.ladder = ladder
    Rung.objects.bulk_create(rungs)
    told = {"class": which, "steps": ", ".join(f"{one.days} {one.channel}" for one in rungs)}
    return Done(("ladder", ladder.pk, which or "*"), told, company_id)


def _rung(given: Any) -> Rung:
    try:
        days, channel = int(given["days"]), Channel(given["channel"])
        minimum = round_cents(Decimal(str(given.get("minimum") or 0)))
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise RuleBroken(
            _("Each step needs days and one of these channels: %(channels)s.") % {"channels": ", ".join(Channel.values)}
        ) from error
    if not 0 <= days <= DAYS_MAX or minimum < 0:
        raise RuleBroken(_("The days of a step are between 0 and %(n)d, its least sum not below 0.") % {"n": DAYS_MAX})
    return Rung(days=days, channel=channel, minimum=minimum)
