"""The hours of a working day: spans such as 09:00-12:00 and 13:30-18:00, and the ordinary office week."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Final

DAY: Final = 24 * 60 * 60 * 1_000_000  # microseconds; all sums of working time are whole microseconds


def since_midnight(clock: time) -> int:
    """Microseconds."""
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one day's working time. `closes` at 00:00 means the end of the day; a night shift is two spans.

    Raises ValueError when it ends before it starts, or carries a time zone.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens.tzinfo or self.closes.tzinfo:
            raise ValueError("工作时段不带时区。")
        start, end = self.microseconds
        if start >= end:
            raise ValueError(f"工作时段 {self} 的结束早于开始；跨夜的班请分成两段。")

    @property
    def microseconds(self) -> tuple[int, int]:
        """Start and end as microseconds since midnight."""
        return since_midnight(self.opens), since_midnight(self.closes) or DAY

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{'24:00' if self.closes == time() else f'{self.closes:%H:%M}'}"


Spans = tuple[Span, ...]


def parse_spans(text: str) -> Spans:
    """Read "09:00-12:00 13:30-18:00" (also with commas, 、 or –; 24:00 allowed as an end; "" is a closed day).

    Raises ValueError for anything else and for spans that overlap or aren't in order.
    """
    spans = []
    for part in re.split(r"[\s,，、]+", text.strip()) if text.strip() else []:
        match = re.fullmatch(r"(\d{1,2}:\d{2})[-–—~](\d{1,2}:\d{2})", part, re.ASCII)
        if match is None:
            raise ValueError(f"工作时段“{part}”写法不对，请写成 09:00-12:00 13:30-18:00。")
        spans.append(Span(_clock(match[1]), _clock("0:00" if match[2] == "24:00" else match[2])))
    return in_order(spans)


def _clock(text: str) -> time:
    hour, minute = map(int, text.split(":"))
    if hour > 23 or minute > 59:
        raise ValueError(f"时刻“{text}”不存在。")
    return time(hour, minute)


def in_order(spans: Sequence[Span]) -> Spans:
    """The spans themselves. Raises ValueError when they overlap or aren't in order."""
    for earlier, later in pairwise(spans):
        if later.microseconds[0] < earlier.microseconds[1]:
            raise ValueError(f"工作时段 {earlier} 与 {later} 重叠或次序颠倒。")
    return tuple(spans)


# Monday is 0, as in date.weekday().
OFFICE_WEEK: Final[Mapping[int, Spans]] = dict.fromkeys(range(5), parse_spans("09:00-12:00 13:30-18:00"))
