"""Plans and summaries: composed from what was done, completed, read by a superior, chased when missing."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.browsing import browser_of
from tests.cast import Firm

from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.work.models import Summary, WorkItem
from remit.kernel.work.periods import period_label
from remit.kernel.work.queries import todays_items
from remit.kernel.work.summaries import compose
from remit.kernel.work.tests.routine_help import CALL, MONDAY, at, morning, routine_firm
from remit.lib import clock

pytestmark = pytest.mark.django_db
WEEK = {"kind": "week", "starts_on": MONDAY.date()}


@pytest.fixture
def firm() -> Iterator[Firm]:
    """Friday afternoon; 陈立 has called in time on Monday and late for Tuesday."""
    with clock.set_to(MONDAY):
        firm = routine_firm()
        morning(MONDAY.date())
        finish(firm, 23)
    with clock.set_to(at(24)):
        morning(dt.date(2026, 11, 24))
    with clock.set_to(at(25, 9)):
        finish(firm, 24)
    with clock.set_to(at(27, 16)):
        morning(dt.date(2026, 11, 27))
        yield firm


def finish(firm: Firm, day: int) -> None:
    item = WorkItem.objects.get(person=firm["陈立"], duty="d1", occurs_on=dt.date(2026, 11, day))
    firm.do("陈立", "work.finish", item=item.pk, evidence={"通数": "9", "客户的意见": "无"})


@pytest.mark.ledger("S-132", "T-030")
def test_the_week_is_there_already_and_the_person_completes_it(firm: Firm) -> None:
    page = browser_of(firm, "陈立").get("/work/summaries/?kind=week")
    (line,) = [line for line in page.context["lines"] if line["label"] == CALL.text]
    assert (line["done"], line["late"], line["missed"], line["open"]) == (1, 1, 1, 2)
    facts = {"kind": "week", "on": "2026-11-27", "text": "会员反映包装易漏", "plan": "联系质检部"}
    assert browser_of(firm, "陈立").post("/work/summaries/", facts).status_code == 302
    summary = Summary.objects.get()
    assert (summary.starts_on, summary.lines) == (MONDAY.date(), page.context["lines"])


def test_what_was_sent_stays_though_work_goes_on(firm: Firm) -> None:
    firm.do("陈立", "summary.send", **WEEK, text="第一稿")
    firm.do("陈立", "summary.send", **WEEK, text="第二稿")
    summary = Summary.objects.get()
    before = summary.lines
    finish(firm, 27)
    summary.refresh_from_db()
    assert summary.text == "第二稿" and summary.lines == before != compose(firm["陈立"], "week", MONDAY.date())


def test_a_superior_reads_it_with_a_remark_and_then_it_is_final(firm: Firm) -> None:
    firm.do("陈立", "summary.send", **WEEK, text="会员反映包装易漏")
    pk = Summary.objects.get().pk
    for name in ("赵敏之", "吴越", "何平"):
        assert browser_of(firm, name).get(f"/work/summaries/{pk}/").status_code == 404
        with pytest.raises(NotYours):
            firm.do(name, "summary.read", summary=pk)
    with pytest.raises(NotAuthorised):
        firm.do("陈立", "summary.read", summary=pk)
    assert browser_of(firm, "林晓岚").post(f"/work/summaries/{pk}/", {"remark": "转质检部"}).status_code == 302
    assert "转质检部" in browser_of(firm, "陈立").get("/work/summaries/?kind=week").content.decode()
    with pytest.raises(RuleBroken, match="已被审阅"):
        firm.do("陈立", "summary.send", **WEEK, text="改一改")


@pytest.mark.ledger("T-034")
def test_who_has_sent_nothing_is_chased_and_finds_it_on_today(firm: Firm) -> None:
    firm.do("陈立", "summary.send", **WEEK, text="会员反映包装易漏")
    page = browser_of(firm, "林晓岚").get("/work/summaries/team/?kind=week").content.decode()
    assert page.index("赵敏之") < page.index("陈立"), "who is missing stands first"
    assert browser_of(firm, "林晓岚").post("/work/summaries/chase/", {"kind": "week"}).status_code == 302
    item = todays_items(firm["赵敏之"]).get(source_kind="summary")
    assert item.labels["zh-hans"] == "提交总结：11月23日至11月29日"
    assert "/work/summaries/?kind=week&amp;on=2026-11-23" in browser_of(firm, "赵敏之").get("/").content.decode()
    assert not todays_items(firm["陈立"]).filter(source_kind="summary").exists()
    firm.do("赵敏之", "summary.send", **WEEK, text="照常")
    assert not todays_items(firm["赵敏之"]).filter(source_kind="summary").exists()


def test_nobody_chases_who_leads_nobody_and_nothing_is_sent_ahead(firm: Firm) -> None:
    with pytest.raises(NotAuthorised):
        firm.do("陈立", "summary.chase", **WEEK)
    with pytest.raises(RuleBroken, match="还没有开始"):
        firm.do("陈立", "summary.send", kind="month", starts_on=dt.date(2026, 12, 1), text="计划")
    with pytest.raises(RuleBroken, match="周一"):
        firm.do("陈立", "summary.send", kind="week", starts_on=dt.date(2026, 11, 25), text="周报")


def test_periods_are_named_as_people_name_them() -> None:
    assert period_label("day", dt.date(2026, 11, 23)) == "11月23日"
    assert period_label("week", dt.date(2026, 12, 28)) == "12月28日至1月3日"
    assert period_label("month", dt.date(2026, 11, 1)) == "2026年11月"


def test_the_team_costs_the_same_whoever_has_sent(firm: Firm) -> None:
    browser, where = browser_of(firm, "林晓岚"), "/work/summaries/team/?kind=week"
    browser.get(where)
    with CaptureQueriesContext(connection) as none:
        browser.get(where)
        before = len(none)
    for name in ("陈立", "赵敏之"):
        firm.do(name, "summary.send", **WEEK, text="照常")
    browser.get(where)
    with CaptureQueriesContext(connection) as both:
        browser.get(where)
        assert len(both) == before
