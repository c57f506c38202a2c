"""Change the working time of a company or of a unit below it: its week, and single days that differ from what holds above it."""

import datetime as dt
import time
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Unit
from remit.kernel.work.calendars import shifts_of, week_from
from remit.kernel.work.models import UnitDay, UnitHours
from remit.kernel.work.redating import redate
from remit.lib.calendar_days import DayKind
from remit.lib.calendars import WorkingCalendar
from remit.lib.shifts import Shifts

UNIT: Final = Fact("unit", "unit", gettext_lazy("Company or department"), concerns=True)
DAY: Final = Fact("day", "date", gettext_lazy("Day"))
REASON_LENGTH: Final = 80
KINDS: Final = (
    (DayKind.HOLIDAY.value, gettext_lazy("closed")),
    (DayKind.MAKEUP.value, gettext_lazy("worked, though its weekday is closed")),
    (DayKind.WORKDAY.value, gettext_lazy("as its weekday in the week")),
)


@dataclass(frozen=True, slots=True)
class _Change:
    """The unit, its row of hours, that of its company, locked (two changes at once wait for each other), and the calendars as they were."""

    unit: Unit
    hours: UnitHours
    of_company: UnitHours
    before: Shifts

    def done(self, label: str, **changes: object) -> Done:
        revision = max(_now(), self.of_company.revision + 1)
        self.hours.revision = revision
        self.hours.save(update_fields=["week", "keeps_holidays", "revision"])
        company_id = self.of_company.unit_id
        UnitHours.objects.filter(unit=company_id).update(revision=revision)
        done = redate(company_id, self.before, shifts_of(company_id))
        return Done(
            ("calendar", self.unit.pk, label), {**changes, "redated": done.moved, "dropped": done.dropped}, company_id
        )


def _changing(call: Call) -> _Change:
    unit = Unit.objects.get(pk=call.id_of("unit"))
    if unit.company_id is None:
        raise RuleBroken(
            _("Working time is set for a company or a unit of one; %(unit)s is neither.") % {"unit": unit.name}
        )
    company_id = unit.company_id
    for pk in {company_id, unit.pk}:
        UnitHours.objects.get_or_create(unit_id=pk, defaults={"company_id": company_id, "revision": _now()})
    of_company = UnitHours.objects.select_for_update().get(unit=company_id)
    hours = of_company if unit.pk == company_id else UnitHours.objects.get(unit=unit)
    return _Change(unit, hours, of_company, shifts_of(company_id))


def _now() -> int:
    return time.time_ns() // 1000


@action(
    "calendar.set_hours",
    gettext_lazy("Set the working hours"),
    UNIT,
    Fact("week", "data", gettext_lazy("Hours by weekday")),
    Fact("on_holidays", "yes_no", gettext_lazy("Also on public holidays"), required=False),
)
def set_hours(call: Call) -> Done:
    """`week` maps "0" (Monday) to "6" to spans such as "08:30-12:00 13:30-17:30"; a weekday left out or empty is closed. A shift
    over midnight is two spans, one on each day. `on_holidays`: these hours hold on public holidays and on days that are closed above, too."""
    change = _changing(call)
    week = {day: " ".join(str(text).split()) for day, text in call.mapping("week").items() if str(text).strip()}
    if not set(week) <= set("0123456"):
        raise RuleBroken(_("Weekdays are numbered from 0, Monday, to 6."))
    try:
        WorkingCalendar(week=week_from(week))
    except ValueError as error:
        raise RuleBroken(str(error)) from error
    hours, keeps = change.hours, call.facts.get("on_holidays") is not True
    was = [hours.week, hours.keeps_holidays]
    hours.week, hours.keeps_holidays = week, keeps
    return change.done(
        _("Working hours of %(company)s") % {"company": change.unit.name},
        week=[was[0], week],
        keeps_holidays=[was[1], keeps],
    )


@action("calendar.clear_hours", gettext_lazy("Work by the hours of the unit above again"), UNIT)
def clear_hours(call: Call) -> Done:
    """Its own days stay. A company whose hours are cleared has the usual office week."""
    change = _changing(call)
    if not change.hours.week:
        raise RuleBroken(_("%(unit)s has no hours of its own.") % {"unit": change.unit.name})
    was, change.hours.week, change.hours.keeps_holidays = change.hours.week, {}, True
    return change.done(_("Working hours of %(company)s") % {"company": change.unit.name}, week=[was, {}])


@action(
    "calendar.set_day",
    gettext_lazy("Set a holiday or a make-up workday"),
    UNIT,
    DAY,
    Fact("kind", "choice", gettext_lazy("The day is"), choices=KINDS),
    Fact("reason", "text", gettext_lazy("Reason")),
)
def set_day(call: Call) -> Done:
    """The unit's own word on one day, above the official calendar and what the units above it say."""
    change = _changing(call)
    reason = call.text("reason")
    if len(reason) > REASON_LENGTH:
        raise RuleBroken(_("The reason has at most %(n)d characters.") % {"n": REASON_LENGTH})
    day, kind = call.day("day"), call.text("kind")
    UnitDay.objects.update_or_create(
        unit=change.unit,
        day=day,
        defaults={"company_id": change.of_company.unit_id, "kind": kind, "reason": reason},
    )
    return change.done(_label(change.unit, day), day=day.isoformat(), kind=kind)


@action("calendar.clear_day", gettext_lazy("Go by the official calendar again"), UNIT, DAY)
def clear_day(call: Call) -> Done:
    change = _changing(call)
    day = call.day("day")
    removed, _rows = UnitDay.objects.filter(unit=change.unit, day=day).delete()
    if not removed:
        raise RuleBroken(
            _("%(unit)s has said nothing of its own about %(day)s.") % {"unit": change.unit.name, "day": day}
        )
    return change.done(_label(change.unit, day), day=day.isoformat(), kind=None)


def _label(unit: Unit, day: dt.date) -> str:
    return f"{unit.name} {day.isoformat()}"
