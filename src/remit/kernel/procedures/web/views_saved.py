"""Saved views: what is done with the case list as it stands."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from remit.kernel.procedures.views.viewing import COLUMNS, as_address, view_visible_to
from remit.web.acting import act, answer, person_here
from remit.web.http import Request


def _there(request: Request, pk: int, done: str) -> HttpResponse:
    """The list as the view shows it."""
    messages.success(request, done)
    return HttpResponseRedirect(reverse("procedures:case-list") + as_address(view_visible_to(person_here(request), pk)))


@require_POST
def keep(request: Request) -> HttpResponse:
    """What the list stands at (`filter`, a query string), with order and columns, under a name; with `view`, in place of that one."""
    given = {name: str(value) for name, value in QueryDict(request.POST.get("filter", "")).items()}
    columns = [request.POST.get(f"column{nth}", "") for nth in range(1, len(COLUMNS) + 1)]
    wanted = {**given, "sort": request.POST.get("sort", ""), "columns": ",".join(filter(None, columns))}
    facts = {"name": request.POST.get("name", ""), "filter": wanted, "view": request.POST.get("view", "")}
    outcome = act(request, "case.keep_view", facts)
    if outcome.result is None:
        messages.error(request, outcome.refusal)
        return redirect("procedures:case-list")
    return _there(request, int(outcome.result.subject[1]), _("Kept."))


@require_POST
def share(request: Request, pk: int) -> HttpResponse:
    end = request.POST.get("end", "")
    outcome = act(request, "case.share_view", {"view": pk, "end": end})
    if outcome.result is None or outcome.result.kind == "requested":
        return answer(request, outcome, "", "procedures:case-list")
    return _there(request, pk, _("Yours alone again.") if end else _("Shared."))


@require_POST
def default(request: Request, pk: int) -> HttpResponse:
    end = request.POST.get("end", "")
    outcome = act(request, "case.default_view", {"view": pk, "end": end})
    if outcome.result is None:
        return answer(request, outcome, "", "procedures:case-list")
    return _there(request, pk, _("The list opens as it is by itself.") if end else _("The list opens with this view."))


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    return answer(request, act(request, "case.remove_view", {"view": pk}), _("Put away."), "procedures:case-list")
