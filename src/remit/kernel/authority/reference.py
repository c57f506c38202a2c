"""The same decision, the slow and obvious way: what the compiled rulebook is held to by tests and by bench/authority.py.

Written from the rules alone, without the rulebook's ladder: for every position in question every grant is judged from scratch.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from remit.kernel.authority.rulebook import ActingRule, ActionShape, GrantRule, Outcome
from remit.kernel.organization.structure import PositionOn, Structure


class Reference:
    """Decides from the same inputs as a Rulebook. `decide` answers (outcome, grant id, approver position id)."""

    def __init__(
        self,
        structure: Structure,
        grants: list[GrantRule],
        actings: list[ActingRule],
        shapes: Mapping[str, ActionShape],
        at: Any,
    ) -> None:
        self.structure = structure
        self.grants = [grant for grant in grants if grant.in_force(structure.day)]
        self.actings = [acting for acting in actings if acting.starts_at <= at < acting.ends_at]
        self.shapes = shapes

    def decide(self, person: int, action: str, facts: Mapping[str, Any]) -> tuple[Outcome, int | None, int | None]:
        held = [p for p in sorted(self.structure.positions) if person in self.structure.positions[p].holders]
        for position in held:
            for grant in self.speaking_of(position, action):
                if self.covers(grant, action, facts, person) and not self.is_about(person, action, facts):
                    return "granted", grant.id, None
        for acting in self.actings:
            if acting.deputy_id == person and self.hands_over(acting, action, facts):
                for grant in self.speaking_of(acting.position_id, action):
                    if self.covers(grant, action, facts, person) and not self.is_about(person, action, facts):
                        return "granted", grant.id, None
        superiors = list(self.superiors_of(held))
        for only_present in (True, False):
            for superior in superiors:
                for grant in self.speaking_of(superior.id, action):
                    for group in self.deciders(superior, person, action, facts, present=only_present):
                        alone_and_concerned = len(group) == 1 and self.is_about(group[0], action, facts)
                        if group and not alone_and_concerned and self.covers(grant, action, facts, *group):
                            return "approval", grant.id, superior.id
        return "refused", None, None

    def speaking_of(self, position: int, action: str) -> Iterator[GrantRule]:
        for grant in self.grants:
            family = (
                grant.action.endswith(".*")
                and action.split(".")[: grant.action.count(".")] == grant.action.split(".")[:-1]
            )
            if grant.position_id == position and grant.right == "decide" and (grant.action in (action, "*") or family):
                yield grant

    def covers(self, grant: GrantRule, action: str, facts: Mapping[str, Any], *people: int) -> bool:
        for name, bound in grant.limits:
            value = facts.get(name)
            if value is None or value > bound.max or (bound.op == "<" and value == bound.max):
                return False
        if any(facts.get(name) not in values for name, values in grant.conditions):
            return False
        shape = self.shapes.get(action, ActionShape())
        if grant.scope == "own_customers":
            return facts.get(shape.owner or "customer_owner") in people
        if grant.scope == "anywhere" or shape.concerns is None:
            return True
        return facts.get(shape.concerns) in self.scope(grant, shape.concerns_kind)

    def scope(self, grant: GrantRule, kind: str) -> set[int]:
        structure = self.structure
        home = structure.positions[grant.position_id]
        if grant.scope == "own_group":
            inside = [p for p in structure.positions.values() if self.is_below(p, home.id)]
            units = {p.unit_id for p in inside}
        else:
            top = home.company_id or home.unit_id
            if grant.scope == "own_department":
                top = home.unit_id
                while structure.units[top].kind == "team" and structure.units[top].parent_id is not None:
                    top = structure.units[top].parent_id or top
            units = {unit for unit in structure.units if self.is_inside(unit, top)}
            inside = [p for p in structure.positions.values() if p.unit_id in units]
        if kind == "unit":
            return units
        return {p.id for p in inside} if kind == "position" else {person for p in inside for person in p.holders}

    def is_below(self, position: PositionOn, above: int) -> bool:
        return position.id != above and any(superior.id == above for superior in self.structure.superiors(position.id))

    def is_inside(self, unit: int | None, top: int) -> bool:
        while unit is not None:
            if unit == top:
                return True
            unit = self.structure.units[unit].parent_id
        return False

    def is_about(self, person: int, action: str, facts: Mapping[str, Any]) -> bool:
        shape = self.shapes.get(action, ActionShape())
        return shape.concerns is not None and shape.concerns_kind == "person" and facts.get(shape.concerns) == person

    def hands_over(self, acting: ActingRule, action: str, facts: Mapping[str, Any]) -> bool:
        if not acting.scope:
            return True
        for pattern, bounds in acting.scope:
            if pattern in (action, "*") or (pattern.endswith(".*") and action.startswith(pattern[:-1])):
                values = [(facts.get(name), bound) for name, bound in bounds]
                return all(value is not None and bound.covers(value) for value, bound in values)
        return False

    def superiors_of(self, held: list[int]) -> Iterator[PositionOn]:
        """Step by step upwards from all positions held at once, each superior once."""
        lines = [list(self.structure.superiors(position)) for position in held]
        seen: set[int] = set()
        for step in range(max((len(line) for line in lines), default=0)):
            for line in lines:
                if step < len(line) and line[step].id not in seen:
                    seen.add(line[step].id)
                    yield line[step]

    def deciders(
        self, superior: PositionOn, person: int, action: str, facts: Mapping[str, Any], *, present: bool
    ) -> Iterator[list[int]]:
        """Groups of people who may decide in the position: holders who are there, each deputy; or holders who are away."""
        away = {acting.principal_id for acting in self.actings if acting.position_id == superior.id}
        yield [p for p in superior.holders if p != person and (p in away) != present]
        for acting in self.actings:
            of_asker = person in (acting.deputy_id, acting.principal_id)
            if (
                present
                and acting.position_id == superior.id
                and not of_asker
                and self.hands_over(acting, action, facts)
            ):
                yield [acting.deputy_id]
