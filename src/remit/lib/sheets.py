"""Tables that come and go as XLSX or CSV. Every cell is read as text, so that both kinds meet the same checks.

Reading: one header row, then one dictionary a row, with the row number a person sees in the spreadsheet. Writing: text that
a spreadsheet would run as a formula gets an apostrophe in front, and reading takes it off again, so that a report of faults
can be mended and fed back.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from itertools import chain, islice
from typing import Final
from unicodedata import east_asian_width
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import Cell as StyledCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound

from remit.lib.archives import open_zip, unpacked_chunks

FILE_BYTES_MAX: Final = 50 * 1024 * 1024
ROWS_MAX: Final = 200_000
TOLD_EVERY: Final = 1000
COLUMNS_MAX: Final = 500
# calamine lays a sheet out as a full rectangle: one cell in the far corner of an empty sheet would take gigabytes.
CELLS_MAX: Final = 10_000_000
CELL_TEXT_MAX: Final = 32_767  # Excel's own limit
EXCEL_ROWS_MAX: Final = 1_048_576
EXACT_INTEGER_MAX: Final = 10**15  # a spreadsheet keeps fifteen figures of a number

# What a cell may be given as, and what of that reaches the file.
Cell = str | int | Decimal | date | datetime | time | bool | None
Value = str | int | Decimal | date | datetime | time


class SheetError(ValueError):
    """What is wrong with a table, and where. `row` counts as the spreadsheet does, 0 is the file itself; `column` is a header."""

    def __init__(self, row: int, column: str, message: str) -> None:
        place = (f"第 {row} 行" if row else "") + (f"“{column}”列" if column else "")
        super().__init__(f"{place}：{message}" if place else message)
        self.row, self.column, self.message = row, column, message


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: `cells` by header, all of them, stripped; an empty cell is ""."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as read. `encoding` and `delimiter` say how a CSV file was understood (both "" for XLSX)."""

    headers: tuple[str, ...]
    rows: list[SheetRow]
    header_row: int
    encoding: str = ""
    delimiter: str = ""

    def require(self, *headers: str) -> None:
        """Raises SheetError naming every header that is missing."""
        missing = [header for header in headers if header not in self.headers]
        if missing:
            raise SheetError(self.header_row, "", f"表头缺少：{'、'.join(missing)}。现有：{'、'.join(self.headers)}。")


def read_sheet(
    data: bytes, *, sheet: str = "", encoding: str = "", delimiter: str = "", told: Callable[[int], None] | None = None
) -> Sheet:
    """Read an XLSX or CSV file, told apart by its first bytes. The first row that isn't blank is the header.

    `sheet` names a sheet of a workbook (default: the first). `encoding` and `delimiter` overrule what would be detected for
    CSV: UTF-8, UTF-16 or GB 18030; comma, tab, semicolon or bar. Blank rows are left out; numbers are plain decimals, dates
    2026-11-23, times 2026-11-23 09:30. `told` hears every thousand rows how many there are.
    Raises SheetError: too large, damaged, encrypted, no header, a header twice, a cell without header, a number so long
    that the spreadsheet has lost figures.
    """
    if len(data) > FILE_BYTES_MAX:
        raise SheetError(0, "", f"文件超过 {FILE_BYTES_MAX // 1024 // 1024} MB，请分成几个文件。")
    if data.startswith(b"PK"):
        return _table(_xlsx_records(data, sheet), told=told)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(0, "", "这是旧版 .xls 或带密码的工作簿，请去掉密码并另存为 .xlsx。")
    text, encoding = _decode(data, encoding)
    first_line = text[: text.find("\n") + 1].strip().lower()
    if not delimiter and re.fullmatch("sep=.", first_line):  # what Excel writes to tell itself
        delimiter, text = first_line[-1], text.replace(text[: text.find("\n")], "", 1)
    delimiter = delimiter or _sniff_delimiter(text)
    return _table(_csv_records(text, delimiter), encoding, delimiter, told)


def read_records(data: bytes, *, encoding: str = "", delimiter: str = "") -> Iterator[tuple[int, list[str]]]:
    """The rows as they stand, each with its number: for files whose table doesn't begin with its header. Raises SheetError as
    `read_sheet` does, at the row where it comes to it."""
    if len(data) > FILE_BYTES_MAX:
        raise SheetError(0, "", f"文件超过 {FILE_BYTES_MAX // 1024 // 1024} MB，请分成几个文件。")
    if data.startswith(b"PK"):
        return _xlsx_records(data, "")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(0, "", "这是旧版 .xls 或带密码的工作簿，请去掉密码并另存为 .xlsx。")
    text, _encoding = _decode(data, encoding)
    return _csv_records(text, delimiter or _sniff_delimiter(text))


def _table(
    records: Iterator[tuple[int, list[str]]],
    encoding: str = "",
    delimiter: str = "",
    told: Callable[[int], None] | None = None,
) -> Sheet:
    header_row, headers = next(((number, cells) for number, cells in records if any(cells)), (0, []))
    if not headers:
        raise SheetError(0, "", "文件里没有内容：至少要有一行表头。")
    while not headers[-1]:
        headers.pop()
    twice = [header for header, count in Counter(headers).items() if header and count > 1]
    if twice:
        raise SheetError(header_row, twice[0], "表头重复，请改成不同的名称。")
    rows: list[SheetRow] = []
    for number, cells in records:
        if not any(cells):
            continue
        if len(rows) == ROWS_MAX:
            raise SheetError(number, "", f"超过 {ROWS_MAX} 行，请分成几个文件。")
        for position, cell in enumerate(cells):
            if cell and (position >= len(headers) or not headers[position]):
                raise SheetError(number, get_column_letter(position + 1), f"“{cell[:20]}”所在的列没有表头。")
        cells += [""] * (len(headers) - len(cells))
        rows.append(SheetRow(number, {header: cell for header, cell in zip(headers, cells, strict=False) if header}))
        if told is not None and len(rows) % TOLD_EVERY == 0:
            told(len(rows))
    return Sheet(tuple(header for header in headers if header), rows, header_row, encoding, delimiter)


# --- XLSX ----------------------------------------------------------------------------------------------------------------

# A cell with something in it: formatted empty ones, by whole rows and columns, are common and harmless.
_FILLED_CELL: Final = re.compile(rb"<(?:\w+:)?c(?:\s[^>]*)?(?<!/)>(?!</)")
_TAG_BYTES_MAX: Final = 65_536
_CELL_PLACE: Final = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')


def _xlsx_records(data: bytes, sheet: str) -> Iterator[tuple[int, list[str]]]:
    try:
        archive = open_zip(data)
        for entry in archive.infolist():
            _check_extent(unpacked_chunks(archive, entry))
    except SheetError:
        raise
    except ValueError as error:
        raise SheetError(0, "", str(error)) from error
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = workbook.sheet_names
        if not names:
            raise SheetError(0, "", "工作簿里没有工作表。")
        worksheet = workbook.get_sheet_by_name(sheet or names[0])
    except WorksheetNotFound as error:
        raise SheetError(0, "", f"工作簿里没有名为“{sheet}”的工作表，现有：{'、'.join(names)}。") from error
    except PasswordError as error:
        raise SheetError(0, "", "工作簿已加密，请去掉密码后再上传。") from error
    except (CalamineError, OSError) as error:
        raise SheetError(0, "", "这不是完好的 .xlsx 工作簿，请用 Excel 或 WPS 打开后另存一次。") from error
    # Blank rows above the table count as rows of the spreadsheet.
    for number, record in enumerate(worksheet.to_python(skip_empty_area=False), start=1):
        yield number, [_cell_text(value, number, position) for position, value in enumerate(record)]


def _check_extent(chunks: Iterator[bytes]) -> None:
    """Refuse a part in which cells with a value lie beyond the limits; any part, as a workbook may keep sheets anywhere."""
    columns, last_row = set[bytes](), 0
    for tag in _filled_cells(chunks):
        place = _CELL_PLACE.search(tag)
        if place is None:
            raise SheetError(0, "", "工作簿的单元格没有位置信息，请用 Excel 或 WPS 打开后另存一次。")
        columns.add(place[1])
        last_row = max(last_row, int(place[2]))
    last_column = max(map(_column_number, columns), default=0)
    if last_column > COLUMNS_MAX:
        raise SheetError(0, "", f"表格有 {last_column} 列，超过 {COLUMNS_MAX} 列。")
    if last_row > ROWS_MAX + 100 or last_row * last_column > CELLS_MAX:
        raise SheetError(
            0, "", f"表格伸展到第 {last_row} 行、第 {last_column} 列，太大了：请删去远处的单元格或分成几个文件。"
        )


def _filled_cells(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The opening tags of cells with a value, also where a tag lies across two pieces."""
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        # Up to the last tag but one: a later one may be cut off, or its neighbour, which says whether it is empty.
        cut = max(text.rfind(b"<", 0, max(text.rfind(b"<"), 0)), 0)
        for tag in _FILLED_CELL.finditer(text):
            if tag.start() >= cut:
                break
            yield tag[0]
        rest = text[cut:][-_TAG_BYTES_MAX:]
    yield from _FILLED_CELL.findall(rest)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _cell_text(value: object, row: int, position: int) -> str:
    match value:
        case str():
            return _unguard(value).strip()
        case bool():
            return "是" if value else "否"
        case float() | int():
            if abs(value) >= EXACT_INTEGER_MAX:
                message = "数字超过 15 位，表格软件已丢失末尾几位；请把该列设为文本格式后重新填写。"
                raise SheetError(row, get_column_letter(position + 1), message)
            return f"{Decimal(str(value)):f}".removesuffix(".0")
        case datetime():
            return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case timedelta():
            minutes = value // timedelta(minutes=1)
            return f"{minutes // 60}:{minutes % 60:02}"
    return ""


# --- CSV -----------------------------------------------------------------------------------------------------------------

_DELIMITERS: Final = (",", "\t", ";", "|")
_ENCODINGS: Final = ("utf-8-sig", "gb18030")


def _decode(data: bytes, encoding: str) -> tuple[str, str]:
    """The text and the encoding it was read in: as told, by its mark, UTF-16 by its zeros, strict UTF-8, else GB 18030."""
    if encoding:
        candidates: tuple[str, ...] = (encoding,)
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ("utf-16",)
    elif b"\0" in data[:1000]:
        # In a table the delimiters and line ends are ASCII, so one of the two bytes of many characters is zero.
        candidates = ("utf-16-le" if data[1:1000:2].count(0) > data[0:1000:2].count(0) else "utf-16-be",)
    else:
        candidates = _ENCODINGS
    for candidate in candidates:
        try:
            text = data.decode(candidate)
        except (UnicodeError, LookupError):
            continue
        if "\0" not in text:
            return text, candidate.removesuffix("-sig")
    raise SheetError(0, "", f"文件不是 {'、'.join(candidates).upper()} 编码的文本；请另存为 UTF-8 或选择正确的编码。")


def _sniff_delimiter(text: str) -> str:
    """The delimiter by which most of the first lines have as many cells as the header has; a comma if none parts anything."""
    head = "\n".join(islice((line for line in text[:100_000].splitlines() if line.strip()), 20))

    def agreement(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(record) for record in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)]
        except csv.Error:
            return 0, 0
        return (widths.count(widths[0]), widths[0]) if widths and widths[0] > 1 else (0, 0)

    return max(_DELIMITERS, key=agreement)


def _csv_records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        # strict: a quote that isn't closed would swallow the rest of the file in silence.
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if len(record) > COLUMNS_MAX:
                raise SheetError(number, "", f"有 {len(record)} 列，超过 {COLUMNS_MAX} 列。")
            yield number, [_unguard(cell).strip() for cell in record]
    except csv.Error as error:
        raise SheetError(number + 1, "", "引号没有成对，或单元格过长；请检查这一行。") from error


# --- writing -------------------------------------------------------------------------------------------------------------

# What Excel, WPS and LibreOffice take for the beginning of a formula, full-width signs too; apostrophes that are there
# already are counted in, so that taking one off is always the inverse of putting one on.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CUT_OFF: Final = "……（过长，已截断）"
_WIDTH_SAMPLE: Final = 200
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def write_xlsx(
    headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "", tz: tzinfo = _SHANGHAI
) -> bytes:
    """A workbook of one sheet: bold frozen header with filters, columns as wide as their first 200 rows ask for.

    Numbers and dates stay what they are; Decimals are money (#,##0.00) when they have two decimals; integers of more than
    fifteen figures become text; aware datetimes are shown in `tz`. Raises ValueError for a row of another length than the
    header, and beyond Excel's row limit.
    """
    workbook = Workbook(write_only=True)
    append_table(workbook, headers, rows, title=title, tz=tz)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def append_table(
    workbook: Workbook, headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str, tz: tzinfo = _SHANGHAI
) -> None:
    """One more sheet of a write-only workbook, as `write_xlsx` makes its only one; lib.workbooks writes several."""
    worksheet = workbook.create_sheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "Sheet1")
    values = ([_spreadsheet_value(cell, tz) for cell in row] for row in rows)
    sample = list(islice(values, _WIDTH_SAMPLE))
    # A streamed sheet takes its widths and panes before the first row only.
    worksheet.freeze_panes = "A2"
    for position, header in enumerate(headers):
        shown = chain([str(header)], (row[position] for row in sample if position < len(row)))
        width = max(map(_display_width, shown)) + 3
        worksheet.column_dimensions[get_column_letter(position + 1)].width = min(max(width, 8), 60)
    bold = Font(bold=True)
    header_cells = [WriteOnlyCell(worksheet, value=_text(str(header))) for header in headers]
    for cell in header_cells:
        cell.font = bold
    worksheet.append(header_cells)
    count = 1
    try:
        for count, row in enumerate(chain(sample, values), start=2):
            if len(row) != len(headers):
                raise ValueError(f"row {count} has {len(row)} cells, the header has {len(headers)}")
            if count > EXCEL_ROWS_MAX:
                raise ValueError(f"a sheet holds at most {EXCEL_ROWS_MAX} rows")
            worksheet.append([_formatted(worksheet, value) for value in row])
    except BaseException:
        worksheet.close()  # else openpyxl's half-written stream complains when it is collected
        raise
    worksheet.auto_filter.ref = f"A1:{get_column_letter(len(headers))}{count}"


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, tz: tzinfo = _SHANGHAI) -> bytes:
    """A CSV file as Excel opens it by double click: UTF-8 with mark, commas, CRLF. Cells as in `write_xlsx`, as text."""
    return b"".join(iter_csv(headers, rows, tz=tz))


def iter_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, tz: tzinfo = _SHANGHAI) -> Iterator[bytes]:
    """`write_csv` row by row, for answers that are streamed. Raises ValueError at a row of another length."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for number, row in enumerate(chain([headers], rows), start=1):
        if len(row) != len(headers):
            raise ValueError(f"row {number} has {len(row)} cells, the header has {len(headers)}")
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_plain(_spreadsheet_value(cell, tz)) for cell in row])
        yield (b"\xef\xbb\xbf" if number == 1 else b"") + buffer.getvalue().encode()


def _spreadsheet_value(cell: Cell, tz: tzinfo) -> Value:
    match cell:
        case None:
            return ""
        case bool():
            return "是" if cell else "否"
        case int():
            return cell if abs(cell) < EXACT_INTEGER_MAX else _text(str(cell))
        case Decimal():
            return cell if cell.is_finite() and abs(cell) < EXACT_INTEGER_MAX else _text(f"{cell:f}")
        case datetime():
            return cell.astimezone(tz).replace(tzinfo=None) if cell.tzinfo else cell
        case date() | time():
            return cell
        case _:
            return _text(str(cell))  # translated texts that are evaluated late come here, too


def _text(text: str) -> str:
    """Text that a spreadsheet shows and doesn't run."""
    text = _UNWRITABLE.sub("\ufffd", text)
    if len(text) > CELL_TEXT_MAX - 1:
        text = text[: CELL_TEXT_MAX - 1 - len(_CUT_OFF)] + _CUT_OFF
    return f"'{text}" if _FORMULA.match(text) else text


def _unguard(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def _formatted(worksheet: WriteOnlyWorksheet, value: Value) -> Value | StyledCell:
    match value:
        case datetime():
            number_format = "yyyy-mm-dd hh:mm"
        case date():
            number_format = "yyyy-mm-dd"
        case Decimal() if value.as_tuple().exponent == -2:
            number_format = "#,##0.00"
        case _:
            return value
    cell = WriteOnlyCell(worksheet)
    cell.value = value
    cell.number_format = number_format
    return cell


def _plain(value: Value) -> str:
    match value:
        case Decimal():
            return f"{value:f}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case time():
            return f"{value:%H:%M}"
    return str(value)


def _display_width(value: Value) -> int:
    """In columns of Latin letters: Chinese characters are two wide. Of several lines the longest counts."""
    lines = _plain(value).splitlines() or [""]
    return max(sum(2 if east_asian_width(char) in "WF" else 1 for char in line[:60]) for line in lines)
