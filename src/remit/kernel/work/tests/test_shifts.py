"""Departments with hours of their own: whose calendar counts for routines, terms and requests, and who may set it."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.browsing import browser_of
from tests.cast import LONG_AGO, Firm, give

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.loading import forget_cached
from remit.kernel.authority.models import Step
from remit.kernel.organization import actions as organization
from remit.kernel.work.calendars import calendar_at, calendar_of
from remit.kernel.work.models import UnitHours, WorkItem
from remit.kernel.work.tests.routine_help import CALL, MONDAY, at, define, morning, routine_firm
from remit.lib import clock

pytestmark = pytest.mark.django_db
DESK = {str(day): "08:00-12:00 13:30-20:00" for day in range(7)}
SATURDAY, SUNDAY = dt.date(2026, 11, 28), dt.date(2026, 11, 29)


@pytest.fixture
def firm() -> Iterator[Firm]:
    with clock.set_to(MONDAY):
        firm = routine_firm()
        give(firm, "总经理", "第10条", {"action": "calendar.*"})
        give(firm, "客服部总监", "第10条", {"action": "calendar.*", "scope": "own_department"})
        forget_cached()
        define(firm, "出纳", CALL)
        yield firm


def open_every_day(firm: Firm, who: str = "高岚") -> dict[str, object]:
    result = firm.do(who, "calendar.set_hours", unit=firm.service.pk, week=DESK, on_holidays=True)
    return dict(result.changes)


def due(item: WorkItem) -> str:
    item.refresh_from_db()
    return timezone.localtime(item.due_at).strftime("%m-%d %H:%M")


def call_of(firm: Firm, name: str, day: dt.date) -> WorkItem | None:
    return WorkItem.objects.filter(person=firm[name], duty="d1", occurs_on=day).first()


def test_each_workday_is_the_department_s_and_so_is_the_hour(firm: Firm) -> None:
    open_every_day(firm)
    for day in (23, 28):
        with clock.set_to(at(day)):
            morning(dt.date(2026, 11, day))
    adviser, cashier = call_of(firm, "陈立", MONDAY.date()), call_of(firm, "吴越", MONDAY.date())
    assert adviser is not None and cashier is not None
    assert (due(adviser), due(cashier)) == ("11-23 20:00", "11-23 18:00")
    assert call_of(firm, "陈立", SATURDAY) is not None and call_of(firm, "吴越", SATURDAY) is None


def test_one_charter_in_two_departments_runs_by_two_calendars(firm: Firm) -> None:
    """A team below the service desk that is closed on Mondays; the charter of its position is that of the others."""
    team = organization.open_unit(parent=firm.service, kind="team", name="上门组", code="SM", start=LONG_AGO)
    post = organization.open_position(
        unit=team, title="健康顾问", code="P-90", start=LONG_AGO, headcount=1, superior=firm.positions["客服部经理"]
    )
    person = organization.hire(name="钱进", employee_no="E090", company=firm.health, joined_on=LONG_AGO)
    organization.appoint(position=post, person=person, start=LONG_AGO, end=None, is_main=True)
    firm.people["钱进"] = person
    charter = firm.positions["健康顾问"].charters.get().charter
    charter.places.create(position=post, start=LONG_AGO)
    forget_cached()
    firm.do("周岚", "calendar.set_day", unit=team.pk, day=MONDAY.date(), kind="holiday", reason="轮休")
    morning(MONDAY.date())
    assert call_of(firm, "陈立", MONDAY.date()) is not None and call_of(firm, "钱进", MONDAY.date()) is None
    with clock.set_to(at(24)):
        morning(dt.date(2026, 11, 24))
        assert call_of(firm, "钱进", dt.date(2026, 11, 24)) is not None
        firm.do("周岚", "calendar.set_day", unit=team.pk, day=dt.date(2026, 11, 24), kind="holiday", reason="轮休")
        gone, kept = (call_of(firm, name, dt.date(2026, 11, 24)) for name in ("钱进", "陈立"))
    assert gone is not None and gone.done_at is not None and kept is not None and kept.done_at is None


def test_a_change_redates_the_department_s_open_work_and_no_other_s(firm: Firm) -> None:
    morning(MONDAY.date())
    mine = WorkItem.objects.get(person=firm["赵敏之"], duty="d1")
    firm.do("赵敏之", "work.finish", item=mine.pk, evidence={"通数": "3", "客户的意见": "无"})
    assert open_every_day(firm)["redated"] == 1, "the other one is done; the cashier works elsewhere"
    ends = [due(item) for name in ("陈立", "赵敏之", "吴越") if (item := call_of(firm, name, MONDAY.date()))]
    assert ends == ["11-23 20:00", "11-23 18:00", "11-23 18:00"]
    firm.do("高岚", "calendar.clear_hours", unit=firm.service.pk)
    assert due(WorkItem.objects.get(person=firm["陈立"], duty="d1")) == "11-23 18:00"
    with pytest.raises(RuleBroken):
        firm.do("高岚", "calendar.clear_hours", unit=firm.service.pk)


def test_an_approver_answers_in_the_time_of_his_own_department(firm: Firm) -> None:
    """Asked on Saturday, the head of a desk that is open has four hours; the general manager has until Monday."""
    open_every_day(firm)
    with clock.set_to(at(28, 9)):
        asked = firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="300.00 CNY", reason="主动加班")
        step = Step.objects.get(request=asked.request_id)
        assert step.position_id == firm.positions["客服部总监"].pk
        assert step.due_at == calendar_of(firm.service.pk).end_of_day(SUNDAY)
        firm.do("周岚", "calendar.set_day", unit=firm.service.pk, day=SUNDAY, kind="holiday", reason="盘点")
        step.refresh_from_db()
        assert step.due_at.astimezone(calendar_of(None).zone).date() == dt.date(2026, 11, 30)


def test_the_head_sets_his_own_department_s_and_a_stranger_nobody_s(firm: Firm) -> None:
    """What he may not set himself goes to whom it belongs."""
    for who, unit in (("高岚", firm.finance), ("陈立", firm.service)):
        assert firm.do(who, "calendar.set_hours", unit=unit.pk, week=DESK).kind == "requested"
    with pytest.raises(RuleBroken):
        firm.do("周岚", "calendar.set_hours", unit=firm.group.pk, week=DESK)
    assert not UnitHours.objects.exists()


def test_the_page_says_whose_hours_these_are(firm: Firm) -> None:
    page = browser_of(firm, "高岚")
    address = f"/work/calendar/?unit={firm.service.pk}&year=2026"
    assert "work/calendar/inheriting/" not in page.get(address).content.decode()
    assert firm.service.name in page.get("/work/calendar/").content.decode()
    posted = {"unit": firm.service.pk, "year": 2026, "on_holidays": "on", **{f"week{day}": DESK[day] for day in DESK}}
    assert page.post("/work/calendar/hours/", posted).status_code == 302
    text = page.get(address).content.decode()
    assert "13:30-20:00" in text and "国庆节" not in text and "work/calendar/inheriting/" in text
    assert page.post("/work/calendar/hours/", {**posted, "unit": firm.property.pk}).status_code == 404
    assert "国庆节" in page.get(f"/work/calendar/?unit={firm.health.pk}&year=2026").content.decode()


def test_a_calendar_costs_one_query_and_three_after_a_change(firm: Firm) -> None:
    open_every_day(firm)
    costs = []
    for _again in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert calendar_at(firm.health.pk, person_id=firm["陈立"].pk).is_workday(SATURDAY)
            assert not calendar_at(firm.health.pk, position_id=firm.positions["出纳"].pk).is_workday(SATURDAY)
        costs.append(len(captured))
        UnitHours.objects.filter(unit=firm.health).update(revision=1)
    assert costs == [2, 4]
