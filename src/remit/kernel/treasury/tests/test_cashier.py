"""The cashier's days: 何会 makes a voucher, 韩涛 audits it, 吴越 pays it; and one morning 韩涛 counts the cash."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.browsing import browser_of
from tests.cast import Firm

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import BadFacts
from remit.kernel.ledger.posting import Leg, post
from remit.kernel.ledger.queries import balance_of
from remit.kernel.ledger.verifying import faults
from remit.kernel.treasury.models import CashCount, Cheque, Payment
from remit.kernel.treasury.queries import to_pay
from remit.lib import clock
from remit.lib.sheets import read_sheet

END = dt.date(2026, 12, 31)
PASSED = {"verdict": "passed", "is_legal": True, "is_true": True, "is_complete": True}


def owed(firm: Firm, amount: str = "900", *, audited: bool = True) -> int:
    lines = [{"account": "560204", "debit": amount}, {"account": "2202", "credit": amount}]
    facts = {"company": firm.health.pk, "on": "2026-03-06", "summary": "欠纸款", "lines": lines}
    entry = int(firm.do("何会", "voucher.post", **facts).subject[1])
    if audited:
        firm.do("韩涛", "voucher.audit", entry=entry, **PASSED)
    return entry


def take_book(firm: Firm, first: str = "30001", last: str = "30005") -> None:
    firm.do(
        "吴越",
        "cheque.take_book",
        company=firm.health.pk,
        first=first,
        last=last,
        keeper=firm["吴越"].pk,
        on="2026-03-01",
    )


def cheque(voucher: int, number: str = "30001", amount: str = "900", **more: str) -> dict[str, object]:
    return {
        "voucher": voucher,
        "number": number,
        "payee": "恒昌文具店",
        "amount": amount,
        "on": "2026-03-07",
        "reason": "货款",
        **more,
    }


@pytest.mark.ledger("R-082", "S-170", "P-094")
def test_nothing_is_paid_before_its_voucher_was_audited_by_another(firm: Firm) -> None:
    take_book(firm)
    waiting = owed(firm, audited=False)
    with pytest.raises(RuleBroken):
        firm.do("吴越", "cheque.sign", **cheque(waiting))
    assert to_pay(firm.health.pk) == []
    firm.do("韩涛", "voucher.audit", entry=waiting, **PASSED)
    with pytest.raises(RuleBroken):  # who audited it does not pay it
        firm.do("韩涛", "bank.pay", voucher=waiting, payee="恒昌文具店", amount="900", on="2026-03-07", reference="W1")
    firm.do("吴越", "cheque.sign", **cheque(waiting, amount="400"))
    with pytest.raises(RuleBroken, match="500"):
        firm.do(
            "吴越", "bank.pay", voucher=waiting, payee="恒昌文具店", amount="500.01", on="2026-03-07", reference="W1"
        )
    firm.do("吴越", "bank.pay", voucher=waiting, payee="恒昌文具店", amount="500", on="2026-03-08", reference="W1")
    assert to_pay(firm.health.pk) == []
    assert [balance_of(firm.health.pk, code, END) for code in ("2202", "1002")] == [0, Decimal(-900)]
    assert list(Payment.objects.values_list("paid_by", flat=True).distinct()) == [firm["吴越"].pk]
    big = owed(firm, "60000")
    more = {"payee": "恒昌文具店", "amount": "50000.01", "on": "2026-03-08", "reference": "W2"}
    asked = firm.do("吴越", "bank.pay", voucher=big, **more)
    assert asked.kind == "requested" and Payment.objects.count() == 2
    assert list(faults()) == []


@pytest.mark.ledger("R-083", "R-084", "D-077", "S-177")
def test_every_cheque_is_in_the_register_bears_its_payee_and_stays_when_void(firm: Firm) -> None:
    take_book(firm)
    assert Cheque.objects.filter(book__keeper=firm["吴越"]).count() == 5
    for wrong in (("30005", "30009"), ("40009", "40001"), ("A1", "A2")):
        with pytest.raises(RuleBroken):
            take_book(firm, *wrong)
    voucher = owed(firm)
    with pytest.raises(BadFacts):
        firm.do("吴越", "cheque.sign", **cheque(voucher, payee=" "))
    with pytest.raises(IntegrityError), transaction.atomic():
        Cheque.objects.filter(number="30003").update(state="issued", amount=5, on=END)
    with pytest.raises(RuleBroken):
        firm.do("吴越", "cheque.sign", **cheque(voucher, "99999"))
    firm.do("吴越", "cheque.sign", **cheque(voucher))
    with pytest.raises(RuleBroken):
        firm.do("吴越", "cheque.sign", **cheque(owed(firm)))
    spoiled = Cheque.objects.get(number="30001")
    firm.do("吴越", "cheque.void", cheque=spoiled.pk, on="2026-03-08", reason="写错日期")
    spoiled.refresh_from_db()
    assert (spoiled.state, spoiled.payee, spoiled.amount) == ("void", "恒昌文具店", Decimal(900))
    assert balance_of(firm.health.pk, "1002", END) == 0
    firm.do("吴越", "cheque.sign", **cheque(voucher, "30002"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Cheque.objects.filter(number="30001").delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Cheque.objects.filter(number="30002").update(payee="别人")


@pytest.mark.ledger("S-173")
def test_a_banks_reference_pays_once(firm: Firm) -> None:
    voucher = owed(firm)
    paid = {"voucher": voucher, "payee": "恒昌文具店", "amount": "100", "on": "2026-03-07", "reference": "W20260307-1"}
    firm.do("吴越", "bank.pay", **paid)
    with pytest.raises(RuleBroken):
        firm.do("吴越", "bank.pay", **paid)
    with pytest.raises(RuleBroken):
        firm.do("吴越", "bank.pay", **{**paid, "amount": "0", "reference": "W2"})
    assert balance_of(firm.health.pk, "1002", END) == -100


@pytest.mark.ledger("S-175", "R-087", "P-097", "D-082")
def test_the_cash_is_counted_by_surprise_and_a_difference_is_entered(firm: Firm) -> None:
    company, cashier = firm.health.pk, firm["吴越"].pk
    with clock.set_to(dt.datetime(2026, 3, 20, 2, 0, tzinfo=dt.UTC)):
        post(
            company,
            dt.date(2026, 3, 1),
            "备用金",
            [Leg("1001", Decimal(3000)), Leg("100201", Decimal(-3000))],
            source=("t", "1"),
        )
        with pytest.raises(RuleBroken):
            firm.do("吴越", "cash.count", company=company, cashier=cashier, amount="3000")
        agreed = firm.do("韩涛", "cash.count", company=company, cashier=cashier, amount="3000")
        assert agreed.changes["agrees"] is True
        firm.do("韩涛", "cash.count", company=company, cashier=cashier, amount="2980.50", reason="少一张收据")
        assert CashCount.objects.latest("pk").difference == Decimal("-19.50")
        assert [balance_of(company, code, END) for code in ("1001", "1901")] == [Decimal("2980.50"), Decimal("19.50")]
        with pytest.raises(NotYours):
            firm.do("韩涛", "cash.count", company=firm.property.pk, cashier=cashier, amount="1")


def test_the_pages_of_the_office(firm: Firm) -> None:
    take_book(firm)
    voucher = owed(firm)
    browser = browser_of(firm, "吴越")
    pay = reverse("treasury:pay", args=[voucher])
    assert "900.00" in browser.get(reverse("treasury:payments")).content.decode()
    assert (
        browser.post(
            pay, {"way": "cheque", "number": "30001", "payee": "", "amount": "900", "on": "2026-03-07"}
        ).status_code
        == 422
    )
    sent = {
        "way": "cheque",
        "number": "30001",
        "payee": "恒昌文具店",
        "amount": "900",
        "on": "2026-03-07",
        "reason": "货款",
    }
    assert browser.post(pay, sent).status_code == 302
    assert browser.get(pay).status_code == 404, "it is paid"
    register = reverse("treasury:cheques")
    assert "恒昌文具店" in browser.get(register).content.decode()

    def counted(url: str) -> int:
        browser.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    urls = [reverse("treasury:payments"), register, reverse("treasury:counts")]
    few = [counted(url) for url in urls]
    for n in range(6):
        more = owed(firm)
        firm.do("吴越", "bank.pay", voucher=more, payee="店", amount="1", on="2026-03-07", reference=f"W{n}")
    take_book(firm, "50001", "50020")
    assert [counted(url) for url in urls] == few
    sheet = read_sheet(browser.get(register + "?format=xlsx").content)
    assert len(sheet.rows) == 25
    spoiled = Cheque.objects.get(number="30002")
    assert (
        browser.post(reverse("treasury:void", args=[spoiled.pk]), {"on": "2026-03-09", "reason": "墨迹"}).status_code
        == 302
    )
    head = browser_of(firm, "韩涛")
    found = {"company": firm.health.pk, "cashier": firm["吴越"].pk, "amount": "0", "reason": ""}
    assert head.post(reverse("treasury:counts"), found).status_code == 302
    assert CashCount.objects.count() == 1
    assert browser_of(firm, "陈立").get(reverse("treasury:payments")).status_code == 404
