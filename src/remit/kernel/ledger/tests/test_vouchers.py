"""Vouchers as their people live them: 何会 makes them, 韩涛 audits and closes; everybody else has no books."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.browsing import browser_of
from tests.cast import Firm

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.gate import perform
from remit.kernel.ledger import hooks
from remit.kernel.ledger.errors import PostingRefused
from remit.kernel.ledger.models import Entry
from remit.kernel.ledger.posting import Leg as Line
from remit.kernel.ledger.posting import post
from remit.kernel.ledger.queries import balance_of
from remit.kernel.ledger.verifying import faults
from remit.lib import clock
from remit.lib.sheets import read_sheet

NOW = dt.datetime(2026, 2, 20, 2, 0, tzinfo=dt.UTC)
GOOD = {"is_legal": True, "is_true": True, "is_complete": True}


def lines(debit: str, credit: str, amount: str) -> list[dict[str, str]]:
    return [{"account": debit, "debit": amount}, {"account": credit, "credit": amount}, {"account": ""}]


def made(firm: Firm, amount: str = "120", who: str = "何会", on: str = "2026-01-20") -> Any:
    facts = {
        "company": firm.health.pk,
        "on": on,
        "summary": "买纸",
        "papers": 2,
        "lines": lines("560204", "1001", amount),
    }
    return firm.do(who, "voucher.post", **facts)


@pytest.mark.ledger("S-168", "R-096", "D-074")
def test_a_voucher_is_audited_by_somebody_else_before_its_month_closes(firm: Firm) -> None:
    with clock.set_to(NOW):
        entry = Entry.objects.get(pk=made(firm).subject[1])
        assert (entry.made_by, entry.papers, entry.label) == (firm["何会"], 2, "2026-01 记-1")
        close = {"company": firm.health.pk, "month": "2026-01-01"}
        with pytest.raises(RuleBroken, match="记-1"):
            firm.do("韩涛", "ledger.close", **close)
        with pytest.raises(RuleBroken):
            firm.do("韩涛", "voucher.audit", entry=entry.pk, verdict="passed", **{**GOOD, "is_true": False})
        with pytest.raises(RuleBroken):
            firm.do("韩涛", "voucher.audit", entry=entry.pk, verdict="returned", **GOOD)
        firm.do(
            "韩涛", "voucher.audit", entry=entry.pk, verdict="returned", note="缺发票", **{**GOOD, "is_complete": False}
        )
        firm.do("韩涛", "voucher.audit", entry=entry.pk, verdict="passed", **GOOD)
        own = int(made(firm, who="韩涛", on="2026-02-01").subject[1])
        with pytest.raises(RuleBroken):
            firm.do("韩涛", "voucher.audit", entry=own, verdict="passed", **GOOD)
        firm.do("韩涛", "ledger.close", **close)
    assert list(faults()) == []


def test_above_the_limit_somebody_else_decides_and_nothing_is_entered(firm: Firm) -> None:
    assert made(firm, "50000.01").kind == "requested"
    with pytest.raises(PostingRefused):
        uneven = [{"account": "560204", "debit": "5"}, {"account": "1001", "credit": "4"}]
        firm.do("何会", "voucher.post", company=firm.health.pk, on="2026-01-20", summary="x", lines=uneven)
    with pytest.raises(NotYours):
        firm.do(
            "何会",
            "voucher.post",
            company=firm.property.pk,
            on="2026-01-20",
            summary="x",
            lines=lines("560204", "1001", "1"),
        )
    assert not Entry.objects.exists()


def test_a_mistake_is_reversed_and_what_other_rooms_entered_is_theirs(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = int(made(firm).subject[1])
    with pytest.raises(RuleBroken):
        firm.do("韩涛", "voucher.reverse", entry=entry, on="2026-01-01", reason="早了")
    firm.do("韩涛", "voucher.reverse", entry=entry, on="2026-02-03", reason="重复入账")
    assert balance_of(firm.health.pk, "5602", dt.date(2026, 2, 28)) == 0
    bill = post(
        firm.health.pk,
        dt.date(2026, 1, 5),
        "账单",
        [Line("1122", Decimal(5)), Line("5051", Decimal(-5))],
        source=("bill", "1"),
    )
    with pytest.raises(RuleBroken):
        firm.do("韩涛", "voucher.reverse", entry=bill.pk, on="2026-02-03", reason="不该在这里")
    monkeypatch.setattr(hooks, "controlled_roles", ["receivable"])
    monkeypatch.setattr("remit.kernel.ledger.vouchers.controlled_roles", ["receivable"])
    with pytest.raises(RuleBroken, match="1122"):
        firm.do(
            "韩涛",
            "voucher.post",
            company=firm.health.pk,
            on="2026-01-05",
            summary="x",
            lines=lines("1122", "5051", "5"),
        )


def test_openings_once_and_the_years_profit_when_it_is_over(firm: Firm) -> None:
    company = firm.health.pk
    firm.do("韩涛", "ledger.opening", company=company, lines=lines("100201", "3001", "80000"))
    with pytest.raises(RuleBroken):
        firm.do("韩涛", "ledger.opening", company=company, lines=lines("100201", "3001", "1"))
    post(
        company,
        dt.date(2026, 5, 1),
        "收入",
        [Line("1001", Decimal(700)), Line("500101", Decimal(-700))],
        source=("t", "1"),
    )
    made(firm, "120")
    with clock.set_to(dt.datetime(2026, 12, 31, 2, 0, tzinfo=dt.UTC)), pytest.raises(RuleBroken):
        firm.do("韩涛", "ledger.carry_forward", company=company, year=2026)
    with clock.set_to(dt.datetime(2027, 1, 5, 2, 0, tzinfo=dt.UTC)):
        done = firm.do("韩涛", "ledger.carry_forward", company=company, year=2026)
        with pytest.raises(RuleBroken):
            firm.do("韩涛", "ledger.carry_forward", company=company, year=2026)
    assert done.changes["profit"] == "580.00"
    end = dt.date(2026, 12, 31)
    assert [balance_of(company, code, end) for code in ("5", "3103", "310415")] == [0, 0, Decimal(-580)]


def test_own_accounts_stand_below_the_charts_and_roles_move(firm: Firm) -> None:
    company = firm.health.pk
    firm.do("韩涛", "ledger.account", company=company, code="560208", name="快递费")
    firm.do("韩涛", "ledger.account", company=company, code="140301", name="纸张")
    with pytest.raises(RuleBroken):
        firm.do("韩涛", "ledger.account", company=company, code="100101", name="小金库")  # 1001 has a role
    firm.do("韩涛", "ledger.set_role", company=company, role="waiver", code="560208")
    made_lines = lines("560208", "1001", "9")
    firm.do("何会", "voucher.post", company=company, on="2026-01-20", summary="快递", lines=made_lines)
    with pytest.raises(PostingRefused):
        firm.do("何会", "voucher.post", company=company, on="2026-01-20", summary="x", lines=lines("1403", "1001", "9"))


def test_the_pages_of_the_books(firm: Firm) -> None:
    """Trial balance, journal, account, entry, voucher form; each list in as many statements for many rows as for few."""
    browser = browser_of(firm, "何会")
    form = {"on": "2026-01-20", "summary": "=1+1", "account": ["560204", "1001"], "debit": ["12.5", ""], "credit": ["", "12.4"],
            "note": ["", ""]}  # fmt: skip
    refused = browser.post(reverse("ledger:voucher-new"), form)
    assert refused.status_code == 422 and "12.4" in refused.content.decode()
    sent = browser.post(reverse("ledger:voucher-new"), {**form, "credit": ["", "12.5"]})
    assert sent.status_code == 302
    entry = Entry.objects.get()
    assert entry.label in browser.get(sent["Location"]).content.decode()

    def counted(url: str) -> int:
        browser.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    account = entry.legs.get(line=1).account
    pages = ["ledger:trial", "ledger:journal"]
    urls = [
        *(reverse(page) + "?since=2026-01&until=2026-02" for page in pages),
        reverse("ledger:account", args=[account.pk]),
    ]
    few = [counted(url) for url in urls]
    for _n in range(40):
        made(firm, "1")
    assert [counted(url) for url in urls] == few
    shown = browser.get(urls[2])
    assert "52.50" in browser.get(urls[2] + shown.context["page"].next).content.decode()
    sheet = read_sheet(browser.get(reverse("ledger:journal") + "?format=xlsx&since=2026-01&until=2026-01").content)
    assert len(sheet.rows) == 82
    assert browser.get(urls[0] + "&format=xlsx").status_code == 200
    assert browser.get(urls[2] + "?format=xlsx").status_code == 200
    auditor = browser_of(firm, "韩涛")
    told = {"verdict": "passed", "is_legal": "on", "is_true": "on", "is_complete": "on"}
    assert auditor.post(reverse("ledger:audit", args=[entry.pk]), told).status_code == 302
    assert entry.audits.get().verdict == "passed"
    assert browser_of(firm, "陈立").get(reverse("ledger:entry", args=[entry.pk])).status_code == 404


def test_verify_tells_what_was_changed_behind_the_programs_back(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    company = firm.health.pk
    with clock.set_to(NOW):
        post(
            company,
            dt.date(2026, 1, 5),
            "账单",
            [Line("1122", Decimal(5)), Line("5051", Decimal(-5))],
            source=("bill", "1"),
        )
        perform(system("t"), "ledger.close", {"company": company, "month": "2026-01-01"})
        monkeypatch.setattr(
            "remit.kernel.ledger.verifying.sub_ledgers", [lambda _company, _day: [("1122", Decimal(4), "应收明细")]]
        )
        assert [one for one in faults() if "应收明细" in one] and len(list(faults())) == 1
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("UPDATE ledger_leg SET amount = 6 WHERE amount = 5")
            cursor.execute("UPDATE ledger_entrynumber SET last = 2")
            cursor.execute("SET session_replication_role = DEFAULT")
        told = "\n".join(faults())
    assert "借贷不平" in told and "应有 2 张" in told and "变了样" in told
