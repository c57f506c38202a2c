"""Months and years of the books as days, and the company fact by which every verb of the books names whose they are."""

import calendar
import datetime as dt
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact

COMPANY: Final = Fact("company", "unit", gettext_lazy("Company"), concerns=True)


def last_day(month: dt.date) -> dt.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def year_of(year: int) -> tuple[dt.date, dt.date]:
    """First and last day. Raises RuleBroken for what is no year."""
    if not 1900 <= year <= 2199:
        raise RuleBroken(_("The year must lie between 1900 and 2199."))
    return dt.date(year, 1, 1), dt.date(year, 12, 31)
