"""What a department would lose: a due date on a day when nobody works, or a clock that runs through the night."""

import time as clock
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from remit.lib.calendar_days import DayKind, calendar_year
from remit.lib.calendars import CountedDay, WorkingCalendar
from remit.lib.spans import OFFICE_WEEK, Span, parse_spans

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkingCalendar()
# A front desk: open every day, through the night on Fridays, closed on one day of its own.
DESK = WorkingCalendar(
    days={date(2026, 3, 3): DayKind.HOLIDAY, date(2026, 10, 1): DayKind.WORKDAY},
    week={**dict.fromkeys(range(7), parse_spans("08:00-12:00 12:00-20:00")), 4: parse_spans("08:00-24:00")},
)
CALENDARS = st.sampled_from([OFFICE, DESK])
MOMENTS = st.datetimes(datetime(2025, 6, 1), datetime(2028, 6, 1), timezones=st.just(SHANGHAI))
STEPS = st.timedeltas(timedelta(), timedelta(hours=900))
HOURS = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_every_published_day_is_as_published() -> None:
    day = date(2004, 1, 1)
    while day < date(2027, 1, 1):
        assert OFFICE.is_workday(day) == chinese_calendar.is_workday(day), day
        assert OFFICE.is_confirmed(day)
        day += timedelta(days=1)


def test_spring_festival_2026() -> None:
    assert OFFICE.kind(date(2026, 2, 14)) is DayKind.MAKEUP  # a Saturday
    assert all(OFFICE.kind(date(2026, 2, day)) is DayKind.HOLIDAY for day in range(15, 24))
    assert OFFICE.kind(date(2026, 2, 24)) is DayKind.WORKDAY
    assert OFFICE.kind(date(2026, 2, 28)) is DayKind.MAKEUP
    assert OFFICE.kind(date(2026, 3, 1)) is DayKind.WEEKEND
    assert OFFICE.add_workdays(date(2026, 2, 13), 2) == date(2026, 2, 24)
    festival = OFFICE.official(date(2026, 2, 17))
    assert festival is not None and festival.name == "春节"
    # Two hours from Saturday's make-up day, half past four: one on the Saturday and a half, the rest ten days later.
    assert OFFICE.add_working_time(at("2026-02-14 16:30"), 2 * HOURS) == at("2026-02-24 09:30")


def test_national_day_2026_with_its_make_up_days() -> None:
    assert OFFICE.is_workday(date(2026, 9, 20))  # a Sunday, worked for the holiday
    assert not any(OFFICE.is_workday(date(2026, 10, day)) for day in range(1, 8))
    assert OFFICE.is_workday(date(2026, 10, 10))  # a Saturday
    assert OFFICE.add_workdays(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert OFFICE.add_workdays(date(2026, 10, 10), -3) == date(2026, 9, 30)
    assert OFFICE.end_of_day(date(2026, 10, 3)) == at("2026-10-08 18:00")
    assert OFFICE.working_time_between(at("2026-09-30 18:00"), at("2026-10-08 09:00")) == timedelta()


def test_2027_is_forecast_and_says_so() -> None:
    assert not OFFICE.is_confirmed(date(2027, 1, 4))
    assert OFFICE.kind(date(2027, 2, 8)) is DayKind.HOLIDAY
    assert OFFICE.add_workdays(date(2026, 12, 31), 1) == date(2027, 1, 4)  # the first of January is a Friday
    line = calendar_year(2027).days[date(2027, 2, 8)]
    assert (line.name, line.source, line.confirmed) == ("春节", "holidays", False)


def test_a_company_that_entered_the_notice_for_2027_uses_no_forecast() -> None:
    told = WorkingCalendar(
        days={date(2027, 2, 4): DayKind.MAKEUP, date(2027, 2, 20): DayKind.MAKEUP},
        confirmed_years=frozenset({2027}),
    )
    assert told.is_confirmed(date(2027, 2, 8)) and told.is_workday(date(2027, 2, 8))
    assert told.spans(date(2027, 2, 20)) == OFFICE_WEEK[0]
    assert OFFICE.is_confirmed(date(2026, 2, 8)) and not told.is_confirmed(date(2028, 2, 8))


def test_a_companys_own_day_stands_above_the_official_table() -> None:
    open_on_sunday = WorkingCalendar(days={date(2026, 3, 1): DayKind.WORKDAY, date(2026, 3, 2): DayKind.HOLIDAY})
    assert open_on_sunday.add_workdays(date(2026, 2, 28), 1) == date(2026, 3, 1)
    assert open_on_sunday.add_workdays(date(2026, 2, 28), 2) == date(2026, 3, 3)


@pytest.mark.parametrize("year", [1, 1900, 1950, 2003, 2027, 2100, 2101, 9999])
def test_no_year_raises(year: int) -> None:
    for day in (date(year, 1, 1), date(year, 2, 28), date(year, 12, 31)):
        assert OFFICE.kind(day) in DayKind
        assert OFFICE.is_confirmed(day) is False
    assert calendar_year(year).year == year


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 09:00", 2, "2026-11-23 11:00"),
        ("2026-11-23 11:00", 2, "2026-11-23 14:30"),  # over lunch
        ("2026-11-23 12:30", 1, "2026-11-23 14:30"),  # from within lunch
        ("2026-11-23 17:00", 1, "2026-11-23 18:00"),  # not tomorrow at nine
        ("2026-11-23 17:00", 2, "2026-11-24 10:00"),
        ("2026-11-20 20:00", 1, "2026-11-23 10:00"),  # Friday night
        ("2026-11-22 08:00", 7.5, "2026-11-23 18:00"),
        ("2026-12-31 17:00", 2, "2027-01-04 10:00"),
        ("2026-11-23 10:00", -1, "2026-11-23 09:00"),
        ("2026-11-23 09:00", -1, "2026-11-20 17:00"),
        ("2026-11-23 15:00", -1.5, "2026-11-23 13:30"),  # not noon
        ("2027-01-04 09:00", -1, "2026-12-31 17:00"),
        ("2026-11-22 03:00", 0, "2026-11-22 03:00"),
    ],
)
def test_the_clock_runs_in_office_hours_only(start: str, hours: float, end: str) -> None:
    assert OFFICE.add_working_time(at(start), hours * HOURS) == at(end)


def test_other_time_zones_mean_the_same_moment() -> None:
    assert OFFICE.add_working_time(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), HOURS) == at("2026-11-23 10:00")
    assert OFFICE.add_working_time(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), HOURS).tzinfo == SHANGHAI


def test_the_next_opening() -> None:
    assert OFFICE.next_opening(at("2026-11-23 10:00")) == at("2026-11-23 10:00")
    assert OFFICE.next_opening(at("2026-11-23 12:00")) == at("2026-11-23 13:30")
    assert OFFICE.next_opening(at("2026-11-23 18:00")) == at("2026-11-24 09:00")
    assert OFFICE.next_opening(at("2026-09-30 18:00")) == at("2026-10-08 09:00")
    assert OFFICE.is_open(at("2026-11-23 09:00")) and not OFFICE.is_open(at("2026-11-23 12:00"))


def test_a_shift_until_midnight_ends_at_midnight() -> None:
    assert DESK.end_of_day(date(2026, 11, 27)) == at("2026-11-28 00:00")
    assert DESK.add_working_time(at("2026-11-27 23:00"), 2 * HOURS) == at("2026-11-28 09:00")
    assert OFFICE.end_of_day(date(2026, 11, 28)) == at("2026-11-30 18:00")


def test_a_term_is_explained_day_by_day() -> None:
    lines = OFFICE.explain(at("2026-02-13 17:00"), at("2026-02-15 12:00"))
    assert lines == [
        CountedDay(date(2026, 2, 13), DayKind.WORKDAY, HOURS),
        CountedDay(date(2026, 2, 14), DayKind.MAKEUP, 7.5 * HOURS),
        CountedDay(date(2026, 2, 15), DayKind.HOLIDAY, timedelta()),
    ]


def minutes_one_by_one(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    """The plain reference: look at every minute, ask whether it lies in a span of its day."""
    minute, counted = start, 0
    while minute < end:
        inside = any(
            span.opens <= minute.time() and (minute.time() < span.closes or span.closes == time())
            for span in calendar.spans(minute.date())
        )
        counted += inside
        minute += timedelta(minutes=1)
    return counted


@given(CALENDARS, st.integers(0, 365 * 24 * 60), st.integers(0, 12 * 24 * 60))
@example(OFFICE, 59 * 24 * 60, 9000)
def test_time_between_agrees_with_counting_minutes(calendar: WorkingCalendar, start: int, length: int) -> None:
    first = datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=start)
    last = first + timedelta(minutes=min(length, 4000))
    assert calendar.working_time_between(first, last) == timedelta(minutes=minutes_one_by_one(calendar, first, last))


@given(CALENDARS, MOMENTS, STEPS)
def test_adding_and_measuring_are_inverse(calendar: WorkingCalendar, start: datetime, step: timedelta) -> None:
    end = calendar.add_working_time(start, step)
    assert end >= start
    assert calendar.working_time_between(start, end) == step
    back = calendar.add_working_time(end, -step)
    assert calendar.working_time_between(back, end) == step
    assert calendar.working_time_between(start, back) == timedelta()  # at most closed time lies between
    # The earliest such moment: a microsecond before, not all of it has passed.
    if step:
        assert calendar.working_time_between(start, end - timedelta(microseconds=1)) < step


@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
def test_time_adds_up_and_has_a_sign(calendar: WorkingCalendar, a: datetime, b: datetime, c: datetime) -> None:
    between = calendar.working_time_between
    assert between(a, b) + between(b, c) == between(a, c)
    assert between(a, b) == -between(b, a)
    assert (between(a, b) >= timedelta()) or a > b
    assert abs(between(a, b)) <= abs(b - a)


@given(CALENDARS, MOMENTS, STEPS, STEPS)
def test_more_time_is_never_due_earlier(
    calendar: WorkingCalendar, start: datetime, one: timedelta, more: timedelta
) -> None:
    first = calendar.add_working_time(start, one)
    assert first <= calendar.add_working_time(start, one + more)
    assert calendar.add_working_time(first, more) == calendar.add_working_time(start, one + more) or not one


@given(CALENDARS, MOMENTS)
def test_nothing_counts_until_the_next_opening(calendar: WorkingCalendar, moment: datetime) -> None:
    opening = calendar.next_opening(moment)
    assert opening >= moment
    assert calendar.working_time_between(moment, opening) == timedelta()
    assert calendar.working_time_between(opening, opening + timedelta(microseconds=1)) > timedelta()


@given(CALENDARS, MOMENTS, st.timedeltas(timedelta(days=-40), timedelta(days=40)))
def test_the_explanation_adds_up(calendar: WorkingCalendar, a: datetime, gap: timedelta) -> None:
    b = a + gap
    assert sum((line.counted for line in calendar.explain(a, b)), timedelta()) == calendar.working_time_between(a, b)


@given(CALENDARS, st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.integers(-600, 600))
def test_the_nth_workday_has_n_workdays_up_to_it(calendar: WorkingCalendar, day: date, n: int) -> None:
    found = calendar.add_workdays(day, n)
    assert calendar.is_workday(found)
    step = 1 if n >= 0 else -1
    walked, counted = day, 0
    while walked != found:
        walked += timedelta(days=step)
        counted += calendar.is_workday(walked)
    assert counted == (abs(n) if n or calendar.is_workday(day) else 1)


def test_a_step_over_a_year_takes_less_than_a_millisecond() -> None:
    calendar = WorkingCalendar()
    start = at("2026-01-05 09:00")
    calendar.add_working_time(start, 1900 * HOURS)  # fills the sums
    begun = clock.perf_counter()
    for _ in range(200):
        calendar.add_working_time(start, 1900 * HOURS)
    assert (clock.perf_counter() - begun) / 200 < 0.001


def test_a_naive_time_is_refused() -> None:
    for act in (
        lambda: OFFICE.add_working_time(datetime(2026, 1, 1), HOURS),
        lambda: OFFICE.working_time_between(at("2026-01-01 00:00"), datetime(2026, 1, 1)),
        lambda: OFFICE.next_opening(datetime(2026, 1, 1)),
    ):
        with pytest.raises(ValueError, match="时区"):
            act()


def test_steps_beyond_a_century_are_refused() -> None:
    with pytest.raises(ValueError, match="超出日历范围"):
        OFFICE.add_working_time(at("2026-01-01 00:00"), timedelta(days=40_000))
    with pytest.raises(ValueError, match="超出日历范围"):
        OFFICE.add_workdays(date(2026, 1, 1), -40_000)


def test_a_week_must_make_sense() -> None:
    for week in ({}, {0: ()}, {7: OFFICE_WEEK[0]}):
        with pytest.raises(ValueError, match="工作周"):
            WorkingCalendar(week=week)
    with pytest.raises(ValueError, match="重叠"):
        WorkingCalendar(week={0: (Span(time(9), time(12)), Span(time(11), time(13)))})
    with pytest.raises(KeyError):  # ZoneInfoNotFoundError
        WorkingCalendar(tz="Asia/Nowhere")


def test_spans_are_read_as_administrators_write_them() -> None:
    assert parse_spans("09:00-12:00，13:30–18:00") == OFFICE_WEEK[0]
    assert parse_spans("") == ()
    assert [str(span) for span in parse_spans("8:00-12:00、20:00-24:00")] == ["08:00-12:00", "20:00-24:00"]


@pytest.mark.parametrize(
    "text", ["9-12", "09:00", "12:00-09:00", "09:00-09:00", "09:00-25:00", "09:60-10:00", "09:00-12:00 11:00-13:00"]
)
def test_spans_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"写法不对|早于|不存在|重叠"):
        parse_spans(text)


def test_a_calendar_can_be_a_key_and_nobody_changes_it() -> None:
    days = {date(2026, 3, 3): DayKind.HOLIDAY}
    calendar = WorkingCalendar(days=days)
    assert not calendar.is_workday(date(2026, 3, 3))
    days.clear()
    assert not calendar.is_workday(date(2026, 3, 3))
    assert {calendar: 1}[WorkingCalendar(days={date(2026, 3, 3): DayKind.HOLIDAY})] == 1
