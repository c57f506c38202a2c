"""The format: four tables, their columns, and what each column takes. Headers are Chinese in every language: they are the format."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from remit.kernel.organization.rules import HEADCOUNT_MAX
from remit.lib.identifiers import read_mobile

Value = str | int | bool | dt.date | None

KINDS: Final[Mapping[str, str]] = {"集团": "group", "公司": "company", "部门": "department", "班组": "team"}
# What people write in place of the four words, and what other systems export.
OTHER_KINDS: Final[Mapping[str, str]] = {
    "组": "team", "小组": "team", "科": "department", "科室": "department", "中心": "department", "分公司": "company",
    "子公司": "company", "总公司": "company", "group": "group", "company": "company", "department": "department", "team": "team",
}  # fmt: skip
YES: Final = frozenset({"是", "y", "yes", "true", "1", "√", "对"})
NO: Final = frozenset({"否", "n", "no", "false", "0", "×", "x", ""})
_DATE: Final = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[ T]00:00(?::00)?)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong, and where: sheet, row as the spreadsheet counts (0: the sheet itself), header of the column ("": the row)."""

    sheet: str
    row: int
    column: str
    message: str


def _text(longest: int) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        if len(text) > longest:
            raise ValueError(f"过长:最多 {longest} 个字,现有 {len(text)} 个。")
        return text

    return read


def _kind(text: str) -> Value:
    found = KINDS.get(text) or OTHER_KINDS.get(text.lower())
    if found is None:
        raise ValueError(f"“{text}”不是单位类型,可填:{'、'.join(KINDS)}。")
    return found


def _day(text: str) -> Value:
    match = _DATE.fullmatch(text)
    try:
        day = dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2199:
        raise ValueError(f"“{text}”不是日期,请写成 2026-11-23。")
    return day


def _yes_no(text: str) -> Value:
    if text.lower() in YES | NO:
        return text.lower() in YES
    raise ValueError(f"“{text}”请改为 是 或 否。")


def _places(text: str) -> Value:
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not 1 <= int(text) <= HEADCOUNT_MAX:
        raise ValueError(f"“{text}”请改为 1 至 {HEADCOUNT_MAX} 的整数。")
    return int(text)


def _email(text: str) -> Value:
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValueError(f"“{text}”不是邮箱地址。") from error
    return text


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is the name in the program; `may_be_empty` whether a row may leave it blank; `note` stands in the guide."""

    header: str
    key: str
    read: Callable[[str], Value]
    may_be_empty: bool = True
    # A column that may be missing as a whole leaves what is there as it is.
    may_be_missing: bool = True
    example: str = ""


def _needed(header: str, key: str, read: Callable[[str], Value], example: str = "") -> Column:
    return Column(header, key, read, may_be_empty=False, may_be_missing=False, example=example)


@dataclass(frozen=True, slots=True)
class TableFormat:
    """One sheet, or one CSV file."""

    key: str
    title: str
    columns: tuple[Column, ...]

    @property
    def headers(self) -> tuple[str, ...]:
        return tuple(column.header for column in self.columns)

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(column.header for column in self.columns if not column.may_be_missing)

    def header_of(self, key: str) -> str:
        return next(column.header for column in self.columns if column.key == key)


UNITS: Final = TableFormat("units", "单位", (
    _needed("编号", "code", _text(40), "KF"),
    _needed("名称", "name", _text(120), "客户服务部"),
    _needed("类型", "kind", _kind, "部门"),
    Column("上级编号", "parent", _text(40), example="HX-J"),
    Column("设立日期", "opened_on", _day, example="2024-01-01"),
))  # fmt: skip
POSITIONS: Final = TableFormat("positions", "岗位", (
    _needed("编号", "code", _text(40), "KF-01"),
    _needed("名称", "title", _text(120), "客服部总监"),
    _needed("单位编号", "unit", _text(40), "KF"),
    Column("编制人数", "headcount", _places, example="1"),
    Column("部门负责人", "is_head", _yes_no, example="是"),
    Column("上级岗位编号", "superior", _text(40), example="GM-01"),
    Column("第二上级岗位编号", "second_superior", _text(40)),
    Column("设立日期", "opened_on", _day, example="2024-01-01"),
))  # fmt: skip
PEOPLE: Final = TableFormat("people", "人员", (
    _needed("工号", "employee_no", _text(40), "E003"),
    _needed("姓名", "name", _text(80), "高岚"),
    _needed("公司编号", "company", _text(40), "HX-J"),
    Column("入职日期", "joined_on", _day, example="2024-01-01"),
    Column("离职日期", "left_on", _day),
    Column("手机", "mobile", read_mobile, example="13800138000"),
    Column("邮箱", "email", _email),
))  # fmt: skip
APPOINTMENTS: Final = TableFormat("appointments", "任职", (
    _needed("工号", "person", _text(40), "E003"),
    _needed("岗位编号", "position", _text(40), "KF-01"),
    Column("开始日期", "start", _day, example="2024-01-01"),
    Column("结束日期", "end", _day),
    Column("主岗", "is_main", _yes_no, example="是"),
))  # fmt: skip
TABLES: Final = (UNITS, POSITIONS, PEOPLE, APPOINTMENTS)
BY_KEY: Final = {table.key: table for table in TABLES}
# The column that a report of faults adds; it is passed over when the file comes back.
FAULT_HEADER: Final = "问题"
