"""Which calendar a department has: its own, else that of the nearest unit above it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.lib.calendar_days import DayKind
from remit.lib.calendars import parse_duration
from remit.lib.shifts import ALL_DAY, Shift, Shifts
from remit.lib.spans import parse_spans

COMPANY, SERVICE, NIGHT, OFFICE = 1, 2, 3, 4
DESK = dict.fromkeys(range(7), parse_spans("08:00-12:00 13:30-20:00"))
SATURDAY, NEW_YEAR = date(2026, 11, 28), date(2027, 1, 1)
SHIFTS = Shifts(
    COMPANY,
    {
        COMPANY: Shift(days={date(2026, 11, 25): DayKind.HOLIDAY}),
        SERVICE: Shift(DESK, {date(2026, 11, 26): DayKind.HOLIDAY}, keeps_holidays=False),
        NIGHT: Shift(days={SATURDAY: DayKind.HOLIDAY}),
    },
)


def test_the_nearest_setting_holds_and_the_company_is_the_last() -> None:
    service, night, office = (
        SHIFTS.on(line) for line in [(SERVICE, COMPANY), (NIGHT, SERVICE, COMPANY), (OFFICE, COMPANY)]
    )
    assert service.is_workday(SATURDAY) and not night.is_workday(SATURDAY) and not office.is_workday(SATURDAY)
    assert night.end_of_day(date(2026, 11, 24)).hour == 20 and office.end_of_day(date(2026, 11, 24)).hour == 18
    assert not night.is_workday(date(2026, 11, 26)), "the days of the unit whose week it is hold too"
    assert SHIFTS.on((OFFICE, COMPANY)) is SHIFTS.on((5, COMPANY)) is SHIFTS.of_company


def test_who_works_through_the_holidays_takes_no_notice_of_those_above() -> None:
    service, office = SHIFTS.on((SERVICE, COMPANY)), SHIFTS.on((OFFICE, COMPANY))
    assert service.is_workday(date(2026, 11, 25)) and not office.is_workday(date(2026, 11, 25))
    assert service.is_workday(NEW_YEAR) and service.is_confirmed(date(2049, 10, 1)) and not office.is_workday(NEW_YEAR)


@pytest.mark.ledger("R-058")
@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)), st.integers(1, 300))
def test_all_day_is_the_clock_on_the_wall(moment: datetime, hours: int) -> None:
    start = moment.replace(tzinfo=ALL_DAY.zone)
    assert parse_duration(f"{hours} hours").due(ALL_DAY, start) == start + timedelta(hours=hours)


def test_a_night_shift_is_two_spans_and_its_hours_add_up_over_midnight() -> None:
    night = Shifts(COMPANY, {NIGHT: Shift(dict.fromkeys(range(7), parse_spans("00:00-08:00 20:00-24:00")))}).on(
        (NIGHT,)
    )
    start = datetime(2026, 11, 24, 22, tzinfo=night.zone)
    assert parse_duration("4 hours").due(night, start) == start + timedelta(hours=4)
    assert parse_duration("11 hours").due(night, start) == start + timedelta(hours=11 + 12), (
        "from eight to twenty nobody is there"
    )
