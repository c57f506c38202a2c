"""camt.053, the statement of ISO 20022, in all its versions: what was booked, by single transactions where the bank lists them."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from lxml import etree

from remit.lib.bankfiles import xml
from remit.lib.bankfiles.pain import URN, amount_of
from remit.lib.bankfiles.values import ROWS_MAX, BankFileError, Entry, Statement

_OPENING: Final = ("OPBD", "PRCD")
_CLOSING: Final = ("CLBD",)
NOT_PROVIDED: Final = "NOTPROVIDED"


def read(data: bytes) -> list[Statement]:
    root = xml.parse(data)
    if not xml.namespace(root).startswith(f"{URN}camt.053."):
        raise BankFileError("这不是 camt.053 对账单。")
    message = xml.at(root, "BkToCstmrStmt")
    if message is None or xml.at(message, "Stmt") is None:
        raise BankFileError("文件里没有对账单（Stmt）。")
    return [_statement(statement) for statement in xml.every(message, "Stmt")]


def _statement(statement: etree._Element) -> Statement:
    account = xml.first_text(statement, "Acct/Id/IBAN", "Acct/Id/Othr/Id")
    if not account:
        raise BankFileError(f"第 {xml.line_of(statement)} 行：对账单没有账号（Acct/Id）。")
    opening, closing = _balance(statement, _OPENING), _balance(statement, _CLOSING)
    entries: list[Entry] = []
    for entry in xml.every(statement, "Ntry"):
        status = xml.first_text(entry, "Sts/Cd", "Sts")
        if status in ("BOOK", ""):
            entries.extend(_entries(entry))
        if len(entries) > ROWS_MAX:
            raise BankFileError(f"对账单超过 {ROWS_MAX} 笔。")
    amount = xml.at(statement, "Bal/Amt")
    currency = xml.text(statement, "Acct/Ccy") or (amount.get("Ccy", "") if amount is not None else "")
    return Statement(
        account=account,
        currency=currency or "CNY",
        entries=tuple(entries),
        opening=opening,
        closing=closing,
        number=xml.text(statement, "Id"),
    )


def _balance(statement: etree._Element, kinds: tuple[str, ...]) -> Decimal | None:
    for kind in kinds:
        found = [
            balance
            for balance in xml.every(statement, "Bal")
            if xml.first_text(balance, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry") == kind
        ]
        if found:
            return _signed(found[0 if kind in _OPENING else -1])
    return None


def _signed(element: etree._Element) -> Decimal:
    line = xml.line_of(element)
    amount = amount_of(xml.text(element, "Amt"), line)
    sign = xml.text(element, "CdtDbtInd")
    if sign not in ("CRDT", "DBIT"):
        raise BankFileError(f"第 {line} 行：CdtDbtInd 应为 CRDT 或 DBIT。")
    return amount if sign == "CRDT" else -amount


def _entries(entry: etree._Element) -> Iterator[Entry]:
    """One for each transaction of a collective booking, if their amounts add up to it; else the booking as one."""
    line = xml.line_of(entry)
    total = _signed(entry)
    on = _day(entry, "BookgDt", line)
    value_on = _day(entry, "ValDt", line)
    day = on or value_on
    if day is None:
        raise BankFileError(f"第 {line} 行：没有入账日期。")
    details = [detail for group in xml.every(entry, "NtryDtls") for detail in xml.every(group, "TxDtls")]
    amounts = [xml.first_text(detail, "Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt") for detail in details]
    parts = [amount_of(amount, line) if amount else None for amount in amounts]
    mark = xml.first_text(entry, "AcctSvcrRef", "NtryRef")
    if len(details) > 1 and None not in parts and sum(filter(None, parts), Decimal(0)) == abs(total):
        sign = 1 if total >= 0 else -1
        for place, (detail, part) in enumerate(zip(details, parts, strict=True), start=1):
            own = xml.first_text(detail, "Refs/AcctSvcrRef", "Refs/TxId")
            bank_id = own or (f"{mark}/{place}" if mark else "")
            yield _entry(entry, detail, sign * (part or Decimal(0)), day, value_on, bank_id)
    else:
        detail = details[0] if len(details) == 1 else entry
        yield _entry(
            entry, detail, total, day, value_on, mark or xml.first_text(detail, "Refs/AcctSvcrRef", "Refs/TxId")
        )


def _entry(
    entry: etree._Element,
    detail: etree._Element,
    amount: Decimal,
    on: dt.date,
    value_on: dt.date | None,
    bank_id: str,
) -> Entry:
    side = "Dbtr" if amount >= 0 else "Cdtr"
    remittance = xml.at(detail, "RmtInf")
    words = [xml.text(part) for part in xml.every(remittance, "Ustrd")] if remittance is not None else []
    reference = xml.first_text(detail, "RmtInf/Strd/CdtrRefInf/Ref", "Refs/EndToEndId", "Refs/MndtId")
    return Entry(
        line=xml.line_of(entry),
        on=on,
        amount=amount,
        value_on=value_on,
        name=xml.first_text(detail, f"RltdPties/{side}/Nm", f"RltdPties/{side}/Pty/Nm"),
        account=xml.first_text(detail, f"RltdPties/{side}Acct/Id/IBAN", f"RltdPties/{side}Acct/Id/Othr/Id"),
        reference="" if reference == NOT_PROVIDED else reference,
        text=" ".join(words) or xml.first_text(detail, "AddtlTxInf") or xml.text(entry, "AddtlNtryInf"),
        bank_id=bank_id,
    )


def _day(entry: etree._Element, name: str, line: int) -> dt.date | None:
    text = xml.first_text(entry, f"{name}/Dt", f"{name}/DtTm")
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        raise BankFileError(f"第 {line} 行：“{text}”不是日期。") from None
