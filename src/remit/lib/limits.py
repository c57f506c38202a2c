"""The bound of a grant: how far a holder may go. `<` and `<=` are different things and stay so.

A bound is written in a charter as text ("<= 500 CNY", "< 500 CNY", "<= 10 %", "<= 1 day", "<= 3 count") and shown to people
as "≤ ¥500", "< ¥500", "≤ 10 %", "≤ 1 天", "≤ 3 次".
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from remit.lib.amounts import AMOUNT_MAX, CENT, CURRENCY_SIGNS, format_limit


class Op(StrEnum):
    """How a value is compared with the bound. The member's text is what a charter writes."""

    LESS = "<"
    AT_MOST = "<="

    @property
    def sign(self) -> str:
        return "≤" if self is Op.AT_MOST else "<"


class Unit(StrEnum):
    """What is bounded. AMOUNT is money in a currency, PERCENT is 10 for 10 %, DAYS and COUNT are plain numbers."""

    AMOUNT = "amount"
    PERCENT = "%"
    DAYS = "day"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Bound:
    """Values up to `max` (`op` says whether `max` itself belongs to them). `currency` is an ISO code for AMOUNT, else "".

    Raises ValueError when the pieces don't fit together: an amount without a known currency or with parts of a cent, a
    currency on a percentage, half a count, a negative or unbounded maximum.
    """

    max: Decimal
    unit: Unit
    op: Op = Op.AT_MOST
    currency: str = ""

    def __post_init__(self) -> None:
        if not self.max.is_finite() or not 0 <= self.max <= AMOUNT_MAX:
            raise ValueError(f"上限 {self.max} 必须在 0 与一千万亿之间。")
        if self.unit is Unit.AMOUNT and self.currency not in CURRENCY_SIGNS:
            raise ValueError(f"金额上限的币种“{self.currency}”不认识，可用：{'、'.join(CURRENCY_SIGNS)}。")
        if self.unit is not Unit.AMOUNT and self.currency:
            raise ValueError(f"以“{self.unit}”计的上限不带币种“{self.currency}”。")
        if self.unit is Unit.AMOUNT and self.max != self.max.quantize(CENT):
            raise ValueError(f"金额上限 {self.max} 多于两位小数。")
        if self.unit is Unit.COUNT and self.max != self.max.to_integral_value():
            raise ValueError(f"次数上限 {self.max} 必须是整数。")

    def covers(self, value: Decimal | int) -> bool:
        """Whether a value (in this bound's own unit and currency; a count is an int) lies within. Never for a negative value or NaN.

        A minus sign must not carry a sum of any size under the limit, so negative facts are covered by nothing.
        """
        if (isinstance(value, Decimal) and value.is_nan()) or value < 0:
            return False
        return value <= self.max if self.op is Op.AT_MOST else value < self.max

    def is_tighter_than(self, other: "Bound") -> bool:
        """Whether some value is covered by `other` and not by this one ("< 500" is tighter than "<= 500").

        Values are taken as continuous. Raises ValueError for bounds of different units or currencies.
        """
        if (self.unit, self.currency) != (other.unit, other.currency):
            raise ValueError(f"“{self.label()}”与“{other.label()}”单位不同，无法比较。")
        return (self.max, self.op is Op.AT_MOST) < (other.max, other.op is Op.AT_MOST)

    def label(self) -> str:
        """For people: "≤ ¥500", "< ¥499.50", "≤ 10 %", "≤ 1 天", "≤ 3 次"."""
        if self.unit is Unit.AMOUNT:
            return f"{self.op.sign} {format_limit(self.max, self.currency)}"
        return f"{self.op.sign} {_plain(self.max)} {_UNIT_LABELS[self.unit]}"

    def __str__(self) -> str:
        """As a charter writes it; `parse_bound` reads it back."""
        return f"{self.op} {_plain(self.max)} {self.currency or self.unit}"


_UNIT_LABELS: Final = {Unit.PERCENT: "%", Unit.DAYS: "天", Unit.COUNT: "次"}
_UNIT_WORDS: Final = {"%": Unit.PERCENT, "day": Unit.DAYS, "days": Unit.DAYS, "count": Unit.COUNT}
_BOUND: Final = re.compile(r"(<=|<) ?(\d{1,16}(?:\.\d{1,4})?) ?(%|[A-Za-z]{1,8})", re.ASCII)


def parse_bound(text: str) -> Bound:
    """Read a bound as a charter writes it: "<= 500 CNY", "< 500 CNY", "<= 10 %", "<= 1 day", "<= 3 count".

    Raises ValueError, in a Chinese sentence that names the accepted forms, for anything else.
    """
    match = _BOUND.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"上限“{text}”写法不对。请写成 <= 500 CNY、< 500 CNY、<= 10 %、<= 1 day 或 <= 3 count。")
    op, number, word = match.groups()
    if word in _UNIT_WORDS:
        return Bound(Decimal(number), _UNIT_WORDS[word], Op(op))
    if word not in CURRENCY_SIGNS:
        raise ValueError(f"上限“{text}”的单位“{word}”不认识，可用：{'、'.join(CURRENCY_SIGNS)}、%、day、count。")
    return Bound(Decimal(number), Unit.AMOUNT, Op(op), word)


def _plain(number: Decimal) -> str:
    """Without trailing zeros and never as 1E+3."""
    whole = number == number.to_integral_value()
    return f"{number.to_integral_value():f}" if whole else f"{number.normalize():f}"
