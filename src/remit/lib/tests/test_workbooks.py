"""Several sheets in one file: written and found again, and what is no workbook is refused in a sentence."""

import pytest

from remit.lib.sheets import SheetError, read_sheet
from remit.lib.workbooks import Table, is_workbook, sheet_names, write_workbook


def test_sheets_come_back_by_name_and_in_order() -> None:
    data = write_workbook([Table("单位", ["编号"], [["KF"]]), Table("人员", ["工号", "姓名"], [["E1", "=1+1"]])])
    assert is_workbook(data)
    assert sheet_names(data) == ["单位", "人员"]
    assert read_sheet(data, sheet="单位").rows[0].cells == {"编号": "KF"}
    assert read_sheet(data, sheet="人员").rows[0].cells == {"工号": "E1", "姓名": "=1+1"}


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old", b"PK"])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert is_workbook(data)
    with pytest.raises(SheetError, match="xlsx"):
        sheet_names(data)


def test_a_csv_is_no_workbook() -> None:
    assert not is_workbook("编号,名称\nKF,客服部\n".encode())
