"""The lines of one charge. Each is rounded to the cent by itself; its net and its tax add up to its amount exactly.

**Parts of a month** count by day: days there ÷ days of that month. A price that changes within a month parts it in two lines.
**Consumption** is spread evenly over the days between its readings, so that a new price holds for the days it was in force; the
limits of the tiers are a month's and are parted in the same way.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any, Final, Literal

from remit.lib.amounts import allocate, round_cents
from remit.lib.tariffs.terms import Deposit, Fixed, Metered, OneOff, Percentage, PerQuantity, Share, Terms, Tier

# Exact products of price (6 decimals), quantity (3), days and percent, as PostgreSQL's numeric has them.
_EXACT: Final = Context(prec=60)
_THOUSANDTH: Final = Decimal("0.001")
# Days of an average month, 365.25 ÷ 12 = 30.4375, as a fraction: how many months a span between two readings stands for.
_MONTH: Final = (487, 16)

LineKind = Literal["days", "tier", "band", "minimum", "share", "once", "percentage"]


@dataclass(frozen=True, slots=True)
class Step:
    """Terms that hold from a day on, until the next step's."""

    since: date
    terms: Terms


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation: price × quantity × days ÷ of_days, less the discount, rounded; `until` is the day after.

    `of_days` 0: the time does not count. For a share `quantity` is the part's weight and `price` is 0.
    """

    kind: LineKind
    since: date
    until: date
    quantity: Decimal
    price: Decimal
    days: int
    of_days: int
    discount: Decimal
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    amount: Decimal
    band: str = ""

    def as_data(self) -> dict[str, Any]:
        """For JSON: decimals and days as texts, what is empty left out."""
        pairs = ((one.name, getattr(self, one.name)) for one in fields(self))
        return {name: value if isinstance(value, int) else str(value) for name, value in pairs if value}


@dataclass(frozen=True, slots=True)
class Sum:
    """A charge: its lines added up. net + tax = amount."""

    lines: tuple[Line, ...]
    quantity: Decimal
    net: Decimal
    tax: Decimal
    amount: Decimal


def add_up(lines: Sequence[Line], quantity: Decimal) -> Sum:
    net, tax = (sum((getattr(line, part) for line in lines), Decimal("0.00")) for part in ("net", "tax"))
    return Sum(tuple(lines), quantity, net, tax, net + tax)


def _line(
    kind: LineKind, terms: Terms, since: date, until: date, quantity: Decimal, price: Decimal,
    days: int = 0, of_days: int = 0, band: str = "",
) -> Line:  # fmt: skip
    discount = getattr(terms, "discount", Decimal(0))
    with localcontext(_EXACT):
        product = price * quantity * (100 - discount) * (days if of_days else 1)
        stated = round_cents(product / (100 * (of_days or 1)))
    return _taxed(kind, terms, since, until, quantity, price, days, of_days, discount, stated, band)


def _taxed(
    kind: LineKind, terms: Terms, since: date, until: date, quantity: Decimal, price: Decimal, days: int, of_days: int,
    discount: Decimal, stated: Decimal, band: str = "",
) -> Line:  # fmt: skip
    rate = getattr(terms, "tax", Decimal(0))
    if getattr(terms, "tax_included", True):
        with localcontext(_EXACT):
            tax = round_cents(stated * rate / (100 + rate))
        net, amount = stated - tax, stated
    else:
        with localcontext(_EXACT):
            tax = round_cents(stated * rate / 100)
        net, amount = stated, stated + tax
    return Line(kind, since, until, quantity, price, days, of_days, discount, rate, net, tax, amount, band)


# --- by the calendar ------------------------------------------------------------------------------------------------------


def _months(since: date, until: date) -> Iterator[tuple[date, date, int]]:
    """The parts of [since, until) by calendar month, each with the days of its month."""
    at = since
    while at < until:
        following = date(at.year + at.month // 12, at.month % 12 + 1, 1)
        yield at, min(following, until), monthrange(at.year, at.month)[1]
        at = following


def _in_force(steps: Sequence[Step], since: date, until: date) -> Iterator[tuple[date, date, Terms]]:
    """The parts of [since, until) by step; days before the first step have no price and are left out."""
    ordered = sorted(steps, key=lambda step: step.since)
    for step, following in zip(ordered, [*(one.since for one in ordered[1:]), date.max], strict=True):
        start, end = max(step.since, since), min(following, until)
        if start < end:
            yield start, end, step.terms


def standing_lines(steps: Sequence[Step], quantity: Decimal, since: date, until: date) -> list[Line]:
    """A fixed price, or one by area or count, for the days from `since` up to before `until`."""
    lines = []
    for start, end, terms in _in_force(steps, since, until):
        if not isinstance(terms, Fixed | PerQuantity):
            continue
        for first, after, length in _months(start, end):
            of_days = {"day": 1, "month": length, "year": 12 * length}[terms.per]
            lines.append(_line("days", terms, first, after, quantity, terms.price, (after - first).days, of_days))
    return lines


def once_lines(terms: Deposit | OneOff, quantity: Decimal, on: date) -> list[Line]:
    """What is owed once, on the day it begins."""
    return [_line("once", terms, on, on, quantity, terms.price)]


def percentage_lines(terms: Percentage, base: Decimal, since: date, until: date) -> list[Line]:
    """`base`: what the tariffs it speaks of come to. The line's price is the rate as a factor."""
    return [_line("percentage", terms, since, until, base, terms.rate / 100)]


# --- by the meter ---------------------------------------------------------------------------------------------------------


def _parts(whole: Decimal, upto: Sequence[int], days: int) -> list[Decimal]:
    """`whole` parted by days, to a thousandth: each is the rounded sum up to its end less that before. They add up exactly."""
    with localcontext(_EXACT):
        sums = [(whole * day / days).quantize(_THOUSANDTH, rounding=ROUND_HALF_UP) for day in upto]
    return [high - low for low, high in zip([Decimal(0), *sums], sums, strict=False)]


def months_of(since: date, until: date) -> int:
    """How many months' tiers a span between two readings has: its days by the average month, at least one."""
    days = (until - since).days * _MONTH[1]
    return max(1, (2 * days + _MONTH[0]) // (2 * _MONTH[0]))


def metered_lines(steps: Sequence[Step], used: Mapping[str, Decimal], since: date, until: date) -> list[Line]:
    """`used` by band ("" for a meter with one register) between a reading on `since` and one on `until`.

    A day's consumption has the price of that day; the first day is the one after `since`. Bands that the terms don't name have the
    tiers' price alone. No line: no price is in force.
    """
    since = min(since, date.fromordinal(until.toordinal() - 1))  # read twice on one day: that day's
    # The half-open days of consumption are one later than those of the readings.
    first, after = date.fromordinal(since.toordinal() + 1), date.fromordinal(until.toordinal() + 1)
    days = (after - first).days
    in_force = [
        (start, end, terms) for start, end, terms in _in_force(steps, first, after) if isinstance(terms, Metered)
    ]
    if not in_force:
        return []
    # The first part ends where it ends but begins on the first day: what lies before the first price is billed at it.
    ends = [(end - first).days for _start, end, _terms in in_force]
    totals = _parts(sum(used.values(), Decimal(0)), ends, days)
    by_band = {band: _parts(quantity, ends, days) for band, quantity in sorted(used.items())}
    lines = []
    stated = Decimal(0)
    for at, (start, end, terms) in enumerate(in_force):
        limits = {
            tier: _parts(tier.upto * months_of(since, until), ends, days)[at]
            for tier in terms.tiers
            if tier.upto is not None
        }
        sold = [
            _line("tier", terms, start, end, quantity, tier.price)
            for tier, quantity in _by_tier(terms, totals[at], limits)
        ]
        for band, price in sorted(terms.bands.items()):
            if band in by_band and by_band[band][at]:
                sold.append(_line("band", terms, start, end, by_band[band][at], price, band=band))
        stated += sum((line.amount if terms.tax_included else line.net for line in sold), Decimal(0))
        lines += sold
    return lines + _up_to_minimum(in_force[-1], stated)


def _by_tier(terms: Metered, total: Decimal, limits: Mapping[Tier, Decimal]) -> Iterator[tuple[Tier, Decimal]]:
    """The consumption parted into tiers. What was estimated too high comes back at the first tier's price."""
    below = Decimal(0)
    for at, tier in enumerate(terms.tiers):
        limit = limits.get(tier)
        is_last = limit is None or total <= limit
        if terms.method == "slab":
            if is_last:
                yield tier, total
                return
            continue
        upto = total if limit is None else min(total, limit)
        if upto != below or (at == 0 and is_last):
            yield tier, upto - below
        if is_last:
            return
        below = upto


def _up_to_minimum(last: tuple[date, date, Metered], stated: Decimal) -> list[Line]:
    """By the terms that were in force last; `stated` is what the lines come to before what tax is put on top."""
    start, end, terms = last
    with localcontext(_EXACT):
        least = round_cents(terms.minimum * (100 - terms.discount) / 100)
    if not terms.minimum or least <= stated:
        return []
    return [
        _taxed("minimum", terms, start, end, Decimal(0), Decimal(0), 0, 0, terms.discount, least - stated),
    ]


# --- shared costs ---------------------------------------------------------------------------------------------------------


def share_lines(terms: Share, cost: Decimal, weights: Sequence[Decimal], since: date, until: date) -> list[Line]:
    """One line for each weight (its measure × the days there); together they are `cost` to the cent, by largest remainder."""
    parts = allocate(cost, list(weights))
    return [
        _taxed("share", terms, since, until, weight, Decimal(0), 0, 0, Decimal(0), part)
        for weight, part in zip(weights, parts, strict=True)
    ]
