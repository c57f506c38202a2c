"""What a company would lose: a customer who can't be reached, or a customer's number on a screen that others see."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.lib import identifiers as ids

# The two examples are those that the standards print; the card is invented, with a Luhn digit.
ID_CARD = "11010519491231002X"  # the example printed in GB 11643
CREDIT_CODE = "91350100M000100Y43"  # the example printed in GB 32100
CARD = "6222021234567890128"


@pytest.mark.parametrize(
    ("read", "typed", "stored"),
    [
        (ids.read_mobile, "13812345678", "13812345678"),
        (ids.read_mobile, "138 1234 5678", "13812345678"),
        (ids.read_mobile, "+86 138-1234-5678", "13812345678"),
        (ids.read_mobile, "008613812345678", "13812345678"),
        (ids.read_mobile, "１３８１２３４５６７８", "13812345678"),
        (ids.read_landline, "010-62345678", "010-62345678"),
        (ids.read_landline, "01062345678", "010-62345678"),
        (ids.read_landline, "（０１０）62345678", "010-62345678"),
        (ids.read_landline, "0755 26543210 转 801", "0755-26543210-801"),
        (ids.read_landline, "0755-2654321-801", "0755-2654321-801"),
        (ids.read_landline, "+86 755 2654 3210", "0755-26543210"),
        (ids.read_landline, "+86-10-6234-5678", "010-62345678"),
        (ids.read_landline, "010-6234-5678", "010-62345678"),
        (ids.read_landline, "400-800-1234", "400-8001234"),
        (ids.read_landline, "4008001234", "400-8001234"),
        (ids.read_phone, "13812345678", "13812345678"),
        (ids.read_phone, "0755-26543210", "0755-26543210"),
        (ids.read_id_card, "11010519491231002x", ID_CARD),
        (ids.read_id_card, "110105 19491231 002X", ID_CARD),
        (ids.read_credit_code, "91350100m000100y43", CREDIT_CODE),
        (ids.read_credit_code, "9135 0100 M000 100Y 43", CREDIT_CODE),
        (ids.read_bank_card, "6222 0212 3456 7890 128", CARD),
        (ids.read_email, " Chen.Wei@Example.COM ", "Chen.Wei@example.com"),
        (ids.read_email, "a+b@x.cn", "a+b@x.cn"),
    ],
)
def test_what_was_typed_is_stored_in_one_form(read: Callable[[str], str], typed: str, stored: str) -> None:
    assert read(typed) == stored
    assert read(stored) == stored


@pytest.mark.parametrize(
    ("read", "typed", "reason"),
    [
        (ids.read_mobile, "1381234567", "11 位"),
        (ids.read_mobile, "12812345678", "号段"),
        (ids.read_mobile, "1381234567a", "11 位"),
        (ids.read_mobile, "٠٣٨١٢٣٤٥٦٧٨", "11 位"),
        (ids.read_mobile, "", "11 位"),
        (ids.read_landline, "62345678", "带区号"),
        (ids.read_landline, "010-6234567", "带区号"),
        (ids.read_landline, "0000-62345678", "带区号"),
        (ids.read_landline, "0755-123", "带区号"),
        (ids.read_phone, "12345", "既不是"),
        (ids.read_id_card, "110105491231002", "15 位"),
        (ids.read_id_card, "1101051949123100", "18 位"),
        (ids.read_id_card, "110105194912310021", "校验位"),
        (ids.read_id_card, "01010519491231002X", "地区码"),
        (ids.read_id_card, "110105194902300021", "出生日期"),
        (ids.read_id_card, "110105189912310021", "太早"),
        (ids.read_credit_code, "91350100M000100Y44", "校验位"),
        (ids.read_credit_code, "91350100M000100Y4", "现在是 17 位"),
        (ids.read_credit_code, "91350100M000100O4I", "“IO”"),
        (ids.read_credit_code, "9135A100M000100Y43", "区划码"),
        (ids.read_bank_card, "6222021234567890129", "校验位"),
        (ids.read_bank_card, "622202", "13 至 19 位"),
        (ids.read_bank_card, "0000000000000000", "校验位"),
        (ids.read_email, "chen.wei", "写法不对"),
        (ids.read_email, "chen..wei@example.com", "写法不对"),
        (ids.read_email, "chen wei@example.com", "写法不对"),
        (ids.read_email, "chen@example", "写法不对"),
        (ids.read_email, "chen@-a.com", "写法不对"),
        (ids.read_email, "a" * 65 + "@example.com", "写法不对"),
        (ids.read_email, "a" * 321, "太长"),
        (ids.read_email, "a@b.com\nBcc: c@d.com", "写法不对"),
    ],
)
def test_what_is_wrong_is_said(read: Callable[[str], str], typed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(typed)


def test_codes_that_do_not_begin_with_a_figure_are_codes_too() -> None:
    # A village collective: registered by the agriculture authority, N2. Check digit from the weights of GB 32100.
    body = "N2320583MA1XYQ7K1"
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    code = body + alphabet[-total % 31]
    assert ids.read_credit_code(code) == code


@given(st.sampled_from([ID_CARD, CREDIT_CODE, CARD]), st.data())
def test_one_wrong_figure_is_noticed(number: str, data: st.DataObject) -> None:
    read = {ID_CARD: ids.read_id_card, CREDIT_CODE: ids.read_credit_code, CARD: ids.read_bank_card}[number]
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda figure: figure != number[place]))
    with pytest.raises(ValueError):
        read(number[:place] + other + number[place + 1 :])


def test_an_id_card_tells_the_birthday() -> None:
    assert ids.birthday_of(ID_CARD) == date(1949, 12, 31)


def test_masks_hide_the_middle() -> None:
    assert ids.mask_phone("13812345678") == "138****5678"
    assert ids.mask_phone("010-62345678") == "010-******78"
    assert ids.mask_phone("0755-26543210-801") == "0755-******10-***"
    assert ids.mask_id_card(ID_CARD) == "1101**********002X"
    assert ids.mask_bank_card(CARD) == "6222***********0128"
    assert ids.mask_email("zeng@example.com") == "z***@example.com"
    assert [ids.mask_name(name) for name in ("", "王", "王伟", "曾小明", "欧阳小明")] == [
        "",
        "王",
        "王*",
        "曾*明",
        "欧**明",
    ]


@given(st.text(max_size=40))
def test_a_mask_never_shows_what_it_does_not_know(text: str) -> None:
    for mask in (ids.mask_id_card, ids.mask_bank_card):
        masked = mask(text)
        assert len(masked) == len(text)
        assert masked.count("*") >= min(4, len(text))
    assert ids.mask_phone(text.replace("-", "")) == "*" * len(text.replace("-", ""))
    assert ids.mask_email(text.replace("@", "")) == "*" * len(text.replace("@", ""))


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text: str) -> None:
    for read in (ids.read_phone, ids.read_id_card, ids.read_credit_code, ids.read_bank_card, ids.read_email):
        try:
            stored = read(text)
        except ValueError as error:
            assert str(error).endswith("。")
        else:
            assert read(stored) == stored
