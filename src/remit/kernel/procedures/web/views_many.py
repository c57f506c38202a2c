"""Many cases at once: the board by step, the same act on those that were chosen, and the move to the newest version."""

import secrets
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.organization.models import Person
from remit.kernel.procedures.access import visible_cases
from remit.kernel.procedures.board import board
from remit.kernel.procedures.bulk import MOST, act_on, chosen_cases
from remit.kernel.procedures.compiled import label, latest_version, latest_versions, spec_of
from remit.kernel.procedures.moving import behind, preview
from remit.web.acting import number_or_none, person_here
from remit.web.http import Request

TITLES: Final = {
    "submit": gettext_lazy("Finish the step"),
    "assign": gettext_lazy("Hand the step to somebody"),
    "pause": gettext_lazy("Stop the clock"),
    "resume": gettext_lazy("Let the clock run"),
    "note": gettext_lazy("Take note"),
    "cancel": gettext_lazy("Cancel the case"),
    "move": gettext_lazy("Move to the newest version"),
}
# The fields of the form that each act asks for.
FIELDS: Final = {"assign": ("person", "reason"), "pause": ("reason",), "cancel": ("reason",)}


@require_POST
def case_bulk(request: Request) -> HttpResponse:
    """Once to be asked what is needed, once more (`confirmed`) to do it; what came of each case is shown in a list."""
    person = person_here(request)
    deed = request.POST.get("deed", "")
    if deed not in TITLES or deed == "move":
        return redirect("procedures:case-list")
    cases = chosen_cases(person, _ids(request.POST))
    context: dict[str, Any] = {
        "deed": deed,
        "title": TITLES[deed],
        "cases": cases,
        "fields": FIELDS.get(deed, ()),
        "token": request.POST.get("key") or secrets.token_urlsafe(12),
        "pauses": sorted({label(one) for case in cases for step in spec_of(case.version).steps for one in step.pauses}),
    }
    if request.POST.get("confirmed"):
        facts = {name: request.POST.get(name, "") for name in FIELDS.get(deed, ())}
        context["outcomes"] = act_on(request.actor, person, deed, cases, facts, context["token"][:32])
        context["done"] = sum(one.is_done for one in context["outcomes"])
    return render(request, "procedures/case_bulk.html", context)


def _ids(data: QueryDict) -> list[int]:
    return [pk for text in data.getlist("ids") if (pk := number_or_none(text)) is not None]


@require_http_methods(["GET", "POST"])
def procedure_move(request: Request, key: str) -> HttpResponse:
    """What would change for the running cases that go by an older version, and then, for up to MOST of them, the move."""
    person = person_here(request)
    title = label(spec_of(latest_version(key)).labels)
    if request.method == "POST":
        return _move(request, person, key, title)
    cases = list(behind(person, key)[:MOST])
    shown = preview(person, key, cases)
    context = {
        "key": key,
        "title": title,
        "preview": shown,
        "steps": [(step.id, label(step.labels)) for step in spec_of(shown.version).steps],
        "cases": cases,
        "token": secrets.token_urlsafe(12),
    }
    return render(request, "procedures/procedure_move.html", context)


def _move(request: Request, person: Person, key: str, title: str) -> HttpResponse:
    steps = {
        name.removeprefix("step-"): value
        for name, value in request.POST.items()
        if name.startswith("step-") and isinstance(value, str) and value
    }
    cases = chosen_cases(person, _ids(request.POST))
    token = request.POST.get("key", "")[:32]
    outcomes = act_on(request.actor, person, "move", cases, {"steps": steps or None}, token or None)
    context = {
        "deed": "move",
        "title": TITLES["move"],
        "subtitle": title,
        "outcomes": outcomes,
        "done": sum(one.is_done for one in outcomes),
    }
    return render(request, "procedures/case_bulk.html", context)


@require_GET
def case_board(request: Request) -> HttpResponse:
    """?procedure=complaint; where none is named, the one of the newest open case that the person sees."""
    person = person_here(request)
    versions = {version.procedure.key: version for version in latest_versions()}
    key = request.GET.get("procedure", "")
    if key not in versions:
        newest = visible_cases(person).filter(closed_at=None).order_by("-id").values_list("procedure__key", flat=True)
        key = newest.first() or next(iter(versions), "")
    context = {
        "procedures": [(one, label(version.procedure.labels)) for one, version in versions.items()],
        "key": key,
        "columns": board(person, key, spec_of(versions[key])) if key else [],
        "heading": _("Board"),
    }
    return render(request, "procedures/case_board.html", context)
