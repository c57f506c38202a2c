"""Questions to the charters: what is in force where, how much of it runs, who has signed what and who still has to."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import pgettext

from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.spec import GrantSpec
from remit.kernel.charters.access import visible_charters
from remit.kernel.charters.format import Coverage
from remit.kernel.charters.models import Charter, CharterPosition, CharterVersion, Signature
from remit.kernel.charters.review_queries import grant_words_of, labels_now
from remit.kernel.charters.wording import Labels
from remit.kernel.organization.models import Appointment, Person, Position
from remit.kernel.organization.models.spans import holds_on
from remit.kernel.organization.queries import positions_held, today
from remit.lib.search import matches as found_by


def in_force_on(day: dt.date) -> Q:
    """The condition that a version is in force on the day."""
    return Q(effective_on__lte=day) & (Q(retired_on=None) | Q(retired_on__gt=day))


def coverage_of(body: Mapping[str, Any]) -> Coverage:
    """format.coverage of a stored version, without reading the whole of it: a list shows dozens."""
    kinds: dict[Any, int] = defaultdict(int)
    duties = body.get("duties") or []
    for duty in duties:
        if duty.get("binding"):
            kinds[duty["binding"]["kind"]] += 1
    return Coverage(len(duties), sum(kinds.values()), dict(kinds))


# --- the list ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CharterRow:
    """A position with the charter that defines it; without one, `version` is None. `signed` of `holders` have signed it."""

    position: Position
    charter: Charter | None
    version: CharterVersion | None
    upcoming: CharterVersion | None
    coverage: Coverage | None
    holders: tuple[str, ...]
    signed: int = 0

    @property
    def is_unsigned(self) -> bool:
        return self.version is not None and self.signed < len(self.holders)


@dataclass(frozen=True, slots=True)
class UnitCharters:
    unit: str
    rows: list[CharterRow] = field(default_factory=list)


def charters_by_unit(person: Person, text: str = "", only: str = "") -> list[UnitCharters]:
    """The positions that the person may see charters of, by department; `only` is "", unsigned, idle or without.

    "idle" are those of whose duties some are bound to nothing. Six queries, whatever their number.
    """
    places = list(
        CharterPosition.objects.filter(
            charter__in=visible_charters(person), end=None, position__closed_on=None
        ).select_related("charter", "position__unit__company")
    )
    defined = CharterPosition.objects.filter(end=None).values("position")
    bare = Position.objects.filter(company=person.company, closed_on=None).exclude(pk__in=defined)
    positions = [place.position for place in places] + list(bare.select_related("unit__company"))
    charters = {place.position_id: place.charter for place in places}
    now, later = _versions({place.charter_id for place in places})
    holders = _holders(position.pk for position in positions)
    signed = _signed(version.pk for version in now.values())
    rows = []
    for position in sorted(positions, key=lambda one: (one.unit.path, not one.is_head, one.pk)):
        charter = charters.get(position.pk)
        version = now.get(charter.pk) if charter else None
        held_by = holders.get(position.pk, [])
        rows.append(
            CharterRow(
                position=position,
                charter=charter,
                version=version,
                upcoming=later.get(charter.pk) if charter else None,
                coverage=coverage_of(version.body) if version else None,
                holders=tuple(name for _pk, name in held_by),
                signed=sum((version.pk, position.pk, pk) in signed for pk, _name in held_by) if version else 0,
            )
        )
    return _by_unit([row for row in rows if _is_wanted(row, text, only)])


def _is_wanted(row: CharterRow, text: str, only: str) -> bool:
    if text and not found_by(text, " ".join([row.position.title, row.position.unit.name, *row.holders])):
        return False
    if only == "unsigned":
        return row.is_unsigned
    if only == "idle":
        return row.coverage is not None and row.coverage.bound < row.coverage.total
    return only != "without" or row.charter is None


def _by_unit(rows: Iterable[CharterRow]) -> list[UnitCharters]:
    units: dict[int, UnitCharters] = {}
    for row in rows:
        unit = row.position.unit
        name = unit.name if unit.company is None or unit.company_id == unit.pk else f"{unit.company.name} · {unit.name}"
        units.setdefault(unit.pk, UnitCharters(name)).rows.append(row)
    return list(units.values())


def _versions(charters: set[int]) -> tuple[dict[int, CharterVersion], dict[int, CharterVersion]]:
    """By charter: the version in force today, and the one that takes effect later."""
    day = today()
    found = CharterVersion.objects.filter(charter__in=charters).filter(Q(retired_on=None) | Q(retired_on__gt=day))
    now, later = dict[int, CharterVersion](), dict[int, CharterVersion]()
    for version in found.select_related("charter"):
        (now if version.effective_on <= day else later)[version.charter_id] = version
    return now, later


def _holders(positions: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    held: dict[int, list[tuple[int, str]]] = defaultdict(list)
    found = Appointment.objects.filter(holds_on(today()), position__in=list(positions)).order_by("start", "id")
    for position_id, person_id, name in found.values_list("position_id", "person_id", "person__name"):
        held[position_id].append((person_id, name))
    return held


def _signed(versions: Iterable[int]) -> set[tuple[int, int, int]]:
    found = Signature.objects.filter(version__in=list(versions), role="holder")
    return set(found.values_list("version_id", "position_id", "holder_id"))


# --- one's own -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MyCharter:
    """What somebody's position is by its charter. `limits` are (what he may decide, how far), as short as they can be said."""

    position: Position
    version: CharterVersion
    coverage: Coverage
    limits: list[tuple[str, str]]
    signature_wanted: bool


def my_charters(person: Person) -> list[MyCharter]:
    """The charters in force of the positions that the person holds today, the main one first. Five queries."""
    held = list(positions_held(person))
    places = CharterPosition.objects.filter(position__in=[position.pk for position in held], end=None)
    charters = dict(places.values_list("position_id", "charter_id"))
    now, _later = _versions(set(charters.values()))
    signed = _signed(version.pk for version in now.values())
    labels = labels_now() if now else Labels()
    found = []
    for position in held:
        version = now.get(charters.get(position.pk, 0))
        if version is not None:
            wanted = (version.pk, position.pk, person.pk) not in signed
            limits = limits_of(version.body, labels)
            found.append(MyCharter(position, version, coverage_of(version.body), limits, wanted))
    return found


def limits_of(body: Mapping[str, Any], labels: Labels) -> list[tuple[str, str]]:
    """Each grant of a version once: its action, and how far it goes."""
    limits: dict[tuple[str, str], None] = {}
    for clause in body.get("authority") or []:
        for data in clause.get("grants") or []:
            grant = GrantSpec.model_validate(data)
            words = grant_words_of(grant, labels)
            free = pgettext("no limit", "may") if grant.right == "decide" else pgettext("a right", "may propose")
            limits[labels.action(grant.action), words.limit or free] = None
    return list(limits)


# --- signatures -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """A signature that somebody is asked for: as holder under his own charter, as reviewer under somebody else's."""

    version: CharterVersion
    position: Position
    holder: Person
    role: str


def to_sign(person: Person) -> list[Wanted]:
    """What the person has to sign: his own charters first, then what he reviews and its holder has signed. Five queries."""
    book = rulebook_now()
    own = set(book.positions_of(person.pk))
    seats = own | {acting.position_id for acting in book.deputyships(person.pk)}
    below = {
        position.id
        for position in book.structure.positions.values()
        if (superior := next(book.structure.superiors(position.id), None)) is not None and superior.id in seats
    }
    places = CharterPosition.objects.filter(position__in=own | below, end=None).select_related("position__unit")
    by_charter: dict[int, list[Position]] = defaultdict(list)
    for place in places:
        by_charter[place.charter_id].append(place.position)
    versions = CharterVersion.objects.filter(charter__in=by_charter, retired_on=None).select_related("charter")
    pairs = [(version, position) for version in versions for position in by_charter[version.charter_id]]
    given = set(
        Signature.objects.filter(version__in=[version.pk for version, _position in pairs])
        .values_list("version_id", "position_id", "holder_id", "role")
    )  # fmt: skip
    holders = [pk for _version, position in pairs for pk in book.structure.positions[position.pk].holders]
    people = Person.objects.in_bulk(holders)
    wanted: list[Wanted] = []
    for version, position in pairs:
        for pk in book.structure.positions[position.pk].holders:
            signed = {role for role in ("holder", "reviewer") if (version.pk, position.pk, pk, role) in given}
            if pk == person.pk and position.pk in own and "holder" not in signed:
                wanted.append(Wanted(version, position, people[pk], "holder"))
            elif pk != person.pk and position.pk in below and signed == {"holder"}:
                wanted.append(Wanted(version, position, people[pk], "reviewer"))
    return sorted(wanted, key=lambda one: (one.role != "holder", one.version.pk, one.holder.sort_key))


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """Who has to have signed a version, and who has. Those who signed and hold the position no longer are there too."""

    position: Position
    holder: Person
    signed: Signature | None
    reviewed: Signature | None
    holds_still: bool


def signatures_of(version: CharterVersion) -> list[SignatureRow]:
    """Three queries."""
    places = version.charter.places.filter(end=None).select_related("position__unit")
    asked = Appointment.objects.filter(
        holds_on(today()), position__in=[place.position_id for place in places]
    ).select_related("person", "position")
    pairs = {(one.position_id, one.person_id): (one.position, one.person) for one in asked}
    holding = set(pairs)
    given: dict[tuple[int, int], dict[str, Signature]] = defaultdict(dict)
    related = ("position", "holder", "signed_by", "drawing")
    for signature in version.signatures.select_related(*related).order_by("signed_at"):
        key = (signature.position_id, signature.holder_id)
        pairs.setdefault(key, (signature.position, signature.holder))
        given[key][signature.role] = signature
    return [
        SignatureRow(position, holder, given[key].get("holder"), given[key].get("reviewer"), key in holding)
        for key, (position, holder) in sorted(pairs.items(), key=lambda one: (one[0][0], one[1][1].sort_key))
    ]


def signed_by_me(person: Person) -> QuerySet[Signature]:
    """What the person has signed, the newest first."""
    return (
        Signature.objects.filter(signed_by=person)
        .select_related("version__charter", "position", "holder")
        .order_by("-signed_at", "-id")
    )
