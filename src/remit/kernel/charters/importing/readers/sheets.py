"""Workbooks (.xlsx, .xls, .ods): each sheet a heading with its name and one table."""

import datetime
import io
import zipfile
from collections.abc import Iterator

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from remit.kernel.charters.importing.readers.building import MAX_CELLS, Slot, SourceBuilder
from remit.kernel.charters.importing.readers.limits import open_zip, unpack_all
from remit.kernel.charters.importing.readers.oldsheets import check_old_workbook
from remit.kernel.charters.importing.readers.refusals import refuse
from remit.kernel.charters.importing.readers.sheetxml import Position, percent_cells
from remit.kernel.charters.importing.source import Source

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


def read_sheets(data: bytes, name: str, encoding: str | None = None) -> Source:
    """`encoding` is ignored: workbooks declare their own. Hidden sheets are left out with a warning."""
    percents: dict[str, set[Position]] = {}
    if data.startswith(b"PK"):
        with open_zip(data) as archive:
            try:
                unpack_all(archive)
            except zipfile.BadZipFile as error:
                raise refuse("damaged") from error
            percents = percent_cells(archive)
    else:
        check_old_workbook(data)
    try:
        return _read(data, SourceBuilder(name, SHEET), percents)
    except PasswordError as error:
        raise refuse("encrypted") from error
    except BaseException as error:
        # A panic in calamine's Rust comes as an exception beside Exception, of a class that can't be imported.
        if type(error).__name__ == "PanicException":
            raise refuse("damaged") from error
        raise


def _read(data: bytes, builder: SourceBuilder, percents: dict[str, set[Position]]) -> Source:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for meta in workbook.sheets_metadata:
        if meta.visible != SheetVisibleEnum.Visible:
            builder.warnings.append(f"隐藏的工作表“{meta.name}”没有读取。")
            continue
        sheet = workbook.get_sheet_by_name(meta.name)
        slots = [*_slots(sheet, percents.get(meta.name, set()))]
        if any(slot.text for slot in slots):
            builder.heading(meta.name, level=1)
            builder.table(slots)
    return builder.finish()


def _slots(sheet: CalamineSheet, percents: set[Position]) -> Iterator[Slot]:
    """The used area cell by cell; what a merged cell covers is left out, and so are empty rows and columns at the edge."""
    spans: dict[Position, Position] = {}
    covered: set[Position] = set()
    left, top = sheet.start[::-1] if sheet.start else (0, 0)
    for first, last in sheet.merged_cell_ranges or []:
        if (last[0] - first[0] + 1) * (last[1] - first[1] + 1) > MAX_CELLS:
            raise refuse("too_long")
        spans[first] = (last[0] - first[0] + 1, last[1] - first[1] + 1)
        covered.update((row, column) for row in range(first[0], last[0] + 1) for column in range(first[1], last[1] + 1))
        covered.discard(first)
        if len(covered) > MAX_CELLS:
            raise refuse("too_long")
    if sheet.height * sheet.width > MAX_CELLS:
        raise refuse("too_long")
    for row, values in enumerate(sheet.to_python(), start=top):
        if not any(str(value).strip() for value in values):
            continue
        for column, value in enumerate(values, start=left):
            if (row, column) not in covered:
                text = shown(value, is_percent=(row, column) in percents)
                yield Slot(row - top, column - left, text, *spans.get((row, column), (1, 1)))


def shown(value: Value, *, is_percent: bool = False) -> str:
    """A cell as people read it: 3.0 is 3, 0.25 with a percent format is 25%, a date at midnight has no time."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if is_percent:
            return f"{round(value * 100, 6):.10g}%"
        return f"{value:.10g}" if abs(value) < 1e15 else str(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", timespec="minutes")
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="minutes")
    return str(value)
