"""From what a meter shows to what was used: factor, rollover, estimates, what looks odd, and the balance of a main meter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Final, Literal

THOUSANDTH: Final = Decimal("0.001")
# Away from the usual by more than this: three times as much, or a third, and at least so many units a day apart.
ODD_TIMES: Final = 3
ODD_LEAST_A_DAY: Final = Decimal("0.3")
# Readings of the same meter before there is a habit; others in the same group before there is a usual.
HISTORY_LEAST: Final = 3
NEIGHBOURS_LEAST: Final = 4
HISTORY_MOST: Final = 12

Oddness = Literal["", "falling", "unlike_before", "unlike_neighbours"]


@dataclass(frozen=True, slots=True)
class Span:
    """What was used between two readings: after `since`, up to and with `until`."""

    since: date
    until: date
    used: Decimal

    @property
    def a_day(self) -> Decimal:
        return self.used / max((self.until - self.since).days, 1)


def _thousandth(value: Decimal) -> Decimal:
    return value.quantize(THOUSANDTH, rounding=ROUND_HALF_UP)


def consumption(previous: Decimal, value: Decimal, factor: Decimal, *, digits: int, rolled: bool) -> Decimal:
    """Units used, to a thousandth. `digits` before the point: 99,998 → 3 on a meter of five is 5 when it `rolled` over.

    Negative where the meter shows less and did not roll over: an estimate was too high, and the reading takes it back.
    """
    turned = 10 ** Decimal(digits) if rolled else Decimal(0)
    return _thousandth((value + turned - previous) * factor)


def rolls_over(previous: Decimal, value: Decimal, *, digits: int) -> bool:
    """Whether a lower value is a meter that went round: from its last tenth to its first."""
    top = 10 ** Decimal(digits)
    return value < previous and previous >= top * Decimal("0.9") and value < top * Decimal("0.1")


def estimate(history: Sequence[Span], since: date, until: date) -> Decimal | None:
    """What was probably used: the mean a day of the last spans (at most a year of months) times the days; None without any."""
    days = sum((span.until - span.since).days for span in history[-HISTORY_MOST:])
    if days <= 0:
        return None
    used = sum((span.used for span in history[-HISTORY_MOST:]), Decimal(0))
    return _thousandth(max(used, Decimal(0)) * (until - since).days / days)


def oddness(span: Span, history: Sequence[Span], neighbours: Sequence[Span]) -> Oddness:
    """Why a reading should be looked at before it is billed: against the meter's own habit, else against its neighbours'.

    Neighbours are asked only about a meter without a habit of its own: a shop among dwellings is no mistake.
    """
    if span.used < 0:
        return "falling"
    if len(history) >= HISTORY_LEAST:
        usual = median(one.a_day for one in history[-HISTORY_MOST:])
        return "unlike_before" if _far(span.a_day, usual) else ""
    if len(neighbours) >= NEIGHBOURS_LEAST:
        usual = median(one.a_day for one in neighbours)
        return "unlike_neighbours" if _far(span.a_day, usual) else ""
    return ""


def _far(value: Decimal, usual: Decimal) -> bool:
    if abs(value - usual) < ODD_LEAST_A_DAY:
        return False
    return value > usual * ODD_TIMES or value * ODD_TIMES < usual


def balance(main: Decimal, parts: Mapping[str, Decimal]) -> tuple[Decimal, Decimal | None]:
    """What the main meter counted and no sub-meter did, and its share of the main meter in percent (None where that is 0)."""
    lost = main - sum(parts.values(), Decimal(0))
    return lost, (lost * 100 / main).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) if main else None
