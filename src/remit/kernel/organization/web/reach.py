"""Which day an address asks about."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from remit.kernel.authority.loading import rulebook_now
from remit.kernel.organization.queries import structure_on, today
from remit.kernel.organization.structure import Structure
from remit.web.http import Request


@dataclass(frozen=True, slots=True)
class Day:
    """The day that an address asks about. `error` is a sentence where it is no day; then today counts."""

    day: dt.date
    error: str = ""

    @property
    def is_today(self) -> bool:
        return self.day == today()


def structure_of(day: Day) -> Structure:
    """The organization on the day; today's is compiled already, with the rulebook."""
    return rulebook_now().structure if day.is_today else structure_on(day.day)


def day_of(request: Request) -> Day:
    """?on=2026-03-01"""
    given = request.GET.get("on", "").strip()
    if not given:
        return Day(today())
    try:
        day = dt.date.fromisoformat(given)
        if not 1900 <= day.year <= 2199:
            raise ValueError
    except ValueError:
        return Day(today(), _("“%(day)s” is no date; write it as 2026-03-01.") % {"day": given[:20]})
    return Day(day)
