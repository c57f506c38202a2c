"""Who should get which customers: proposed by one statement, balanced by number and by ability (R-019).

Each taker has a load, the customers that he owns beside those in question, and a share. Places are filled lowest first: the
k-th new customer of a taker stands at (load + k) / share, so that in the end nobody's figure could be lowered by passing one of his
on. Grades that few take are filled first; the others even out after them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from remit.kernel.organization.models import Person
from remit.kernel.organization.models.spans import still_open
from remit.kernel.organization.queries import today
from remit.kernel.parties.access import reach_of
from remit.kernel.parties.finding import AnyOf, as_array
from remit.kernel.parties.models import Allocation, AllocationLine, Capacity, Party
from remit.kernel.parties.models.allocation import ORDINARY_SHARE

TAKERS_MAX: Final = 200
UNGRADED: Final = "-"
GRADES: Final = ("A", "B", "C", "D", UNGRADED)


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody who can be given customers: how many he has, what he can take on (`grades` "" for all)."""

    person: Person
    load: int
    share: int
    grades: str

    def takes(self, grade: str) -> bool:
        return self.share > 0 and (not self.grades or grade in self.grades)


def takers_of(person: Person, ids: Iterable[int] | None = None) -> list[Taker]:
    """Oneself and the people of one's line who work here, by name, with what they have; or those of them with these ids.
    Two queries once the reach is known."""
    among = Person.objects.filter(AnyOf("id", reach_of(person).owners), still_open(today(), "left_on"))
    if ids is not None:
        among = among.filter(pk__in=list(ids))
    people = list(
        among.filter(company=person.company_id).select_related("capacity").order_by("sort_key", "id")[:TAKERS_MAX]
    )
    owned = Party.objects.filter(AnyOf("owner_id", [one.pk for one in people]), merged_into=None)
    loads = dict(owned.order_by().values_list("owner").annotate(n=Count("pk")))
    return [_taker(one, loads.get(one.pk, 0)) for one in people]


def _taker(person: Person, load: int) -> Taker:
    capacity: Capacity | None = getattr(person, "capacity", None)
    if capacity is None:
        return Taker(person, load, ORDINARY_SHARE, "")
    return Taker(person, load, capacity.share, capacity.grades)


def propose(allocation: Allocation, party_ids: Sequence[int], takers: Sequence[Taker]) -> int:
    """Write the lines of a proposal: one statement, which does not grow but for the grades. Returns how many have a taker.

    A customer whose grade nobody takes stands there without a taker.
    """
    able = [taker for taker in takers if taker.share > 0]
    order = sorted(GRADES, key=lambda grade: (sum(taker.takes(grade) for taker in able), GRADES.index(grade)))
    steps, before = [], "takers"
    for n in range(len(order)):
        steps.append(_FILL.format(n=n, before=before))
        before = f"after_{n}"
    chosen = " UNION ALL ".join(f"SELECT grade, n, person_id FROM placed_{n}" for n in range(len(order)))  # noqa: S608 - numbers
    sql = f"{_GIVEN}, {', '.join(steps)}, placed AS ({chosen}) {_INSERT}"
    values: dict[str, Any] = {
        "ids": as_array(party_ids),
        "people": as_array(taker.person.pk for taker in able),
        "shares": as_array(taker.share for taker in able),
        "grades": [taker.grades or "".join(GRADES) for taker in able],
        "allocation": allocation.pk,
        "company": allocation.company_id,
        **{f"grade_{n}": grade for n, grade in enumerate(order)},
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return sum(1 for (taker,) in cursor.fetchall() if taker is not None)


# What is to be given away, numbered within its grade; who takes, with what he has beside it.
_GIVEN: Final = """
WITH given AS (
    SELECT id, owner_id, COALESCE(NULLIF(grade, ''), '-') AS grade,
           row_number() OVER (PARTITION BY grade ORDER BY sort_key, id) AS n
    FROM parties_party WHERE id = ANY(%(ids)s::bigint[]) AND merged_into_id IS NULL
), takers AS (
    SELECT t.person_id, t.share, t.grades, (
        SELECT count(*) FROM parties_party p
        WHERE p.owner_id = t.person_id AND p.merged_into_id IS NULL AND p.id <> ALL(%(ids)s::bigint[])
    ) AS load
    FROM unnest(%(people)s::bigint[], %(shares)s::int[], %(grades)s::text[]) AS t (person_id, share, grades)
)"""

# One grade after the other: the lowest places, and the loads as they are then.
_FILL: Final = """
placed_{n} AS (
    SELECT %(grade_{n})s::text AS grade, row_number() OVER (ORDER BY level, person_id) AS n, person_id FROM (
        SELECT t.person_id, (t.load + k)::numeric / t.share AS level
        FROM {before} t, generate_series(1, (SELECT count(*) FROM given WHERE grade = %(grade_{n})s)) AS k
        WHERE position(%(grade_{n})s IN t.grades) > 0
        ORDER BY level, t.person_id
        LIMIT (SELECT count(*) FROM given WHERE grade = %(grade_{n})s)
    ) places
), after_{n} AS (
    SELECT t.person_id, t.share, t.grades, t.load + count(p.person_id) AS load
    FROM {before} t LEFT JOIN placed_{n} p ON p.person_id = t.person_id
    GROUP BY t.person_id, t.share, t.grades, t.load
)"""

_INSERT: Final = """
INSERT INTO parties_allocationline (company_id, allocation_id, party_id, before_id, taker_id)
SELECT %(company)s, %(allocation)s, g.id, g.owner_id, p.person_id
FROM given g LEFT JOIN placed p ON p.grade = g.grade AND p.n = g.n
RETURNING taker_id
"""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a proposal would mean for one person: what he has, gets and gives away."""

    person: Person
    share: int
    has: int
    gets: int
    gives: int

    @property
    def after(self) -> int:
        return self.has + self.gets - self.gives


def outlook_of(allocation: Allocation, takers: Sequence[Taker]) -> list[Outlook]:
    """Of everybody who could be given some, while the proposal is open. One query."""
    moving = allocation.lines.exclude(Q(taker=None) | Q(taker=F("before"))).order_by()
    pairs = list(moving.values_list("before", "taker").annotate(n=Count("pk")))
    return [
        Outlook(
            taker.person,
            taker.share,
            taker.load,
            sum(n for _before, to, n in pairs if to == taker.person.pk),
            sum(n for before, _to, n in pairs if before == taker.person.pk),
        )
        for taker in takers
    ]


def strayed(allocation: Allocation) -> list[str]:
    """The names of customers that changed hands since the proposal was made, or were merged away, and are still to be given."""
    lines = AllocationLine.objects.filter(allocation=allocation, taker__isnull=False)
    there = Q(party__merged_into=None) & (Q(party__owner=F("before")) | Q(party__owner=None, before=None))
    return list(lines.exclude(there).order_by("party__sort_key").values_list("party__name", flat=True))


def grades_said(grades: str) -> str:
    """ "A、B", or all of them."""
    return "、".join(_("no grade") if grade == UNGRADED else grade for grade in grades) or _("all grades")
