"""What follows the use of a grant: who owes what by when (R-002, R-008, R-012, R-013; S-046)."""

from collections.abc import Iterator, Mapping
from typing import Any

from remit.kernel.authority import hooks
from remit.kernel.authority.models import Obligation, Ruling
from remit.kernel.authority.rulebook import GrantRule, Rulebook
from remit.kernel.authority.terms import OWED_WITHIN, calendar_for
from remit.kernel.organization.structure import PositionOn
from remit.lib import clock
from remit.lib.calendars import parse_duration


def open_obligations(ruling: Ruling, grant: GrantRule, book: Rulebook, facts: Mapping[str, Any]) -> list[Obligation]:
    """Open what the grant asks for after this use. Performers are found as `performer_for` says."""
    now = clock.now()
    opened: list[Obligation] = []
    for spec in grant.obligations:
        for kind, name in performers_named(spec):
            position, person_id = performer_for(name, ruling, grant, book, facts)
            if position is None and person_id is None:
                continue  # the fact named nobody (an optional person), so nobody owes a signature
            calendar = calendar_for(
                ruling.company_id, position_id=position.id if position else None, person_id=person_id
            )
            obligation = Obligation.objects.create(
                ruling=ruling,
                kind=kind,
                position_id=position.id if position else None,
                person_id=person_id,
                due_at=parse_duration(spec.get("within", OWED_WITHIN)).due(calendar, now),
                made_at=now,
            )
            hooks.run(hooks.obligation_opened, obligation.pk)
            opened.append(obligation)
    return opened


def performers_named(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(kind, performer as written) of each obligation in a specification."""
    if spec.get("report_to"):
        yield "report", spec["report_to"]
    for name in spec.get("countersigned_by") or ():
        yield "countersign", name
    if spec.get("finding_by"):
        yield "finding", spec["finding_by"]


def performer_for(
    name: str, ruling: Ruling, grant: GrantRule, book: Rulebook, facts: Mapping[str, Any]
) -> tuple[PositionOn | None, int | None]:
    """Who is meant by a performer: (position, None), (None, person id), or neither where an optional fact is empty.

    "fact:seller" is the person in that fact; "superior" the position above the grant's; else a position by title, nearest
    first: up the line, then in the same company, then anywhere. Nobody reviews or countersigns his own act, so a position
    held by the one who acted (or by nobody) passes it to the next above.
    """
    if name.startswith("fact:"):
        value = facts.get(name.removeprefix("fact:"))
        return None, int(value) if isinstance(value, int) else None
    actors = {ruling.person_id, ruling.behalf_of_id} - {None}
    line = list(book.structure.superiors(grant.position_id))
    wanted = line[:1] if name == "superior" else find_titled(name, grant.position_id, book)
    start = next(iter(wanted), line[0] if line else None)
    if start is None:
        return book.structure.positions[grant.position_id], None
    for position in [start, *book.structure.superiors(start.id)]:
        if set(position.holders) - actors or deputies_of(position.id, book) - actors:
            return position, None
    return start, None


def find_titled(name: str, near: int, book: Rulebook) -> list[PositionOn]:
    """Positions of that title ("总经理", or "财务部/出纳"), nearest to `near` first."""
    unit_name, _slash, title = name.rpartition("/")
    line = [position.id for position in book.structure.superiors(near)]
    company_id = book.structure.positions[near].company_id
    found = [
        position
        for position in book.structure.positions.values()
        if position.title == title and unit_name in ("", book.structure.units[position.unit_id].name)
    ]

    def distance(position: PositionOn) -> tuple[int, bool, int]:
        step = line.index(position.id) if position.id in line else len(line)
        return step, position.company_id != company_id, position.id

    return sorted(found, key=distance)


def deputies_of(position_id: int, book: Rulebook) -> set[int]:
    return {
        acting.deputy_id
        for acting in book.actings
        if acting.position_id == position_id and acting.starts_at <= book.at < acting.ends_at and not acting.scope
    }
