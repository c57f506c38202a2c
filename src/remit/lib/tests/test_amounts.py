"""What a cashier would lose: a cent in a sharing-out, a wrong word on a receipt, a figure read as another one."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.lib.amounts import (
    AMOUNT_MAX,
    allocate,
    capital_rmb,
    format_amount,
    format_limit,
    parse_amount,
    parse_chinese_number,
    round_cents,
)

CENTS = st.integers(-(10**17), 10**17).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1,234.50", "1234.50"),
        ("¥500", "500.00"),
        ("￥５００．５", "500.50"),
        ("500元", "500.00"),
        ("人民币 500 元整", "500.00"),
        ("rmb 12", "12.00"),
        ("1.2万", "12000.00"),
        ("1.2345万元", "12345.00"),
        ("3千", "3000.00"),
        ("0.5亿", "50000000.00"),
        ("-20", "-20.00"),
        ("−20.5", "-20.50"),
        ("¥-5", "-5.00"),
        ("0", "0.00"),
        (" 1，000 ", "1000.00"),
        ("1000000000000000", "1000000000000000.00"),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, amount: str) -> None:
    read = parse_amount(typed)
    assert str(read) == amount  # two decimals always, whatever was typed


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1e3", "不是金额"),
        ("NaN", "不是金额"),
        ("Infinity", "不是金额"),
        ("", "不是金额"),
        ("元", "不是金额"),
        ("1,23", "不是金额"),
        ("1.234,50", "不是金额"),
        ("--5", "不是金额"),
        ("-¥-5", "不是金额"),
        ("5 USD", "不是金额"),
        ("٥٠٠", "不是金额"),
        ("1_000", "不是金额"),
        ("1.005", "多于两位小数"),
        ("1.000", "多于两位小数"),
        ("1.23456789万", "多于两位小数"),
        ("1000000000000000.01", "超出范围"),
        ("9" * 61, "太长"),
    ],
)
def test_what_is_no_amount_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_amount(typed)


@pytest.mark.parametrize("value", [0.1, float("nan"), True])
def test_a_float_never_becomes_money(value: float) -> None:
    with pytest.raises(ValueError, match="浮点"):
        parse_amount(value)  # type: ignore[arg-type]  # the very mistake that is tested


def test_numbers_from_other_programs_are_read_too() -> None:
    assert parse_amount(500) == Decimal("500.00")
    assert str(parse_amount(Decimal("1E+3"))) == "1000.00"
    with pytest.raises(ValueError, match="确定的数"):
        parse_amount(Decimal("NaN"))


@given(CENTS)
def test_what_we_write_we_read_back(amount: Decimal) -> None:
    assert parse_amount(format_amount(amount)) == amount
    assert parse_amount(format_limit(amount)) == amount


def test_rounding_is_half_away_from_zero() -> None:
    assert [str(round_cents(Decimal(text))) for text in ("0.125", "2.675", "-0.125", "0.124", "1E+3")] == [
        "0.13",
        "2.68",
        "-0.13",
        "0.12",
        "1000.00",
    ]


def test_amounts_are_written_as_a_clerk_expects() -> None:
    assert format_amount(Decimal("12345.67")) == "¥12,345.67"
    assert format_amount(Decimal("-5")) == "-¥5.00"
    assert format_amount(Decimal("-0.001")) == "¥0.00"
    assert format_amount(Decimal("1.2"), "USD") == "US$1.20"
    assert format_amount(Decimal("1.2"), "CHF") == "CHF 1.20"
    assert format_limit(Decimal(500)) == "¥500"
    assert format_limit(Decimal("499.99")) == "¥499.99"
    assert format_limit(Decimal("500.50")) == "¥500.50"


def test_the_larger_remainders_get_the_cents() -> None:
    assert allocate(Decimal("100.00"), [1, 1, 1]) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert allocate(Decimal("0.05"), [Decimal("70"), Decimal("0"), Decimal("30")]) == [
        Decimal("0.04"),  # 3.5 and 1.5 cents: the remainders are equal, the earlier line gets it
        Decimal("0.00"),
        Decimal("0.01"),
    ]
    assert allocate(Decimal("-100.00"), [1, 1, 1]) == [Decimal("-33.34"), Decimal("-33.33"), Decimal("-33.33")]


@given(CENTS, st.lists(st.decimals(0, 10**6, places=3), min_size=1, max_size=30).filter(any))
def test_shares_add_up_and_stay_within_a_cent(total: Decimal, weights: list[Decimal]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < Decimal("0.0101")
        assert weight or not part


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_nothing_is_shared_by_weights_that_say_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="权数"):
        allocate(Decimal(1), weights)


def test_parts_of_a_cent_cannot_be_shared() -> None:
    with pytest.raises(ValueError, match="两位小数"):
        allocate(Decimal("1.001"), [1])


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("0", "零元整"),
        ("0.01", "壹分"),
        ("0.10", "壹角整"),
        ("0.56", "伍角陆分"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("11.5", "壹拾壹元伍角整"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1000", "壹仟元整"),
        ("1005", "壹仟零伍元整"),
        ("1050", "壹仟零伍拾元整"),
        ("1234.56", "壹仟贰佰叁拾肆元伍角陆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("100000", "壹拾万元整"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("100005", "壹拾万零伍元整"),
        ("10050000", "壹仟零伍万元整"),
        ("10000500", "壹仟万零伍佰元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("110000000", "壹亿壹仟万元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000000000000000", "壹仟万亿元整"),
        ("1000000100000000", None),
        ("-500.5", "负伍佰元伍角整"),
        ("-0.05", "负伍分"),
    ],
)
def test_the_receipt_says_the_amount_in_words(figure: str, words: str | None) -> None:
    if words is None:
        with pytest.raises(ValueError, match="一千万亿"):
            capital_rmb(Decimal(figure))
    else:
        assert capital_rmb(Decimal(figure)) == words


def test_parts_of_a_cent_have_no_words() -> None:
    with pytest.raises(ValueError, match="两位小数"):
        capital_rmb(Decimal("0.005"))


def read_capital(words: str) -> Decimal:
    """The inverse of `capital_rmb`, written on its own lines: cut at the units and add up."""
    digits = "零壹贰叁肆伍陆柒捌玖"

    def whole(text: str) -> int:
        for unit, value in (("亿", 10**8), ("万", 10**4)):
            head, found, tail = text.rpartition(unit)
            if found:
                return whole(head) * value + whole(tail)
        worth = {"仟": 1000, "佰": 100, "拾": 10, "": 1}
        return sum(digits.index(d) * worth[u] for d, u in re.findall("([壹贰叁肆伍陆柒捌玖])([仟佰拾]?)", text))

    match = re.fullmatch("(负?)(?:(.+)元)?零?(?:(.)角)?(?:(.)分)?整?", words)
    assert match is not None, words
    sign, yuan, jiao, fen = match.groups()
    cents = whole(yuan or "") * 100 + digits.index(jiao or "零") * 10 + digits.index(fen or "零")
    return Decimal(-cents if sign else cents) / 100


@given(CENTS | st.integers(0, 15).map(lambda power: Decimal(10) ** power))
def test_words_and_figures_are_the_same_amount(amount: Decimal) -> None:
    words = capital_rmb(amount)
    assert read_capital(words) == amount
    assert "零零" not in words
    assert abs(amount) <= AMOUNT_MAX


@given(st.integers(0, 10**15))
def test_capital_words_are_chinese_numbers_as_well(number: int) -> None:
    assert parse_chinese_number(capital_rmb(Decimal(number)).removesuffix("元整")) == number


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("十", "10"),
        ("十五", "15"),
        ("二十", "20"),
        ("廿五", "25"),
        ("一百二十", "120"),
        ("一百零五", "105"),
        ("一百二", "120"),
        ("二百五十", "250"),
        ("两千", "2000"),
        ("两千零五", "2005"),
        ("一万五", "15000"),
        ("一万五千", "15000"),
        ("一万零五", "10005"),
        ("1万5千", "15000"),
        ("1.5万", "15000"),
        ("三十万", "300000"),
        ("一亿零三百", "100000300"),
        ("一万亿", "1000000000000"),
        ("壹仟贰佰", "1200"),
        ("貳萬", "20000"),
        ("二〇二六", "2026"),
        ("零", "0"),
        ("三", "3"),
        ("三点五", "3.5"),
        ("十二点零五", "12.05"),
        ("120", "120"),
        ("1,200.5", "1200.5"),
        ("１２", "12"),
        ("百分之五", "0.05"),
        ("百分之三点五", "0.035"),
        ("千分之二", "0.002"),
        ("万分之五", "0.0005"),
        ("5%", "0.05"),
        ("10 ％", "0.1"),
        ("二分之一", "0.5"),
        ("½", "0.5"),
        ("1½", "1.5"),
        ("¾", "0.75"),
        ("一半", "0.5"),
        ("负二十", "-20"),
    ],
)
def test_numbers_in_words_have_their_value(words: str, value: str) -> None:
    assert parse_chinese_number(words) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "几十",
        "数百",
        "百",
        "十十",
        "三十百",
        "千万",
        "万",
        "亿亿",
        "五元",
        "一二三百",
        "1.2.3",
        "1,2",
        "abc",
        "百分之",
        "分之一",
        "零分之一",
        "点五",
        "三点",
        "万五千万",
        "9" * 99,
    ],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_chinese_number(text) is None


@given(st.text(alphabet="零〇一二两三九十百千万亿点分之半负%½0123456789.,-廿", max_size=12))
def test_no_text_breaks_the_reader(text: str) -> None:
    value = parse_chinese_number(text)
    assert value is None or value.is_finite()
