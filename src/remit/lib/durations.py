"""How long somebody has: "3 workdays", "2 hours", "1 month", and when that ends on a given calendar."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from remit.lib.calendars import WorkingCalendar


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
    """Read "3 workdays", "2 hours", "1 week", "30 minutes", "1 month" (also days and years).

    Raises ValueError, in a Chinese sentence that names the accepted forms, for anything else.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            f"期限“{text}”写法不对，请写成 30 minutes、2 hours、3 workdays、5 days、1 week、1 month 或 1 year。"
        )
    return Duration(int(match[1]), DurationUnit(match[2]))


def duration_label(duration: Duration) -> str:
    """For people: "3 个工作日", "2 小时", "1 个月"."""
    return f"{duration.n} {_LABELS[duration.unit]}"


def add_months(day: date, months: int) -> date:
    """The same day `months` later (earlier if negative), or the last day of that month where it has no such day."""
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month_index + 1, min(day.day, monthrange(year, month_index + 1)[1]))
