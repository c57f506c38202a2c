"""Customers: the list, the file, and the form by which one is opened or changed."""

import json
from dataclasses import replace
from typing import Final

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from remit.kernel.agreements.queries import agreements_of, mandates_of
from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.organization.models import Person
from remit.kernel.parties import queries, segments
from remit.kernel.parties.access import (
    contributes,
    is_above,
    keeps,
    party_visible_to,
    reads_in_full,
)
from remit.kernel.parties.actions.dealings import look_at
from remit.kernel.parties.fields import PREFIX, fields_in_use, filterable, said, shown_fields
from remit.kernel.parties.models import ActivityKind, ContactKind, FileKind, Grade, Party, PartyStatus, RelationKind
from remit.kernel.parties.rules import duplicates
from remit.kernel.parties.values import read_contact
from remit.kernel.parties.web.forms import FileForm
from remit.kernel.procedures.access import visible_cases
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of

OFFERED: Final = 20
ALIKE_SHOWN: Final = 5
ENTRIES_A_PAGE: Final = 20
CASES_SHOWN: Final = 10
SEGMENTS_SHOWN: Final = 100
FILES_SHOWN: Final = 200
# What a line of the list shows: of a customer's thirty columns and his owner's twelve it needs these.
COLUMNS: Final = ("name", "number", "grade", "status", "touched_at", "sort_key", "owner__name")


def wanted_of(request: Request, person: Person) -> queries.Wanted:
    """?q= ?scope=mine ?grade=A ?tag=3 ?idle=90 ?kind=person ?status=active"""
    wanted = segments.wanted_from({**request.GET.dict(), "text": request.GET.get("q", "")})
    return wanted if wanted.scope in queries.scopes_of(person) else replace(wanted, scope="all")


@require_GET
def party_list(request: Request) -> HttpResponse:
    person = person_here(request)
    wanted = wanted_of(request, person)
    found = queries.list_parties(person, wanted).select_related("owner").only(*COLUMNS)
    page = page_of(found.prefetch_related("tags__tag"), request.GET, keys=("sort_key", "id"), by_row=True)
    context = {
        "page": page,
        "wanted": wanted,
        "scopes": [(scope, SCOPE_LABELS[scope]()) for scope in queries.scopes_of(person)],
        "grades": Grade.choices,
        "tags": queries.tags_of(person.company_id)[:200],
        "idle_days": queries.IDLE_DAYS,
        "contracts": [(key, segments.contract_said(key)) for key in queries.CONTRACTS],
        "statuses": PartyStatus.choices,
        "fields": field_filters(wanted),
        **segments_shown(request, person, wanted),
        "may": {
            verb: oversees(person, f"customer.{verb}")
            for verb in ("open", "transfer", "allocate", "claim", "import", "export")
        },
    }
    return render(request, "parties/party_list.html", context)


def field_filters(wanted: queries.Wanted) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Packs' fields by which the list is narrowed: (name in the address, label, its choices with the one that is chosen)."""
    chosen, shown = dict(wanted.fields), []
    for field in filterable(fields_in_use()):
        choices = [(key, said(labels)) for key, labels in field.choices] or [("yes", _("yes")), ("no", _("no"))]
        options = [(key, label, chosen.get(field.name) == key) for key, label in choices]
        shown.append((f"{PREFIX}{field.name}", said(field.labels), options))
    return shown


def segments_shown(request: Request, person: Person, wanted: queries.Wanted) -> dict[str, object]:
    """The menu of segments, and the one that the list stands at (?segment=3), with what may be done with it. One query."""
    rows = list(
        segments.visible_segments(person)
        .select_related("unit")
        .only("name", "wanted", "person_id", "unit__name")
        .order_by("name", "id")[:SEGMENTS_SHOWN]
    )
    chosen = number_or_none(request.GET.get("segment", ""))
    here = next((row for row in rows if row.pk == chosen), None)
    kept = segments.as_data(wanted)
    return {
        "segments": [(row, segments.as_address(row)) for row in rows],
        "segment": here,
        "segment_is_own": here is not None and here.person_id == person.pk,
        "segment_changed": here is not None and here.wanted != kept,
        "may_share": oversees(person, "customer.share_segment"),
        "kept": json.dumps(kept),
        "kept_said": segments.said(wanted),
    }


SCOPE_LABELS: Final = {
    "all": lambda: _("All that I see"),
    "mine": lambda: _("Mine"),
    "people": lambda: _("My people's"),
    "pool": lambda: _("Pool"),
}


@require_GET
def party_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    return draw_party(request, person, look_at(request.actor, person, pk))


def draw_party(
    request: Request,
    person: Person,
    party: Party,
    *,
    revealed: tuple[str, int] | None = None,
    revealed_field: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The record page. Some fifteen queries, however much hangs on the customer."""
    kind = request.GET.get("entries", "")
    kind = kind if kind in ActivityKind.values else ""
    entries = queries.timeline(party, kind)
    own = keeps(person, party)
    context = {
        "party": party,
        "own": own,
        "adds": contributes(person, party),
        "above": is_above(person, party),
        "numbers": queries.numbers_of(party, in_full=reads_in_full(person, party), revealed=revealed),
        "fields": shown_fields(person, party, revealed_field),
        "files": list(party.files.select_related("file", "added_by").order_by("-id")[:FILES_SHOWN]),
        "file_kinds": FileKind.choices,
        "ties": queries.ties_of(person, party),
        "tags": [row.tag.name for row in party.tags.select_related("tag").order_by("tag__name")],
        "collaborators": party.collaborators.select_related("person").order_by("person__sort_key"),
        "hands": queries.hands_of(party),
        "merges": queries.merges_of(party),
        "cases": visible_cases(person).filter(party=party).order_by("-id")[:CASES_SHOWN],
        "agreements": agreements_of(person, party),
        "mandates": mandates_of(party),
        "may_mandate": own or oversees(person, "mandate.register"),
        "page": page_of(entries, request.GET, keys=("-at", "-id"), size=ENTRIES_A_PAGE),
        "entries_kind": kind,
        "entry_kinds": ActivityKind.choices,
        "relation_kinds": RelationKind.choices,
        "grades": Grade.choices,
        "may": {
            verb: own or oversees(person, f"customer.{verb}")
            for verb in ("amend", "grade", "merge", "relate", "add_collaborator", "release", "part")
        },
        "may_transfer": own or oversees(person, "customer.transfer"),
        "may_claim": party.owner_id is None and oversees(person, "customer.claim"),
        "refusal": refusal,
    }
    return render(request, "parties/party.html", context, status=status)


@require_http_methods(["GET", "POST"])
def party_new(request: Request) -> HttpResponse:
    person = person_here(request)
    if not oversees(person, "customer.open"):
        raise NotYours(_("There is no such page."))
    form = FileForm(request.POST or None, initial={"name": request.GET.get("name", "")[:200]})
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "customer.open", form.opening(), form)
        if outcome.result is not None:
            return answer(request, outcome, _("Opened."), "parties:detail", int(outcome.result.subject[1]))
        refusal, status = outcome.refusal, outcome.status
    context = {"form": form, "title": _("New customer"), "verb": _("Open the file"), "refusal": refusal,
               "back": reverse("parties:list"), "back_label": _("Customers"), "is_new": True}  # fmt: skip
    return render(request, "parties/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def party_change(request: Request, pk: int) -> HttpResponse:
    """Only for who reads the file whole: the form shows its numbers."""
    person = person_here(request)
    party = party_visible_to(person, pk)
    if not reads_in_full(person, party):
        raise NotYours(_("There is no such customer."))
    form = FileForm(request.POST or None, party=party, initial=FileForm.initial_of(party))
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "customer.amend", {**form.amendment(), "party": party.pk}, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Changed."), "parties:detail", party.pk)
        refusal, status = outcome.refusal, outcome.status
    context = {"form": form, "title": _("Change the file of %(name)s") % {"name": party.name}, "verb": _("Save"),
               "refusal": refusal, "back": reverse("parties:detail", args=[party.pk]), "back_label": party.name}  # fmt: skip
    return render(request, "parties/form.html", context, status=status)


@require_GET
def alike(request: Request) -> HttpResponse:
    """While somebody types: customers of his that this could be, as a fragment of the form."""
    person = person_here(request)
    name = request.GET.get("name", "").strip()[:200]
    contacts = []
    for line in request.GET.get("phones", "").splitlines()[:6]:
        try:
            contacts.append(read_contact(ContactKind.PHONE, line.strip().split(" ")[0]))
        except ValueError:
            continue  # not a whole number yet
    found = duplicates(person, company_id=person.company_id, name=name, contacts=contacts) if name or contacts else None
    rows = list(found.select_related("owner")[:ALIKE_SHOWN]) if found is not None else []
    same = {row.pk for row in rows}
    if len(name) > 1 and len(rows) < ALIKE_SHOWN:
        rows += [
            row for row in queries.search(person, name).select_related("owner")[:ALIKE_SHOWN] if row.pk not in same
        ]
    return render(request, "parties/_alike.html", {"rows": rows[:ALIKE_SHOWN], "same": same})


@require_GET
def picker(request: Request) -> JsonResponse:
    """What a field that names a customer asks while somebody types."""
    found = queries.search(person_here(request), request.GET.get("q", "")).select_related("owner")[:OFFERED]
    return JsonResponse(
        {
            "results": [
                {"value": str(p.pk), "label": p.name, "note": f"{p.number} {p.owner or ''}".strip()} for p in found
            ]
        }
    )
