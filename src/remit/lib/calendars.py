"""Business time: what counts as working time, when a term ends, and how much of it has passed.

A `WorkingCalendar` lays a company's week and its own days over the official calendar of `calendar_days`. Times are counted by
the wall clock of the calendar's time zone. Working time is summed up once a year of the calendar and kept, so that a step
over a year is two searches and no loop over days.
"""

import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from remit.lib.calendar_days import Day, DayKind, calendar_year
from remit.lib.spans import DAY, OFFICE_WEEK, Spans, in_order, since_midnight

_MICROSECOND: Final = timedelta(microseconds=1)
_STEP_MAX: Final = timedelta(days=36_525)  # a century: what goes further is a mistake, and would fill the memory


class CountedDay(NamedTuple):
    """A line of `WorkingCalendar.explain`: what kind of day it was, and how much of it was counted."""

    date: date
    kind: DayKind
    counted: timedelta


class _YearTable(NamedTuple):
    """Sums of one year. Both lists have one entry more than the year has days: what lies before each day, then the total."""

    first: int  # ordinal of 1 January
    spans: list[list[tuple[int, int]]]
    time_before: list[int]
    workdays_before: list[int]


@dataclass(frozen=True)
class WorkingCalendar:
    """A company's working time. Immutable; an edit makes a new one.

    `days`: the company's own word on single days, above the official table. `week`: spans by weekday (Monday 0); weekdays
    left out are closed. `makeup`: the spans of a day that is worked although its weekday is closed (make-up workdays), by
    default those of the first open weekday. `confirmed_years`: years that `days` covers completely, so that no forecast is
    used for them. `keeps_holidays` False: the official table does not hold here, as at a desk that is open every day.
    Raises ValueError for a week without working time or spans out of order, and ZoneInfoNotFoundError for the zone.
    """

    days: Mapping[date, DayKind] = field(default_factory=dict)
    week: Mapping[int, Spans] = field(default_factory=lambda: OFFICE_WEEK)
    makeup: Spans = ()
    tz: str = "Asia/Shanghai"
    confirmed_years: frozenset[int] = frozenset()
    keeps_holidays: bool = True
    _tables: dict[int, _YearTable] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        week = {weekday: in_order(spans) for weekday, spans in sorted(self.week.items()) if spans}
        if not week or not set(week) <= set(range(7)):
            raise ValueError("工作周至少要有一天有工作时段，星期以 0（周一）至 6（周日）表示。")
        # Copied, so that nobody changes the week under the sums; object.__setattr__ because the instance is frozen.
        object.__setattr__(self, "week", week)
        object.__setattr__(self, "days", dict(self.days))
        object.__setattr__(self, "makeup", in_order(self.makeup) or next(iter(week.values())))
        ZoneInfo(self.tz)  # refuses an unknown zone here, not at the first due date

    def __hash__(self) -> int:
        return hash((self.tz, self.makeup, len(self.days), self.confirmed_years))

    # --- days ------------------------------------------------------------------------------------------------------------

    def kind(self, day: date) -> DayKind:
        """What sort of day it is: the company's word, else the official table, else the week. Never raises."""
        own = self.days.get(day)
        if own is not None:
            return own
        official = self.official(day)
        if official is not None:
            return official.kind
        return DayKind.WORKDAY if day.weekday() in self.week else DayKind.WEEKEND

    def official(self, day: date) -> Day | None:
        """The official table's line for the day, with the festival's name, where it has one and it applies here."""
        if not self.keeps_holidays or day.year in self.confirmed_years:
            return None
        return calendar_year(day.year).days.get(day)

    def spans(self, day: date) -> Spans:
        """When the day is worked, in order; empty when it isn't."""
        match self.kind(day):
            case DayKind.HOLIDAY | DayKind.WEEKEND:
                return ()
            case _:
                return self.week.get(day.weekday(), self.makeup)

    def is_workday(self, day: date) -> bool:
        return bool(self.spans(day))

    def is_confirmed(self, day: date) -> bool:
        """False while the government hasn't published the day's year and the company hasn't said what the day is."""
        is_told = day in self.days or day.year in self.confirmed_years or not self.keeps_holidays
        return is_told or calendar_year(day.year).confirmed

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th workday after `day` (before it for a negative n); for 0 the day itself, or the next workday if closed.

        `day` itself never counts (Civil Code art. 201). Raises ValueError beyond a century.
        """
        if abs(n) > _STEP_MAX.days:
            raise ValueError(f"{n} 个工作日超出日历范围。")
        year, table = day.year, self._table(day.year)
        index = day.toordinal() - table.first
        if n > 0 or (n == 0 and not self.is_workday(day)):
            rank = table.workdays_before[index + 1] + max(n, 1)
            while rank > table.workdays_before[-1]:
                rank -= table.workdays_before[-1]
                year, table = year + 1, self._table(year + 1)
        else:
            rank = table.workdays_before[index] + n + 1
            while rank < 1:
                year, table = year - 1, self._table(year - 1)
                rank += table.workdays_before[-1]
        return date.fromordinal(table.first + bisect_left(table.workdays_before, rank) - 1)

    def end_of_day(self, day: date) -> datetime:
        """When work ends on that day, or on the next workday if it is closed (Civil Code art. 203)."""
        workday = self.add_workdays(day, 0)
        return self._at(workday, self.spans(workday)[-1].microseconds[1])

    # --- time ------------------------------------------------------------------------------------------------------------

    def add_working_time(self, start: datetime, delta: timedelta) -> datetime:
        """The earliest moment by which `delta` of working time has passed since `start`; backwards, the latest before it.

        An hour from Friday 17:00 is Friday 18:00, not Monday 9:00. Raises ValueError for a naive `start` or beyond a century.
        """
        if abs(delta) > _STEP_MAX:
            raise ValueError(f"时长 {delta} 超出日历范围。")
        day, moment = self._local(start)
        if not delta:
            return self._at(day, moment)
        year, table = day.year, self._table(day.year)
        target = self._passed(day, moment) + delta // _MICROSECOND
        if delta > timedelta():
            while target > table.time_before[-1]:
                target -= table.time_before[-1]
                year, table = year + 1, self._table(year + 1)
            index = bisect_left(table.time_before, target) - 1
        else:
            while target < 0:
                year, table = year - 1, self._table(year - 1)
                target += table.time_before[-1]
            index = bisect_right(table.time_before, target) - 1
        rest = target - table.time_before[index]
        for opens, closes in table.spans[index]:
            # At the seam of two spans, forwards takes the end of the one and backwards the start of the other.
            if rest < closes - opens or (rest == closes - opens and delta > timedelta()):
                return self._at(date.fromordinal(table.first + index), opens + rest)
            rest -= closes - opens
        raise AssertionError("the sums of a year disagree with its spans")

    def working_time_between(self, a: datetime, b: datetime) -> timedelta:
        """Working time from `a` to `b`, negative when `b` comes first. Raises ValueError for naive times."""
        (day_a, moment_a), (day_b, moment_b) = self._local(a), self._local(b)
        passed = self._passed(day_b, moment_b) - self._passed(day_a, moment_a)
        first, last = sorted((day_a.year, day_b.year))
        whole_years = sum(self._table(year).time_before[-1] for year in range(first, last))
        return (passed + (whole_years if day_a.year <= day_b.year else -whole_years)) * _MICROSECOND

    def is_open(self, at: datetime) -> bool:
        """Whether work is on at that moment; the closing moment itself no longer counts."""
        return self.next_opening(at) == at

    def next_opening(self, at: datetime) -> datetime:
        """The first moment, not before `at`, when work is on. Raises ValueError for a naive time."""
        day, moment = self._local(at)
        for span in self.spans(day):
            opens, closes = span.microseconds
            if moment < closes:
                return self._at(day, max(opens, moment))
        workday = self.add_workdays(day, 1)
        return self._at(workday, self.spans(workday)[0].microseconds[0])

    def explain(self, a: datetime, b: datetime) -> list[CountedDay]:
        """`working_time_between(a, b)` day by day, earliest first; the parts add up to it. One line for each day touched."""
        sign = 1 if a <= b else -1
        (first, moment_first), (last, moment_last) = self._local(min(a, b)), self._local(max(a, b))
        lines = []
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            start = moment_first if day == first else 0
            end = moment_last if day == last else DAY
            spans = [span.microseconds for span in self.spans(day)]
            counted = _elapsed(spans, end) - _elapsed(spans, start)
            lines.append(CountedDay(day, self.kind(day), sign * counted * _MICROSECOND))
        return lines

    # --- sums ------------------------------------------------------------------------------------------------------------

    def _table(self, year: int) -> _YearTable:
        table = self._tables.get(year)
        if table is None:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            spans = [
                [span.microseconds for span in self.spans(date.fromordinal(ordinal))]
                for ordinal in range(first, last + 1)
            ]
            table = self._tables[year] = _YearTable(
                first,
                spans,
                list(accumulate((_elapsed(day, DAY) for day in spans), initial=0)),
                list(accumulate((bool(day) for day in spans), initial=0)),
            )
        return table

    def _passed(self, day: date, moment: int) -> int:
        """Working microseconds from the start of the day's year to that moment."""
        table = self._table(day.year)
        index = day.toordinal() - table.first
        return table.time_before[index] + _elapsed(table.spans[index], moment)

    def _local(self, at: datetime) -> tuple[date, int]:
        """The day and the microseconds since midnight on the calendar's wall clock."""
        if at.tzinfo is None:
            raise ValueError("时刻必须带时区。")
        local = at.astimezone(self.zone)
        return local.date(), since_midnight(local.time())

    def _at(self, day: date, moment: int) -> datetime:
        return datetime.combine(day, time(), self.zone) + moment * _MICROSECOND

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)  # kept by zoneinfo itself, so this costs a look-up


def _elapsed(spans: Sequence[tuple[int, int]], moment: int) -> int:
    """How much of a day's spans lies before that moment of the day."""
    return sum(min(closes, moment) - opens for opens, closes in spans if opens < moment)


# --- terms ----------------------------------------------------------------------------------------------------


class DurationUnit(StrEnum):
    """MINUTES and HOURS are working time; WORKDAYS are days on which work is done; the others are calendar time."""

    MINUTES = "minute"
    HOURS = "hour"
    WORKDAYS = "workday"
    DAYS = "day"
    WEEKS = "week"
    MONTHS = "month"
    YEARS = "year"


_LABELS: Final = {
    DurationUnit.MINUTES: "分钟",
    DurationUnit.HOURS: "小时",
    DurationUnit.WORKDAYS: "个工作日",
    DurationUnit.DAYS: "天",
    DurationUnit.WEEKS: "周",
    DurationUnit.MONTHS: "个月",
    DurationUnit.YEARS: "年",
}
_DURATION: Final = re.compile(r"(\d{1,5}) ?(minute|hour|workday|day|week|month|year)s?", re.ASCII)
# As people type them, in either script.
_SPOKEN: Final = re.compile(r"([0-9]{1,5}) ?[个個]?(分[钟鐘]|小[时時]|工作日|[天日]|周|週|星期|月|年)")
_SPOKEN_UNITS: Final = {
    "分": DurationUnit.MINUTES,
    "小": DurationUnit.HOURS,
    "工": DurationUnit.WORKDAYS,
    "天": DurationUnit.DAYS,
    "日": DurationUnit.DAYS,
    "周": DurationUnit.WEEKS,
    "週": DurationUnit.WEEKS,
    "星": DurationUnit.WEEKS,
    "月": DurationUnit.MONTHS,
    "年": DurationUnit.YEARS,
}
_N_MAX: Final = 9999
_YEARS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Duration:
    """`n` of a unit, from 1 to 9999 (years to 100). Raises ValueError otherwise."""

    n: int
    unit: DurationUnit

    def __post_init__(self) -> None:
        largest = _YEARS_MAX if self.unit is DurationUnit.YEARS else _N_MAX
        if not 1 <= self.n <= largest:
            raise ValueError(f"期限“{self}”的数目应当在 1 与 {largest} 之间。")

    def due(self, calendar: WorkingCalendar, start: datetime) -> datetime:
        """When a term of this length that begins at `start` ends, as an aware datetime of the calendar's zone.

        Minutes and hours are counted in working time from `start` on. Terms in days or longer leave out the day they begin
        on and end with the business hours of their last day, or of the next workday if that day is closed (Civil Code
        art. 201 and 203); a month without the corresponding day ends with its last day (art. 202).
        Raises ValueError for a naive `start`.
        """
        if self.unit is DurationUnit.MINUTES:
            return calendar.add_working_time(start, timedelta(minutes=self.n))
        if self.unit is DurationUnit.HOURS:
            return calendar.add_working_time(start, timedelta(hours=self.n))
        if start.tzinfo is None:
            raise ValueError("时刻必须带时区。")
        first = start.astimezone(calendar.zone).date()
        if self.unit is DurationUnit.WORKDAYS:
            return calendar.end_of_day(calendar.add_workdays(first, self.n))
        return calendar.end_of_day(self._calendar_end(first))

    def _calendar_end(self, first: date) -> date:
        match self.unit:
            case DurationUnit.DAYS:
                return first + timedelta(days=self.n)
            case DurationUnit.WEEKS:
                return first + timedelta(weeks=self.n)
            case _:
                return add_months(first, self.n * (12 if self.unit is DurationUnit.YEARS else 1))

    def __str__(self) -> str:
        return f"{self.n} {self.unit}{'' if self.n == 1 else 's'}"


def parse_duration(text: str) -> Duration:
    """Read "3 workdays", "2 hours", "1 week", "30 minutes", "1 month" (also days and years), or "3 个工作日", "2小时" and so on.

    Raises ValueError, in a Chinese sentence that names the accepted forms, for anything else.
    """
    if match := _DURATION.fullmatch(text.strip()):
        return Duration(int(match[1]), DurationUnit(match[2]))
    if match := _SPOKEN.fullmatch(text.strip()):
        return Duration(int(match[1]), _SPOKEN_UNITS[match[2][0]])
    raise ValueError(
        f"期限“{text}”写法不对，请写成 30 分钟、2 小时、3 个工作日、5 天、1 周、1 个月或 1 年（或 30 minutes、3 workdays 等）。"
    )


def duration_label(duration: Duration) -> str:
    """For people: "3 个工作日", "2 小时", "1 个月"."""
    return f"{duration.n} {_LABELS[duration.unit]}"


def add_months(day: date, months: int) -> date:
    """The same day `months` later (earlier if negative), or the last day of that month where it has no such day."""
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month_index + 1, min(day.day, monthrange(year, month_index + 1)[1]))
