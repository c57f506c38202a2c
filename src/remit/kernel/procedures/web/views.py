"""Cases: the list, the intake, one case."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import one_act, perform
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.organization.models import Person
from remit.kernel.parties.models import Grade
from remit.kernel.procedures import queries
from remit.kernel.procedures.access import case_visible_to
from remit.kernel.procedures.actions import opening_desk
from remit.kernel.procedures.compiled import label, latest_version, latest_versions, spec_of
from remit.kernel.procedures.models import ProcedureVersion
from remit.kernel.procedures.views.viewing import (
    COLUMNS,
    SORTS,
    View,
    as_address,
    as_data,
    default_of,
    view_from,
    visible_views,
)
from remit.kernel.procedures.web.drawing import draw_case
from remit.kernel.procedures.web.forms import IntakeForm, form_for
from remit.kernel.procedures.web.uploads import stored
from remit.kernel.work.access import people_below
from remit.web.acting import number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of

COLUMN_LABELS = {
    "kind": lambda: _("Kind"),
    "step": lambda: _("Step"),
    "handler": lambda: _("Handler"),
    "due": lambda: _("Due"),
    "grade": lambda: _("Grade"),
    "since": lambda: _("Taken in"),
}
SORT_LABELS = {
    "due": lambda: _("What is due first"),
    "newest": lambda: _("The newest first"),
    "oldest": lambda: _("The oldest first"),
}
STATE_LABELS = {
    "open": lambda: _("Open"),
    "late": lambda: _("Overdue"),
    "mine": lambda: _("I handle"),
    "closed": lambda: _("Closed"),
    "all": lambda: _("All"),
}


@require_GET
def case_list(request: Request) -> HttpResponse:
    """?state=late ?procedure=complaint ?q= ?sort=newest ?columns=due,handler ?view=; figures lead here with narrowing.NAMES.

    Without anything in the address it opens with the person's default view.
    """
    person = person_here(request)
    if not request.GET and (usual := default_of(person)) is not None:
        return redirect(reverse("procedures:case-list") + as_address(usual))
    versions = latest_versions()
    view = view_from(request.GET.dict())
    if view.wanted.procedure not in {version.procedure.key for version in versions}:
        view = replace(view, wanted=replace(view.wanted, procedure=""))
    found = view.narrowed.among(queries.list_cases(person, view.wanted))
    page = page_of(found, request.GET, keys=view.keys)
    context = {
        "rows": [queries.case_row(case) for case in page.rows],
        "page": page,
        "wanted": view.wanted,
        "narrowed": view.narrowed,
        "columns": [(one, COLUMN_LABELS[one]()) for one in view.columns],
        "states": [(one, STATE_LABELS[one]()) for one in queries.STATES],
        "procedures": [(version.procedure.key, label(version.procedure.labels)) for version in versions],
        "openable": _openable(person),
        "goes_out": any(spec_of(version).day for version in versions),
        "telephones": any(step.telephone for version in versions for step in spec_of(version).steps),
        **_views(request, person, view, versions),
    }
    return render(request, "procedures/case_list.html", context)


def _views(request: Request, person: Person, view: View, versions: Sequence[ProcedureVersion]) -> dict[str, Any]:
    """The saved views, and what can be done with the one that is shown. Two queries."""
    saved = list(visible_views(person).select_related("unit", "person").order_by("name"))
    shown = next((one for one in saved if str(one.pk) == request.GET.get("view")), None)
    version = next((one for one in versions if one.procedure.key == view.wanted.procedure), None)
    return {
        "views": [(one, as_address(one)) for one in saved],
        "shown": shown,
        "shown_is_own": shown is not None and shown.person_id == person.pk,
        "may_share": people_below(person).exists(),
        "kept": urlencode(as_data(view)),
        "sort": view.sort,
        "sorts": [(one, SORT_LABELS[one]()) for one in SORTS],
        "all_columns": [(one, COLUMN_LABELS[one]()) for one in COLUMNS],
        "slots": [(nth, chosen) for nth, chosen in zip_longest(range(1, len(COLUMNS) + 1), view.columns, fillvalue="")],
        "steps": [(step.id, label(step.labels)) for step in spec_of(version).steps] if version else [],
        "step_label": next((label(one.labels) for one in spec_of(version).steps if one.id == view.wanted.step), "")
        if version
        else "",
        "grades": Grade.values,
        "whose": [("mine", _("I handle")), ("people", _("My people's"))],
    }


def _openable(person: Person) -> list[tuple[str, str]]:
    """The procedures of which the person may open a case."""
    book = rulebook_now()
    found = [(version.procedure.key, spec_of(version)) for version in latest_versions()]
    return [(key, label(spec.labels)) for key, spec in found if opening_desk(spec, person, book) is not None]


@require_http_methods(["GET", "POST"])
def case_new(request: Request, key: str) -> HttpResponse:
    """The intake form; what was wrong comes back beside its field (422)."""
    person = person_here(request)
    spec = spec_of(latest_version(key))
    if opening_desk(spec, person, rulebook_now()) is None:
        raise NotYours(_("There is no such procedure."))
    data = request.POST if request.method == "POST" else None
    intake = IntakeForm(data, label_suffix="", initial={"party": request.GET.get("party", "")})
    if spec.subject != "party":
        del intake.fields["party"]
    form = form_for(spec.intake.fields, person, {}, data, request.FILES or None)
    refusal, status = "", 200
    if data is not None:
        status = 422
        if intake.is_valid():
            try:
                with one_act():
                    answers = form.answers() | stored(request, form.uploads(), person.company_id)
                    given = {name: value for name, value in intake.cleaned_data.items() if value not in (None, "")}
                    token = request.POST.get("key", "")[:32]
                    facts = {**given, "procedure": key, "answers": answers or None}
                    result = perform(request.actor, "case.open", facts, key=token or None)
                return redirect("procedures:case-detail", result.subject[1])
            except BadFacts as error:
                refusal = form.add_faults(error.faults)
            except Refusal as error:
                refusal, status = error.sentence, error.status
    context = {
        "spec": spec,
        "title": label(spec.labels),
        "intake": intake,
        "rows": list(form.rows()),
        "refusal": refusal,
        "token": request.POST.get("key") or secrets.token_urlsafe(12),
    }
    return render(request, "procedures/case_new.html", context, status=status)


@require_GET
def case_page(request: Request, pk: int) -> HttpResponse:
    """?step= names one of several steps that the reader may do at the same time."""
    person = person_here(request)
    run = number_or_none(request.GET.get("step", "")) or 0
    return draw_case(request, person, case_visible_to(person, pk), run=run)
