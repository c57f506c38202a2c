"""KPI workbooks: merged cells, percent as people see it, hidden sheets, three kinds of file."""

import datetime
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from remit.kernel.charters.importing.readers import read_bytes, read_path
from remit.kernel.charters.importing.readers.sheets import shown
from remit.kernel.charters.importing.source import UnreadableDocument
from remit.kernel.charters.tests.importing.packages import grid, promise_holds, texts, xlsx_of, zipped

CORPUS = Path(__file__).parents[6] / "tests" / "corpus"
ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="考核"><table:table-row>
<table:table-cell office:value-type="string"><text:p>指标</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="3" table:number-columns-repeated="2"><text:p>3</text:p></table:table-cell>
<table:table-cell office:value-type="percentage" office:value="0.3"><text:p>30%</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def test_each_sheet_is_a_heading_and_a_table_with_percent_as_shown() -> None:
    data = xlsx_of([["指标", "权重"], ["满意度", 0.25], ["件数", 3.0]], title="客服主管", percents=("B2",))
    source = read_bytes(data, "考核.xlsx")
    assert [(block.kind, block.text) for block in source.blocks] == [
        ("heading", "客服主管"), ("table", "指标\t权重\n满意度\t25%\n件数\t3"),
    ]  # fmt: skip
    assert promise_holds(source)


def test_merged_cells_have_spans_and_empty_rows_are_left_out() -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet["B2"], sheet["B4"], sheet["C4"], sheet["C5"] = "考核表", "职责", "一", "二"
    sheet.merge_cells("B2:C2")
    sheet.merge_cells("B4:B5")
    out = io.BytesIO()
    workbook.save(out)
    source = read_bytes(out.getvalue(), "a.xlsx")
    assert grid(source) == [(0, 0, 1, 2, "考核表"), (2, 0, 2, 1, "职责"), (2, 1, 1, 1, "一"), (3, 1, 1, 1, "二")]
    assert promise_holds(source)


def test_hidden_and_empty_sheets_are_left_out_and_the_hidden_one_is_mentioned() -> None:
    workbook = Workbook()
    workbook.worksheets[0]["A1"] = "看得见"
    hidden = workbook.create_sheet("工资")
    hidden["A1"] = "看不见"
    hidden.sheet_state = "hidden"
    workbook.create_sheet("空")
    out = io.BytesIO()
    workbook.save(out)
    source = read_bytes(out.getvalue(), "a.xlsx")
    assert texts(source) == ["Sheet", "看得见"]
    assert source.warnings == ("隐藏的工作表“工资”没有读取。",)


def ods(content: str) -> bytes:
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    parts: dict[str, bytes | str] = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    return zipped(parts, zipfile.ZIP_STORED)


def test_an_ods_is_read_too() -> None:
    assert texts(read_bytes(ods(ODS.replace("\n", "")), "a.ods")) == ["考核", "指标\t3\t3\t30%"]


def test_an_old_workbook_is_read_with_its_merged_cells() -> None:
    source = read_path(CORPUS / "courier_stations.xls")
    assert (2, 0, 5, 1, "站点主管") in grid(source)
    assert promise_holds(source)


def test_two_cells_in_opposite_corners_are_refused_before_they_take_all_memory() -> None:
    workbook = Workbook()
    workbook.worksheets[0]["A1"] = "甲"
    workbook.worksheets[0]["XFD1048576"] = "乙"
    out = io.BytesIO()
    workbook.save(out)
    wide = ODS.replace("\n", "").replace('number-columns-repeated="2"', 'number-columns-repeated="900000"')
    for data in (out.getvalue(), ods(wide)):
        with pytest.raises(UnreadableDocument) as refusal:
            read_bytes(data, "a.xlsx")
        assert refusal.value.code == "too_long"


def test_values_read_as_people_read_them() -> None:
    assert shown(3.0) == "3"
    assert shown(0.125, is_percent=True) == "12.5%"
    assert shown(0.07, is_percent=True) == "7%"
    assert shown(1, is_percent=True) == "100%"
    assert shown(True) == "是"
    assert shown(datetime.datetime(2026, 11, 1)) == "2026-11-01"
    assert shown(datetime.datetime(2026, 11, 1, 9, 30)) == "2026-11-01 09:30"
    assert shown(datetime.time(18, 30)) == "18:30"
    assert shown(0.1 + 0.2) == "0.3"
