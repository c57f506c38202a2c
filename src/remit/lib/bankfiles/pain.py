"""ISO 20022: a batch as pain.008, its return as pain.002. The same face as a described file."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any, Final

from lxml import etree

from remit.lib.bankfiles import xml
from remit.lib.bankfiles.format import Pain002, Pain008
from remit.lib.bankfiles.pain_structure import PAIN_002, pain_008
from remit.lib.bankfiles.values import ROWS_MAX, BankFileError, Batch, Order, Outcome, Record, Result, Return

URN: Final = "urn:iso:std:iso:20022:tech:xsd:"
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", re.ASCII)
_UNWRITABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What a status says of the money: accepted is not collected yet.
_STATUS: Final[dict[str, Outcome]] = {"ACSC": "collected", "ACCC": "collected", "RJCT": "failed", "CANC": "failed"}
_PENDING: Final = {"ACTC", "ACCP", "ACSP", "ACWC", "ACWP", "ACFC", "PDNG", "RCVD", "PART", "PATC", "PRES"}


def write_batch(shape: Pain008, batch: Batch) -> bytes:
    """Raises BankFileError naming the order and the element that the standard doesn't take."""
    urn = f"{URN}pain.008.{shape.version}"
    root = etree.fromstring(f'<Document xmlns="{urn}"/>'.encode())
    writer = _Writer(shape, urn)
    initiation = writer.put(root, "CstmrDrctDbtInitn")
    group = writer.put(initiation, "GrpHdr")
    writer.put(group, "MsgId", batch.number)
    writer.put(group, "CreDtTm", f"{batch.made_at:%Y-%m-%dT%H:%M:%S}")
    writer.put(group, "NbOfTxs", str(len(batch.orders)))
    writer.put(group, "CtrlSum", f"{batch.total:.2f}")
    writer.put(writer.put(group, "InitgPty"), "Nm", batch.creditor)
    payment = writer.put(initiation, "PmtInf")
    writer.put(payment, "PmtInfId", batch.number)
    writer.put(payment, "PmtMtd", "DD")
    writer.put(payment, "NbOfTxs", str(len(batch.orders)))
    writer.put(payment, "CtrlSum", f"{batch.total:.2f}")
    kind = writer.put(payment, "PmtTpInf")
    writer.put(writer.put(kind, "SvcLvl"), "Cd", shape.scheme)
    writer.put(writer.put(kind, "LclInstrm"), "Cd", shape.instrument)
    writer.put(kind, "SeqTp", "RCUR")
    writer.put(payment, "ReqdColltnDt", batch.date.isoformat())
    writer.put(writer.put(payment, "Cdtr"), "Nm", batch.creditor)
    writer.account(payment, "CdtrAcct", batch.creditor_account)
    writer.agent(payment, "CdtrAgt", batch.creditor_bank_code)
    if batch.creditor_id:
        scheme = writer.put(payment, "CdtrSchmeId")
        other = writer.put(writer.put(writer.put(scheme, "Id"), "PrvtId"), "Othr")
        writer.put(other, "Id", batch.creditor_id)
        writer.put(writer.put(other, "SchmeNm"), "Prtry", shape.scheme)
    for number, order in enumerate(batch.orders, start=1):
        writer.number = number
        writer.order(payment, order, batch.currency)
    if writer.faults:
        raise BankFileError(*writer.faults[: xml.FAULTS_MAX])
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    xml.check_structure(xml.parse(data), pain_008(shape.version))
    return data


class _Writer:
    """Puts elements where they belong and gathers what can't stand in them, by the number of the order."""

    def __init__(self, shape: Pain008, urn: str) -> None:
        self.shape, self.urn, self.number = shape, urn, 0
        self.faults: list[str] = []

    def put(self, parent: etree._Element, name: str, value: str | None = None, **attributes: str) -> etree._Element:
        element = etree.SubElement(parent, f"{{{self.urn}}}{name}", attributes)
        if value is not None:
            value = value.strip()
            place = f"第 {self.number} 行" if self.number else "表头"
            if _UNWRITABLE.search(value):
                self.faults.append(f"{place}“{name}”：含有换行或控制字符。")
            elif not value:
                self.faults.append(f"{place}“{name}”：没有内容。")
            else:
                element.text = value
        return element

    def account(self, parent: etree._Element, name: str, number: str) -> None:
        bare = "".join(number.split())
        place = self.put(self.put(parent, name), "Id")
        if _IBAN.fullmatch(bare):
            self.put(place, "IBAN", bare)
        else:
            self.put(self.put(place, "Othr"), "Id", bare)

    def agent(self, parent: etree._Element, name: str, code: str) -> None:
        bank = self.put(self.put(parent, name), "FinInstnId")
        if _BIC.fullmatch(code):
            self.put(bank, "BIC" if self.shape.version == "001.02" else "BICFI", code)
        elif code:
            member = self.put(bank, "ClrSysMmbId")
            self.put(self.put(member, "ClrSysId"), "Cd", self.shape.clearing)
            self.put(member, "MmbId", code)
        else:
            self.put(self.put(bank, "Othr"), "Id", "NOTPROVIDED")

    def order(self, payment: etree._Element, order: Order, currency: str) -> None:
        debit = self.put(payment, "DrctDbtTxInf")
        self.put(self.put(debit, "PmtId"), "EndToEndId", order.reference)
        self.put(debit, "InstdAmt", f"{order.amount:.2f}", Ccy=currency)
        mandate = self.put(self.put(debit, "DrctDbtTx"), "MndtRltdInf")
        self.put(mandate, "MndtId", order.mandate)
        if order.signed_on is not None:
            self.put(mandate, "DtOfSgntr", order.signed_on.isoformat())
        self.agent(debit, "DbtrAgt", order.bank_code)
        self.put(self.put(debit, "Dbtr"), "Nm", order.holder)
        self.account(debit, "DbtrAcct", order.account)
        if order.purpose:
            self.put(self.put(debit, "RmtInf"), "Ustrd", order.purpose)


def read_batch(shape: Pain008, data: bytes) -> Record:
    """What a pain.008 says, its structure and sums checked."""
    root = xml.parse(data)
    if xml.namespace(root) != f"{URN}pain.008.{shape.version}":
        raise BankFileError(f"这不是 pain.008.{shape.version} 文件。")
    xml.check_structure(root, pain_008(shape.version))
    initiation = xml.need(root, "CstmrDrctDbtInitn")
    payment = xml.need(initiation, "PmtInf")
    orders: list[dict[str, Any]] = []
    for debit in xml.every(payment, "DrctDbtTxInf"):
        signed = xml.text(debit, "DrctDbtTx/MndtRltdInf/DtOfSgntr")
        orders.append(
            {
                "reference": xml.text(debit, "PmtId/EndToEndId"),
                "holder": xml.text(debit, "Dbtr/Nm"),
                "account": xml.first_text(debit, "DbtrAcct/Id/IBAN", "DbtrAcct/Id/Othr/Id"),
                "amount": Decimal(xml.text(debit, "InstdAmt")),
                "bank_code": xml.first_text(
                    debit, *(f"DbtrAgt/FinInstnId/{way}" for way in ("BIC", "BICFI", "ClrSysMmbId/MmbId"))
                ),
                "mandate": xml.text(debit, "DrctDbtTx/MndtRltdInf/MndtId"),
                "signed_on": dt.date.fromisoformat(signed[:10]) if signed else None,
                "purpose": xml.text(debit, "RmtInf/Ustrd"),
            }
        )
    head = {
        "batch": xml.text(initiation, "GrpHdr/MsgId"),
        "date": dt.date.fromisoformat(xml.text(payment, "ReqdColltnDt")[:10]),
        "creditor": xml.text(payment, "Cdtr/Nm"),
        "creditor_account": xml.first_text(payment, "CdtrAcct/Id/IBAN", "CdtrAcct/Id/Othr/Id"),
        "count": int(xml.text(initiation, "GrpHdr/NbOfTxs")),
        "sum": Decimal(xml.text(initiation, "GrpHdr/CtrlSum") or "0"),
    }
    total = sum((order["amount"] for order in orders), Decimal(0))
    if (head["count"], head["sum"]) != (len(orders), total):
        raise BankFileError(f"表头写 {head['count']} 笔、{head['sum']}，明细是 {len(orders)} 笔、{total}。")
    return {"head": head, "orders": orders}  # type: ignore[dict-item]  # two shapes in one answer


def read_return(shape: Pain002, data: bytes) -> Return:
    """A status report on a batch of ours. What is accepted and not yet booked stays open."""
    root = xml.parse(data)
    if not xml.namespace(root).startswith(f"{URN}pain.002."):
        raise BankFileError("这不是 pain.002 文件。")
    xml.check_structure(root, PAIN_002)
    report = xml.need(root, "CstmrPmtStsRpt")
    group = xml.need(report, "OrgnlGrpInfAndSts")
    if not xml.text(group, "OrgnlMsgNmId").startswith("pain.008"):
        raise BankFileError("这份回报不是针对代扣批次（pain.008）的。")
    whole = xml.text(group, "GrpSts")
    code = _reason(group)[0]
    results: list[Result] = []
    for payment in xml.every(report, "OrgnlPmtInfAndSts"):
        whole = xml.text(payment, "PmtInfSts") or whole
        code = _reason(payment)[0] or code
        for order in xml.every(payment, "TxInfAndSts"):
            results.append(_result(order, whole))
            if len(results) > ROWS_MAX:
                raise BankFileError(f"文件超过 {ROWS_MAX} 笔。")
    others: Outcome | None = None if shape.unlisted == "refuse" else shape.unlisted
    if whole in _STATUS:  # said of all of them
        others = _STATUS[whole]
    elif whole in _PENDING - {"PART"}:
        others = "open"
    return Return(
        batch=xml.text(group, "OrgnlMsgId"),
        results=tuple(results),
        date=dt.date.fromisoformat(xml.text(report, "GrpHdr/CreDtTm")[:10]),
        count=len(results),
        all_others=others,
        code=code,
    )


def _result(order: etree._Element, whole: str) -> Result:
    status = xml.text(order, "TxSts") or whole
    line = xml.line_of(order)
    if status not in _STATUS and status not in _PENDING:
        raise BankFileError(f"第 {line} 行：不认识的状态“{status}”。")
    code, message = _reason(order)
    amount = xml.text(order, "OrgnlTxRef/Amt/InstdAmt")
    moment = xml.text(order, "AccptncDtTm")
    return Result(
        line=line,
        outcome=_STATUS.get(status, "open"),
        reference=xml.text(order, "OrgnlEndToEndId"),
        account=xml.first_text(order, "OrgnlTxRef/DbtrAcct/Id/IBAN", "OrgnlTxRef/DbtrAcct/Id/Othr/Id"),
        amount=amount_of(amount, line) if amount else None,
        code=code,
        message=message,
        on=dt.date.fromisoformat(moment[:10]) if moment else None,
    )


def _reason(element: etree._Element) -> tuple[str, str]:
    reason = xml.at(element, "StsRsnInf")
    return xml.first_text(reason, "Rsn/Cd", "Rsn/Prtry"), xml.text(reason, "AddtlInf")


def amount_of(text: str, line: int) -> Decimal:
    """An amount of ISO 20022 in cents. Raises BankFileError."""
    if not re.fullmatch(r"\d{1,15}(\.\d{1,5})?", text, re.ASCII) or Decimal(text) != round(Decimal(text), 2):
        raise BankFileError(f"第 {line} 行：“{text}”不是金额。")
    return Decimal(text).quantize(Decimal("0.01"))
