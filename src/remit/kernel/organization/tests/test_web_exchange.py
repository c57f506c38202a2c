"""The workbook by the pages: looked at, refused with every fault, mended, taken in, written out; and nobody else's upload."""

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from tests.cast import Firm, build_firm
from tests.web_help import browser, page

from remit.kernel.audit.models import Event
from remit.kernel.organization.models import Person, Unit
from remit.kernel.organization.queries import today
from remit.lib.sheets import read_sheet
from remit.lib.workbooks import Table, sheet_names, write_workbook

pytestmark = pytest.mark.django_db
URL = "/organization/exchange/"


@pytest.fixture
def firm() -> Firm:
    return build_firm()


@pytest.fixture
def head(firm: Firm) -> Client:
    return browser(firm, "周岚")


def upload(client: Client, data: bytes, name: str = "花名册.xlsx", **more: Any) -> str:
    """Where the upload leads."""
    file = BytesIO(data)
    file.name = name
    response = client.post(URL, {"file": file, "on": str(today()), **more})
    assert response.status_code == 302, response.content.decode()[:2000]
    return str(response["Location"])


def people(*rows: list[str]) -> bytes:
    return write_workbook([Table("人员", ["工号", "姓名", "公司编号"], rows)])


def test_a_list_is_looked_at_and_taken_in(firm: Firm, head: Client) -> None:
    to = upload(head, people(["E006", "陈力", "HX-J"], ["E100", "方敏", "HX-J"], ["E007", "赵敏之", "HX-J"]))
    shown = page(head, to)
    assert "陈力" in shown and "陈立" in shown and "E100 方敏" in shown
    assert not Person.objects.filter(employee_no="E100").exists()
    response = head.post(f"{to}taking-in/")
    assert response.status_code == 302
    assert Person.objects.get(employee_no="E006").name == "陈力"
    event = Event.objects.get(kind="organization.import")
    assert event.subject_label == "花名册.xlsx"
    assert event.changes["people"] == {"added": 1, "changed": 1, "unchanged": 1}
    assert head.post(f"{to}taking-in/").status_code == 404, "an upload is taken in once"


def test_faults_are_listed_and_the_marked_file_comes_back_mended(firm: Firm, head: Client) -> None:
    to = upload(head, people(["E100", "方敏", "没有"], ["E101", "", "HX-J"]))
    shown = page(head, to, 422)
    assert "没有编号为“没有”的公司" in shown and "不能为空" in shown
    assert "taking-in" not in shown
    assert head.post(f"{to}taking-in/").status_code == 422
    report = read_sheet(head.get(f"{to}mending/").content, sheet="人员")
    mended = [[*row.cells.values()] for row in report.rows]
    mended[0][2], mended[1][1] = "HX-J", "王芳"
    again = write_workbook([Table("人员", list(report.headers), mended)])
    assert head.post(f"{upload(head, again)}taking-in/").status_code == 302
    assert Person.objects.filter(employee_no__in=["E100", "E101"]).count() == 2


def test_an_old_csv_of_excel_is_read(firm: Firm, head: Client) -> None:
    data = "编号,名称,类型,上级编号\r\nKF,客户体验部,部门,HX-J\r\n".encode("gb18030")
    to = upload(head, data, "单位.csv")
    assert "客户体验部" in page(head, to)
    head.post(f"{to}taking-in/")
    assert Unit.objects.get(code="KF").name == "客户体验部"
    bad = upload(head, "编号,名称,类型,上级编号\r\nKF,,部门,HX-J\r\n".encode("gb18030"), "单位.csv")
    assert head.get(f"{bad}mending/").content.decode("utf-8-sig").splitlines()[0] == "编号,名称,类型,上级编号,问题"


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"PK\x03\x04", "随便什么".encode()])
def test_what_is_no_table_is_told(firm: Firm, head: Client, data: bytes) -> None:
    to = upload(head, data)
    assert "notice--danger" in page(head, to, 422)
    assert head.get(f"{to}mending/").status_code == 404


def test_a_day_ahead_is_refused_on_the_form(firm: Firm, head: Client) -> None:
    file = BytesIO(people())
    file.name = "x.xlsx"
    response = head.post(URL, {"file": file, "on": str(today() + dt.timedelta(days=1))})
    assert response.status_code == 422
    assert "field__error" in response.content.decode()
    assert head.post(URL, {"on": str(today())}).status_code == 422


def test_an_upload_is_its_owners(firm: Firm, head: Client) -> None:
    to = upload(head, people(["E100", "方敏", "HX-J"]))
    for other in (browser(firm, "陈立"), browser(firm, "何平")):
        assert other.get(to).status_code == other.post(f"{to}taking-in/").status_code == 404
    assert head.get(f"{URL}imports/{'x' * 60}/").status_code == 404


def test_somebody_changed_it_in_between(firm: Firm, head: Client) -> None:
    """What was looked at no longer fits: it is refused with the page, and nothing is half done."""
    to = upload(head, people(["E100", "方敏", "HX-J"]))
    firm.do("周岚", "organization.leave", person=firm["陈立"].pk, left_on=today())
    stale = upload(
        head, write_workbook([Table("人员", ["工号", "姓名", "公司编号", "离职日期"], [["E006", "陈立", "HX-J", ""]])])
    )
    assert head.post(f"{stale}taking-in/").status_code == 422
    assert head.post(f"{to}taking-in/").status_code == 302


def test_everything_goes_out_and_the_log_knows(firm: Firm, head: Client) -> None:
    book = head.get(f"{URL}export/xlsx/").content
    assert sheet_names(book) == ["单位", "岗位", "人员", "任职"]
    assert head.get(f"{URL}export/people/").content.startswith(b"\xef\xbb\xbf")
    assert head.get(f"{URL}export/wages/").status_code == 404
    assert [e.facts["tables"] for e in Event.objects.filter(kind="organization.export").order_by("id")] == [
        "xlsx",
        "people",
    ]
    assert "notice--danger" not in page(head, upload(head, book)), "it comes in again without a fault"
    assert "taking-in" not in page(head, upload(head, book)), "and without a change"
    assert sheet_names(head.get(f"{URL}template.xlsx").content) == ["单位", "岗位", "人员", "任职"]
