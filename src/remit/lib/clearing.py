"""Which debts a payment clears: in an order that the company lays down, the law's where it says nothing."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

# What it cost to recover the debt, then interest, then the principal (民法典第561条); of each the oldest first.
LEGAL_ORDER: Final = ("recovery", "late_fee", "principal", "deposit")


@dataclass(frozen=True, slots=True)
class Debt:
    """One open charge."""

    key: int
    kind: str
    due_on: dt.date
    open_amount: Decimal


def clear(amount: Decimal, debts: Iterable[Debt], order: Sequence[str] = LEGAL_ORDER) -> list[tuple[int, Decimal]]:
    """Share `amount` out over the debts: (key, part) for each that gets something, in the order in which they are cleared.

    Kinds stand in `order`, one that it does not name last; within a kind the oldest due day goes first, then the lower key. What is
    left over when all are cleared is not shared out. Raises ValueError for an amount below 0.
    """
    if amount < 0:
        raise ValueError("分配的金额不能为负。")
    place = {kind: n for n, kind in enumerate(order)}
    parts = []
    for debt in sorted(debts, key=lambda one: (place.get(one.kind, len(place)), one.due_on, one.key)):
        part = min(amount, debt.open_amount)
        if part > 0:
            parts.append((debt.key, part))
            amount -= part
    return parts
