"""Summaries that nobody sent: asked for when their time has passed, told to the superior later, and never twice."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.browsing import browser_of
from tests.cast import Firm, build_firm, give

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.loading import forget_cached
from remit.kernel.charters.format import BindingSpec, DutySpec
from remit.kernel.organization.models import Appointment
from remit.kernel.work.missing import missing_now
from remit.kernel.work.models import Notice, SummaryChase, WorkItem
from remit.kernel.work.queries import todays_items
from remit.kernel.work.tests.routine_help import MONDAY, at, define
from remit.lib import clock
from remit.schedule import chase_missing_summaries

pytestmark = pytest.mark.django_db
RECORD = BindingSpec(kind="record", name="计划与总结")
WEEKLY = DutySpec(id="d1", text="每周五前提交周报", every="week", binding=RECORD)
WEEK = {"kind": "week", "starts_on": MONDAY.date()}


@pytest.fixture
def house() -> Iterator[Firm]:
    with clock.set_to(MONDAY):
        firm = build_firm()
        Appointment.objects.update(start=MONDAY.date())  # nobody owes anything for the time before
        give(firm, "总经理", "第9条", {"action": "charter.*"})
        give(
            firm,
            "总经理",
            "第10条",
            {"action": "summary.set_rule"},
            {"action": "calendar.*"},
            {"action": "organization.*"},
        )
        forget_cached()
        yield firm


@pytest.fixture
def firm(house: Firm) -> Firm:
    """The advisers owe a weekly report by their charter; nobody else owes anything."""
    define(house, "健康顾问", WEEKLY)
    return house


def tick(day: int, hour: int, month: int = 11) -> None:
    """The timer, twice: the second run finds nothing to do."""
    with clock.set_to(at(day, hour, month=month)):
        chase_missing_summaries(0)
        events = Event.objects.count()
        chase_missing_summaries(0)
        assert Event.objects.count() == events


def asked() -> set[str]:
    return {
        item.person.name
        for item in WorkItem.objects.filter(source_kind="summary").select_related("person")
        if item.person
    }


@pytest.mark.ledger("S-132", "T-034")
def test_who_owes_it_is_asked_after_its_time_and_then_the_superior_hears(firm: Firm) -> None:
    with clock.set_to(at(27, 17)):
        firm.do("陈立", "summary.send", **WEEK, text="照常")
    tick(30, 10)
    assert asked() == set(), "until Monday noon it can be sent"
    tick(30, 15)
    assert asked() == {"赵敏之"}
    assert todays_items(firm["赵敏之"]).get(source_kind="summary").labels["zh-hans"] == "提交总结：11月23日至11月29日"
    assert not Notice.objects.filter(person=firm["林晓岚"], kind="summary").exists()
    tick(1, 17, month=12)
    tick(2, 9, month=12)
    told = Notice.objects.get(person=firm["林晓岚"], kind="summary")
    assert told.provenances["zh-hans"] == "赵敏之" and "kind=week&on=2026-11-23" in told.link
    told.read_at = at(2, 10, month=12)
    told.save()
    tick(3, 9, month=12)
    assert Notice.objects.filter(person=firm["林晓岚"], kind="summary").count() == 1, "read, it is not told again"
    with clock.set_to(at(3, 10, month=12)):
        firm.do("赵敏之", "summary.send", **WEEK, text="补交")
        assert not todays_items(firm["赵敏之"]).filter(source_kind="summary").exists()


def test_whom_the_superior_has_asked_keeps_his_time_and_the_superior_hears_of_him_too(firm: Firm) -> None:
    with clock.set_to(at(30, 9)):
        firm.do("林晓岚", "summary.chase", **WEEK)
        due = {item.person_id: item.due_at for item in WorkItem.objects.filter(source_kind="summary")}
    tick(30, 15)
    assert {item.person_id: item.due_at for item in WorkItem.objects.filter(source_kind="summary")} == due
    tick(2, 9, month=12)
    assert "、" in Notice.objects.get(person=firm["林晓岚"], kind="summary").provenances["zh-hans"]


def test_days_off_and_absence_are_respected(house: Firm) -> None:
    firm = house
    define(firm, "健康顾问", DutySpec(id="d1", text="下班前提交日报", every="workday", binding=RECORD))
    for day in (26, 27, 30):
        facts = {"unit": firm.service.pk, "day": dt.date(2026, 11, day), "kind": "holiday", "reason": "搬迁"}
        firm.do("周岚", "calendar.set_day", **facts)
    firm.do(
        "周岚", "organization.appoint_deputy", position=firm.positions["健康顾问"].pk, principal=firm["赵敏之"].pk,
        deputy=firm["林晓岚"].pk, starts_at=at(25, 8), ends_at=at(25, 20), reason="培训",
    )  # fmt: skip
    Appointment.objects.update(start=dt.date(2026, 11, 25))
    forget_cached()
    tick(30, 12)
    assert asked() == set(), "the desk is closed: the time of the last day has not passed"
    tick(1, 12, month=12)
    assert asked() == {"陈立"}, "for whom a colleague acted all day owes no report of it"
    assert set(SummaryChase.objects.values_list("starts_on", flat=True)) == {dt.date(2026, 11, 25)}


def test_the_company_s_rule_goes_before_the_charter(firm: Firm) -> None:
    rule = {"company": firm.health.pk, "kind": "week", "within": "1 hour", "further": "2 hours"}
    with pytest.raises(RuleBroken):
        firm.do("周岚", "summary.set_rule", **{**rule, "within": "bald"}, owed_by="nobody")
    firm.do("周岚", "summary.set_rule", **rule, owed_by="nobody")
    with clock.set_to(at(30, 15)):
        assert missing_now() == []
        page = browser_of(firm, "周岚")
        assert page.post("/work/summaries/rules/", {**rule, "owed_by": "everybody"}).status_code == 302
        assert "2 小时" in page.get("/work/summaries/rules/").content.decode()
        assert {one.company_id for one in missing_now()} == {firm.health.pk}
        assert len(missing_now()) == 9, "everybody of the one company, nobody of the other"
        assert browser_of(firm, "何平").post("/work/summaries/rules/", {**rule, "owed_by": "nobody"}).status_code == 404


def test_a_chase_costs_the_same_whoever_owes(firm: Firm) -> None:
    with clock.set_to(at(30, 15)):
        missing_now()
        with CaptureQueriesContext(connection) as two:
            assert len(missing_now()) == 2
        firm.do("周岚", "summary.set_rule", company=firm.health.pk, kind="week", owed_by="everybody", within="1 hour",
                further="1 workday")  # fmt: skip
        missing_now()
        with CaptureQueriesContext(connection) as nine:
            assert len(missing_now()) == 9
    assert len(nine) <= len(two)
