"""Numbers that people quote on the telephone: a series, the year, a running number ("SP-2026-0007")."""

import re
from typing import Final, NamedTuple

RUNNING_DIGITS: Final = 4
_NUMBER: Final = re.compile(r"([A-Z]{1,6})-(\d{4})-(\d{4,12})", re.ASCII)


class SeriesNumber(NamedTuple):
    """The parts of a number: ("SP", 2026, 7)."""

    series: str
    year: int
    n: int


def number_for(series: str, year: int, n: int) -> str:
    """The n-th number of a year's series: "SP-2026-0007". From 10,000 on it grows longer.

    Within a year numbers of equal length sort as text in the order they were given. Raises ValueError for a series that
    isn't one to six capital letters, a year without four figures, or an n below 1.
    """
    text = f"{series}-{year}-{n:0{RUNNING_DIGITS}}"
    if n < 1 or _NUMBER.fullmatch(text) is None:
        raise ValueError(f"编号“{text}”不成立：应为 1 至 6 个大写字母、四位年份和从 1 起的序号。")
    return text


def parse_number(text: str) -> SeriesNumber:
    """Read a number back, as somebody types it (lower case and blanks around it allowed). Raises ValueError."""
    match = _NUMBER.fullmatch(text.strip().upper())
    if match is None or int(match[3]) < 1:
        raise ValueError(f"“{text}”不是编号，应如 SP-2026-0007。")
    return SeriesNumber(match[1], int(match[2]), int(match[3]))
