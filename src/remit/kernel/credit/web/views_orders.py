"""Orders on their way out: what was agreed on paying, whether it is paid, and who let the goods go."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.agreements.access import agreement_visible_to
from remit.kernel.agreements.models import Agreement
from remit.kernel.authority.access import oversees
from remit.kernel.billing.access import visible_charges
from remit.kernel.billing.models import Charge
from remit.kernel.credit.access import visible_orders
from remit.kernel.credit.models import Shipment, TermsKind
from remit.kernel.credit.queries import ZERO, Readiness, exposures, readinesses
from remit.kernel.organization.models import Person
from remit.lib import clock
from remit.web.acting import act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of

CHARGES_MAX = 200


@require_GET
def listed(request: Request) -> HttpResponse:
    """?gone=1: what was let go; else what waits."""
    person = person_here(request)
    gone = request.GET.get("gone") == "1"
    may_terms = not gone and oversees(person, "shipment.set_terms")
    orders = visible_orders(person).select_related("party")
    shipped = Shipment.objects.values("agreement")
    orders = (
        orders.filter(pk__in=shipped).select_related("shipment__made_by") if gone else orders.exclude(pk__in=shipped)
    )
    page = page_of(orders, request.GET, size=20)
    context = {
        "page": page,
        "rows": [Row(one) for one in page.rows] if gone else _waiting(person, page.rows),
        "gone": gone,
        "kinds": TermsKind.choices,
        "may_terms": may_terms,
    }
    return render(request, "credit/orders.html", context)


@dataclass(frozen=True, slots=True)
class Row:
    """An order as the page shows it: whether its goods may leave, by how much it passes the limit unsigned, which charges might bill it."""

    order: Agreement
    ready: Readiness | None = None
    over: Decimal = ZERO
    charges: Sequence[Charge] = ()

    @property
    def blocked(self) -> bool:
        return self.over > 0


def _waiting(person: Person, orders: Sequence[Agreement]) -> list[Row]:
    """The orders of a page, judged in a handful of statements however many they are."""
    day = timezone.localdate(clock.now())
    signed = [one for one in orders if one.state == "signed"]
    ready = readinesses(signed, day)
    owing = exposures([one.party_id for one in orders], day)
    unmatched: dict[int, list[Charge]] = {}
    if oversees(person, "shipment.match_charge"):
        rows = visible_charges(person).filter(
            payer__in=[one.party_id for one in signed], of_order=None, reversed_at=None
        )
        for charge in rows.order_by("-pk")[:CHARGES_MAX]:
            unmatched.setdefault(charge.payer_id, []).append(charge)
    return [
        Row(
            one,
            ready.get(one.pk),
            ZERO if one.pk in ready else owing[one.party_id].over(one.amount),
            unmatched.get(one.party_id, ()) if one.pk in ready else (),
        )
        for one in orders
    ]


@require_POST
def match(request: Request, pk: int) -> HttpResponse:
    agreement_visible_to(person_here(request), pk)
    outcome = act(request, "shipment.match_charge", {"agreement": pk, "charge": request.POST.get("charge", "")})
    return answer(request, outcome, _("The charge counts for the order."), "credit:orders")


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
