"""A company's working time: who may change it, and what becomes of open work when it does."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.browsing import browser_of
from tests.cast import Firm, give

from remit.kernel.authority.errors import NotAuthorised, RuleBroken
from remit.kernel.authority.loading import forget_cached
from remit.kernel.work.actions import Performer, open_item
from remit.kernel.work.calendars import calendar_of
from remit.kernel.work.models import WorkItem
from remit.kernel.work.tests.routine_help import CALL, MONDAY, at, morning, routine_firm
from remit.lib import clock

pytestmark = pytest.mark.django_db
EVIDENCE = {"通数": "3", "客户的意见": "无"}


@pytest.fixture
def firm() -> Iterator[Firm]:
    with clock.set_to(MONDAY):
        firm = routine_firm()
        give(firm, "总经理", "第10条", {"action": "calendar.*"})
        forget_cached()
        yield firm


def set_day(firm: Firm, day: int, kind: str = "holiday", month: int = 11) -> dict[str, object]:
    result = firm.do(
        "周岚",
        "calendar.set_day",
        unit=firm.health.pk,
        day=dt.date(2026, month, day),
        kind=kind,
        reason="公司周年庆",
    )
    return dict(result.changes)


def due(item: WorkItem) -> str:
    item.refresh_from_db()
    return timezone.localtime(item.due_at).strftime("%m-%d %H:%M")


def test_work_of_a_day_that_is_closed_now_is_no_longer_asked_for(firm: Firm) -> None:
    morning(MONDAY.date())
    firm.do("陈立", "work.finish", item=WorkItem.objects.get(person=firm["陈立"], duty="d1").pk, evidence=EVIDENCE)
    assert set_day(firm, 23)["dropped"] == 1
    done = WorkItem.objects.get(person=firm["陈立"], duty="d1")
    assert done.done_by == firm["陈立"] and due(done) == "11-23 18:00", "what is done keeps its date"
    assert WorkItem.objects.get(person=firm["赵敏之"], duty="d1").done_at is not None


def test_monthly_work_moves_with_the_last_workday_and_is_not_opened_twice(firm: Firm) -> None:
    with clock.set_to(at(25)):
        morning(dt.date(2026, 11, 25))
        monthly = WorkItem.objects.get(duty="d1", person=firm["林晓岚"])
        assert due(monthly) == "11-30 18:00"
        set_day(firm, 30)
        assert due(monthly) == "11-27 18:00" and monthly.occurs_on == dt.date(2026, 11, 27)
        morning(dt.date(2026, 11, 25))
        assert WorkItem.objects.filter(duty="d1", person=firm["林晓岚"]).count() == 1
        firm.do("周岚", "calendar.clear_day", unit=firm.health.pk, day=dt.date(2026, 11, 30))
        assert due(monthly) == "11-30 18:00"
    assert "按日历改期" in browser_of(firm, "林晓岚").get(f"/work/{monthly.pk}/").content.decode()


def test_a_term_in_workdays_is_counted_anew(firm: Firm) -> None:
    start = at(24, 10)
    task = WorkItem.objects.get(pk=open_item(
        "routine", "t1", Performer(person_id=firm["陈立"].pk), due_at=at(27, 18), labels={"zh-hans": "整理合同"},
        provenances={"zh-hans": "—"}, target=0, company_id=firm.health.pk, term="3 workdays", counted_from=start,
    ))  # fmt: skip
    set_day(firm, 26)
    assert due(task) == "11-30 18:00"
    set_day(firm, 28, "makeup")
    assert due(task) == "11-28 18:00"


def test_hours_of_the_week_change_when_the_day_ends(firm: Firm) -> None:
    morning(MONDAY.date())
    item = WorkItem.objects.get(person=firm["陈立"], duty="d1")
    week = {str(day): "08:00-12:00 13:00-17:00" for day in range(6)}
    firm.do("周岚", "calendar.set_hours", unit=firm.health.pk, week=week)
    assert due(item) == "11-23 17:00"
    assert calendar_of(firm.health.pk).is_workday(dt.date(2026, 11, 28)), "Saturday is worked now"
    assert not calendar_of(firm.property.pk).is_workday(dt.date(2026, 11, 28))


@pytest.mark.parametrize("week", [{}, {"7": "09:00-18:00"}, {"0": "18:00-09:00"}, {"0": "上午"}])
def test_a_week_that_is_none_is_refused(firm: Firm, week: dict[str, str]) -> None:
    with pytest.raises(RuleBroken):
        firm.do("周岚", "calendar.set_hours", unit=firm.health.pk, week=week)


def test_only_who_may_changes_it_and_everybody_reads_it(firm: Firm) -> None:
    with pytest.raises(NotAuthorised):
        firm.do(
            "何平",
            "calendar.set_day",
            unit=firm.property.pk,
            day=dt.date(2026, 12, 1),
            kind="holiday",
            reason="停电",
        )
    set_day(firm, 1, month=12)
    page = browser_of(firm, "陈立").get("/work/calendar/?year=2026").content.decode()
    assert "公司周年庆" in page and "国庆节" in page and "calendar/days/" not in page
    assert "calendar/days/" in browser_of(firm, "周岚").get("/work/calendar/?year=2026").content.decode()
    assert "公司周年庆" not in browser_of(firm, "何平").get("/work/calendar/?year=2026").content.decode()


def test_ten_thousand_open_items_are_redated_in_a_handful_of_statements(firm: Firm) -> None:
    morning(MONDAY.date())
    with CaptureQueriesContext(connection) as few:
        set_day(firm, 24)
    WorkItem.objects.bulk_create(
        WorkItem(
            source_kind="routine", source_key=f"m{n}", labels={"zh-hans": CALL.text}, provenances={"zh-hans": "—"}, target=0,
            person=firm["陈立"], company=firm.health, due_at=at(27, 18), term="3 workdays", counted_from=at(23 + n % 3, 10),
        ) for n in range(10_000)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        changes = set_day(firm, 25)
    assert changes["redated"] == 10_000
    assert len(many) <= len(few) + 2
