"""Requests: the list with its tabs, one request, and what is done with it. Every deed goes through the gate."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any, Final, get_args

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority import access
from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts, to_json
from remit.kernel.authority.gate import perform
from remit.kernel.authority.models import Request as Asked
from remit.kernel.authority.queries import owed_obligations, waiting_summary
from remit.kernel.authority.request_reading import ListFilter, Tab, request_detail, requests_for, rows_of
from remit.kernel.authority.web.forms import form_for, form_values
from remit.kernel.authority.web.reach import action_named
from remit.kernel.organization.models import Person
from remit.web.acting import person_here
from remit.web.http import Request
from remit.web.paging import page_of

MOST_AT_ONCE: Final = 50
# What each form on the page of a request sends: the action, and the field that holds its words.
DEEDS: Final = {
    "approval": ("approval.approve", "note"),
    "rejection": ("approval.reject", "note"),
    "question": ("approval.ask_back", "question"),
    "answer": ("approval.answer", "answer"),
    "withdrawal": ("approval.withdraw", "note"),
}


def _wanted(params: Any) -> ListFilter:
    tab = params.get("tab", "waiting")
    return ListFilter(
        tab=tab if tab in get_args(Tab) else "waiting",
        text=params.get("q", "").strip()[:80],
        action=params.get("action", "")[:80],
        state=params.get("state", "") if params.get("tab", "waiting") != "waiting" else "",
    )


@require_GET
def request_list(request: Request) -> HttpResponse:
    person, wanted = person_here(request), _wanted(request.GET)
    # What waits longest comes first; of the others the newest.
    page = page_of(requests_for(person, wanted), request.GET, keys=("id",) if wanted.tab == "waiting" else ("-id",))
    context = {
        "wanted": wanted,
        "rows": rows_of(page.rows, person),
        "page": page,
        "waiting": waiting_summary(person),
        "owed": owed_obligations(person).count(),
        "token": secrets.token_urlsafe(12),
    }
    return render(request, "authority/request_list.html", context)


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What came of one request of several. `tone` is that of its tag."""

    pk: int
    number: str
    word: str
    tone: str
    sentence: str


@require_POST
def request_bulk(request: Request) -> HttpResponse:
    """Approve what was selected: the gate is asked for each by itself, and each answer is told."""
    person = person_here(request)
    chosen = [
        int(text) for text in request.POST.getlist("selected") if text.isascii() and text.isdigit() and len(text) < 19
    ]
    token = request.POST.get("token", "")[:40]
    found = {one.pk: one for one in access.visible_requests(person).filter(pk__in=chosen[:MOST_AT_ONCE])}
    results = [_approve_one(request, found[pk], token) for pk in chosen[:MOST_AT_ONCE] if pk in found]
    left_out = len(chosen) - len(results)
    return render(request, "authority/bulk_result.html", {"results": results, "left_out": left_out})


def _approve_one(request: Request, asked: Asked, token: str) -> BulkResult:
    try:
        result = perform(
            request.actor, "approval.approve", {"request": asked.pk}, key=f"{token}:{asked.pk}" if token else None
        )
    except (Refusal, BadFacts) as error:
        return BulkResult(asked.pk, asked.number, _("not done"), "danger", str(error))
    failure = str(result.changes.get("failure") or "")
    if failure:
        return BulkResult(asked.pk, asked.number, _("approved, not carried out"), "warn", failure)
    return BulkResult(asked.pk, asked.number, _("approved"), "ok", _("Approved and carried out."))


def _reached(person: Person, pk: int) -> Asked:
    return access.request_visible_to(person, pk)


@require_GET
def request_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    return _draw(request, _reached(person, pk), person)


def _draw(request: Request, asked: Asked, person: Person, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"detail": request_detail(asked, person), "key": secrets.token_urlsafe(12), **more}
    return render(request, "authority/request_detail.html", context, status=status)


@require_POST
def request_deed(request: Request, pk: int, deed: str) -> HttpResponse:
    """Approve, reject, return with a question, answer, withdraw. What is refused comes back with the page, and 422."""
    person = person_here(request)
    asked = _reached(person, pk)
    action, field = DEEDS[deed]
    words = request.POST.get(field, "").strip()
    try:
        result = perform(request.actor, action, {"request": pk, field: words}, key=_key(request, deed, words))
    except BadFacts as error:
        return _draw(request, asked, person, status=422, open_deed=deed, faults=error.faults, words=words)
    except NotYours:
        raise
    except Refusal as error:
        asked.refresh_from_db()
        return _draw(request, asked, person, status=error.status, open_deed=deed, refusal=error.sentence, words=words)
    _tell(request, deed, dict(result.changes))
    return redirect("authority:request-detail", pk)


def _key(request: Request, deed: str, words: str) -> str | None:
    """The same form sent twice with the same words is one deed."""
    token = request.POST.get("key", "")[:32]
    return f"{token}:{deed}:{hashlib.sha256(words.encode()).hexdigest()[:24]}" if token else None


def _tell(request: Request, deed: str, changes: dict[str, Any]) -> None:
    if changes.get("failure"):
        messages.warning(request, _("Approved, but it could not be carried out: %(why)s") % {"why": changes["failure"]})
        return
    sentences = {
        "approval": _("Approved and carried out."),
        "rejection": _("Rejected. The requester is told why."),
        "question": _("Returned with your question. The clock stands still until it is answered."),
        "answer": _("Answered. The clock runs again."),
        "withdrawal": _("Withdrawn."),
    }
    messages.success(request, sentences[deed])


@require_http_methods(["GET", "POST"])
def request_amendment(request: Request, pk: int) -> HttpResponse:
    """Ask anew with changed facts; only what changed is in question."""
    person = person_here(request)
    asked = _reached(person, pk)
    if asked.requester_id != person.pk:
        raise NotYours(_("There is no such request."))
    action = action_named(asked.action)
    form = form_for(
        action, person, request.POST if request.method == "POST" else None, initial=form_values(action, asked.facts)
    )
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        changed = {name: value for name, value in to_json(form.cleaned_data).items() if asked.facts.get(name) != value}
        emptied = {name: "" for name in form.fields if form.cleaned_data.get(name) is None and name in asked.facts}
        try:
            result = perform(request.actor, "approval.amend", {"request": pk, "facts": {**changed, **emptied}})
        except BadFacts as error:
            form.add_faults(error.faults)
        except Refusal as error:
            refusal = error.sentence
        else:
            messages.success(request, _("Sent with the changed facts."))
            return redirect("authority:request-detail", result.subject[1])
    context = {"form": form, "asked": asked, "action": action, "refusal": refusal}
    return render(request, "authority/request_amend.html", context, status=status)
