"""The figures of a KPI: weights ("25 %") and targets ("< 0.5 %"), read from text and written back."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, cast

TargetOp = Literal["<", "<=", "=", ">=", ">"]

_WEIGHT: Final = re.compile(r"(\d{1,3}(?:\.\d{1,2})?) ?[%％]", re.ASCII)
_TARGET: Final = re.compile(r"(<=|>=|[<>=≤≥]) ?(\d{1,15}(?:\.\d{1,6})?)(?: ?([^\s\d<>=.]\S{0,11}))?", re.ASCII)
_SIGNS: Final = {"<=": "≤", ">=": "≥"}
_OPS: Final = {"≤": "<=", "≥": ">="}
_SHARES: Final = {"%": 100, "‰": 1000}


def plain_number(number: Decimal) -> str:
    """Without trailing zeros and never as 1E+2."""
    whole = number == number.to_integral_value()
    return f"{number.to_integral_value():f}" if whole else f"{number.normalize():f}"


def percent_text(fraction: Decimal) -> str:
    """0.25 as "25 %", 0.125 as "12.5 %"."""
    return f"{plain_number(fraction * 100)} %"


def parse_weight(text: str) -> Decimal:
    """Read "25 %" as the fraction 0.25. Raises ValueError for anything else, also for a bare number."""
    match = _WEIGHT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"权重“{text}”写法不对，请写成 25 %。")
    return Decimal(match[1]) / 100


@dataclass(frozen=True, slots=True)
class Target:
    """What a KPI should reach. `value` is as written: with unit "%", 0.5 is half a percent."""

    op: TargetOp
    value: Decimal
    unit: str = ""

    @property
    def fraction(self) -> Decimal:
        """The value with percent and per mille taken out: 0.005 for 0.5 %."""
        return self.value / _SHARES.get(self.unit, 1)

    @property
    def label(self) -> str:
        """For people: "≥ 90 %"."""
        return " ".join(filter(None, (_SIGNS.get(self.op, self.op), plain_number(self.value), self.unit)))

    def __str__(self) -> str:
        return " ".join(filter(None, (self.op, plain_number(self.value), self.unit)))


def parse_target(text: str) -> Target:
    """Read "< 0.5 %", ">= 90 %", "= 0 次", ">= 200000 CNY". Raises ValueError for anything else."""
    match = _TARGET.fullmatch(text.strip().replace("％", "%"))
    if match is None:
        raise ValueError(f"目标“{text}”写法不对，请写成 < 0.5 %、>= 90 % 或 = 0 次。")
    return Target(cast(TargetOp, _OPS.get(match[1], match[1])), Decimal(match[2]), match[3] or "")
