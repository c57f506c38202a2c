"""Duties that recur turn up on the right desk on the right day, once, whoever comes, goes, or is away."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cast import LONG_AGO, Firm

from remit.kernel.accounts.actor import system
from remit.kernel.audit.models import Event
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import forget_cached, rulebook_now
from remit.kernel.charters.models import Charter
from remit.kernel.organization.models import Appointment, Person, Position
from remit.kernel.work.models import WorkItem
from remit.kernel.work.queries import todays_items
from remit.kernel.work.tests.routine_help import (
    ADVISER,
    CALL,
    MONDAY,
    at,
    define,
    morning,
    open_items,
    routine_firm,
    spec_of,
)
from remit.lib import clock
from remit.schedule import open_todays_routines

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


@pytest.fixture
def firm() -> Iterator[Firm]:
    with clock.set_to(MONDAY):
        yield routine_firm()


def labels(person: Person) -> list[str]:
    return [item.labels["zh-hans"] for item in todays_items(person) if item.source_kind == "routine"]


@pytest.mark.ledger("T-001", "T-012")
def test_every_holder_has_the_days_work_with_where_it_comes_from(firm: Firm) -> None:
    morning(TODAY)
    assert labels(firm["陈立"]) == labels(firm["赵敏之"]) == ["每个工作日回访昨天购买的会员"]
    item = todays_items(firm["陈立"]).get(source_kind="routine")
    assert item.provenances["zh-hans"] == "健康顾问岗位说明书 v1 第 1 条职责 · 每个工作日"
    assert timezone.localtime(item.due_at).strftime("%m-%d %H:%M") == "11-23 18:00"


@pytest.mark.ledger("T-033")
def test_each_rule_comes_on_its_day_and_monthly_work_some_days_before(firm: Firm) -> None:
    seen = {}
    for day in (24, 25, 26, 27):
        with clock.set_to(at(day)):
            morning(dt.date(2026, 11, day))
            seen[day] = (len(labels(firm["陈立"])), len(labels(firm["林晓岚"])))
    # The weekly report on Friday; the month ends on Monday the 30th, three workdays before is Wednesday. What was not done
    # yesterday stands beside today's until it is missed.
    assert seen == {24: (1, 0), 25: (2, 1), 26: (2, 1), 27: (3, 1)}
    weekly = WorkItem.objects.get(person=firm["陈立"], duty="d2")
    assert timezone.localtime(weekly.due_at).strftime("%m-%d %H:%M") == "11-27 17:00"


def test_a_second_run_and_a_run_after_a_crash_open_nothing_twice(firm: Firm) -> None:
    morning(TODAY)
    before = WorkItem.objects.count()
    WorkItem.objects.filter(
        person=firm["赵敏之"], source_kind="routine"
    ).delete()  # as if the first run had been cut off
    morning(TODAY)
    morning(TODAY)
    assert WorkItem.objects.count() == before


def test_the_job_runs_only_where_there_is_something_to_do(firm: Firm) -> None:
    open_todays_routines(0)
    runs = Event.objects.filter(kind="work.open_routines")
    assert runs.count() == 1
    open_todays_routines(0)
    assert runs.count() == 1
    define(firm, "总监助理", CALL)
    open_todays_routines(0)
    assert runs.count() == 2 and labels(firm["孙可"]) == [CALL.text]


def test_days_of_a_standstill_are_caught_up(firm: Firm) -> None:
    morning(TODAY)
    with clock.set_to(at(26)):
        morning(dt.date(2026, 11, 26))
        found = WorkItem.objects.filter(person=firm["陈立"], duty="d1").order_by("occurs_on")
        assert [(item.occurs_on.day if item.occurs_on else 0) for item in found] == [23, 24, 25, 26]


def test_a_new_holder_inherits_the_same_day(firm: Firm) -> None:
    morning(TODAY)
    firm.do("周岚", "organization.appoint", position=firm.positions["健康顾问"].pk, person=firm["顾北"].pk, start=TODAY)
    assert labels(firm["顾北"]) == [CALL.text]


def test_work_of_a_vacant_position_stands_with_the_superior_and_is_marked(firm: Firm) -> None:
    Appointment.objects.filter(person=firm["林晓岚"]).update(end=TODAY)
    Appointment.objects.filter(person__in=[firm["陈立"], firm["赵敏之"]]).update(end=TODAY)
    forget_cached()
    morning(TODAY)
    # Both the adviser's and the manager's post are vacant: the director is the nearest one above.
    (item,) = open_items(duty="d1", post=firm.positions["健康顾问"])
    assert item.position == firm.positions["客服部总监"]
    assert labels(firm["高岚"]) == [CALL.text]
    firm.do("周岚", "organization.appoint", position=firm.positions["健康顾问"].pk, person=firm["顾北"].pk, start=TODAY)
    assert labels(firm["高岚"]) == [] and labels(firm["顾北"]) == [CALL.text]
    assert open_items(duty="d1", post=firm.positions["健康顾问"])[0].pk == item.pk, "it came down, it was not doubled"


def test_what_a_leaver_left_open_goes_to_the_next_and_is_not_doubled(firm: Firm) -> None:
    with clock.set_to(at(25)):
        morning(dt.date(2026, 11, 25))
        (monthly,) = open_items(person=firm["林晓岚"])
    with clock.set_to(at(26)):
        Appointment.objects.filter(person=firm["林晓岚"]).update(end=dt.date(2026, 11, 26))
        forget_cached()
        morning(dt.date(2026, 11, 26))
        monthly.refresh_from_db()
        assert (monthly.person, monthly.position) == (None, firm.positions["客服部总监"])
        firm.do("周岚", "organization.appoint", position=firm.positions["客服部经理"].pk, person=firm["顾北"].pk,
                start=dt.date(2026, 11, 26))  # fmt: skip
        monthly.refresh_from_db()
        assert (monthly.person, monthly.position) == (firm["顾北"], None)
        assert len(open_items(duty="d1", post=firm.positions["客服部经理"])) == 1


def test_a_leaver_among_several_takes_his_own_along(firm: Firm) -> None:
    morning(TODAY)
    Appointment.objects.filter(person=firm["陈立"]).update(end=TODAY)
    forget_cached()
    morning(TODAY)
    assert WorkItem.objects.get(person=firm["陈立"], duty="d1").done_at is not None
    assert labels(firm["赵敏之"]) == [CALL.text]


def test_a_deputy_has_the_routines_of_who_is_away(firm: Firm) -> None:
    morning(TODAY)
    firm.do(
        "陈立", "organization.appoint_deputy", position=firm.positions["健康顾问"].pk, principal=firm["陈立"].pk,
        deputy=firm["孙可"].pk, starts_at=at(23, 7), ends_at=at(25), reason="出差",
    )  # fmt: skip
    assert labels(firm["孙可"]) == [CALL.text]


def test_a_revised_or_retired_charter_asks_for_nothing_more(firm: Firm) -> None:
    charter = Charter.objects.get(title="健康顾问")
    firm.do("周岚", "charter.revise", charter=charter.pk, yaml=spec_of("健康顾问", ADVISER[1]), effective_on=TODAY)
    morning(TODAY)
    assert labels(firm["陈立"]) == []
    firm.do("周岚", "charter.retire", charter=charter.pk, end=dt.date(2026, 11, 27))
    with clock.set_to(at(27)):
        morning(dt.date(2026, 11, 27))
        assert labels(firm["陈立"]) == []


def test_what_nobody_did_is_recorded_as_missed(firm: Firm) -> None:
    morning(TODAY)
    with clock.set_to(at(25)):
        morning(dt.date(2026, 11, 25))
    missed = WorkItem.objects.get(person=firm["陈立"], occurs_on=TODAY)
    assert missed.is_missed and missed.done_by is None
    assert timezone.localtime(missed.done_at).strftime("%m-%d %H:%M") == "11-24 18:00", "a workday's grace"


def test_ten_thousand_people_cost_as_many_statements_as_two(firm: Firm) -> None:
    with CaptureQueriesContext(connection) as few:
        perform(system("t"), "work.open_routines", {"day": TODAY})
    people = Person.objects.bulk_create(
        Person(name=f"员工{n}", employee_no=f"N{n:05d}", company=firm.health, joined_on=LONG_AGO, sort_key=f"{n:05d}")
        for n in range(10_000)
    )
    posts = Position.objects.bulk_create(
        Position(unit=firm.service, company=firm.health, title="健康顾问", code=f"N{n}", headcount=10, opened_on=LONG_AGO,
                 superior=firm.positions["客服部经理"]) for n in range(1000)
    )  # fmt: skip
    Appointment.objects.bulk_create(
        Appointment(position=posts[n % 1000], person=person, start=LONG_AGO) for n, person in enumerate(people)
    )
    charter = Charter.objects.get(title="健康顾问")
    charter.places.bulk_create(charter.places.model(charter=charter, position=post, start=LONG_AGO) for post in posts)
    forget_cached()
    with clock.set_to(at(27)):  # Friday: the daily and the weekly duty, and the days since Monday
        rulebook_now()
        with CaptureQueriesContext(connection) as many:
            result = perform(system("t"), "work.open_routines", {"day": dt.date(2026, 11, 27)})
    assert result.changes["opened"] == 5 * 10_000 + 5 * 2 + 1
    assert len(many) <= len(few) + 1
