"""A table taken apart by the mapping of its columns: rows of canonical values, and everything that is wrong with it."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from remit.kernel.parties.fields import PREFIX
from remit.kernel.parties.importing import progress
from remit.kernel.parties.importing.columns import COMMON, all_fields
from remit.lib.sheets import Cell, Sheet, write_csv, write_xlsx

FAULT_HEADER: Final = "错误"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: the row as the spreadsheet counts, the field's key ("" for the whole row)."""

    row: int
    field: str
    message: str
    label: str = ""

    def __str__(self) -> str:
        known = str(COMMON[self.field].label) if self.field in COMMON else self.label
        return f"{known}：{self.message}" if known else self.message


Rows = list[dict[str, Any]]


def rows_of(sheet: Sheet, mapping: Mapping[str, str]) -> Rows:
    """The cells of each row by field, as text, with its number under "row"; empty ones left out."""
    known = all_fields()
    wanted = [(header, key) for header, key in mapping.items() if header in sheet.headers and key in known]
    return [
        {"row": row.number, **{key: row.cells[header] for header, key in wanted if row.cells[header]}}
        for row in sheet.rows
    ]


def read_rows(given: Sequence[Any]) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Values by field, and the faults; a row with a fault is not among the values. Programs may send rows, too: the same rules."""
    read: list[dict[str, Any]] = []
    faults: list[Fault] = []
    known = all_fields()
    total = len(given)
    for place, cells in enumerate(progress.counted(given, "check", total), 1):
        if not isinstance(cells, dict):
            faults.append(Fault(place, "", "每一行应是一个对象。"))
            continue
        number = cells["row"] if isinstance(cells.get("row"), int) else place
        values: dict[str, Any] = {"row": number}
        wrong = len(faults)
        for key, text in cells.items():
            if key == "row" or text in (None, ""):
                continue
            field = known.get(key)
            if field is None:
                faults.append(Fault(number, "", f"没有“{str(key)[:20]}”这一项。"))
                continue
            try:
                value = field.read(str(text))
            except ValueError as error:
                faults.append(Fault(number, key, str(error), str(field.label)))
                continue
            if key.startswith(PREFIX):
                values.setdefault("extra", {})[key.removeprefix(PREFIX)] = value
            else:
                values[key] = value
        if "name" not in values and "number" not in values and len(faults) == wrong:
            faults.append(Fault(number, "name", "不能为空。"))
        if len(faults) == wrong:
            read.append(values)
    return read, faults


def digest_of(rows: Rows) -> str:
    """Tells in the log which rows were taken in, without keeping them. SHA-256 of the canonical rows."""
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def headers_digest(headers: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(headers).encode()).hexdigest()


def error_file(sheet: Sheet, faults: Iterable[Fault]) -> bytes:
    """The rows with a fault as they came, and what is wrong with each: mended, the file can be fed back. CSV for CSV."""
    wrong: dict[int, list[str]] = {}
    for fault in faults:
        wrong.setdefault(fault.row, []).append(str(fault))
    headers = [header for header in sheet.headers if header != FAULT_HEADER]
    rows: list[list[Cell]] = [
        [*(row.cells.get(header, "") for header in headers), "；".join(wrong[row.number])]
        for row in sheet.rows
        if row.number in wrong
    ]
    headers = [*headers, FAULT_HEADER]
    return write_csv(headers, rows) if sheet.encoding else write_xlsx(headers, rows, title="待更正")


def at_noon(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """A day of the past as a moment, on the company's clock."""
    return dt.datetime.combine(day, dt.time(12), tzinfo=zone)
