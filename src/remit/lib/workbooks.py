"""Workbooks of several sheets: which they are, and how they are written. One sheet is lib.sheets' business."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from remit.lib.archives import open_zip
from remit.lib.sheets import FILE_BYTES_MAX, Cell, SheetError, append_table

_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet to be written. `rows` may be any iterable; each row is as long as `headers`."""

    title: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def is_workbook(data: bytes) -> bool:
    """Whether the bytes begin as XLSX does, or as the old .xls, which is refused with a sentence of its own."""
    return data.startswith((b"PK", b"\xd0\xcf\x11\xe0"))


def sheet_names(data: bytes) -> list[str]:
    """The names of an XLSX file's sheets, in order. Raises SheetError: too large, damaged, encrypted, an old .xls."""
    if len(data) > FILE_BYTES_MAX:
        raise SheetError(0, "", f"文件超过 {FILE_BYTES_MAX // 1024 // 1024} MB，请分成几个文件。")
    if not data.startswith(b"PK"):
        raise SheetError(0, "", "这是旧版 .xls 或带密码的工作簿，请去掉密码并另存为 .xlsx。")
    try:
        open_zip(data)  # refuses what would unpack to gigabytes
        return list(CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names)
    except PasswordError as error:
        raise SheetError(0, "", "工作簿已加密，请去掉密码后再上传。") from error
    except (CalamineError, OSError, ValueError) as error:
        raise SheetError(0, "", "这不是完好的 .xlsx 工作簿，请用 Excel 或 WPS 打开后另存一次。") from error


def write_workbook(tables: Iterable[Table], *, tz: tzinfo = _SHANGHAI) -> bytes:
    """A workbook of several sheets, each as `lib.sheets.write_xlsx` writes its one: formulas defused, header frozen."""
    workbook = Workbook(write_only=True)
    for table in tables:
        append_table(workbook, table.headers, table.rows, title=table.title, tz=tz)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()
