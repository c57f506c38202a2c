"""One value and its text in a column, both ways. Raises ValueError with a clause that the caller places ("第 3 行“户名”：…")."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Final

from remit.lib.bankfiles.format import DATE_TOKENS, Column
from remit.lib.bankfiles.values import Value

_CONTROL: Final = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_FIGURE: Final = re.compile(r"\d+(\.\d{1,2})?", re.ASCII)
ANY_CODE: Final = "*"


def date_pattern(written: str) -> str:
    """YYYY-MM-DD as strftime writes it."""
    return re.sub("YYYY|YY|MM|DD", lambda token: DATE_TOKENS[token[0]], written)


def as_text(column: Column, value: Value) -> str:
    """The value as the file has it, without padding."""
    if column.shape == "constant":
        return column.text
    if value is None or value == "":
        if column.optional or column.shape == "text":
            return ""
        raise ValueError("没有内容。")
    match column.shape:
        case "number":
            return str(int(str(value)))
        case "yuan":
            return f"{_cents(value) / Decimal(100):.2f}"
        case "cents":
            return str(_cents(value))
        case "date":
            if not isinstance(value, dt.date):
                raise ValueError(f"“{value}”不是日期。")
            return value.strftime(date_pattern(column.format))
        case "codes":
            return _code_of(column, str(value))
    text = str(value).strip()
    if _CONTROL.search(text):
        raise ValueError("含有换行或控制字符。")
    return text


def as_value(column: Column, text: str) -> Value:
    """What stands in the file, as a value. A constant gives None, once it is the one that is expected."""
    text = text.strip()
    if column.shape == "constant":
        if text != column.text.strip():
            raise ValueError(f"应为“{column.text}”，文件里是“{text}”。")
        return None
    if column.shape == "text":
        return text
    if not text:
        if column.optional:
            return None
        raise ValueError("是空的。")
    match column.shape:
        case "number":
            if not (text.isascii() and text.isdigit()):
                raise ValueError(f"“{text}”不是整数。")
            return int(text)
        case "cents":
            if not (text.isascii() and text.isdigit()):
                raise ValueError(f"“{text}”不是以分计的金额。")
            return (Decimal(text) / 100).quantize(Decimal("0.01"))
        case "yuan":
            bare = text.replace(",", "")
            if not _FIGURE.fullmatch(bare):
                raise ValueError(f"“{text}”不是以元计的金额。")
            return Decimal(bare).quantize(Decimal("0.01"))
        case "date":
            try:
                return dt.datetime.strptime(text, date_pattern(column.format)).date()
            except ValueError:
                raise ValueError(f"“{text}”不是 {column.format} 写法的日期。") from None
    if text in column.codes:
        return column.codes[text]
    if ANY_CODE in column.codes:
        return column.codes[ANY_CODE]
    raise ValueError(f"代码“{text}”不在对照表里，可用：{'、'.join(column.codes)}。")


def _code_of(column: Column, value: str) -> str:
    for code, meaning in column.codes.items():
        if meaning == value and code != ANY_CODE:
            return code
    raise ValueError(f"对照表里没有表示“{value}”的代码。")


def _cents(value: Value) -> int:
    try:
        cents = Decimal(str(value)) * 100
    except InvalidOperation:
        raise ValueError(f"“{value}”不是金额。") from None
    if not cents.is_finite() or cents != cents.to_integral_value() or cents < 0:
        raise ValueError(f"金额 {value} 应为不小于零、至多两位小数的数。")
    return int(cents)


def pads_zero(column: Column) -> bool:
    return column.pad == "zero" if column.pad else column.shape in ("number", "cents")


def fitted(column: Column, text: str, encoding: str) -> bytes:
    """The text in the column's bytes, padded. ValueError where it is too long or the encoding lacks a character."""
    raw = encoded(text, encoding)
    width = column.width or len(raw)
    if len(raw) > width and column.cut:
        raw = _cut(text, width, encoding)
    if len(raw) > width:
        raise ValueError(f"“{text}”有 {len(raw)} 字节，超过 {width} 字节。")
    zero = pads_zero(column) and bool(text)
    right = column.align == "right" if column.align else column.shape in ("number", "cents", "yuan")
    fill = b"0" if zero else b" "
    return raw.rjust(width, fill) if right or zero else raw.ljust(width, fill)


def _cut(text: str, width: int, encoding: str) -> bytes:
    """As many whole characters as fit."""
    raw = b""
    for char in text:
        more = char.encode(encoding)
        if len(raw) + len(more) > width:
            break
        raw += more
    return raw


def encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        char = text[error.start]
        raise ValueError(f"“{text}”里的“{char}”（U+{ord(char):04X}）在 {encoding.upper()} 编码里没有。") from None
