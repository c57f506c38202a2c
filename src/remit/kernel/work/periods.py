"""The periods of summaries: days, weeks from Monday, months."""

import datetime as dt

from remit.kernel.work.models import SummaryKind
from remit.lib.calendars import add_months


def first_day(kind: str, day: dt.date) -> dt.date:
    """Of the day, week (Monday) or month that the day lies in."""
    if kind == SummaryKind.WEEK:
        return day - dt.timedelta(days=day.weekday())
    return day.replace(day=1) if kind == SummaryKind.MONTH else day


def next_first(kind: str, start: dt.date) -> dt.date:
    if kind == SummaryKind.MONTH:
        return add_months(start, 1)
    return start + dt.timedelta(days=7 if kind == SummaryKind.WEEK else 1)


def period_label(kind: str, start: dt.date) -> str:
    """ "2026年11月", "11月23日至11月29日", "11月23日"."""
    if kind == SummaryKind.MONTH:
        return f"{start.year}年{start.month}月"
    last = next_first(kind, start) - dt.timedelta(days=1)
    return f"{start.month}月{start.day}日" + (f"至{last.month}月{last.day}日" if last != start else "")
