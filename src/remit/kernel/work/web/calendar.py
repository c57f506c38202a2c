"""The page of working time, of a company or of a department: its week, and the days of a year that differ from it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.access import companies_seen, oversees
from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import perform
from remit.kernel.organization.models import Person, Unit
from remit.kernel.work.calendar_actions import KINDS
from remit.kernel.work.calendars import calendar_of, units_up
from remit.kernel.work.models import UnitDay, UnitHours
from remit.lib import clock
from remit.lib.calendar_days import calendar_year
from remit.lib.calendars import WorkingCalendar
from remit.web.acting import person_here
from remit.web.http import Request

YEARS: Final = range(2005, 2100)
WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
# What is posted to the page: the last word of the address → the action.
DEEDS: Final = {
    "hours": "calendar.set_hours",
    "inheriting": "calendar.clear_hours",
    "days": "calendar.set_day",
    "clearing": "calendar.clear_day",
}


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day that differs from its weekday. `said_by` is the unit whose word it is, "" where the official table says so; `is_own`
    where that is the unit of the page."""

    day: dt.date
    kind: str
    name: str
    said_by: str
    is_own: bool
    is_confirmed: bool


@require_GET
def calendar_page(request: Request) -> HttpResponse:
    return _draw(request, person_here(request))


@require_POST
def calendar_deed(request: Request, deed: str) -> HttpResponse:
    person = person_here(request)
    unit = _unit(request, person)
    if not _may_change(person):
        raise NotYours(_("There is no such page."))
    given = request.POST
    facts: dict[str, Any] = {"unit": unit.pk}
    if deed == "hours":
        facts["week"] = {str(day): given.get(f"week{day}", "") for day in range(7)}
        facts["on_holidays"] = bool(given.get("on_holidays"))
    elif deed != "inheriting":
        facts |= {name: given.get(name, "") for name in (("day",) if deed == "clearing" else ("day", "kind", "reason"))}
    try:
        result = perform(request.actor, DEEDS[deed], facts)
    except BadFacts as error:
        return _draw(request, person, status=422, refusal=" ".join(error.faults.values()))
    except NotYours:
        raise
    except Refusal as error:
        return _draw(request, person, status=error.status, refusal=error.sentence)
    changes = {"moved": result.changes.get("redated", 0), "dropped": result.changes.get("dropped", 0)}
    messages.success(
        request,
        _("Changed. %(moved)s open items have a new date, %(dropped)s are no longer asked for.") % changes
        if result.kind == "done"
        else result.sentence,
    )
    return redirect(f"{reverse('work:calendar')}?unit={unit.pk}&year={_year(request)}")


def _may_change(person: Person) -> bool:
    return oversees(person, "calendar.set_day")


def _units(person: Person) -> list[Unit]:
    """The companies that the person sees, each followed by its departments and teams. One query besides the grants."""
    seen = companies_seen(person)
    found = Unit.objects.filter(company__isnull=False, closed_on=None).order_by("path")
    return list(found if seen is None else found.filter(company__in=seen))


def _unit(request: Request, person: Person) -> Unit:
    wanted = request.GET.get("unit") or request.POST.get("unit") or str(person.company_id)
    unit = next((one for one in _units(person) if str(one.pk) == wanted), None)
    if unit is None:
        raise NotYours(_("There is no such unit."))
    return unit


def _year(request: Request) -> int:
    text = request.GET.get("year") or request.POST.get("year") or ""
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if year in YEARS else timezone.localdate(clock.now()).year


def _draw(request: Request, person: Person, *, status: int = 200, refusal: str = "") -> HttpResponse:
    unit, year = _unit(request, person), _year(request)
    units = {one.pk: one for one in _units(person)}
    line = [units[pk] for pk in units_up(unit.path) if pk in units]
    own = {hours.unit_id: hours for hours in UnitHours.objects.filter(unit__in=line)}
    brings = next((one for one in line if one.pk in own and own[one.pk].week), None)
    calendar = calendar_of(unit.pk)
    context = {
        "unit": unit,
        "units": units.values(),
        "brings": brings,
        "is_inherited": unit.kind != "company" and brings != unit,
        "may_inherit": unit.kind != "company" and brings == unit,
        "on_holidays": not calendar.keeps_holidays,
        "year": year,
        "years": [one for one in (year - 1, year + 1) if one in YEARS],
        "is_published": calendar_year(year).confirmed,
        "lines": day_lines(unit, line, calendar, year),
        "week": [(n, label, " ".join(map(str, calendar.week.get(n, ())))) for n, label in enumerate(WEEKDAYS)],
        "kinds": KINDS,
        "may_change": _may_change(person),
        "refusal": refusal,
        "given": request.POST,
    }
    return render(request, "work/calendar.html", context, status=status)


def day_lines(unit: Unit, line: Sequence[Unit], calendar: WorkingCalendar, year: int) -> list[DayLine]:
    """The official days of the year, as far as they hold here, and above them what the units of `line` say, the nearest last. One query."""
    official = calendar_year(year)
    lines = {
        day: DayLine(day, one.kind.label, one.name, "", is_own=False, is_confirmed=official.confirmed)
        for day, one in official.days.items()
        if calendar.keeps_holidays
    }
    said = {(own.unit_id, own.day): own for own in UnitDay.objects.filter(unit__in=line, day__year=year)}
    for above in reversed(line):
        for own in [one for (unit_id, day), one in said.items() if unit_id == above.pk and day in calendar.days]:
            label = str(dict(KINDS).get(own.kind, own.kind))
            lines[own.day] = DayLine(own.day, label, own.reason, above.name, is_own=above == unit, is_confirmed=True)
    return [lines[day] for day in sorted(lines)]
