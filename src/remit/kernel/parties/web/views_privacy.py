"""A customer's privacy: what it agreed to, when it may be disturbed, its data as a file, and erasure."""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.kernel.parties.access import contributes, is_above, keeps, party_visible_to
from remit.kernel.parties.disclosing import data_of
from remit.kernel.parties.models import Channel, Consent, Party, Purpose
from remit.kernel.parties.privacy import may_contact, policy_for
from remit.kernel.parties.web.views_exchange import as_file
from remit.lib import clock
from remit.web.acting import Outcome, act, answer, person_here
from remit.web.http import Request

WORDS_SHOWN = 100


def _reader(request: Request, pk: int) -> tuple[Person, Party]:
    """Contributors and superiors, and who may erase. Raises NotYours."""
    person = person_here(request)
    party = party_visible_to(person, pk)
    if not (contributes(person, party) or is_above(person, party) or oversees(person, "customer.erase")):
        raise NotYours(_("There is no such customer."))
    return person, party


@require_http_methods(["GET", "POST"])
def privacy(request: Request, pk: int) -> HttpResponse:
    """What it agreed to; a POST writes another word down."""
    person, party = _reader(request, pk)
    if request.method == "POST":
        facts = {name: request.POST.get(name, "") for name in ("purpose", "channel", "given", "day", "evidence")}
        return _settled(
            request, party, act(request, "customer.consent", {**facts, "party": party.pk}), _("Written down.")
        )
    return _draw(request, person, party)


def _settled(request: Request, party: Party, outcome: Outcome, done: str) -> HttpResponse:
    if outcome.result is None:
        return _draw(request, person_here(request), party, refusal=outcome.refusal, status=outcome.status)
    return answer(request, outcome, done, "parties:privacy", party.pk)


def _draw(request: Request, person: Person, party: Party, *, refusal: str = "", status: int = 200) -> HttpResponse:
    policy, now = policy_for(party.company_id), clock.now()
    answers: list[tuple[Any, Any]] = [
        (purpose.label, may_contact(party, Channel.CALL, purpose, now, policy)) for purpose in Purpose
    ]
    words = Consent.objects.filter(party=party).select_related("made_by").order_by("-day", "-id")
    own = keeps(person, party)
    context = {
        "party": party,
        "answers": answers,
        "words": words[:WORDS_SHOWN],
        "policy": policy,
        "purposes": Purpose.choices,
        "channels": Channel.choices,
        "adds": contributes(person, party) and party.erased_at is None,
        "may_disclose": (own or oversees(person, "customer.disclose")) and party.erased_at is None,
        "may_erase": oversees(person, "customer.erase") and party.erased_at is None,
        "refusal": refusal,
    }
    return render(request, "parties/privacy.html", context, status=status)


@require_POST
def hours(request: Request, pk: int) -> HttpResponse:
    _person, party = _reader(request, pk)
    facts = {"party": party.pk, "hours": request.POST.get("hours", "")}
    return _settled(request, party, act(request, "customer.set_hours", facts), _("Changed."))


@require_POST
def disclose(request: Request, pk: int) -> HttpResponse:
    """The file itself; each one leaves an event."""
    _person, party = _reader(request, pk)
    outcome = act(request, "customer.disclose", {"party": party.pk, "reason": request.POST.get("reason", "")})
    if outcome.result is None or outcome.result.kind == "requested":
        return _settled(request, party, outcome, "")
    data = json.dumps(data_of(party), ensure_ascii=False, indent=2).encode()
    return as_file(data, "application/json; charset=utf-8", f"{party.number}-{today()}.json")


@require_POST
def erase(request: Request, pk: int) -> HttpResponse:
    _person, party = _reader(request, pk)
    facts = {"party": party.pk, **{name: request.POST.get(name, "") for name in ("number", "reason")}}
    return _settled(request, party, act(request, "customer.erase", facts), _("Erased."))
