"""The organization as a file, in and out. An upload is looked at first; what was looked at waits an hour to be taken in."""

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.audit.actions import record
from remit.kernel.authority import access
from remit.kernel.authority.errors import NotYours
from remit.kernel.organization import importing
from remit.kernel.organization.importing.planning import label_of
from remit.kernel.organization.importing.tables import BY_KEY
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.kernel.organization.web.forms import UploadForm
from remit.kernel.organization.web.views_people import XLSX, as_file
from remit.web.acting import act, person_here
from remit.web.http import Request

KEPT_SECONDS: Final = 3600
ROWS_SHOWN: Final = 50
FAULTS_SHOWN: Final = 200


def _administrator(request: Request) -> Person:
    """Whoever may take the organization in may also take all of it out. Raises NotYours."""
    person = person_here(request)
    if not access.oversees(person, "organization.import") or access.companies_seen(person) is not None:
        raise NotYours(_("There is no such page."))
    return person


@require_http_methods(["GET", "POST"])
def exchange(request: Request) -> HttpResponse:
    """Export, template, and the upload, which leads to its preview."""
    _administrator(request)
    form = UploadForm(request.POST or None, request.FILES or None, label_suffix="")
    if form.is_bound and form.is_valid():
        file: UploadedFile[Any] = form.cleaned_data["file"]
        token = secrets.token_urlsafe(16)
        kept = {
            "data": file.read(),
            "name": str(file.name)[:120],
            "on": form.cleaned_data["on"],
            "user": request.user.pk,
        }
        cache.set(_key(token), kept, KEPT_SECONDS)
        return redirect("organization:import-preview", token)
    context = {"form": form, "tables": importing.TABLES}
    return render(request, "organization/exchange.html", context, status=422 if form.is_bound else 200)


def _key(token: str) -> str:
    return f"organization-import-{token}"


def _kept(request: Request, token: str) -> dict[str, Any]:
    """What was uploaded under the token, by the same login. Raises NotYours."""
    _administrator(request)
    kept = cache.get(_key(token)) if len(token) < 40 else None
    if not isinstance(kept, dict) or kept["user"] != request.user.pk:
        raise NotYours(_("This upload is no longer kept; send the file again."))
    return kept


@dataclass(frozen=True, slots=True)
class ShownChange:
    label: str
    changes: list[tuple[str, str, str]]  # column, old, new


@dataclass(frozen=True, slots=True)
class ShownTable:
    title: str
    added: list[str]
    added_count: int
    changed: list[ShownChange]
    changed_count: int
    unchanged: int


def _shown(plan: importing.Plan) -> list[ShownTable]:
    tables = []
    for kind, part in plan.tables.items():
        table = BY_KEY[kind]
        changed = [
            ShownChange(
                label_of(kind, row),
                [(table.header_of(key), _cell(old), _cell(new)) for key, (old, new) in changes.items()],
            )
            for row, changes in part.changed[:ROWS_SHOWN]
        ]
        added = [label_of(kind, row) for row in part.added[:ROWS_SHOWN]]
        tables.append(ShownTable(table.title, added, len(part.added), changed, len(part.changed), part.unchanged))
    return tables


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "—" if value in (None, "") else str(value)


def _planned(kept: dict[str, Any]) -> tuple[importing.Upload, importing.Plan]:
    upload = importing.read_upload(kept["data"])
    return upload, importing.make_plan(upload.rows, on=kept["on"], faults=upload.faults)


@require_GET
def preview(request: Request, token: str) -> HttpResponse:
    """What would be added and changed, or everything that is wrong."""
    kept = _kept(request, token)
    return _draw_preview(request, token, kept)


def _draw_preview(
    request: Request, token: str, kept: dict[str, Any], *, refusal: str = "", status: int = 200
) -> HttpResponse:
    upload, plan = _planned(kept)
    context = {
        "token": token,
        "name": kept["name"],
        "on": kept["on"],
        "tables": _shown(plan),
        "faults": plan.faults[:FAULTS_SHOWN],
        "fault_count": len(plan.faults),
        "has_error_file": bool(upload.sheets),
        "is_empty": plan.is_empty,
        "refusal": refusal,
    }
    return render(request, "organization/import_preview.html", context, status=422 if plan.faults else status)


@require_POST
def take_in(request: Request, token: str) -> HttpResponse:
    kept = _kept(request, token)
    upload = importing.read_upload(kept["data"])
    if upload.faults:
        return _draw_preview(request, token, kept)
    facts = {
        "rows": importing.to_data(upload.rows),
        "digest": importing.digest_of(upload.rows),
        "on": kept["on"],
        "file_name": kept["name"],
    }
    outcome = act(request, "organization.import", facts)
    if outcome.result is None:
        return _draw_preview(request, token, kept, refusal=outcome.refusal, status=outcome.status)
    cache.delete(_key(token))
    messages.success(request, _("Taken in. The log has what changed."))
    return redirect("organization:chart")


@require_GET
def error_file(request: Request, token: str) -> HttpResponse:
    kept = _kept(request, token)
    upload, plan = _planned(kept)
    if not upload.sheets:
        raise NotYours(_("There is no such page."))
    data = importing.error_file(upload, plan.faults)
    kind = "csv" if upload.is_csv else "xlsx"
    return as_file(data, XLSX if kind == "xlsx" else "text/csv; charset=utf-8", f"{_('To be mended')}-{today()}.{kind}")


@require_GET
def template(request: Request) -> HttpResponse:
    person_here(request)
    return as_file(importing.template(), XLSX, f"{_('Organization template')}.xlsx")


@require_GET
def export(request: Request, kind: str) -> HttpResponse:
    """All four tables as a workbook, or one as CSV. Leaves an event."""
    person = _administrator(request)
    if kind != "xlsx" and kind not in BY_KEY:
        raise NotYours(_("There is no such page."))
    data = importing.export_workbook() if kind == "xlsx" else importing.export_csv(kind)
    name = f"{_('Organization')}-{dt.date.isoformat(today())}"
    record(
        request.actor,
        "organization.export",
        subject=("export", kind, _("Organization")),
        company_id=person.company_id,
        facts={"tables": kind},
    )
    if kind == "xlsx":
        return as_file(data, XLSX, f"{name}.xlsx")
    return as_file(data, "text/csv; charset=utf-8", f"{name}-{BY_KEY[kind].title}.csv")
