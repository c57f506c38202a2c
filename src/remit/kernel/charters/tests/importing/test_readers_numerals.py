"""Automatic numbers look as Word shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.charters.importing.readers.numerals import chinese, formal, letters, numeral, roman


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五"), (100, "一百"), (105, "一百零五"), (110, "一百一十"),
     (1001, "一千零一"), (1010, "一千零一十"), (2026, "二千零二十六"), (0, "0"), (10_000, "10000")],
)  # fmt: skip
def test_chinese_counting(n: int, said: str) -> None:
    assert chinese(n) == said


@pytest.mark.parametrize(
    ("kind", "n", "said"),
    [("decimal", 12, "12"), ("decimalZero", 3, "03"), ("upperRoman", 14, "XIV"), ("lowerRoman", 9, "ix"),
     ("upperLetter", 27, "AA"), ("lowerLetter", 3, "c"), ("chineseLegalSimplified", 21, "贰拾壹"),
     ("ideographLegalTraditional", 3, "參"), ("ideographTraditional", 3, "丙"), ("ideographZodiac", 12, "亥"),
     ("decimalEnclosedCircle", 20, "⑳"), ("decimalEnclosedCircle", 21, "21"), ("decimalEnclosedParen", 2, "⑵"),
     ("decimalEnclosedFullstop", 1, "⒈"), ("decimalFullWidth", 10, "１０"), ("ideographDigital", 20, "二〇"),
     ("ordinal", 2, "2nd"), ("ordinal", 12, "12th"), ("numberInDash", 5, "- 5 -"), ("none", 5, ""), ("bullet", 1, "•"),
     ("thaiCounting", 4, "4")],
)  # fmt: skip
def test_formats(kind: str, n: int, said: str) -> None:
    assert numeral(n, kind) == said


@given(st.integers(-5, 20_000))
def test_every_number_has_a_short_name_in_every_way_of_counting(n: int) -> None:
    for count in (chinese, formal, roman, letters):
        assert 0 < len(count(n)) <= 40


@given(st.integers(1, 9_999), st.integers(1, 9_999))
def test_two_numbers_never_share_a_name(one: int, other: int) -> None:
    assert (chinese(one) == chinese(other)) == (one == other)
