"""Today: what is to be done comes by itself, to whoever may do it, and goes when it is done."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.browsing import browser_of
from tests.cast import Firm, away, build_firm

from remit.kernel.accounts.actions import create_user
from remit.kernel.accounts.actor import system
from remit.kernel.authority.models import Obligation, Request
from remit.kernel.work.actions import Performer
from remit.kernel.work.models import WorkItem
from remit.kernel.work.queries import day_count, late_below, team_today, todays_items

pytestmark = pytest.mark.django_db
PROVEN = {"customer": "王女士", "amount": "298.00", "defect_proven": True, "reason": "胶囊受潮结块"}


@pytest.fixture
def firm() -> Firm:
    return build_firm()


def ask_for_reward(firm: Firm, amount: str = "101") -> Request:
    result = firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount=amount, reason="季度之星")
    return Request.objects.get(number=result.request_number)


def test_a_request_is_on_the_approvers_list_with_the_clause_it_rests_on(firm: Firm) -> None:
    request = ask_for_reward(firm)
    page = browser_of(firm, "高岚").get("/").content.decode()
    assert "审批：奖励员工 ¥101.00 · 陈立" in page
    assert "由林晓岚（客服部经理）申请" in page
    assert "客服部总监岗位说明书 v1 第4条（≤ ¥500）" in page
    assert f"/authority/approvals/{request.pk}/" in page


def test_the_item_reads_in_the_readers_language(firm: Firm) -> None:
    ask_for_reward(firm)
    assert "Approve: 奖励员工 ¥101.00 · 陈立" in browser_of(firm, "高岚", "en").get("/").content.decode()


def test_it_goes_when_the_request_is_decided_and_counts_as_done(firm: Firm) -> None:
    request = ask_for_reward(firm)
    firm.do("高岚", "approval.approve", request=request.pk)
    item = WorkItem.objects.get(source_kind="step")
    assert item.done_by == firm["高岚"]
    assert not todays_items(firm["高岚"]).exists()
    assert {day.member.name: day.done_today for day in team_today(firm["周岚"])}["高岚"] == 1


def test_a_withdrawn_request_falls_away_without_a_doer(firm: Firm) -> None:
    request = ask_for_reward(firm)
    firm.do("林晓岚", "approval.withdraw", request=request.pk)
    item = WorkItem.objects.get()
    assert (item.done_at is not None, item.done_by) == (True, None)


def test_a_question_is_the_requesters_to_answer_and_then_the_approvers_again(firm: Firm) -> None:
    request = ask_for_reward(firm)
    firm.do("高岚", "approval.ask_back", request=request.pk, question="哪两户?")
    assert [item.source_kind for item in todays_items(firm["林晓岚"])] == ["question"]
    assert not todays_items(firm["高岚"]).exists(), "nothing waits for who has asked"
    firm.do("林晓岚", "approval.answer", request=request.pk, answer="王女士与周先生")
    assert not todays_items(firm["林晓岚"]).exists()
    assert [item.due_at for item in todays_items(firm["高岚"])] == [request.steps.get().due_at]
    assert WorkItem.objects.get(source_kind="question").done_by == firm["林晓岚"]


def test_a_withdrawal_takes_an_open_question_along(firm: Firm) -> None:
    request = ask_for_reward(firm)
    firm.do("高岚", "approval.ask_back", request=request.pk, question="哪两户?")
    firm.do("林晓岚", "approval.withdraw", request=request.pk)
    assert not WorkItem.objects.filter(done_at=None).exists()


def test_an_obligation_comes_to_the_performer_and_goes_when_fulfilled(firm: Firm) -> None:
    firm.do("陈立", "remedy.refund", **PROVEN)
    item = todays_items(firm["高岚"]).get()
    assert item.source_kind == "finding"
    firm.do("高岚", "obligation.fulfil", obligation=Obligation.objects.get().pk, answer="company")
    assert not todays_items(firm["高岚"]).exists()


def test_a_deputy_sees_the_items_of_the_position_he_acts_in(firm: Firm) -> None:
    ask_for_reward(firm)
    assert not todays_items(firm["孙可"]).exists()
    away(firm, "高岚", "孙可")
    assert todays_items(firm["孙可"]).count() == 1
    assert "您正代理客服部总监" in browser_of(firm, "孙可").get("/").content.decode()


def test_a_deputy_for_some_actions_sees_only_their_items(firm: Firm) -> None:
    ask_for_reward(firm)
    firm.do("陈立", "remedy.refund", **{**PROVEN, "defect_proven": False})
    away(firm, "高岚", "孙可", scope=[{"action": "remedy.*"}])
    assert {item.action for item in todays_items(firm["孙可"])} == {"remedy.refund"}


def test_nobody_is_asked_to_countersign_what_he_did_himself(firm: Firm) -> None:
    firm.do("高岚", "remedy.compensate", customer="周先生", amount="300", reason="漏液", seller=firm["陈立"].pk)
    assert {item.source_kind for item in todays_items(firm["陈立"])} == {"countersign"}
    assert not todays_items(firm["高岚"]).exists()


def test_strangers_see_nothing_of_it(firm: Firm) -> None:
    ask_for_reward(firm)
    page = browser_of(firm, "何平").get("/").content.decode()
    assert "陈立" not in page
    assert "没有要做的事" in page


def test_what_is_late_below_shows_to_the_superior_alone(firm: Firm) -> None:
    ask_for_reward(firm)
    WorkItem.objects.update(due_at=timezone.now() - dt.timedelta(hours=5))
    late = late_below(firm["周岚"])
    assert late is not None and late.count == 1
    assert late_below(firm["陈立"]) is None, "nobody is below him"
    assert day_count(firm["高岚"]).overdue == 1
    assert "1 件逾期" in browser_of(firm, "周岚").get("/").content.decode()


def test_the_limits_of_the_position_stand_beside(firm: Firm) -> None:
    page = browser_of(firm, "林晓岚").get("/").content.decode()
    assert "≤ ¥100" in page and "建议权" in page


def test_an_item_has_one_performer() -> None:
    with pytest.raises(ValueError, match="one performer"):
        Performer(person_id=1, position_id=1)


def test_a_login_without_a_person_is_told_so() -> None:
    browser = Client(headers={"accept-language": "zh-hans"})
    browser.force_login(create_user(username="root", name="管理员", must_change_password=False, actor=system("tests")))
    assert "这个账号没有对应的员工" in browser.get("/").content.decode()


def test_thirty_items_cost_as_many_queries_as_one(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(firm, "高岚")
    ask_for_reward(firm)
    browser.get("/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/")
    for number in range(29):
        ask_for_reward(firm, str(101 + number))
    with django_assert_num_queries(len(one)):
        page = browser.get("/").content.decode()
    assert page.count('class="row"') >= 30


def test_the_thirty_first_stands_on_the_next_page(firm: Firm) -> None:
    for number in range(31):
        ask_for_reward(firm, str(101 + number))
    browser = browser_of(firm, "高岚")
    first = browser.get("/")
    following = first.context["page"].next
    second = browser.get(f"/{following}")
    seen = rows_of(first) + rows_of(second)
    assert seen == list(todays_items(firm["高岚"]).values_list("pk", flat=True))
    assert rows_of(browser.get(f"/{second.context['page'].prev}")) == seen[:30]


def rows_of(page: Any) -> list[int]:
    return [row.pk for group in page.context["groups"] for row in group.rows]
