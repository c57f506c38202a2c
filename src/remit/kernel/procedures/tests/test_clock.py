"""Time: what is late climbs the reporting line, what waits for the customer stands still, and the calendar may be corrected."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.authority.errors import NotAuthorised, RuleBroken
from remit.kernel.procedures.clocks import Stop, due_moment, read_clock, spent_between, stops_of
from remit.kernel.procedures.models import CaseMoment, StepRun
from remit.kernel.procedures.queries import case_view
from remit.kernel.procedures.tests.department import MORNING, SHANGHAI, Department, at
from remit.kernel.work.models import WorkItem
from remit.kernel.work.queries import todays_items
from remit.lib.calendar_days import DayKind
from remit.lib.calendars import WorkingCalendar
from remit.schedule import climb_overdue_steps

CALENDAR = WorkingCalendar()


def on(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """In November 2026; the 25th is a Wednesday."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.django_db
@pytest.mark.ledger("S-045", "S-043")
def test_an_overdue_step_climbs_two_rungs_and_the_upper_one_may_do_it(department: Department) -> None:
    firm = department.firm
    with at(MORNING):
        case = department.open()
    run = department.run(case)
    assert run.due_at == on(25, 10, 12), "an hour to judge"
    with at(on(25, 10, 11)):
        assert climb_overdue_steps(0) == 0
    with at(on(25, 10, 15)):
        assert climb_overdue_steps(0) == 1
        assert climb_overdue_steps(0) == 0, "one rung at its time"
        assert [item.source_kind for item in todays_items(firm["林晓岚"])] == ["case_overdue"]
        assert not todays_items(firm["高岚"])
    with at(on(25, 10, 45)):
        assert climb_overdue_steps(0) == 1, "one and a half of its time is spent"
        assert [item.target for item in todays_items(firm["高岚"])] == [case.pk]
        assert case_view(firm["高岚"], case).bars[1].state == "late"
        department.judged(case, "高岚")
    assert case.step == "investigate"
    assert not WorkItem.objects.filter(source_kind="case_overdue", done_at=None).exists()


@pytest.mark.django_db
def test_who_is_above_may_not_do_the_step_before_it_has_climbed(department: Department) -> None:
    case = department.open()
    with pytest.raises(NotAuthorised):
        department.judged(case, "高岚")


@pytest.mark.django_db
def test_while_the_customer_is_waited_for_nothing_is_due(department: Department) -> None:
    firm = department.firm
    with at(MORNING):
        case = department.open()
        department.judged(case)
        with pytest.raises(RuleBroken):
            firm.do("高岚", "case.pause", case=case.pk, reason="天气不好")
    due = department.run(case).due_at
    with at(on(25, 10)):
        firm.do("高岚", "case.pause", case=case.pk, reason="等检验结果")
        with pytest.raises(RuleBroken):
            department.investigated(case)
    with at(on(27, 10)):
        assert climb_overdue_steps(0) == 0
        assert not todays_items(firm["高岚"])
        firm.do("高岚", "case.resume", case=case.pk)
    run = department.run(case)
    assert CALENDAR.working_time_between(due, run.due_at) == CALENDAR.working_time_between(on(25, 10), on(27, 10))
    with at(on(27, 11)):
        assert [item.target for item in todays_items(firm["高岚"])] == [case.pk]


@pytest.mark.django_db
def test_a_case_taken_up_again_keeps_the_old_clock(department: Department) -> None:
    with at(MORNING):
        case = department.open()
        department.judged(case)
        department.investigated(case)
        department.proposed(case)
        department.chosen(case)
        department.carried_out(case)
        department.called_back(case)
        department.filed(case)
    later = on(27, 9, 12)
    with at(later):
        department.firm.do("陈立", "case.reopen", case=case.pk, reason="又停机了")
        case.refresh_from_db()
        assert (case.step, case.reopenings) == ("investigate", 1)
        view = case_view(department.firm["陈立"], case)
    assert view.clock.spent == dt.timedelta(0), "the days between the end and now do not count"
    assert case.runs.filter(step="investigate").count() == 2


@pytest.mark.django_db
def test_a_superior_hands_a_step_to_somebody_and_cancels_what_was_a_mistake(department: Department) -> None:
    firm = department.firm
    case = department.open()
    run = department.run(case)
    firm.do("林晓岚", "case.assign", step=run.pk, person=firm["赵敏之"].pk, reason="陈立外出")
    assert [item.target for item in todays_items(firm["赵敏之"])] == [case.pk]
    assert not todays_items(firm["陈立"])
    with pytest.raises(RuleBroken):
        firm.do("林晓岚", "case.assign", step=run.pk, person=firm["何平"].pk, reason="别的公司")
    firm.do("林晓岚", "case.cancel", case=case.pk, reason="重复登记")
    assert not todays_items(firm["赵敏之"])
    with pytest.raises(RuleBroken):
        firm.do("陈立", "case.reopen", case=case.pk, reason="还是要办")


@pytest.mark.django_db
def test_a_corrected_calendar_corrects_the_past(department: Department) -> None:
    """The clock is read, not stored: what counted as a working day no longer does once the calendar says so."""
    with at(MORNING):
        case = department.open()
    now = on(26, 18)
    before = read_clock(CALENDAR, "15 workdays", case.started_at, None, [], now).spent
    corrected = WorkingCalendar(days={dt.date(2026, 11, 26): DayKind.HOLIDAY})
    after = read_clock(corrected, "15 workdays", case.started_at, None, [], now).spent
    assert before - after == CALENDAR.working_time_between(on(26, 0), on(26, 23))


moments = st.lists(
    st.tuples(st.sampled_from(["paused", "resumed", "ended", "reopened"]), st.integers(0, 30 * 24 * 60)), max_size=12
)


@given(moments, st.integers(0, 40 * 24 * 60))
def test_stops_never_overlap_and_time_spent_never_runs_backwards(found: list[tuple[str, int]], minutes: int) -> None:
    start = on(2, 9)
    rows = [CaseMoment(kind=kind, at=start + dt.timedelta(minutes=after)) for kind, after in found]
    stops = stops_of(rows)
    for one, following in itertools.pairwise(stops):
        assert one.until is not None
        assert one.until <= following.since
    now = start + dt.timedelta(minutes=minutes)
    spent = spent_between(CALENDAR, start, now, stops)
    assert dt.timedelta(0) <= spent <= CALENDAR.working_time_between(start, now)
    assert spent <= spent_between(CALENDAR, start, now + dt.timedelta(hours=5), stops)
    assert due_moment(CALENDAR, "3 workdays", start, stops, now) >= due_moment(CALENDAR, "3 workdays", start, [], now)


def test_a_pause_puts_the_deadline_off_by_the_working_time_it_took() -> None:
    start = on(25, 9)
    paused = [Stop(on(25, 10), on(26, 10))]
    plain = due_moment(CALENDAR, "4 hours", start, [], start)
    put_off = due_moment(CALENDAR, "4 hours", start, paused, on(26, 12))
    taken = CALENDAR.working_time_between(on(25, 10), on(26, 10))
    assert CALENDAR.working_time_between(plain, put_off) == taken


@pytest.mark.django_db
def test_every_step_is_measured(department: Department) -> None:
    with at(MORNING):
        case = department.open(started_at=MORNING - dt.timedelta(minutes=4))
    with at(on(25, 9, 40)):
        department.judged(case)
        view = case_view(department.firm["陈立"], case)
    assert view.response_minutes == 4, "from the call to the entry"
    judged = next(entry for entry in view.entries if entry.what.startswith("投诉判断"))
    assert judged.duration == dt.timedelta(minutes=28)
    assert StepRun.objects.filter(case=case).count() == 2
