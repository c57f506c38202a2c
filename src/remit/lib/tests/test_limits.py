"""What a company would lose: a sum let through at, above or below the limit that its charter names."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.lib.limits import Bound, Op, Unit, parse_bound

BOUNDS = st.one_of(
    st.builds(Bound, st.decimals(0, 10**9, places=2), st.just(Unit.AMOUNT), st.sampled_from(Op), st.just("CNY")),
    st.builds(Bound, st.decimals(0, 100, places=3), st.sampled_from([Unit.PERCENT, Unit.DAYS]), st.sampled_from(Op)),
    st.builds(Bound, st.integers(0, 1000).map(Decimal), st.just(Unit.COUNT), st.sampled_from(Op)),
)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("<= 500 CNY", "≤ ¥500"),
        ("< 500 CNY", "< ¥500"),
        ("<= 499.50 CNY", "≤ ¥499.50"),
        ("<= 38000 USD", "≤ US$38,000"),
        ("<= 10 %", "≤ 10 %"),
        ("<=10%", "≤ 10 %"),
        ("< 2.50 %", "< 2.5 %"),
        ("<= 1 day", "≤ 1 天"),
        ("<= 3 days", "≤ 3 天"),
        ("<= 0.5 day", "≤ 0.5 天"),
        ("<= 3 count", "≤ 3 次"),
        ("<= 0 count", "≤ 0 次"),
        ("<= 100 count", "≤ 100 次"),
    ],
)
def test_a_charter_writes_it_and_people_read_it(text: str, label: str) -> None:
    assert parse_bound(text).label() == label


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "写法不对"),
        ("500 CNY", "写法不对"),
        ("500", "写法不对"),
        (">= 500 CNY", "写法不对"),
        ("= 500 CNY", "写法不对"),
        ("<= -500 CNY", "写法不对"),
        ("<= 1e3 CNY", "写法不对"),
        ("<= 5,000 CNY", "写法不对"),
        ("<= NaN CNY", "写法不对"),
        ("<= 500", "写法不对"),
        ("<= ５ day", "写法不对"),
        ("<= 500 RMB", "“RMB”不认识"),
        ("<= 500 cny", "“cny”不认识"),
        ("<= 5 hour", "“hour”不认识"),
        ("<= 500.001 CNY", "两位小数"),
        ("<= 1.5 count", "整数"),
        ("<= 9999999999999999 CNY", "一千万亿"),
    ],
)
def test_an_unknown_form_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_bound(text)


def test_pieces_that_do_not_fit_make_no_bound() -> None:
    with pytest.raises(ValueError, match="币种"):
        Bound(Decimal(500), Unit.AMOUNT)
    with pytest.raises(ValueError, match="不带币种"):
        Bound(Decimal(5), Unit.PERCENT, Op.LESS, "CNY")
    with pytest.raises(ValueError, match="一千万亿"):
        Bound(Decimal("NaN"), Unit.DAYS)


def test_at_the_limit_itself_the_two_signs_differ() -> None:
    below, up_to = parse_bound("< 500 CNY"), parse_bound("<= 500 CNY")
    assert (below.covers(Decimal("499.99")), below.covers(Decimal(500))) == (True, False)
    assert (up_to.covers(Decimal(500)), up_to.covers(Decimal("500.01"))) == (True, False)


@pytest.mark.parametrize("value", ["-0.01", "-1000000", "NaN", "Infinity", "-Infinity"])
def test_no_sign_and_no_non_number_slips_under_a_limit(value: str) -> None:
    assert not parse_bound("<= 500 CNY").covers(Decimal(value))


def test_tighter_means_that_something_is_left_out() -> None:
    assert parse_bound("< 500 CNY").is_tighter_than(parse_bound("<= 500 CNY"))
    assert not parse_bound("<= 500 CNY").is_tighter_than(parse_bound("< 500 CNY"))
    assert not parse_bound("<= 500 CNY").is_tighter_than(parse_bound("<= 500.00 CNY"))
    for other in ("<= 500 USD", "<= 500 %"):
        with pytest.raises(ValueError, match="单位不同"):
            parse_bound("<= 500 CNY").is_tighter_than(parse_bound(other))


@given(BOUNDS)
def test_what_is_written_is_read_back(bound: Bound) -> None:
    assert parse_bound(str(bound)) == bound


@given(BOUNDS, BOUNDS, st.decimals(0, 10**9, places=2))
def test_a_tighter_bound_covers_nothing_more(one: Bound, other: Bound, value: Decimal) -> None:
    if (one.unit, one.currency) == (other.unit, other.currency) and one.is_tighter_than(other):
        assert not other.is_tighter_than(one)
        assert other.covers(value) or not one.covers(value)
