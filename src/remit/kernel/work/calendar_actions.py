"""Change a company's working time: its week, and single days that differ from the official calendar."""

import datetime as dt
import time
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Unit
from remit.kernel.work.calendars import calendar_of, week_from
from remit.kernel.work.models import CompanyDay, CompanyHours
from remit.kernel.work.redating import redate
from remit.lib.calendar_days import DayKind
from remit.lib.calendars import WorkingCalendar

COMPANY: Final = Fact("company", "unit", gettext_lazy("Company"), concerns=True)
DAY: Final = Fact("day", "date", gettext_lazy("Day"))
REASON_LENGTH: Final = 80
KINDS: Final = (
    (DayKind.HOLIDAY.value, gettext_lazy("closed")),
    (DayKind.MAKEUP.value, gettext_lazy("worked, though its weekday is closed")),
    (DayKind.WORKDAY.value, gettext_lazy("as its weekday in the week")),
)


def _changing(call: Call) -> tuple[Unit, CompanyHours, WorkingCalendar]:
    """The company, its row of hours, locked (two changes at once wait for each other), and the calendar as it was."""
    company = Unit.objects.get(pk=call.id_of("company"))
    if company.kind != "company":
        raise RuleBroken(_("Working time is set for a company; %(unit)s is none.") % {"unit": company.name})
    before = calendar_of(company.pk)
    CompanyHours.objects.get_or_create(company=company, defaults={"revision": _now()})
    return company, CompanyHours.objects.select_for_update().get(company=company), before


def _now() -> int:
    return time.time_ns() // 1000


def _changed(company: Unit, hours: CompanyHours, before: WorkingCalendar, label: str, **changes: object) -> Done:
    hours.revision = max(_now(), hours.revision + 1)
    hours.save(update_fields=["week", "revision"])
    done = redate(company.pk, before, calendar_of(company.pk))
    return Done(
        ("calendar", company.pk, label), {**changes, "redated": done.moved, "dropped": done.dropped}, company.pk
    )


@action(
    "calendar.set_hours",
    gettext_lazy("Set the working hours"),
    COMPANY,
    Fact("week", "data", gettext_lazy("Hours by weekday")),
)
def set_hours(call: Call) -> Done:
    """`week` maps "0" (Monday) to "6" to spans such as "08:30-12:00 13:30-17:30"; a weekday left out or empty is closed."""
    company, hours, before = _changing(call)
    week = {day: " ".join(str(text).split()) for day, text in call.mapping("week").items() if str(text).strip()}
    if not set(week) <= set("0123456"):
        raise RuleBroken(_("Weekdays are numbered from 0, Monday, to 6."))
    try:
        WorkingCalendar(week=week_from(week))
    except ValueError as error:
        raise RuleBroken(str(error)) from error
    was, hours.week = hours.week, week
    return _changed(
        company, hours, before, _("Working hours of %(company)s") % {"company": company.name}, week=[was, week]
    )


@action(
    "calendar.set_day",
    gettext_lazy("Set a holiday or a make-up workday"),
    COMPANY,
    DAY,
    Fact("kind", "choice", gettext_lazy("The day is"), choices=KINDS),
    Fact("reason", "text", gettext_lazy("Reason")),
)
def set_day(call: Call) -> Done:
    """The company's own word on one day, above the official calendar."""
    company, hours, before = _changing(call)
    reason = call.text("reason")
    if len(reason) > REASON_LENGTH:
        raise RuleBroken(_("The reason has at most %(n)d characters.") % {"n": REASON_LENGTH})
    day, kind = call.day("day"), call.text("kind")
    CompanyDay.objects.update_or_create(company=company, day=day, defaults={"kind": kind, "reason": reason})
    return _changed(company, hours, before, _label(company, day), day=day.isoformat(), kind=kind)


@action("calendar.clear_day", gettext_lazy("Go by the official calendar again"), COMPANY, DAY)
def clear_day(call: Call) -> Done:
    company, hours, before = _changing(call)
    day = call.day("day")
    removed, _rows = CompanyDay.objects.filter(company=company, day=day).delete()
    if not removed:
        raise RuleBroken(_("The company has said nothing of its own about %(day)s.") % {"day": day})
    return _changed(company, hours, before, _label(company, day), day=day.isoformat(), kind=None)


def _label(company: Unit, day: dt.date) -> str:
    return f"{company.name} {day.isoformat()}"
