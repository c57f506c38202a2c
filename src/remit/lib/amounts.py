"""Money in Decimal: reading what people type, rounding, sharing out, and writing it in figures and in 人民币大写.

No float ever becomes money here, and nothing rounds except `round_cents`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

CENT: Final = Decimal("0.01")

# Stays inside numeric(18, 2) with a digit to spare, and inside the fifteen digits that a spreadsheet keeps.
AMOUNT_MAX: Final = Decimal(10**15)

# ISO 4217 code → the sign shown before the figure. HK$, US$ and JP¥ so that no two currencies look alike on one page.
CURRENCY_SIGNS: Final = {
    "CNY": "¥",
    "HKD": "HK$",
    "MOP": "MOP$",
    "TWD": "NT$",
    "USD": "US$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "JP¥",
}

_CURRENCY_PREFIX: Final = re.compile(r"^(?:人民币|RMB|CNY|¥)", re.IGNORECASE)
_CURRENCY_SUFFIX: Final = re.compile(r"(?:人民币|RMB|CNY|元整|元|圆)$", re.IGNORECASE)
_MULTIPLIERS: Final = {"百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_FIGURE: Final = re.compile(
    r"(?P<figure>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?P<unit>百万|千万|[百千万亿])?", re.ASCII
)
_TYPED_LENGTH_MAX: Final = 60


def round_cents(amount: Decimal) -> Decimal:
    """Round to the cent, half away from zero, as PostgreSQL's round(numeric) does (Python's round() is half-even)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def parse_amount(text: str | int | Decimal) -> Decimal:
    """Read an amount as a person types it: "1,234.50", "¥500", "500元", "1.2万", "１２３", "-20". Always two decimals.

    Raises ValueError, in a Chinese sentence, for anything else: a float (it has lost its cents already), NaN, 1e3 forms,
    commas that don't group thousands, more than two decimals, more than 10**15.
    """
    if isinstance(text, bool | float):
        raise ValueError("金额须以文字或定点数给出，不接受浮点数，以免分位失真。")
    if isinstance(text, int):
        text = str(Decimal(text))
    if isinstance(text, Decimal):
        if not text.is_finite():
            raise ValueError("金额必须是一个确定的数。")
        text = f"{text:f}"
    if len(text) > _TYPED_LENGTH_MAX:
        raise ValueError(f"金额太长：最多 {_TYPED_LENGTH_MAX} 个字符。")
    figure, multiplier = _figure_and_multiplier(text)
    amount = figure * multiplier
    if abs(amount) > AMOUNT_MAX:
        raise ValueError(f"金额“{text}”超出范围：绝对值不能大于一千万亿元。")
    written_decimals = -int(figure.as_tuple().exponent)
    if (multiplier == 1 and written_decimals > 2) or amount != amount.quantize(CENT):
        raise ValueError(f"金额“{text}”多于两位小数：最小单位是分。")
    return amount.quantize(CENT)


def _figure_and_multiplier(text: str) -> tuple[Decimal, int]:
    """The bare figure with its sign, and what its unit multiplies it by (1 when there is none)."""
    bare = "".join(unicodedata.normalize("NFKC", text).split()).replace("−", "-")
    sign = -1 if bare.startswith("-") else 1
    bare = _CURRENCY_PREFIX.sub("", bare.removeprefix("-"))
    if sign == 1 and bare.startswith("-"):  # ¥-500, as bank files write it
        sign, bare = -1, bare.removeprefix("-")
    bare = _CURRENCY_SUFFIX.sub("", bare)
    match = _FIGURE.fullmatch(bare)
    if match is None:
        raise ValueError(f"“{text}”不是金额。请写成 1234.50、1,234.50、500元 或 1.2万。")
    return sign * Decimal(match["figure"].replace(",", "")), _MULTIPLIERS.get(match["unit"] or "", 1)


def format_amount(amount: Decimal, currency: str = "CNY") -> str:
    """Two decimals and thousands: "¥12,345.67", "-¥5.00", "US$1.20"; an unlisted currency by its code ("CHF 1.20")."""
    rounded = round_cents(amount)
    sign = "-" if rounded < 0 else ""
    return f"{sign}{CURRENCY_SIGNS.get(currency, f'{currency} ')}{abs(rounded):,.2f}"


def format_limit(amount: Decimal, currency: str = "CNY") -> str:
    """A limit as a charter says it: like `format_amount`, but whole amounts without cents ("¥500", "¥499.99")."""
    return format_amount(amount, currency).removesuffix(".00")


def allocate(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Share `total` out in proportion to `weights`, to the cent; the parts add up to `total` exactly.

    Largest remainder: every part is its exact share rounded down, or that plus one cent; of equal remainders the earlier
    line gets the cent. A line of weight 0 gets nothing. Raises ValueError when there is no weight to share by, when one is
    negative, or when the total isn't whole cents.
    """
    if any(weight < 0 for weight in weights) or not any(weights):
        raise ValueError("分摊至少需要一个大于零的权数，且权数不能为负。")
    if total != total.quantize(CENT):
        raise ValueError(f"待分摊的金额 {total} 多于两位小数。")
    sign = -1 if total < 0 else 1
    cents = int(abs(total) * 100)
    # Fractions, not Decimal division: the remainders are compared, so they must be exact.
    exact_weights = [Fraction(weight) for weight in weights]
    weight_sum = sum(exact_weights)
    shares = [cents * weight / weight_sum for weight in exact_weights]
    parts = [int(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda line: parts[line] - shares[line])
    for line in by_remainder[: cents - sum(parts)]:
        parts[line] += 1
    return [sign * part * CENT for part in parts]


# --- 人民币大写 ------------------------------------------------------------------------------------------------------------

_CAPITAL_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"


def capital_rmb(amount: Decimal) -> str:
    """An amount in 人民币大写: 1234.56 → "壹仟贰佰叁拾肆元伍角陆分", 1005 → "壹仟零伍元整", -0.5 → "负伍角整".

    After the rules for bills and settlement vouchers (支付结算办法, annex 1): 整 after 元 or 角, never after 分; several
    zeros in a row are one 零; a zero in the place of 元 or 万 alone is not spoken. Raises ValueError for parts of a cent
    or more than 10**15.
    """
    if not amount.is_finite() or abs(amount) > AMOUNT_MAX:
        raise ValueError("大写金额的绝对值不能大于一千万亿元。")
    if amount != amount.quantize(CENT):
        raise ValueError(f"金额 {amount} 多于两位小数，不能写成大写。")
    yuan, cents = divmod(int(abs(amount) * 100), 100)
    jiao, fen = divmod(cents, 10)
    words = "负" if amount < 0 else ""
    if yuan or not cents:
        words += f"{_capital_integer(yuan)}元"
    if jiao:
        words += f"{_CAPITAL_DIGITS[jiao]}角"
    elif fen and yuan:
        words += "零"
    return words + (f"{_CAPITAL_DIGITS[fen]}分" if fen else "整")


def _capital_integer(number: int) -> str:
    """0 … 10**15 in capital numerals. 亿 may carry 万 before it: 10**12 is 壹万亿."""
    for unit, word in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            high, low = divmod(number, unit)
            zero = "零" if 0 < low < unit // 10 else ""
            return _capital_integer(high) + word + zero + (_capital_integer(low) if low else "")
    return "".join(_capital_below_10_000(number)) or "零"


def _capital_below_10_000(number: int) -> Iterator[str]:
    owes_zero = False
    for unit, word in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = number // unit % 10
        if not digit:
            owes_zero = number > unit
            continue
        if owes_zero:
            yield "零"
            owes_zero = False
        yield _CAPITAL_DIGITS[digit] + word


# --- numbers in words ------------------------------------------------------------------------------------------------------

_DIGITS: Final = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    **{char: value for value, char in enumerate(_CAPITAL_DIGITS)},
    **{"〇": 0, "○": 0, "两": 2, "兩": 2, "壱": 1, "弌": 1, "贰": 2, "貳": 2, "叁": 3, "參": 3, "叄": 3, "陸": 6},
}
_SMALL_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE_UNITS: Final = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SHARES: Final = {"百分之": Decimal(100), "千分之": Decimal(1000), "万分之": Decimal(10**4), "萬分之": Decimal(10**4)}
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_VULGAR_FRACTION: Final = re.compile(r"(\d*)([¼-¾⅐-⅞])")
_TOKEN: Final = re.compile(r"\d+(?:\.\d+)?|.", re.ASCII)


def parse_chinese_number(text: str) -> Decimal | None:
    """The value of a number in Chinese words, figures or both; None when the text isn't exactly one number.

    一百二十 → 120, 两千 → 2000, 一万五 → 15000, 1万5千 → 15000, 二〇二六 → 2026, 三点五 → 3.5, 负二 → -2, 百分之五 and 5% → 0.05,
    三分之一 → 0.333…, ½ and 一半 → 0.5, 廿五 → 25, capital forms and traditional ones too. 几十, 数百 and the like are no number.
    """
    if len(text) > _TYPED_LENGTH_MAX:
        return None
    # Fractions first: NFKC would run 1½ together into 1 1⁄2, which reads as eleven halves.
    vulgar = _VULGAR_FRACTION.fullmatch(text.strip())
    if vulgar:
        return Decimal(vulgar[1] or 0) + _divide(Fraction(unicodedata.numeric(vulgar[2])).limit_denominator(10))
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    if bare[:1] in {"负", "負", "-"}:
        value = _unsigned(bare[1:])
        return None if value is None else -value
    return _unsigned(bare)


def _unsigned(text: str) -> Decimal | None:
    for prefix, denominator in _SHARES.items():
        if text.startswith(prefix):
            value = _unsigned(text.removeprefix(prefix))
            return None if value is None else value / denominator
    for suffix, denominator in (("%", Decimal(100)), ("‰", Decimal(1000))):
        if text.endswith(suffix):
            value = _unsigned(text.removesuffix(suffix))
            return None if value is None else value / denominator
    if text in {"半", "一半"}:
        return Decimal("0.5")
    below, share, above = text.partition("分之")
    if share:
        denominator_value, numerator = _whole_or_decimal(below), _whole_or_decimal(above)
        return numerator / denominator_value if numerator is not None and denominator_value else None
    return _whole_or_decimal(text)


def _whole_or_decimal(text: str) -> Decimal | None:
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if text and all(char in _DIGITS for char in text):  # said digit by digit: 二〇二六
        return Decimal("".join(str(_DIGITS[char]) for char in text))
    whole, point, decimals = re.sub("[點点]", "点", text).partition("点")
    if point:
        value = _with_units(whole)
        if value is None or not decimals or any(char not in _DIGITS for char in decimals):
            return None
        return value + Decimal("0." + "".join(str(_DIGITS[char]) for char in decimals))
    return _with_units(text.replace("廿", "二十").replace("卅", "三十"))


def _with_units(text: str) -> Decimal | None:
    """一万五千 and 1.5万: figures and units, falling from left to right. None when they don't fall, or at a strange char."""
    total = section = Decimal(0)  # total: closed by 万 or 亿; section: the thousands, hundreds and tens still open
    pending: Decimal | None = None  # a figure that waits for its unit
    last_unit, closing_unit, said_zero = 10**9, 10**9, False
    for token in _TOKEN.findall(text):
        if token in _SMALL_UNITS:
            unit = _SMALL_UNITS[token]
            if unit >= last_unit or (pending is None and unit != 10):  # only 十 stands without a figure before it
                return None
            section += (Decimal(1) if pending is None else pending) * unit
            pending, last_unit, said_zero = None, unit, False
        elif token in _LARGE_UNITS:
            unit = _LARGE_UNITS[token]
            section += pending or 0
            if not section and not total:
                return None
            if unit > closing_unit:  # 一万亿: the unit multiplies all that came before
                total, section = (total + section) * unit, Decimal(0)
            elif unit == closing_unit or not section:
                return None
            else:
                total, section = total + section * unit, Decimal(0)
            pending, last_unit, closing_unit, said_zero = None, unit, unit, False
        elif pending is not None:
            return None
        elif _DIGITS.get(token) == 0 and last_unit < 10**9:
            said_zero = True
        elif token in _DIGITS or token[0].isdecimal():
            pending = Decimal(_DIGITS.get(token, token))
        else:
            return None
    if pending is not None and last_unit in {100, 1000, 10**4, 10**8} and not said_zero and pending < 10:
        pending *= last_unit // 10  # 一万五 leaves 千 unsaid, 一百二 leaves 十 unsaid
    return total + section + (pending or 0) if text else None


def _divide(fraction: Fraction) -> Decimal:
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)
