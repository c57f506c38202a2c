"""The clock of a case, read from dated moments each time it is asked: a corrected calendar corrects the past.

A pause, and the time between an end and a reopening, stop the clock. Pure functions over moments and a calendar; no queries.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from remit.lib.calendars import WorkingCalendar, parse_duration


class Moment(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> dt.datetime: ...


@dataclass(frozen=True, slots=True)
class Stop:
    """Time in which the clock stood; `until` None: it stands still."""

    since: dt.datetime
    until: dt.datetime | None


def stops_of(moments: Iterable[Moment]) -> list[Stop]:
    """In order of time. An end while paused joins the pause; a reopening ends both."""
    stops: list[Stop] = []
    since: dt.datetime | None = None
    for moment in sorted(moments, key=lambda one: one.at):
        if moment.kind in ("paused", "ended"):
            since = since or moment.at
        elif moment.kind in ("resumed", "reopened") and since is not None:
            stops.append(Stop(since, moment.at))
            since = None
    if since is not None:
        stops.append(Stop(since, None))
    return stops


@dataclass(frozen=True, slots=True)
class Clock:
    """How a term stands at a moment. `spent` and `term` are working time; `share` is spent in parts of the term."""

    started_at: dt.datetime
    due_at: dt.datetime
    spent: dt.timedelta
    term: dt.timedelta
    stopped_at: dt.datetime | None  # when it was last measured: the end, a pause, or now
    is_running: bool

    @property
    def share(self) -> float:
        return self.spent / self.term if self.term else 0.0

    @property
    def is_late(self) -> bool:
        return self.spent > self.term


def spent_between(
    calendar: WorkingCalendar, start: dt.datetime, end: dt.datetime, stops: Sequence[Stop]
) -> dt.timedelta:
    """Working time from `start` to `end` without the stops."""
    total = calendar.working_time_between(start, end) if end > start else dt.timedelta()
    for stop in stops:
        since, until = max(stop.since, start), min(stop.until or end, end)
        if since < until:
            total -= calendar.working_time_between(since, until)
    return total


def due_moment(
    calendar: WorkingCalendar, term: str, start: dt.datetime, stops: Sequence[Stop], now: dt.datetime
) -> dt.datetime:
    """When the term ends: each stop after `start` puts it off by the working time that it took (an open one, so far)."""
    due = parse_duration(term).due(calendar, start)
    for stop in stops:
        since, until = max(stop.since, start), stop.until or max(now, stop.since)
        if since < until and since < due:
            due = calendar.add_working_time(due, calendar.working_time_between(since, until))
    return due


def share_moment(
    calendar: WorkingCalendar, term: str, start: dt.datetime, stops: Sequence[Stop], now: dt.datetime, percent: int
) -> dt.datetime:
    """When so many percent of the term will have been spent; 100 is when it is due."""
    due = due_moment(calendar, term, start, stops, now)
    if percent <= 100:
        return due
    whole = calendar.working_time_between(start, parse_duration(term).due(calendar, start))
    return calendar.add_working_time(due, whole * (percent - 100) / 100)


def read_clock(
    calendar: WorkingCalendar,
    term: str,
    start: dt.datetime,
    end: dt.datetime | None,
    moments: Iterable[Moment],
    now: dt.datetime,
) -> Clock:
    """The state at `now`, or at `end` where it has ended."""
    stops = stops_of(moments)
    measured = end or now
    standing = end is None and any(stop.until is None and stop.since <= now for stop in stops)
    return Clock(
        started_at=start,
        due_at=due_moment(calendar, term, start, stops, measured),
        spent=spent_between(calendar, start, measured, stops),
        term=calendar.working_time_between(start, parse_duration(term).due(calendar, start)),
        stopped_at=end or (stops[-1].since if standing else None),
        is_running=end is None and not standing,
    )
