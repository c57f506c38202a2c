"""What is charged for, and who pays: keep the list, let somebody move in or out."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.billing.models import Assignment, Billable, Occupancy
from remit.kernel.billing.rules import BILLABLE, COMPANY, REASON, SINCE, company_of, locked_billable, payer_of
from remit.lib.printable import made_one_line

MEASURES_MAX: Final = 20
AREA_MAX: Final = Decimal(10) ** 9


@action(
    "billable.register",
    gettext_lazy("Register what is charged for"),
    COMPANY,
    Fact("number", "text", gettext_lazy("Number")),
    Fact("name", "text", gettext_lazy("Name")),
    Fact("group", "text", gettext_lazy("Where it lies"), required=False, help=gettext_lazy("From the widest part to the narrowest, with “/” between")),
    Fact("area", "text", gettext_lazy("Area (m²)"), required=False),
    Fact("count", "count", gettext_lazy("How many"), required=False),
    Fact("measures", "data", gettext_lazy("Own figures"), required=False),
    Fact("remark", "text", gettext_lazy("Remark"), required=False),
    words=("登记房屋", "登记收费对象", "业主资料录入"),
)  # fmt: skip
def register(call: Call) -> Done:
    """By number: one that is there already is changed; what was charged for it before stays as it was (S-088)."""
    company = company_of(call)
    number = made_one_line(call.text("number"), 40)
    values: dict[str, Any] = {
        "name": made_one_line(call.text("name"), 120),
        "group": "/".join(part.strip() for part in made_one_line(call.text("group"), 200).split("/") if part.strip()),
        "area": _area(call.text("area")),
        "count": call.count("count", 1),
        "measures": _measures(call.mapping("measures")),
        "remark": made_one_line(call.text("remark"), 200),
    }
    found = Billable.objects.select_for_update(no_key=True).filter(company=company, number=number).first()
    if found is None:
        found = Billable.objects.create(company=company, number=number, made_at=call.at, **values)
        return Done(("billable", found.pk, str(found)), _told(values), company.pk)
    changes = {name: value for name, value in values.items() if getattr(found, name) != value}
    if not changes:
        raise RuleBroken(_("Nothing has changed."))
    Billable.objects.filter(pk=found.pk).update(**changes, version=F("version") + 1)
    return Done(("billable", found.pk, str(found)), _told(changes), company.pk)


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def _area(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        area = Decimal(text)
    except InvalidOperation:
        area = Decimal(-1)
    if not area.is_finite() or not 0 <= area < AREA_MAX or area != area.quantize(Decimal("0.01")):
        raise RuleBroken(_("The area is a number of square metres with at most two decimals, such as 89.50."))
    return area.quantize(Decimal("0.01"))


def _measures(given: dict[str, Any]) -> dict[str, str]:
    if len(given) > MEASURES_MAX:
        raise RuleBroken(_("At most %(n)d own figures.") % {"n": MEASURES_MAX})
    found = {}
    for name, value in given.items():
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal(-1)
        if not name.isidentifier() or len(name) > 40 or not number.is_finite() or not 0 <= number < AREA_MAX:
            raise RuleBroken(
                _("“%(name)s” is no figure: a short name in Latin letters, and a number from 0.") % {"name": name}
            )
        found[name] = format(number, "f")
    return found


@action(
    "billable.occupy",
    gettext_lazy("Say who pays from a day on"),
    BILLABLE,
    Fact("payer", "id", gettext_lazy("Payer"), per=True),
    SINCE,
    words=("新业主录入", "变更付款人", "入住登记"),
)
def occupy(call: Call) -> Done:
    """S-088: whoever paid before pays until the day before; a day is charged to one payer only."""
    billable, since = locked_billable(call), call.day("since")
    payer = payer_of(call, billable.company_id)
    newest = Occupancy.objects.filter(billable=billable).order_by("-since").first()
    if newest is not None and (newest.since >= since or (newest.until is not None and newest.until > since)):
        raise RuleBroken(
            _("Somebody else pays from %(day)s on; choose a later day.") % {"day": newest.since.isoformat()}
        )
    if newest is not None and newest.until is None:
        if newest.payer_id == payer.pk:
            raise RuleBroken(_("This customer pays already."))
        Occupancy.objects.filter(pk=newest.pk).update(until=since)
    Occupancy.objects.create(billable=billable, payer=payer, since=since)
    return Done(
        ("billable", billable.pk, str(billable)), {"payer": payer.name, "since": since.isoformat()}, billable.company_id
    )


@action(
    "billable.vacate",
    gettext_lazy("Say until when the payer pays"),
    BILLABLE,
    Fact("until", "date", gettext_lazy("Until (the day before)")),
)
def vacate(call: Call) -> Done:
    billable, until = locked_billable(call), call.day("until")
    newest = Occupancy.objects.filter(billable=billable, until=None).first()
    if newest is None or newest.since >= until:
        raise RuleBroken(_("Nobody pays for it that long."))
    Occupancy.objects.filter(pk=newest.pk).update(until=until)
    return Done(("billable", billable.pk, str(billable)), {"until": until.isoformat()}, billable.company_id)


@action(
    "billable.close", gettext_lazy("Charge no more for it"), BILLABLE, Fact("on", "date", gettext_lazy("From")), REASON
)
def close(call: Call) -> Done:
    """What applies to it, and who pays, ends on that day; what is open stays open."""
    billable, on = locked_billable(call), call.day("on")
    if billable.closed_on is not None:
        raise RuleBroken(_("It was closed before."))
    Billable.objects.filter(pk=billable.pk).update(closed_on=on, version=F("version") + 1)
    for model in (Occupancy, Assignment):
        model.objects.filter(billable=billable, until=None, since__lt=on).update(until=on)
    return Done(
        ("billable", billable.pk, str(billable)),
        {"on": on.isoformat(), "reason": call.text("reason")},
        billable.company_id,
    )
