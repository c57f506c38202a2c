"""What a clerk would lose: a figure on the way through a spreadsheet, or an afternoon to an unclear refusal."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from remit.lib import sheets
from remit.lib.sheets import Cell, SheetError, read_sheet, write_csv, write_xlsx

HEADERS = ("客户", "金额", "日期")


def workbook(*rows: Sequence[Cell | float], start: str = "A1") -> bytes:
    book = Workbook()
    assert book.active is not None
    book.active.title = "客户"
    first = book.active[start]
    for down, row in enumerate(rows):
        for right, value in enumerate(row):
            book.active.cell(first.row + down, first.column + right, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_workbook_is_read_with_the_rows_a_person_sees() -> None:
    data = workbook(
        [" 客户 ", "金额", "日期", "时刻", "是否"],
        ["恒远", 1234.5, date(2026, 11, 23), datetime(2026, 11, 23, 9, 30), True],
        [None, None, None, None, None],
        ["  海波\u3000", 500, None, time(8, 5), False],
        start="A3",
    )
    sheet = read_sheet(data)
    assert (sheet.headers, sheet.header_row, sheet.encoding) == (("客户", "金额", "日期", "时刻", "是否"), 3, "")
    assert [row.number for row in sheet.rows] == [4, 6]
    assert list(sheet.rows[0].cells.values()) == ["恒远", "1234.5", "2026-11-23", "2026-11-23 09:30", "是"]
    assert list(sheet.rows[1].cells.values()) == ["海波", "500", "", "08:05", "否"]


def test_a_sheet_is_chosen_by_name() -> None:
    assert read_sheet(workbook(["甲"], ["1"]), sheet="客户").rows[0].cells == {"甲": "1"}
    with pytest.raises(SheetError, match="没有名为“供应商”的工作表，现有：客户"):
        read_sheet(workbook(["甲"]), sheet="供应商")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_a_csv_is_read_whatever_wrote_it(encoding: str, delimiter: str) -> None:
    lines = [["客户", "金额", "备注"], ["恒远", "100.50", "首期"], ["海波", "200", ""]]
    sheet = read_sheet("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    assert sheet.headers == ("客户", "金额", "备注")
    assert [list(row.cells.values()) for row in sheet.rows] == lines[1:]
    assert sheet.delimiter == delimiter
    assert sheet.encoding == encoding.removesuffix("-sig").replace("gbk", "gb18030")


def test_a_short_table_from_a_bank_is_not_taken_for_korean() -> None:
    assert read_sheet("客户,金额\n恒远,100".encode("gbk")).rows[0].cells == {"客户": "恒远", "金额": "100"}


def test_what_was_detected_can_be_overruled() -> None:
    assert read_sheet("客戶,金額\n恆遠,100".encode("big5"), encoding="big5").headers == ("客戶", "金額")
    assert read_sheet(b"a,b;c\n1,2;3", delimiter=";").rows[0].cells == {"a,b": "1,2", "c": "3"}
    with pytest.raises(SheetError, match="KLINGON"):
        read_sheet(b"a", encoding="klingon")


def test_quotes_lines_in_cells_and_excels_own_first_line() -> None:
    sheet = read_sheet('sep=;\r\n"客户";"备注"\r\n"恒远;北京";"第一行\n第二行"\r\n海波;"说""好"""'.encode())
    assert [(row.number, *row.cells.values()) for row in sheet.rows] == [
        (3, "恒远;北京", "第一行\n第二行"),
        (4, "海波", '说"好"'),
    ]
    assert read_sheet("只有一列\n甲".encode()).rows[0].cells == {"只有一列": "甲"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "没有内容"),
        (b"\n\n , \n", "没有内容"),
        ("客户,客户\n1,2".encode(), "第 1 行“客户”列：表头重复"),
        ("客户,金额\n恒远,1,2".encode(), "第 2 行“C”列：“2”所在的列没有表头"),
        ("客户,,金额\n恒远,x,2".encode(), "第 2 行“B”列"),
        ('客户,金额\n"恒远,1\n海波,2'.encode(), "引号没有成对"),
        (b"\xff\xff\xff", "编码"),
        (b"a,b\n" + b"x" * 200_000 + b",1", "单元格过长"),
        (b"x," * 501, "超过 500 列"),
        (b"PK\x03\x04 no zip", "已损坏"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "另存为 .xlsx"),
        (workbook(["编号"], [123456789012345678]), "第 2 行“A”列：数字超过 15 位"),
        (workbook(["甲"], ["1"], [None, "多"]), "第 3 行“B”列"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(data: bytes, reason: str) -> None:
    with pytest.raises(SheetError, match=reason):
        read_sheet(data)


def test_missing_headers_are_all_named() -> None:
    sheet = read_sheet("\n姓名,电话\n".encode())
    sheet.require("姓名", "电话")
    with pytest.raises(SheetError, match="第 2 行：表头缺少：部门、岗位。现有：姓名、电话。") as caught:
        sheet.require("姓名", "部门", "岗位")
    assert (caught.value.row, caught.value.column) == (2, "")


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(SheetError, match="压缩炸弹"):
        read_sheet(zipped("xl/worksheets/sheet1.xml", b"0" * 3_000_000))


def test_one_cell_in_the_far_corner_does_not_fill_the_memory() -> None:
    for place in ("XFD1", "A1048576", "SF190000"):
        with pytest.raises(SheetError, match=r"超过 500 列|太大了"):
            read_sheet(workbook(["远"], start=place))
    with pytest.raises(SheetError, match="位置信息"):
        read_sheet(zipped("xl/other.xml", b"<row><c><v>1</v></c></row>"))


def test_far_cells_that_are_only_formatted_do_no_harm() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["客户"])
    book.active["XFD1"].number_format = "0.00"
    book.active["A1048576"].number_format = "0.00"
    buffer = io.BytesIO()
    book.save(buffer)
    assert read_sheet(buffer.getvalue()).headers == ("客户",)


def test_limits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "FILE_BYTES_MAX", 30)
    monkeypatch.setattr(sheets, "ROWS_MAX", 2)
    assert len(read_sheet(b"a\n1\n2\n").rows) == 2
    with pytest.raises(SheetError, match="第 4 行：超过 2 行"):
        read_sheet(b"a\n1\n2\n3\n")
    with pytest.raises(SheetError, match="请分成几个文件"):
        read_sheet(b"a" * 31)


def test_damaged_workbooks_end_in_a_clear_refusal() -> None:
    whole = workbook(["客户", "金额"], ["恒远", 1], ["海波", 2])
    for cut in range(4, len(whole), 97):
        with pytest.raises(SheetError):
            read_sheet(whole[:cut])
    for place in range(0, len(whole), 53):  # some damage lies in parts that nobody reads
        damaged = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        try:
            read_sheet(damaged)
        except SheetError as error:
            assert str(error)


def test_a_workbook_is_written_to_be_used() -> None:
    rows: list[list[Cell]] = [["恒远精密机械有限公司", Decimal("1234.50"), date(2026, 11, 23)], ["海波", 5, None]]
    book = load_workbook(io.BytesIO(write_xlsx(HEADERS, rows, title="客户/台账")))
    sheet = book.active
    assert sheet is not None
    assert sheet.title == "客户 台账"
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet["A1"].font.bold) == ("A2", "A1:C3", True)
    assert (sheet["B2"].value, sheet["B2"].number_format, sheet["B3"].value) == (1234.5, "#,##0.00", 5)
    assert (sheet["C2"].value, sheet["C2"].number_format) == (datetime(2026, 11, 23), "yyyy-mm-dd")
    assert sheet.column_dimensions["A"].width > 20 > sheet.column_dimensions["B"].width


def test_a_csv_opens_in_excel_by_double_click() -> None:
    written = write_csv(HEADERS, [["恒,远", Decimal("1234.50"), datetime(2026, 11, 23, 1, 30, tzinfo=UTC)]])
    assert written == b"\xef\xbb\xbf" + '客户,金额,日期\r\n"恒,远",1234.50,2026-11-23 09:30\r\n'.encode()


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1"])
def test_text_never_runs_as_a_formula(text: str) -> None:
    cell = load_workbook(io.BytesIO(write_xlsx(["甲"], [[text]])))["Sheet1"]["A2"]
    assert (cell.data_type, str(cell.value)[0]) == ("s", "'")
    assert "\n'" in write_csv(["甲"], [[text]]).decode() or "\n\"'" in write_csv(["甲"], [[text]]).decode()


def test_numbers_stay_numbers_where_a_spreadsheet_keeps_them() -> None:
    rows: list[list[Cell]] = [[-5], [Decimal("-5.50")], [123456789012345678], [True], [Decimal("NaN")]]
    cells = [row[0] for row in load_workbook(io.BytesIO(write_xlsx(["甲"], rows)))["Sheet1"].iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        (-5, "n"),
        (-5.5, "n"),
        ("123456789012345678", "s"),
        ("是", "s"),
        ("NaN", "s"),
    ]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("=+-@'\n\t"), max_size=12)


@example([("\n", Decimal(0))])
@given(st.lists(st.tuples(TEXTS, st.decimals(-(10**9), 10**9, places=2)), min_size=1, max_size=5))
def test_what_is_written_can_be_fed_back(rows: list[tuple[str, Decimal]]) -> None:
    headers = ["名称", "金额"]
    for data in (write_csv(headers, rows), write_xlsx(headers, rows)):
        read = [(row.cells["名称"], Decimal(row.cells["金额"])) for row in read_sheet(data).rows]
        assert [(name.strip(), amount) for name, amount in read] == [
            (name.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd").strip(), amount) for name, amount in rows
        ]


def test_a_row_of_another_length_is_a_mistake_in_the_program() -> None:
    for write in (write_csv, write_xlsx):
        with pytest.raises(ValueError, match="row 2 has 1 cells, the header has 2"):
            write(["a", "b"], [["1"]])


def test_texts_too_long_for_a_cell_say_so() -> None:
    cells = read_sheet(write_xlsx(["甲"], [["长" * 40_000]])).rows[0].cells
    assert len(cells["甲"]) <= 32_767 and cells["甲"].endswith("（过长，已截断）")


@pytest.mark.parametrize("size", [1, 2, 7, 30, 1000])
def test_a_far_cell_is_seen_across_pieces(size: int) -> None:
    harmless = (
        b'<row r="1"><c r="A1" s="1"></c><c r="B7" t="s"><v>1</v></c><c r="XFD1" s="1"/><x:c r="XFD2"></x:c></row>'
    )

    def check(xml: bytes) -> None:
        sheets._check_extent(iter([xml[start : start + size] for start in range(0, len(xml), size)]))

    check(harmless)
    for far in (harmless.replace(b"B7", b"XFD7"), harmless + b'<c r="A999999"><v>'):
        with pytest.raises(SheetError):
            check(far)
