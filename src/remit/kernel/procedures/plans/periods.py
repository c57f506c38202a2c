"""The periods of a frequency and the days of an occasion. Pure."""

import datetime as dt
from dataclasses import dataclass

from remit.kernel.procedures.plans.format import Occasion, Period
from remit.lib.calendars import add_months
from remit.lib.lunar import festival_date


@dataclass(frozen=True, slots=True)
class Span:
    """One period: its name ("2026-M11"), its first day, and the first day after it."""

    key: str
    start: dt.date
    end: dt.date


def span_of(period: Period, day: dt.date) -> Span:
    """The period in which the day lies. A week begins on Monday, half a month on the 1st and the 16th."""
    match period:
        case "week":
            start = day - dt.timedelta(days=day.weekday())
            year, week, _ = day.isocalendar()
            return Span(f"{year}-W{week:02d}", start, start + dt.timedelta(days=7))
        case "half_month":
            first = day.replace(day=1)
            middle = first.replace(day=16)
            if day < middle:
                return Span(f"{day:%Y-M%m}-1", first, middle)
            return Span(f"{day:%Y-M%m}-2", middle, add_months(first, 1))
        case "month":
            first = day.replace(day=1)
            return Span(f"{day:%Y-M%m}", first, add_months(first, 1))
        case "quarter":
            quarter = (day.month - 1) // 3
            first = dt.date(day.year, 3 * quarter + 1, 1)
            return Span(f"{day.year}-Q{quarter + 1}", first, add_months(first, 3))
        case "half_year":
            half = (day.month - 1) // 6
            first = dt.date(day.year, 6 * half + 1, 1)
            return Span(f"{day.year}-H{half + 1}", first, add_months(first, 6))
        case "year":
            return Span(str(day.year), dt.date(day.year, 1, 1), dt.date(day.year + 1, 1, 1))


def festivals_near(occasion: Occasion, day: dt.date, ahead: int = 0) -> list[Span]:
    """The festivals for which cases are opened on that day, or within so many days: from so many days before up to the day itself."""
    found = []
    for name in occasion.festival:
        for year in (day.year, day.year + 1):
            on = festival_date(name, year)
            start = on - dt.timedelta(days=occasion.days_before)
            if start <= day + dt.timedelta(days=ahead) and day <= on:
                found.append(Span(f"{name}-{year}", start, on + dt.timedelta(days=1)))
    return found


def birthdays_near(day: dt.date, days_before: int) -> dict[int, list[tuple[int, int]]]:
    """Year → (month, day) of the birthdays from that day until so many days after it. Who was born on 29 February has it on the
    28th in common years."""
    found: dict[int, list[tuple[int, int]]] = {}
    for ahead in range(days_before + 1):
        on = day + dt.timedelta(days=ahead)
        found.setdefault(on.year, []).append((on.month, on.day))
        if (on.month, on.day) == (2, 28) and (on + dt.timedelta(days=1)).month == 3:
            found[on.year].append((2, 29))
    return found
