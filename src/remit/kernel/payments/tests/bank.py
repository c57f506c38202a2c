"""The cast's firm with books and a bank: 出纳 吴越 handles payments, 财务总监 韩涛 posts and sets up, 审计 许衡 checks and handles none."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from tests.cast import LONG_AGO, Firm, build_firm, give

from remit.kernel.accounts.actor import system
from remit.kernel.agreements.queries import accounts_of
from remit.kernel.authority.gate import Result, perform
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.documents.actions import store
from remit.kernel.documents.queries import content_of
from remit.kernel.organization import actions as organization
from remit.kernel.parties.models import Party
from remit.kernel.payments.banking.access import FILES_ROOM
from remit.kernel.payments.models import BankAccount, BankDescription, DebitBatch
from remit.lib import clock
from remit.lib.bankfiles.format import shipped

NUMBER = "4000021509200012345"
BEGIN = dt.date(2026, 1, 1)
NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def november() -> Iterator[None]:
    """The day on which the charges below are due."""
    with clock.set_to(NOW):
        yield


@pytest.fixture
def firm(db: None, november: None) -> Firm:
    with transaction.atomic():  # the verbs of the organization are called without the gate here
        return build_bank()


def build_bank() -> Firm:
    """Within a transaction, on the day that `november` sets."""
    firm = build_firm()
    audit = organization.open_position(
        unit=firm.finance, title="审计", code="P-91", start=LONG_AGO, superior=firm.positions["总经理"]
    )
    firm.positions["审计"] = audit
    firm.people["许衡"] = organization.hire(name="许衡", employee_no="E091", company=firm.health, joined_on=LONG_AGO)
    organization.appoint(position=audit, person=firm["许衡"], start=LONG_AGO, end=None, is_main=True)
    lock_authority(exclusively=True)
    for name, label in (("agreements", "合同"), ("banking", "银行账"), ("fees", "收费")):
        DeclaredAction.objects.create(
            name=f"oversight.{name}", labels={"zh-hans": f"查阅全部{label}"}, origin="pack:test"
        )
    authority_changed()

    def family(name: str, *verbs: str) -> list[dict[str, str]]:
        return [{"action": f"{name}.{verb}"} for verb in verbs]

    give(firm, "出纳", "第1条", *family("bank", "import", "match", "unmatch", "reconcile", "recipe"))
    give(firm, "出纳", "第2条", *family("debit", "make", "drop", "settle", "follow_up", "bounce"))
    give(firm, "财务总监", "第7条", *family("bank", "account"), *family("debit", "describe", "send", "send_again"))
    give(firm, "财务总监", "第8条", *family("mandate", "*"), *family("charge", "add"), *family("receipt", "*"))
    give(firm, "财务总监", "第9条", *family("oversight", "agreements", "fees"))
    give(firm, "审计", "第1条", *family("bank", "check"), *family("oversight", "banking"))
    give(firm, "健康顾问", "第5条", *family("customer", "open"))
    authority_changed()
    perform(system("set-up"), "ledger.found", {"company": firm.health.pk, "month": BEGIN})
    return firm


@pytest.fixture
def account(firm: Firm) -> BankAccount:
    return open_account(firm)


def open_account(firm: Firm) -> BankAccount:
    done = firm.do(
        "韩涛",
        "bank.account",
        number=NUMBER,
        name="基本户",
        bank_name="工商银行科技支行",
        bank_code="102100099996",
        since=BEGIN,
    )
    return BankAccount.objects.get(pk=done.subject[1])


def send(firm: Firm, account: BankAccount, data: bytes, name: str = "对账单.csv", who: str = "吴越") -> int:
    """A file of the bank, taken in; the id of the import."""
    file = store(data, name, "text/csv", actor=firm.actor(who), room=FILES_ROOM, company_id=account.company_id)
    done = firm.do(who, "bank.import", account=account.pk, file=file.pk)
    assert done.event_id is not None
    return account.imports.latest("pk").pk


# --- customers who owe, and their mandates -----------------------------------------------------------------------------------

DUE = dt.date(2026, 11, 10)
TODAY = dt.date(2026, 11, 23)


def customer(firm: Firm, name: str, *amounts: str, limit: str | None = None, mandate: bool = True) -> Party:
    """One that owes so much, with a mandate unless told otherwise."""
    done = firm.do("陈立", "customer.open", name=name, kind="organization")
    pk = int(done.subject[1])
    for n, amount in enumerate(amounts):
        facts = {
            "title": "物业费",
            "kind": "principal",
            "on": dt.date(2026, 11, 1),
            "due_on": DUE + dt.timedelta(days=n),
        }
        with clock.set_to(NOW + dt.timedelta(seconds=n)):
            firm.do("韩涛", "charge.add", payer=pk, amount=amount, **facts)
    if mandate:
        facts = {
            "number": f"WT{pk}",
            "bank_name": "工商银行",
            "holder": name,
            "account": f"6222{pk:012}",
            "signed_on": BEGIN,
        }
        firm.do("韩涛", "mandate.register", party=pk, **facts, **({"limit_amount": limit} if limit else {}))
    return Party.objects.get(pk=pk)


def describe(firm: Firm, name: str = "fixed_gbk") -> BankDescription:
    text = next(path for path in shipped() if path.stem == name).read_text(encoding="utf-8")
    return BankDescription.objects.get(pk=firm.do("韩涛", "debit.describe", yaml={"text": text}).subject[1])


def make(firm: Firm, account: BankAccount, bank: BankDescription, amount: str, **more: Any) -> DebitBatch:
    facts = {"on": TODAY + dt.timedelta(days=2), "due_until": TODAY, **more}
    done = firm.do("吴越", "debit.make", account=account.pk, description=bank.pk, amount=amount, **facts)
    return DebitBatch.objects.get(pk=done.subject[1])


def sent(firm: Firm, batch: DebitBatch) -> bytes:
    firm.do("韩涛", "debit.send", batch=batch.pk)
    batch.refresh_from_db()
    assert batch.file is not None
    return content_of(batch.file)


def answer(batch: DebitBatch, failed: dict[str, str], number: str = "") -> bytes:
    """The bank's return in the fixed layout: what is not named by its customer was collected."""
    rows, collected = [], Decimal(0)
    for item in batch.items.select_related("payer", "mandate").order_by("sequence"):
        code = failed.get(item.payer.name, "")
        collected += 0 if code else item.amount
        account = accounts_of([item.mandate])[item.mandate_id]
        rows.append(
            f"2{item.sequence:08}{item.reference:<30}{account:<32}{int(item.amount * 100):014}{'1' if code else '0'}{code}"
        )
    good = batch.count - len(failed)
    head = f"1{number or batch.number:<20}20261126{batch.count:08}{good:08}{int(collected * 100):016}"
    return "\r\n".join([head, *rows, f"9{batch.count:08}", ""]).encode("gbk")


def settle(firm: Firm, batch: DebitBatch, data: bytes) -> Result:
    file = store(data, "回盘.txt", "text/plain", actor=firm.actor("吴越"), room=FILES_ROOM, company_id=batch.company_id)
    done = firm.do("吴越", "debit.settle", batch=batch.pk, file=file.pk)
    batch.refresh_from_db()
    return done
