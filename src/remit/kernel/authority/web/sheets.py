"""A spreadsheet of matters: looked at row by row first, then done row by row. What was looked at waits an hour."""

import secrets
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from django import forms
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from remit.kernel.authority import sheets
from remit.kernel.authority.bulk import RowResult, perform_rows
from remit.kernel.authority.catalogue import entry_for, no_entry_sentence
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.registry import ActionType
from remit.kernel.authority.web.acts import formed_action
from remit.lib.sheets import SheetError
from remit.web.acting import person_here
from remit.web.http import Request

KEPT_SECONDS: Final = 3600
BYTES_MAX: Final = 2_000_000
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORDS: Final = {
    "granted": (gettext_lazy("can be done"), "ok"),
    "approval": (gettext_lazy("goes to approval"), "warn"),
    "refused": (gettext_lazy("would be refused"), "danger"),
    "faulty": (gettext_lazy("to be mended"), "danger"),
}


class SheetForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), help_text=gettext_lazy("XLSX or CSV, one matter a row."))

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > BYTES_MAX:
            raise forms.ValidationError(_("The file is too large; split it."))
        return file


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the page shows it. `url` leads to what came of it."""

    number: int
    facts: str
    word: str
    tone: str
    sentence: str
    url: str = ""


@require_http_methods(["GET", "POST"])
def action_sheet(request: Request, name: str) -> HttpResponse:
    """The upload, with the template beside it."""
    person, action = person_here(request), formed_action(name)
    sent = request.method == "POST"
    form = SheetForm(request.POST if sent else None, request.FILES if sent else None, label_suffix="")
    fault = ""
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            rows = sheets.read_rows(action, file.read())
        except SheetError as error:
            fault = str(error)
        else:
            token = secrets.token_urlsafe(16)
            cache.set(
                _key(token),
                {"rows": rows, "name": str(file.name)[:120], "user": request.user.pk, "action": name},
                KEPT_SECONDS,
            )
            return redirect("authority:sheet-preview", name, token)
    context = {
        "action": action,
        "form": form,
        "fault": fault,
        "columns": sheets.columns(action).items(),
        "most": sheets.MOST_SHEET_ROWS,
        "closed": "" if entry_for(person, action) else no_entry_sentence(action),
    }
    return render(request, "authority/action_sheet.html", context, status=422 if form.is_bound else 200)


def _key(token: str) -> str:
    return f"authority-sheet-{token}"


def _kept(request: Request, name: str, token: str) -> dict[str, Any]:
    """What was uploaded under the token, by the same login, for this action. Raises NotYours."""
    person_here(request)
    kept = cache.get(_key(token)) if len(token) < 40 else None
    if not isinstance(kept, dict) or kept["user"] != request.user.pk or kept["action"] != name:
        raise NotYours(_("This upload is no longer kept; send the file again."))
    return kept


@require_http_methods(["GET", "POST"])
def sheet_preview(request: Request, name: str, token: str) -> HttpResponse:
    """What the gate would say to each row; the POST does them one by one, and leads to what came of it."""
    action, kept = formed_action(name), _kept(request, name, token)
    if request.method == "POST":
        if "results" not in kept:
            given = [row.facts for row in kept["rows"]]
            kept["results"] = perform_rows(request.actor, name, given, each=True, key=f"sheet:{token}")
            cache.set(_key(token), kept, KEPT_SECONDS)
        return redirect("authority:sheet-result", name, token)
    found = sheets.outlook(request.actor, action, kept["rows"])
    lines = [
        Line(one.row.number, _shown(action, one.row), str(WORDS[one.outcome][0]), WORDS[one.outcome][1], one.sentence)
        for one in found
    ]
    counts = [(str(word), tone, sum(one.outcome == key for one in found)) for key, (word, tone) in WORDS.items()]
    context = {
        "action": action,
        "name": kept["name"],
        "token": token,
        "lines": lines,
        "counts": [count for count in counts if count[2]],
        "to_do": sum(one.outcome in ("granted", "approval") for one in found),
        "is_done": "results" in kept,
    }
    return render(request, "authority/sheet_preview.html", context)


def _shown(action: ActionType, row: sheets.SheetFacts) -> str:
    return " · ".join(row.facts[fact.name] for fact in sheets.columns(action).values() if row.facts.get(fact.name))


@require_GET
def sheet_result(request: Request, name: str, token: str) -> HttpResponse:
    """What came of each row."""
    action, kept = formed_action(name), _done(request, name, token)
    lines = [_line(action, row, result) for row, result in zip(kept["rows"], kept["results"], strict=True)]
    refused = sum(not result.is_done for result in kept["results"])
    context = {"action": action, "name": kept["name"], "token": token, "lines": lines, "refused": refused}
    return render(request, "authority/sheet_result.html", context | {"done": len(lines) - refused})


def _done(request: Request, name: str, token: str) -> dict[str, Any]:
    kept = _kept(request, name, token)
    if "results" not in kept:
        raise NotYours(_("There is no such page."))
    return kept


def _line(action: ActionType, row: sheets.SheetFacts, result: RowResult) -> Line:
    facts = _shown(action, row)
    if result.result is None:
        return Line(row.number, facts, _("not done"), "danger", result.sentence)
    if result.result.kind == "requested":
        url = reverse("authority:request-detail", args=[result.result.request_id])
        return Line(row.number, facts, _("asked for"), "warn", result.sentence, url)
    url = reverse("audit:event-detail", args=[result.result.event_id])
    return Line(row.number, facts, _("done"), "ok", result.sentence, url)


@require_GET
def sheet_refused(request: Request, name: str, token: str) -> HttpResponse:
    """The rows that were not carried out, as a file to mend."""
    action, kept = formed_action(name), _done(request, name, token)
    data = sheets.refused_rows(action, kept["rows"], kept["results"])
    return _file(data, f"{action.label}-{_('To be mended')}.xlsx")


@require_GET
def sheet_template(request: Request, name: str) -> HttpResponse:
    person_here(request)
    action = formed_action(name)
    return _file(sheets.template(action), f"{action.label}.xlsx")


def _file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
