"""The register of matters, and what is owed after the use of a grant."""

import secrets
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority import access
from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import perform
from remit.kernel.authority.models import Matter, Obligation
from remit.kernel.authority.queries import owed_obligations, waiting_summary
from remit.kernel.authority.records import (
    matter_detail,
    matter_rows,
    matters_for,
    obligation_detail,
    obligation_rows,
    obligations_for,
)
from remit.kernel.organization.models import Person
from remit.web.acting import person_here
from remit.web.http import Request
from remit.web.paging import page_of

OBLIGATION_TABS: Final = ("owed", "open", "done")


@require_GET
def matter_list(request: Request) -> HttpResponse:
    person = person_here(request)
    text, action = request.GET.get("q", "").strip()[:80], request.GET.get("action", "")[:80]
    page = page_of(matters_for(person, text=text, action=action), request.GET)
    context = {"rows": matter_rows(page.rows), "page": page, "text": text, "action": action}
    return render(request, "authority/matter_list.html", context)


@require_GET
def matter_page(request: Request, pk: int) -> HttpResponse:
    related = ("done_by", "position", "behalf_of", "request", "replaces", "borne_by_person", "replaced_by", "company")
    matter: Matter | None = access.visible_matters(person_here(request)).filter(pk=pk).select_related(*related).first()
    if matter is None:
        raise NotYours(_("There is no such matter."))
    return render(request, "authority/matter_detail.html", {"detail": matter_detail(matter)})


@require_GET
def obligation_list(request: Request) -> HttpResponse:
    person = person_here(request)
    tab = request.GET.get("tab", "owed")
    tab = tab if tab in OBLIGATION_TABS else "owed"
    keys = ("-id",) if tab == "done" else ("due_at", "id")
    page = page_of(obligations_for(person, tab), request.GET, keys=keys)
    context = {
        "tab": tab,
        "rows": obligation_rows(page.rows),
        "page": page,
        "waiting": waiting_summary(person),
        "owed": owed_obligations(person).count(),
    }
    return render(request, "authority/obligation_list.html", context)


@require_GET
def obligation_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    return _draw(request, access.obligation_visible_to(person, pk), person)


def _draw(request: Request, obligation: Obligation, person: Person, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"detail": obligation_detail(obligation, person), "key": secrets.token_urlsafe(12), **more}
    return render(request, "authority/obligation_detail.html", context, status=status)


@require_POST
def obligation_fulfilment(request: Request, pk: int) -> HttpResponse:
    """Take note, sign or object, or say who is responsible. What is refused comes back with the page."""
    person = person_here(request)
    obligation = access.obligation_visible_to(person, pk)
    given = {name: request.POST.get(name, "").strip() for name in ("answer", "responsible", "note")}
    if given["answer"] != "person":
        given["responsible"] = ""
    try:
        perform(request.actor, "obligation.fulfil", {"obligation": pk, **given})
    except BadFacts as error:
        return _draw(request, obligation, person, status=422, faults=error.faults, given=given)
    except NotYours:
        raise
    except Refusal as error:
        return _draw(request, obligation, person, status=error.status, refusal=error.sentence, given=given)
    messages.success(request, _("Done. It stands in the record."))
    return redirect("authority:obligation-detail", pk)
