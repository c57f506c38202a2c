"""Doing an action from a blank form: the catalogue, the form with the limit beside the amount, and what came of it."""

import hashlib
import secrets

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from remit.kernel.authority.catalogue import catalogue, entry_for, has_form, no_entry_sentence, preview
from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import Result, perform
from remit.kernel.authority.registry import ActionType
from remit.kernel.authority.web.forms import ActionForm, form_for
from remit.kernel.authority.web.reach import action_named
from remit.web.acting import person_here
from remit.web.http import Request


@require_GET
def action_list(request: Request) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:80]
    return render(
        request, "authority/action_list.html", {"families": catalogue(person_here(request), text), "text": text}
    )


def formed_action(name: str) -> ActionType:
    """An action that can be done from a form. The others have a page of their own. Raises NotYours."""
    action = action_named(name)
    if not has_form(action):
        raise NotYours(_("There is no such action."))
    return action


@require_http_methods(["GET", "POST"])
def action_do(request: Request, name: str) -> HttpResponse:
    """The form, and its answer: done, requested, or the form again with every fault (422) or the refusal (403, 409)."""
    person, action = person_here(request), formed_action(name)
    form = form_for(action, person, request.POST if request.method == "POST" else None, initial=_given(request, action))
    refusal, status = "", 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                return _answer(request, perform(request.actor, name, form.facts(), key=_key(request, action, form)))
            except BadFacts as error:
                form.add_faults(error.faults)
            except Refusal as error:
                refusal, status = error.sentence, error.status
    entry = entry_for(person, action)
    rows = list(form.rows())
    context = {
        "action": action,
        "entry": entry,
        "form": form,
        "rows": rows,
        "hint_after": next((row for row in rows if row.is_bounded), None),
        # Nothing secret travels in an address, nor what only the answer needs.
        "not_asked": ",".join(
            ["csrfmiddlewaretoken", "key", *(fact.name for fact in action.facts.values() if fact.secret)]
        ),
        "key": request.POST.get("key") or secrets.token_urlsafe(12),
        "refusal": refusal,
        "closed": "" if entry else no_entry_sentence(action),
    }
    return render(request, "authority/action_do.html", context, status=status)


def _given(request: Request, action: ActionType) -> dict[str, str]:
    """A link may fill in facts: ?amount=80&staff=12."""
    return {name: request.GET[name] for name in action.facts if name in request.GET}


def _key(request: Request, action: ActionType, form: ActionForm) -> str | None:
    """The same form sent twice with the same facts is one act. With other facts (the back button) it is another."""
    token = request.POST.get("key", "")[:32]
    if not token:
        return None
    digest = hashlib.sha256(repr(sorted(action.to_json(form.facts()).items())).encode()).hexdigest()[:32]
    return f"{token}:{digest}"


def _answer(request: Request, result: Result) -> HttpResponse:
    if result.kind == "requested":
        messages.success(request, result.sentence)
        return redirect("authority:request-detail", result.request_id)
    kind, pk, label = result.subject
    messages.success(request, _("Done: %(what)s") % {"what": label})
    if kind == "matter":
        return redirect("authority:matter-detail", pk)
    return redirect("audit:event-detail", result.event_id)


@require_GET
def action_hint(request: Request, name: str) -> HttpResponse:
    """What would come of the form as far as it is filled in. Changes nothing; a fragment."""
    action = formed_action(name)
    given = {fact: request.GET.get(fact, "") for fact in action.facts}
    context = {"preview": preview(person_here(request), action, given)}
    return render(request, "authority/_action_hint.html", context)
