"""Which lines of the bank and which legs of the books are likely the same money, and why (pure)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Final

from remit.lib.text import fold

DAYS_APART: Final = 10
# Among so many of the same days a sum is looked for; more would find sums that mean nothing.
PARTS_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class Side:
    """A line of the bank or a leg of the books: `words` are everything it says, `marks` the references in it."""

    id: int
    on: dt.date
    amount: Decimal
    words: str
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`reasons` as keys: amount, reference, name, day, sum, habit. The likeliest have the highest score."""

    lines: tuple[int, ...]
    legs: tuple[int, ...]
    amount: Decimal
    reasons: tuple[str, ...]
    score: int


_POINTS: Final = {"reference": 50, "name": 20, "habit": 15, "day": 10, "amount": 5, "sum": 2}


def suggest(lines: Sequence[Side], legs: Sequence[Side], habits: Iterable[tuple[str, str]] = ()) -> list[Suggestion]:
    """Every line and leg in one suggestion at most, the surest first. `habits`: (words of a line, words of a leg) of earlier matchings."""
    habit = {(fold(line), fold(leg)) for line, leg in habits}
    found = sorted(_pairs(lines, legs, habit), key=lambda one: (-one.score, one.lines, one.legs))
    used_lines, used_legs, chosen = set[int](), set[int](), []
    for one in found:
        if used_lines.isdisjoint(one.lines) and used_legs.isdisjoint(one.legs):
            chosen.append(one)
            used_lines.update(one.lines)
            used_legs.update(one.legs)
    rest_lines = [line for line in lines if line.id not in used_lines]
    rest_legs = [leg for leg in legs if leg.id not in used_legs]
    for one in _sums(rest_lines, rest_legs):
        if used_lines.isdisjoint(one.lines) and used_legs.isdisjoint(one.legs):
            chosen.append(one)
            used_lines.update(one.lines)
            used_legs.update(one.legs)
    return chosen


def _pairs(lines: Sequence[Side], legs: Sequence[Side], habit: set[tuple[str, str]]) -> Iterable[Suggestion]:
    by_amount: dict[Decimal, list[Side]] = defaultdict(list)
    for leg in legs:
        by_amount[leg.amount].append(leg)
    for line in lines:
        alike = [leg for leg in by_amount.get(line.amount, ()) if abs((leg.on - line.on).days) <= DAYS_APART]
        for leg in alike:
            reasons = ["amount"]
            if line.marks & leg.marks:
                reasons.append("reference")
            if _share_a_name(line.words, leg.words):
                reasons.append("name")
            if (fold(line.words), fold(leg.words)) in habit:
                reasons.append("habit")
            if line.on == leg.on:
                reasons.append("day")
            # Of several with the same amount one must say more than that, else a person has to look.
            if len(alike) == 1 or len(reasons) > 1:
                score = sum(_POINTS[reason] for reason in reasons) - abs((leg.on - line.on).days)
                yield Suggestion((line.id,), (leg.id,), line.amount, tuple(reasons), score)


def _share_a_name(left: str, right: str) -> bool:
    """Whether a run of at least three characters that is no figure stands in both (two for short ones)."""
    a, b = fold(left), fold(right)
    if not a or not b:
        return False
    size = 3 if min(len(a), len(b)) > 3 else 2
    pieces = {a[n : n + size] for n in range(len(a) - size + 1)}
    return any(piece in b and not any(char.isdigit() for char in piece) for piece in pieces)


def _sums(lines: Sequence[Side], legs: Sequence[Side]) -> Iterable[Suggestion]:
    """One line for several legs, or one leg for several lines, of the same day or days next to it."""
    for one, others, is_line in [*((line, legs, True) for line in lines), *((leg, lines, False) for leg in legs)]:
        found = _sum_of(one, others, is_line)
        if found is not None:
            yield found


def _sum_of(one: Side, others: Sequence[Side], is_line: bool) -> Suggestion | None:
    same_way = [
        other for other in others if (other.amount > 0) == (one.amount > 0) and abs(other.amount) < abs(one.amount)
    ]
    for apart in (0, 3):
        near = [other for other in same_way if abs((other.on - one.on).days) <= apart]
        parts = _parts(one.amount, near)
        if parts:
            ids = tuple(part.id for part in parts)
            lines, legs = ((one.id,), ids) if is_line else (ids, (one.id,))
            reasons = ("sum", "day") if apart == 0 else ("sum",)
            return Suggestion(lines, legs, one.amount, reasons, sum(_POINTS[reason] for reason in reasons))
    return None


def _parts(wanted: Decimal, near: Sequence[Side]) -> Sequence[Side]:
    """All of them, or the only choice of at most twelve, that adds up. Two choices are none: a person has to look."""
    if len(near) > 1 and sum((side.amount for side in near), Decimal(0)) == wanted:
        return near
    if not 2 < len(near) <= PARTS_MAX:
        return ()
    found: list[Sequence[Side]] = []
    for size in range(2, len(near)):
        for chosen in combinations(near, size):
            if sum((side.amount for side in chosen), Decimal(0)) == wanted:
                found.append(chosen)
                if len(found) > 1:
                    return ()
    return found[0] if found else ()
