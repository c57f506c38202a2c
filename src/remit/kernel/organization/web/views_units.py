"""The chart and the pages of units."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from remit.kernel.authority import access
from remit.kernel.organization.models import Person, Unit
from remit.kernel.organization.rules import PARENT_KINDS
from remit.kernel.organization.web import rows
from remit.kernel.organization.web.chart import draw
from remit.kernel.organization.web.forms import (
    CloseForm,
    PositionForm,
    UnitChangeForm,
    UnitForm,
    position_choice,
    unit_choice,
)
from remit.kernel.organization.web.reach import day_of, structure_of
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request

LONGEST_SEARCH: Final = 80


@require_GET
def chart(request: Request) -> HttpResponse:
    """The organization as of any day: ?on=, ?q= narrows it, ?unit= shows one sub-tree."""
    person, day = person_here(request), day_of(request)
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    structure = structure_of(day)
    root = number_or_none(request.GET.get("unit", ""))
    seen = access.companies_seen(person)
    if root is not None:
        access.unit_visible_to(person, root)
    context = {
        "chart": draw(structure, companies=seen, text=text, root=root),
        "day": day,
        "text": text,
        "root": structure.units.get(root) if root is not None else None,
        "mine": set(structure.held_by.get(person.pk, ())),
        "may_import": access.oversees(person, "organization.import"),
    }
    return render(request, "organization/chart.html", context)


@require_GET
def unit_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    return _draw_unit(request, access.unit_visible_to(person, pk), person)


def _draw_unit(request: Request, unit: Unit, person: Person, *, status: int = 200, **more: Any) -> HttpResponse:
    positions = rows.with_numbers(unit.positions.filter(closed_on=None)).order_by("-is_head", "id")
    below = unit.children.filter(closed_on=None).order_by("id")
    context = {
        "unit": unit,
        "kind": unit.get_kind_display(),
        "positions": rows.position_rows(list(positions.select_related("superior"))),
        "children": below,
        "changes": rows.changes_of_unit(unit),
        "may": {
            verb: unit.closed_on is None and access.oversees(person, f"organization.{verb}")
            for verb in ("open_unit", "open_position", "change_unit", "close_unit")
        },
        **more,
    }
    return render(request, "organization/unit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def unit_new(request: Request, pk: int) -> HttpResponse:
    """Open a unit below this one."""
    parent = access.unit_visible_to(person_here(request), pk)
    kinds = [kind for kind, above in PARENT_KINDS.items() if parent.kind in above]
    form = UnitForm(request.POST or None, kinds=kinds)
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "organization.open_unit", {**form.cleaned_data, "parent": parent.pk}, form)
        if outcome.result is not None:
            subject = outcome.result.subject[1]
            to = ("organization:unit-detail", subject or parent.pk)
            return answer(request, outcome, _("Opened."), *to)
        refusal, status = outcome.refusal, outcome.status
    title = _("Open a unit below %(unit)s") % {"unit": parent.name}
    return _form_page(request, form, title, parent, refusal, status, verb=_("Open"))


def _form_page(
    request: Request, form: Any, title: str, unit: Unit, refusal: str, status: int, *, verb: str, note: str = ""
) -> HttpResponse:
    context = {
        "form": form, "title": title, "refusal": refusal, "verb": verb, "note": note,
        "back": reverse("organization:unit-detail", args=[unit.pk]), "back_label": unit.name,
    }  # fmt: skip
    return render(request, "organization/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def unit_change(request: Request, pk: int) -> HttpResponse:
    unit = access.unit_visible_to(person_here(request), pk)
    initial = {"name": unit.name, "parent": unit.parent_id}
    form = UnitChangeForm(request.POST or None, initial=initial, offers={"parent": unit_choice(unit.parent)})
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "organization.change_unit", {**form.cleaned_data, "unit": unit.pk}, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Changed."), "organization:unit-detail", unit.pk)
        refusal, status = outcome.refusal, outcome.status
    title = _("Rename or move %(unit)s") % {"unit": unit.name}
    return _form_page(request, form, title, unit, refusal, status, verb=_("Change"))


@require_http_methods(["GET", "POST"])
def unit_close(request: Request, pk: int) -> HttpResponse:
    unit = access.unit_visible_to(person_here(request), pk)
    return _close(request, unit, CloseForm(request.POST or None, label_suffix=""))


def _close(request: Request, unit: Unit, form: CloseForm) -> HttpResponse:
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "organization.close_unit", {**form.cleaned_data, "unit": unit.pk}, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Closed."), "organization:unit-detail", unit.pk)
        refusal, status = outcome.refusal, outcome.status
    title = _("Close %(unit)s") % {"unit": unit.name}
    note = _("Its units and positions must be closed or moved before. Everything about it stays readable.")
    return _form_page(request, form, title, unit, refusal, status, verb=_("Close the unit"), note=note)


@require_http_methods(["GET", "POST"])
def position_new(request: Request, pk: int) -> HttpResponse:
    """Open a position in this unit; its head is proposed as the superior."""
    unit = access.unit_visible_to(person_here(request), pk)
    head = unit.positions.filter(closed_on=None, is_head=True).select_related("unit").first()
    form = PositionForm(
        request.POST or None,
        initial={"superior": head.pk if head else None},
        offers={"superior": position_choice(head), "second_superior": []},
    )
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        facts: Mapping[str, Any] = {**form.cleaned_data, "unit": unit.pk}
        outcome = act(request, "organization.open_position", facts, form)
        if outcome.result is not None:
            pk = int(outcome.result.subject[1])
            return answer(request, outcome, _("Opened."), "organization:position-detail", pk)
        refusal, status = outcome.refusal, outcome.status
    title = _("Open a position in %(unit)s") % {"unit": unit.name}
    return _form_page(request, form, title, unit, refusal, status, verb=_("Open"))
