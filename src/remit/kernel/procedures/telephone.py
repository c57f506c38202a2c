"""Calls to customers: when they may be made, and what is said."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from remit.kernel.authority.errors import RuleBroken
from remit.lib.calendars import WorkingCalendar
from remit.lib.spans import parse_spans

if TYPE_CHECKING:
    from remit.kernel.procedures.format import Telephone

# What a script may name beside the fields of the forms.
SPOKEN: Final = ("customer", "caller", "company")
UNKNOWN: Final = "____"
LOOKED_AHEAD_DAYS: Final = 30
_PLACE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def placeholders(text: str) -> set[str]:
    return set(_PLACE.findall(text))


def spoken(text: str, known: Mapping[str, str]) -> str:
    """The script with what is known put in; a gap for the rest, which the caller fills as he speaks."""
    return _PLACE.sub(lambda found: known.get(found[1]) or UNKNOWN, text)


def next_call(telephone: "Telephone", calendar: WorkingCalendar, at: dt.datetime) -> dt.datetime:
    """The first moment, not before `at`, at which the customer may be called: `at` itself within the hours."""
    here = at.astimezone(calendar.zone)
    for ahead in range(LOOKED_AHEAD_DAYS):
        day = here.date() + dt.timedelta(days=ahead)
        if telephone.workdays_only and not calendar.is_workday(day):
            continue
        for span in parse_spans(telephone.hours):
            closes = span.closes if span.closes != dt.time() else dt.time.max
            if ahead or here.time() < closes:
                opens = dt.datetime.combine(day, span.opens, calendar.zone)
                return max(opens, here)
    return dt.datetime.combine(here.date() + dt.timedelta(days=LOOKED_AHEAD_DAYS), dt.time(9), calendar.zone)


def refuse_rest(telephone: "Telephone", calendar: WorkingCalendar, at: dt.datetime) -> None:
    """Raises RuleBroken in the customer's time of rest, with when he may be called."""
    moment = next_call(telephone, calendar, at)
    if moment > at:
        when = moment.strftime("%m-%d %H:%M")
        raise RuleBroken(
            _("Customers are not disturbed in their time of rest. Call from %(when)s on.") % {"when": when}
        )
