"""People: the list and its exports, one person, and what is done about somebody."""

from typing import Any, Final
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from remit.kernel.audit.actions import record
from remit.kernel.authority import access
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.organization.models import Appointment, Person
from remit.kernel.organization.models.spans import holds_on
from remit.kernel.organization.queries import search_people, today
from remit.kernel.organization.web import rows
from remit.kernel.organization.web.forms import HireForm, LeaveForm, PersonForm
from remit.lib.sheets import Cell, write_csv, write_xlsx
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VERBS: Final = ("change_person", "leave")


def _wanted(request: Request, person: Person) -> tuple[QuerySet[Person], dict[str, Any]]:
    """The people that the address asks for: ?q= ?unit= ?position= ?only=gone (for administrators)."""
    text = request.GET.get("q", "").strip()[:80]
    only = request.GET.get("only", "")
    seen = access.visible_people(person)
    found = seen.exclude(pk__in=rows.working(seen)) if only == "gone" else rows.working(seen)
    if only == "unplaced":
        found = found.exclude(appointments__in=_held_today())
    unit_id, position_id = (number_or_none(request.GET.get(name, "")) for name in ("unit", "position"))
    unit = access.unit_visible_to(person, unit_id) if unit_id is not None else None
    position = access.position_visible_to(person, position_id) if position_id is not None else None
    if unit is not None:
        found = found.filter(
            pk__in=_held_today().filter(position__unit__path__startswith=unit.path).values("person_id")
        )
    if position is not None:
        found = found.filter(pk__in=_held_today().filter(position=position).values("person_id"))
    return search_people(text, found), {"text": text, "only": only, "unit": unit, "position": position}


def _held_today() -> QuerySet[Appointment]:
    return Appointment.objects.filter(holds_on(today()))


@require_GET
def person_list(request: Request) -> HttpResponse:
    person = person_here(request)
    found, wanted = _wanted(request, person)
    page = page_of(found.select_related("company"), request.GET, keys=("sort_key", "id"), by_row=True)
    units = access.visible_units(person).filter(closed_on=None).order_by("path")
    context = {
        "rows": rows.person_rows(page.rows),
        "page": page,
        "total": found.count(),
        "units": units,
        "administers": access.administers_people(person),
        "may_hire": access.oversees(person, "organization.hire"),
        **wanted,
    }
    return render(request, "organization/person_list.html", context)


@require_GET
def person_export(request: Request, kind: str) -> HttpResponse:
    """The list as it is filtered. Numbers and addresses only of those whose data one may see. Leaves an event."""
    person = person_here(request)
    found, wanted = _wanted(request, person)
    people = list(found.select_related("company"))
    headers = [_("Employee number"), _("Name"), _("Company"), _("Positions"), _("Joined on"), _("Mobile"), _("E-mail")]
    lines = _lines(person, people)
    data = write_xlsx(headers, lines, title=_("People")) if kind == "xlsx" else write_csv(headers, lines)
    record(
        request.actor,
        "organization.export_people",
        subject=("export", kind, _("People")),
        company_id=person.company_id,
        facts={"rows": len(people), "q": wanted["text"], "only": wanted["only"],
               "unit": wanted["unit"].code if wanted["unit"] else "", "format": kind},
    )  # fmt: skip
    return as_file(data, XLSX if kind == "xlsx" else "text/csv; charset=utf-8", f"{_('People')}-{today()}.{kind}")


def _lines(person: Person, people: list[Person]) -> list[list[Cell]]:
    """Personal cells stay empty where they are not for this reader. Some five queries in all."""
    _own, below = access.positions_reached(person)
    subordinates = set(_held_today().filter(position__in=below).values_list("person_id", flat=True))
    companies = access.companies_seen(person) if access.administers_people(person) else set[int]()
    lines: list[list[Cell]] = []
    for row in rows.person_rows(people):
        one = row.person
        open_to = one.pk in subordinates or one.pk == person.pk or companies is None or one.company_id in companies
        held = "、".join(f"{h.unit} {h.title}" for h in row.held)
        personal: list[Cell] = [one.joined_on, one.mobile, one.email] if open_to else ["", "", ""]
        lines.append([one.employee_no, one.name, one.company.name, held, *personal])
    return lines


def as_file(data: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@require_GET
def person_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    about = access.person_visible_to(person, pk)
    sees_all = access.sees_personal_data(person, about)
    spans = rows.history_of(about)
    actings = rows.actings_about(about).filter(pk__in=access.visible_actings(person))
    works_here = not about.has_left(today())
    context = {
        "about": about,
        "is_me": about.pk == person.pk,
        "sees_all": sees_all,
        "now": sorted((span for span in spans if span.is_now), key=lambda span: not span.is_main),
        "history": [span for span in spans if not span.is_now] if sees_all else [],
        "superiors": rows.superior_line(rulebook_now().structure, about),
        "actings": rows.acting_rows(actings if sees_all else rows.actings_in(actings, "now"), person),
        "may": {verb: works_here and access.oversees(person, f"organization.{verb}") for verb in VERBS},
        "may_logins": access.oversees(person, "account.create_login"),
        "works_here": works_here,
    }  # fmt: skip
    return render(request, "organization/person.html", context)


def _companies(person: Person) -> list[tuple[int, str]]:
    found = access.visible_units(person).filter(kind="company", closed_on=None).order_by("path")
    return list(found.values_list("pk", "name"))


@require_http_methods(["GET", "POST"])
def person_new(request: Request) -> HttpResponse:
    person = person_here(request)
    form = HireForm(request.POST or None, companies=_companies(person), initial={"company": person.company_id})
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "organization.hire", form.cleaned_data, form)
        if outcome.result is not None:
            pk = int(outcome.result.subject[1])
            return answer(request, outcome, _("Added. Appoint the person from the page of the position."),
                          "organization:person-detail", pk)  # fmt: skip
        refusal, status = outcome.refusal, outcome.status
    return _form_page(request, form, _("Add a person"), _("Add"), refusal, status)


@require_http_methods(["GET", "POST"])
def person_change(request: Request, pk: int) -> HttpResponse:
    """Only who sees the data can change them: the form shows them."""
    person = person_here(request)
    about = access.person_visible_to(person, pk)
    if not access.sees_personal_data(person, about):
        raise NotYours(_("There is no such person."))
    initial = {"name": about.name, "mobile": about.mobile, "email": about.email}
    form = PersonForm(request.POST or None, initial=initial, label_suffix="")
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "organization.change_person", {**form.facts(), "person": about.pk}, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Changed."), "organization:person-detail", pk)
        refusal, status = outcome.refusal, outcome.status
    return _form_page(request, form, _("Change the data of %(name)s") % {"name": about.name}, _("Change"), refusal, status,
                      about)  # fmt: skip


@require_http_methods(["GET", "POST"])
def person_leave(request: Request, pk: int) -> HttpResponse:
    about = access.person_visible_to(person_here(request), pk)
    form = LeaveForm(request.POST or None, label_suffix="")
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "organization.leave", {**form.cleaned_data, "person": about.pk}, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Recorded."), "organization:person-detail", pk)
        refusal, status = outcome.refusal, outcome.status
    note = _("Appointments and acting end with that day, and so does what the login opens.")
    title = _("%(name)s leaves") % {"name": about.name}
    return _form_page(request, form, title, _("Record"), refusal, status, about, note)


def _form_page(
    request: Request,
    form: Any,
    title: str,
    verb: str,
    refusal: str,
    status: int,
    about: Person | None = None,
    note: str = "",
) -> HttpResponse:
    back = reverse("organization:person-detail", args=[about.pk]) if about else reverse("organization:person-list")
    context = {
        "form": form, "title": title, "verb": verb, "refusal": refusal, "note": note,
        "back": back, "back_label": about.name if about else _("People"),
    }  # fmt: skip
    return render(request, "organization/form.html", context, status=status)
