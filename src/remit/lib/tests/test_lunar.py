"""What a customer would lose: the greeting on the right day."""

from datetime import date

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.lib.lunar import (
    Festival,
    LunarDate,
    festival_date,
    festivals_of,
    lunar_birthday,
    lunar_to_solar,
    next_lunar_birthday,
    solar_to_lunar,
)


@pytest.mark.parametrize(
    ("festival", "day"),
    [
        ("元旦", date(2026, 1, 1)),
        ("除夕", date(2026, 2, 16)),
        ("春节", date(2026, 2, 17)),
        ("元宵", date(2026, 3, 3)),
        ("清明", date(2026, 4, 5)),
        ("劳动节", date(2026, 5, 1)),
        ("端午", date(2026, 6, 19)),
        ("中秋", date(2026, 9, 25)),
        ("国庆", date(2026, 10, 1)),
        ("重阳", date(2026, 10, 18)),
        ("春节", date(2027, 2, 6)),
        ("端午", date(2027, 6, 9)),
        ("中秋", date(2027, 9, 15)),
        ("清明", date(2028, 4, 4)),
        ("春节", date(2028, 1, 26)),
        ("端午", date(2025, 5, 31)),  # 2025 has a leap sixth month, after it
        ("中秋", date(2025, 10, 6)),
    ],
)
def test_a_festival_falls_on_its_day(festival: str, day: date) -> None:
    assert festival_date(festival, day.year) == day


def test_every_festival_lies_in_its_published_holiday() -> None:
    for year in range(2008, 2027):
        for festival in (Festival.SPRING, Festival.QINGMING, Festival.DRAGON_BOAT, Festival.MID_AUTUMN):
            assert chinese_calendar.is_holiday(festival_date(festival, year)), (year, festival)


def test_festivals_of_a_year_come_in_order() -> None:
    days = festivals_of(2026)
    assert set(days) == set(Festival)
    assert list(days.values()) == sorted(days.values())


def test_unknown_festivals_and_years_are_refused() -> None:
    with pytest.raises(ValueError, match="不认识的节日“圣诞”"):
        festival_date("圣诞", 2026)
    for year in (1899, 2101):
        with pytest.raises(ValueError, match="只支持"):
            festival_date("春节", year)


def test_a_lunar_birthday_moves_over_the_solar_year() -> None:
    mid_autumn = solar_to_lunar(date(1990, 10, 3))
    assert (mid_autumn, mid_autumn.label()) == (LunarDate(1990, 8, 15), "八月十五")
    assert lunar_birthday(mid_autumn, 2026) == date(2026, 9, 25)
    assert next_lunar_birthday(mid_autumn, date(2026, 9, 25)) == date(2026, 9, 25)
    assert next_lunar_birthday(mid_autumn, date(2026, 9, 26)) == date(2027, 9, 15)


def test_a_birthday_at_the_end_of_the_lunar_year_falls_into_the_next_solar_one() -> None:
    kitchen_god = LunarDate(1985, 12, 23)
    assert kitchen_god.label() == "腊月廿三"
    assert next_lunar_birthday(kitchen_god, date(2026, 1, 1)) == date(2026, 2, 10)


def test_a_birthday_in_a_leap_month_is_kept_in_the_plain_month_of_other_years() -> None:
    leap = LunarDate(2025, 6, 1, is_leap_month=True)
    assert (lunar_to_solar(leap), leap.label()) == (date(2025, 7, 25), "闰六月初一")
    assert lunar_birthday(leap, 2025) == date(2025, 7, 25)
    assert lunar_birthday(leap, 2026) == lunar_to_solar(LunarDate(2026, 6, 1))


def test_a_birthday_on_the_thirtieth_is_kept_on_the_twenty_ninth_of_a_short_month() -> None:
    assert lunar_birthday(LunarDate(1990, 12, 30), 2025) == date(2026, 2, 16)


def test_days_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="29 天"):
        lunar_to_solar(LunarDate(2025, 12, 30))
    with pytest.raises(ValueError, match="没有闰6月"):
        lunar_to_solar(LunarDate(2026, 6, 1, is_leap_month=True))
    for month, day in ((13, 1), (0, 1), (1, 31)):
        with pytest.raises(ValueError, match="不存在"):
            LunarDate(2026, month, day)


@given(st.dates(date(1901, 1, 1), date(2100, 12, 31)))
def test_there_and_back_is_the_same_day(day: date) -> None:
    assert lunar_to_solar(solar_to_lunar(day)) == day
