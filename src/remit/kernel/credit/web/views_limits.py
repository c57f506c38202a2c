"""Who owes more than he may, or longer: one list, worked out at once."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.credit.access import visible_debtors
from remit.kernel.credit.models import CreditLimit
from remit.kernel.credit.queries import exposures
from remit.lib import clock
from remit.web.acting import act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of

LIMITED_MAX: Final = 5_000  # customers with a limit that one page judges


@require_GET
def listed(request: Request) -> HttpResponse:
    """?only=over: who is beyond the limit or past the term; else all who have one."""
    person = person_here(request)
    day = timezone.localdate(clock.now())
    rows = visible_debtors(person).filter(pk__in=CreditLimit.objects.values("party"))
    q = request.GET.get("q", "").strip()
    if q:
        rows = rows.filter(name__icontains=q)
    only = request.GET.get("only") == "over"
    if only:
        known = exposures(list(rows.order_by("pk").values_list("pk", flat=True)[:LIMITED_MAX]), day)
        rows = rows.filter(pk__in=[pk for pk, one in known.items() if one.over() or one.days_past_term(day)])
    page = page_of(rows, request.GET)
    found = exposures([party.pk for party in page.rows], day)
    context = {
        "page": page,
        "rows": [
            (party, found[party.pk], found[party.pk].over(), found[party.pk].days_past_term(day)) for party in page.rows
        ],
        "only": only,
        "q": q,
        "today": day,
        "may_set": oversees(person, "credit.set_limit"),
    }
    return render(request, "credit/limits.html", context)


@require_POST
def set_limit(request: Request) -> HttpResponse:
    person = person_here(request)
    facts = {name: request.POST.get(name, "") for name in ("amount", "term_days", "since", "until", "reason")}
    number = request.POST.get("number", "").strip()
    party = visible_debtors(person).filter(number=number).order_by("pk").first()
    facts["party"] = str(party.pk) if party is not None else "0"
    return answer(request, act(request, "credit.set_limit", facts), _("The limit is set."), "credit:limits")
