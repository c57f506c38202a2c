"""Recurrence rules as text: read what people write, print the one form. Each is the other's reverse."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import Final

from remit.lib.lunar import Festival
from remit.lib.recurrence import (
    OFFSET_MAX,
    WEEKDAYS,
    ByFestival,
    Closed,
    DateOf,
    EveryDay,
    HalfMonths,
    NthDay,
    NthWeekday,
    NthWorkday,
    Pick,
    Recurrence,
    Unit,
    Weekdays,
)

EXAMPLES: Final = (
    "每天、每个工作日、每周一、周四、每两周的周一 18:00、每半月、每月5日、每月第3个工作日、每月最后一个工作日、"
    "每季度第一个周二 18:00、每年3月15日、每两年最后一个工作日、春节、中秋前3个工作日"
)
_DIGITS: Final = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_N: Final = r"(\d{1,2}|[一二两三四五六七八九十]{1,3})"
_FESTIVALS: Final = "|".join(sorted(Festival, key=len, reverse=True))
_UNITS: Final = {"周": Unit.WEEK, "星期": Unit.WEEK, "月": Unit.MONTH, "个月": Unit.MONTH, "季": Unit.QUARTER,
                 "季度": Unit.QUARTER, "个季度": Unit.QUARTER, "半年": Unit.HALF_YEAR, "年": Unit.YEAR}  # fmt: skip
_PRINTED: Final = {
    Unit.WEEK: "周",
    Unit.MONTH: "月",
    Unit.QUARTER: "季度",
    Unit.HALF_YEAR: "半年",
    Unit.YEAR: "年",
}
_STEPPED: Final = {**_PRINTED, Unit.MONTH: "个月", Unit.QUARTER: "个季度", Unit.HALF_YEAR: "个半年"}
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})$")
_SINCE: Final = re.compile(r"自(\d{4}-\d{2}-\d{2})起$")
_CLOSED: Final = re.compile(r"遇(?:休息日|节假日)(顺延|提前|照常|取消)$")
_BY_FESTIVAL: Final = re.compile(
    rf"(?:每逢|逢)?((?:{_FESTIVALS})(?:节)?(?:、(?:{_FESTIVALS})(?:节)?)*)(?:(当天)|(前|后){_N}(天|个工作日))?"
)
_PERIOD: Final = re.compile(rf"每(?:{_N}(?=周|个|年|半年))?(个半年|个季度|个月|半年|季度|季|月|年|周|星期)的?(.*)")
_WEEKDAY_LIST: Final = re.compile(r"(?:周|星期)?[一二三四五六日天](?:[、和及](?:周|星期)?[一二三四五六日天])*")


def read(text: str) -> Recurrence:
    """See recurrence.parse_recurrence."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("(", "").replace(")", "")
    bare = re.sub(r"[,,;]", "", bare)
    try:
        closed = since = at = None
        if found := _CLOSED.search(bare):
            closed, bare = Closed(found[1]), bare[: found.start()]
        if found := _SINCE.search(bare):
            since, bare = dt.date.fromisoformat(found[1]), bare[: found.start()]
        if found := _TIME.search(bare):
            at, bare = dt.time(int(found[1]), int(found[2])), bare[: found.start()].removesuffix("的")
        pick, unit, step = _body(bare)
        return Recurrence(pick, unit, step, at, closed, since)
    except (ValueError, KeyError) as error:
        raise ValueError(f"看不懂“{text[:60]}”是多久一次。可以写:{EXAMPLES}。") from error


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS[text]
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _body(text: str) -> tuple[Pick, Unit, int]:
    if text in {"每天", "每日"}:
        return EveryDay(workdays_only=False), Unit.MONTH, 1
    if text in {"每个工作日", "每工作日"}:
        return EveryDay(workdays_only=True), Unit.MONTH, 1
    if text in {"每半月", "每半个月"}:
        return HalfMonths(), Unit.MONTH, 1
    if found := _BY_FESTIVAL.fullmatch(text):
        festivals = tuple(dict.fromkeys(_festival(name) for name in found[1].split("、")))
        offset = _number(found[4]) if found[3] else 0
        if offset > OFFSET_MAX or (found[3] and offset == 0):
            raise ValueError(text)
        signed = -offset if found[3] == "前" else offset
        return ByFestival(festivals, signed, found[5] == "个工作日"), Unit.MONTH, 1
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise ValueError(text)
    unit = Unit.HALF_YEAR if found[2] == "个半年" else _UNITS[found[2]]
    return _pick(unit, found[3]), unit, _number(found[1]) if found[1] else 1


def _festival(name: str) -> Festival:
    return Festival(name) if name in list(Festival) else Festival(name.removesuffix("节"))


_ORDINAL: Final = rf"(第{_N}|倒数第{_N}|最后一|首)"
_NTH_WORKDAY: Final = re.compile(rf"{_ORDINAL}个工作日")
_NTH_WEEKDAY: Final = re.compile(rf"(?:第{_N}|(最后一))(?:个|周的?)(?:周|星期)([一二三四五六日天])")
_DAY_OF: Final = re.compile(rf"(?:{_N}月|第{_N}个月的?)?{_N}[日号]")


def _pick(unit: Unit, text: str) -> Pick:
    if text in {"", "末", "底", "底前", "末前"}:
        return NthWorkday(-1)
    if text == "初":
        return NthWorkday(1)
    if text in {"第一天", "最后一天"} and unit is not Unit.WEEK:
        return NthDay(1 if text == "第一天" else -1)
    if found := _NTH_WORKDAY.fullmatch(text):
        return _in_range(NthWorkday(_number(found[2]) if found[2] else -_number(found[3]) if found[3] else
                                    -1 if found[1] == "最后一" else 1))  # fmt: skip
    if unit is Unit.WEEK:
        if not _WEEKDAY_LIST.fullmatch(text):
            raise ValueError(text)
        return Weekdays(tuple(sorted({_weekday(sign) for sign in re.sub("[周星期、和及]", "", text)})))
    if found := _NTH_WEEKDAY.fullmatch(text):
        n = _number(found[1]) if found[1] else -1
        if n > 5:
            raise ValueError(text)
        return NthWeekday(n, _weekday(found[3]))
    if found := _DAY_OF.fullmatch(text):
        return _date_of(unit, found)
    raise ValueError(text)


def _in_range(pick: NthWorkday) -> NthWorkday:
    if not 1 <= abs(pick.n) <= 31:
        raise ValueError(pick.n)
    return pick


def _date_of(unit: Unit, found: re.Match[str]) -> DateOf:
    """ "5日" of a month, "第2个月5日" of a quarter or half-year, "3月15日" of a year."""
    day = _number(found[3])
    named = found[1] if unit is Unit.YEAR else found[2]
    months = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF_YEAR: 6, Unit.YEAR: 12}[unit]
    if (named is None) != (unit is Unit.MONTH) or (found[1] and found[1] != named) or (found[2] and found[2] != named):
        raise ValueError(found[0])
    month = _number(named) - 1 if named else 0
    if not (0 <= month < months and 1 <= day <= 31):
        raise ValueError(found[0])
    return DateOf(month, day)


def _weekday(sign: str) -> int:
    return 6 if sign == "天" else WEEKDAYS.index(sign)


# --- print -------------------------------------------------------------------------------------------------------------------


def write(rule: Recurrence) -> str:
    text = _write_pick(rule)
    if rule.at is not None:
        text += f" {rule.at:%H:%M}"
    if rule.since is not None:
        text += f"，自{rule.since.isoformat()}起"
    if rule.closed is not None:
        text += f"，遇休息日{rule.closed}"
    return text


def _write_pick(rule: Recurrence) -> str:
    match rule.pick:
        case EveryDay(workdays_only=only):
            return "每个工作日" if only else "每天"
        case HalfMonths():
            return "每半月"
        case ByFestival(festivals=festivals, offset=offset, in_workdays=in_workdays):
            how = (
                f"{'前' if offset < 0 else '后'}{abs(offset)}{'个工作日' if in_workdays else '天'}"
                if offset
                else "当天"
            )
            return "、".join(festivals) + how
        case Weekdays(days=days):
            if rule.step == 1:
                return "每" + "、".join(f"周{WEEKDAYS[day]}" for day in days)
            return f"{_period(rule)}的" + "、".join(f"周{WEEKDAYS[day]}" for day in days)
    return _period(rule) + ("的" if rule.step > 1 else "") + _WRITE[type(rule.pick)](rule)


def _period(rule: Recurrence) -> str:
    if rule.step == 1:
        return f"每{_PRINTED[rule.unit]}"
    return f"每{'两' if rule.step == 2 else rule.step}{_STEPPED[rule.unit]}"


def _write_date(rule: Recurrence) -> str:
    assert isinstance(rule.pick, DateOf)  # noqa: S101 - chosen by type
    if rule.unit is Unit.MONTH:
        return f"{rule.pick.day}日"
    return f"{rule.pick.month + 1}月{rule.pick.day}日" if rule.unit is Unit.YEAR else (
        f"第{rule.pick.month + 1}个月{rule.pick.day}日"
    )  # fmt: skip


def _write_workday(rule: Recurrence) -> str:
    assert isinstance(rule.pick, NthWorkday)  # noqa: S101 - chosen by type
    n = rule.pick.n
    return "最后一个工作日" if n == -1 else f"倒数第{-n}个工作日" if n < 0 else f"第{n}个工作日"


def _write_weekday(rule: Recurrence) -> str:
    assert isinstance(rule.pick, NthWeekday)  # noqa: S101 - chosen by type
    which = "最后一个" if rule.pick.n < 0 else f"第{rule.pick.n}个"
    return f"{which}周{WEEKDAYS[rule.pick.weekday]}"


def _write_day(rule: Recurrence) -> str:
    assert isinstance(rule.pick, NthDay)  # noqa: S101 - chosen by type
    return "第一天" if rule.pick.n > 0 else "最后一天"


_WRITE: Final[dict[type, Callable[[Recurrence], str]]] = {
    DateOf: _write_date,
    NthWorkday: _write_workday,
    NthWeekday: _write_weekday,
    NthDay: _write_day,
}
