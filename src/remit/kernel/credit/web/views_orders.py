"""Orders on their way out: what was agreed on paying, whether it is paid, and who let the goods go."""

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.agreements.access import agreement_visible_to, visible_agreements
from remit.kernel.authority.access import oversees
from remit.kernel.credit.models import Shipment, TermsKind
from remit.kernel.credit.queries import exposures, readiness
from remit.lib import clock
from remit.web.acting import act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of

ORDERS = ("order", "confirmation")
STATES = ("draft", "sent", "accepted", "signed")


@require_GET
def listed(request: Request) -> HttpResponse:
    """?gone=1: what was let go; else what waits. At most a page of orders is judged, each with a few statements."""
    person = person_here(request)
    day = timezone.localdate(clock.now())
    gone = request.GET.get("gone") == "1"
    orders = visible_agreements(person).filter(kind__in=ORDERS, state__in=STATES).select_related("party")
    shipped = Shipment.objects.values("agreement")
    orders = (
        orders.filter(pk__in=shipped).select_related("shipment__made_by") if gone else orders.exclude(pk__in=shipped)
    )
    page = page_of(orders, request.GET, size=20)
    owing = exposures([one.party_id for one in page.rows], day) if not gone else {}
    rows = []
    for one in page.rows:
        signed = one.state == "signed"
        ready = readiness(one, day) if signed and not gone else None
        over = owing[one.party_id].over(Decimal(0) if signed else one.amount) if not gone else Decimal(0)
        rows.append((one, ready, over, not signed and over > 0))
    context = {
        "page": page,
        "rows": rows,
        "gone": gone,
        "kinds": TermsKind.choices,
        "may_ship": oversees(person, "shipment.release"),
        "may_terms": oversees(person, "shipment.set_terms"),
    }
    return render(request, "credit/orders.html", context)


@require_POST
def release_credit(request: Request, pk: int) -> HttpResponse:
    agreement_visible_to(person_here(request), pk)
    outcome = act(request, "credit.release", {"agreement": pk, "reason": request.POST.get("reason", "")})
    return answer(request, outcome, _("Released; it can be signed."), "credit:orders")


@require_POST
def set_terms(request: Request, pk: int) -> HttpResponse:
    agreement_visible_to(person_here(request), pk)
    facts = {"agreement": pk, **{name: request.POST.get(name, "") for name in ("kind", "deposit")}}
    return answer(request, act(request, "shipment.set_terms", facts), _("The terms are laid down."), "credit:orders")


@require_POST
def ship(request: Request, pk: int) -> HttpResponse:
    agreement_visible_to(person_here(request), pk)
    outcome = act(request, "shipment.release", {"agreement": pk, "reason": request.POST.get("reason", "")})
    return answer(request, outcome, _("The goods may leave."), "credit:orders")
