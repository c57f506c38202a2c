"""Customers as a file that goes out, and the empty one to be filled in."""

from typing import Final
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.kernel.parties import queries
from remit.kernel.parties.access import collaborated, reach_of, visible_parties
from remit.kernel.parties.fields import exported_text, fields_in_use, said
from remit.kernel.parties.finding import AnyOf
from remit.kernel.parties.importing.columns import all_fields
from remit.kernel.parties.models import CustomField, Party, Relation, RelationKind
from remit.kernel.parties.segments import as_data
from remit.kernel.parties.values import masked_contact, masked_identifier
from remit.kernel.parties.web.views import wanted_of
from remit.lib.sheets import Cell, write_csv, write_xlsx
from remit.web.acting import act, answer, person_here
from remit.web.http import Request

EXPORTED_MAX: Final = 200_000
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"


def importer(request: Request) -> Person:
    """Who may take files in. Raises NotYours."""
    person = person_here(request)
    if not oversees(person, "customer.import"):
        raise NotYours(_("There is no such page."))
    return person


@require_GET
def template(request: Request) -> HttpResponse:
    """An empty file with every column that is understood."""
    importer(request)
    return as_file(
        write_xlsx([str(field.label) for field in all_fields().values()], [], title=_("Customers")),
        XLSX,
        f"{_('Customers')}.xlsx",
    )


@require_GET
def export(request: Request, kind: str) -> HttpResponse:
    """The list as it is filtered, numbers masked but for one's own customers. A grant may bound the rows; leaves an event."""
    person = person_here(request)
    if not oversees(person, "customer.export"):
        raise NotYours(_("There is no such page."))
    wanted = wanted_of(request, person)
    found = queries.list_parties(person, wanted).select_related("owner").defer("search")
    parties = list(
        found.prefetch_related("contacts", "identifiers", "tags__tag").order_by("sort_key", "id")[:EXPORTED_MAX]
    )
    outcome = act(request, "customer.export", {"rows": len(parties), "filter": as_data(wanted)})
    if outcome.result is None or outcome.result.kind == "requested":
        return answer(request, outcome, "", "parties:list")
    headers = [_("Number"), _("Name"), _("Kind"), _("Contact persons"), _("Telephone"), _("E-mail"), _("Address"), _("Official numbers"), _("Grade"),
               _("Status"), _("Industry"), _("Source"), _("Contract ends on"), _("Owner"), _("Tags"), _("Last contact")]  # fmt: skip
    added = fields_in_use()
    headers += [said(field.labels) for field in added]
    lines = _lines(person, parties, added)
    data = write_xlsx(headers, lines, title=_("Customers")) if kind == "xlsx" else write_csv(headers, lines)
    return as_file(data, XLSX if kind == "xlsx" else CSV, f"{_('Customers')}-{today()}.{kind}")


def _lines(person: Person, parties: list[Party], added: list[CustomField]) -> list[list[Cell]]:
    own, shared = set(reach_of(person).selves), set(collaborated(reach_of(person)))
    known = _contact_persons(person, parties)
    lines: list[list[Cell]] = []
    for party in parties:
        in_full = party.owner_id in own or party.pk in shared
        reached: dict[str, list[str]] = {"phone": [], "email": [], "address": []}
        for contact in party.contacts.all():
            shown = contact.value if in_full else masked_contact(contact.kind, contact.value)
            reached.setdefault(contact.kind, []).append(shown)
        numbers = "、".join(masked_identifier(number.kind, number.value) for number in party.identifiers.all())
        lines.append([
            party.number, party.name, party.get_kind_display(), "、".join(known.get(party.pk, ())), *("、".join(reached[kind]) for kind in ("phone", "email", "address")),
            numbers, party.grade, party.get_status_display(), party.industry, party.source, party.contract_ends_on,
            party.owner.name if party.owner else "", "、".join(row.tag.name for row in party.tags.all()), party.touched_at,
            *(exported_text(field, party, in_full=in_full) for field in added),
        ])  # fmt: skip
    return lines


def _contact_persons(person: Person, parties: list[Party]) -> dict[int, list[str]]:
    """Who is to be asked for at each customer, as far as the reader sees him; with his post. One query."""
    asked = Relation.objects.filter(
        AnyOf("party_id", [party.pk for party in parties]),
        kind__in=(RelationKind.CONTACT, RelationKind.KEY_PERSON),
        other__in=visible_parties(person).order_by().values("pk"),
    )
    found: dict[int, list[str]] = {}
    for party_id, name, note in asked.order_by("id").values_list("party_id", "other__name", "note"):
        found.setdefault(party_id, []).append(f"{name}（{note}）" if note else name)
    return found


def as_file(data: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
