"""Segments as sets of customers, for the list and for whoever plans with them: call-backs, visits, campaigns."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.fields import PREFIX, narrowing, text_of
from remit.kernel.parties.fields import said as label
from remit.kernel.parties.finding import Answers, question
from remit.kernel.parties.models import (
    CustomField,
    Grade,
    Identifier,
    IdentifierKind,
    Party,
    PartyKind,
    PartyStatus,
    Segment,
    Tag,
)
from remit.kernel.parties.queries import CONTRACTS, IDLE_DAYS, SCOPES, Wanted, in_scope, narrowed

TEXT_LENGTH: Final = 80
# How a filter is called in an address.
IN_ADDRESS: Final = {"text": "q"}


# --- a filter as data ---------------------------------------------------------------------------------------------------------


def wanted_from(data: Mapping[str, Any]) -> Wanted:
    """A filter from an address, a form or a segment. Unknown values count as not given."""
    scope, grade, kind, status, contract = (
        str(data.get(name) or "") for name in ("scope", "grade", "kind", "status", "contract")
    )
    tag, idle = (_number(data.get(name)) for name in ("tag", "idle"))
    return Wanted(
        text=str(data.get("text") or "").strip()[:TEXT_LENGTH],
        scope=scope if scope in SCOPES else "all",
        grade=grade if grade in (*Grade.values, "none") else "",
        tag=tag,
        idle=idle if idle in IDLE_DAYS else None,
        kind=kind if kind in PartyKind.values else "",
        status=status if status in PartyStatus.values else "",
        contract=contract if contract in CONTRACTS else "",
        fields=_fields(data),
    )


def _fields(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Of packs' fields: x_stage=active, and no longer than a key is."""
    given = {name: str(value)[:TEXT_LENGTH] for name, value in data.items() if name.startswith(PREFIX) and value}
    return tuple(sorted((name.removeprefix(PREFIX), value) for name, value in given.items()))


def as_data(wanted: Wanted) -> dict[str, Any]:
    """What narrows, and nothing else, flat as in an address."""
    plain = Wanted()
    data = {
        name: value
        for name in Wanted.__slots__
        if name != "fields" and (value := getattr(wanted, name)) != getattr(plain, name)
    }
    return {**data, **{f"{PREFIX}{name}": value for name, value in wanted.fields}}


def as_address(segment: Segment) -> str:
    """The query string under which the list shows the segment."""
    given = {IN_ADDRESS.get(name, name): value for name, value in as_data(wanted_from(segment.wanted)).items()}
    return "?" + urlencode({**given, "segment": segment.pk})


def said(wanted: Wanted) -> str:
    """The filter in words: "Grade A · No contact for 90 days"."""
    parts = [f"“{wanted.text}”"] if wanted.text else []
    parts += {"mine": [_("Mine")], "people": [_("My people's")], "pool": [_("Pool")]}.get(wanted.scope, [])
    if wanted.grade:
        parts.append(_("No grade") if wanted.grade == "none" else _("Grade %(grade)s") % {"grade": wanted.grade})
    if wanted.kind:
        parts.append(str(PartyKind(wanted.kind).label))
    if wanted.status:
        parts.append(str(PartyStatus(wanted.status).label))
    if wanted.tag is not None:
        parts += Tag.objects.filter(pk=wanted.tag).values_list("name", flat=True)
    known = (
        {field.name: field for field in CustomField.objects.filter(name__in=dict(wanted.fields))}
        if wanted.fields
        else {}
    )
    for name, value in wanted.fields:
        if name in known:
            parts.append(f"{label(known[name].labels)}: {text_of(known[name], narrowing([(name, value)]).get(name))}")
    if wanted.idle is not None:
        parts.append(_("No contact for %(n)s days") % {"n": wanted.idle})
    if wanted.contract:
        parts.append(contract_said(wanted.contract))
    return " · ".join(parts) or _("All that I see")


def contract_said(key: str) -> str:
    return _("Contract has ended") if key == "ended" else _("Contract ends within %(n)s days") % {"n": key}


def _number(value: Any) -> int | None:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


# --- who sees which -----------------------------------------------------------------------------------------------------------


def units_of(person: Person) -> set[int]:
    """The units in which the person holds a post, and all above them."""
    structure = rulebook_now().structure
    found: set[int] = set()
    for position_id in rulebook_now().positions_of(person.pk):
        unit = structure.units.get(structure.positions[position_id].unit_id)
        while unit is not None and unit.id not in found:
            found.add(unit.id)
            unit = structure.units.get(unit.parent_id) if unit.parent_id is not None else None
    return found


def department_of(person: Person) -> int | None:
    """The department of the person's first post: with whom he shares. None for who holds none."""
    book = rulebook_now()
    held = book.positions_of(person.pk)
    return book.structure.department_of(book.structure.positions[next(iter(held))].unit_id) if held else None


def visible_segments(person: Person) -> QuerySet[Segment]:
    """One's own, and those shared with a unit that one belongs to."""
    return Segment.objects.filter(Q(person=person) | Q(unit__in=units_of(person)))


def segment_visible_to(person: Person, pk: int) -> Segment:
    """Raises NotYours."""
    found = visible_segments(person).filter(pk=pk).select_related("person", "unit").first()
    if found is None:
        raise NotYours(_("There is no such segment."))
    return found


# --- as a set -----------------------------------------------------------------------------------------------------------------


def segment_queryset(whose: Person | Unit, segment: Segment) -> QuerySet[Party]:
    """The customers of the segment today: those that a person may see, or, for plans of a company, all of the company's.

    For a company "mine" and "my people's" are those of who keeps the segment. The answer is a set to go on with (filter, count,
    join, order) without a bound on its size; a typed text counts without the list's limit of hits.
    """
    wanted = wanted_from(segment.wanted)
    if isinstance(whose, Person):
        seen = in_scope(whose, wanted.scope)
    elif wanted.scope in ("mine", "people"):
        seen = in_scope(segment.person, wanted.scope).filter(company=whose)
    else:
        seen = Party.objects.filter(company=whose, merged_into=None)
        if wanted.scope == "pool":
            seen = seen.filter(owner=None)
    return _answering(narrowed(seen, wanted), wanted.text)


def _answering(seen: QuerySet[Party], text: str) -> QuerySet[Party]:
    if not text:
        return seen
    asked = question(text)
    if asked.id_card:
        known = Identifier.objects.filter(kind=IdentifierKind.ID_CARD, value=asked.id_card)
        return seen.filter(pk__in=known.values("party_id"))
    if not asked.tsquery:
        return seen.none()
    found = Q(Answers("search", asked.tsquery))
    for literal in asked.literals:
        found &= Q(folded_name__contains=literal)
    return seen.filter(found)
