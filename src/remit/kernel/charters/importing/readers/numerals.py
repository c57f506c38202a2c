"""Counting as word processors show it: ECMA-376 part 1, 17.18.59 (ST_NumberFormat), the formats met in Chinese documents."""

from collections.abc import Callable

from remit.kernel.charters.importing.readers.building import BULLET

_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def chinese(n: int) -> str:
    """一, 十, 十一, 二十, 一百零五; up to 9,999, digits beyond."""
    if not 0 < n < 10_000:
        return str(n)
    said = _with_units(n, "零一二三四五六七八九", "千百十")
    return said.removeprefix("一") if 10 <= n < 20 else said


def formal(n: int) -> str:
    """壹, 壹拾, 贰拾壹: the forms of cheques."""
    return _with_units(n, _FORMAL, "仟佰拾") if 0 < n < 10_000 else str(n)


def roman(n: int) -> str:
    if not 0 < n < 4_000:
        return str(n)
    said = ""
    for value, letters in _ROMAN:
        said += letters * (n // value)
        n %= value
    return said


def letters(n: int) -> str:
    """a … z, aa, bb: Word repeats the letter."""
    return chr(ord("a") + (n - 1) % 26) * min((n - 1) // 26 + 1, 30) if n > 0 else str(n)


def _with_units(n: int, digits: str, units: str) -> str:
    said, pending_zero = "", False
    for digit, unit in zip(f"{n:04d}", (*units, ""), strict=True):
        if digit == "0":
            pending_zero = bool(said)
        else:
            said += (digits[0] if pending_zero else "") + digits[int(digit)] + unit
            pending_zero = False
    return said


def _series(first: str, count: int) -> Callable[[int], str]:
    """Numerals that stand in a row in Unicode (①…⑳); plain digits past the last."""
    return lambda n: chr(ord(first) + n - 1) if 0 < n <= count else str(n)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda n: signs[(n - 1) % len(signs)] if n > 0 else str(n)


def _ordinal(n: int) -> str:
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def _full_width(n: int) -> str:
    return str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def _digital(n: int) -> str:
    return "".join(_DIGITS[int(digit)] if digit.isdigit() else digit for digit in str(n))


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02d}",
    "upperRoman": lambda n: roman(n).upper(),
    "lowerRoman": roman,
    "upperLetter": lambda n: letters(n).upper(),
    "lowerLetter": letters,
    "ordinal": _ordinal,
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _series("①", 20),
    "decimalEnclosedCircleChinese": _series("①", 20),
    "decimalEnclosedParen": _series("⑴", 20),
    "decimalEnclosedFullstop": _series("⒈", 20),
    "ideographEnclosedCircle": _series("㊀", 10),
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "ideographDigital": _digital,
    "taiwaneseDigital": _digital,
    "japaneseDigitalTenThousand": _digital,
    "chineseLegalSimplified": formal,
    "ideographLegalTraditional": lambda n: formal(n).translate(str.maketrans("贰叁陆", "貳參陸")),
    "numberInDash": lambda n: f"- {n} -",
    "none": lambda n: "",
    "bullet": lambda n: BULLET,
}
_FORMATS |= dict.fromkeys(
    (
        "chineseCounting",
        "chineseCountingThousand",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "japaneseCounting",
    ),
    chinese,
)


def numeral(n: int, number_format: str) -> str:
    """The number in a format by its name in the file; unknown formats count in digits."""
    return _FORMATS.get(number_format, str)(n)
