"""How often something recurs: rules in the words in which a charter states them, over a company's working calendar.

`parse_recurrence` reads "每两周的周一 18:00", "每月第3个工作日", "每季度第一个周二 18:00", "春节、中秋前3个工作日"; `str` prints the rule back.
Source of the shapes: section 5 of the requirements, T-001 to T-125. Rules that no calendar date answers (a customer's birthday, the
end of a contract, an event) are the affair of whoever keeps the customer, the contract or the event.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from remit.lib.calendars import WorkingCalendar, add_months
from remit.lib.lunar import YEARS, Festival, festival_date

# No rule moves a day further than this: the longest closed stretch is a fortnight, the largest offset 60 days.
_MARGIN: Final = dt.timedelta(days=120)
_DAY: Final = dt.timedelta(days=1)
WEEKDAYS: Final = "一二三四五六日"
STEP_MAX: Final = 12
OFFSET_MAX: Final = 60


class Unit(StrEnum):
    """The period that a rule counts by."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


_MONTHS: Final = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF_YEAR: 6, Unit.YEAR: 12}


class Closed(StrEnum):
    """What becomes of a day that turns out to be closed."""

    AFTER = "顺延"
    BEFORE = "提前"
    KEEP = "照常"
    SKIP = "取消"


# --- which day of a period ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EveryDay:
    """每天, or 每个工作日."""

    workdays_only: bool


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week, Monday 0, ascending."""

    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HalfMonths:
    """The 15th and the last day of each month."""


@dataclass(frozen=True, slots=True)
class DateOf:
    """A day by its number: `month` counts within the period (0 where the period is a month). Short months end earlier."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class NthDay:
    """The first or the last calendar day of the period: 1 or -1."""

    n: int


@dataclass(frozen=True, slots=True)
class NthWorkday:
    """The n-th workday of the period, or from its end where n is negative. Too large an n is the last (first) there is."""

    n: int


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """The n-th Tuesday (weekday 1) of the period, or the last one for -1. "第一周周二" is the first Tuesday: within seven days."""

    n: int
    weekday: int


@dataclass(frozen=True, slots=True)
class ByFestival:
    """Some days before (negative) or after festivals, counted in workdays or calendar days."""

    festivals: tuple[Festival, ...]
    offset: int
    in_workdays: bool


Pick: TypeAlias = EveryDay | Weekdays | HalfMonths | DateOf | NthDay | NthWorkday | NthWeekday | ByFestival


# --- the rule ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recurrence:
    """One rule. `step` 2 with weeks is every second week, counted from `since` (or from the fixed week of 1 January 2001, a
    Monday; months and years from 2000). `at` is the time of the day by which it is to be done; without it, when work ends.

    Raises ValueError for parts that do not go together.
    """

    pick: Pick
    unit: Unit = Unit.MONTH
    step: int = 1
    at: dt.time | None = None
    closed: Closed | None = None  # None: as is usual for this kind of rule
    since: dt.date | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.step <= STEP_MAX:
            raise ValueError(f"间隔应当在 1 与 {STEP_MAX} 之间。")
        if isinstance(self.pick, EveryDay | HalfMonths | ByFestival) and self.step != 1:
            raise ValueError("每天、每半月和按节日的规则没有间隔。")
        if self.closed is self.usually and self.closed is not None:
            object.__setattr__(self, "closed", None)  # said twice is said once; the instance is frozen

    @property
    def usually(self) -> Closed:
        """What becomes of closed days where the rule does not say: month ends come forward, the festival itself is kept."""
        match self.pick:
            case EveryDay() | NthWorkday():
                return Closed.KEEP
            case ByFestival(offset=offset):
                return Closed.KEEP if offset == 0 else Closed.BEFORE if offset < 0 else Closed.AFTER
            case HalfMonths() | NthDay(n=-1):
                return Closed.BEFORE
            case DateOf(day=day) if day > 28:
                return Closed.BEFORE
            case _:
                return Closed.AFTER

    def dates(self, calendar: WorkingCalendar, first: dt.date, last: dt.date) -> list[dt.date]:
        """Every day from `first` to `last`, both included, ascending and each once. Never raises."""
        found = {
            day
            for nominal in self._nominal(calendar, first - _MARGIN, last + _MARGIN)
            if self.since is None or nominal >= self.since
            for day in self._open(calendar, nominal)
            if first <= day <= last
        }
        return sorted(found)

    def next_after(self, calendar: WorkingCalendar, day: dt.date) -> dt.date | None:
        """The first day after `day`; None where nothing comes within its period (a rule may skip closed days for ever)."""
        for days in (16, 100, 400, 400 * (self.step + 1)):
            found = self.dates(calendar, day + _DAY, day + dt.timedelta(days=days))
            if found:
                return found[0]
        return None

    def due(self, calendar: WorkingCalendar, day: dt.date) -> dt.datetime:
        """By when it is to be done on one of its days, in the calendar's zone."""
        if self.at is not None:
            return dt.datetime.combine(day, self.at, calendar.zone)
        if calendar.is_workday(day):
            return calendar.end_of_day(day)
        return dt.datetime.combine(day, dt.time(18), calendar.zone)  # kept on a closed day

    @property
    def lead_workdays(self) -> int:
        """How many workdays before its day the work turns up on the desk: what recurs rarely needs more time."""
        match self.pick:
            case EveryDay() | Weekdays():
                return 0
            case ByFestival():
                return 5
            case HalfMonths():
                return 2
        return {Unit.WEEK: 0, Unit.MONTH: 3, Unit.QUARTER: 5, Unit.HALF_YEAR: 10, Unit.YEAR: 10}[self.unit]

    def opens_on(self, calendar: WorkingCalendar, day: dt.date) -> dt.date:
        """On which day the work for `day` turns up."""
        return calendar.add_workdays(day, -self.lead_workdays) if self.lead_workdays else day

    def _open(self, calendar: WorkingCalendar, day: dt.date) -> Iterator[dt.date]:
        closed = self.closed or self.usually
        if closed is Closed.KEEP or calendar.is_workday(day):
            yield day
        elif closed is Closed.AFTER:
            yield calendar.add_workdays(day, 1)
        elif closed is Closed.BEFORE:
            yield calendar.add_workdays(day, -1)

    def _nominal(self, calendar: WorkingCalendar, first: dt.date, last: dt.date) -> Iterator[dt.date]:
        """The days as the rule names them, from `first` to `last` and perhaps a period more."""
        match self.pick:
            case EveryDay(workdays_only=only):
                days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
                yield from (day for day in days if not only or calendar.is_workday(day))
            case ByFestival(festivals=festivals, offset=offset, in_workdays=in_workdays):
                for year in range(max(first.year, YEARS[0]), min(last.year + 1, YEARS[-1]) + 1):
                    for festival in festivals:
                        day = festival_date(festival, year)
                        moved = calendar.add_workdays(day, offset) if in_workdays else day + dt.timedelta(days=offset)
                        yield day if offset == 0 else moved
            case _:
                for start, end in self._periods(first, last):
                    yield from self._in_period(calendar, start, end)

    def _periods(self, first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
        """(first day, last day) of each period that counts and touches the span."""
        if self.unit is Unit.WEEK:
            zero = self.since or dt.date(2001, 1, 1)
            monday, zero = (day - dt.timedelta(days=day.weekday()) for day in (first, zero))
            while monday <= last:
                if (monday - zero).days // 7 % self.step == 0:
                    yield monday, monday + dt.timedelta(days=6)
                monday += dt.timedelta(days=7)
            return
        length = 1 if isinstance(self.pick, HalfMonths) else _MONTHS[self.unit]
        zero_month = self.since.year * 12 + self.since.month - 1 if self.since else 2000 * 12
        index = (first.year * 12 + first.month - 1) // length
        while (start := dt.date(index * length // 12, index * length % 12 + 1, 1)) <= last:
            if (index - zero_month // length) % self.step == 0:
                yield start, add_months(start, length) - _DAY
            index += 1

    def _in_period(self, calendar: WorkingCalendar, start: dt.date, end: dt.date) -> Iterator[dt.date]:
        match self.pick:
            case Weekdays(days=days):
                yield from (start + dt.timedelta(days=n) for n in days)
            case HalfMonths():
                yield start.replace(day=15)
                yield end
            case DateOf(month=month, day=number):
                yield min(add_months(start, month) + dt.timedelta(days=number - 1), add_months(start, month + 1) - _DAY)
            case NthDay(n=n):
                yield start if n > 0 else end
            case NthWorkday(n=n):
                found = calendar.add_workdays(start - _DAY if n > 0 else end + _DAY, n)
                if not start <= found <= end:  # fewer workdays than that: the nearest end, if there is any
                    found = calendar.add_workdays(end + _DAY, -1) if n > 0 else calendar.add_workdays(start - _DAY, 1)
                if start <= found <= end:
                    yield found
            case NthWeekday(n=n, weekday=weekday):
                if n > 0:
                    found = start + dt.timedelta(days=(weekday - start.weekday()) % 7 + 7 * (n - 1))
                else:
                    found = end - dt.timedelta(days=(end.weekday() - weekday) % 7)
                if found <= end:
                    yield found

    def __str__(self) -> str:
        from remit.lib.recurrence_text import write

        return write(self)


def parse_recurrence(text: str) -> Recurrence:
    """Read a rule. Raises ValueError, in a Chinese sentence with examples, for what is none."""
    from remit.lib.recurrence_text import read

    return read(text)
