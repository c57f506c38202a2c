"""Charters in force: the list by department, one charter with its versions, two compared, the next one written."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import Result, perform
from remit.kernel.charters.access import visible_imports
from remit.kernel.charters.compare import compare
from remit.kernel.charters.format import charter_from_yaml, charter_to_yaml
from remit.kernel.charters.models import Charter, CharterPosition, CharterVersion
from remit.kernel.charters.queries import charters_by_unit, in_force_on, signatures_of, to_sign
from remit.kernel.charters.review_queries import labels_now
from remit.kernel.charters.web.charter_view import charter_view
from remit.kernel.charters.web.forms import PlaceForm, RevisionForm
from remit.kernel.charters.web.reach import charter_here, version_here
from remit.kernel.organization.models import Position
from remit.kernel.organization.queries import today
from remit.lib.yaml_reader import BadYaml
from remit.web.acting import person_here
from remit.web.http import Request

FILTERS = ("unsigned", "idle", "without")


@require_GET
def charter_list(request: Request) -> HttpResponse:
    person = person_here(request)
    text = request.GET.get("q", "").strip()[:80]
    only = request.GET.get("only", "")
    units = charters_by_unit(person, text, only if only in FILTERS else "")
    context = {
        "units": units,
        "text": text,
        "only": only if only in FILTERS else "",
        "any": any(row.charter for unit in units for row in unit.rows),
        "may_import": oversees(person, "charter.import"),
        "waiting": len(to_sign(person)),
        "has_imports": visible_imports(person).exists(),
    }
    return render(request, "charters/charter_list.html", context)


def current_version(charter: Charter) -> CharterVersion:
    """The one in force; before the first takes effect that one, after the last was retired the last."""
    versions = charter.versions.select_related("charter__company", "activated_by", "document")
    found = versions.filter(in_force_on(today())).first() or versions.order_by("-number").first()
    if found is None:
        raise NotYours(_("There is no such charter."))
    return found


@require_GET
def charter_page(request: Request, charter: int) -> HttpResponse:
    found = charter_here(request, charter)
    return _show(request, found, current_version(found))


@require_GET
def version_page(request: Request, charter: int, number: int) -> HttpResponse:
    found = charter_here(request, charter)
    return _show(request, found, version_here(request, found.pk, number))


def _show(request: Request, charter: Charter, version: CharterVersion) -> HttpResponse:
    person = person_here(request)
    versions = list(charter.versions.defer("body").select_related("activated_by").order_by("-number"))
    places = charter.places.filter(end=None).select_related("position__unit__company")
    day = today()
    context = {
        "charter": charter,
        "version": version,
        "view": charter_view(version),
        "versions": versions,
        "before": next((one for one in versions if one.number < version.number), None),
        "places": [place.position for place in places],
        "signatures": signatures_of(version),
        "state": _state(version, day),
        "may_revise": oversees(person, "charter.revise"),
        "may_define": oversees(person, "charter.define"),
        "may_retire": oversees(person, "charter.retire") and versions[0].retired_on is None,
        "today": day,
    }
    return render(request, "charters/charter_detail.html", context)


def _state(version: CharterVersion, day: Any) -> str:
    if version.effective_on > day:
        return "upcoming"
    return "past" if version.retired_on is not None and version.retired_on <= day else "in_force"


@require_GET
def compare_page(request: Request, charter: int) -> HttpResponse:
    """Two versions, clause by clause: ?from=1&to=2."""
    found = charter_here(request, charter)
    versions = list(found.versions.order_by("-number"))
    after = _named(versions, request.GET.get("to", ""), 0)
    before = _named(versions, request.GET.get("from", ""), 1)
    changes = compare(before.spec, after.spec, labels_now()) if before and after else ()
    context = {"charter": found, "versions": versions, "before": before, "after": after, "changes": changes}
    return render(request, "charters/compare.html", context)


def _named(versions: list[CharterVersion], text: str, place: int) -> CharterVersion | None:
    number = int(text) if text.isdecimal() and len(text) < 6 else 0
    named = next((version for version in versions if version.number == number), None)
    return named or (versions[place] if len(versions) > place else None)


# --- changing it -----------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def revise(request: Request, charter: int) -> HttpResponse:
    """The charter as its YAML file. Every fault is told with its line; `look` compares without putting anything into force."""
    found = charter_here(request, charter)
    before = found.versions.order_by("-number").first() or current_version(found)
    initial = {"text": charter_to_yaml(before.spec), "effective_on": today()}
    form = RevisionForm(request.POST if request.method == "POST" else None, initial=initial, label_suffix="")
    context: dict[str, Any] = {"charter": found, "before": before, "form": form}
    if not form.is_bound:
        return render(request, "charters/revise.html", context)
    status = 422
    if form.is_valid():
        try:
            spec = charter_from_yaml(form.cleaned_data["text"])
            context["changes"] = compare(before.spec, spec, labels_now())
            if "look" in request.POST:
                return render(request, "charters/revise.html", {**context, "looked": True})
            facts = {
                "charter": found.pk,
                "yaml": {"text": form.cleaned_data["text"]},
                "effective_on": form.cleaned_data["effective_on"],
                "accept_conflicts": form.cleaned_data["accept_conflicts"] or None,
            }
            return _revised(request, found, perform(request.actor, "charter.revise", facts))
        except BadYaml as error:
            context["faults"] = error.faults
        except NotYours:
            raise
        except BadFacts as error:
            context["refusal"] = str(error)
        except Refusal as error:
            context["refusal"], status = error.sentence, error.status
            context["conflicts"] = "conflicts" in error.data
    return render(request, "charters/revise.html", context, status=status)


def _revised(request: Request, charter: Charter, result: Result) -> HttpResponse:
    if result.kind == "requested":
        messages.success(request, result.sentence)
        return redirect("authority:request-detail", result.request_id)
    messages.success(request, _("In force: %(what)s.") % {"what": result.subject[2]})
    return redirect("charters:version", charter.pk, result.changes["version"])


@require_http_methods(["GET", "POST"])
def add_place(request: Request, charter: int) -> HttpResponse:
    """Define a further position (a branch's post) by the same charter."""
    found = charter_here(request, charter)
    defined = CharterPosition.objects.filter(end=None).values("position")
    free = Position.objects.filter(closed_on=None).exclude(pk__in=defined).select_related("unit")
    if found.company_id is not None:
        free = free.filter(company=found.company_id)
    sent = request.POST if request.method == "POST" else None
    form = PlaceForm(list(free.order_by("unit__path", "id")), sent, initial={"start": today()})
    refusal, conflicts = "", False
    if form.is_valid():
        cleaned = form.cleaned_data
        facts = {
            "position": cleaned["position"],
            "charter": found.pk,
            "start": cleaned["start"],
            "accept_conflicts": cleaned["accept_conflicts"] or None,
        }
        try:
            result = perform(request.actor, "charter.define", facts)
            messages.success(
                request, result.sentence if result.kind == "requested" else _("The position has its charter now.")
            )
            return redirect("charters:detail", found.pk)
        except NotYours:
            raise
        except BadFacts as error:
            refusal = str(error)
        except Refusal as error:
            refusal, conflicts = error.sentence, "conflicts" in error.data
    context = {"charter": found, "form": form, "refusal": refusal, "conflicts": conflicts}
    return render(request, "charters/add_place.html", context, status=422 if form.is_bound else 200)


@require_POST
def retire(request: Request, charter: int) -> HttpResponse:
    """The charter ends on a day: its grants with it. Nobody is dismissed by it."""
    found = charter_here(request, charter)
    try:
        result = perform(request.actor, "charter.retire", {"charter": found.pk, "end": request.POST.get("end", "")})
        messages.success(request, _("Ended: %(what)s.") % {"what": result.subject[2]})
    except NotYours:
        raise
    except (Refusal, BadFacts) as error:
        messages.error(request, str(error))
    return redirect("charters:detail", found.pk)
