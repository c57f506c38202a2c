"""Numbers as job descriptions write them: 3, 1,000, 三, 十二, 一百, 两千, 1万, 半."""

import re
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_DIGITS |= {c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", start=1)} | {"参": 3}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}

HAN_NUMBER = "[零〇一二两俩三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+"
# Twelve digits bound the work on a line of five million nines; nobody's limit is longer.
ARABIC_NUMBER = r"\d{1,12}(?:,\d{3}){0,3}(?:\.\d{1,6})?"
NUMBER = rf"(?:{ARABIC_NUMBER}\s?[百千万亿]?|{HAN_NUMBER}|半)"

_ARABIC = re.compile(rf"({ARABIC_NUMBER})\s?([百千万亿])?")
_SCALE = {"百": 100, "千": 1000} | _LARGE


def parse_number(text: str) -> Decimal | None:
    """The number that the whole text is, or None. 半 is a half."""
    text = text.strip()
    if text == "半":
        return Decimal("0.5")
    match = _ARABIC.fullmatch(text)
    if match:
        value = Decimal(match[1].replace(",", ""))
        return value * _SCALE[match[2]] if match[2] else value
    if text and len(text) <= 20 and all(c in _DIGITS or c in _UNITS or c in _LARGE for c in text):
        return _parse_han(text)
    return None


def _parse_han(text: str) -> Decimal:
    total = section = digit = 0
    if len(text) > 1 and all(c in _DIGITS for c in text):  # 二〇二四 is read sign by sign
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _UNITS:
            section += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            total = (total + section + digit or 1) * _LARGE[sign]
            section = digit = 0
    return Decimal(total + section + digit)
