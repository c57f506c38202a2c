"""The organization on one day, in memory: what decisions, charts and matrices are computed from. Pure data, no queries."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class UnitOn:
    """A unit as it was on the day. `parent_id` None at the top."""

    id: int
    name: str
    kind: str
    parent_id: int | None
    company_id: int | None


@dataclass(frozen=True, slots=True)
class PositionOn:
    """A position as it was on the day, with the people who held it (ids, in order of appointment)."""

    id: int
    title: str
    unit_id: int
    company_id: int | None
    is_head: bool
    headcount: int
    superior_id: int | None = None
    second_superior_id: int | None = None
    holders: tuple[int, ...] = ()


@dataclass(frozen=True)
class Structure:
    """Units, positions and holders on `day`. Ids are the primary keys; names of people are in `people`, the position by which each is
    introduced in `main_posts`."""

    day: dt.date
    units: dict[int, UnitOn]
    positions: dict[int, PositionOn]
    people: dict[int, str] = field(default_factory=dict)
    main_posts: dict[int, int] = field(default_factory=dict)

    @cached_property
    def held_by(self) -> dict[int, tuple[int, ...]]:
        """Person → the positions held, in the order of the position ids."""
        held: dict[int, list[int]] = {}
        for position in self.positions.values():
            for person_id in position.holders:
                held.setdefault(person_id, []).append(position.id)
        return {person_id: tuple(sorted(ids)) for person_id, ids in held.items()}

    def superiors(self, position_id: int) -> Iterator[PositionOn]:
        """The line upwards, nearest first; at each step the first superior, and the second leader right after it.

        A loop in the data (A above B above A) ends the walk instead of running for ever.
        """
        seen = {position_id}
        level = [self.positions[position_id]]
        while level:
            above: list[PositionOn] = []
            for position in level:
                for superior_id in (position.superior_id, position.second_superior_id):
                    if superior_id is not None and superior_id not in seen and superior_id in self.positions:
                        seen.add(superior_id)
                        above.append(self.positions[superior_id])
            yield from above
            level = above

    @cached_property
    def _directly_below(self) -> dict[int, tuple[int, ...]]:
        below: dict[int, list[int]] = {}
        for position in self.positions.values():
            for superior_id in (position.superior_id, position.second_superior_id):
                if superior_id is not None:
                    below.setdefault(superior_id, []).append(position.id)
        return {superior_id: tuple(ids) for superior_id, ids in below.items()}

    def subordinates(self, position_id: int) -> frozenset[int]:
        """All positions below this one along the reporting lines, itself not included."""
        seen: set[int] = set()
        todo = list(self._directly_below.get(position_id, ()))
        while todo:
            below = todo.pop()
            if below not in seen and below != position_id:
                seen.add(below)
                todo.extend(self._directly_below.get(below, ()))
        return frozenset(seen)

    @cached_property
    def _children(self) -> dict[int, tuple[int, ...]]:
        children: dict[int, list[int]] = {}
        for unit in self.units.values():
            if unit.parent_id is not None:
                children.setdefault(unit.parent_id, []).append(unit.id)
        return {parent_id: tuple(ids) for parent_id, ids in children.items()}

    def subtree(self, unit_id: int) -> frozenset[int]:
        """The unit and everything below it."""
        seen, todo = {unit_id}, [unit_id]
        while todo:
            for child in self._children.get(todo.pop(), ()):
                if child not in seen:
                    seen.add(child)
                    todo.append(child)
        return frozenset(seen)

    def department_of(self, unit_id: int) -> int:
        """The nearest department at or above the unit; the unit itself where there is none (a company's own posts)."""
        unit: UnitOn | None = self.units.get(unit_id)
        while unit is not None and unit.kind == "team":
            unit = self.units.get(unit.parent_id) if unit.parent_id is not None else None
        return unit.id if unit is not None else unit_id

    def units_over(self, position_id: int | None, person_id: int | None = None) -> tuple[int, ...]:
        """The unit of the position, or of the person's main one, and those above it, nearest first; () for who sits nowhere."""
        if position_id is None and person_id is not None:
            position_id = self.main_posts.get(person_id) or next(iter(self.held_by.get(person_id, ())), None)
        position = self.positions.get(position_id) if position_id is not None else None
        return self.unit_and_above(position.unit_id) if position is not None else ()

    def unit_and_above(self, unit_id: int) -> tuple[int, ...]:
        """Nearest first. Kept: every deadline asks for it."""
        if unit_id not in self._above:
            parent = self.units[unit_id].parent_id if unit_id in self.units else None
            self._above[unit_id] = (unit_id, *(self.unit_and_above(parent) if parent is not None else ()))
        return self._above[unit_id]

    @cached_property
    def _above(self) -> dict[int, tuple[int, ...]]:
        return {}

    def positions_in(self, unit_ids: frozenset[int]) -> frozenset[int]:
        return frozenset(position.id for position in self.positions.values() if position.unit_id in unit_ids)

    def holders_of(self, position_ids: frozenset[int]) -> frozenset[int]:
        return frozenset(person for position_id in position_ids for person in self.positions[position_id].holders)

    def unit_label(self, unit_id: int) -> str:
        """ "客户服务部" — with the company before it where the group has several units of that name."""
        unit = self.units[unit_id]
        twins = sum(1 for other in self.units.values() if other.name == unit.name)
        company = self.units.get(unit.company_id) if unit.company_id else None
        return f"{company.name} {unit.name}" if twins > 1 and company and company.id != unit.id else unit.name
