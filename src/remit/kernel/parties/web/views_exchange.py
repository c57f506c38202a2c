"""Customers as a file, in and out. An upload is looked at first; what was looked at waits an hour to be taken in."""

import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.kernel.parties import importing, queries
from remit.kernel.parties.access import collaborated, reach_of
from remit.kernel.parties.fields import exported_text, fields_in_use, said
from remit.kernel.parties.importing.columns import all_fields
from remit.kernel.parties.models import ColumnMapping, CustomField, ImportRun, Party
from remit.kernel.parties.segments import as_data
from remit.kernel.parties.values import masked_contact, masked_identifier
from remit.kernel.parties.web.views import wanted_of
from remit.lib.sheets import Cell, Sheet, SheetError, read_sheet, write_csv, write_xlsx
from remit.web.acting import act, answer, person_here
from remit.web.http import Request

KEPT_SECONDS: Final = 3600
SHOWN: Final = 50
EXPORTED_MAX: Final = 200_000
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX or CSV, in any encoding; the first row names the columns."),
    )


def _importer(request: Request) -> Person:
    person = person_here(request)
    if not oversees(person, "customer.import"):
        raise NotYours(_("There is no such page."))
    return person


@require_http_methods(["GET", "POST"])
def exchange(request: Request) -> HttpResponse:
    """The upload, which leads to its preview; and what has been taken in, which can be undone."""
    person = _importer(request)
    form = UploadForm(request.POST or None, request.FILES or None, label_suffix="")
    if form.is_bound and form.is_valid():
        file: UploadedFile[Any] = form.cleaned_data["file"]
        data = file.read()
        try:
            sheet = read_sheet(data)
        except SheetError as error:
            form.add_error("file", str(error))
        else:
            token = secrets.token_urlsafe(16)
            kept = {
                "data": data,
                "name": str(file.name)[:120],
                "user": request.user.pk,
                "mapping": _first_guess(person, sheet),
            }
            cache.set(_key(token), kept, KEPT_SECONDS)
            return redirect("parties:import-preview", token)
    runs = ImportRun.objects.filter(made_by=person).order_by("-id")[:20]
    status = 422 if form.is_bound else 200
    return render(request, "parties/exchange.html", {"form": form, "runs": runs}, status=status)


def _first_guess(person: Person, sheet: Sheet) -> dict[str, str]:
    """As the person said the last time for the same columns, else by their names."""
    headers = importing.headers_digest(sheet.headers)
    known = ColumnMapping.objects.filter(person=person, headers=headers).values_list("fields", flat=True).first()
    return dict(known) if known else importing.guess(sheet.headers)


def _key(token: str) -> str:
    return f"parties-import-{token}"


def _kept(request: Request, token: str) -> dict[str, Any]:
    """What was uploaded under the token, by the same login. Raises NotYours."""
    _importer(request)
    kept = cache.get(_key(token)) if len(token) < 40 else None
    if not isinstance(kept, dict) or kept["user"] != request.user.pk:
        raise NotYours(_("This upload is no longer kept; send the file again."))
    return kept


@require_http_methods(["GET", "POST"])
def preview(request: Request, token: str) -> HttpResponse:
    """What would be added and changed, and what is wrong; a POST says anew which column means what."""
    kept = _kept(request, token)
    if request.method == "POST":
        sheet = read_sheet(kept["data"])
        kept["mapping"] = _mapping_of(sheet, request.POST)
        cache.set(_key(token), kept, KEPT_SECONDS)
        return redirect("parties:import-preview", token)
    return _draw(request, token, kept)


def _mapping_of(sheet: Sheet, given: Mapping[str, str]) -> dict[str, str]:
    """Column n of the file is field `column_n`; a field twice counts for its first column."""
    mapping: dict[str, str] = {}
    known = all_fields()
    for n, header in enumerate(sheet.headers):
        key = given.get(f"column_{n}", "")
        if key in known and key not in mapping.values():
            mapping[header] = key
    return mapping


def _draw(request: Request, token: str, kept: dict[str, Any], *, refusal: str = "", status: int = 200) -> HttpResponse:
    person = person_here(request)
    sheet = read_sheet(kept["data"])
    rows = importing.rows_of(sheet, kept["mapping"])
    plan = importing.make_plan(rows, person=person, company_id=person.company_id)
    examples = sheet.rows[0].cells if sheet.rows else {}
    context = {
        "token": token,
        "name": kept["name"],
        "columns": [
            {
                "name": f"column_{n}",
                "header": header,
                "field": kept["mapping"].get(header, ""),
                "example": examples.get(header, ""),
            }
            for n, header in enumerate(sheet.headers)
        ],
        "fields": all_fields().values(),
        "added": [row["name"] for row in plan.added[:SHOWN]],
        "added_count": len(plan.added),
        "changed": [plan.names[pk] for pk, _row in plan.changed[:SHOWN]],
        "changed_count": len(plan.changed),
        "faults": [(fault.row, str(fault)) for fault in plan.faults[:SHOWN]],
        "bad_rows": plan.bad_rows,
        "good_rows": len(plan.added) + len(plan.changed),
        "refusal": refusal,
    }
    return render(request, "parties/import_preview.html", context, status=status)


@require_POST
def take_in(request: Request, token: str) -> HttpResponse:
    """The rows that are in order; those with a fault are left for the error file."""
    kept = _kept(request, token)
    person = person_here(request)
    sheet = read_sheet(kept["data"])
    rows = importing.rows_of(sheet, kept["mapping"])
    wrong = {fault.row for fault in importing.make_plan(rows, person=person, company_id=person.company_id).faults}
    good = [row for row in rows if row["row"] not in wrong]
    facts = {
        "rows": good,
        "digest": importing.digest_of(good),
        "count": len(good),
        "file_name": kept["name"],
        "headers": importing.headers_digest(sheet.headers),
        "mapping": kept["mapping"],
    }
    outcome = act(request, "customer.import", facts)
    if outcome.result is None:
        return _draw(request, token, kept, refusal=outcome.refusal, status=outcome.status)
    if wrong:  # the upload is still kept: its error file can be taken
        messages.success(
            request,
            _("Taken in. The rows with a fault are still here: take the error file, mend it, and send it again."),
        )
        return redirect("parties:import-preview", token)
    cache.delete(_key(token))
    return answer(request, outcome, _("Taken in."), "parties:exchange")


@require_GET
def error_file(request: Request, token: str) -> HttpResponse:
    kept = _kept(request, token)
    person = person_here(request)
    sheet = read_sheet(kept["data"])
    rows = importing.rows_of(sheet, kept["mapping"])
    plan = importing.make_plan(rows, person=person, company_id=person.company_id)
    data = importing.error_file(sheet, plan.faults)
    kind = "csv" if sheet.encoding else "xlsx"
    return as_file(data, CSV if kind == "csv" else XLSX, f"{_('To be mended')}-{today()}.{kind}")


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    outcome = act(request, "customer.undo_import", {"run": pk})
    return answer(request, outcome, _("Undone."), "parties:exchange")


@require_GET
def template(request: Request) -> HttpResponse:
    """An empty file with every column that is understood."""
    _importer(request)
    return as_file(
        write_xlsx([str(field.label) for field in all_fields().values()], [], title=_("Customers")),
        XLSX,
        f"{_('Customers')}.xlsx",
    )


# --- out ------------------------------------------------------------------------------------------------------------------------


@require_GET
def export(request: Request, kind: str) -> HttpResponse:
    """The list as it is filtered, numbers masked but for one's own customers. A grant may bound the rows; leaves an event."""
    person = person_here(request)
    if not oversees(person, "customer.export"):
        raise NotYours(_("There is no such page."))
    wanted = wanted_of(request, person)
    found = queries.list_parties(person, wanted).select_related("owner").defer("search")
    parties = list(
        found.prefetch_related("contacts", "identifiers", "tags__tag").order_by("sort_key", "id")[:EXPORTED_MAX]
    )
    outcome = act(request, "customer.export", {"rows": len(parties), "filter": as_data(wanted)})
    if outcome.result is None or outcome.result.kind == "requested":
        return answer(request, outcome, "", "parties:list")
    headers = [_("Number"), _("Name"), _("Kind"), _("Telephone"), _("E-mail"), _("Address"), _("Official numbers"), _("Grade"),
               _("Status"), _("Industry"), _("Source"), _("Owner"), _("Tags"), _("Last contact")]  # fmt: skip
    added = fields_in_use()
    headers += [said(field.labels) for field in added]
    lines = _lines(person, parties, added)
    data = write_xlsx(headers, lines, title=_("Customers")) if kind == "xlsx" else write_csv(headers, lines)
    return as_file(data, XLSX if kind == "xlsx" else CSV, f"{_('Customers')}-{today()}.{kind}")


def _lines(person: Person, parties: list[Party], added: list[CustomField]) -> list[list[Cell]]:
    own, shared = set(reach_of(person).selves), set(collaborated(reach_of(person)))
    lines: list[list[Cell]] = []
    for party in parties:
        in_full = party.owner_id in own or party.pk in shared
        reached: dict[str, list[str]] = {"phone": [], "email": [], "address": []}
        for contact in party.contacts.all():
            shown = contact.value if in_full else masked_contact(contact.kind, contact.value)
            reached.setdefault(contact.kind, []).append(shown)
        numbers = "、".join(masked_identifier(number.kind, number.value) for number in party.identifiers.all())
        lines.append([
            party.number, party.name, party.get_kind_display(), *("、".join(reached[kind]) for kind in ("phone", "email", "address")),
            numbers, party.grade, party.get_status_display(), party.industry, party.source,
            party.owner.name if party.owner else "", "、".join(row.tag.name for row in party.tags.all()), party.touched_at,
            *(exported_text(field, party, in_full=in_full) for field in added),
        ])  # fmt: skip
    return lines


def as_file(data: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
