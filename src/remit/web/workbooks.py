"""A list as a workbook to take away."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from django.http import HttpResponse

from remit.lib.sheets import Cell, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(headers: Sequence[str], rows: Iterable[Sequence[Cell]], title: str) -> HttpResponse:
    """The answer that a browser saves as "title.xlsx"; texts that look like formulas are not run (lib.sheets)."""
    response = HttpResponse(write_xlsx(headers, rows, title=title), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return response
