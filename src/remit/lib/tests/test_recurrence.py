"""Rules by which work recurs: read and printed in Chinese, and the days they give in real years (2026's calendar is published)."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.lib.calendar_days import DayKind
from remit.lib.calendars import WorkingCalendar
from remit.lib.lunar import Festival, festival_date
from remit.lib.recurrence import (
    ByFestival,
    Closed,
    DateOf,
    EveryDay,
    HalfMonths,
    NthDay,
    NthWeekday,
    NthWorkday,
    Recurrence,
    Unit,
    Weekdays,
    parse_recurrence,
)

CALENDAR = WorkingCalendar()


def days(rule: str, first: str, last: str, calendar: WorkingCalendar = CALENDAR) -> list[str]:
    found = parse_recurrence(rule).dates(calendar, dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    return [f"{day:%m-%d}" for day in found]


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("每日", "每天"), ("每 工作日 9:30", "每个工作日 09:30"), ("每周一", "每周一"), ("每星期四、一", "每周一、周四"), ("每周", "每周最后一个工作日"),
        ("每两周周一 18:00", "每两周的周一 18:00"), ("每二周的星期一18：00", "每两周的周一 18:00"), ("每半个月", "每半月"), ("每月五号", "每月5日"),
        ("每月底前", "每月最后一个工作日"), ("每月初", "每月第1个工作日"), ("每月第十五个工作日", "每月第15个工作日"), ("每月倒数第2个工作日", "每月倒数第2个工作日"),
        ("每季度第一周周二 18:00", "每季度第1个周二 18:00"), ("每季", "每季度最后一个工作日"), ("每季度第2个月10日", "每季度第2个月10日"), ("每半年", "每半年最后一个工作日"),
        ("每年三月十五日", "每年3月15日"), ("每两年", "每两年的最后一个工作日"), ("每两年的4月1日", "每两年的4月1日"), ("每两个月5日", "每两个月的5日"),
        ("元旦、春节、端午节、中秋前3个工作日", "元旦、春节、端午、中秋前3个工作日"), ("每逢春节", "春节当天"), ("中秋后两天", "中秋后2天"),
        ("每周一（自2026-01-05起）", "每周一，自2026-01-05起"), ("每周一,遇节假日取消", "每周一，遇休息日取消"), ("每周一,遇休息日顺延", "每周一"),
    ],
)  # fmt: skip
def test_what_people_write_is_read_and_printed_in_one_form(written: str, printed: str) -> None:
    assert str(parse_recurrence(written)) == printed


@pytest.mark.parametrize("text", ["", "有空时", "每周八", "每月32日", "每月0日", "每季度5日", "每年13月1日", "每半月15日", "每月第6个周一", "春节前0天", "春节前90天",
                                  "每十三周周一", "每周一 25:00", "每月3月5日", "每两天", "每零周周一"])  # fmt: skip
def test_what_is_no_rule_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="可以写"):
        parse_recurrence(text)


@pytest.mark.ledger("T-031", "T-041", "T-042", "T-068", "T-075", "T-085", "T-087")
def test_the_rules_of_the_charters_give_the_days_that_a_clerk_would_name() -> None:
    # Monday 16 February 2026 lies in the Spring Festival (15 to 23); the next workday is Tuesday the 24th.
    assert days("每周一 8:20", "2026-02-02", "2026-03-02") == ["02-02", "02-09", "02-24", "03-02"]
    assert days("每两周周一 18:00，自2026-11-09起", "2026-11-01", "2026-12-31") == ["11-09", "11-23", "12-07", "12-21"]
    assert days("每半月", "2026-02-01", "2026-03-31") == ["02-14", "02-28", "03-13", "03-31"]
    assert days("每月底前", "2026-01-01", "2026-03-31") == ["01-30", "02-28", "03-31"]
    assert days("每季度第一周周二 18:00", "2026-01-01", "2026-12-31") == ["01-06", "04-07", "07-07", "10-08"]
    assert days("每两年3月15日", "2025-01-01", "2028-12-31") == ["03-16", "03-15"]
    assert days("元旦、春节、端午、中秋前1个工作日", "2026-01-01", "2027-01-01") == ["02-14", "06-18", "09-24", "12-31"]


def test_a_make_up_workday_counts_and_a_holiday_does_not() -> None:
    assert days("每个工作日", "2026-02-13", "2026-02-28") == [
        "02-13",
        "02-14",
        "02-24",
        "02-25",
        "02-26",
        "02-27",
        "02-28",
    ]
    assert days("每天", "2026-02-14", "2026-02-16") == ["02-14", "02-15", "02-16"]
    assert days("每周三，遇休息日取消", "2026-02-11", "2026-02-25") == ["02-11", "02-25"]
    assert days("每周三，遇休息日提前", "2026-02-11", "2026-02-25") == ["02-11", "02-14", "02-25"]


def test_a_week_without_a_workday_asks_for_nothing() -> None:
    assert days("每周", "2026-02-16", "2026-02-22") == []


def test_the_companys_own_days_move_the_rule() -> None:
    own = WorkingCalendar(days={dt.date(2026, 11, 30): DayKind.HOLIDAY})
    assert days("每月底前", "2026-11-01", "2026-11-30", own) == ["11-27"]


def test_work_turns_up_before_its_day_the_earlier_the_rarer_it_is() -> None:
    day = dt.date(2026, 11, 30)
    for rule, opens in (("每周一", "11-30"), ("每月底前", "11-25"), ("每季度底前", "11-23"), ("每年底前", "11-16")):
        assert f"{parse_recurrence(rule).opens_on(CALENDAR, day):%m-%d}" == opens


def test_it_is_due_at_its_time_or_when_work_ends() -> None:
    day = dt.date(2026, 11, 23)
    assert f"{parse_recurrence('每周一 8:20').due(CALENDAR, day):%H:%M}" == "08:20"
    assert f"{parse_recurrence('每周一').due(CALENDAR, day):%H:%M}" == "18:00"
    assert f"{parse_recurrence('每天').due(CALENDAR, dt.date(2026, 11, 22)):%d %H:%M}" == "22 18:00"


# --- properties ----------------------------------------------------------------------------------------------------------------

times = st.none() | st.builds(dt.time, st.integers(0, 23), st.integers(0, 59))
some_day = st.dates(dt.date(2015, 1, 1), dt.date(2040, 12, 31))
since = st.none() | some_day
closed = st.none() | st.sampled_from(Closed)
longer = st.sampled_from([Unit.MONTH, Unit.QUARTER, Unit.HALF_YEAR, Unit.YEAR])
lengths = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF_YEAR: 6, Unit.YEAR: 12}
workdays = st.builds(NthWorkday, st.integers(1, 23) | st.integers(-23, -1))


@st.composite
def rules(draw: st.DrawFn) -> Recurrence:
    shape = draw(st.sampled_from(["day", "festival", "half", "week", "longer"]))
    more: dict[str, Any] = {"at": draw(times), "closed": draw(closed), "since": draw(since)}
    if shape == "day":
        return Recurrence(EveryDay(draw(st.booleans())), **more)
    if shape == "half":
        return Recurrence(HalfMonths(), **more)
    if shape == "festival":
        festivals = draw(st.lists(st.sampled_from(Festival), min_size=1, max_size=4, unique=True))
        offset = draw(st.integers(-60, 60))
        return Recurrence(ByFestival(tuple(festivals), offset, draw(st.booleans()) and offset != 0), **more)
    more["step"] = draw(st.integers(1, 12))
    if shape == "week":
        weekdays = draw(st.sets(st.integers(0, 6), min_size=1))
        return Recurrence(draw(st.just(Weekdays(tuple(sorted(weekdays)))) | workdays), unit=Unit.WEEK, **more)
    unit = draw(longer)
    date_of = st.builds(DateOf, st.integers(0, lengths[unit] - 1), st.integers(1, 31))
    weekday = st.builds(NthWeekday, st.sampled_from([-1, 1, 2, 3, 4, 5]), st.integers(0, 6))
    return Recurrence(
        draw(date_of | weekday | workdays | st.builds(NthDay, st.sampled_from([1, -1]))), unit=unit, **more
    )


@given(rules())
def test_reading_what_was_printed_gives_the_same_rule(rule: Recurrence) -> None:
    assert parse_recurrence(str(rule)) == rule


@given(rules(), some_day, st.integers(0, 400))
def test_days_are_ascending_within_the_span_and_no_span_loses_any(
    rule: Recurrence, first: dt.date, length: int
) -> None:
    """Asked for the whole span, or for its two halves: the same days."""
    last = first + dt.timedelta(days=length)
    middle = first + dt.timedelta(days=length // 2)
    found = rule.dates(CALENDAR, first, last)
    assert found == sorted(set(found))
    assert all(first <= day <= last for day in found)
    assert found == rule.dates(CALENDAR, first, middle) + rule.dates(CALENDAR, middle + dt.timedelta(days=1), last)


@given(rules(), some_day)
def test_only_a_rule_that_keeps_closed_days_has_them(rule: Recurrence, first: dt.date) -> None:
    found = rule.dates(CALENDAR, first, first + dt.timedelta(days=200))
    if (rule.closed or rule.usually) is not Closed.KEEP:
        assert all(CALENDAR.is_workday(day) for day in found)


@given(rules(), some_day)
def test_the_next_day_is_the_first_of_those_that_follow(rule: Recurrence, day: dt.date) -> None:
    following = rule.next_after(CALENDAR, day)
    if following is None:
        assert rule.dates(CALENDAR, day + dt.timedelta(days=1), day + dt.timedelta(days=400)) == []
    else:
        assert following > day
        assert rule.dates(CALENDAR, day + dt.timedelta(days=1), following) == [following]


@given(rules(), some_day)
def test_it_opens_no_later_than_its_day(rule: Recurrence, day: dt.date) -> None:
    for one in rule.dates(CALENDAR, day, day + dt.timedelta(days=60)):
        assert rule.opens_on(CALENDAR, one) <= one


@given(st.sampled_from(Festival), st.integers(2000, 2060), st.integers(1, 20))
def test_days_before_a_festival_lie_before_it(festival: Festival, year: int, n: int) -> None:
    feast = festival_date(festival, year)
    found = parse_recurrence(f"{festival}前{n}天").dates(CALENDAR, feast - dt.timedelta(days=60), feast)
    assert found and found[-1] <= feast - dt.timedelta(days=n)
