"""Traffic from a file: looked at first, taken in, taken back. What was looked at waits an hour."""

import secrets
from typing import Any, Final
from urllib.parse import quote

from django import forms
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.errors import NotYours
from remit.kernel.organization.models import Person
from remit.lib.sheets import Cell, SheetError, read_sheet, write_xlsx
from remit.packs.key_accounts.access import takes_in
from remit.packs.key_accounts.models import TrafficImport
from remit.packs.key_accounts.reading import Reading, digest_of, read_rows, rows_of
from remit.web.acting import act, answer, person_here
from remit.web.http import Request

KEPT_SECONDS: Final = 3600
SHOWN: Final = 50
RUNS_SHOWN: Final = 20
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADERS: Final = ("客户编号", "产品", "日期", "流量")


class UploadForm(forms.Form):
    period = forms.ChoiceField(
        label=gettext_lazy("Period"), choices=[("week", gettext_lazy("Weekly")), ("month", gettext_lazy("Monthly"))]
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX or CSV with the customer's number or name, product, day and volume."),
    )


def _importer(request: Request) -> Person:
    person = person_here(request)
    if not takes_in(person):
        raise NotYours(_("There is no such page."))
    return person


@require_http_methods(["GET", "POST"])
def upload(request: Request) -> HttpResponse:
    person = _importer(request)
    form = UploadForm(request.POST or None, request.FILES or None, label_suffix="")
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            rows = rows_of(read_sheet(file.read()))
        except SheetError as error:
            form.add_error("file", str(error))
        else:
            token = secrets.token_urlsafe(16)
            kept = {
                "rows": rows,
                "period": form.cleaned_data["period"],
                "name": str(file.name)[:120],
                "user": request.user.pk,
            }
            cache.set(_key(token), kept, KEPT_SECONDS)
            return redirect("traffic:import-preview", token)
    runs = TrafficImport.objects.filter(made_by=person).order_by("-id")[:RUNS_SHOWN]
    return render(request, "traffic/import.html", {"form": form, "runs": runs}, status=422 if form.is_bound else 200)


def _key(token: str) -> str:
    return f"traffic-import-{token}"


def _kept(request: Request, token: str) -> tuple[dict[str, Any], Reading]:
    """What was uploaded under the token by the same login, read anew. Raises NotYours."""
    person = _importer(request)
    kept = cache.get(_key(token)) if len(token) < 40 else None
    if not isinstance(kept, dict) or kept["user"] != request.user.pk:
        raise NotYours(_("This upload is no longer kept; send the file again."))
    return kept, read_rows(kept["rows"], person, kept["period"])


@require_GET
def preview(request: Request, token: str) -> HttpResponse:
    return _draw(request, token, *_kept(request, token))


def _draw(
    request: Request, token: str, kept: dict[str, Any], reading: Reading, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "token": token,
        "name": kept["name"],
        "good_rows": len(reading.figures),
        "bad_rows": reading.bad_rows,
        "customers": len({figure.party_id for figure in reading.figures}),
        "faults": reading.faults[:SHOWN],
        "refusal": refusal,
    }
    return render(request, "traffic/preview.html", context, status=status)


@require_POST
def take_in(request: Request, token: str) -> HttpResponse:
    """The rows that are in order; those with a fault are left for the error file."""
    kept, reading = _kept(request, token)
    wrong = {fault.row for fault in reading.faults}
    good = [row for row in kept["rows"] if row["row"] not in wrong]
    facts = {
        "period": kept["period"], "rows": good, "digest": digest_of(good), "count": len(good), "file_name": kept["name"],
    }  # fmt: skip
    outcome = act(request, "traffic.import", facts)
    if outcome.result is None:
        return _draw(request, token, kept, reading, outcome.refusal, outcome.status)
    if not wrong:
        cache.delete(_key(token))
    return answer(request, outcome, _("Taken in."), "traffic:import")


@require_GET
def error_file(request: Request, token: str) -> HttpResponse:
    """The rows with a fault and what is wrong with each, to be mended and sent again."""
    kept, reading = _kept(request, token)
    told: dict[int, list[str]] = {}
    for fault in reading.faults:
        told.setdefault(fault.row, []).append(fault.message)
    lines: list[list[Cell]] = [
        [row["customer"], row["product"], row["starts_on"], row["volume"], "；".join(told[row["row"]])]
        for row in kept["rows"]
        if row["row"] in told
    ]
    return _as_file([*HEADERS, "错误"], lines, _("To be mended"))


@require_GET
def template(request: Request) -> HttpResponse:
    _importer(request)
    return _as_file(list(HEADERS), [], _("Traffic"))


def _as_file(headers: list[str], lines: list[list[Cell]], name: str) -> HttpResponse:
    response = HttpResponse(write_xlsx(headers, lines, title=name), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return response


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    outcome = act(request, "traffic.undo_import", {"run": pk})
    return answer(request, outcome, _("Undone."), "traffic:import")
