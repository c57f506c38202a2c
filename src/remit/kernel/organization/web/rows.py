"""The lists and records of the room as templates need them: few queries, whatever the number of rows."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from remit.kernel.authority import access
from remit.kernel.authority.loading import all_actions, rulebook_now
from remit.kernel.authority.reading import granted_label, terms_of
from remit.kernel.authority.registry import ActionType
from remit.kernel.authority.rulebook import GrantRule
from remit.kernel.charters.models import CharterPosition, CharterVersion
from remit.kernel.organization.models import (
    Acting,
    Appointment,
    Person,
    Position,
    PositionSpell,
    ReportingLine,
    Unit,
)
from remit.kernel.organization.models.spans import holds_on, still_open
from remit.kernel.organization.queries import actings_in_force, today
from remit.kernel.organization.structure import Structure
from remit.lib import clock
from remit.lib.limits import parse_bound

# --- people ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """One position of a person on the day, with its unit."""

    position_id: int
    title: str
    unit: str
    is_main: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    person: Person
    held: tuple[Held, ...]
    is_away: bool  # somebody acts for him now
    acts: bool  # he acts for somebody now


def person_rows(people: Sequence[Person]) -> list[PersonRow]:
    """Three queries."""
    ids = [person.pk for person in people]
    held: dict[int, list[Held]] = {}
    found = Appointment.objects.filter(holds_on(today()), person__in=ids).select_related("position__unit")
    for one in found.order_by("-is_main", "id"):
        row = Held(one.position_id, one.position.title, one.position.unit.name, one.is_main)
        held.setdefault(one.person_id, []).append(row)
    acting = list(actings_in_force().filter(Q(deputy__in=ids) | Q(principal__in=ids)))
    away, acts = {one.principal_id for one in acting}, {one.deputy_id for one in acting}
    return [PersonRow(p, tuple(held.get(p.pk, ())), p.pk in away, p.pk in acts) for p in people]


@dataclass(frozen=True, slots=True)
class HeldSpan:
    position_id: int
    title: str
    unit: str
    start: dt.date
    end: dt.date | None
    is_main: bool
    is_now: bool


def history_of(person: Person) -> list[HeldSpan]:
    """Every appointment, newest first, each under the title and in the unit that the post had when it began. Two queries."""
    appointments = list(
        person.appointments.exclude(end=F("start")).select_related("position__unit").order_by("-start", "-id")
    )
    names = _Names(one.position_id for one in appointments)
    day = today()
    spans = []
    for one in appointments:
        title, unit = names(one.position_id, max(one.start, min(day, (one.end or day))))
        is_now = one.start <= day and (one.end is None or one.end > day)
        spans.append(HeldSpan(one.position_id, title, unit, one.start, one.end, one.is_main, is_now))
    return spans


class _Names:
    """The title and unit of posts on a day. One query."""

    def __init__(self, position_ids: Iterable[int]) -> None:
        spells = PositionSpell.objects.filter(position__in=set(position_ids)).select_related("unit").order_by("start")
        self._spells: dict[int, list[PositionSpell]] = {}
        for spell in spells:
            self._spells.setdefault(spell.position_id, []).append(spell)

    def __call__(self, position_id: int, day: dt.date) -> tuple[str, str]:
        spells = self._spells[position_id]
        spell = next((s for s in reversed(spells) if s.start <= day), spells[0])
        return spell.title, spell.unit.name


def superior_line(structure: Structure, person: Person) -> list[tuple[int, str, str]]:
    """(position id, title, names) of those above a person's positions, nearest first, each once. No queries."""
    held = structure.held_by.get(person.pk, ())
    line: dict[int, tuple[int, str, str]] = {}
    for position_id in held:
        for above in structure.superiors(position_id):
            names = "、".join(structure.people[p] for p in above.holders)
            line.setdefault(above.id, (above.id, above.title, names))
    return [entry for pk, entry in line.items() if pk not in held]


# --- positions ---------------------------------------------------------------------------------------------------------------


def with_numbers(positions: QuerySet[Position]) -> QuerySet[Position]:
    """Annotates how many hold each position today."""
    return positions.annotate(
        held_count=Count("appointments", filter=holds_on(today(), "appointments__"), distinct=True)
    )


def vacant(positions: QuerySet[Position]) -> QuerySet[Position]:
    return positions.exclude(pk__in=Appointment.objects.filter(holds_on(today())).values("position_id"))


def without_charter(positions: QuerySet[Position]) -> QuerySet[Position]:
    """Positions whose duties nobody has written down: no charter with a version in force."""
    in_force = CharterPosition.objects.filter(end=None, charter__versions__retired_on=None)
    return positions.exclude(pk__in=in_force.values("position_id"))


@dataclass(frozen=True, slots=True)
class PositionRow:
    position: Position
    holders: tuple[Person, ...]
    deputies: tuple[str, ...]
    has_charter: bool

    @property
    def free(self) -> int:
        return max(0, self.position.headcount - len(self.holders))


def position_rows(positions: Sequence[Position]) -> list[PositionRow]:
    """Three queries."""
    ids = [position.pk for position in positions]
    holders: dict[int, list[Person]] = {}
    for one in (
        Appointment.objects.filter(holds_on(today()), position__in=ids).select_related("person").order_by("start", "id")
    ):
        holders.setdefault(one.position_id, []).append(one.person)
    deputies: dict[int, list[str]] = {}
    for acting in actings_in_force().filter(position__in=ids).select_related("deputy"):
        deputies.setdefault(acting.position_id, []).append(acting.deputy.name)
    written = set(
        CharterPosition.objects.filter(position__in=ids, end=None, charter__versions__retired_on=None).values_list(
            "position_id", flat=True
        )
    )
    return [
        PositionRow(p, tuple(holders.get(p.pk, ())), tuple(deputies.get(p.pk, ())), p.pk in written) for p in positions
    ]


@dataclass(frozen=True, slots=True)
class HolderSpan:
    person: Person
    start: dt.date
    end: dt.date | None
    is_main: bool
    is_now: bool
    is_to_come: bool


def holders_of(position: Position, day: dt.date) -> tuple[list[HolderSpan], list[HolderSpan]]:
    """Who holds the position on the day or will, and who held it before; the latest first. One query."""
    spans = []
    for one in position.appointments.exclude(end=F("start")).select_related("person").order_by("-start", "-id"):
        is_now = one.start <= day and (one.end is None or one.end > day)
        spans.append(HolderSpan(one.person, one.start, one.end, one.is_main, is_now, one.start > day))
    return [s for s in spans if s.is_now or s.is_to_come], [s for s in spans if not (s.is_now or s.is_to_come)]


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a history: from that day on it was so."""

    day: dt.date
    what: str
    where: str


def changes_of(position: Position) -> list[Change]:
    """What the post was called and where it stood, newest first. One query."""
    spells = PositionSpell.objects.filter(position=position).select_related("unit").order_by("-start")
    return [Change(spell.start, spell.title, spell.unit.name) for spell in spells]


def lines_of(position: Position) -> list[ReportingLine]:
    """To whom the post answered, newest first. One query."""
    return list(
        ReportingLine.objects.filter(position=position).select_related("superior__unit").order_by("-start", "rank")
    )


def changes_of_unit(unit: Unit) -> list[Change]:
    spells = unit.spells.select_related("parent").order_by("-start")
    return [Change(spell.start, spell.name, spell.parent.name if spell.parent else "") for spell in spells]


@dataclass(frozen=True, slots=True)
class Limit:
    """One grant of the position that is in force."""

    label: str
    limit: str
    where: str
    is_proposal: bool


def limits_of(position_id: int) -> list[Limit]:
    book, actions = rulebook_now(), all_actions()
    return [_limit(grant, actions) for grant in book.by_position.get(position_id, ())]


def _limit(grant: GrantRule, actions: dict[str, ActionType]) -> Limit:
    where = f"{grant.source} {grant.clause}".strip()
    return Limit(granted_label(grant.action, actions), terms_of(grant).limit, where, grant.right == "propose")


def charter_in_force(position: Position) -> CharterVersion | None:
    return (
        CharterVersion.objects.filter(retired_on=None, charter__places__position=position, charter__places__end=None)
        .select_related("charter")
        .first()
    )


# --- acting ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActingRow:
    acting: Acting
    state: str  # "now" | "to_come" | "over"
    scope: tuple[str, ...]
    until: dt.datetime
    reason: str


def acting_rows(actings: Iterable[Acting], reader: Person) -> list[ActingRow]:
    """No queries if position, principal and deputy were fetched along.

    Why somebody is away (an illness, say) is for those two, for superiors and for personnel; others learn who and until when.
    """
    actions, now = all_actions(), clock.now()
    own, below = access.positions_reached(reader)
    administers = access.administers_people(reader)
    rows = []
    for one in actings:
        until = min(one.ends_at, one.ended_at) if one.ended_at else one.ends_at
        state = "over" if until <= now else "to_come" if one.starts_at > now else "now"
        scope = tuple(_handed_over(part, actions) for part in one.scope)
        knows = administers or one.position_id in own | below or reader.pk in (one.deputy_id, one.principal_id)
        rows.append(ActingRow(one, state, scope, until, one.reason if knows else ""))
    return rows


def _handed_over(part: dict[str, object], actions: dict[str, ActionType]) -> str:
    limits = part.get("limits")
    bounds = "、".join(parse_bound(str(bound)).label() for bound in limits.values()) if isinstance(limits, dict) else ""
    return f"{granted_label(str(part.get('action')), actions)} {bounds}".strip()


def actings_in(actings: QuerySet[Acting], tab: str) -> QuerySet[Acting]:
    """ "now", "to_come" or "over"; each row says itself until when it holds."""
    now = clock.now()
    over = Q(ends_at__lte=now) | Q(ended_at__lte=now)
    if tab == "over":
        return actings.filter(over)
    rest = actings.exclude(over)
    return rest.filter(starts_at__gt=now) if tab == "to_come" else rest.filter(starts_at__lte=now)


def actings_about(person: Person) -> QuerySet[Acting]:
    """Those in which somebody acts for the person, and those in which the person acts."""
    mine = Acting.objects.filter(Q(principal=person) | Q(deputy=person))
    return mine.select_related("position__unit", "principal", "deputy").order_by("-starts_at", "-id")


def working(people: QuerySet[Person]) -> QuerySet[Person]:
    return people.filter(still_open(today(), "left_on"))
