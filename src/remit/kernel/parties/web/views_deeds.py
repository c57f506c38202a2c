"""What is done from a customer's page or from the list: each a POST that does one thing and leads back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.parties import queries
from remit.kernel.parties.access import party_visible_to
from remit.kernel.parties.models import Merge, Party
from remit.kernel.parties.web.forms import HandoverForm, MergeForm
from remit.kernel.parties.web.views import draw_party
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request


def _deed(request: Request, pk: int, action: str, facts: dict[str, Any], done: str) -> HttpResponse:
    """One act on one customer; what is refused is told on the page, with what was typed still in the browser."""
    party = party_visible_to(person_here(request), pk)
    outcome = act(request, action, {"party": party.pk, **facts})
    if outcome.result is None:
        return draw_party(request, person_here(request), party, refusal=outcome.refusal, status=outcome.status)
    return answer(request, outcome, done, "parties:detail", party.pk)


def _text(request: Request, name: str) -> str:
    return str(request.POST.get(name, "")).strip()


@require_POST
def note(request: Request, pk: int) -> HttpResponse:
    facts = {name: _text(request, name) for name in ("kind", "text", "at", "next_step")}
    return _deed(request, pk, "customer.note", facts, _("Written down."))


@require_POST
def grade(request: Request, pk: int) -> HttpResponse:
    facts = {name: _text(request, name) for name in ("grade", "reason")}
    return _deed(request, pk, "customer.grade", facts, _("Graded."))


@require_POST
def tag(request: Request, pk: int) -> HttpResponse:
    words = _text(request, "tags").replace("，", ",").replace("、", ",").split(",")
    return _deed(request, pk, "customer.tag", {"tags": [word.strip() for word in words if word.strip()]}, _("Tagged."))


@require_POST
def relate(request: Request, pk: int) -> HttpResponse:
    facts = {name: _text(request, name) for name in ("other", "kind", "note", "end")}
    return _deed(request, pk, "customer.relate", facts, _("Changed."))


@require_POST
def collaborate(request: Request, pk: int) -> HttpResponse:
    verb = "remove" if _text(request, "end") else "add"
    return _deed(request, pk, f"customer.{verb}_collaborator", {"person": _text(request, "person")}, _("Changed."))


@require_POST
def unmask(request: Request, pk: int) -> HttpResponse:
    """The page again, with the one number whole. A reload asks anew, and leaves another event."""
    person = person_here(request)
    party = party_visible_to(person, pk)
    if field := _text(request, "field"):
        outcome = act(request, "customer.unmask", {"party": party.pk, "field": field})
        if outcome.result is None or outcome.result.kind == "requested":
            return answer(request, outcome, "", "parties:detail", party.pk)
        return draw_party(request, person, party, revealed_field=field)
    what = next(
        (name for name in ("contact", "identifier") if number_or_none(_text(request, name)) is not None), "contact"
    )
    number = number_or_none(_text(request, what)) or 0
    outcome = act(request, "customer.unmask", {"party": party.pk, what: number})
    if outcome.result is None or outcome.result.kind == "requested":
        return answer(request, outcome, "", "parties:detail", party.pk)
    return draw_party(request, person, party, revealed=(what, number))


@require_http_methods(["GET", "POST"])
def merge(request: Request, pk: int) -> HttpResponse:
    """Choose the other one, among those that look alike or any."""
    person = person_here(request)
    party = party_visible_to(person, pk)
    form = MergeForm(request.POST or None)
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "customer.merge", {"party": party.pk, "gone": form.cleaned_data["gone"]}, form)
        if outcome.result is not None:
            return answer(request, outcome, _("They are one now. It can be undone."), "parties:detail", party.pk)
        refusal, status = outcome.refusal, outcome.status
    found = queries.search(person, party.name).exclude(pk=party.pk).filter(kind=party.kind).select_related("owner")
    context = {"party": party, "form": form, "refusal": refusal, "alike": found[:10]}
    return render(request, "parties/merge.html", context, status=status)


@require_POST
def part(request: Request, pk: int, merge_pk: int) -> HttpResponse:
    party = party_visible_to(person_here(request), pk)
    merge = Merge.objects.filter(pk=merge_pk, kept=party).first()
    outcome = act(request, "customer.part", {"merge": merge.pk if merge is not None else 0})
    return answer(request, outcome, _("They are two again."), "parties:detail", party.pk)


# --- many at once ---------------------------------------------------------------------------------------------------------------


@require_POST
def bulk(request: Request) -> HttpResponse:
    """The list's bar: transfer, put into the pool, claim; all of the chosen or none."""
    verb = _text(request, "verb")
    verbs = {"transfer": _("Transferred."), "release": _("Put into the pool."), "claim": _("They are yours now.")}
    ids = [int(one) for one in request.POST.getlist("ids") if number_or_none(one) is not None]
    if verb not in verbs or not ids:
        messages.error(request, _("Choose customers first."))
        return redirect("parties:list")
    facts: dict[str, Any] = {"parties": ids}
    if verb != "claim":
        facts["reason"] = _text(request, "reason")
    if verb == "transfer":
        facts["taker"] = _text(request, "taker")
    outcome = act(request, f"customer.{verb}", facts)
    if len(ids) == 1 and outcome.result is not None and Party.objects.filter(pk=ids[0], owner=request.person).exists():
        return answer(request, outcome, verbs[verb], "parties:detail", ids[0])
    return answer(request, outcome, verbs[verb], "parties:list")


@require_http_methods(["GET", "POST"])
def handover(request: Request) -> HttpResponse:
    """Everything of one person to another, and the handovers that can be taken back."""
    person = person_here(request)
    form = HandoverForm(request.POST or None, label_suffix="")
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "customer.hand_over", form.cleaned_data, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Handed over."), "parties:handover")
        refusal, status = outcome.refusal, outcome.status
    context = {
        "form": form,
        "refusal": refusal,
        "handovers": queries.handovers_of(person)[:50],
        "may_return": oversees(person, "customer.hand_back"),
    }
    return render(request, "parties/handover.html", context, status=status)


@require_POST
def hand_back(request: Request, pk: int) -> HttpResponse:
    outcome = act(request, "customer.hand_back", {"transfer": pk})
    return answer(request, outcome, _("Taken back."), "parties:handover")
