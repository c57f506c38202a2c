"""Take an uploaded file apart: a workbook with sheets of the four names, or a CSV file with one of the four tables."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from remit.kernel.organization.importing.tables import BY_KEY, FAULT_HEADER, TABLES, Fault, TableFormat
from remit.lib.sheets import Sheet, SheetError, read_sheet
from remit.lib.workbooks import is_workbook, sheet_names

# Rows by table: each a mapping of column keys to typed values, with "row", its number in the file. A column that the file
# does not have is no key; an empty cell is None.
Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = dict[str, list[Row]]


@dataclass(slots=True)
class Upload:
    """What was read. `sheets` keeps the file as it came, for the report of faults."""

    rows: Rows = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    is_csv: bool = False


def read_upload(data: bytes) -> Upload:
    """Every cell that can't be taken is a fault, all of them at once; a file that can't be read is a single one."""
    upload = Upload(is_csv=not is_workbook(data))
    try:
        found = _csv(data) if upload.is_csv else _workbook(data)
    except SheetError as error:
        upload.faults.append(Fault("", error.row, error.column, error.message))
        return upload
    for table, sheet in found:
        if isinstance(sheet, Fault):
            upload.faults.append(sheet)
            continue
        upload.sheets[table.key] = sheet
        upload.faults += _wrong_headers(table, sheet)
        upload.rows[table.key] = [_row(table, row.number, row.cells, upload.faults) for row in sheet.rows]
    return upload


def _workbook(data: bytes) -> list[tuple[TableFormat, Sheet | Fault]]:
    names = sheet_names(data)
    found: list[tuple[TableFormat, Sheet | Fault]] = []
    for table in TABLES:
        if table.title not in names:
            continue
        try:
            found.append((table, read_sheet(data, sheet=table.title)))
        except SheetError as error:
            found.append((table, Fault(table.title, error.row, error.column, error.message)))
    if not found:
        wanted = "、".join(table.title for table in TABLES)
        raise SheetError(0, "", f"工作簿里没有可导入的工作表。工作表应叫:{wanted};现有:{'、'.join(names)}。")
    return found


def _csv(data: bytes) -> list[tuple[TableFormat, Sheet | Fault]]:
    sheet = read_sheet(data)
    for table in TABLES:
        if set(table.needed) <= set(sheet.headers):
            return [(table, sheet)]
    ways = ";".join(f"{table.title}({'、'.join(table.needed)})" for table in TABLES)
    raise SheetError(sheet.header_row, "", f"从表头看不出是哪一张表。各表必有的列:{ways}。")


def _wrong_headers(table: TableFormat, sheet: Sheet) -> list[Fault]:
    faults = [
        Fault(table.title, sheet.header_row, header, "缺少这一列。")
        for header in table.needed
        if header not in sheet.headers
    ]
    known = {*table.headers, FAULT_HEADER}
    return faults + [
        Fault(table.title, sheet.header_row, header, f"没有这一列,请改名或删去。可用:{'、'.join(table.headers)}。")
        for header in sheet.headers
        if header not in known
    ]


def _row(table: TableFormat, number: int, cells: Mapping[str, str], faults: list[Fault]) -> Row:
    row: Row = {"row": number}
    for column in table.columns:
        if column.header not in cells:
            continue
        text = cells[column.header]
        row[column.key] = None
        if not text:
            if not column.may_be_empty:
                faults.append(Fault(table.title, number, column.header, "不能为空。"))
            continue
        try:
            row[column.key] = column.read(text)
        except ValueError as error:
            faults.append(Fault(table.title, number, column.header, str(error)))
    return row


def to_data(rows: Rows) -> dict[str, Any]:
    """The rows as JSON values, for the action's fact."""
    return {
        kind: [{k: v.isoformat() if isinstance(v, dt.date) else v for k, v in row.items()} for row in some]
        for kind, some in rows.items()
    }


def from_data(data: Mapping[str, Any]) -> tuple[Rows, list[Fault]]:
    """The other way round; programs may send rows, too, so every value is read as a cell would be."""
    rows: Rows = {}
    faults: list[Fault] = []
    for kind, some in data.items():
        table = BY_KEY.get(kind)
        if table is None or not isinstance(some, list):
            faults.append(Fault(str(kind), 0, "", f"没有这张表。可用:{'、'.join(BY_KEY)}。"))
            continue
        rows[kind] = []
        for place, given in enumerate(some, 1):
            values = given if isinstance(given, dict) else {}
            number = values.get("row") if isinstance(values.get("row"), int) else place
            cells = {c.header: _cell(values[c.key]) for c in table.columns if c.key in values}
            faults += [
                Fault(table.title, int(number or place), h, "缺少这一列。") for h in table.needed if h not in cells
            ]
            rows[kind].append(_row(table, int(number or place), cells, faults))
    return rows, faults


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value).strip()


def digest_of(rows: Rows) -> str:
    """Tells in the log, and to whoever compares, which rows were taken in. SHA-256 of the canonical rows."""
    text = json.dumps(to_data(rows), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
