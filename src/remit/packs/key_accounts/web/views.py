"""The book of traffic: the weekly and monthly table, who has dropped off, and when to warn."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.parties.access import visible_parties
from remit.lib import clock
from remit.packs.key_accounts import queries
from remit.packs.key_accounts.access import takes_in
from remit.packs.key_accounts.models import Period, TrafficWarning
from remit.web.acting import act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of

WARNINGS_SHOWN = 10
LOST_SHOWN = 10


@require_GET
def book(request: Request) -> HttpResponse:
    """?period=month. Each sees the customers whose files he sees, and nothing of the others, in the figures neither (R-042)."""
    person = person_here(request)
    period = Period.MONTH if request.GET.get("period") == "month" else Period.WEEK
    days = queries.periods(person.company_id, period)
    page = page_of(queries.measured(person, period, days), request.GET, keys=("id",))
    today = timezone.localdate(clock.now())
    quarter = dt.date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    drop = queries.drop_off(person, quarter, today)
    warnings = TrafficWarning.objects.filter(party__in=visible_parties(person)).select_related("party", "case")
    context = {
        "period": period.value,
        "days": days,
        "lines": queries.lines(page.rows, period, days),
        "page": page,
        "drop": drop,
        "lost": drop.lost[:LOST_SHOWN],
        "warnings": warnings.order_by("-id")[:WARNINGS_SHOWN],
        "warned": warnings.filter(week__gte=quarter).count(),
        "rule": queries.rule_of(person.company_id),
        "may_rule": oversees(person, "traffic.set_rule"),
        "takes_in": takes_in(person),
    }
    return render(request, "traffic/book.html", context)


@require_POST
def rule(request: Request) -> HttpResponse:
    person = person_here(request)
    given = {name: request.POST.get(name, "") for name in ("share", "weeks", "mean_weeks")}
    outcome = act(request, "traffic.set_rule", {**given, "company": person.company_id})
    return answer(request, outcome, _("Saved. From the next morning on it is warned by this."), "traffic:book")
