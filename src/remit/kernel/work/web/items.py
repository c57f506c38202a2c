"""The page of one item, what people do on it, and their own lists of work."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import one_act, perform
from remit.kernel.documents.access import file_to_read
from remit.kernel.documents.actions import store
from remit.kernel.documents.errors import FileNotFound
from remit.kernel.documents.queries import open_content
from remit.kernel.organization.models import Person
from remit.kernel.work.access import EVIDENCE_ROOM, item_visible_to
from remit.kernel.work.models import WorkItem
from remit.kernel.work.queries import item_row
from remit.kernel.work.records import TABS, evidence_rows, history, item_detail, routines_for, state_of
from remit.lib import clock
from remit.web.acting import person_here
from remit.web.http import Request
from remit.web.paging import page_of

# What is posted to an item's page, by the last word of the address: the action, and the fields that it takes.
DEEDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "completion": ("work.finish", ("note",)),
    "handover": ("work.hand_over", ("to", "reason")),
    "delegation": ("work.delegate", ("to", "reason")),
    "snooze": ("work.snooze", ("until", "reason")),
    "claim": ("work.claim", ()),
    "release": ("work.release", ()),
    "watch": ("work.watch", ()),
    "unwatch": ("work.unwatch", ()),
}
MOST_FILES: Final = 12  # for each kind of evidence


@require_GET
def item_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    return _draw(request, person, item_visible_to(person, pk))


def _draw(request: Request, person: Person, item: WorkItem, *, status: int = 200, **more: Any) -> HttpResponse:
    now = timezone.localtime(clock.now())
    tomorrow = (now + dt.timedelta(days=1)).replace(hour=9, minute=0)
    context = {"detail": item_detail(item, person), "tomorrow": tomorrow.strftime("%Y-%m-%dT%H:%M"), **more}
    return render(request, "work/item.html", context, status=status)


@require_POST
def item_deed(request: Request, pk: int, deed: str) -> HttpResponse:
    """What is refused comes back with the page as it was filled in."""
    person = person_here(request)
    item = item_visible_to(person, pk)
    action, fields = DEEDS[deed]
    facts: dict[str, Any] = {"item": pk, **{name: request.POST.get(name, "") for name in fields}}
    try:
        with one_act():  # files without their item would stay behind, and be nobody's
            if deed == "completion":
                facts |= _handed_in(request, item)
            result = perform(request.actor, action, facts)
    except BadFacts as error:
        return _draw(request, person, item, status=422, deed=deed, faults=error.faults, given=request.POST)
    except NotYours:
        raise
    except Refusal as error:
        item = item_visible_to(person, pk)
        return _draw(request, person, item, status=error.status, deed=deed, refusal=error.sentence, given=request.POST)
    messages.success(request, _tell(deed, result.changes))
    return redirect("work:today") if deed in LEAVES else redirect("work:item", pk)


# After these the item is off one's desk, and one's day goes on.
LEAVES: Final = frozenset({"completion", "handover", "delegation", "snooze"})


def _tell(deed: str, changes: Mapping[str, Any]) -> str:
    sentences = {
        "completion": _("Done."),
        "handover": _("Handed over to %(name)s.") % {"name": changes.get("to", "")},
        "delegation": _("Delegated to %(name)s; you go on watching it.") % {"name": changes.get("to", "")},
        "snooze": _("Put off. It comes back by itself; its deadline stays."),
        "claim": _("Yours now."),
        "release": _("Back on the desk."),
        "watch": _("You are watching this now."),
        "unwatch": _("You no longer watch this."),
    }
    return sentences[deed]


def _handed_in(request: Request, item: WorkItem) -> dict[str, Any]:
    """The evidence out of the form. Files are stored first; where the deed is refused they go with it."""
    evidence, files = {}, {}
    for one in evidence_rows(item):
        if one.is_file:
            files[one.label] = [
                store(
                    upload,
                    upload.name or one.label,
                    upload.content_type or "",
                    actor=request.actor,
                    room=EVIDENCE_ROOM,
                    company_id=item.company_id,
                ).pk
                for upload in request.FILES.getlist(one.name)[:MOST_FILES]
            ]
        else:
            evidence[one.label] = request.POST.get(one.name, "")
    return {"evidence": evidence, "files": files}


@require_GET
def evidence_file(request: Request, pk: int, file: int) -> FileResponse:
    person = person_here(request)
    item = item_visible_to(person, pk)
    if not item.files.filter(file=file).exists():
        raise NotYours(_("There is no such file."))
    try:
        found = file_to_read(request.actor, file)
    except FileNotFound as error:
        raise NotYours(_("There is no such file.")) from error
    return FileResponse(open_content(found), as_attachment=True, filename=found.name, content_type=found.media_type)


@require_GET
def history_page(request: Request) -> HttpResponse:
    person = person_here(request)
    tab = request.GET.get("tab", "done")
    tab = tab if tab in TABS else "done"
    keys = ("-done_at", "-id") if tab in ("done", "missed") else ("-id",)
    page = page_of(history(person, tab), request.GET, keys=keys)
    rows = [(item_row(item), state_of(item), item) for item in page.rows]
    return render(request, "work/history.html", {"tab": tab, "rows": rows, "page": page})


@require_GET
def routine_page(request: Request) -> HttpResponse:
    return render(request, "work/routines.html", {"rows": routines_for(person_here(request))})
