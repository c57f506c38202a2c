"""The event log: who did what, on which clause, and whether it is sealed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from remit.kernel.audit.models import Event
from remit.kernel.audit.queries import events_matching
from remit.kernel.audit.web.rows import event_detail, event_rows
from remit.kernel.authority.access import visible_events
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.queries import Reader
from remit.kernel.organization.models import Person
from remit.web.http import Request
from remit.web.paging import page_of

LONGEST_FILTER = 80


def _person_here(request: Request) -> Person:
    if request.person is None:
        raise NotYours(_("This login belongs to nobody in the organization."))
    return request.person


@require_GET
def event_list(request: Request) -> HttpResponse:
    """The log as far as the person may read it, newest first; ?person= ?kind= ?q= narrow it."""
    person = _person_here(request)
    kind, text = request.GET.get("kind", "")[:LONGEST_FILTER], request.GET.get("q", "").strip()[:LONGEST_FILTER]
    chosen = request.GET.get("person", "")
    who = (
        Person.objects.filter(pk=int(chosen)).first()
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 19
        else None
    )
    found = events_matching(visible_events(person), person_id=who.pk if who else None, kind=kind, subject=text)
    page = page_of(found, request.GET)
    kinds = sorted((name, str(action.label)) for name, action in Reader([]).actions.items())
    context = {"rows": event_rows(page.rows), "page": page, "who": who, "kind": kind, "text": text, "kinds": kinds}
    return render(request, "audit/event_list.html", context)


@require_GET
def event_page(request: Request, pk: int) -> HttpResponse:
    """One event, opened. One that the person may not read is not there."""
    event: Event | None = visible_events(_person_here(request)).filter(pk=pk).first()
    if event is None:
        raise NotYours(_("There is no such event."))
    return render(request, "audit/event_detail.html", {"detail": event_detail(event)})
