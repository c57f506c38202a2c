"""The lunar calendar: on which day a festival falls, and a birthday that is kept by the lunar calendar.

Good for the years 1900 to 2100. A conversion costs 2 to 4 ms in lunar-python, so the answers are kept.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from lunar_python import Lunar, LunarYear, Solar

YEARS: Final = range(1900, 2101)


class Festival(StrEnum):
    """The festivals that a routine can be set before. The text is the Chinese name, as charters write it."""

    NEW_YEAR = "元旦"
    SPRING = "春节"
    LANTERN = "元宵"
    QINGMING = "清明"
    LABOUR = "劳动节"
    DRAGON_BOAT = "端午"
    MID_AUTUMN = "中秋"
    DOUBLE_NINTH = "重阳"
    NATIONAL = "国庆"
    NEW_YEARS_EVE = "除夕"


_SOLAR_DAYS: Final = {Festival.NEW_YEAR: (1, 1), Festival.LABOUR: (5, 1), Festival.NATIONAL: (10, 1)}
_LUNAR_DAYS: Final = {
    Festival.SPRING: (1, 1),
    Festival.LANTERN: (1, 15),
    Festival.DRAGON_BOAT: (5, 5),
    Festival.MID_AUTUMN: (8, 15),
    Festival.DOUBLE_NINTH: (9, 9),
}


@lru_cache(maxsize=4096)
def festival_date(festival: Festival | str, year: int) -> date:
    """On which day of the solar year the festival falls. 除夕 is the one before that year's 春节.

    Raises ValueError for an unknown name, or a year outside 1900 to 2100.
    """
    _check_year(year)
    try:
        festival = Festival(festival)
    except ValueError as error:
        raise ValueError(f"不认识的节日“{festival}”，可用：{'、'.join(Festival)}。") from error
    if festival in _SOLAR_DAYS:
        return date(year, *_SOLAR_DAYS[festival])
    if festival is Festival.NEW_YEARS_EVE:
        return festival_date(Festival.SPRING, year) - timedelta(days=1)
    if festival is Festival.QINGMING:
        # The table of terms runs from winter to winter; asked on the first of April it holds this year's 清明.
        return _as_date(Solar.fromYmd(year, 4, 1).getLunar().getJieQiTable()["清明"])
    return lunar_to_solar(LunarDate(year, *_LUNAR_DAYS[festival]))


def festivals_of(year: int) -> dict[Festival, date]:
    """All festivals of a solar year, earliest first."""
    return dict(sorted(((festival, festival_date(festival, year)) for festival in Festival), key=lambda pair: pair[1]))


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A day of the lunar calendar: its year (which begins at 春节), month 1 to 12, day 1 to 30, and whether the month is a leap one."""

    year: int
    month: int
    day: int
    is_leap_month: bool = False

    def __post_init__(self) -> None:
        _check_year(self.year)
        if not (1 <= self.month <= 12 and 1 <= self.day <= 30):
            raise ValueError(f"农历 {self.month} 月 {self.day} 日不存在。")

    def label(self) -> str:
        """As it is said: "八月十五", "闰六月初一", "腊月廿三"."""
        return f"{'闰' if self.is_leap_month else ''}{_MONTHS[self.month - 1]}月{_DAYS[self.day - 1]}"


_MONTHS: Final = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
_DAYS: Final = (
    *(f"初{digit}" for digit in "一二三四五六七八九十"),
    *(f"十{digit}" for digit in "一二三四五六七八九"),
    "二十",
    *(f"廿{digit}" for digit in "一二三四五六七八九"),
    "三十",
)


@lru_cache(maxsize=4096)
def lunar_to_solar(lunar: LunarDate) -> date:
    """The solar day. Raises ValueError where that year has no such leap month, or the month no 30th."""
    if lunar.is_leap_month and _leap_month(lunar.year) != lunar.month:
        raise ValueError(f"农历 {lunar.year} 年没有闰{lunar.month}月。")
    if lunar.day > _days_in_month(lunar.year, lunar.month, lunar.is_leap_month):
        raise ValueError(f"农历 {lunar.year} 年{lunar.label()}不存在：那个月只有 29 天。")
    return _as_date(
        Lunar.fromYmd(lunar.year, -lunar.month if lunar.is_leap_month else lunar.month, lunar.day).getSolar()
    )


@lru_cache(maxsize=4096)
def solar_to_lunar(day: date) -> LunarDate:
    """The lunar day. Raises ValueError outside the lunar years 1900 to 2100."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return LunarDate(lunar.getYear(), abs(lunar.getMonth()), lunar.getDay(), lunar.getMonth() < 0)


def lunar_birthday(birthday: LunarDate, year: int) -> date:
    """When a lunar birthday is kept in the lunar year `year` (one of the twelfth month falls into the next solar year).

    A birthday in a leap month is kept in the plain month when the year has no such leap month, one on the 30th on the 29th
    when the month is short; both as is the custom. Raises ValueError outside 1900 to 2100.
    """
    _check_year(year)
    is_leap = birthday.is_leap_month and _leap_month(year) == birthday.month
    day = min(birthday.day, _days_in_month(year, birthday.month, is_leap))
    return lunar_to_solar(LunarDate(year, birthday.month, day, is_leap))


def next_lunar_birthday(birthday: LunarDate, on_or_after: date) -> date:
    """The first keeping of a lunar birthday that is not before the given day."""
    year = solar_to_lunar(on_or_after).year
    this_year = lunar_birthday(birthday, year)
    return this_year if this_year >= on_or_after else lunar_birthday(birthday, year + 1)


@lru_cache(maxsize=512)
def _months_of(year: int) -> dict[int, int]:
    """Length of each month of a lunar year, by its number; a leap month's number is negative."""
    months = LunarYear.fromYear(year).getMonths()  # runs over into its neighbours, hence the filter
    return {month.getMonth(): month.getDayCount() for month in months if month.getYear() == year}


def _days_in_month(year: int, month: int, is_leap: bool) -> int:
    return _months_of(year)[-month if is_leap else month]


def _leap_month(year: int) -> int:
    """Number of the leap month, 0 if the year has none."""
    return -min(0, *_months_of(year))


def _as_date(solar: Solar) -> date:
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def _check_year(year: int) -> None:
    if year not in YEARS:
        raise ValueError(f"农历换算只支持 {YEARS[0]} 至 {YEARS[-1]} 年，不支持 {year} 年。")
