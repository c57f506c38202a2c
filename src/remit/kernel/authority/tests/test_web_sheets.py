"""Many matters from a spreadsheet: looked at first, decided row by row, never twice; what was refused comes back to be mended."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.browsing import browser_of
from tests.cast import Firm, build_firm

from remit.kernel.authority.models import Matter, Request
from remit.lib.sheets import read_sheet, write_xlsx

pytestmark = pytest.mark.django_db
SHEET = "/authority/act/staff.reward/sheet/"
HEADERS = ["员工", "金额", "原因"]
ROWS: list[list[Any]] = [
    ["陈立", "80", "零投诉"],  # the manager decides
    ["赵敏之", "300", "带教新人"],  # goes to the director
    ["陈立", "八十", "手误"],  # no amount
    ["何平", "50", "别的公司"],  # outside her group, and outside everybody's above her but the general manager's
]


@pytest.fixture
def firm() -> Firm:
    return build_firm()


@pytest.fixture
def lin(firm: Firm) -> Client:
    return browser_of(firm, "林晓岚")


def send(browser: Client, data: bytes, name: str = "奖励.xlsx", at: str = SHEET) -> Any:
    return browser.post(at, {"file": SimpleUploadedFile(name, data)})


def test_the_template_has_the_columns_of_the_form(lin: Client) -> None:
    answer = lin.get(SHEET + "template/")
    assert read_sheet(answer.content).headers == tuple(HEADERS)
    assert "奖励员工" in lin.get(SHEET).content.decode()


def test_every_row_meets_the_gate_by_itself(firm: Firm, lin: Client) -> None:
    preview = send(lin, write_xlsx(HEADERS, ROWS))
    page = lin.get(preview.url).content.decode()
    for words in ("可以办理 1", "须经审批", "须改正 1", "第3条"):
        assert words in page
    assert (Matter.objects.count(), Request.objects.count()) == (0, 0), "looking changes nothing"

    lin.post(preview.url)
    assert [matter.facts["amount"] for matter in Matter.objects.all()] == ["80.00"]
    assert {request.facts["amount"] for request in Request.objects.all()} >= {"300.00"}
    result = lin.get(preview.url + "result/").content.decode()
    assert "未办" in result and "零投诉" in result


def test_sending_it_again_does_nothing_twice(lin: Client) -> None:
    preview = send(lin, write_xlsx(HEADERS, ROWS[:2]))
    for _attempt in range(2):
        assert lin.post(preview.url).headers["Location"] == preview.url + "result/"
    assert (Matter.objects.count(), Request.objects.count()) == (1, 1)


def test_the_refused_rows_come_back_and_are_taken_once_mended(lin: Client) -> None:
    preview = send(lin, write_xlsx(HEADERS, [ROWS[0], ROWS[2]]))
    lin.post(preview.url)
    refused = read_sheet(lin.get(preview.url + "refused/").content)
    assert [row.cells["金额"] for row in refused.rows] == ["八十"]
    assert refused.headers[-1] == "问题" and refused.rows[0].cells["问题"]
    mended = [[row.cells["员工"], "60", row.cells["原因"], row.cells["问题"]] for row in refused.rows]
    again = send(lin, write_xlsx(list(refused.headers), mended))
    lin.post(again.url)
    assert [matter.facts["amount"] for matter in Matter.objects.order_by("pk")] == ["80.00", "60.00"]


@pytest.mark.parametrize(
    ("headers", "rows", "told"),
    [
        (["员工", "数额", "原因"], [["陈立", "80", "好"]], "没有这一列"),
        (["员工", "原因"], [["陈立", "好"]], "金额"),
        (HEADERS, [], "没有数据行"),
        (HEADERS, [["陈立", "1", "好"]] * 501, "500"),
    ],
)
def test_a_file_that_does_not_fit_is_told_why(lin: Client, headers: list[str], rows: list[Any], told: str) -> None:
    answer = send(lin, write_xlsx(headers, rows))
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_csv_in_gbk_is_read_too(lin: Client) -> None:
    preview = send(lin, "员工,金额,原因\r\n陈立,80,零投诉\r\n".encode("gb18030"), "奖励.csv")
    assert "可以办理 1" in lin.get(preview.url).content.decode()


def test_nobody_else_sees_what_was_sent(firm: Firm, lin: Client) -> None:
    preview = send(lin, write_xlsx(HEADERS, ROWS[:1]))
    other = browser_of(firm, "高岚")
    assert [other.get(preview.url).status_code, other.post(preview.url).status_code] == [404, 404]
    assert other.get(preview.url.replace("staff.reward", "remedy.gift")).status_code == 404
    assert lin.get(preview.url + "result/").status_code == 404, "nothing has been done yet"
