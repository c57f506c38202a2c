"""What people do with work: finish it with what was asked for, give it away, put it off, claim it, watch it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from tests.browsing import browser_of
from tests.cast import Firm

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.facts import BadFacts
from remit.kernel.documents.actions import store
from remit.kernel.work.access import visible_items
from remit.kernel.work.actions import Performer, open_item
from remit.kernel.work.models import WorkItem
from remit.kernel.work.queries import todays_items
from remit.kernel.work.records import TABS
from remit.kernel.work.tests.routine_help import CALL, MONDAY, at, morning, routine_firm
from remit.lib import clock

pytestmark = pytest.mark.django_db
PROOF = {"通数": "12", "客户的意见": "都满意"}


@pytest.fixture
def firm() -> Iterator[Firm]:
    with clock.set_to(MONDAY):
        firm = routine_firm()
        morning(MONDAY.date())
        yield firm


def call_of(firm: Firm, name: str = "陈立") -> WorkItem:
    return WorkItem.objects.get(person=firm[name], duty="d1")


def at_desk(firm: Firm, title: str = "健康顾问", **more: Any) -> WorkItem:
    return WorkItem.objects.get(pk=open_item(
        "routine", f"desk.{title}", Performer(position_id=firm.positions[title].pk), due_at=at(23, 12),
        labels={"zh-hans": "接待来访的客户"}, provenances={"zh-hans": "前台转来"}, target=0, company_id=firm.health.pk, **more,
    ))  # fmt: skip


# --- done ----------------------------------------------------------------------------------------------------------------------


def test_it_is_done_with_what_the_duty_asks_for(firm: Firm) -> None:
    item = call_of(firm)
    with clock.set_to(at(23, 17)):
        firm.do("陈立", "work.finish", item=item.pk, evidence=PROOF, note="下午集中打完")
    item.refresh_from_db()
    assert (item.done_by, item.result) == (firm["陈立"], {"通数": "12.00", "客户的意见": "都满意"})
    event = Event.objects.get(kind="work.finish")
    assert event.subject_label == CALL.text and event.changes["late"] is False
    assert not todays_items(firm["陈立"]).filter(pk=item.pk).exists()


def test_what_is_missing_or_not_asked_for_is_said_all_at_once(firm: Firm) -> None:
    with pytest.raises(BadFacts) as caught:
        firm.do("陈立", "work.finish", item=call_of(firm).pk, evidence={"通数": "许多", "心情": "好"})
    assert set(caught.value.faults) == {"通数", "客户的意见", "心情"}
    assert call_of(firm).done_at is None


def test_done_after_its_time_it_is_late(firm: Firm) -> None:
    with clock.set_to(at(24, 9)):
        firm.do("陈立", "work.finish", item=call_of(firm).pk, evidence=PROOF)
        page = browser_of(firm, "陈立").get(f"/work/{call_of(firm).pk}/").content.decode()
    assert "迟办" in page


def test_doing_it_twice_changes_nothing(firm: Firm) -> None:
    firm.do("陈立", "work.finish", item=call_of(firm).pk, evidence=PROOF)
    with pytest.raises(RuleBroken, match="陈立已经办"):
        firm.do("陈立", "work.finish", item=call_of(firm).pk, evidence=PROOF)


def test_a_colleague_and_a_superior_do_not_do_it_for_him(firm: Firm) -> None:
    with pytest.raises(NotYours):
        firm.do("赵敏之", "work.finish", item=call_of(firm).pk, evidence=PROOF)
    with pytest.raises(NotAuthorised):
        firm.do("林晓岚", "work.finish", item=call_of(firm).pk, evidence=PROOF)


def test_a_photo_is_asked_for_and_read_by_who_sees_the_work(firm: Firm) -> None:
    item = at_desk(firm, evidence=[{"kind": "photo", "label": "现场照片"}])
    browser = browser_of(firm, "陈立")
    where = f"/work/{item.pk}/completion/"
    assert "请填写现场照片。" in browser.post(where, {"note": ""}).content.decode()
    note = SimpleUploadedFile("说明.txt", b"text", content_type="text/plain")
    assert "要的是照片" in browser.post(where, {"e0": note}).content.decode()
    photo = SimpleUploadedFile("门口.jpg", b"jpeg", content_type="image/jpeg")
    assert browser.post(where, {"e0": photo, "note": "已接待"}).status_code == 302
    file = item.files.get().file
    answer = browser_of(firm, "林晓岚").get(f"/work/{item.pk}/files/{file.pk}/")
    assert answer.getvalue() == b"jpeg"
    assert browser_of(firm, "吴越").get(f"/work/{item.pk}/files/{file.pk}/").status_code == 404


def test_a_file_of_somebody_elses_company_or_of_another_item_is_no_evidence(firm: Firm) -> None:
    item = at_desk(firm, evidence=[{"kind": "file", "label": "回执"}])
    foreign = store(
        b"x", "别家.pdf", "application/pdf", actor=firm.actor("何平"), room="work", company_id=firm.property.pk
    )
    with pytest.raises(BadFacts, match="没有这个文件"):
        firm.do("陈立", "work.finish", item=item.pk, files={"回执": [foreign.pk]})
    own = store(b"x", "回执.pdf", "application/pdf", actor=firm.actor("陈立"), room="work", company_id=firm.health.pk)
    firm.do("陈立", "work.finish", item=item.pk, files={"回执": [own.pk]})
    again = at_desk(firm, "客服部经理", evidence=[{"kind": "file", "label": "回执"}])
    with pytest.raises(BadFacts, match="没有这个文件"):
        firm.do("林晓岚", "work.finish", item=again.pk, files={"回执": [own.pk]})


def test_what_ends_by_itself_is_not_ticked_off(firm: Firm) -> None:
    firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="101", reason="季度之星")
    step = WorkItem.objects.get(source_kind="step")
    with pytest.raises(RuleBroken, match="自动结束"):
        firm.do("高岚", "work.finish", item=step.pk)


# --- given away ------------------------------------------------------------------------------------------------------------------


def test_handed_over_it_is_the_colleagues_and_both_see_it(firm: Firm) -> None:
    item = call_of(firm)
    firm.do("陈立", "work.hand_over", item=item.pk, to=firm["顾北"].pk, reason="下午外出拜访")
    assert todays_items(firm["顾北"]).get().pk == item.pk
    assert visible_items(firm["陈立"]).filter(pk=item.pk).exists()
    assert not todays_items(firm["陈立"]).filter(pk=item.pk).exists()
    page = browser_of(firm, "顾北").get(f"/work/{item.pk}/").content.decode()
    assert "转交顾北" in page and "下午外出拜访" in page and "陈立转来" in page
    morning(MONDAY.date())
    assert (
        WorkItem.objects.filter(duty="d1", occurs_on=MONDAY.date(), source_kind="routine", charter=item.charter).count()
        == 2
    )
    assert todays_items(firm["顾北"]).filter(pk=item.pk).exists(), "the daily run leaves it where it was given"


def test_work_stays_within_the_company_and_with_who_works_here(firm: Firm) -> None:
    with pytest.raises(NotYours):
        firm.do("陈立", "work.hand_over", item=call_of(firm).pk, to=firm["何平"].pk, reason="忙")
    firm["顾北"].left_on = MONDAY.date()
    firm["顾北"].save()
    with pytest.raises(NotYours):
        firm.do("陈立", "work.hand_over", item=call_of(firm).pk, to=firm["顾北"].pk, reason="忙")


def test_a_superior_delegates_downwards_and_watches(firm: Firm) -> None:
    item = at_desk(firm, "客服部经理")
    with pytest.raises(RuleBroken, match="不是您的下级"):
        firm.do("林晓岚", "work.delegate", item=item.pk, to=firm["韩涛"].pk, reason="请代办")
    firm.do("林晓岚", "work.delegate", item=item.pk, to=firm["陈立"].pk, reason="请代办")
    assert todays_items(firm["陈立"]).filter(pk=item.pk).exists()
    assert "接待来访的客户" in browser_of(firm, "林晓岚").get("/work/?tab=watched").content.decode()


# --- later -----------------------------------------------------------------------------------------------------------------------


def test_put_off_it_comes_back_and_stays_due_when_it_was(firm: Firm) -> None:
    item = call_of(firm)
    firm.do("陈立", "work.snooze", item=item.pk, until=at(23, 15), reason="等客户回电")
    assert not todays_items(firm["陈立"]).filter(pk=item.pk).exists()
    with clock.set_to(at(23, 15, 1)):
        assert todays_items(firm["陈立"]).get(pk=item.pk).due_at == item.due_at


@pytest.mark.parametrize(("until", "said"), [(at(20), "一个月"), (at(30, month=12), "一个月"), (at(25), "错过")])
def test_it_can_not_be_put_off_into_the_past_for_ever_or_until_missed(
    firm: Firm, until: dt.datetime, said: str
) -> None:
    with pytest.raises(RuleBroken, match=said):
        firm.do("陈立", "work.snooze", item=call_of(firm).pk, until=until, reason="再说")


def test_one_of_a_desk_takes_it_and_gives_it_back(firm: Firm) -> None:
    item = at_desk(firm)
    firm.do("陈立", "work.claim", item=item.pk)
    assert not todays_items(firm["赵敏之"]).filter(pk=item.pk).exists()
    with pytest.raises(NotAuthorised):
        firm.do("赵敏之", "work.claim", item=item.pk)
    firm.do("陈立", "work.release", item=item.pk)
    assert todays_items(firm["赵敏之"]).filter(pk=item.pk).exists()


# --- who sees it, and the pages ----------------------------------------------------------------------------------------------------


def test_strangers_and_peers_do_not_see_it_superiors_do(firm: Firm) -> None:
    item = call_of(firm)
    for name, sees in (
        ("陈立", True),
        ("林晓岚", True),
        ("高岚", True),
        ("周岚", True),
        ("赵敏之", False),
        ("吴越", False),
        ("何平", False),
    ):
        assert visible_items(firm[name]).filter(pk=item.pk).exists() is sees, name
        assert browser_of(firm, name).get(f"/work/{item.pk}/").status_code == (200 if sees else 404)


def test_watching_goes_on_and_off(firm: Firm) -> None:
    browser, item = browser_of(firm, "林晓岚"), call_of(firm)
    assert "unwatch/" in browser.post(f"/work/{item.pk}/watch/", follow=True).content.decode()
    assert "unwatch/" not in browser.post(f"/work/{item.pk}/unwatch/", follow=True).content.decode()


def test_today_groups_by_what_is_late_today_and_later(firm: Firm) -> None:
    with clock.set_to(at(27, 9)):
        morning(dt.date(2026, 11, 27))
        response = browser_of(firm, "陈立").get("/")
    groups = {group.key: [row.label for row in group.rows] for group in response.context["groups"]}
    assert groups["late"] == ["确认岗位说明书：健康顾问 v1", CALL.text] and len(groups["today"]) == 2


def test_my_routines_say_when_last_when_next_and_what_is_late(firm: Firm) -> None:
    firm.do("陈立", "work.finish", item=call_of(firm).pk, evidence=PROOF)
    rows = {row.rule: row for row in browser_of(firm, "陈立").get("/work/routines/").context["rows"]}
    assert set(rows) == {"每个工作日", "每周五 17:00"}
    assert rows["每个工作日"].last_done == MONDAY and rows["每周五 17:00"].next_on == dt.date(2026, 11, 27)


def test_a_list_of_thirty_asks_no_more_than_one(firm: Firm, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = browser_of(firm, "陈立")
    firm.do("陈立", "work.finish", item=call_of(firm).pk, evidence=PROOF)
    for tab in TABS:
        browser.get(f"/work/?tab={tab}")
    with CaptureQueriesContext(connection) as one:
        for tab in TABS:
            browser.get(f"/work/?tab={tab}")
    for number in range(29):
        item = WorkItem.objects.get(pk=open_item(
            "routine", f"more.{number}", Performer(person_id=firm["陈立"].pk), due_at=at(23, 12), labels={"zh-hans": f"第{number}件"},
            provenances={"zh-hans": "—"}, target=0, company_id=firm.health.pk,
        ))  # fmt: skip
        firm.do("陈立", "work.watch", item=item.pk)
        firm.do("陈立", "work.finish", item=item.pk)
    with django_assert_num_queries(len(one)):
        for tab in TABS:
            browser.get(f"/work/?tab={tab}")
