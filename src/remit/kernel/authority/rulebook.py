"""The authority in force at one moment, compiled: who may do what with which facts, and who decides what exceeds it.

Pure: no Django, no database. A `Rulebook` is built from the organization, the grants and the actings of a moment, and answers
until `valid_until`, the next instant at which any of them begins or ends. For each person and action the whole ladder (own
grants, grants as deputy, superiors upwards) is compiled on first use to one Python function that returns a ready verdict;
sentences are made only when somebody reads them (explain.py). bench/authority.py measures it against a bare dictionary, and
reference.py decides the same the slow way; tests hold the two to agree.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, TypeAlias

from remit.kernel.organization.structure import PositionOn, Structure
from remit.lib.limits import Bound

Outcome = Literal["granted", "approval", "refused"]
# Facts and how far each may go.
Bounds: TypeAlias = tuple[tuple[str, Bound], ...]


@dataclass(frozen=True, slots=True)
class GrantRule:
    """One grant to one position, as the decision needs it. `source`, `clause`, `text` say which charter it rests on."""

    id: int
    position_id: int
    action: str
    right: Literal["decide", "propose"] = "decide"
    limits: tuple[tuple[str, Bound], ...] = ()
    conditions: tuple[tuple[str, frozenset[bool | str]], ...] = ()
    scope: str = "anywhere"
    windows: tuple[Mapping[str, Any], ...] = ()
    obligations: tuple[Mapping[str, Any], ...] = ()
    start: dt.date | None = None
    end: dt.date | None = None
    source: str = ""
    clause: str = ""
    text: str = ""

    def in_force(self, day: dt.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class ActingRule:
    """A deputy in a position. `scope` empty: all its rights; else pairs of an action pattern and bounds on top of the grants'."""

    id: int
    position_id: int
    deputy_id: int
    principal_id: int | None
    starts_at: dt.datetime
    ends_at: dt.datetime
    scope: tuple[tuple[str, tuple[tuple[str, Bound], ...]], ...] = ()

    def bounds_for(self, action: str) -> tuple[tuple[str, Bound], ...] | None:
        """The further bounds under which the deputy may use the action; None where it was not handed over."""
        if not self.scope:
            return ()
        return next((bounds for pattern, bounds in self.scope if matches(pattern, action)), None)


@dataclass(frozen=True, slots=True)
class ActionShape:
    """What the decision needs to know of an action: the fact that says whom it concerns, and the one that names the owner."""

    concerns: str | None = None
    concerns_kind: Literal["person", "position", "unit"] = "person"
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rulebook says. `grant` covers the facts: the asker's own where granted, the approver's where approval is needed.

    `position_id` is the position in whose right the asker acts or asks, `acting` the deputyship used for it. `approvers` are
    the people who may decide, in order, each with the deputyship under which he may (None: as holder).
    """

    outcome: Outcome
    grant: GrantRule | None = None
    position_id: int | None = None
    acting: ActingRule | None = None
    approver_position_id: int | None = None
    approvers: tuple[tuple[int, ActingRule | None], ...] = ()
    proposal: GrantRule | None = None  # the right to propose on which the request rests, where the charter gives one


# People who may decide, each with the deputyship under which he may (None: as holder).
Deciders: TypeAlias = tuple[tuple[int, ActingRule | None], ...]


def matches(pattern: str, action: str) -> bool:
    """Whether a grant of `pattern` speaks of the action: itself, its family ("staff.*"), or everything ("*")."""
    return pattern == action or pattern == "*" or (pattern.endswith(".*") and action.startswith(pattern[:-1]))


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: if the facts satisfy all of it, the verdict holds."""

    limits: tuple[tuple[str, Bound], ...]
    conditions: tuple[tuple[str, frozenset[bool | str]], ...]
    members: tuple[tuple[str, frozenset[int]], ...]  # the fact must be one of these ids
    not_one_of: tuple[tuple[str, frozenset[int]], ...]  # the fact must be none of these ids
    verdict: Verdict

    def holds(self, facts: Mapping[str, Any]) -> bool:
        return (
            all((value := facts.get(name)) is not None and bound.covers(value) for name, bound in self.limits)
            and all(facts.get(name) in values for name, values in self.conditions)
            and all(facts.get(name) in ids for name, ids in self.members)
            and all(facts.get(name) not in ids for name, ids in self.not_one_of)
        )


Compiled: TypeAlias = Callable[[Mapping[str, Any]], Verdict]


@dataclass(frozen=True)
class Rulebook:
    structure: Structure
    grants: Iterable[GrantRule]
    actings: tuple[ActingRule, ...]
    shapes: Mapping[str, ActionShape]
    at: dt.datetime
    valid_until: dt.datetime
    version: int = 0
    _compiled: dict[tuple[int, str], Compiled] = field(default_factory=dict)

    def decide(self, person_id: int, action: str, facts: Mapping[str, Any]) -> Verdict:
        """The verdict for a person who wants to do an action with these facts. Absent facts are left out, not None."""
        try:
            return self._compiled[person_id, action](facts)
        except KeyError:  # the compiled function itself raises none: it reads facts with get()
            compiled = self._compiled[person_id, action] = compile_ladder(self.ladder(person_id, action))
            return compiled(facts)

    def decide_without(
        self,
        person_id: int,
        action: str,
        facts: Mapping[str, Any],
        spent: frozenset[int],
        only_position: int | None = None,
    ) -> Verdict:
        """As `decide`, but as if the `spent` grants were not there (a window is used up), or from one position only."""
        return compile_ladder(self.ladder(person_id, action, spent, only_position))(facts)

    def approvals(self, person_id: int, action: str, facts: Mapping[str, Any]) -> list[Verdict]:
        """Every way to an approval of these facts, in the order of the ladder: what a request climbs along."""
        return [
            rung.verdict
            for rung in self.ladder(person_id, action)
            if rung.verdict.outcome == "approval" and rung.holds(facts)
        ]

    # --- what the ladder is made of -------------------------------------------------------------------------------------

    @cached_property
    def by_position(self) -> dict[int, tuple[GrantRule, ...]]:
        """The grants in force of each position, those of the loosest bounds last, as a reader would try them."""
        found: dict[int, list[GrantRule]] = {}
        day = self.structure.day
        for grant in self.grants:
            if grant.in_force(day) and grant.position_id in self.structure.positions:
                found.setdefault(grant.position_id, []).append(grant)
        return {position_id: tuple(grants) for position_id, grants in found.items()}

    def grants_for(self, position_id: int, action: str, right: str = "decide") -> list[GrantRule]:
        return [g for g in self.by_position.get(position_id, ()) if g.right == right and matches(g.action, action)]

    @cached_property
    def _in_force(self) -> list[ActingRule]:
        return [acting for acting in self.actings if acting.starts_at <= self.at < acting.ends_at]

    @cached_property
    def _actings_in(self) -> dict[int, list[ActingRule]]:
        found: dict[int, list[ActingRule]] = {}
        for acting in self._in_force:
            found.setdefault(acting.position_id, []).append(acting)
        return found

    def deputyships(self, person_id: int) -> list[ActingRule]:
        """The deputyships of a person in force, in the order given: whoever else deputises changes nothing about which clause is
        named. Holding is first-hand: a deputy's deputy gets nothing (no onward delegation)."""
        return [acting for acting in self._in_force if acting.deputy_id == person_id]

    def is_away(self, person_id: int, position_id: int) -> bool:
        return any(acting.principal_id == person_id for acting in self._actings_in.get(position_id, ()))

    def positions_of(self, person_id: int) -> tuple[int, ...]:
        return self.structure.held_by.get(person_id, ())

    # --- the ladder -------------------------------------------------------------------------------------------------------

    def ladder(
        self, person_id: int, action: str, spent: frozenset[int] = frozenset(), only_position: int | None = None
    ) -> list[Rung]:
        """All rungs for a person and an action, in the order in which they are tried. The last one refuses."""
        positions = [p for p in self.positions_of(person_id) if only_position in (None, p)]
        rungs = list(self._own_rungs(person_id, action, positions, spent, only_position))
        proposal = next((g for p in positions for g in self.grants_for(p, action, "propose")), None)
        asking_from = proposal.position_id if proposal else (positions[0] if positions else None)
        rungs += self._approval_rungs(person_id, action, positions, asking_from, proposal)
        rungs.append(Rung((), (), (), (), Verdict("refused", position_id=asking_from, proposal=proposal)))
        return rungs

    def _own_rungs(
        self, person_id: int, action: str, positions: list[int], spent: frozenset[int], only_position: int | None
    ) -> Iterator[Rung]:
        for position_id in positions:
            for grant in self.grants_for(position_id, action):
                if grant.id not in spent:
                    verdict = Verdict("granted", grant, position_id)
                    yield self._rung(grant, action, verdict, (), frozenset((person_id,)))
        for acting in self.deputyships(person_id):
            bounds = acting.bounds_for(action)
            if bounds is None or only_position not in (None, acting.position_id):
                continue
            for grant in self.grants_for(acting.position_id, action):
                if grant.id not in spent:
                    verdict = Verdict("granted", grant, acting.position_id, acting)
                    yield self._rung(grant, action, verdict, bounds, frozenset((person_id,)))

    def _approval_rungs(
        self, person_id: int, action: str, positions: list[int], asking_from: int | None, proposal: GrantRule | None
    ) -> list[Rung]:
        """Superiors upwards: first those who are there (holders, deputies), then, where nobody is, those who are away."""
        there: list[Rung] = []
        away: list[Rung] = []
        for superior in self._line(positions):
            grants = self.grants_for(superior.id, action)
            if not grants:
                continue
            present, deputies, absent = self._who_decides(superior, person_id, action)
            for grant in grants:
                for people, bounds in [(present, ()), *deputies]:
                    if people:
                        there.append(self._approval(grant, action, superior, people, bounds, asking_from, proposal))
                if absent:
                    away.append(self._approval(grant, action, superior, absent, (), asking_from, proposal))
        return there + away

    def _line(self, positions: list[int]) -> list[PositionOn]:
        """The superiors of all positions of a person, nearest first, each once; positions of his own are no superiors."""
        lines = [list(self.structure.superiors(position_id)) for position_id in positions]
        merged: dict[int, PositionOn] = {}
        for step in range(max(map(len, lines), default=0)):
            for line in lines:
                if step < len(line):
                    merged.setdefault(line[step].id, line[step])
        return list(merged.values())

    def _who_decides(
        self, superior: PositionOn, person_id: int, action: str
    ) -> tuple[Deciders, list[tuple[Deciders, Bounds]], Deciders]:
        """Holders who are there, deputies with their further bounds, holders who are away. Never the asker himself."""
        present: Deciders = tuple(
            (p, None) for p in superior.holders if p != person_id and not self.is_away(p, superior.id)
        )
        absent: Deciders = tuple((p, None) for p in superior.holders if p != person_id and self.is_away(p, superior.id))
        deputies: list[tuple[Deciders, Bounds]] = []
        for acting in self._actings_in.get(superior.id, ()):
            bounds = acting.bounds_for(action)
            # Who asks does not decide through acting either, nor does one who deputises for the asker's own post alone.
            if acting.deputy_id != person_id and acting.principal_id != person_id and bounds is not None:
                deputies.append((((acting.deputy_id, acting),), bounds))
        return present, deputies, absent

    def _approval(
        self,
        grant: GrantRule,
        action: str,
        superior: PositionOn,
        people: Deciders,
        bounds: Bounds,
        asking_from: int | None,
        proposal: GrantRule | None,
    ) -> Rung:
        verdict = Verdict("approval", grant, asking_from, None, superior.id, people, proposal)
        return self._rung(
            grant, action, verdict, bounds, frozenset(p for p, _ in people) if len(people) == 1 else frozenset()
        )

    def _rung(
        self,
        grant: GrantRule,
        action: str,
        verdict: Verdict,
        bounds: Bounds,
        deciders: frozenset[int],
    ) -> Rung:
        shape = self.shapes.get(action, NO_SHAPE)
        members: list[tuple[str, frozenset[int]]] = []
        not_one_of: list[tuple[str, frozenset[int]]] = []
        if grant.scope == "own_customers":
            owners = frozenset(p for p, _ in verdict.approvers) or deciders
            members.append((shape.owner or "customer_owner", owners))
        elif grant.scope != "anywhere" and shape.concerns:
            members.append((shape.concerns, self.scope_members(grant.position_id, grant.scope, shape.concerns_kind)))
        if shape.concerns and shape.concerns_kind == "person" and deciders:
            not_one_of.append((shape.concerns, deciders))  # nobody decides about himself
        return Rung(grant.limits + bounds, grant.conditions, tuple(members), tuple(not_one_of), verdict)

    def scope_members(self, position_id: int, scope: str, kind: str) -> frozenset[int]:
        """The ids (people, positions or units) that lie in the scope of a grant to the position."""
        key = (position_id, scope, kind)
        if key not in self._scopes:
            self._scopes[key] = self._scope_members(position_id, scope, kind)
        return self._scopes[key]

    @cached_property
    def _scopes(self) -> dict[tuple[int, str, str], frozenset[int]]:
        return {}

    def _scope_members(self, position_id: int, scope: str, kind: str) -> frozenset[int]:
        structure = self.structure
        position = structure.positions[position_id]
        if scope == "own_group":
            positions = structure.subordinates(position_id)
            if kind == "unit":
                return frozenset(structure.positions[p].unit_id for p in positions)
        else:
            if scope == "own_company":
                units = structure.subtree(position.company_id or position.unit_id)
            else:
                units = structure.subtree(structure.department_of(position.unit_id))
            if kind == "unit":
                return units
            positions = structure.positions_in(units)
        return positions if kind == "position" else structure.holders_of(positions)


NO_SHAPE = ActionShape()
# Of nobody and nothing, for whoever acts without asking.
NO_RULES = Rulebook(
    structure=Structure(dt.date.min, {}, {}, {}),
    grants=(),
    actings=(),
    shapes={},
    at=dt.datetime.min.replace(tzinfo=dt.UTC),
    valid_until=dt.datetime.max.replace(tzinfo=dt.UTC),
)
# What an absent figure counts as: no bound covers it.
BEYOND_ALL_BOUNDS = Decimal("Infinity")


def compile_ladder(ladder: list[Rung]) -> Compiled:
    """One Python function for a ladder: each rung a line, each fact fetched once, every verdict ready.

    Generated code is what makes a decision cost about as much as a dictionary look-up (bench authority). Only positions of
    constants and fact names enter the text, the names as string literals; all values are bound as globals of the function.
    """
    names: dict[str, str] = {}
    constants: dict[str, Any] = {"__builtins__": {}}

    def fact(name: str) -> str:
        return names.setdefault(name, f"f{len(names)}")

    def constant(value: Any) -> str:
        name = f"k{len(constants)}"
        constants[name] = value
        return name

    bounded = {name for rung in ladder for name, _bound in rung.limits}
    beyond = constant(BEYOND_ALL_BOUNDS)
    lines: list[str] = []
    for rung in ladder:
        tests: list[str] = []
        tests += [f"{fact(name)} {bound.op} {constant(bound.max)}" for name, bound in rung.limits]
        tests += [f"{fact(name)} in {constant(values)}" for name, values in rung.conditions]
        tests += [f"{fact(name)} in {constant(ids)}" for name, ids in rung.members]
        tests += [f"{fact(name)} not in {constant(ids)}" for name, ids in rung.not_one_of]
        verdict = constant(rung.verdict)
        lines.append(f"    if {' and '.join(tests)}: return {verdict}" if tests else f"    return {verdict}")
        if not tests:
            break  # nothing after it can be reached
    absent = {name: f", {beyond}" if name in bounded else "" for name in names}
    fetch = [f"    {variable} = facts.get({name!r}{absent[name]})" for name, variable in names.items()]
    source = "\n".join(["def decide(facts):", *fetch, *lines])
    exec(compile(source, "<ladder>", "exec"), constants)  # noqa: S102 - our own text, see the docstring
    compiled: Compiled = constants["decide"]
    return compiled
