"""Money comes in late, early, too much, by mistake: what it clears, what is late, and that the books say the same."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.billing.access import visible_charges
from remit.kernel.billing.models import Charge, Movement, Tariff
from remit.kernel.billing.queries import charges_that_do_not_add_up, owed_on
from remit.kernel.billing.tests.conftest import DUE, Office
from remit.kernel.ledger.models import Entry
from remit.kernel.payments.access import visible_receipts
from remit.kernel.payments.models import Receipt
from remit.kernel.payments.papers import receipt_data
from remit.kernel.payments.queries import prepaid_on, receipts_that_do_not_add_up
from remit.lib import clock

pytestmark = pytest.mark.django_db


def later(days: int) -> dt.date:
    return DUE + dt.timedelta(days)


def agrees(office: Office) -> None:
    """The ledger and the sub-ledgers say the same, today and on every day that something happened; every row adds up."""
    company = office.firm.health.pk
    assert charges_that_do_not_add_up() == receipts_that_do_not_add_up() == []
    for day in Entry.objects.values_list("on", flat=True).distinct():
        assert owed_on(company, day) == office.account("receivable", day)
        assert prepaid_on(company, day) == -office.account("prepayment", day)
    charges = Charge.objects.filter(company=office.firm.health)
    receipts = Receipt.objects.filter(company=office.firm.health, voided_at=None)
    assert office.account("receivable") == sum((one.open_amount for one in charges), Decimal(0))
    assert -office.account("prepayment") == sum((one.unallocated for one in receipts), Decimal(0))


def pay(office: Office, amount: str, on: dt.date, **more: object) -> Receipt:
    done = office.firm.do("何会", "receipt.take", payer=office.payer.pk, amount=amount, method="cash", on=on, **more)
    return Receipt.objects.get(pk=done.subject[1])


def late_fees() -> list[tuple[str, str]]:
    """(amount, open) of each that was entered."""
    found = Charge.objects.filter(kind="late_fee").order_by("pk").values_list("amount", "open_amount")
    return [(str(amount), str(left)) for amount, left in found]


@pytest.mark.ledger("S-091")
def test_who_pays_in_time_owes_nothing_more(office: Office) -> None:
    fee = office.charge("1000.00", DUE)
    receipt = pay(office, "1000.00", DUE)
    fee.refresh_from_db()
    assert fee.open_amount == receipt.unallocated == 0
    assert late_fees() == []
    assert receipt.number == "SJ-2026-0001"
    assert office.account("cash") == 1000
    agrees(office)


def test_money_that_comes_after_midnight_comes_on_the_new_day(office: Office) -> None:
    """At half past midnight in Shanghai it is still yesterday in Greenwich."""
    with clock.set_to(dt.datetime(2026, 4, 1, 16, 30, tzinfo=dt.UTC)):
        assert pay(office, "10.00", dt.date(2026, 4, 2)).entry.on == dt.date(2026, 4, 2)
        with pytest.raises(RuleBroken):
            pay(office, "10.00", dt.date(2026, 4, 3))


@pytest.mark.ledger("S-088")
def test_a_late_payment_clears_the_late_fee_first_and_then_the_fee(office: Office) -> None:
    fee = office.charge("1000.00", DUE)
    receipt = pay(office, "300.00", later(10))
    fee.refresh_from_db()
    assert late_fees() == [("5.00", "0.00")]  # ten days of 0.05 %, the day of payment among them
    assert [row[0] for row in receipt_data(receipt)["lines"]] == ["物业费（滞纳金）", "物业费"]
    assert fee.open_amount == Decimal("705.00")
    pay(office, "705.00", later(20))
    fee.refresh_from_db()
    assert late_fees()[1] == ("3.53", "0.00")  # 5.00 and ten days of 705.00 are 8.525, rounded once
    assert fee.open_amount == Decimal("3.53")
    agrees(office)


def test_a_backdated_payment_takes_late_fees_back_and_what_was_paid_of_them_is_free(office: Office) -> None:
    fee = office.charge("1000.00", DUE)
    first = pay(office, "5.00", later(10))  # the late fee of ten days
    pay(office, "1000.00", DUE)  # and then the bank's slip of the due day turns up
    office.firm.do("何会", "late_fee.accrue", company=office.firm.health.pk, until=later(30))
    fee.refresh_from_db()
    first.refresh_from_db()
    assert fee.open_amount == 0
    assert late_fees() == [("5.00", "0.00")]
    assert first.unallocated == Decimal("5.00"), "nothing was late after all"
    assert office.account("late_fee_income") == 0
    agrees(office)


@pytest.mark.ledger("S-089")
def test_what_the_bank_returns_was_never_paid(office: Office) -> None:
    fee = office.charge("1000.00", DUE)
    receipt = pay(office, "1000.00", DUE)
    office.firm.do("何会", "receipt.void", receipt=receipt.pk, reason="银行退票")
    office.firm.do("何会", "late_fee.accrue", company=office.firm.health.pk, until=later(10))
    fee.refresh_from_db()
    assert fee.open_amount == 1000
    assert late_fees() == [("5.00", "5.00")], "late since the due day"
    office.firm.do("何会", "late_fee.accrue", company=office.firm.health.pk, until=later(10))
    assert len(late_fees()) == 1, "twice changes nothing"
    assert office.account("cash") == 0
    agrees(office)
    with pytest.raises(RuleBroken):
        office.firm.do("何会", "receipt.void", receipt=receipt.pk, reason="再作废一次")


def test_too_much_stays_with_the_payer_clears_what_comes_next_and_is_refunded(office: Office) -> None:
    office.charge("100.00", DUE)
    receipt = pay(office, "250.00", DUE)
    assert receipt.unallocated == 150
    agrees(office)
    second = office.charge("60.00", DUE, title="水费")
    office.firm.do("何会", "receipt.allocate", receipt=receipt.pk, on=DUE)
    second.refresh_from_db()
    assert second.open_amount == 0
    with pytest.raises(RuleBroken):
        office.firm.do("何会", "receipt.refund", receipt=receipt.pk, amount="90.01", method="cash", on=DUE, reason="退")
    office.firm.do("何会", "receipt.refund", receipt=receipt.pk, amount="90.00", method="cash", on=DUE, reason="多收")
    receipt.refresh_from_db()
    assert receipt.unallocated == 0
    assert office.account("cash") == 160
    agrees(office)
    with pytest.raises(RuleBroken):
        office.firm.do("何会", "receipt.void", receipt=receipt.pk, reason="已经退过")


@pytest.mark.ledger("S-094")
def test_a_disputed_fee_is_waived_within_authority(office: Office) -> None:
    fee = office.charge("1000.00", DUE)
    given = {"charge": fee.pk, "on": DUE, "reason": "服务未到位"}
    office.firm.do("何会", "charge.waive", amount="50.00", **given)
    asked = office.firm.do("何会", "charge.waive", amount="150.00", **given)
    fee.refresh_from_db()
    assert asked.kind == "requested" and fee.open_amount == 950, "nothing is given up before it is approved"
    office.firm.do("韩涛", "approval.approve", request=asked.request_id)
    with pytest.raises(RuleBroken):
        office.firm.do("韩涛", "charge.waive", amount="800.01", **given)
    pay(office, "1000.00", later(10))
    assert late_fees() == [("4.00", "0.00")], "what was waived in time bears nothing"
    movement = Movement.objects.get(kind="waiver", amount=150)
    office.firm.do("何会", "charge.restore", movement=movement.pk, reason="减免有误")
    fee.refresh_from_db()
    assert fee.open_amount == 150
    assert office.account("waiver") == 50
    agrees(office)


@pytest.mark.ledger("S-067")
def test_a_lost_debt_is_written_off(office: Office) -> None:
    fee = office.charge("1000.00", DUE)
    office.firm.do("韩涛", "charge.write_off", charge=fee.pk, amount="1000.00", on=later(200), reason="公司注销")
    assert office.account("bad_debt") == 1000
    agrees(office)


def test_the_company_lays_down_another_order(office: Office) -> None:
    office.charge("1000.00", DUE)
    kinds = ["principal", "deposit", "late_fee", "recovery"]
    office.firm.do("何会", "clearing.lay_down", company=office.firm.health.pk, kinds=kinds)
    pay(office, "1000.00", later(10))
    assert late_fees() == [("5.00", "5.00")]


def test_a_charge_that_ought_not_to_be_goes_with_its_late_fees(office: Office) -> None:
    fee = office.charge("1060.00", DUE, tax="6")
    assert fee.net == 1000 and fee.tax == 60
    office.firm.do("何会", "late_fee.accrue", company=office.firm.health.pk, until=later(3))
    office.firm.do("何会", "charge.reverse", charge=fee.pk, reason="重复开单")
    assert not Charge.objects.filter(open_amount__gt=0).exists()
    assert {office.account(role) for role in ("receivable", "revenue", "output_tax", "late_fee_income")} == {0}
    paid = office.charge("10.00", DUE)
    pay(office, "1.00", DUE)
    with pytest.raises(RuleBroken):
        office.firm.do("何会", "charge.reverse", charge=paid.pk, reason="已收过款")


def test_strangers_learn_nothing(office: Office) -> None:
    fee = office.charge("1000.00", DUE)
    receipt = pay(office, "10.00", DUE)
    stranger, owner = office.firm["赵敏之"], office.firm["陈立"]
    assert not visible_charges(stranger).exists() and not visible_receipts(stranger).exists()
    assert visible_charges(owner).filter(pk=fee.pk).exists() and visible_receipts(owner).filter(pk=receipt.pk).exists()
    for action, facts in (
        ("receipt.void", {"receipt": receipt.pk, "reason": "好奇"}),
        ("charge.waive", {"charge": fee.pk, "amount": "1.00", "on": DUE, "reason": "好奇"}),
        ("receipt.take", {"payer": office.payer.pk, "amount": "1.00", "method": "cash", "on": DUE}),
    ):
        with pytest.raises((NotYours, NotAuthorised)):
            office.firm.do("赵敏之", action, **facts)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_charge SET amount = amount + 1, net = net + 1",
        "DELETE FROM billing_movement",
        "UPDATE billing_movement SET amount = 1",
        "UPDATE payments_receipt SET amount = 2000",
        "DELETE FROM billing_charge",
    ],
)
def test_the_database_refuses_to_change_what_was_entered(office: Office, statement: str) -> None:

    office.charge("1000.00", DUE)
    pay(office, "10.00", DUE)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_tariff_keeps_its_kind_and_its_charged_days(office: Office) -> None:
    company = office.firm.health.pk
    step = {"company": company, "code": "DT", "name": "电梯费", "cycle": "1", "since": dt.date(2026, 6, 1)}
    office.firm.do("何会", "tariff.lay_down", terms={"kind": "fixed", "price": "30.00"}, **step)
    with pytest.raises(RuleBroken):
        office.firm.do("何会", "tariff.lay_down", terms={"kind": "per_quantity", "of": "area", "price": "1"}, **step)
    with pytest.raises(RuleBroken):
        office.firm.do("何会", "tariff.lay_down", terms={"kind": "fixed", "prise": "30.00"}, **step)
    assert Tariff.objects.get(code="DT").prices.get().terms == {"kind": "fixed", "price": "30.00"}
