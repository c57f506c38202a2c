"""The personnel department brings its list: looked at first, taken in as a whole or not at all, written out again the same."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import LONG_AGO, Firm, build_firm

from remit.kernel.accounts.actor import system
from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import NotAuthorised, RuleBroken
from remit.kernel.authority.gate import Result, perform
from remit.kernel.organization import importing
from remit.kernel.organization.importing.tables import FAULT_HEADER, TABLES
from remit.kernel.organization.models import (
    Appointment,
    Person,
    Position,
    PositionSpell,
    ReportingLine,
    Unit,
    UnitSpell,
)
from remit.kernel.organization.queries import structure_on, today
from remit.lib.sheets import read_sheet
from remit.lib.workbooks import Table, write_workbook

pytestmark = pytest.mark.django_db
Rows = list[list[Any]]


@pytest.fixture
def firm() -> Firm:
    return build_firm()


def workbook(**sheets: Rows) -> bytes:
    """Sheets by table key; the first row is the header."""
    titles = {table.key: table.title for table in TABLES}
    return write_workbook(Table(titles[key], [str(h) for h in rows[0]], rows[1:]) for key, rows in sheets.items())


def take_in(data: bytes, on: dt.date | None = None) -> Result:
    upload = importing.read_upload(data)
    assert upload.faults == []
    facts = {
        "rows": importing.to_data(upload.rows),
        "digest": importing.digest_of(upload.rows),
        "on": on or today(),
        "file_name": "花名册.xlsx",
    }
    return perform(system("tests"), "organization.import", facts)


def faults_of(data: bytes) -> list[tuple[str, int, str]]:
    upload = importing.read_upload(data)
    plan = importing.make_plan(upload.rows, on=today(), faults=upload.faults)
    return [(fault.sheet, fault.row, fault.column) for fault in plan.faults]


UNIT: list[Any] = ["编号", "名称", "类型", "上级编号", "设立日期"]
POSITION: list[Any] = [
    "编号",
    "名称",
    "单位编号",
    "编制人数",
    "部门负责人",
    "上级岗位编号",
    "第二上级岗位编号",
    "设立日期",
]
PERSON: list[Any] = ["工号", "姓名", "公司编号", "入职日期", "离职日期", "手机", "邮箱"]
HOLDING: list[Any] = ["工号", "岗位编号", "开始日期", "结束日期", "主岗"]


def test_a_company_comes_in_from_one_workbook() -> None:
    take_in(
        workbook(
            units=[UNIT, ["G", "远航集团", "集团", "", "2020-01-01"], ["C", "远航物业", "公司", "G", "2020-01-01"],
                   ["K", "客服部", "部门", "C", "2021-06-01"]],
            positions=[POSITION, ["K2", "客服专员", "K", 3, "否", "K1", "", "2021-06-01"],
                       ["K1", "客服经理", "K", 1, "是", "", "", "2021-06-01"]],
            people=[PERSON, ["001", "买买提·吐尔逊", "C", "2021-07-01", "", "13800138000", "m@example.com"],
                    ["002", "王芳", "C", "2022-01-01", "", "", ""]],
            appointments=[HOLDING, ["001", "K1", "2021-07-01", "", "是"], ["002", "K2", "2022-01-01", "", ""]],
        )
    )  # fmt: skip
    staff = Position.objects.get(code="K2")
    assert staff.superior == Position.objects.get(code="K1")
    assert (staff.company, staff.unit.path.count("/")) == (Unit.objects.get(code="C"), 4)
    now = structure_on(today())
    assert {now.positions[p].title: [now.people[h] for h in now.positions[p].holders] for p in now.positions} == {
        "客服经理": ["买买提·吐尔逊"],
        "客服专员": ["王芳"],
    }
    assert structure_on(dt.date(2021, 6, 30)).people == {}
    assert Person.objects.get(employee_no="001").mobile == "13800138000"
    event = Event.objects.get()
    assert event.kind == "organization.import"
    assert event.changes["people"] == {"added": 2, "changed": 0, "unchanged": 0}
    assert "13800138000" not in str(event.facts) + str(event.changes)


def test_what_goes_out_comes_in_again_unchanged(firm: Firm) -> None:
    upload = importing.read_upload(importing.export_workbook())
    plan = importing.make_plan(upload.rows, on=today(), faults=upload.faults)
    assert (plan.faults, plan.is_empty) == ([], True)
    assert plan.counts()["people"]["unchanged"] == 10


@pytest.mark.parametrize("kind", [table.key for table in TABLES])
def test_each_csv_goes_out_and_comes_in(firm: Firm, kind: str) -> None:
    for data in (importing.export_csv(kind), importing.export_csv(kind).decode("utf-8-sig").encode("gb18030")):
        upload = importing.read_upload(data)
        assert list(upload.rows) == [kind]
        assert importing.make_plan(upload.rows, on=today(), faults=upload.faults).is_empty


def test_the_template_reads_as_it_is_written() -> None:
    assert importing.read_upload(importing.template()).faults == []


def test_changes_keep_what_was(firm: Firm) -> None:
    """The department is renamed and moved, the adviser's post answers to the director, somebody gets a number."""
    take_in(
        workbook(
            units=[UNIT[:4], ["KF", "客户体验部", "部门", "GM"]],
            positions=[["编号", "名称", "单位编号", "上级岗位编号"], ["P-06", "客户顾问", "KF", "P-03"]],
            people=[["工号", "姓名", "公司编号", "手机"], ["E006", "陈立", "HX-J", "139 0013 9000"]],
        ),
        on=today(),
    )
    service = Unit.objects.get(code="KF")
    assert (service.name, service.parent) == ("客户体验部", Unit.objects.get(code="GM"))
    assert service.path.startswith(Unit.objects.get(code="GM").path)
    before, after = structure_on(today() - dt.timedelta(days=1)), structure_on(today())
    post = firm.positions["健康顾问"].pk
    assert (before.units[service.pk].name, after.units[service.pk].name) == ("客户服务部", "客户体验部")
    assert (before.positions[post].title, after.positions[post].title) == ("健康顾问", "客户顾问")
    assert before.positions[post].superior_id == firm.positions["客服部经理"].pk
    assert after.positions[post].superior_id == firm.positions["客服部总监"].pk
    assert Person.objects.get(employee_no="E006").mobile == "13900139000"
    assert UnitSpell.objects.filter(unit=service).count() == 2
    assert PositionSpell.objects.filter(position=post).count() == 2
    assert ReportingLine.objects.filter(position=post, rank=1).count() == 2


def test_two_departments_exchange_their_names(firm: Firm) -> None:
    take_in(workbook(units=[UNIT[:4], ["KF", "财务部", "部门", "HX-J"], ["CW", "客户服务部", "部门", "HX-J"]]))
    assert [Unit.objects.get(code=code).name for code in ("KF", "CW")] == ["财务部", "客户服务部"]
    assert not Unit.objects.filter(name__startswith="•").exists()


def test_a_column_that_is_missing_changes_nothing_and_an_empty_line_does(firm: Firm) -> None:
    post = firm.positions["健康顾问"]
    take_in(workbook(positions=[POSITION[:3], ["P-06", "健康顾问", "KF"]]))
    post.refresh_from_db()
    assert (post.superior, post.headcount) == (firm.positions["客服部经理"], 5)
    take_in(workbook(positions=[["编号", "名称", "单位编号", "上级岗位编号"], ["P-06", "健康顾问", "KF", ""]]))
    post.refresh_from_db()
    assert (post.superior, post.headcount) == (None, 5)


def test_somebody_leaves_and_somebody_else_takes_over(firm: Firm) -> None:
    tomorrow = today() + dt.timedelta(days=1)
    take_in(
        workbook(
            people=[
                PERSON,
                ["E008", "韩涛", "HX-J", "", tomorrow, "", ""],
                ["E100", "方敏", "HX-J", today(), "", "", ""],
            ],
            appointments=[HOLDING, ["E008", "P-07", LONG_AGO, tomorrow, "是"], ["E100", "P-07", tomorrow, "", "是"]],
        )
    )
    assert Person.objects.get(employee_no="E008").left_on == tomorrow
    post = firm.positions["财务总监"].pk
    assert structure_on(today()).positions[post].holders == (firm["韩涛"].pk,)
    assert structure_on(tomorrow).positions[post].holders == (Person.objects.get(employee_no="E100").pk,)


def test_every_fault_is_told_at_once_and_nothing_is_kept(firm: Firm) -> None:
    data = workbook(
        units=[UNIT, ["X1", "新部", "部们", "HX-J", "昨天"], ["X2", "", "部门", "HX-J", ""], ["X3", "三部", "部门", "没有", ""],
               ["X4", "客户服务部", "部门", "HX-J", ""], ["X5", "五司", "公司", "KF", ""], ["X6", "六部", "部门", "X7", ""],
               ["X7", "七部", "部门", "X6", ""]],
        positions=[POSITION, ["Q1", "甲", "KF", 0, "", "", "", ""], ["Q2", "乙", "KF", 1, "", "Q3", "", ""],
                   ["Q3", "丙", "KF", 1, "", "Q2", "", ""], ["Q4", "丁", "KF", 1, "", "", "P-03", ""],
                   ["Q4", "丁", "KF", 1, "", "", "", ""]],
        people=[PERSON, ["N1", "甲", "KF", "", "", "", ""], ["N2", "乙", "HX-J", "2026-02-30", "", "123", "x@"],
                ["E010", "何平", "HX-J", "", "", "", ""]],
        appointments=[HOLDING, ["E001", "P-03", "", "", "否"], ["E777", "P-06", "", "", ""], ["E010", "P-06", "", "", ""]],
    )  # fmt: skip
    expected = [
        ("单位", 2, "类型"), ("单位", 2, "设立日期"), ("单位", 3, "名称"), ("单位", 4, "上级编号"), ("单位", 5, "名称"),
        ("单位", 6, "上级编号"), ("单位", 7, "上级编号"), ("单位", 8, "上级编号"), ("岗位", 2, "编制人数"),
        ("岗位", 3, "上级岗位编号"), ("岗位", 4, "上级岗位编号"), ("岗位", 5, "上级岗位编号"), ("岗位", 6, "编号"),
        ("人员", 2, "公司编号"), ("人员", 3, "入职日期"), ("人员", 3, "手机"), ("人员", 3, "邮箱"), ("人员", 4, "公司编号"),
        ("任职", 2, "岗位编号"), ("任职", 3, "工号"), ("任职", 4, "岗位编号"),
    ]  # fmt: skip
    assert faults_of(data) == expected
    upload = importing.read_upload(data)
    before = (Unit.objects.count(), Position.objects.count(), Person.objects.count())
    with pytest.raises(RuleBroken):
        perform(system("tests"), "organization.import", {"rows": importing.to_data(upload.rows), "on": today(),
                "digest": importing.digest_of(importing.from_data(importing.to_data(upload.rows))[0])})  # fmt: skip
    assert (Unit.objects.count(), Position.objects.count(), Person.objects.count()) == before


def test_the_report_is_mended_and_fed_back(firm: Firm) -> None:
    data = workbook(people=[PERSON[:3], ["N1", "甲", "KF"], ["N2", "乙", "HX-J"]])
    upload = importing.read_upload(data)
    plan = importing.make_plan(upload.rows, on=today(), faults=upload.faults)
    report = read_sheet(importing.error_file(upload, plan.faults), sheet="人员")
    assert report.headers == ("工号", "姓名", "公司编号", FAULT_HEADER)
    assert "没有编号为“KF”的公司" in report.rows[0].cells[FAULT_HEADER]
    assert report.rows[1].cells[FAULT_HEADER] == ""
    mended = [[*row.cells.values()] for row in report.rows]
    mended[0][2] = "HX-J"
    take_in(workbook(people=[list(report.headers), *mended]))
    assert Person.objects.filter(employee_no__in=["N1", "N2"]).count() == 2


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "没有内容"),
        (b"PK\x03\x04", "不是完好的"),
        ("甲,乙\n1,2\n".encode(), "看不出"),
        ("编号,名称,类型,颜色\nA,甲,部门,红\n".encode(), "没有这一列"),
        (write_workbook([Table("别的", ["甲"], [["1"]])]), "没有可导入的工作表"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_in_a_sentence(data: bytes, told: str) -> None:
    assert told in " ".join(fault.message for fault in importing.read_upload(data).faults)


def test_only_who_may_takes_in_and_rows_are_those_looked_at(firm: Firm) -> None:
    upload = importing.read_upload(workbook(people=[PERSON[:3], ["N1", "甲", "HX-J"]]))
    facts = {"rows": importing.to_data(upload.rows), "digest": importing.digest_of(upload.rows), "on": today()}
    with pytest.raises(NotAuthorised):
        firm.do("陈立", "organization.import", **facts)
    with pytest.raises(RuleBroken):
        firm.do("周岚", "organization.import", **{**facts, "digest": "0" * 64})
    with pytest.raises(RuleBroken):
        firm.do("周岚", "organization.import", **{**facts, "on": today() + dt.timedelta(days=1)})
    assert not Person.objects.filter(employee_no="N1").exists()
    assert firm.do("周岚", "organization.import", **facts).kind == "done"


def _firm_of(people: int) -> bytes:
    return workbook(
        units=[UNIT, ["G", "大集团", "集团", "", "2020-01-01"], ["C", "大公司", "公司", "G", "2020-01-01"]],
        positions=[POSITION, *([f"T{n:03}", f"专员{n}", "C", 100, "", f"T{n // 10:03}" if n else "", "", "2020-01-01"]
                               for n in range(200))],
        people=[PERSON, *([f"N{n:05}", f"王{chr(0x4E00 + n % 5000)}", "C", "2024-01-01", "", "", ""] for n in range(people))],
        appointments=[HOLDING, *([f"N{n:05}", f"T{n % 200:03}", "2024-02-01", "", "是"] for n in range(people))],
    )  # fmt: skip


def test_the_number_of_statements_does_not_grow_with_the_people() -> None:
    take_in(
        workbook(units=[UNIT, ["G", "大集团", "集团", "", "2020-01-01"], ["C", "大公司", "公司", "G", "2020-01-01"]])
    )
    with CaptureQueriesContext(connection) as few:
        take_in(_firm_of(20))
    with CaptureQueriesContext(connection) as many:
        take_in(_firm_of(600))
    assert len(many) <= len(few) + 5
    assert Appointment.objects.count() == 600


NAMES = st.text(st.characters(categories=["Lo", "Lu", "Nd", "Sm"], max_codepoint=0x9FFF), min_size=1, max_size=12)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(NAMES, min_size=1, max_size=6),
    parents=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    second=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_any_organization_survives_the_way_out_and_in(names: list[str], parents: list[int], second: list[bool]) -> None:
    units: Rows = [UNIT, ["G", "集团", "集团", "", "2020-01-01"], ["C", "公司", "公司", "G", "2020-01-01"]]
    positions: Rows = [POSITION]
    people: Rows = [PERSON]
    held: Rows = [HOLDING]
    for n, name in enumerate(names):
        units.append([f"U{n}", f"{name}{n}", "部门", f"U{parents[n]}" if parents[n] < n else "C", "2021-01-01"])
        boss = f"W{parents[n]}" if parents[n] < n else ""
        other = f"W{n - 1}" if second[n] and boss and f"W{n - 1}" != boss else ""
        positions.append([f"W{n}", name, f"U{n}", 2, second[n], boss, other, "2021-01-01"])
        people.append([f"M{n}", name, "C", "2021-01-01", "", "", ""])
        held.append([f"M{n}", f"W{n}", "2021-02-01", "", "是"])
    with transaction.atomic():
        take_in(workbook(units=units, positions=positions, people=people, appointments=held))
        out = importing.export_workbook()
        upload = importing.read_upload(out)
        plan = importing.make_plan(upload.rows, on=today(), faults=upload.faults)
        transaction.set_rollback(True)
    assert (plan.faults, plan.is_empty) == ([], True)
    assert [plan.tables[t.key].unchanged for t in TABLES] == [len(names) + 2, len(names), len(names), len(names)]
