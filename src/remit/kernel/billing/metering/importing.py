"""Readings from a file: meter, day, figure; another column for the register where a meter has several."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from remit.kernel.billing.metering.recording import Entry
from remit.kernel.billing.models import Meter
from remit.lib.sheets import Sheet, SheetError

# What a column may be called; the first name stands in the template.
COLUMNS: Final = {
    "meter": ("表号", "meter"),
    "on": ("抄表日期", "日期", "day"),
    "value": ("本次读数", "读数", "figure"),
    "band": ("时段", "费率时段", "register"),
}
REQUIRED: Final = ("meter", "on", "value")

Fault = tuple[int, str]


def headers() -> list[str]:
    return [names[0] for names in COLUMNS.values()]


def rows_of(sheet: Sheet) -> list[dict[str, Any]]:
    """The cells by field, with the row's number. Raises SheetError where a column is missing."""
    found = {key: next((name for name in names if name in sheet.headers), "") for key, names in COLUMNS.items()}
    if missing := [COLUMNS[key][0] for key in REQUIRED if not found[key]]:
        raise SheetError(sheet.header_row, missing[0], "缺少这一列。")
    return [{"row": row.number, **{key: row.cells[name] for key, name in found.items() if name}} for row in sheet.rows]


def digest_of(rows: Sequence[Any]) -> str:
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def entries_of(company_id: int, rows: Sequence[Any]) -> tuple[list[tuple[int, Entry]], list[Fault]]:
    """Each row's number with its entry, and what can't be read. One query."""
    numbers = {str(row.get("meter", "")) for row in rows if isinstance(row, dict)}
    meters = dict(Meter.objects.filter(company=company_id, number__in=numbers).values_list("number", "pk"))
    entries: list[tuple[int, Entry]] = []
    faults: list[Fault] = []
    for place, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            faults.append((place, _("Each row is an object.")))
            continue
        number = row["row"] if isinstance(row.get("row"), int) else place
        try:
            entries.append((number, _entry(row, meters)))
        except ValueError as error:
            faults.append((number, str(error)))
    return entries, faults


def _entry(row: dict[str, Any], meters: dict[str, int]) -> Entry:
    name = str(row.get("meter", ""))
    if name not in meters:
        raise ValueError(_("There is no meter %(number)s.") % {"number": name})
    try:
        on = dt.date.fromisoformat(str(row.get("on", "")).replace("/", "-"))
    except ValueError as error:
        raise ValueError(_("The day is written like 2026-11-30.")) from error
    text = str(row.get("value", "")).replace(",", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueError(_("“%(value)s” is no meter's figure; write it like 1234.5.") % {"value": text[:20]})
    return Entry(meters[name], str(row.get("band", "")), on, value)
