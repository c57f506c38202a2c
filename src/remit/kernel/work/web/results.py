"""Done, late and missed, for oneself and those below: figures, the items behind them, and a spreadsheet."""

import datetime as dt
from typing import Final
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from remit.kernel.organization.models import Person
from remit.kernel.work.queries import item_row
from remit.kernel.work.records import state_of
from remit.kernel.work.results import WAYS, Wanted, duty_texts, items_behind, results, sheet_rows, this_month
from remit.lib.calendars import add_months
from remit.lib.sheets import write_xlsx
from remit.web.acting import person_here
from remit.web.http import Request
from remit.web.paging import page_of

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _wanted(request: Request) -> Wanted:
    """What is not understood counts as not given."""
    try:
        month = dt.date.fromisoformat(f"{request.GET.get('month', '')[:7]}-01")
    except ValueError:
        month = this_month()
    person = request.GET.get("person", "")
    charter, _dot, duty = request.GET.get("duty", "")[:60].partition(".")
    return Wanted(
        month=month if 2000 <= month.year <= 2100 else this_month(),
        person_id=int(person) if person.isascii() and person.isdigit() and len(person) < 19 else None,
        duty=(int(charter), duty) if charter.isascii() and charter.isdigit() and len(charter) < 19 and duty else None,
    )


@require_GET
def results_page(request: Request) -> HttpResponse:
    person, wanted = person_here(request), _wanted(request)
    way = request.GET.get("by", "person")
    way = way if way in WAYS else "person"
    context = {
        "way": way,
        "lines": results(person, way, wanted),
        "wanted": wanted,
        "before": add_months(wanted.month, -1),
        "after": add_months(wanted.month, 1) if wanted.month < this_month() else None,
        "about": _about(person, wanted),
    }
    return render(request, "work/results.html", context)


def _about(reader: Person, wanted: Wanted) -> str:
    """Whose figures these are, where they are narrowed to a person or a duty; nothing of those whom the reader does not see."""
    words = []
    seen = items_behind(reader, Wanted(wanted.month, wanted.person_id, wanted.duty)).first()
    if seen is None:
        return ""
    if wanted.person_id is not None and seen.person is not None:
        words.append(seen.person.name)
    if wanted.duty is not None:
        words.append(duty_texts([wanted.duty[0]]).get(wanted.duty, ("", ""))[0])
    return " · ".join(filter(None, words))


@require_GET
def results_items(request: Request) -> HttpResponse:
    """The items behind a figure."""
    person, wanted = person_here(request), _wanted(request)
    page = page_of(items_behind(person, wanted), request.GET)
    rows = [(item_row(item), state_of(item), item) for item in page.rows]
    context = {"rows": rows, "page": page, "wanted": wanted, "about": _about(person, wanted)}
    return render(request, "work/results_items.html", context)


@require_GET
def results_xlsx(request: Request) -> HttpResponse:
    wanted = _wanted(request)
    headers = [
        *(_("Month"), _("Person"), _("Position"), _("Duty"), _("In time"), _("Late"), _("Missed"), _("Open")),
    ]
    data = write_xlsx(headers, sheet_rows(person_here(request), wanted), title=_("Routines"))
    response = HttpResponse(data, content_type=XLSX)
    name = quote(f"{_('Routines')}-{wanted.month:%Y-%m}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
