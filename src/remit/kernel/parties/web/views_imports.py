"""Customers from a file: sent, looked at, taken in. A small file is read by each page; what a large one asks for is done by jobs,
which the page watches and anybody may leave."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.accounts.middleware import without_use
from remit.kernel.authority.errors import NotYours
from remit.kernel.organization.queries import today
from remit.kernel.parties import importing
from remit.kernel.parties.importing import working
from remit.kernel.parties.importing.columns import all_fields
from remit.kernel.parties.models import RUNNING, ImportRun, Upload, UploadStage
from remit.kernel.parties.web.views_exchange import CSV, XLSX, as_file, importer
from remit.lib import clock
from remit.lib.sheets import SheetError, read_sheet
from remit.web.acting import act, answer
from remit.web.http import Request

TOKEN_BYTES: Final = 16
HEAVY: Final = ("data", "errors", "report", "wrong")
# How much of the whole work each phase is, as it was measured: of the check, and of taking in.
SHARES: Final[Mapping[str, Mapping[str, float]]] = {
    UploadStage.CHECKING: {"read": 0.4, "check": 0.6},
    UploadStage.WRITING: {"read": 0.1, "check": 0.1, "write": 0.65, "settle": 0.15},
}
TOO_EARLY: Final = 0.05  # to say how long it will take


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX or CSV, in any encoding; the first row names the columns."),
    )


@require_http_methods(["GET", "POST"])
def exchange(request: Request) -> HttpResponse:
    """The upload, which leads to its preview; what is on its way; and what has been taken in, which can be undone."""
    person = importer(request)
    form = UploadForm(request.POST or None, request.FILES or None, label_suffix="")
    if form.is_bound and form.is_valid():
        file: UploadedFile[Any] = form.cleaned_data["file"]
        try:
            upload = working.keep(person, secrets.token_urlsafe(TOKEN_BYTES), str(file.name), file.read())
        except SheetError as error:
            form.add_error("file", str(error))
        else:
            return redirect("parties:import-preview", upload.token)
    runs = ImportRun.objects.filter(made_by=person).order_by("-id")[:20]
    under_way = Upload.objects.filter(person=person, is_large=True).exclude(
        stage__in=(UploadStage.DONE, UploadStage.DROPPED)
    )
    context = {"form": form, "runs": runs, "under_way": under_way.defer(*HEAVY).order_by("-id")}
    return render(request, "parties/exchange.html", context, status=422 if form.is_bound else 200)


def _kept(request: Request, token: str) -> Upload:
    """What the same person sent under the token; what is heavy of it comes when they are asked for. Raises NotYours."""
    person = importer(request)
    found: Upload | None = Upload.objects.filter(token=token, person=person).defer(*HEAVY).first()
    if found is None or found.stage == UploadStage.DROPPED:
        raise NotYours(_("This upload is no longer kept; send the file again."))
    return found


@require_http_methods(["GET", "POST"])
def preview(request: Request, token: str) -> HttpResponse:
    """What would be added and changed, and what is wrong; a POST says anew which column means what."""
    upload = _kept(request, token)
    if request.method == "POST":
        return _map_anew(request, upload)
    return _page(request, upload)


def _map_anew(request: Request, upload: Upload) -> HttpResponse:
    if not upload.is_large:
        headers = read_sheet(bytes(upload.data)).headers
        Upload.objects.filter(pk=upload.pk).update(mapping=_mapping_of(headers, request.POST))
    elif "column_0" in request.POST:
        headers = tuple(header for header, _example in upload.report["columns"])
        working.go_on(upload, UploadStage.CHECKING, mapping=_mapping_of(headers, request.POST))
    else:  # once more, as it stands
        working.go_on(upload, UploadStage.CHECKING)
    return redirect("parties:import-preview", upload.token)


def _mapping_of(headers: tuple[str, ...], given: Mapping[str, str]) -> dict[str, str]:
    """Column n of the file is field `column_n`; a field twice counts for its first column."""
    mapping: dict[str, str] = {}
    known = all_fields()
    for n, header in enumerate(headers):
        key = given.get(f"column_{n}", "")
        if key in known and key not in mapping.values():
            mapping[header] = key
    return mapping


def _page(request: Request, upload: Upload, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """Where the file stands: under way, to be looked at, or over."""
    if upload.is_large and upload.stage != UploadStage.CHECKED:
        return render(request, "parties/import_progress.html", _watched(upload))
    if upload.is_large:
        report = upload.report
    else:
        sheet = read_sheet(bytes(upload.data))
        rows = importing.rows_of(sheet, upload.mapping)
        plan = importing.make_plan(rows, person=upload.person, company_id=upload.company_id)
        report = importing.report_of(sheet, plan)
    columns = [
        {"name": f"column_{n}", "header": header, "field": upload.mapping.get(header, ""), "example": example}
        for n, (header, example) in enumerate(report["columns"])
    ]
    context = {**report, "upload": upload, "columns": columns, "fields": all_fields().values(), "refusal": refusal}
    return render(request, "parties/import_preview.html", context, status=status)


@require_POST
def take_in(request: Request, token: str) -> HttpResponse:
    """The rows that are in order; those with a fault are left for the error file."""
    upload = _kept(request, token)
    if upload.is_large:
        if upload.stage == UploadStage.CHECKED:
            working.go_on(upload, UploadStage.WAITING)
        return redirect("parties:import-preview", token)
    sheet = read_sheet(bytes(upload.data))
    rows = importing.rows_of(sheet, upload.mapping)
    plan = importing.make_plan(rows, person=upload.person, company_id=upload.company_id)
    wrong = {fault.row for fault in plan.faults}
    good = [row for row in rows if row["row"] not in wrong]
    outcome = act(request, "customer.import", working.facts_of(upload, good, sheet))
    if outcome.result is None:
        return _page(request, upload, refusal=outcome.refusal, status=outcome.status)
    if wrong:  # the upload is still kept: its error file can be taken
        messages.success(
            request,
            _("Taken in. The rows with a fault are still here: take the error file, mend it, and send it again."),
        )
        return redirect("parties:import-preview", token)
    upload.delete()
    return answer(request, outcome, _("Taken in."), "parties:exchange")


# --- a large file, under way ----------------------------------------------------------------------------------------------------


def _watched(upload: Upload) -> dict[str, Any]:
    """How far the work is: rows by phase, the share of the whole, and about how long it still takes."""
    counts = upload.progress
    shares = SHARES.get(upload.stage, {})
    # A phase whose rows nobody can count yet is begun; one that another has followed is over.
    reached = [phase for phase in shares if phase in counts]
    done = sum(
        share * (_part(*counts[phase]) if phase == reached[-1] else 1)
        for phase, share in shares.items()
        if phase in reached
    )
    seconds = (clock.now() - upload.began_at).total_seconds() if upload.began_at is not None else 0
    return {
        "upload": upload,
        "is_running": upload.stage in RUNNING,
        "may_stop": upload.stage in (UploadStage.CHECKING, UploadStage.WAITING, UploadStage.FAILED),
        "percent": round(done * 100),
        "rows": {phase: count for phase, (count, _total) in counts.items()},
        "total": max((total for _count, total in counts.values()), default=0),
        "remaining": max(1, round(seconds * (1 - done) / done)) if done > TOO_EARLY else None,
    }


def _part(count: int, total: int) -> float:
    return count / total if total else 0.0


@never_cache
@without_use
@require_GET
def progress(request: Request, token: str) -> HttpResponse:
    """The part of the page that changes; when the work has ended, the page comes anew."""
    upload = _kept(request, token)
    if upload.stage not in RUNNING:
        return HttpResponse(headers={"HX-Redirect": reverse("parties:import-preview", args=[token])})
    Upload.objects.filter(pk=upload.pk).update(looked_at=clock.now())
    return render(request, "parties/_import_progress.html", _watched(upload))


@require_POST
def stop(request: Request, token: str) -> HttpResponse:
    upload = _kept(request, token)
    if not working.call_off(upload):
        messages.error(request, _("The rows are being written already; undo the import when it is done."))
        return redirect("parties:import-preview", token)
    messages.success(request, _("Called off. Nothing was taken in."))
    return redirect("parties:exchange")


@require_GET
def error_file(request: Request, token: str) -> HttpResponse:
    upload = _kept(request, token)
    if upload.is_large:
        data = bytes(upload.errors)
        kind = "xlsx" if data.startswith(b"PK") else "csv"
    else:
        sheet = read_sheet(bytes(upload.data))
        rows = importing.rows_of(sheet, upload.mapping)
        plan = importing.make_plan(rows, person=upload.person, company_id=upload.company_id)
        data, kind = importing.error_file(sheet, plan.faults), "csv" if sheet.encoding else "xlsx"
    return as_file(data, CSV if kind == "csv" else XLSX, f"{_('To be mended')}-{today()}.{kind}")


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    outcome = act(request, "customer.undo_import", {"run": pk})
    return answer(request, outcome, _("Undone."), "parties:exchange")
