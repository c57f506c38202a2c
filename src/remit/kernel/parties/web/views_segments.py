"""Segments: what is done with the filter of the list."""

import json

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from remit.kernel.parties.segments import as_address, segment_visible_to
from remit.web.acting import act, answer, person_here
from remit.web.http import Request


def _there(request: Request, pk: int, done: str) -> HttpResponse:
    """The list as the segment shows it."""
    messages.success(request, done)
    return HttpResponseRedirect(reverse("parties:list") + as_address(segment_visible_to(person_here(request), pk)))


@require_POST
def keep(request: Request) -> HttpResponse:
    """The filter that the list stands at, under a name; with `segment`, in place of what that one was."""
    try:
        wanted = json.loads(request.POST.get("filter", "{}"))
    except ValueError:
        wanted = {}
    facts = {"name": request.POST.get("name", ""), "filter": wanted, "segment": request.POST.get("segment", "")}
    outcome = act(request, "customer.keep_segment", facts)
    if outcome.result is None:
        messages.error(request, outcome.refusal)
        return redirect("parties:list")
    return _there(request, int(outcome.result.subject[1]), _("Kept."))


@require_POST
def share(request: Request, pk: int) -> HttpResponse:
    end = request.POST.get("end", "")
    outcome = act(request, "customer.share_segment", {"segment": pk, "end": end})
    if outcome.result is None or outcome.result.kind == "requested":
        return answer(request, outcome, "", "parties:list")
    return _there(request, pk, _("Yours alone again.") if end else _("Shared."))


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    return answer(request, act(request, "customer.remove_segment", {"segment": pk}), _("Put away."), "parties:list")
