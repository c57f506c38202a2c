"""The authority matrix on the screen, as a spreadsheet and on paper."""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from remit.kernel.authority.access import companies_seen
from remit.kernel.authority.loading import all_actions
from remit.kernel.authority.matrix import (
    Matrix,
    UnitChoice,
    matrix_of,
    paper_data,
    rulebook_of_day,
    sheet_rows,
    units_with_positions,
)
from remit.kernel.authority.reading import family_label
from remit.kernel.authority.rulebook import Rulebook
from remit.kernel.documents.rendering import pdf
from remit.kernel.organization.models import Person
from remit.lib import clock
from remit.lib.sheets import write_xlsx
from remit.web.acting import number_or_none, person_here
from remit.web.http import Request

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for. `day_error` is set where ?on= is no date; then today counts."""

    day: dt.date
    unit: UnitChoice | None
    units: list[UnitChoice]
    family: str
    text: str
    day_error: str
    book: Rulebook
    companies: set[int] | None


def _wanted(request: Request, person: Person) -> Wanted:
    given, error = request.GET.get("on", ""), ""
    try:
        day = dt.date.fromisoformat(given) if given else timezone.localdate(clock.now())
        if not 1990 <= day.year <= 2199:
            raise ValueError
    except ValueError:
        day, error = (
            timezone.localdate(clock.now()),
            _("“%(day)s” is no date; write it as 2026-03-01.") % {"day": given[:20]},
        )
    book = rulebook_of_day(day)
    companies = companies_seen(person)
    units = units_with_positions(book, companies)
    chosen = number_or_none(request.GET.get("unit", ""))
    return Wanted(
        day=day,
        unit=next((unit for unit in units if unit.id == chosen), None) or _own_unit(units, book, person),
        units=units,
        family=request.GET.get("family", "")[:40],
        text=request.GET.get("q", "").strip()[:80],
        day_error=error,
        book=book,
        companies=companies,
    )


def _own_unit(units: list[UnitChoice], book: Rulebook, person: Person) -> UnitChoice | None:
    """Where the person works; else the first unit there is."""
    own = {book.structure.positions[position_id].unit_id for position_id in book.positions_of(person.pk)}
    return next((unit for unit in units if unit.id in own), units[0] if units else None)


@require_GET
def matrix(request: Request) -> HttpResponse:
    """One unit a page: two hundred positions don't fit a screen. The exports have them all, or one unit with ?unit=."""
    wanted = _wanted(request, person_here(request))
    found = matrix_of(
        wanted.book,
        wanted.companies,
        unit_id=wanted.unit.id if wanted.unit else None,
        family=wanted.family,
        text=wanted.text,
    )
    place = next((n for n, unit in enumerate(wanted.units) if unit == wanted.unit), 0)
    context = {
        "wanted": wanted,
        "matrix": found,
        "families": _families(),
        "before": wanted.units[place - 1] if place > 0 else None,
        "after": wanted.units[place + 1] if place + 1 < len(wanted.units) else None,
    }
    return render(request, "authority/matrix.html", context)


def _families() -> list[tuple[str, str]]:
    return [(name, family_label(name)) for name in dict.fromkeys(action.family for action in all_actions().values())]


def _exported(request: Request) -> tuple[Matrix, Wanted, UnitChoice | None]:
    """The matrix of the whole company, or of one unit where the address names it."""
    wanted = _wanted(request, person_here(request))
    unit = wanted.unit if request.GET.get("unit") else None
    return (
        matrix_of(
            wanted.book, wanted.companies, unit_id=unit.id if unit else None, family=wanted.family, text=wanted.text
        ),
        wanted,
        unit,
    )


@require_GET
def matrix_xlsx(request: Request) -> HttpResponse:
    found, wanted, _unit = _exported(request)
    actions, lines = sheet_rows(found)
    headers = [_("Unit"), _("Position"), _("Held by"), *_distinct(actions)]
    data = write_xlsx(headers, lines, title=_("Authority matrix"))
    return _file(data, XLSX, f"{_('Authority matrix')}-{wanted.day}.xlsx")


def _distinct(labels: list[str]) -> list[str]:
    """Two actions may bear the same label; a spreadsheet's columns may not."""
    seen: dict[str, int] = {}
    distinct = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        distinct.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return distinct


@require_GET
def matrix_pdf(request: Request) -> HttpResponse:
    found, wanted, unit = _exported(request)
    person = person_here(request)
    data = pdf.render(
        "authority-matrix", paper_data(found, company=person.company.name, note=unit.label if unit else "")
    )
    return _file(data, "application/pdf", f"{_('Authority matrix')}-{wanted.day}.pdf")


def _file(data: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
