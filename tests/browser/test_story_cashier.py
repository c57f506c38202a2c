"""A cashier's day: takes cash and voids what was wrong, pays a voucher, carries money to the bank, counts with a difference and closes."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.ledger.models import Entry
from remit.kernel.payments.models import BankAccount, Receipt
from remit.kernel.payments.tests.bank import TODAY, customer
from remit.kernel.payments.tests.bank import account as account
from remit.kernel.payments.tests.bank import firm as firm
from remit.kernel.payments.tests.bank import november as november
from remit.kernel.treasury.models import Deposit, Drawer, DrawerDay
from tests.browser.judging import judge_pages, log_in, screen
from tests.cast import Firm, give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
GOOD = {"is_legal": True, "is_true": True, "is_complete": True}


@pytest.fixture
def office(live_server: LiveServer, firm: Firm, account: BankAccount) -> Firm:
    """吴越 keeps the front desk's drawer; 韩涛 audits; 云岭茶业 owes 360, and a supplier waits for 200."""
    lock_authority(exclusively=True)
    DeclaredAction.objects.get_or_create(name="oversight.books", labels={"zh-hans": "查看账簿"}, origin="pack:test")
    authority_changed()
    small = {"action": "drawer.close", "limits": {"difference": "<= 10 CNY"}}
    desk = [{"action": f"receipt.{verb}"} for verb in ("take", "void")]
    give(firm, "出纳", "第21条", *desk, small, {"action": "drawer.deposit"}, {"action": "bank.pay"})
    give(firm, "出纳", "第22条", {"action": "oversight.fees"}, {"action": "oversight.banking"})
    books = [{"action": name} for name in ("drawer.*", "voucher.post", "ledger.*")]
    give(firm, "财务总监", "第21条", *books, {"action": "oversight.banking"})
    give(firm, "审计", "第21条", {"action": "voucher.audit"}, {"action": "oversight.books"})
    authority_changed()
    company = firm.health.pk
    firm.do("韩涛", "drawer.open", company=company, name="前台现金", keeper=firm["吴越"].pk)
    customer(firm, "云岭茶业", "360.00", mandate=False)
    owed = [{"account": "560204", "debit": "200"}, {"account": "2202", "credit": "200"}]
    firm.do("韩涛", "voucher.post", company=company, on=TODAY, summary="付印刷费", papers=1, lines=owed)
    firm.do("许衡", "voucher.audit", entry=Entry.objects.get(summary="付印刷费").pk, verdict="passed", **GOOD)
    return firm


@pytest.mark.ledger("S-169", "S-175", "P-093", "R-079", "R-080", "R-081")
def test_a_cashiers_day(office: Firm, live_server: LiveServer, chromium: Browser) -> None:
    with screen(chromium, live_server, "light", 1440) as context:
        page = log_in(context, live_server, office, "吴越")
        page.goto("/payments/")
        page.get_by_role("link", name="云岭茶业").first.click()
        for amount in ("300", "360"):
            page.locator("#id_amount").fill(amount)
            page.locator("#id_method").select_option("cash")
            page.locator("form[action$='/take/'] button[type=submit]").click()
            expect(page.get_by_text(f"¥{amount}.00").first).to_be_visible()
            if amount == "300":  # counted wrong: it was 360
                page.get_by_role("button", name="作废").first.click()
                page.locator("#void [name=reason]").fill("点错金额")
                page.locator("#void button[type=submit]").click()
                expect(page.get_by_text("点错金额")).to_be_visible()
                page.get_by_role("link", name="云岭茶业").first.click()
        paper = context.request.get(page.url + "paper.pdf")
        assert paper.status == 200 and paper.body().startswith(b"%PDF")

        page.goto("/treasury/")
        page.locator("a[href*='/paying/']").first.click()
        page.locator("#payee").fill("西湖印务")
        page.locator("#reference").fill("WY20261123001")
        page.locator("form[data-dirty] button[type=submit]").click()
        expect(page.get_by_text("西湖印务").first).to_be_visible()

        page.goto(f"/treasury/drawers/{Drawer.objects.get().pk}/")
        expect(page.locator(".stat").last).to_contain_text("360.00")
        page.get_by_role("button", name="送存银行").click()
        page.locator("#deposit-amount").fill("300")
        page.locator("#slip").fill("JK-0001")
        page.locator("#deposit button[type=submit]").click()
        expect(page.locator(".stat").last).to_contain_text("60.00")
        for face, number in (("50", "1"), ("5", "1")):
            page.locator(f"[name='face-{face}']").fill(number)
        page.locator("button[value=compare]").click()
        expect(page.get_by_text("-¥5.00").first).to_be_visible()
        page.locator("#reason").fill("找零多付五元")
        page.locator("button[value=close]").click()
        expect(page.get_by_text("找零多付五元")).to_be_visible()
    day = DrawerDay.objects.get()
    assert (str(day.counted), str(day.difference), day.reason) == ("55.00", "-5.00", "找零多付五元")
    assert Receipt.objects.filter(voided_at=None).get().amount == 360
    assert Deposit.objects.get().slip == "JK-0001"

    with screen(chromium, live_server, "light", 1440) as context:
        page = log_in(context, live_server, office, "韩涛")
        page.goto("/treasury/funds/")
        expect(page.locator("main")).to_contain_text("前台现金")
        expect(page.locator("main")).to_contain_text("55.00")
        assert judge_pages(page, ["/treasury/funds/", f"/treasury/drawers/{Drawer.objects.get().pk}/"]) == []
