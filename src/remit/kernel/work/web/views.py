"""Today (今日): a person's day, by deadline."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from remit.kernel.authority.queries import acting_for, in_force, month_use, waiting_summary
from remit.kernel.charters.queries import my_charters
from remit.kernel.work.queries import day_count, in_groups, item_row, late_below, team_today, todays_items
from remit.lib import clock
from remit.web.http import Request
from remit.web.paging import page_of

LIMITS_SHOWN: Final = 6


@require_GET
def today(request: Request) -> HttpResponse:
    """The start page. A login that belongs to nobody has no work, and is told so."""
    person = request.person
    if person is None:
        return render(request, "work/nobody.html")
    page = page_of(todays_items(person), request.GET, keys=("due_at", "id"))
    limits = in_force(person)
    context = {
        "now": timezone.localtime(clock.now()),
        "page": page,
        "groups": in_groups([item_row(item) for item in page.rows]),
        "count": day_count(person),
        "waiting": waiting_summary(person),
        "late": late_below(person),
        "month": month_use(person),
        "charters": my_charters(person),
        "limits": limits[:LIMITS_SHOWN],
        "limits_left": max(0, len(limits) - LIMITS_SHOWN),
        "acting": acting_for(person),
        "team": team_today(person),
    }
    return render(request, "work/today.html", context)
