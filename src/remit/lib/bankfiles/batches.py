"""A batch to its file and back, and what a return says: by the bank's description, whichever layout it names."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from remit.lib.bankfiles import layouts, pain
from remit.lib.bankfiles.format import BankFormat, Pain002, Pain008
from remit.lib.bankfiles.values import BankFileError, Batch, Order, Record, Result, Return

ZERO: Final = Decimal("0.00")


def write_batch(bank: BankFormat, batch: Batch) -> bytes:
    """The file for the bank. Raises BankFileError naming the row and the field of everything that its description can't hold."""
    if isinstance(bank.batch, Pain008):
        return pain.write_batch(bank.batch, batch)
    header = _head(batch)
    rows = [_row(batch, number, order) for number, order in enumerate(batch.orders, start=1)]
    return layouts.write(bank.batch, header, rows, header)


def read_batch(bank: BankFormat, data: bytes) -> Record:
    """What a batch file says, its sums checked: {"head": …, "orders": […]} as far as the description holds it. For proofs."""
    if isinstance(bank.batch, Pain008):
        return pain.read_batch(bank.batch, data)
    header, rows, trailer = layouts.read(bank.batch, data)
    head: dict[str, Any] = {**header, **trailer}
    orders = [record for _line, record in rows]
    _check_sums(header, trailer, {"count": len(orders), "sum": _total(orders)})
    return {"head": head, "orders": orders}  # type: ignore[dict-item]  # two shapes in one answer


def read_return(bank: BankFormat, data: bytes) -> Return:
    """What a return file says. Raises BankFileError: lines that don't fit the description, sums that don't fit the lines."""
    if isinstance(bank.result, Pain002):
        return pain.read_return(bank.result, data)
    header, rows, trailer = layouts.read(bank.result, data)
    records = [record for _line, record in rows]
    told: dict[str, Any] = {"count": len(records), "sum": _total(records)}
    for outcome in ("collected", "failed"):
        of_these = [record for record in records if record["outcome"] == outcome]
        told[f"{outcome}_count"], told[f"{outcome}_sum"] = len(of_these), _total(of_these)
    if not bank.result.has("amount"):
        told = {name: value for name, value in told.items() if not name.endswith("sum")}
    _check_sums(header, trailer, told)
    head: dict[str, Any] = {**header, **trailer}
    return Return(
        batch=str(head.get("batch") or ""),
        results=tuple(_result(line, record) for line, record in rows),
        date=head.get("date"),
        count=len(records),
        all_others=None if bank.result.unlisted == "refuse" else bank.result.unlisted,
    )


def _head(batch: Batch) -> Record:
    return {
        "batch": batch.number,
        "date": batch.date,
        "made_on": batch.made_at.date(),
        "creditor": batch.creditor,
        "creditor_account": batch.creditor_account,
        "creditor_bank_code": batch.creditor_bank_code,
        "creditor_id": batch.creditor_id,
        "currency": batch.currency,
        "count": len(batch.orders),
        "sum": batch.total,
    }


def _row(batch: Batch, number: int, order: Order) -> Record:
    return {
        "sequence": number,
        "reference": order.reference,
        "holder": order.holder,
        "account": order.account,
        "amount": order.amount,
        "bank_name": order.bank_name,
        "bank_code": order.bank_code,
        "payer": order.payer,
        "mandate": order.mandate,
        "signed_on": order.signed_on,
        "purpose": order.purpose,
        "currency": batch.currency,
    }


def _total(records: list[Record]) -> Decimal:
    return sum((amount for record in records if isinstance(amount := record.get("amount"), Decimal)), ZERO)


NAMES: Final = {
    "count": "笔数",
    "sum": "金额合计",
    "collected_count": "成功笔数",
    "collected_sum": "成功金额",
    "failed_count": "失败笔数",
    "failed_sum": "失败金额",
}


def _check_sums(header: Record, trailer: Record, counted: dict[str, Any]) -> None:
    faults = layouts.Faults()
    for place, part in (("表头", header), ("表尾", trailer)):
        for name, value in counted.items():
            if part.get(name) is not None and part[name] != value:
                faults.say(f"{place}的{NAMES[name]}是 {part[name]}，明细合计是 {value}。")
    faults.check()


def _result(line: int, record: dict[str, Any]) -> Result:
    on = record.get("on")
    return Result(
        line=line,
        outcome=record["outcome"],
        reference=record.get("reference") or "",
        sequence=record.get("sequence"),
        account=record.get("account") or "",
        amount=record.get("amount"),
        code=record.get("code") or "",
        message=record.get("message") or "",
        on=on if isinstance(on, dt.date) else None,
    )


def results_by_order(batch: list[tuple[int, str, str, Decimal]], answer: Return, number: str) -> dict[int, Result]:
    """Which order got which result, by its sequence in the batch. `batch`: (sequence, reference, account, amount) of every order.

    Raises BankFileError, naming the lines, where the return is of another batch, names an order twice or one that the batch
    doesn't have, gives it another amount or account, or leaves orders out that it must name.
    """
    faults = layouts.Faults()
    if answer.batch and answer.batch != number:
        raise BankFileError(f"回盘文件属于批次“{answer.batch}”，不是“{number}”。")
    by_reference = {reference: (sequence, account, amount) for sequence, reference, account, amount in batch}
    by_sequence = {sequence: (sequence, account, amount) for sequence, _reference, account, amount in batch}
    found: dict[int, Result] = {}
    for result in answer.results:
        name = result.reference or str(result.sequence or "")
        order = by_reference.get(result.reference) if result.reference else by_sequence.get(result.sequence or 0)
        if order is None:
            faults.say(f"第 {result.line} 行：批次里没有“{name}”。")
            continue
        sequence, account, amount = order
        if result.sequence is not None and result.sequence != sequence:
            faults.say(f"第 {result.line} 行：“{name}”的序号是 {result.sequence}，送盘时是 {sequence}。")
        elif sequence in found:
            faults.say(f"第 {result.line} 行：“{name}”在第 {found[sequence].line} 行已经有了。")
        elif (
            result.amount is not None
            and result.amount != amount
            and not (result.outcome == "failed" and not result.amount)
        ):
            faults.say(f"第 {result.line} 行：“{name}”的金额是 {result.amount}，送盘时是 {amount}。")
        elif result.account and result.account != account:
            faults.say(f"第 {result.line} 行：“{name}”的账号与送盘时不同。")
        else:
            found[sequence] = result
    faults.check()
    missing = sorted(by_sequence.keys() - found.keys())
    if missing and answer.all_others is None:
        raise BankFileError(f"回盘文件缺少 {len(missing)} 笔，第一笔是序号 {missing[0]}。")
    if answer.all_others is not None and answer.all_others != "open":
        found |= {sequence: Result(0, answer.all_others, sequence=sequence, code=answer.code) for sequence in missing}
    return found
