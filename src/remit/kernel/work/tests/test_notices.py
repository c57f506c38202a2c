"""What somebody is told of: once, in the app, and no longer than it concerns him."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.browsing import browser_of
from tests.cast import OPERATOR, Firm, away, build_firm

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.gate import perform
from remit.kernel.work.actions import Performer, open_item
from remit.kernel.work.models import Notice, NoticeKind, Task, WorkItem
from remit.kernel.work.notices.queries import unread_count
from remit.kernel.work.notices.telling import tell
from remit.kernel.work.tests.routine_help import MONDAY, at
from remit.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Iterator[Firm]:
    with clock.set_to(MONDAY):
        yield build_firm()


def unread(firm: Firm, name: str) -> list[str]:
    found = Notice.objects.filter(person=firm[name], read_at=None).order_by("id")
    return [f"{one.kind}: {one.labels['zh-hans']}" for one in found]


def say(firm: Firm, *names: str, topic: str = "test:1", text: str = "听说了吗") -> int:
    people = [firm[name].pk for name in names]
    return tell(NoticeKind.CASE, topic, people, labels={"zh-hans": text}, provenances={}, link="/")


def gift(firm: Firm, amount: str = "80") -> int:
    asked = firm.do("陈立", "remedy.gift", customer="王女士", amount=amount, reason="生日").request_id
    assert asked is not None
    return asked


def test_who_has_to_decide_is_told_and_who_asked_learns_what_came_of_it(firm: Firm) -> None:
    request = gift(firm)
    (told,) = unread(firm, "林晓岚")
    assert told.startswith("approval: ") and "赠送赠品" in told
    assert unread(firm, "陈立") == [], "who asks knows that he asked"
    firm.do("林晓岚", "approval.reject", request=request, note="超出预算")
    assert unread(firm, "林晓岚") == [], "decided, it rings no more"
    answer = Notice.objects.get(person=firm["陈立"], read_at=None)
    assert (
        answer.kind == "answer"
        and "林晓岚" in answer.provenances["zh-hans"]
        and "超出预算" in answer.provenances["zh-hans"]
    )
    assert answer.link == reverse("authority:request-detail", args=[request])


def test_a_request_that_somebody_withdraws_himself_tells_him_nothing(firm: Firm) -> None:
    firm.do("陈立", "approval.withdraw", request=gift(firm))
    assert unread(firm, "陈立") == unread(firm, "林晓岚") == []


def test_a_desk_is_told_with_its_deputy_but_not_who_is_kept_out(firm: Firm) -> None:
    """Nobody takes note of what he did himself; neither is he told, though he sits at the desk."""
    firm.do(
        "高岚", "organization.appoint_deputy", position=firm.positions["客服部总监"].pk, principal=firm["高岚"].pk,
        deputy=firm["孙可"].pk, starts_at=MONDAY, ends_at=at(27), reason="出差",
    )  # fmt: skip
    firm.do("孙可", "notice.read")
    open_item(
        "report", "7", Performer(position_id=firm.positions["客服部总监"].pk, excepted_id=firm["高岚"].pk), due_at=at(25, 17),
        labels={"zh-hans": "知悉"}, provenances={}, target=7, company_id=firm.health.pk,
    )  # fmt: skip
    assert (unread(firm, "高岚"), unread(firm, "孙可")) == ([], ["owed: 知悉"])


def test_who_is_to_act_learns_for_whom_and_until_when(firm: Firm) -> None:
    away(firm, "高岚", "孙可")
    (told,) = unread(firm, "孙可")
    assert told.startswith("acting: ") and "高岚" in told and "客服部总监" in told


@pytest.mark.ledger("S-012", "S-126", "R-163")
def test_a_task_rings_at_every_turn_on_the_right_side(firm: Firm) -> None:
    firm.do("高岚", "task.give", title="清点样品", performers=[firm["林晓岚"].pk], due_at=at(25, 17))
    task = Task.objects.get()
    assert unread(firm, "林晓岚") == ["task: 清点样品"]
    firm.do("高岚", "task.chase", task=task.pk, text="明早要用")
    (again,) = Notice.objects.filter(person=firm["林晓岚"], read_at=None)
    assert again.topic == f"task:{task.pk}" and again.provenances["zh-hans"] != "", "the same thing, told once"
    with clock.set_to(MONDAY + dt.timedelta(minutes=50)):
        firm.do("林晓岚", "task.feed_back", task=task.pk, text="停电", happened_at=MONDAY)
    (fed_back,) = unread(firm, "高岚")
    assert fed_back.startswith("task: ") and "林晓岚" in fed_back
    firm.do("高岚", "task.answer", task=task.pk, text="改到周四")
    assert unread(firm, "高岚") == []
    assert len(unread(firm, "林晓岚")) == 2
    firm.do("高岚", "task.withdraw", task=task.pk, text="不做了")
    last = Notice.objects.filter(person=firm["林晓岚"], read_at=None)
    assert [one.topic for one in last] == [f"task_note:{task.pk}"], "the task itself no longer rings; its end does"


def test_work_that_is_handed_over_rings_at_the_one_who_has_it_now(firm: Firm) -> None:
    item = WorkItem.objects.get(pk=open_item(
        "routine", "1", Performer(person_id=firm["陈立"].pk), due_at=at(25, 17), labels={"zh-hans": "回访"}, provenances={},
        target=0, company_id=firm.health.pk,
    ))  # fmt: skip
    assert unread(firm, "陈立") == [], "what lies on Today anyway is not told"
    firm.do("陈立", "work.hand_over", item=item.pk, to=firm["赵敏之"].pk, reason="请假")
    assert unread(firm, "赵敏之") == ["handed: 回访"]
    firm.do("赵敏之", "work.hand_over", item=item.pk, to=firm["孙可"].pk, reason="也请假")
    assert (unread(firm, "赵敏之"), unread(firm, "孙可")) == ([], ["handed: 回访"])
    firm.do("孙可", "work.finish", item=item.pk)
    assert unread(firm, "孙可") == []


def test_everything_that_passes_to_a_colleague_is_told_in_one_notice(firm: Firm) -> None:
    for n in range(3):
        open_item(
            "routine", str(n), Performer(person_id=firm["陈立"].pk), due_at=at(25, 17), labels={"zh-hans": "回访"},
            provenances={}, target=0, company_id=firm.health.pk,
        )  # fmt: skip
    perform(OPERATOR, "customer.hand_over", {"giver": firm["陈立"].pk, "taker": firm["赵敏之"].pk, "reason": "产假"})
    (told,) = Notice.objects.filter(person=firm["赵敏之"], kind="handed")
    assert "陈立" in told.labels["zh-hans"] and "3" in told.provenances["zh-hans"]


def test_the_same_thing_is_told_once_until_it_was_read(firm: Firm) -> None:
    assert say(firm, "陈立", "赵敏之") == 2
    say(firm, "陈立", text="又一次")
    assert unread(firm, "陈立") == ["case: 又一次"]
    firm.do("陈立", "notice.read")
    say(firm, "陈立", text="第三次")
    assert Notice.objects.filter(person=firm["陈立"]).count() == 2


def test_a_thousand_are_told_in_one_statement(firm: Firm, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert say(firm, *firm.people) == len(firm.people)


def test_who_has_left_and_agents_are_not_told(firm: Firm) -> None:
    firm["陈立"].left_on = MONDAY.date()
    firm["陈立"].save()
    firm["赵敏之"].is_agent = True
    firm["赵敏之"].save()
    assert say(firm, "陈立", "赵敏之", "林晓岚") == 1


def test_the_page_lists_opens_and_marks_and_nobody_sees_anothers(firm: Firm) -> None:
    for n in range(40):
        say(firm, "陈立", topic=f"test:{n}", text=f"第{n}件")
    chen, lin = browser_of(firm, "陈立"), browser_of(firm, "林晓岚")
    page = chen.get(reverse("work:notices"))
    assert "第39件" in page.content.decode() and "第5件" not in page.content.decode(), "newest first, a page at a time"
    newest = Notice.objects.get(topic="test:39")
    assert lin.post(reverse("work:notice-opening", args=[newest.pk])).status_code == 404
    assert chen.post(reverse("work:notice-opening", args=[newest.pk]))["Location"] == "/"
    assert unread_count(firm["陈立"]) == 39
    chen.post(reverse("work:notices-reading"))
    assert unread_count(firm["陈立"]) == 0
    assert Event.objects.filter(kind="notice.read").count() == 2
    assert "第39件" in chen.get(reverse("work:notices") + "?tab=all").content.decode()


def test_a_list_of_thirty_asks_no_more_than_a_list_of_one(firm: Firm) -> None:
    client = browser_of(firm, "陈立")
    say(firm, "陈立")
    client.get("/work/notices/")
    with CaptureQueriesContext(connection) as one:
        client.get("/work/notices/")
    for n in range(30):
        say(firm, "陈立", topic=f"test:{n}")
    with CaptureQueriesContext(connection) as thirty:
        client.get("/work/notices/")
    assert len(thirty) <= len(one)


def test_the_bell_counts_to_a_hundred_in_one_query(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(120):
        say(firm, "陈立", topic=f"test:{n}")
    with django_assert_num_queries(1):
        assert unread_count(firm["陈立"]) == 100
    said = browser_of(firm, "陈立").get(reverse("work:bell"))
    assert "99+" in said.content.decode()


def test_the_bell_keeps_no_session_alive(firm: Firm) -> None:
    firm.do(
        "周岚", "organization.hire", name="新人", employee_no="E900", company=firm.health.pk, joined_on="2026-01-01"
    )
    client = browser_of(firm, "陈立")
    client.get("/")
    session = client.session
    session["accounts_seen_at"] = 1_000
    session.save()
    assert client.get(reverse("work:bell")).status_code == 200
    assert client.session["accounts_seen_at"] == 1_000
    client.get("/")
    assert client.session["accounts_seen_at"] > 1_000


def test_everybody_chooses_his_ways_and_nothing_else_is_taken(firm: Firm) -> None:
    client = browser_of(firm, "陈立")
    sent = client.post(reverse("work:notice-ways"), {"task": "app", "overdue": "digest"})
    assert sent.status_code == 302
    assert '<option value="app" selected' in client.get(reverse("work:notice-ways")).content.decode()
    for channels in ({}, {"task": "pigeon"}, {"gossip": "mail"}, {"task": ["mail"]}):
        with pytest.raises(RuleBroken):
            firm.do("陈立", "notice.choose", channels=channels)


def test_a_closed_item_is_settled_however_it_was_closed(firm: Firm) -> None:
    request = gift(firm)
    firm.do("林晓岚", "approval.ask_back", request=request, question="为什么?")
    assert unread(firm, "林晓岚") == [] and len(unread(firm, "陈立")) == 1
    firm.do("陈立", "approval.answer", request=request, answer="老客户")
    assert unread(firm, "陈立") == [] and len(unread(firm, "林晓岚")) == 1
    assert WorkItem.objects.filter(done_at=None).count() == 1
