"""Where a procedure's ways part to be walked at the same time, and where they come together again. Pure.

A fork is an outcome with several next steps. Each begins a branch: everything that is reached from it before the join, the step
that waits for the last step of each branch.
"""

from dataclasses import dataclass
from functools import lru_cache

from remit.kernel.procedures.format import ProcedureSpec, Step


@dataclass(frozen=True, slots=True)
class Fork:
    """`branches` are the steps of each way, in the order of `next`. `join` is None where they don't come together as they should."""

    step: str
    outcome: str
    branches: tuple[frozenset[str], ...]
    join: str | None

    @property
    def inside(self) -> frozenset[str]:
        return frozenset().union(*self.branches)


def forks_of(spec: ProcedureSpec) -> tuple[Fork, ...]:
    """In the order of the file. Kept by the text of the ways, so that asking again costs a look-up."""
    ways = tuple((step.id, tuple((one.id, one.targets) for one in step.outcomes), step.wait_for) for step in spec.steps)
    return _forks(ways)


Ways = tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...], tuple[str, ...]], ...]


@lru_cache(maxsize=256)
def _forks(ways: Ways) -> tuple[Fork, ...]:
    following = {step: {target for _name, targets in outcomes for target in targets} for step, outcomes, _waits in ways}
    joins = {step: frozenset(waits) for step, _outcomes, waits in ways if waits}
    return tuple(
        _fork(step, outcome, targets, following, joins)
        for step, outcomes, _waits in ways
        for outcome, targets in outcomes
        if len(targets) > 1
    )


def _fork(
    step: str, outcome: str, starts: tuple[str, ...], following: dict[str, set[str]], joins: dict[str, frozenset[str]]
) -> Fork:
    for join, waits in joins.items():
        branches = tuple(frozenset(reached(start, following, join)) for start in starts)
        if join not in starts and _come_together(step, branches, waits, following, join):
            return Fork(step, outcome, branches, join)
    return Fork(step, outcome, tuple(frozenset(reached(start, following, None)) for start in starts), None)


def _come_together(
    step: str, branches: tuple[frozenset[str], ...], waits: frozenset[str], following: dict[str, set[str]], join: str
) -> bool:
    """Each branch keeps to itself, ends nowhere but in the join, and there in exactly one of the steps that are waited for."""
    apart = sum(map(len, branches)) == len(frozenset().union(*branches))
    lasts = [{one for one in branch if join in following.get(one, ())} for branch in branches]
    return (
        apart
        and not any(step in branch or not branch <= following.keys() for branch in branches)
        and all(len(last) == 1 for last in lasts)
        and frozenset().union(*lasts) == waits
    )


def reached(start: str, following: dict[str, set[str]], without: str | None) -> set[str]:
    """Steps and ends that are reached from a step, itself included, on ways that don't pass through `without`."""
    found, todo = set[str](), [start]
    while todo:
        here = todo.pop()
        if here not in found and here != without:
            found.add(here)
            todo += following.get(here, ())
    return found


def joined_at(spec: ProcedureSpec, join: Step) -> frozenset[str]:
    """The steps of all branches that come together in a join."""
    return frozenset().union(*(fork.inside for fork in forks_of(spec) if fork.join == join.id))
