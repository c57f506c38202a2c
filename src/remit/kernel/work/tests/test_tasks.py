"""Tasks of leaders and meetings: given to somebody in one's line, fed back within the hour, chased, reported, accepted."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from tests.browsing import browser_of
from tests.cast import Firm, build_firm, give

from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.loading import forget_cached
from remit.kernel.work.access import visible_tasks
from remit.kernel.work.models import Task
from remit.kernel.work.queries import todays_items
from remit.kernel.work.tests.routine_help import MONDAY, at
from remit.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with clock.set_to(MONDAY):
        yield build_firm()


def a_task(firm: Firm, who: str = "高岚", to: str = "林晓岚", **more: object) -> Task:
    facts = {"title": "整理会员投诉的前三类原因", "origin": "总经理办公会", "due_at": at(25, 17), **more}
    firm.do(who, "task.give", performers=[firm[to].pk], **facts)
    return Task.objects.latest("pk")


def kinds(firm: Firm, name: str) -> list[str]:
    return [item.source_kind for item in todays_items(firm[name]) if item.source_kind.startswith("task")]


@pytest.mark.ledger("S-012", "S-126", "D-018")
def test_a_task_is_followed_from_the_meeting_to_its_end(firm: Firm) -> None:
    task = a_task(firm)
    item = todays_items(firm["林晓岚"]).get()
    assert item.provenances["zh-hans"] == "高岚布置的任务 · 总经理办公会" and item.due_at == at(25, 17)
    with clock.set_to(at(25, 15)):
        firm.do("林晓岚", "task.report", task=task.pk, text="已汇总，见附表")
    assert (kinds(firm, "林晓岚"), kinds(firm, "高岚")) == ([], ["task_check"])
    firm.do("高岚", "task.send_back", task=task.pk, text="少了线上订单")
    assert (kinds(firm, "林晓岚"), kinds(firm, "高岚")) == (["task"], [])
    firm.do("林晓岚", "task.report", task=task.pk, text="已补上")
    firm.do("高岚", "task.accept", task=task.pk)
    task.refresh_from_db()
    assert task.is_accepted and kinds(firm, "高岚") == []
    assert [note.kind for note in task.notes.order_by("id")] == ["report", "return", "report", "accept"]


@pytest.mark.parametrize(("minutes", "prompt"), [(0, True), (60, True), (61, False), (600, False)])
def test_a_change_is_fed_back_within_the_hour_or_counts_as_late(firm: Firm, minutes: int, prompt: bool) -> None:
    task = a_task(firm)
    with clock.set_to(MONDAY + dt.timedelta(minutes=minutes)):
        firm.do("林晓岚", "task.feed_back", task=task.pk, text="系统停机半天", happened_at=MONDAY)
        assert task.notes.get().is_prompt is prompt
        assert kinds(firm, "高岚") == ["task_answer"]
        page = browser_of(firm, "高岚").get(f"/work/tasks/{task.pk}/").content.decode()
        assert ("一小时内反馈。" if prompt else "超过一小时才反馈。") in page
    firm.do("高岚", "task.answer", task=task.pk, text="顺延到周四，明天上午十点前答复")
    assert kinds(firm, "高岚") == []


def test_chasing_marks_it_and_brings_it_back_from_where_it_was_put_off(firm: Firm) -> None:
    task = a_task(firm)
    item = todays_items(firm["林晓岚"]).get()
    firm.do("林晓岚", "work.snooze", item=item.pk, until=at(24, 9), reason="等数据")
    assert kinds(firm, "林晓岚") == []
    firm.do("高岚", "task.chase", task=task.pk, text="明早要用")
    assert "已催办 1 次" in todays_items(firm["林晓岚"]).get().provenances["zh-hans"]


def test_another_deadline_moves_the_work_and_a_withdrawal_ends_it(firm: Firm) -> None:
    task = a_task(firm)
    firm.do("高岚", "task.amend", task=task.pk, due_at=at(27, 12), reason="数据周四才齐")
    assert todays_items(firm["林晓岚"]).get().due_at == at(27, 12)
    firm.do("高岚", "task.withdraw", task=task.pk, text="改由市场部做")
    assert kinds(firm, "林晓岚") == []
    with pytest.raises(RuleBroken, match="已经结束"):
        firm.do("林晓岚", "task.report", task=task.pk, text="做完了")


def test_one_gives_tasks_downwards_and_others_only_with_a_grant(firm: Firm) -> None:
    with pytest.raises(NotAuthorised):
        a_task(firm, "陈立", "林晓岚")
    with pytest.raises(NotAuthorised):
        a_task(firm, "顾北", "林晓岚")
    give(firm, "总助", "第1条", {"action": "task.give"})
    forget_cached()
    task = a_task(firm, "顾北", "林晓岚")
    assert task.assigner == firm["顾北"]
    with pytest.raises(NotYours, match="没有这个人"):
        a_task(firm, "顾北", "何平")


def test_only_the_two_of_them_act_and_only_superiors_read(firm: Firm) -> None:
    task = a_task(firm)
    with pytest.raises(NotAuthorised, match="林晓岚办理"):
        firm.do("高岚", "task.report", task=task.pk, text="好了")
    with pytest.raises(NotAuthorised, match="高岚布置"):
        firm.do("林晓岚", "task.accept", task=task.pk)
    for name, sees in (
        ("高岚", True),
        ("林晓岚", True),
        ("周岚", True),
        ("陈立", False),
        ("韩涛", False),
        ("何平", False),
    ):
        assert visible_tasks(firm[name]).filter(pk=task.pk).exists() is sees, name
    with pytest.raises(NotYours):
        firm.do("陈立", "task.report", task=task.pk, text="好了")
    assert browser_of(firm, "韩涛").get(f"/work/tasks/{task.pk}/").status_code == 404


def test_a_meeting_gives_the_same_to_several_by_the_form(firm: Firm) -> None:
    browser = browser_of(firm, "高岚")
    facts = {"title": "清点样品", "due_at": "2026-11-24T17:00", "performers": [firm["陈立"].pk, firm["赵敏之"].pk]}
    assert browser.post("/work/tasks/new/", facts).status_code == 302
    assert {task.performer.name for task in Task.objects.all()} == {"陈立", "赵敏之"}
    again = browser.post("/work/tasks/new/", {**facts, "due_at": "2026-11-20T17:00"})
    assert (
        again.status_code == 422
        and "期限要在现在之后" in again.content.decode()
        and "清点样品" in again.content.decode()
    )
    assert "请指定由谁办理" in browser.post("/work/tasks/new/", {**facts, "performers": []}).content.decode()


def test_what_is_overdue_below_is_one_list(firm: Firm, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser, where = browser_of(firm, "周岚"), "/work/tasks/?tab=late"
    a_task(firm)
    with clock.set_to(at(26)):
        browser.get(where)
        with CaptureQueriesContext(connection) as one:
            assert "整理会员投诉" in browser.get(where).content.decode()
        cost = len(one)  # the next request empties the log of queries
    for _n in range(20):
        a_task(firm)
    with clock.set_to(at(26)):
        browser.get(where)  # the rulebook of that moment is ready
        with django_assert_num_queries(cost):
            page = browser.get(where).content.decode()
    assert page.count('class="row"') == 21


def test_a_task_begins_when_those_it_waits_for_are_closed(firm: Firm) -> None:
    """After the count and the price list comes the offer: its three workdays begin when the one is accepted, the other withdrawn."""
    count, prices = a_task(firm, title="盘点样品"), a_task(firm, title="核对价目")
    firm.do(
        "高岚",
        "task.give",
        title="报价",
        performers=[firm["林晓岚"].pk],
        after=[count.pk, prices.pk],
        within="3 workdays",
    )
    offer = Task.objects.latest("pk")
    assert kinds(firm, "林晓岚") == ["task", "task"], "not on Today yet"
    shown = browser_of(firm, "林晓岚").get(f"/work/tasks/{offer.pk}/").content.decode()
    assert "盘点样品" in shown and "核对价目" in shown and f"/work/tasks/{offer.pk}/report/" not in shown
    for verb, who in (("task.report", "林晓岚"), ("task.chase", "高岚")):
        with pytest.raises(RuleBroken):
            firm.do(who, verb, task=offer.pk, text="先做")
    firm.do("林晓岚", "task.report", task=count.pk, text="盘完")
    firm.do("高岚", "task.accept", task=count.pk)
    offer.refresh_from_db()
    assert offer.is_waiting
    with clock.set_to(at(26, 10)):
        firm.do("高岚", "task.withdraw", task=prices.pk, text="不用了")
        begun = Task.objects.get(pk=offer.pk)
        assert (begun.is_waiting, begun.due_at) == (False, at(1, 18, month=12))
        item = todays_items(firm["林晓岚"]).get(source_kind="task", target=offer.pk)
        assert item.due_at == begun.due_at
        firm.do("林晓岚", "task.report", task=offer.pk, text="已报")


def test_only_tasks_that_one_sees_can_be_waited_for_and_others_stay_unnamed(firm: Firm) -> None:
    secret = a_task(firm, "周岚", "高岚", title="调整编制")
    with pytest.raises(NotYours):
        firm.do(
            "林晓岚", "task.give", title="排班", performers=[firm["陈立"].pk], after=[secret.pk], within="1 workday"
        )
    with pytest.raises(RuleBroken):
        firm.do("周岚", "task.give", title="排班", performers=[firm["高岚"].pk], after=[secret.pk])
    firm.do("周岚", "task.give", title="排班", performers=[firm["陈立"].pk], after=[secret.pk], within="1 workday")
    page = browser_of(firm, "陈立").get(f"/work/tasks/{Task.objects.latest('pk').pk}/").content.decode()
    assert "调整编制" not in page
    posted = {"title": "排班", "performers": firm["陈立"].pk, "due_at": "", "after": secret.pk, "within": "2 workdays"}
    assert browser_of(firm, "周岚").post("/work/tasks/new/", posted).status_code == 302
    assert Task.objects.latest("pk").is_waiting


def test_two_that_are_closed_free_their_follower_once(firm: Firm) -> None:
    first = a_task(firm)
    firm.do("高岚", "task.give", title="后续", performers=[firm["林晓岚"].pk], after=[first.pk], within="4 hours")
    firm.do("高岚", "task.withdraw", task=first.pk, text="取消")
    follower = Task.objects.latest("pk")
    assert [note.kind for note in follower.notes.all()] == ["free"]
    firm.do("高岚", "task.give", title="再后续", performers=[firm["林晓岚"].pk], after=[first.pk], due_at=at(26, 17))
    assert not Task.objects.latest("pk").is_waiting, "what is closed already is waited for no more"
