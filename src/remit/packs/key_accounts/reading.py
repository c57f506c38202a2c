"""A file of traffic taken apart: figures of customers whom its sender sees, and everything that is wrong, by row."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from remit.kernel.organization.models import Person
from remit.kernel.parties.access import visible_parties
from remit.lib.sheets import Sheet, SheetError
from remit.packs.key_accounts.models import TrafficFigure

# What the columns are called in the files that are around.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "customer": ("客户编号", "编号", "客户", "客户名称", "名称", "number", "customer"),
    "product": ("产品", "业务", "产品名称", "业务名称", "product"),
    "starts_on": ("日期", "周期", "起始日", "开始日期", "月份", "周", "period", "date"),
    "volume": ("流量", "用量", "使用量", "数量", "volume"),
}
ROWS_MAX: Final = 100_000
LOOKED_UP_AT_ONCE: Final = 5_000
GREATEST: Final = Decimal(10) ** 12
PRODUCT_LENGTH: Final = 60


@dataclass(frozen=True, slots=True)
class Fault:
    row: int
    message: str


@dataclass(slots=True)
class Reading:
    """`figures` are ready but for who took them in; a row with a fault is not among them."""

    figures: list[TrafficFigure] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def bad_rows(self) -> int:
        return len({fault.row for fault in self.faults})


def rows_of(sheet: Sheet) -> list[dict[str, Any]]:
    """The cells by what they are, as text, with the row's number. Raises SheetError naming the columns that are missing."""
    found = {}
    for key, names in COLUMNS.items():
        header = next((one for name in names for one in sheet.headers if one.strip().lower() == name), None)
        if header is None:
            raise SheetError(
                sheet.header_row, "", _("a column is missing: %(names)s") % {"names": "、".join(names[:3])}
            )
        found[key] = header
    return [{"row": row.number, **{key: row.cells[header] for key, header in found.items()}} for row in sheet.rows]


def digest_of(rows: Iterable[Mapping[str, Any]]) -> str:
    text = json.dumps(list(rows), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_rows(rows: Iterable[Any], person: Person, period: str) -> Reading:
    """Three queries and one more for each five thousand customers. A figure that the book has already is a fault: undo the
    import that brought it first. A customer that the person doesn't see is none: a file of numbers must not tell which exist."""
    reading, company_id = Reading(), person.company_id
    rows = list(rows)
    known = _customers({str(row.get("customer", "")) for row in rows if isinstance(row, dict)}, person)
    seen: dict[tuple[int, str, dt.date], int] = {}
    for place, row in enumerate(rows, 1):
        number = row["row"] if isinstance(row, dict) and isinstance(row.get("row"), int) else place
        try:
            figure = _figure(row, known, company_id, period)
        except ValueError as error:
            reading.faults.append(Fault(number, str(error)))
            continue
        key = (figure.party_id, figure.product, figure.starts_on)
        if key in seen:
            reading.faults.append(Fault(number, _("the same as row %(row)d") % {"row": seen[key]}))
            continue
        seen[key] = number
        reading.figures.append(figure)
    _refuse_known(reading, seen, period)
    return reading


def _refuse_known(reading: Reading, seen: Mapping[tuple[int, str, dt.date], int], period: str) -> None:
    days = {day for _party, _product, day in seen}
    parties = sorted({party for party, _product, _day in seen})
    before = TrafficFigure.objects.filter(period=period, starts_on__in=days, party__in=parties)
    there = set(before.values_list("party_id", "product", "starts_on")) if seen else set()
    for key in there & seen.keys():
        reading.faults.append(Fault(seen[key], _("the book has this figure already")))
    reading.figures = [one for one in reading.figures if (one.party_id, one.product, one.starts_on) not in there]
    reading.faults.sort(key=lambda fault: fault.row)


def _customers(texts: set[str], person: Person) -> dict[str, list[int]]:
    """By number and by name; a name that two bear leads to both."""
    found: dict[str, list[int]] = {}
    parties = visible_parties(person).filter(company=person.company_id).select_related(None).order_by()
    wanted = sorted(text for text in texts if text)
    for start in range(0, len(wanted), LOOKED_UP_AT_ONCE):
        some = wanted[start : start + LOOKED_UP_AT_ONCE]
        for key in ("number", "name"):
            for text, pk in parties.filter(**{f"{key}__in": some}).values_list(key, "pk"):
                found.setdefault(text, []).append(pk)
    return found


def _figure(row: Any, known: Mapping[str, list[int]], company_id: int, period: str) -> TrafficFigure:
    """Raises ValueError with what is wrong, first things first."""
    if not isinstance(row, dict):
        raise ValueError(_("a row is an object"))
    text = str(row.get("customer", "")).strip()
    parties = known.get(text, [])
    if len(parties) != 1:
        told = (
            _("two customers bear this name; give the number: %(text)s")
            if parties
            else _("there is no customer “%(text)s”")
        )
        raise ValueError(told % {"text": text[:40]})
    product = str(row.get("product", "")).strip()
    if not product or len(product) > PRODUCT_LENGTH or "\x00" in product:
        raise ValueError(_("the product is missing or too long"))
    day, volume = _day(str(row.get("starts_on", "")), period), _volume(str(row.get("volume", "")))
    return TrafficFigure(
        company_id=company_id, party_id=parties[0], product=product, period=period, starts_on=day, volume=volume
    )


def _day(text: str, period: str) -> dt.date:
    """The first day of the week or month in which the day lies; a month may be written 2026-11."""
    text = text.strip().replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "").rstrip("-")
    if re.fullmatch(r"\d{4}-\d{1,2}", text):
        text += "-1"
    parts = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: .*)?", text)
    try:
        day = dt.date(*(int(part) for part in parts.groups())) if parts else None
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2199:
        raise ValueError(_("expected a day such as 2026-11-23 or a month such as 2026-11"))
    return day.replace(day=1) if period == "month" else day - dt.timedelta(days=day.weekday())


def _volume(text: str) -> Decimal:
    try:
        volume = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        volume = Decimal(-1)
    if not volume.is_finite() or not 0 <= volume < GREATEST or -int(volume.as_tuple().exponent) > 3:
        raise ValueError(_("expected a volume such as 120 or 12.5"))
    return volume
