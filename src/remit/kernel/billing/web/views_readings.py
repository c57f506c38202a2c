"""Reading: rounds for the phone where each figure is kept by itself, what is held, estimates, and files."""

from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.errors import NotYours
from remit.kernel.billing.access_meters import PHOTOS, meter_visible_to, meters_here, visible_readings
from remit.kernel.billing.metering.importing import digest_of, entries_of, headers, rows_of
from remit.kernel.billing.metering.recording import judge
from remit.kernel.billing.models import Reading, ReadingState
from remit.kernel.billing.queries_meters import rounds, still_to_read, to_read
from remit.kernel.billing.web.forms import ReadingsFileForm
from remit.kernel.billing.web.views_meters import verbs
from remit.kernel.documents.access import file_to_read
from remit.kernel.documents.actions import store
from remit.kernel.documents.errors import FileNotFound
from remit.kernel.organization.queries import today
from remit.kernel.procedures.photos import read_picture, thumbnail
from remit.lib import clock
from remit.lib.refusals import Refusal
from remit.lib.sheets import SheetError, read_sheet, write_xlsx
from remit.web.acting import act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN: Final = 50
SALT: Final = "billing.readings"
# What a preview hands on within the page: some five thousand rows.
KEPT_BYTES: Final = 1_000_000


@require_GET
def round_list(request: Request) -> HttpResponse:
    person = person_here(request)
    found = rounds(meters_here(person), today())
    return render(request, "billing/rounds.html", {"rounds": found, "today": today(), "may": verbs(request)})


@require_GET
def round_page(request: Request) -> HttpResponse:
    """?group=一期/3幢: its meters in the order of their numbers, each with a form of its own."""
    person = person_here(request)
    group = request.GET.get("group", "")
    meters = to_read(meters_here(person).filter(group=group), today())
    page = page_of(meters, request.GET, keys=("id",), size=60)
    context = {"group": group, "page": page, "today": today(), "may": verbs(request)}
    return render(request, "billing/round.html", context)


@require_POST
def enter(request: Request, pk: int) -> HttpResponse:
    """One figure; answers the meter's line again, with what came of it."""
    person = person_here(request)
    meter = meter_visible_to(person, pk)
    facts: dict[str, Any] = {
        "meter": pk, "on": request.POST.get("on") or today().isoformat(), "value": request.POST.get("value", ""),
        "band": request.POST.get("band", ""),
    }  # fmt: skip
    photo: UploadedFile[Any] | None = request.FILES.get("photo")
    refusal = ""
    try:
        if photo is not None:
            content = photo.read()
            read_picture(content, str(photo.name), "photo")
            kept = store(
                content,
                str(photo.name),
                photo.content_type or "",
                actor=request.actor,
                room=PHOTOS,
                company_id=meter.company_id,
            )
            facts["photo"] = kept.pk
    except (Refusal, ValueError) as error:
        refusal = str(error)
    outcome = act(request, "meter.read", facts) if not refusal else None
    refusal = refusal or (outcome.refusal if outcome is not None else "")
    if not request.htmx:
        if refusal:
            messages.error(request, refusal)
        else:
            messages.success(request, _("Kept."))
        return redirect("billing:meter", pk)
    row = to_read(meters_here(person).filter(pk=pk), today()).first()
    context = {
        "meter": row or meter,
        "refusal": refusal,
        "given": facts["value"],
        "today": today(),
        "may": verbs(request),
    }
    return render(request, "billing/_round_row.html", context)


@require_GET
def photo(request: Request, pk: int) -> HttpResponse:
    row = visible_readings(person_here(request)).filter(pk=pk, photo__isnull=False).first()
    if row is None:
        raise NotYours(_("There is no such file."))
    try:
        found = file_to_read(request.actor, row.photo_id or 0)
        return HttpResponse(thumbnail(found), content_type="image/jpeg")
    except (FileNotFound, OSError, ValueError) as error:
        raise NotYours(_("There is no such file.")) from error


@require_GET
def held_list(request: Request) -> HttpResponse:
    person = person_here(request)
    meters_here(person)
    rows = visible_readings(person).filter(state=ReadingState.HELD).select_related("meter__billable", "made_by")
    page = page_of(rows, request.GET, keys=("id",))
    return render(request, "billing/held.html", {"page": page, "may": verbs(request), "me": person})


def _reading_here(request: Request, pk: int) -> Reading:
    row = visible_readings(person_here(request)).filter(pk=pk).first()
    if row is None:
        raise NotYours(_("There is no such reading."))
    return row


@require_POST
def release(request: Request, pk: int) -> HttpResponse:
    _reading_here(request, pk)
    facts = {"reading": pk, "reason": request.POST.get("reason", ""), "rolled": request.POST.get("rolled", "")}
    return answer(request, act(request, "meter.release", facts), _("Released."), "billing:held")


@require_POST
def correct(request: Request, pk: int) -> HttpResponse:
    facts = {"reading": pk, "value": request.POST.get("value", ""), "reason": request.POST.get("reason", "")}
    row = _reading_here(request, pk)
    return answer(request, act(request, "meter.correct", facts), _("Corrected."), "billing:meter", row.meter_id)


@require_POST
def estimate(request: Request) -> HttpResponse:
    meters_here(person_here(request))
    facts = {name: request.POST.get(name, "") for name in ("supply", "group", "on", "reason")}
    outcome = act(request, "meter.estimate", facts)
    made = outcome.result.changes.get("made", 0) if outcome.result is not None else 0
    return answer(request, outcome, _("%(n)d readings estimated.") % {"n": made}, "billing:rounds")


# --- files ----------------------------------------------------------------------------------------------------------------


@require_GET
def template(request: Request) -> HttpResponse:
    """The columns, with the meters of the company that are still to be read this month."""
    meters = still_to_read(meters_here(person_here(request)), today())[:5000]
    rows = [[meter.number, today(), "", band] for meter in meters for band in meter.bands or [""]]
    response = HttpResponse(write_xlsx(headers(), rows, title=_("Readings")), content_type=XLSX)
    response["Content-Disposition"] = "attachment; filename*=UTF-8''readings.xlsx"
    return response


@require_http_methods(["GET", "POST"])
def take_in(request: Request) -> HttpResponse:
    """A file, its preview, and with `rows` from the preview the act."""
    person = person_here(request)
    meters_here(person)
    if "rows" in request.POST:
        return _take_in(request)
    form = ReadingsFileForm(request.POST or None, request.FILES or None, label_suffix="")
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        file: UploadedFile[Any] = form.cleaned_data["file"]
        try:
            rows = rows_of(read_sheet(file.read()))
            packed = dumps(rows, salt=SALT, compress=True)
            if len(packed) > KEPT_BYTES:
                raise SheetError(0, "", _("This file is too large for one go; take in one building after the other."))
        except SheetError as error:
            form.add_error("file", str(error))
        else:
            context |= {"packed": packed, "file_name": file.name, **_looked_at(request, rows)}
    return render(request, "billing/readings_import.html", context, status=422 if form.errors else 200)


def _judged(request: Request, rows: list[dict[str, Any]]) -> tuple[list[tuple[int, str]], list[Reading]]:
    """(what is wrong, by row), and the readings that would be written."""
    person = person_here(request)
    entries, faults = entries_of(person.company_id, rows)
    judged = judge(person.company_id, [entry for _row, entry in entries], person=person, at=clock.now())
    faults += [(row, one.fault) for (row, _entry), one in zip(entries, judged, strict=True) if one.fault]
    return sorted(faults), [one.row for one in judged if one.row is not None]


def _looked_at(request: Request, rows: list[dict[str, Any]]) -> dict[str, Any]:
    faults, good = _judged(request, rows)
    return {
        "looked_at": True, "count": len(rows), "faults": faults[:SHOWN], "fault_count": len(faults), "good": len(good),
        "held": [row for row in good if row.state == ReadingState.HELD][:SHOWN],
    }  # fmt: skip


def _take_in(request: Request) -> HttpResponse:
    """The rows that are in order; the others were shown with what is wrong with them."""
    try:
        rows = loads(request.POST["rows"], salt=SALT, max_age=86_400)
    except BadSignature:
        messages.error(request, _("This preview is no longer valid; send the file again."))
        return redirect("billing:readings-import")
    wrong = {row for row, _sentence in _judged(request, rows)[0]}
    rows = [row for row in rows if row["row"] not in wrong]
    facts = {
        "rows": rows,
        "digest": digest_of(rows),
        "count": len(rows),
        "file_name": request.POST.get("file_name", "")[:120],
    }
    return answer(request, act(request, "meter.import", facts), _("Taken in."), "billing:rounds")
