"""MT940, SWIFT's statement: fields :20: … :64:, one after the other; pages of one statement are joined."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from remit.lib.bankfiles.values import ROWS_MAX, BankFileError, Entry, Statement

_FIELD: Final = re.compile(r"^:(\d{2}[A-Z]?):", re.MULTILINE)
_BALANCE: Final = re.compile(r"([CD])(\d{6})([A-Z]{3})(\d{1,15},\d{0,2})\s*")
_MOVEMENT: Final = re.compile(
    r"(?P<value>\d{6})(?P<booked>\d{4})?(?P<sign>R?[CD])(?P<funds>[A-Z])?(?P<amount>\d{1,15},\d{0,2})"
    r"(?P<kind>[A-Z][A-Z0-9]{3})(?P<reference>[^\n]*?)(?://(?P<bank>[^\n]*))?(?:\n(?P<more>.*))?",
    re.ASCII | re.DOTALL,
)
_SUBFIELD: Final = re.compile(r"\?(\d{2})")
NO_REFERENCE: Final = ("NONREF", "NOREF")


@dataclass(slots=True)
class _Open:
    account: str = ""
    number: str = ""
    currency: str = ""
    opening: Decimal | None = None
    closing: Decimal | None = None
    is_last: bool = False
    entries: list[Entry] = field(default_factory=list)


def read(data: bytes) -> list[Statement]:
    found: list[_Open] = []
    for tag, text, line in _fields(_text(data)):
        if tag == "20":
            if not found or found[-1].is_last:
                found.append(_Open())
            continue
        if not found:
            raise BankFileError(f"第 {line} 行：MT940 应以 :20: 开头。")
        _take(found[-1], tag, text, line)
    for open_ in found:
        if not open_.account or open_.opening is None or open_.closing is None:
            raise BankFileError("MT940 文件不完整：每份对账单都要有 :25:、:60F: 和 :62F:。")
    return [Statement(o.account, o.currency, tuple(o.entries), o.opening, o.closing, o.number) for o in found]


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise BankFileError("MT940 文件的文字编码无法识别。")


def _fields(text: str) -> Iterator[tuple[str, str, int]]:
    """Tag, text and line of each field; the frames {1:…} and "-}" around a message are no part of it."""
    places = list(_FIELD.finditer(text))
    for place, following in zip(places, [*places[1:], None], strict=True):
        body = text[place.end() : following.start() if following else len(text)]
        body = re.split(r"\n(?=-\}?\s*$|-\}|\{1:)", body, maxsplit=1, flags=re.MULTILINE)[0]
        yield place[1], body.strip("\n"), text.count("\n", 0, place.start()) + 1


def _take(open_: _Open, tag: str, text: str, line: int) -> None:
    if tag == "25":
        account = text.strip().split("/")[-1]
        if open_.account and open_.account != account:
            raise BankFileError(f"第 {line} 行：上一账户的对账单还没有结束（缺少 :62F:）。")
        open_.account = account
    elif tag == "28C":
        open_.number = open_.number or text.strip()
    elif tag in ("60F", "60M"):
        balance, currency = _balance(text, line)
        if tag == "60F" and open_.opening is not None:
            raise BankFileError(f"第 {line} 行：期初余额出现两次。")
        if tag == "60M" and open_.closing is not None and open_.closing != balance:
            raise BankFileError(f"第 {line} 行：本页的起始余额 {balance} 与上一页的 {open_.closing} 不同。")
        open_.opening = balance if open_.opening is None else open_.opening
        open_.currency = currency
    elif tag in ("62F", "62M"):
        open_.closing, _currency = _balance(text, line)
        open_.is_last = tag == "62F"
    elif tag == "61":
        open_.entries.append(_movement(text, line))
        if len(open_.entries) > ROWS_MAX:
            raise BankFileError(f"对账单超过 {ROWS_MAX} 笔。")
    elif tag == "86" and open_.entries and not open_.is_last:
        open_.entries[-1] = _described(open_.entries[-1], text)


def _balance(text: str, line: int) -> tuple[Decimal, str]:
    found = _BALANCE.fullmatch(text)
    if found is None:
        raise BankFileError(f"第 {line} 行：余额“{text[:40]}”的写法不对。")
    amount = _amount(found[4])
    return (amount if found[1] == "C" else -amount), found[3]


def _amount(text: str) -> Decimal:
    return Decimal(text.replace(",", ".")).quantize(Decimal("0.01"))


def _movement(text: str, line: int) -> Entry:
    found = _MOVEMENT.fullmatch(text)
    if found is None:
        raise BankFileError(f"第 {line} 行：交易“{text[:40]}”的写法不对。")
    value_on = _day(found["value"], line)
    on = value_on
    if found["booked"]:
        # The booking day has no year: the nearest one to the value day.
        days = [_day(f"{(value_on.year + step) % 100:02}{found['booked']}", line) for step in (-1, 0, 1)]
        on = min(days, key=lambda day: abs((day - value_on).days))
    amount = _amount(found["amount"])
    reference = found["reference"].strip()
    return Entry(
        line=line,
        on=on,
        # RC takes back a credit, RD a debit.
        amount=amount if found["sign"] in ("C", "RD") else -amount,
        value_on=value_on,
        reference="" if reference in NO_REFERENCE else reference,
        text=(found["more"] or "").strip(),
        bank_id=(found["bank"] or "").strip(),
    )


def _day(text: str, line: int) -> dt.date:
    try:
        return dt.datetime.strptime(text, "%y%m%d").date()
    except ValueError:
        if text.endswith("0229"):  # of a year that has none; another year is nearer
            return dt.date(2000 + int(text[:2]), 2, 28)
        raise BankFileError(f"第 {line} 行：“{text}”不是日期。") from None


def _described(entry: Entry, text: str) -> Entry:
    """:86: by subfields (?20–?29 and ?60–?63 the text, ?31 account, ?32 and ?33 name), or as it stands."""
    pieces = _SUBFIELD.split(text.replace("\n", ""))
    if len(pieces) < 3:
        words = " ".join(part.strip() for part in text.split("\n"))
        return _with(entry, text=" ".join(filter(None, (entry.text, words))))
    fields: dict[str, str] = {}
    for code, value in zip(pieces[1::2], pieces[2::2], strict=True):
        fields[code] = fields.get(code, "") + value
    words = "".join(value for code, value in sorted(fields.items()) if "20" <= code <= "29" or "60" <= code <= "63")
    return _with(
        entry,
        name=(fields.get("32", "") + fields.get("33", "")).strip(),
        account=fields.get("31", "").strip(),
        text=" ".join(filter(None, (entry.text, words.strip()))),
    )


def _with(entry: Entry, *, text: str, name: str = "", account: str = "") -> Entry:
    return Entry(
        line=entry.line,
        on=entry.on,
        amount=entry.amount,
        value_on=entry.value_on,
        name=name,
        account=account,
        reference=entry.reference,
        text=text,
        bank_id=entry.bank_id,
    )
