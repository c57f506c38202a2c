"""Separation of duties (职责分离): who has rights in hand that should not meet in one person (appendix 9, items 13 and 22)."""

from collections.abc import Iterable
from dataclasses import dataclass

from remit.kernel.authority.models import SeparationRule
from remit.kernel.authority.rulebook import GrantRule, Rulebook, matches


@dataclass(frozen=True, slots=True)
class Conflict:
    """A person (or, for a draft charter, a position) in whom both sides of a rule meet, with the grants that give them."""

    rule: SeparationRule
    holder: str
    person_id: int | None
    first: tuple[GrantRule, ...]
    second: tuple[GrantRule, ...]


def _meets(patterns: Iterable[str], grants: Iterable[GrantRule]) -> tuple[GrantRule, ...]:
    """The deciding grants that speak of an action on one side; a family right of the charter covers all below it."""
    wanted = tuple(patterns)
    return tuple(g for g in grants if g.right == "decide" and any(_touch(g.action, pattern) for pattern in wanted))


def _touch(granted: str, pattern: str) -> bool:
    return matches(granted, pattern.removesuffix(".*") + (".x" if pattern.endswith(".*") else "")) or matches(
        pattern, granted
    )


def conflicts_among(grants: Iterable[GrantRule], holder: str, person_id: int | None = None) -> list[Conflict]:
    """The rules that these grants break when they are in one hand."""
    in_hand = tuple(grants)
    found = []
    for rule in SeparationRule.objects.order_by("code"):
        first, second = _meets(rule.first, in_hand), _meets(rule.second, in_hand)
        if first and second:
            found.append(Conflict(rule, holder, person_id, first, second))
    return found


def standing_conflicts(book: Rulebook) -> list[Conflict]:
    """Everyone in whom conflicting rights meet today, over all positions held. One query, whatever the number of people."""
    rules = list(SeparationRule.objects.order_by("code"))
    found = []
    for person_id, positions in sorted(book.structure.held_by.items()):
        in_hand = tuple(grant for position_id in positions for grant in book.by_position.get(position_id, ()))
        for rule in rules:
            first, second = _meets(rule.first, in_hand), _meets(rule.second, in_hand)
            if first and second:
                found.append(Conflict(rule, book.structure.people[person_id], person_id, first, second))
    return found


def conflicts_if_appointed(book: Rulebook, person_id: int, position_id: int, name: str) -> list[Conflict]:
    """The conflicts that a further position would bring to a person, those that stand already left out."""
    held = [grant for p in book.positions_of(person_id) for grant in book.by_position.get(p, ())]
    before = {conflict.rule.pk for conflict in conflicts_among(held, name, person_id)}
    after = conflicts_among([*held, *book.by_position.get(position_id, ())], name, person_id)
    return [conflict for conflict in after if conflict.rule.pk not in before]
