"""The working calendars of one company and its departments: each goes by its own word, else by the nearest one above it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from remit.lib.calendar_days import DayKind
from remit.lib.calendars import WorkingCalendar
from remit.lib.spans import OFFICE_WEEK, Spans, parse_spans

# Every hour of every day: what is counted by the clock on the wall.
ALL_DAY: Final = WorkingCalendar(week=dict.fromkeys(range(7), parse_spans("00:00-24:00")), keeps_holidays=False)


@dataclass(frozen=True, slots=True)
class Shift:
    """What a unit says of its own working time. An empty `week` is that of the unit above; who brings a week of his own says with
    `keeps_holidays` whether he is closed on the days on which the others are."""

    week: Mapping[int, Spans] = field(default_factory=dict)
    days: Mapping[date, DayKind] = field(default_factory=dict)
    keeps_holidays: bool = True


class Shifts:
    """The calendars of a company, `own` by the ids of its units (the company's own among them). Immutable; each calendar is laid
    out once and shared by all units that go by it."""

    def __init__(self, company_id: int | None, own: Mapping[int, Shift]) -> None:
        self._company, self._own = company_id, dict(own)
        self._calendars: dict[tuple[int, ...], WorkingCalendar] = {}

    def on(self, line: Iterable[int]) -> WorkingCalendar:
        """The calendar of the first unit of `line`, which goes from it upwards; the company's where none has one of its own.

        A single day counts by the nearest unit that speaks of it; whoever works through the holidays takes no notice of the days of those above.
        """
        key = tuple(unit for unit in line if unit in self._own and unit != self._company)
        if key not in self._calendars:
            self._calendars[key] = self._laid_over(key)
        return self._calendars[key]

    @property
    def of_company(self) -> WorkingCalendar:
        return self.on(())

    def _laid_over(self, units: tuple[int, ...]) -> WorkingCalendar:
        line = [self._own[unit] for unit in units]
        if self._company in self._own:
            line.append(self._own[self._company])
        nth = next((nth for nth, shift in enumerate(line) if shift.week), None)
        week, keeps = (line[nth].week, line[nth].keeps_holidays) if nth is not None else (OFFICE_WEEK, True)
        days: dict[date, DayKind] = {}
        for shift in reversed(line if keeps or nth is None else line[: nth + 1]):
            days |= shift.days
        return WorkingCalendar(days=days, week=week, keeps_holidays=keeps)
