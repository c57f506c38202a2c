"""The books as whoever sets them up goes through the pages: founded, opening balances, an account more, a role, the year's end."""

import datetime as dt
from decimal import Decimal

import pytest
from tests.browsing import browser_of
from tests.cast import Firm, build_firm, give

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.ledger.models import Account, Book, Entry
from remit.kernel.ledger.queries import account_for, balance_of
from remit.lib import clock

pytestmark = pytest.mark.django_db
NEXT_YEAR = dt.datetime(2027, 1, 8, 2, 0, tzinfo=dt.UTC)


def test_books_are_founded_on_the_page_and_once() -> None:
    firm = build_firm()
    lock_authority(exclusively=True)
    give(firm, "财务总监", "第7条", {"action": "ledger.*", "scope": "own_company"})
    authority_changed()
    browser, company = browser_of(firm, "韩涛"), firm["韩涛"].company_id
    assert browser.get("/ledger/")["Location"] == "/ledger/founding/"
    assert f'value="{company}"' in browser.get("/ledger/founding/").content.decode()
    browser.post("/ledger/founding/", {"company": company, "month": "2026-01"})
    assert Book.objects.get(company=company).opened_on == dt.date(2026, 1, 1)
    assert f'value="{company}"' not in browser.get("/ledger/founding/").content.decode()
    page = browser.get("/ledger/chart/").content.decode()
    assert "1001 库存现金" in page and "应收账款" in page
    assert browser_of(firm, "陈立").get("/ledger/chart/").status_code == 404


def test_opening_balances_keep_what_was_typed_until_they_balance(firm: Firm) -> None:
    browser = browser_of(firm, "韩涛")
    typed = {"account": ["1001", "100201", "3001"], "debit": ["500", "9500.50", ""], "credit": ["", "", "10000"]}
    refused = browser.post("/ledger/opening/", typed)
    assert refused.status_code == 422 and 'value="9500.50"' in refused.content.decode()
    assert not Entry.objects.exists()
    browser.post("/ledger/opening/", {**typed, "credit": ["", "", "10000.50"]})
    entry = Entry.objects.get(source_kind="opening")
    assert balance_of(firm.health.pk, "100201", entry.on) == Decimal("9500.50")
    page = browser.get("/ledger/chart/").content.decode()
    assert entry.label in page and "/ledger/opening/" not in page
    assert browser_of(firm, "何会").get("/ledger/opening/").status_code == 404


def test_an_account_more_and_where_late_fees_go(firm: Firm) -> None:
    browser, company = browser_of(firm, "韩涛"), firm.health.pk
    browser.post("/ledger/chart/account/", {"company": company, "code": "530103", "name": "延期付款利息"})
    browser.post("/ledger/chart/account/", {"company": company, "code": "530103", "name": "延期利息"})
    assert Account.objects.get(company=company, code="530103").name == "延期利息"
    browser.post("/ledger/chart/role/", {"company": company, "role": "late_fee_income", "code": "530103"})
    assert account_for(company, "late_fee_income") == "530103"
    shown = browser.get("/ledger/chart/").content.decode()
    assert "530103 延期利息" in shown
    with pytest.raises(RuleBroken, match="不属于同一类"):
        firm.do("韩涛", "ledger.set_role", company=company, role="late_fee_income", code="1101")
    browser.post("/ledger/chart/account/", {"company": company, "code": "10010101", "name": "没有上级"})
    assert not Account.objects.filter(code="10010101").exists()


def test_the_year_is_carried_forward_when_it_is_over(firm: Firm) -> None:
    with clock.set_to(NEXT_YEAR):
        browser = browser_of(firm, "韩涛")
        lines = {"account": ["1001", "5051"], "debit": ["800", ""], "credit": ["", "800"], "note": ["", ""]}
        browser.post("/ledger/vouchers/new/", {"on": "2026-03-02", "summary": "零星收入", "papers": "1", **lines})
        assert "结转 2026 年损益" in browser.get("/ledger/chart/").content.decode()
        browser.post("/ledger/years/carrying/", {"company": firm.health.pk, "year": "2026"})
        entry = Entry.objects.get(source_kind="year_end", reverses=None)
        assert entry.on == dt.date(2026, 12, 31)
        assert balance_of(firm.health.pk, account_for(firm.health.pk, "retained_profit"), entry.on) == Decimal(-800)
        assert "结转 2026 年损益" not in browser.get("/ledger/chart/").content.decode()
