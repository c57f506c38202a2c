"""What a clerk would lose: a day of the term that the charter grants."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.lib.calendars import Duration, DurationUnit, WorkingCalendar, add_months, duration_label, parse_duration

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkingCalendar()


@pytest.mark.parametrize(
    ("text", "label", "start", "due"),
    [
        ("30 minutes", "30 分钟", "2026-11-23 11:45", "2026-11-23 13:45"),
        ("2 hours", "2 小时", "2026-11-23 17:00", "2026-11-24 10:00"),
        ("1 workday", "1 个工作日", "2026-11-23 09:00", "2026-11-24 18:00"),
        ("3 workdays", "3 个工作日", "2026-09-30 15:00", "2026-10-10 18:00"),
        ("1 workday", "1 个工作日", "2026-11-22 15:00", "2026-11-23 18:00"),
        ("3 days", "3 天", "2026-11-23 15:00", "2026-11-26 18:00"),
        ("5 days", "5 天", "2026-11-23 15:00", "2026-11-30 18:00"),  # the fifth is a Saturday
        ("1 week", "1 周", "2026-11-23 15:00", "2026-11-30 18:00"),
        ("1 month", "1 个月", "2026-10-30 15:00", "2026-11-30 18:00"),
        ("1 month", "1 个月", "2026-08-31 15:00", "2026-09-30 18:00"),  # September has no 31st
        ("1 year", "1 年", "2024-02-29 15:00", "2025-02-28 18:00"),
    ],
)
def test_terms_end_when_the_law_says(text: str, label: str, start: str, due: str) -> None:
    duration = parse_duration(text)
    assert duration_label(duration) == label
    assert str(duration) == text
    assert parse_duration(label) == parse_duration(label.replace(" ", "")) == duration
    begun, ends = (datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI) for moment in (start, due))
    assert duration.due(OFFICE, begun) == ends


def test_either_script_is_read() -> None:
    spoken = ("30 分鐘", "2 小時", "3 個工作日", "5日", "1 週", "2星期", "6 個月")
    assert [str(parse_duration(text)) for text in spoken] == [
        "30 minutes", "2 hours", "3 workdays", "5 days", "1 week", "2 weeks", "6 months",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "三天",
        "个月",
        "days",
        "three days",
        "3 fortnights",
        "-1 day",
        "0 days",
        "1.5 hours",
        "99999 days",
        "101 years",
        "３ days",
    ],
)
def test_an_unknown_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="期限"):
        parse_duration(text)


def test_a_term_needs_a_moment_with_a_zone() -> None:
    for text in ("1 hour", "1 workday", "1 month"):
        with pytest.raises(ValueError, match="时区"):
            parse_duration(text).due(OFFICE, datetime(2026, 1, 1))


@given(
    st.builds(Duration, st.integers(1, 100), st.sampled_from(DurationUnit)),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(SHANGHAI)),
)
def test_a_term_ends_after_it_begins_and_in_business_hours(duration: Duration, start: datetime) -> None:
    due = duration.due(OFFICE, start)
    assert due > start
    assert OFFICE.is_workday(due.date())
    assert parse_duration(str(duration)) == duration


def test_months_are_counted_on_the_calendar() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
