"""Mandates for direct debit: the register, the form, and the end of one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.agreements.access import customer_within_reach, mandate_visible_to
from remit.kernel.agreements.queries import STATES, list_mandates
from remit.kernel.agreements.web.forms import MandateForm
from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.kernel.parties.access import keeps, reach_of
from remit.kernel.parties.models import Party
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of


@require_GET
def mandate_list(request: Request) -> HttpResponse:
    """?q= ?state=good|revoked ?party=12"""
    person = person_here(request)
    text, state = request.GET.get("q", "").strip()[:80], request.GET.get("state", "good")
    party_pk = number_or_none(request.GET.get("party", ""))
    party = customer_within_reach(person, party_pk) if party_pk is not None else None
    rows = list_mandates(person, text=text, state=state if state in STATES else "all", party=party)
    page = page_of(rows.select_related("party"), request.GET)
    may, selves = oversees(person, "mandate.revoke"), reach_of(person).selves
    context = {
        "page": page,
        "rows": [(row, row.revoked_on is None and (may or row.party.owner_id in selves)) for row in page.rows],
        "q": text,
        "state": state,
        "party": party,
        "day": today(),
        "narrows": bool(text or party or state != "good"),
        "may_register": oversees(person, "mandate.register"),
    }
    return render(request, "agreements/mandate_list.html", context)


@require_http_methods(["GET", "POST"])
def mandate_new(request: Request) -> HttpResponse:
    """?party=12: from the customer's page."""
    person = person_here(request)
    party = _customer(request, person)
    if not oversees(person, "mandate.register") and (party is None or not keeps(person, party)):
        raise NotYours(_("There is no such page."))
    form = MandateForm(request.POST or None, initial={"party": party.pk, "holder": party.name} if party else None)
    form.offer(party)
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "mandate.register", form.cleaned_data, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Registered."), "parties:detail", form.cleaned_data["party"])
        refusal, status = outcome.refusal, outcome.status
    back = reverse("parties:detail", args=[party.pk]) if party else reverse("agreements:mandates")
    context = {"form": form, "refusal": refusal, "back": back, "back_label": party.name if party else _("Mandates")}
    return render(request, "agreements/mandate_form.html", context, status=status)


def _customer(request: Request, person: Person) -> Party | None:
    given = request.POST.get("party", "") if request.method == "POST" else request.GET.get("party", "")
    pk = number_or_none(given)
    return customer_within_reach(person, pk) if pk is not None else None


@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    mandate = mandate_visible_to(person_here(request), pk)
    given = {"mandate": mandate.pk, "on": request.POST.get("on", ""), "reason": request.POST.get("reason", "")}
    outcome = act(request, "mandate.revoke", given)
    return answer(request, outcome, _("Revoked."), "agreements:mandates")
