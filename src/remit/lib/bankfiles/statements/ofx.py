"""OFX, both as SGML (1.x: values without closing tags) and as XML (2.x), read by one walk over the tags."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Final

from remit.lib.bankfiles.values import ROWS_MAX, BankFileError, Entry, Statement

_TAG: Final = re.compile(r"<(/?)([A-Za-z0-9.]+)>([^<]*)")
_CHARSETS: Final = {"1252": "cp1252", "936": "gbk", "54936": "gb18030", "NONE": "utf-8", "8859-1": "latin-1"}


def read(data: bytes) -> list[Statement]:
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", data, re.IGNORECASE):
        raise BankFileError("OFX 文件含有文档类型声明（DOCTYPE），不接受。")
    text = _text(data)
    statements = [_statement(part, line) for part, line in _blocks(text)]
    if not statements:
        raise BankFileError("OFX 文件里没有对账单（STMTRS）。")
    return statements


def _text(data: bytes) -> str:
    head = data[:1000].decode("ascii", "replace").upper()
    charset = re.search(r"CHARSET:\s*([A-Z0-9-]+)", head)
    named = _CHARSETS.get(charset[1], "") if charset else ""
    # UTF-8 first: many banks name a charset that they don't use.
    for encoding in ("utf-8-sig", named or "gb18030", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BankFileError("OFX 文件的文字编码无法识别。")


def _blocks(text: str) -> Iterator[tuple[str, int]]:
    for found in re.finditer(r"<(CC)?STMTRS>(.*?)(?:</(?:CC)?STMTRS>|\Z)", text, re.DOTALL):
        yield found[2], text.count("\n", 0, found.start(2)) + 1


def _statement(block: str, first_line: int) -> Statement:
    account, currency = "", "CNY"
    closing: Decimal | None = None
    entries: list[Entry] = []
    current: dict[str, str] | None = None
    path: list[str] = []
    line, at = first_line, 0
    for found in _TAG.finditer(block):
        line, at = line + block.count("\n", at, found.start()), found.start()
        end, name, value = bool(found[1]), found[2].upper(), unescape(found[3]).strip()
        if name == "STMTTRN":
            if end and current is not None:
                entries.append(_entry(current, int(current["#"])))
                if len(entries) > ROWS_MAX:
                    raise BankFileError(f"对账单超过 {ROWS_MAX} 笔。")
            current = None if end else {"#": str(line)}
        elif end:
            if name in path:
                del path[path.index(name) :]
        elif not value:
            path.append(name)
        elif current is not None:
            current.setdefault(name, value)
        elif name == "ACCTID":
            account = account or value
        elif name == "CURDEF":
            currency = value
        elif name == "BALAMT" and "LEDGERBAL" in path:
            closing = _amount(value, line)
    if not account:
        raise BankFileError(f"第 {first_line} 行：对账单没有账号（ACCTID）。")
    opening = None if closing is None else closing - sum((entry.amount for entry in entries), Decimal(0))
    return Statement(account, currency, tuple(entries), opening, closing)


def _entry(fields: dict[str, str], line: int) -> Entry:
    missing = [name for name in ("DTPOSTED", "TRNAMT") if name not in fields]
    if missing:
        raise BankFileError(f"第 {line} 行的交易缺少 {'、'.join(missing)}。")
    return Entry(
        line=line,
        on=_day(fields["DTPOSTED"], line),
        amount=_amount(fields["TRNAMT"], line),
        value_on=_day(fields["DTAVAIL"], line) if "DTAVAIL" in fields else None,
        name=fields.get("NAME", ""),
        account=fields.get("ACCTID", ""),
        reference=fields.get("REFNUM") or fields.get("CHECKNUM", ""),
        text=fields.get("MEMO", ""),
        bank_id=fields.get("FITID", ""),
    )


def _day(text: str, line: int) -> dt.date:
    try:
        return dt.datetime.strptime(text[:8], "%Y%m%d").date()
    except ValueError:
        raise BankFileError(f"第 {line} 行：“{text}”不是日期。") from None


def _amount(text: str, line: int) -> Decimal:
    try:
        amount = Decimal(text.replace(",", "." if "." not in text else ""))
    except InvalidOperation:
        raise BankFileError(f"第 {line} 行：“{text}”不是金额。") from None
    if not amount.is_finite() or abs(amount) >= 10**15 or amount != round(amount, 2):
        raise BankFileError(f"第 {line} 行：“{text}”不是以分为最小单位的金额。")
    return amount.quantize(Decimal("0.01"))
