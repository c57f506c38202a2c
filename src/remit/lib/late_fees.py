"""What is due for being late: worked out anew from dated facts each time, so that it does not matter in which order they became known.

The rule, as settled: from the day after the due day and the days of grace on, a rate of the open principal for each day, the day of payment
included; rounded once, at the end; at most a share of the principal as it was billed; never on late fees themselves.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from remit.lib.amounts import round_cents


@dataclass(frozen=True, slots=True)
class LateFeeRule:
    """`rate` for each day (Decimal("0.0005") is 0.05 %), `grace_days` that cost nothing, `cap` as a share of the principal or None."""

    rate: Decimal
    grace_days: int = 0
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What makes the principal more (negative) or less (positive) open, and from which day that counts."""

    on: dt.date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days with the same open principal: from `first` to `last`, both counted. `fee` is not rounded."""

    first: dt.date
    last: dt.date
    open_principal: Decimal
    fee: Decimal

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class LateFee:
    """The late fee up to a day, and the stretches that it comes from; `is_capped` where they add up to more."""

    amount: Decimal
    stretches: tuple[Stretch, ...]
    is_capped: bool = False


def late_fee(
    principal: Decimal, due_on: dt.date, changes: Iterable[Change], rule: LateFeeRule, until: dt.date
) -> LateFee:
    """The late fee of one principal up to and including `until`. The order of `changes` does not matter.

    A change on a day counts from the next day on, for the day of payment is still a day of default. What was paid before the due day, or
    on it, costs nothing. An overpaid principal is open by 0.
    """
    stretches = tuple(_stretches(principal, due_on + dt.timedelta(1 + rule.grace_days), changes, rule.rate, until))
    amount = round_cents(sum((one.fee for one in stretches), Decimal(0)))
    if rule.cap is not None and amount > (limit := round_cents(principal * rule.cap)):
        return LateFee(limit, stretches, is_capped=True)
    return LateFee(amount, stretches)


def _stretches(
    principal: Decimal, start: dt.date, changes: Iterable[Change], rate: Decimal, until: dt.date
) -> Iterator[Stretch]:
    by_day: dict[dt.date, Decimal] = {}
    for change in changes:
        counts_from = max(change.on + dt.timedelta(1), start)
        by_day[counts_from] = by_day.get(counts_from, Decimal(0)) + change.amount
    paid = by_day.pop(start, Decimal(0))
    first = start
    for day in [*sorted(day for day in by_day if day <= until), until + dt.timedelta(1)]:
        open_principal = max(principal - paid, Decimal(0))
        if open_principal and first < day:
            days = (day - first).days
            yield Stretch(first, day - dt.timedelta(1), open_principal, open_principal * rate * days)
        paid += by_day.get(day, Decimal(0))
        first = max(first, day)
