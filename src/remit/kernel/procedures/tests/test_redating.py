"""A company's calendar changes under everything that is open: cases, approvals and obligations follow it, in sets."""

import datetime as dt
import time

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cast import give

from remit.kernel.authority.loading import forget_cached
from remit.kernel.authority.models import Obligation, Step
from remit.kernel.procedures.models import Case, CaseMoment, StepRun
from remit.kernel.procedures.tests.department import MORNING, Department, at
from remit.kernel.work.models import WorkItem

pytestmark = pytest.mark.django_db


def close(department: Department, day: dt.date) -> None:
    firm = department.firm
    firm.do("周岚", "calendar.set_day", unit=firm.health.pk, day=day, kind="holiday", reason="周年庆")


@pytest.fixture
def department(department: Department) -> Department:
    give(department.firm, "总经理", "第10条", {"action": "calendar.*"})
    forget_cached()
    return department


def local(moment: dt.datetime | None) -> str:
    return timezone.localtime(moment).strftime("%m-%d %H:%M") if moment else ""


def test_an_open_case_moves_with_its_step_its_rung_and_its_item(department: Department) -> None:
    with at(MORNING):  # Wednesday
        case = department.open()
        department.judged(case)
        before = case.due_at
        run = department.run(case)
        assert local(run.due_at) == "11-26 18:00"
        close(department, dt.date(2026, 11, 26))
        case.refresh_from_db()
        run.refresh_from_db()
        assert (local(run.due_at), local(run.climb_at)) == ("11-27 18:00", "11-27 18:00")
        assert case.due_at > before
        item = WorkItem.objects.get(source_kind="case", source_key=str(run.pk))
        assert item.due_at == run.due_at
        assert item.steps.get().kind == "redated"


def test_what_is_closed_keeps_its_dates_and_a_pause_is_still_counted(department: Department) -> None:
    with at(MORNING):
        closed, stopped = department.open(), department.open()
        department.submit("陈立", closed, reason_sufficient=False, demand_reasonable=False, explanation="已说明")
        department.judged(stopped)
        department.firm.do("高岚", "case.pause", case=stopped.pk, reason="等检验结果")
    with at(MORNING + dt.timedelta(days=1)):
        department.firm.do("高岚", "case.resume", case=stopped.pk)
        due_at = Case.objects.get(pk=closed.pk).due_at
        assert local(StepRun.objects.get(case=stopped, closed_at=None).due_at) == "11-27 18:00"
        close(department, dt.date(2026, 11, 27))
    assert Case.objects.get(pk=closed.pk).due_at == due_at
    assert local(StepRun.objects.get(case=stopped, closed_at=None).due_at) == "11-30 18:00"


def test_a_department_s_own_hours_move_its_cases_and_nobody_else_s(department: Department) -> None:
    """The whole case goes by the desk that handles it, the step by whom it asks."""
    firm, week = department.firm, {str(day): "08:00-12:00 13:30-20:00" for day in range(7)}
    with at(MORNING):
        case = department.open()
        department.judged(case)
        run = department.run(case)
        ends = local(case.due_at)
        firm.do("周岚", "calendar.set_hours", unit=firm.finance.pk, week=week)
        case.refresh_from_db()
        run.refresh_from_db()
        assert (local(case.due_at), local(run.due_at)) == (ends, "11-26 18:00")
        firm.do("周岚", "calendar.set_hours", unit=firm.service.pk, week=week)
        case.refresh_from_db()
        run.refresh_from_db()
        assert (local(run.due_at), local(run.climb_at)) == ("11-26 20:00", "11-26 20:00")
        assert case.due_at.astimezone(MORNING.tzinfo).hour == 20 and local(case.due_at) < ends, "Saturdays count now"


def test_other_companies_keep_theirs(department: Department) -> None:
    with at(MORNING):
        case = department.open()
        before = case.due_at
        firm = department.firm
        firm.do(
            "周岚", "calendar.set_day", unit=firm.property.pk, day=dt.date(2026, 11, 26), kind="holiday", reason="休"
        )
        case.refresh_from_db()
        assert case.due_at == before


def test_approvals_and_obligations_run_by_the_companys_calendar_and_follow_it(department: Department) -> None:
    """One truth: a day that the company closes counts for no term, whether it was closed before or is now."""
    firm = department.firm
    with at(MORNING):
        firm.do("陈立", "remedy.gift", customer="王女士", amount="80", reason="生日")
        firm.do("陈立", "remedy.refund", customer="周先生", amount="300", defect_proven=True, reason="质量问题")
        step, owed = Step.objects.get(), Obligation.objects.get()
        assert local(owed.due_at) == "11-30 18:00"
        asked = step.due_at
        close(department, step.due_at.date())
        close(department, dt.date(2026, 11, 30))
        step.refresh_from_db()
        owed.refresh_from_db()
        assert step.due_at > asked
        assert owed.due_at.date() > dt.date(2026, 11, 30)
        for kind, row in (("step", step), ("finding", owed)):
            assert WorkItem.objects.get(source_kind=kind, source_key=str(row.pk)).due_at == row.due_at
        firm.do("陈立", "remedy.gift", customer="李女士", amount="80", reason="生日")
        assert Step.objects.latest("pk").due_at == step.due_at, "asked afterwards, it is due at the same time"
        firm.do("周岚", "calendar.clear_day", unit=firm.health.pk, day=asked.date())
        step.refresh_from_db()
        assert step.due_at == asked, "taken back, everything is as it was"


def test_an_approver_whose_question_was_answered_keeps_the_time_that_was_left(department: Department) -> None:
    firm = department.firm
    with at(MORNING):
        request = firm.do("陈立", "remedy.gift", customer="王女士", amount="80", reason="生日").request_id
    with at(MORNING + dt.timedelta(hours=1)):
        firm.do("林晓岚", "approval.ask_back", request=request, question="为什么?")
        due_at = Step.objects.get().due_at
        close(department, MORNING.date())
        assert Step.objects.get().due_at == due_at, "the clock stands still while the question is open"
    with at(MORNING + dt.timedelta(days=1)):
        firm.do("陈立", "approval.answer", request=request, answer="老客户")
        answered = Step.objects.get().due_at
        close(department, answered.date())
        assert Step.objects.get().due_at > answered


MANY = 10_000


def test_ten_thousand_open_cases_are_dated_anew_in_a_bounded_number_of_queries(department: Department) -> None:
    with at(MORNING):
        case = department.open()
        department.judged(case)
        _multiply(case, MANY)
        started = time.monotonic()
        many = _queries_of(department, dt.date(2026, 11, 26))
        took = time.monotonic() - started
    assert many <= 40, "whatever is open"
    assert StepRun.objects.filter(closed_at=None).values("due_at").annotate(n=Count("id")).count() == 1
    assert local(StepRun.objects.filter(closed_at=None).latest("pk").due_at) == "11-27 18:00"
    moved = WorkItem.objects.filter(source_kind="case", done_at=None, due_at=StepRun.objects.latest("pk").due_at)
    assert moved.count() == MANY + 1
    assert took < 30, "an administrator waits for it; two to three seconds on two cores"


def _queries_of(department: Department, day: dt.date) -> int:
    with CaptureQueriesContext(connection) as captured:
        close(department, day)
    return len(captured)


def _multiply(case: Case, count: int) -> None:
    """The case with its open step, its item and a pause, so many times; every tenth began at another minute."""
    run = StepRun.objects.get(case=case, closed_at=None)
    item = WorkItem.objects.get(source_kind="case", source_key=str(run.pk))
    fields = {
        f.attname: getattr(case, f.attname) for f in Case._meta.concrete_fields if f.attname not in ("id", "number")
    }
    cases = Case.objects.bulk_create(
        [Case(**{**fields, "number": f"MA-2026-{n:05d}", "started_at": case.started_at + dt.timedelta(minutes=n % 10)})
         for n in range(count)]
    )  # fmt: skip
    fields = {
        f.attname: getattr(run, f.attname) for f in StepRun._meta.concrete_fields if f.attname not in ("id", "case_id")
    }
    runs = StepRun.objects.bulk_create([StepRun(**fields, case=one) for one in cases])
    fields = {
        f.attname: getattr(item, f.attname)
        for f in WorkItem._meta.concrete_fields
        if f.attname not in ("id", "source_key")
    }
    WorkItem.objects.bulk_create([WorkItem(**fields, source_key=str(one.pk)) for one in runs])
    CaseMoment.objects.bulk_create(
        [CaseMoment(company_id=case.company_id, case=one, kind=kind, at=case.started_at, by=None)
         for one in cases[: count // 10] for kind in ("paused", "resumed")]
    )  # fmt: skip
