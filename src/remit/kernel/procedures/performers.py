"""Who does a step: from the procedure's words to a person or a desk, on the organization of today."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from remit.kernel.authority.rulebook import Rulebook
from remit.kernel.organization.structure import PositionOn, Structure
from remit.kernel.procedures import format as words


@dataclass(frozen=True, slots=True)
class Asked:
    """A person or a position, exactly one; `excepted_id` may not do it though he sits at the desk."""

    person_id: int | None = None
    position_id: int | None = None
    excepted_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a case, what its performers are found by. `position_id` is the desk from which the handler works."""

    position_id: int
    handler_id: int
    opener_id: int
    owner_id: int | None
    values: Mapping[str, Any]


def asked_by(performers: tuple[words.Performer, ...], case: Standing, book: Rulebook) -> list[Asked]:
    """Each once, in the order of the file. Nobody is left without: a relation that leads nowhere leads to the handler's line."""
    found = [_asked(performer, case, book) for performer in performers]
    return list(dict.fromkeys(found))


def _asked(performer: words.Performer, case: Standing, book: Rulebook) -> Asked:
    excepted = {"handler": case.handler_id, "opener": case.opener_id}.get(performer.other_than or "")
    structure = book.structure
    person, position = _named(performer, case, structure)
    if person is not None and person != excepted and person in structure.held_by:
        return Asked(person_id=person)
    if position is None:
        position = structure.held_by.get(person, (case.position_id,))[0] if person else case.position_id
        if person is not None:  # he has left, or may not: his superior
            position = next((above.id for above in structure.superiors(position)), position)
    for desk in [position, *(above.id for above in structure.superiors(position))]:
        at_desk = {*structure.positions[desk].holders, *_deputies(desk, book)}
        if at_desk - {excepted}:
            return Asked(position_id=desk, excepted_id=excepted)
    return Asked(position_id=position, excepted_id=excepted)


def _named(performer: words.Performer, case: Standing, structure: Structure) -> tuple[int | None, int | None]:
    """(person, None) or (None, position); (None, None) where nothing of that name is there."""
    match performer.relation:
        case None:
            return None, next(
                (p.id for title in performer.position for p in titled(title, case.position_id, structure)), None
            )
        case "handler":
            return case.handler_id, None
        case "opener":
            return case.opener_id, None
        case "handler_peer":
            return None, case.position_id
        case "handler_superior":
            return None, _above(case.handler_id, case.position_id, structure)
        case "owner":
            return case.owner_id or case.handler_id, None
        case "owner_superior":
            owner = case.owner_id or case.handler_id
            return None, _above(owner, structure.held_by.get(owner, (case.position_id,))[0], structure)
        case "person_in":
            value = case.values.get(performer.field or "")
            return (value, None) if isinstance(value, int) else (None, None)
        case "head_of":
            unit = case.values.get(performer.field or "")
            return None, head_of(unit, structure) if isinstance(unit, int) else None


def _above(_person_id: int, position_id: int, structure: Structure) -> int:
    return next((above.id for above in structure.superiors(position_id)), position_id)


def titled(title: str, near: int, structure: Structure) -> Iterator[PositionOn]:
    """Positions of that title in the case's company (or the group's own), those up the line first."""
    line = [above.id for above in structure.superiors(near)]
    found = titled_in(title, structure.positions[near].company_id, structure)
    yield from sorted(found, key=lambda p: (line.index(p.id) if p.id in line else len(line), not p.holders, p.id))


def titled_in(title: str, company_id: int | None, structure: Structure) -> list[PositionOn]:
    """Positions of that title in a company or of the group, by id."""
    found = [p for p in structure.positions.values() if p.title == title and p.company_id in (company_id, None)]
    return sorted(found, key=lambda p: p.id)


def head_of(unit_id: int, structure: Structure) -> int | None:
    """The head of the department, else whoever in it answers to nobody in it; else the same of the unit above."""
    unit = structure.units.get(unit_id)
    while unit is not None:
        there = {p.id: p for p in structure.positions.values() if p.unit_id == unit.id}
        heads = [p for p in there.values() if p.is_head] or [p for p in there.values() if p.superior_id not in there]
        if heads:
            return min(heads, key=lambda p: (not p.holders, p.id)).id
        unit = structure.units.get(unit.parent_id) if unit.parent_id is not None else None
    return None


def _deputies(position_id: int, book: Rulebook) -> set[int]:
    return {
        acting.deputy_id
        for acting in book.actings
        if acting.position_id == position_id and acting.starts_at <= book.at < acting.ends_at and not acting.scope
    }
