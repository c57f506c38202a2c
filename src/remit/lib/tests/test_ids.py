"""What a caller would lose: the case whose number was read to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.lib.ids import SeriesNumber, number_for, parse_number


def test_a_number_is_short_and_says_its_year() -> None:
    assert number_for("SP", 2026, 7) == "SP-2026-0007"
    assert number_for("SP", 2026, 12345) == "SP-2026-12345"
    assert number_for("SP", 2026, 9) < number_for("SP", 2026, 10) < number_for("SP", 2027, 1)


@given(st.from_regex("[A-Z]{1,6}", fullmatch=True), st.integers(1000, 9999), st.integers(1, 10**9))
def test_a_number_is_read_back_as_typed(series: str, year: int, n: int) -> None:
    assert parse_number(f" {number_for(series, year, n).lower()} ") == SeriesNumber(series, year, n)


@pytest.mark.parametrize(
    "parts", [("sp", 2026, 1), ("", 2026, 1), ("TOOLONGS", 2026, 1), ("SP", 26, 1), ("SP", 2026, 0), ("SP", 2026, -1)]
)
def test_what_makes_no_number_is_refused(parts: tuple[str, int, int]) -> None:
    with pytest.raises(ValueError, match="编号"):
        number_for(*parts)


@pytest.mark.parametrize(
    "text", ["", "SP-2026-7", "SP-2026-0000", "2026-0007", "SP-2026-0007-1", "SP 2026 0007", "SP-２026-0007"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="不是编号"):
        parse_number(text)
