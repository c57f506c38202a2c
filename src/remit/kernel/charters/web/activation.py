"""Putting reviewed drafts into force: one with everything that it changes before one's eyes, or all of a document."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import Result, perform
from remit.kernel.charters.models import CharterVersion, DraftCharter
from remit.kernel.charters.placing import Place, place_for, positions_of, preview, superiors_first, units_of
from remit.kernel.charters.web.forms import ActivationForm
from remit.kernel.charters.web.reach import draft_here, import_here
from remit.kernel.organization.models import Position
from remit.web.http import Request


@require_http_methods(["GET", "POST"])
def activate(request: Request, document: int, draft: int) -> HttpResponse:
    """Choose the place and the day; see what it changes; put it into force. `look` only draws the page again."""
    found = draft_here(request, document, draft)
    if found.version_id is not None:
        return render(request, "charters/activated.html", _in_force(found))
    units, positions = units_of(found), positions_of(found)
    place = place_for(found, units, positions)
    sent = request.POST if request.method == "POST" else None
    form = ActivationForm(units, positions, sent, initial=_initial(place))
    refusal, status = "", 200
    if form.is_bound and form.is_valid() and "look" not in request.POST:
        try:
            result = perform(request.actor, "charter.activate", {"draft": found.pk, **form.facts()})
            return _done(request, found, result)
        except NotYours:
            raise
        except BadFacts as error:
            refusal, status = str(error), 422
        except Refusal as error:
            refusal, status = str(error.sentence), error.status
    elif form.is_bound and "look" not in request.POST:
        status = 422
    position = _chosen(form, positions, place)
    context = {
        "draft": found,
        "document": found.document,
        "form": form,
        "place": place,
        "position": position,
        "preview": preview(found, position),
        "refusal": refusal,
    }
    return render(request, "charters/activate.html", context, status=status)


def _initial(place: Place) -> dict[str, Any]:
    return {
        "unit": place.unit.pk,
        "position": place.position.pk if place.position else None,
        "superior": place.superior.pk if place.superior else None,
        "headcount": 1,
    }


def _chosen(form: ActivationForm, positions: list[Position], place: Place) -> Position | None:
    if not form.is_bound:
        return place.position
    text = str(form["position"].value() or "")
    return next((post for post in positions if str(post.pk) == text), None)


def _done(request: Request, draft: DraftCharter, result: Result) -> HttpResponse:
    if result.kind == "requested":
        messages.success(request, result.sentence)
        return redirect("charters:review", draft.document_id, draft.pk)
    messages.success(request, _("In force: %(what)s.") % {"what": result.subject[2]})
    return redirect("charters:activate", draft.document_id, draft.pk)


def _in_force(draft: DraftCharter) -> dict[str, Any]:
    version = CharterVersion.objects.select_related("charter").get(draft=draft)
    places = [place.position for place in version.charter.places.filter(end=None).select_related("position__unit")]
    following = draft.document.drafts.filter(version=None, dropped_at=None).first()
    return {
        "draft": draft,
        "document": draft.document,
        "version": version,
        "places": [(position, appoint_url(position)) for position in places],
        "grants": sum(len(clause.grants) for clause in version.spec.authority),
        "following": following,
    }


def appoint_url(position: Position) -> str:
    """Where somebody is appointed to a position: its own page, or the action's form with the position filled in."""
    try:
        return reverse("organization:position-detail", args=[position.pk])
    except NoReverseMatch:
        return f"{reverse('authority:action-do', args=['organization.appoint'])}?position={position.pk}"


# --- all of a document ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft that can be put into force with the others, and where; `sentence` says what came of it."""

    draft: DraftCharter
    place: Place
    form: ActivationForm
    fault: str = ""
    conflicts: tuple[Any, ...] = ()
    result: str = ""


@require_http_methods(["GET", "POST"])
def activate_all(request: Request, document: int) -> HttpResponse:
    """Every reviewed draft, superiors first. Each by itself: what is refused is told, and the others go on."""
    found = import_here(request, document)
    drafts = list(found.drafts.filter(version=None, dropped_at=None).select_related("document"))
    reviewed = [draft for draft in drafts if draft.items.exists() and not draft.items.filter(state="proposed").exists()]
    rows = []
    sent = request.POST if request.method == "POST" else None
    failed = False
    for draft in superiors_first(reviewed):
        if sent is not None and f"d{draft.pk}-take" not in sent:
            continue
        row = _row(draft, sent)
        if sent is not None:
            row, is_done = _put_into_force(request, row)
            failed = failed or not is_done
        rows.append(row)
    if sent is not None and rows and not failed:
        messages.success(request, _("In force: %(n)d charters.") % {"n": len(rows)})
        return redirect("charters:import-detail", found.pk)
    context = {"document": found, "rows": rows, "waiting": len(drafts) - len(reviewed), "is_result": sent is not None}
    return render(request, "charters/activate_all.html", context, status=422 if failed else 200)


def _row(draft: DraftCharter, sent: Any) -> Ready:
    """The organization is asked anew for each: the superior may have come into being just before."""
    units, positions = units_of(draft), positions_of(draft)
    place = place_for(draft, units, positions)
    form = ActivationForm(units, positions, sent, initial=_initial(place), prefix=f"d{draft.pk}")
    look = preview(draft, place.position)
    return Ready(draft, place, form, fault=look.fault, conflicts=look.conflicts)


def _put_into_force(request: Request, row: Ready) -> tuple[Ready, bool]:
    form = row.form
    if not form.is_valid():
        return Ready(row.draft, row.place, form, fault=_("Look through the marked fields.")), False
    facts = form.facts()
    if facts.get("position") is None and facts.get("superior") is None and row.place.superior is not None:
        facts["superior"] = row.place.superior.pk
    try:
        result = perform(request.actor, "charter.activate", {"draft": row.draft.pk, **facts})
    except (Refusal, BadFacts) as error:
        return Ready(row.draft, row.place, form, fault=str(error), conflicts=row.conflicts), False
    return Ready(row.draft, row.place, form, result=result.subject[2] or result.sentence), True
