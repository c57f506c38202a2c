"""Which days are worked in mainland China: the published tables, and a forecast for the years not published yet.

The State Council publishes a year's holidays and make-up workdays (调休) in the November before. Until then no library knows
them: `chinesecalendar` raises and `holidays` knows the statutory days alone. So a day says where it comes from and whether it
is confirmed, and nothing in here raises for any year.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

import holidays
from chinese_calendar import constants as published

SOURCE_PUBLISHED: Final = "chinesecalendar"
SOURCE_FORECAST: Final = "holidays"


class DayKind(StrEnum):
    """WORKDAY and WEEKEND follow the company's week; HOLIDAY is closed whatever the week says, MAKEUP is worked."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS: Final = {
    DayKind.WORKDAY: "工作日",
    DayKind.WEEKEND: "休息日",
    DayKind.HOLIDAY: "节假日",
    DayKind.MAKEUP: "调休上班",
}


@dataclass(frozen=True, slots=True)
class Day:
    """One day that differs from its weekday. `name` is the festival in Chinese, `source` the table it was read from."""

    date: date
    kind: DayKind
    name: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The days of one year that differ from their weekday, and whether that list is the published one."""

    year: int
    confirmed: bool
    days: Mapping[date, Day]


@lru_cache(maxsize=256)
def calendar_year(year: int) -> CalendarYear:
    """The official calendar of a year: published where it is known, else the forecast, marked unconfirmed. Never raises."""
    if date(year, 10, 1) in published.holidays:  # the National Day is in every published year, never in a spill-over
        days = {day.date: day for day in (*_published(year, published.holidays), *_published(year, published.workdays))}
        return CalendarYear(year, confirmed=True, days=days)
    return CalendarYear(year, confirmed=False, days=_forecast(year))


def _published(year: int, table: Mapping[date, str]) -> list[Day]:
    kind = DayKind.HOLIDAY if table is published.holidays else DayKind.MAKEUP
    return [
        Day(day, kind, published.Holiday(name).chinese, SOURCE_PUBLISHED, confirmed=True)
        for day, name in table.items()
        if day.year == year
    ]


def _forecast(year: int) -> dict[date, Day]:
    """Statutory days only: the days off around them, and the weekends worked for them, are the government's to say.

    Empty where `holidays` knows nothing either (before 1950 and after 2100); then the weekday alone decides.
    """
    known = holidays.country_holidays("CN", years=[year], language="zh_CN")
    return {
        day: Day(day, DayKind.HOLIDAY, name.removesuffix("（补假）"), SOURCE_FORECAST, confirmed=False)
        for day, name in known.items()
        if day.year == year
    }
