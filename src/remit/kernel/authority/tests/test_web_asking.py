"""Asking without acting: why, what if, the matrix of any day, separation of duties."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.browsing import browser_of
from tests.cast import LONG_AGO, Firm, away, build_firm, give

from remit.kernel.authority.access import companies_seen
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.matrix import matrix_of, paper_data, rulebook_of_day, sheet_rows
from remit.kernel.authority.models import Grant, SeparationRule
from remit.kernel.organization import actions as organization
from remit.lib.sheets import read_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Firm:
    return build_firm()


@contextmanager
def nothing_written() -> Iterator[None]:
    """Every statement inside only reads; what a login's session notes of itself is not counted."""
    with CaptureQueriesContext(connection) as asked:
        yield
    written = [q["sql"] for q in asked if not q["sql"].lstrip("(").startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert [sql for sql in written if "session" not in sql.lower()] == []


def test_why_names_everybody_who_could_and_why_the_others_could_not(firm: Firm) -> None:
    away(firm, "高岚", "孙可")
    query: Any = {"action": "staff.reward", "f-amount": "300", "f-staff": firm["陈立"].pk}
    browser = browser_of(firm, "林晓岚")
    browser.get("/authority/why/")
    with nothing_written():
        page = browser.get("/authority/why/", query).content.decode()
    assert "您会得到的答复" in page
    assert "将送客服部总监 孙可（代理高岚） 审批" in page
    assert "金额 ¥300.00 超出 ≤ ¥100" in page
    assert "由孙可代理" in page
    assert page.count("可以决定") >= 2, "the director and the general manager"


def test_why_may_be_asked_about_subordinates_only(firm: Firm) -> None:
    adviser = firm["陈立"].pk
    query: Any = {"person": adviser, "action": "remedy.gift", "f-amount": "60"}
    page = browser_of(firm, "林晓岚").get("/authority/why/", query)
    assert "陈立会得到的答复" in page.content.decode()
    assert browser_of(firm, "赵敏之").get("/authority/why/", {"person": adviser}).status_code == 404
    assert browser_of(firm, "何平").get("/authority/why/", {"person": adviser}).status_code == 404


def test_why_of_a_right_by_rule_waits_for_its_facts(firm: Firm) -> None:
    address = "/authority/why/?action=organization.appoint_deputy"
    assert "还有事项未填" in browser_of(firm, "高岚").get(address).content.decode()


def test_what_if_lists_what_would_go_through_and_what_would_be_stopped(firm: Firm) -> None:
    for amount in ("50", "90", "150", "400"):
        firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount=amount, reason="季度之星")
    grant = Grant.objects.get(position=firm.positions["客服部经理"], action="staff.reward")
    browser = browser_of(firm, "高岚")
    raised: Any = {"grant": grant.pk, "op-amount": "<=", "max-amount": "200"}
    browser.get("/authority/what-if/")
    with nothing_written():
        answer = browser.get("/authority/what-if/", raised)
    assert [row.headline for row in answer.context["let_through"]] == ["奖励员工 ¥150.00 · 陈立"]
    assert answer.context["stopped"] == []
    lowered = browser.get("/authority/what-if/", {**raised, "op-amount": "<", "max-amount": "90"})
    assert [row.headline for row in lowered.context["stopped"]] == ["奖励员工 ¥90.00 · 陈立"]


def test_what_if_is_for_own_limits_and_those_below(firm: Firm) -> None:
    directors = Grant.objects.get(position=firm.positions["客服部总监"], action="staff.reward")
    assert browser_of(firm, "林晓岚").get("/authority/what-if/", {"grant": directors.pk}).status_code == 404
    assert "没有可试算的限额" in browser_of(firm, "何平").get("/authority/what-if/").content.decode()


@pytest.mark.parametrize("typed", ["很多", "-5", "1e9"])
def test_a_limit_that_is_none_is_said_at_its_field(firm: Firm, typed: str) -> None:
    grant = Grant.objects.get(position=firm.positions["客服部经理"], action="staff.reward")
    asked: Any = {"grant": grant.pk, "max-amount": typed}
    answer = browser_of(firm, "高岚").get("/authority/what-if/", asked)
    assert answer.status_code == 200
    assert "found" not in answer.context
    assert answer.context["fields"][0].error


def test_the_matrix_shows_a_unit_with_limits_conditions_and_what_follows(firm: Firm) -> None:
    page = browser_of(firm, "林晓岚").get("/authority/matrix/").content.decode()
    assert "客户服务部" in page
    assert "≤ ¥100" in page and "&lt; ¥500" in page and "每个客户每年累计 ≤ 3 次" in page
    assert "确有质量问题" in page and "由客服部总监认定责任" in page and "建议权" in page


def test_the_matrix_of_an_earlier_day_has_the_limits_of_that_day(firm: Firm) -> None:
    lock_authority(exclusively=True)
    authority_changed()
    Grant.objects.filter(position=firm.positions["客服部经理"], action="staff.reward").update(end=dt.date(2026, 3, 1))
    give(
        firm,
        "客服部经理",
        "第3条",
        {"action": "staff.reward", "limits": {"amount": "<= 150 CNY"}, "start": "2026-03-01"},
    )
    browser = browser_of(firm, "林晓岚")

    def limits(day: str) -> str:
        return browser.get("/authority/matrix/", {"on": day, "q": "奖励"}).content.decode()

    assert "≤ ¥100" in limits("2026-02-28") and "≤ ¥150" not in limits("2026-02-28")
    assert "≤ ¥150" in limits("2026-03-01") and "≤ ¥100" not in limits("2026-03-01")
    assert "不是日期" in limits("2026-02-30")


def test_the_matrix_of_another_company_is_not_shown(firm: Firm) -> None:
    give(firm, "物业经理", "第1条", {"action": "staff.reward", "limits": {"amount": "<= 77 CNY"}})
    ours = browser_of(firm, "林晓岚")
    unit = firm.property.pk
    assert "≤ ¥77" not in ours.get("/authority/matrix/", {"unit": unit}).content.decode()
    assert "≤ ¥77" not in str(read_sheet(ours.get("/authority/matrix/sheet/").content).rows)
    assert "≤ ¥77" in browser_of(firm, "何平").get("/authority/matrix/").content.decode()


def test_the_spreadsheet_has_every_position_and_action(firm: Firm) -> None:
    sheet = read_sheet(browser_of(firm, "周岚").get("/authority/matrix/sheet/").content)
    rows = {row.cells["岗位"]: row.cells for row in sheet.rows}
    assert rows["客服部经理"]["奖励员工"].startswith("≤ ¥100")
    assert rows["健康顾问"]["任职人"] == "陈立、赵敏之"
    assert rows["出纳"]["奖励员工"] == ""


def test_the_paper_is_a_pdf(firm: Firm) -> None:
    answer = browser_of(firm, "周岚").get("/authority/matrix/paper/", {"unit": firm.service.pk})
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"


def test_two_hundred_positions_take_no_more_queries(firm: Firm) -> None:
    book = rulebook_of_day(LONG_AGO + dt.timedelta(days=1))
    companies = companies_seen(firm["周岚"])
    with CaptureQueriesContext(connection) as few:
        matrix_of(book, companies)
    for number in range(200):
        organization.open_position(
            unit=firm.service,
            title=f"坐席{number}",
            code=f"S-{number}",
            start=LONG_AGO,
            superior=firm.positions["客服部经理"],
        )
        firm.positions[f"坐席{number}"] = firm.service.positions.get(code=f"S-{number}")
        give(firm, f"坐席{number}", "第1条", {"action": "remedy.*", "limits": {"amount": f"<= {number} CNY"}})
    book = rulebook_of_day(LONG_AGO + dt.timedelta(days=1))
    with CaptureQueriesContext(connection) as many:
        matrix = matrix_of(book, companies)
    assert len(many) == len(few)
    assert len(matrix.columns) >= 200
    headers, lines = sheet_rows(matrix)
    assert len(lines) == len(matrix.columns) and all(len(line) == len(headers) + 3 for line in lines)
    paper = paper_data(matrix, company="恒信健康", note="")
    assert len(paper["positions"]) == len(paper["groups"][0]["rows"][0]["cells"])


def test_conflicting_rights_are_listed_with_their_control(firm: Firm) -> None:
    SeparationRule.objects.create(
        code="T1",
        name="经办与任免分离",
        first=["staff.reward"],
        second=["organization.appoint"],
        control="每月抽查",
        origin="pack:test",
    )
    page = browser_of(firm, "周岚").get("/authority/separation/").content.decode()
    assert "周岚" in page and "经办与任免分离" in page and "每月抽查" in page
    assert "没有冲突" in browser_of(firm, "林晓岚").get("/authority/separation/").content.decode(), "not his to see"


@pytest.mark.parametrize(
    "page", ["why/", "what-if/", "matrix/", "separation/", "approvals/", "act/", "matters/", "obligations/"]
)
def test_without_a_login_every_page_leads_to_the_door(page: str) -> None:
    answer = Client().get(f"/authority/{page}")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/login/")
