"""From what is due to the bank's file, and from its return to receipts and the next step: to the cent, once, and refused as a whole."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Firm

from remit.kernel.authority.errors import NotAuthorised, RuleBroken
from remit.kernel.billing.models import Charge, Movement
from remit.kernel.ledger.models import Leg
from remit.kernel.ledger.queries import account_for, balance_of
from remit.kernel.ledger.verifying import faults
from remit.kernel.payments.banking.batching import Wish, outlook
from remit.kernel.payments.banking.figures import arrears_rate, collection_rate, in_arrears
from remit.kernel.payments.models import (
    BankAccount,
    BatchState,
    DebitCharge,
    DebitItem,
    DebitReturn,
    ItemState,
    Receipt,
)
from remit.kernel.payments.tests import bank
from remit.kernel.payments.tests.bank import DUE, TODAY, customer, describe, make, sent, settle
from remit.kernel.payments.tests.bank import account as account
from remit.kernel.payments.tests.bank import firm as firm
from remit.kernel.payments.tests.bank import november as november
from remit.kernel.work.models import WorkItem
from remit.lib.bankfiles.batches import read_batch
from remit.lib.bankfiles.format import read_format


@pytest.mark.ledger("S-089", "S-068", "P-046", "T-054")
def test_a_month_of_direct_debit(firm: Firm, account: BankAccount) -> None:
    customer(firm, "恒通", "100.00", "50.50")
    customer(firm, "李氏", "80.00")
    customer(firm, "王记", "70.00", "60.00", limit="100.00")  # the second would exceed the limit
    customer(firm, "赵铺", "20.00", mandate=False)
    form = describe(firm)
    seen = outlook(Wish(account, TODAY, TODAY))
    assert (seen.payers, seen.amount) == (3, Decimal("300.50"))
    assert (seen.without_mandate, seen.over_limit) == ((1, Decimal("20.00")), (1, Decimal("60.00")))
    batch = make(firm, account, form, "300.50")
    told: Any = read_batch(read_format(form.text, "x"), sent(firm, batch))
    assert (told["head"]["count"], told["head"]["sum"], told["head"]["batch"]) == (3, Decimal("300.50"), batch.number)
    assert [row["amount"] for row in told["orders"]] == [Decimal("150.50"), Decimal("80.00"), Decimal("70.00")]

    data = bank.answer(batch, {"李氏": "1002"})
    settle(firm, batch, data)
    assert batch.state == BatchState.SETTLED
    assert sorted(Receipt.objects.values_list("payer__name", "amount", "unallocated", "method")) == [
        ("恒通", Decimal("150.50"), Decimal(0), "debit"),
        ("王记", Decimal("70.00"), Decimal(0), "debit"),
    ]
    assert dict(Charge.objects.values_list("amount", "open_amount")) == {
        Decimal("100.00"): 0,
        Decimal("50.50"): 0,
        Decimal("80.00"): 80,
        Decimal("70.00"): 0,
        Decimal("60.00"): 60,
        Decimal("20.00"): 20,
    }
    end = dt.date(2026, 12, 31)
    assert balance_of(account.company_id, account.account.code, end) == Decimal("220.50")
    receivable = balance_of(account.company_id, account_for(account.company_id, "receivable"), end)
    assert receivable == sum(Charge.objects.values_list("open_amount", flat=True)) == 160
    failed = DebitItem.objects.get(state=ItemState.FAILED)
    assert (failed.code, failed.next, failed.retry_on) == ("1002", "renew_mandate", None)
    work = WorkItem.objects.get(source_kind="debit_failed", done_at=None)
    assert work.person == firm["陈立"]
    firm.do("陈立", "debit.follow_up", item=failed.pk, answer="已换卡，新协议明日送来")
    work.refresh_from_db()
    assert work.done_by == firm["陈立"]

    # The same file again, from whoever sends it, changes nothing.
    done = settle(firm, batch, data)
    assert done.kind == "done"
    assert (Receipt.objects.count(), DebitReturn.objects.count(), Movement.objects.count()) == (2, 1, 3)


@pytest.mark.ledger("S-089")
def test_a_return_that_contradicts_is_refused_whole(firm: Firm, account: BankAccount) -> None:
    customer(firm, "恒通", "100.00")
    customer(firm, "李氏", "80.00")
    batch = make(firm, account, describe(firm), "180.00")
    good = bank.answer(batch, {"李氏": "1001"})
    with pytest.raises(RuleBroken, match="不在银行"):
        settle(firm, batch, good)
    sent(firm, batch)
    for data, sentence in (
        (bank.answer(batch, {}, number="DK-2025-9999"), "属于批次"),
        (good.replace(b"DK-2026-0001-00002", b"DK-2026-0001-00009"), "第 3 行：批次里没有"),
        (good.replace(b"00000000010000", b"00000000010001"), "表头的成功金额|送盘时是"),
        (b"\x00\x01", "缺少表头或表尾"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            settle(firm, batch, data)
    assert not Receipt.objects.exists()
    assert not DebitReturn.objects.exists()
    settle(firm, batch, good)
    with pytest.raises(RuleBroken, match=r"第 3 行：.*之前已登记为"):
        settle(firm, batch, bank.answer(batch, {}))
    assert Receipt.objects.count() == 1


@pytest.mark.ledger("S-089")
def test_no_charge_is_asked_for_twice_at_a_time(firm: Firm, account: BankAccount) -> None:
    customer(firm, "恒通", "100.00")
    form = describe(firm)
    batch = make(firm, account, form, "100.00")
    with pytest.raises(RuleBroken, match="没有到期"):
        make(firm, account, form, "100.00")
    firm.do("吴越", "debit.drop", batch=batch.pk, reason="日期不对")
    with pytest.raises(RuleBroken, match=r"现在是 ¥100\.00"):
        make(firm, account, form, "99.00")
    again = make(firm, account, form, "100.00")
    assert firm.do("吴越", "debit.send", batch=again.pk).kind == "requested"  # the cashier makes, her superior sends
    sent(firm, again)
    with pytest.raises(RuleBroken, match="已送过"):
        firm.do("韩涛", "debit.send", batch=again.pk)
    with pytest.raises(RuleBroken, match="已送出"):
        firm.do("吴越", "debit.drop", batch=again.pk, reason="x")
    firm.do("韩涛", "debit.send_again", batch=again.pk, reason="银行的人说没收到")
    again.refresh_from_db()
    assert again.copies == 1
    assert DebitCharge.objects.filter(is_open=True).count() == 1


@pytest.mark.ledger("S-068")
def test_what_a_failure_asks_for_holds_the_next_batch(firm: Firm, account: BankAccount) -> None:
    for name, amount in (("稍后", "10.00"), ("停扣", "20.00"), ("电话", "40.00")):
        customer(firm, name, amount)
    form = describe(firm)
    batch = make(firm, account, form, "70.00")
    sent(firm, batch)
    settle(firm, batch, bank.answer(batch, {"稍后": "1001", "停扣": "1006", "电话": "9999"}))
    retry = DebitItem.objects.get(payer__name="稍后")
    assert (retry.next, retry.retry_on) == ("retry", TODAY + dt.timedelta(days=3))
    assert WorkItem.objects.filter(source_kind="debit_failed").count() == 2
    # In two days only who was to be called; in three the one that is tried again, too; the one that stopped when released.
    assert outlook(Wish(account, TODAY + dt.timedelta(days=2), TODAY)).amount == 40
    assert outlook(Wish(account, TODAY + dt.timedelta(days=3), TODAY)).amount == 50
    stopped = DebitItem.objects.get(payer__name="停扣")
    firm.do("吴越", "debit.follow_up", item=stopped.pk, answer="客户同意恢复", release=True)
    assert outlook(Wish(account, TODAY + dt.timedelta(days=3), TODAY)).amount == 70


@pytest.mark.ledger("S-068", "P-046")
def test_what_the_bank_takes_back_is_owed_again(firm: Firm, account: BankAccount) -> None:
    customer(firm, "恒通", "100.00", "50.50")
    customer(firm, "李氏", "80.00")
    batch = make(firm, account, describe(firm), "230.50")
    sent(firm, batch)
    settle(firm, batch, bank.answer(batch, {"李氏": "1002"}))
    item, end = batch.items.get(payer__name="恒通"), dt.date(2026, 12, 31)
    facts = {"item": item.pk, "on": TODAY, "code": "1003"}
    with pytest.raises(NotAuthorised):
        firm.do("林晓岚", "debit.bounce", **facts)
    with pytest.raises(RuleBroken, match="之间"):
        firm.do("吴越", "debit.bounce", **{**facts, "on": TODAY + dt.timedelta(1)})
    firm.do("吴越", "debit.bounce", **facts)
    item.refresh_from_db()
    assert (item.state, item.code, item.message, item.next) == ("failed", "1003", "账户已销户", "renew_mandate")
    assert Receipt.objects.get(payer=item.payer).voided_at is not None
    assert sorted(Charge.objects.filter(payer=item.payer, kind="principal").values_list("open_amount", flat=True)) == [
        Decimal("50.50"), Decimal("100.00"),
    ]  # fmt: skip
    assert balance_of(account.company_id, account.account.code, end) == 0
    owed = balance_of(account.company_id, account_for(account.company_id, "receivable"), end)
    assert owed == sum(Charge.objects.values_list("open_amount", flat=True))
    assert WorkItem.objects.filter(source_kind="debit_failed", source_key=str(item.pk), done_at=None).count() == 1
    with pytest.raises(RuleBroken, match="未扣款成功"):
        firm.do("吴越", "debit.bounce", **facts)
    assert not list(faults())


def test_a_mandate_revoked_meanwhile_stops_the_file(firm: Firm, account: BankAccount) -> None:
    party = customer(firm, "恒通", "100.00")
    batch = make(firm, account, describe(firm), "100.00")
    mandate = DebitItem.objects.get().mandate
    firm.do("韩涛", "mandate.revoke", mandate=mandate.pk, on=TODAY, reason="换银行")
    with pytest.raises(RuleBroken, match=mandate.number):
        firm.do("韩涛", "debit.send", batch=batch.pk)
    assert party.pk == batch.items.get().payer_id


def test_what_was_paid_at_the_desk_meanwhile_stays_with_the_payer(firm: Firm, account: BankAccount) -> None:
    party = customer(firm, "恒通", "100.00")
    batch = make(firm, account, describe(firm), "100.00")
    sent(firm, batch)
    company = account.company_id
    firm.do("韩涛", "receipt.take", payer=party.pk, amount="30.00", method="cash", on=TODAY)
    settle(firm, batch, bank.answer(batch, {}))
    assert Receipt.objects.get(method="debit").unallocated == 30
    assert -balance_of(company, account_for(company, "prepayment"), dt.date(2026, 12, 31)) == 30
    assert balance_of(company, account_for(company, "receivable"), dt.date(2026, 12, 31)) == 0


def test_a_name_that_the_bank_cannot_write_is_told_before_anything_leaves(firm: Firm, account: BankAccount) -> None:
    customer(firm, "𬭎达", "100.00")
    batch = make(firm, account, describe(firm), "100.00")
    with pytest.raises(RuleBroken, match=r"第 1 行“holder”.*GBK 编码里没有"):
        firm.do("韩涛", "debit.send", batch=batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.file) == (BatchState.MADE, None)


def test_ten_times_as_many_take_as_many_statements(firm: Firm, account: BankAccount) -> None:
    counts = []
    for n, size in enumerate((2, 12)):
        for one in range(size):
            customer(firm, f"客户{n}-{one}", "10.00")
        batch = make(firm, account, describe(firm), f"{10 * size}.00")
        sent(firm, batch)
        data = bank.answer(batch, {f"客户{n}-0": "1006"})  # stops: not in the second batch
        with CaptureQueriesContext(connection) as queries:
            settle(firm, batch, data)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2, counts


@pytest.mark.ledger("K-02", "K-03", "D-065")
def test_the_rates_open_to_their_records(firm: Firm, account: BankAccount) -> None:
    customer(firm, "恒通", "150.00")
    customer(firm, "李氏", "50.00")
    batch = make(firm, account, describe(firm), "200.00")
    sent(firm, batch)
    company, first, last = account.company_id, dt.date(2026, 11, 1), dt.date(2026, 11, 30)
    settle(firm, batch, bank.answer(batch, {"李氏": "1001"}))
    rate = collection_rate(company, first, last)
    assert (rate.part, rate.whole, rate.rate) == (Decimal(150), Decimal(200), Decimal("0.75"))
    open_now = arrears_rate(company, first, last)
    assert (open_now.part, open_now.rate) == (Decimal(50), Decimal("0.25"))
    behind: Any = in_arrears(company, first, last)
    assert list(behind.values_list("payer__name", "open_then")) == [("李氏", 50)]
    # Before the money came everything that had fallen due was open.
    assert arrears_rate(company, first, DUE).rate == 1
    behind = in_arrears(company, first, DUE)
    assert sum(behind.values_list("open_then", flat=True)) == 200
    assert collection_rate(company, dt.date(2025, 1, 1), dt.date(2025, 12, 31)).rate is None
    assert Leg.objects.filter(account=account.account_id).count() == 1
