"""The working calendar of each company, and by it the due moment of an item."""

import datetime as dt
import threading
from collections.abc import Iterable, Mapping
from typing import Final

from remit.kernel.work.models import CompanyDay, CompanyHours
from remit.lib.calendar_days import DayKind
from remit.lib.calendars import WorkingCalendar, parse_duration
from remit.lib.spans import OFFICE_WEEK, Spans, parse_spans

# A term that ends with the working hours of the item's own day.
DAY_TERM: Final = "day"

# One calendar for each state of each company: each lays out its years on first use, which costs more than to keep it.
_kept: dict[int, tuple[int, WorkingCalendar]] = {}
_guard = threading.Lock()
_official: Final = WorkingCalendar()


def calendar_of(company_id: int | None) -> WorkingCalendar:
    """The calendar of a company; of the group, the official one. One query, two more where it has changed."""
    return calendars_of([company_id])[company_id]


def calendar_kept(company_id: int, revision: int | None) -> WorkingCalendar:
    """As `calendar_of`, for whoever has read the revision of the company's hours (None: it has none) together with something else."""
    if revision is None:
        return _official
    kept = _kept.get(company_id)
    return kept[1] if kept is not None and kept[0] == revision else calendar_of(company_id)


def calendars_of(company_ids: Iterable[int | None]) -> dict[int | None, WorkingCalendar]:
    """Several at once: one query, and two for all those that have changed."""
    wanted = set(company_ids)
    rows = {row.company_id: row for row in CompanyHours.objects.filter(company__in=wanted - {None})}
    stale = [pk for pk, row in rows.items() if _kept.get(pk, (0, _official))[0] != row.revision]
    if stale:
        days: dict[int, dict[dt.date, DayKind]] = {pk: {} for pk in stale}
        for company_id, day, kind in CompanyDay.objects.filter(company__in=stale).values_list(
            "company_id", "day", "kind"
        ):
            days[company_id][day] = DayKind(kind)
        with _guard:
            for pk in stale:
                week = week_from(rows[pk].week) or OFFICE_WEEK
                _kept[pk] = (rows[pk].revision, WorkingCalendar(days=days[pk], week=week))
    return {pk: _kept[pk][1] if pk is not None and pk in rows else _official for pk in wanted}


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
