"""A company's account at a bank with something of everything: a statement, a match, a reconciliation, batches in every state. Made by the
system, for the tables of doors and of addresses."""

import datetime as dt
from typing import Any

from remit.kernel.accounts.actor import system
from remit.kernel.agreements.queries import accounts_of
from remit.kernel.authority.gate import perform
from remit.kernel.documents.actions import store
from remit.kernel.ledger.models import Book, Leg
from remit.kernel.organization.queries import today
from remit.kernel.payments.banking.access import FILES_ROOM
from remit.kernel.payments.banking.batching import Wish, outlook
from remit.kernel.payments.models import BankAccount, DebitItem, Matching, StatementLine
from remit.lib.bankfiles.format import shipped
from remit.lib.sheets import write_xlsx

KEEPER = system("set-up")
RECIPE = {"date": "日期", "income": "收入", "expense": "支出", "balance": "余额", "bank_id": "流水"}
HEAD = "日期,收入,支出,余额,流水\n"


def _made(action: str, **facts: Any) -> int:
    return int(perform(KEEPER, action, facts).subject[1])


def _stored(company: int, name: str, data: bytes) -> int:
    return store(data, name, "application/octet-stream", actor=KEEPER, room=FILES_ROOM, company_id=company).pk


def add_banking(company: int, customer: int) -> dict[str, int]:
    """`customer` has a mandate. Answers ids by name: of the account `bank`, files that can be taken in, `line` and `leg` that can be matched,
    a `matching`, a `reconciliation` of 2026-02, batches `made` and `sent`, a failed `debit`, a `collected` one; 20.00 is due that no batch asks for."""
    if not Book.objects.filter(company=company).exists():
        perform(KEEPER, "ledger.found", {"company": company, "month": "2026-01-01"})
    number = "4000021509200012345"
    ids = {
        "bank": _made(
            "bank.account", company=company, number=number, name="基本户", bank_name="工商银行", since="2026-01-01"
        )
    }
    perform(KEEPER, "bank.recipe", {"account": ids["bank"], "recipe": RECIPE})
    rows = "2026-02-03,128.50,,128.50,B1\n2026-02-04,60.00,,188.50,B2\n"
    taken = _stored(company, "二月.csv", (HEAD + rows).encode())
    ids["statement"] = _stored(company, "三月.csv", f"{HEAD}2026-03-02,5.00,,193.50,B3\n".encode())
    perform(KEEPER, "bank.import", {"account": ids["bank"], "file": taken})
    for amount in ("128.50", "60.00"):
        lines = [{"account": "100201", "debit": amount}, {"account": "1001", "credit": amount}]
        voucher = {"company": company, "on": "2026-02-03", "summary": f"存现 {amount}", "lines": lines}
        perform(KEEPER, "voucher.post", voucher)
    known, free = StatementLine.objects.order_by("on")
    legs = {leg.amount: leg.pk for leg in Leg.objects.filter(account__code="100201", account__company=company)}
    pairs = [{"lines": [known.pk], "legs": [legs[known.amount]]}]
    perform(KEEPER, "bank.match", {"account": ids["bank"], "pairs": pairs})
    ids |= {"line": free.pk, "leg": legs[free.amount], "matching": Matching.objects.get().pk}
    ids["reconciliation"] = _made("bank.reconcile", account=ids["bank"], month="2026-02-01")
    text = next(path for path in shipped() if path.stem == "sheet").read_text(encoding="utf-8")
    ids["description"] = _made("debit.describe", company=company, yaml={"text": text})
    _charge(customer, "15", "2026-03-01")
    paid = _stored(company, "回盘一.xlsx", _sent(ids, "2026-03-01", "paid", "扣款成功"))
    perform(KEEPER, "debit.settle", {"batch": ids["paid"], "file": paid})
    ids["collected"] = DebitItem.objects.get(batch=ids["paid"]).pk
    _charge(customer, "30", "2026-03-11")
    refused = _stored(company, "回盘.xlsx", _sent(ids, "2026-03-11", "failed"))
    perform(KEEPER, "debit.settle", {"batch": ids["failed"], "file": refused})
    ids["debit"] = DebitItem.objects.filter(state="failed").order_by("sequence")[0].pk
    ids["answer"] = _stored(company, "回盘二.xlsx", _sent(ids, "2026-03-11", "sent"))
    _charge(customer, "40", "2026-03-12")
    ids["made"] = _batch(ids, "2026-03-12")
    _charge(customer, "20", "2026-03-13")
    return ids


def _charge(customer: int, amount: str, due_on: str) -> None:
    charge = {"payer": customer, "kind": "principal", "title": f"物业费 {due_on}", "on": "2026-03-01"}
    perform(KEEPER, "charge.add", {**charge, "amount": amount, "due_on": due_on})


def _batch(ids: dict[str, int], due_until: str) -> int:
    account, day = BankAccount.objects.get(pk=ids["bank"]), today()
    amount = outlook(Wish(account, day, dt.date.fromisoformat(due_until))).amount
    wish = {"account": ids["bank"], "description": ids["description"], "on": day, "due_until": due_until}
    return _made("debit.make", **wish, amount=amount)


def _sent(ids: dict[str, int], due_until: str, name: str, result: str = "余额不足") -> bytes:
    """A batch at the bank, and the return by which its first debit fails, unless `result` says otherwise."""
    ids[name] = _batch(ids, due_until)
    perform(KEEPER, "debit.send", {"batch": ids[name]})
    item = DebitItem.objects.select_related("mandate").filter(batch=ids[name]).order_by("sequence")[0]
    account = accounts_of([item.mandate])[item.mandate_id]
    headers = ["序号", "付款人账号", "金额（元）", "业务编号", "处理结果", "说明"]
    return write_xlsx(headers, [["1", account, item.amount, item.reference, result, "请客户存款"]])
