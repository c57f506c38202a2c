"""The working calendars of companies and their departments, and by them the due moment of an item.

Whose calendar counts: an item's, a step's and a request's term runs by the department of who is to do it (the position's; of a person,
that of the main one); a routine by the department of its post. Departments without working time of their own go by the unit above.
"""

import datetime as dt
import threading
from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from remit.kernel.organization.models import Appointment, Position, Unit
from remit.kernel.organization.models.spans import holds_on
from remit.kernel.work.models import UnitDay, UnitHours
from remit.lib import clock
from remit.lib.calendar_days import DayKind
from remit.lib.calendars import WorkingCalendar, parse_duration
from remit.lib.shifts import Shift, Shifts
from remit.lib.spans import Spans, parse_spans

# A term that ends with the working hours of the item's own day.
DAY_TERM: Final = "day"

# One for each state of each company: each calendar lays out its years on first use, which costs more than to keep it.
_kept: dict[int, tuple[int, Shifts]] = {}
_guard = threading.Lock()
_official: Final = Shifts(None, {})


def shifts_of(company_id: int | None) -> Shifts:
    """The calendars of a company; of the group, the official one. One query, two more where they have changed."""
    return shifts_of_all([company_id])[company_id]


def shifts_kept(company_id: int | None, revision: int | None) -> Shifts:
    """As `shifts_of`, for whoever has read the revision of the company's hours (None: it has none) together with something else."""
    if company_id is None or revision is None:
        return _official
    kept = _kept.get(company_id)
    return kept[1] if kept is not None and kept[0] == revision else _read({company_id: revision})[company_id]


def shifts_of_all(company_ids: Iterable[int | None]) -> dict[int | None, Shifts]:
    """Several at once: one query, and two for all those that have changed."""
    wanted = set(company_ids)
    rows = dict(UnitHours.objects.filter(unit__in=wanted - {None}).values_list("unit_id", "revision"))
    stale = {pk: revision for pk, revision in rows.items() if _kept.get(pk, (0, _official))[0] != revision}
    read = _read(stale) if stale else {}
    return {pk: (read.get(pk) or _kept[pk][1]) if pk is not None and pk in rows else _official for pk in wanted}


def _read(revisions: Mapping[int, int]) -> dict[int, Shifts]:
    """The calendars of companies, by the revisions at which they stand. Two queries."""
    weeks: dict[int, dict[int, UnitHours]] = {pk: {} for pk in revisions}
    days: dict[int, dict[dt.date, DayKind]] = {}
    for hours in UnitHours.objects.filter(company__in=revisions):
        weeks[hours.company_id][hours.unit_id] = hours
    for unit_id, day, kind in UnitDay.objects.filter(company__in=revisions).values_list("unit_id", "day", "kind"):
        days.setdefault(unit_id, {})[day] = DayKind(kind)
    found = {}
    for company_id, rows in weeks.items():
        own = {
            unit_id: Shift(week_from(row.week), days.get(unit_id, {}), row.keeps_holidays)
            for unit_id, row in rows.items()
        }
        found[company_id] = Shifts(company_id, own)
    with _guard:
        _kept.update({pk: (revisions[pk], shifts) for pk, shifts in found.items()})
    return found


def calendar_of(unit_id: int | None) -> WorkingCalendar:
    """The calendar of a company or of a unit below it; of the group, the official one. One query, two more where it has changed."""
    if unit_id is None:
        return _official.of_company
    found = Unit.objects.filter(pk=unit_id).annotate(revision=_revision("company"))
    company_id, path, revision = found.values_list("company_id", "path", "revision").get()
    return shifts_kept(company_id, revision).on(units_up(path))


def calendar_at(
    company_id: int | None, *, position_id: int | None = None, person_id: int | None = None
) -> WorkingCalendar:
    """The calendar in a company of the department of whoever is to do something: a position, or a person at his main one. One query,
    two more where it has changed."""
    if position_id is None:
        held = Appointment.objects.filter(holds_on(timezone.localdate(clock.now())), person=person_id)
        post = Position.objects.filter(pk=Subquery(held.order_by("-is_main", "position_id").values("position_id")[:1]))
    else:
        post = Position.objects.filter(pk=position_id)
    if company_id is None:
        return _official.of_company
    found = Unit.objects.filter(pk=company_id).annotate(
        revision=_revision("pk"), path_there=Subquery(post.values("unit__path")[:1])
    )
    row = found.values_list("revision", "path_there").first()
    return shifts_kept(company_id, row[0]).on(units_up(row[1] or "")) if row else _official.of_company


def _revision(company: str) -> Subquery:
    return Subquery(UnitHours.objects.filter(unit=OuterRef(company)).values("revision"))


def units_up(path: str) -> tuple[int, ...]:
    """The ids of a path ("/1/4/9/"), the lowest first."""
    return tuple(int(part) for part in reversed(path.split("/")) if part)


def week_from(stored: Mapping[str, str]) -> dict[int, Spans]:
    """The week out of its JSON form. Raises ValueError, in a Chinese sentence, for what is none."""
    return {int(day): parse_spans(text) for day, text in stored.items() if text}


def due_of(calendar: WorkingCalendar, term: str, day: dt.date, counted_from: dt.datetime | None) -> dt.datetime:
    """When something is due: "day" ends with the working hours of `day` or of the next workday; "18:00" is that time on the same day;
    a duration ("3 workdays") runs from `counted_from`."""
    if term == DAY_TERM:
        return calendar.end_of_day(day)
    if ":" in term:
        return dt.datetime.combine(day, dt.time.fromisoformat(term), calendar.zone)
    return parse_duration(term).due(calendar, counted_from or calendar.end_of_day(day))
