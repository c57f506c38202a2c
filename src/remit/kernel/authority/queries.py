"""Questions to authority that pages and other rooms ask: what waits for whom, which limits are in force, how acts read."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from remit.kernel.authority.access import at_own_desk
from remit.kernel.authority.decisions import period_start
from remit.kernel.authority.explain import limits_label
from remit.kernel.authority.loading import all_actions, grant_rule, rulebook_now
from remit.kernel.authority.models import Grant, Obligation, Ruling, Step

# FactRow and Reader are for the pages of other rooms, which show acts and their facts too.
from remit.kernel.authority.reading import FactRow as FactRow
from remit.kernel.authority.reading import Reader as Reader
from remit.kernel.authority.reading import granted_label, terms_of, with_limit
from remit.kernel.organization.models import Person
from remit.lib import clock


def headline(action: str, facts: Mapping[str, Any]) -> str:
    """One line that says what an act is about: "经济补偿 ¥800.00 · 周先生". For many rows use one Reader."""
    return Reader([(action, facts)]).headline(action, facts)


def clause_label(grant: Grant) -> str:
    """Where a grant stands and how far it goes, as `with_limit` words it."""
    return with_limit(f"{grant.source} {grant.clause}".strip(), limits_label(grant_rule(grant)))


# --- what waits --------------------------------------------------------------------------------------------------------------


def waiting_steps(person: Person) -> QuerySet[Step]:
    """Open steps that ask a position of the person, nearest deadline first; those that wait for an answer, and his own, not."""
    return (
        Step.objects.filter(at_own_desk(person, action="request__action"), closed_at=None)
        .exclude(request__requester=person)
        .exclude(questioned_at__isnull=False, answered_at=None)
        .order_by("due_at", "id")
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    count: int
    oldest_asked_at: dt.datetime | None


def waiting_summary(person: Person) -> Waiting:
    """How many decisions are asked of the person, and since when the first one waits. Two queries."""
    found = waiting_steps(person).order_by().aggregate(count=Count("id"), oldest=Min("asked_at"))
    return Waiting(found["count"], found["oldest"])


def owed_obligations(person: Person) -> QuerySet[Obligation]:
    """Open obligations that the person can fulfil, nearest deadline first."""
    at_desk = at_own_desk(person, action="ruling__action") & ~Q(ruling__person=person)
    return Obligation.objects.filter(Q(person=person) | at_desk, done_at=None).order_by("due_at", "id")


# --- what is in force --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InForce:
    """One line of "what may I decide": the action or family, and how far."""

    label: str
    limit: str
    where: str
    action: str  # "" where the grant speaks of a whole family


def in_force(person: Person) -> list[InForce]:
    """The grants of the person's own positions today, in the order of their clauses; not those he has as a deputy."""
    book, actions = rulebook_now(), all_actions()
    return [
        InForce(
            label=granted_label(grant.action, actions),
            limit=terms_of(grant).limit,
            where=f"{grant.source} {grant.clause}".strip(),
            action=grant.action if grant.action in actions else "",
        )
        for position_id in book.positions_of(person.pk)
        for grant in book.by_position.get(position_id, ())
    ]


@dataclass(frozen=True, slots=True)
class MonthUse:
    """What a person did by his authority this month: decided alone, and asked for."""

    granted: int
    asked: int


def month_use(person: Person) -> MonthUse:
    """Uses of a grant and requests since the first of the month. One query; what everybody may do is not counted."""
    since = period_start("month", clock.now())
    mine = Ruling.objects.filter(person=person, at__gte=since)
    found = mine.aggregate(
        granted=Count("id", filter=Q(outcome="granted", grant__isnull=False)),
        asked=Count("id", filter=Q(outcome="approval")),
    )
    return MonthUse(found["granted"], found["asked"])


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who answers directly to one of the person's positions. `deputy` acts for him until `deputy_until`."""

    person_id: int
    name: str
    position_id: int
    position: str
    deputy: str = ""
    deputy_until: dt.datetime | None = None


def direct_reports(person: Person) -> list[Member]:
    """The holders of the positions right below the person's own, each once, in the order of the positions."""
    book = rulebook_now()
    own = set(book.positions_of(person.pk))
    people = book.structure.people
    away = {(a.position_id, a.principal_id): a for a in book.actings if a.starts_at <= book.at < a.ends_at}
    found: dict[int, Member] = {}
    for position in book.structure.positions.values():
        if not own & {position.superior_id, position.second_superior_id}:
            continue
        for holder in position.holders:
            acting = away.get((position.id, holder))
            deputy = people.get(acting.deputy_id, "") if acting else ""
            until = acting.ends_at if acting else None
            if holder != person.pk:
                found.setdefault(holder, Member(holder, people[holder], position.id, position.title, deputy, until))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class ActingFor:
    """A deputyship of the person in force: for whom (empty where the position is vacant), in which position, until when."""

    position: str
    principal: str
    until: dt.datetime


def acting_for(person: Person) -> list[ActingFor]:
    book = rulebook_now()
    return [
        ActingFor(
            book.structure.positions[acting.position_id].title,
            book.structure.people.get(acting.principal_id or 0, ""),
            acting.ends_at,
        )
        for acting in book.deputyships(person.pk)
        if acting.position_id in book.structure.positions
    ]
