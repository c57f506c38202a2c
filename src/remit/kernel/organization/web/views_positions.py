"""Positions: the list, one position with who holds it, and what is done with it."""

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority import access
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.separation import Conflict, conflicts_if_appointed
from remit.kernel.organization.models import Person, Position
from remit.kernel.organization.queries import search_positions
from remit.kernel.organization.web import rows
from remit.kernel.organization.web.forms import (
    AppointForm,
    CloseForm,
    EndAppointmentForm,
    PositionChangeForm,
    person_choice,
    position_choice,
    unit_choice,
)
from remit.kernel.organization.web.reach import day_of, structure_of
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of

VERBS: Final = ("appoint", "end_appointment", "change_position", "close_position")


@require_GET
def position_list(request: Request) -> HttpResponse:
    """?q= name, pinyin or code; ?only=vacant or charterless; ?unit= with everything below it."""
    person = person_here(request)
    text, only = request.GET.get("q", "").strip()[:80], request.GET.get("only", "")
    found = search_positions(text).filter(pk__in=access.visible_positions(person)).select_related("unit", "superior")
    unit_id = number_or_none(request.GET.get("unit", ""))
    unit = access.unit_visible_to(person, unit_id) if unit_id is not None else None
    if unit is not None:
        found = found.filter(unit__path__startswith=unit.path)
    counts = {"vacant": rows.vacant(found).count(), "charterless": rows.without_charter(found).count()}
    page = page_of(_narrowed(found, only), request.GET, keys=("unit__path", "id"), by_row=True)
    context = {
        "rows": rows.position_rows(page.rows), "page": page, "text": text, "only": only, "unit": unit, "counts": counts,
        "total": found.count(),
    }  # fmt: skip
    return render(request, "organization/position_list.html", context)


def _narrowed(found: QuerySet[Position], only: str) -> QuerySet[Position]:
    if only == "vacant":
        return rows.vacant(found)
    return rows.without_charter(found) if only == "charterless" else found


@require_GET
def position_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    return _draw(request, access.position_visible_to(person, pk), person)


def _draw(request: Request, position: Position, person: Person, *, status: int = 200, **more: Any) -> HttpResponse:
    """The record as of ?on=; forms only on today's."""
    day = day_of(request)
    structure = structure_of(day)
    that_day = structure.positions.get(position.pk)
    now, before = rows.holders_of(position, day.day)
    below = [p for p in structure.positions.values() if position.pk in (p.superior_id, p.second_superior_id)]
    actings = position.actings.select_related("position__unit", "principal", "deputy").order_by("starts_at", "id")
    is_live = day.is_today and (position.closed_on is None or position.closed_on > day.day)
    context = {
        "position": position,
        "day": day,
        "that_day": that_day,
        "unit_then": structure.units.get(that_day.unit_id) if that_day else None,
        "superiors": [
            (structure.positions[pk], "、".join(structure.people[p] for p in structure.positions[pk].holders))
            for pk in ((that_day.superior_id, that_day.second_superior_id) if that_day else ())
            if pk in structure.positions
        ],
        "below": below,
        "now": now,
        "before": before,
        "free": max(0, position.headcount - sum(span.is_now for span in now)),
        "limits": rows.limits_of(position.pk) if day.is_today else [],
        "charter": rows.charter_in_force(position),
        "changes": rows.changes_of(position),
        "lines": rows.lines_of(position),
        "actings": rows.acting_rows(rows.actings_in(actings, "now") | rows.actings_in(actings, "to_come"), person),
        "may_name_deputy": is_live and _may_name_deputy(person, position),
        "may": {verb: is_live and access.oversees(person, f"organization.{verb}") for verb in VERBS},
        "appoint_form": AppointForm(initial={"is_main": True}, offers={"person": []}),
        "end_form": EndAppointmentForm(label_suffix=""),
        **more,
    }
    return render(request, "organization/position.html", context, status=status)


def _may_name_deputy(person: Person, position: Position) -> bool:
    """For one's own position and those below, or by a grant."""
    own, below = access.positions_reached(person)
    return position.pk in own | below or access.oversees(person, "organization.appoint_deputy")


@require_GET
def appointment_check(request: Request, pk: int) -> HttpResponse:
    """What would speak against appointing ?person=: a fragment beside the form, before it is sent."""
    person = person_here(request)
    position = access.position_visible_to(person, pk)
    context = {"conflicts": _conflicts(person, position, request.GET.get("person", "")), "position": position}
    return render(request, "organization/_conflicts.html", context)


def _conflicts(person: Person, position: Position, given: str) -> list[Conflict]:
    chosen = number_or_none(given)
    about = access.visible_people(person).filter(pk=chosen).first() if chosen is not None else None
    return conflicts_if_appointed(rulebook_now(), about.pk, position.pk, about.name) if about is not None else []


@require_POST
def appointment_new(request: Request, pk: int) -> HttpResponse:
    """Appoint. Where rights would meet that should not, the page asks once more and says which."""
    person = person_here(request)
    position = access.position_visible_to(person, pk)
    chosen = access.visible_people(person).filter(pk=number_or_none(request.POST.get("person", "")) or 0).first()
    form = AppointForm(request.POST, offers={"person": person_choice(chosen)})
    refusal, status = "", 422
    conflicts = _conflicts(person, position, request.POST.get("person", ""))
    if form.is_valid():
        if chosen is None:
            form.add_error("person", _("There is no such person."))
        elif not conflicts or request.POST.get("knowingly") == "yes":
            outcome = act(request, "organization.appoint", {**form.cleaned_data, "position": position.pk}, form)
            if outcome.result is not None:
                done = _("%(name)s is appointed.") % {"name": chosen.name}
                return answer(request, outcome, done, "organization:position-detail", pk)
            refusal, status = outcome.refusal, outcome.status
    return _draw(
        request,
        position,
        person,
        status=status,
        appoint_form=form,
        refusal=refusal,
        conflicts=conflicts,
        asks=bool(conflicts),
    )


@require_POST
def appointment_end(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    position = access.position_visible_to(person, pk)
    form = EndAppointmentForm(request.POST, label_suffix="")
    refusal, status = "", 422
    if form.is_valid():
        outcome = act(request, "organization.end_appointment", {**form.cleaned_data, "position": position.pk}, form)
        if outcome.result is not None:
            return answer(request, outcome, _("The appointment is ended."), "organization:position-detail", pk)
        refusal, status = outcome.refusal, outcome.status
    return _draw(request, position, person, status=status, end_form=form, refusal=refusal or form.errors.as_text())


@require_http_methods(["GET", "POST"])
def position_change(request: Request, pk: int) -> HttpResponse:
    position = access.position_visible_to(person_here(request), pk)
    initial = {
        "title": position.title, "unit": position.unit_id, "headcount": position.headcount, "is_head": position.is_head,
        "superior": position.superior_id, "second_superior": position.second_superior_id,
    }  # fmt: skip
    offers = {
        "unit": unit_choice(position.unit),
        "superior": position_choice(position.superior),
        "second_superior": position_choice(position.second_superior),
    }
    form = PositionChangeForm(request.POST or None, initial=initial, offers=offers)
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "organization.change_position", {**form.facts(), "position": position.pk}, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Changed."), "organization:position-detail", pk)
        refusal, status = outcome.refusal, outcome.status
    title = _("Change %(title)s") % {"title": position.title}
    return _form_page(request, position, form, title, _("Change"), refusal, status)


@require_http_methods(["GET", "POST"])
def position_close(request: Request, pk: int) -> HttpResponse:
    position = access.position_visible_to(person_here(request), pk)
    form = CloseForm(request.POST or None, label_suffix="")
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "organization.close_position", {**form.cleaned_data, "position": position.pk}, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Closed."), "organization:position-detail", pk)
        refusal, status = outcome.refusal, outcome.status
    title = _("Close %(unit)s") % {"unit": position.title}
    return _form_page(request, position, form, title, _("Close the position"), refusal, status)


def _form_page(
    request: Request, position: Position, form: Any, title: str, verb: str, refusal: str, status: int
) -> HttpResponse:
    context = {
        "form": form, "title": title, "verb": verb, "refusal": refusal, "back_label": position.title,
        "back": reverse("organization:position-detail", args=[position.pk]),
    }  # fmt: skip
    return render(request, "organization/form.html", context, status=status)
