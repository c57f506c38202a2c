"""The clock of a case, read from dated moments each time it is asked: a corrected calendar corrects the past.

A pause, and the time between an end and a reopening, stop the clock. Pure functions over moments and a calendar; no queries.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from remit.kernel.organization.structure import Structure
from remit.kernel.procedures.format import ProcedureSpec, Step
from remit.lib.calendars import WorkingCalendar, parse_duration
from remit.lib.shifts import ALL_DAY, Shifts


class Desk(Protocol):
    """Who is asked: a person or a position (performers.Asked, a run)."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def position_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Calendars:
    """By which calendars one company's cases of a procedure run. The whole case goes by the department of the desk from which it is
    handled, a step by that of whom it asks (of a person, his main position's), and what the procedure says to be `all_day` by neither."""

    spec: ProcedureSpec
    shifts: Shifts
    structure: Structure

    def whole(self, position_id: int) -> WorkingCalendar:
        return ALL_DAY if self.spec.is_all_day() else self.at_desk(position_id)

    def step(self, step: Step, asked: Desk) -> WorkingCalendar:
        return ALL_DAY if self.spec.is_all_day(step) else self.at_desk(asked.position_id, asked.person_id)

    def at_desk(self, position_id: int | None, person_id: int | None = None) -> WorkingCalendar:
        """Of the department of a position, or of a person, whatever the procedure says."""
        return self.shifts.on(self.structure.units_over(position_id, person_id))


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
