"""The day of somebody who is out, on a phone: the stops of today, each with its form, kept and sent later where there is no network.
And the calls of somebody who sits at the telephone."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.errors import Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import perform
from remit.kernel.organization.models import Person
from remit.kernel.procedures.calls import calls_of
from remit.kernel.procedures.compiled import label, spec_of
from remit.kernel.procedures.day import Stop, day_of, was_sent
from remit.kernel.procedures.models import StepRun
from remit.kernel.procedures.web.forms import StepForm, form_for
from remit.kernel.procedures.web.uploads import stored
from remit.lib import clock
from remit.web.acting import person_here
from remit.web.http import Request


@require_GET
@never_cache
def day_page(request: Request) -> HttpResponse:
    """Everything that is needed on the way stands in this one page, so that it works as it is where there is no network."""
    person = person_here(request)
    day = day_of(person)
    context = {
        "person": person,
        "now": clock.now(),
        "today": [_card(stop, person) for stop in day.today],
        "open": [_card(stop, person) for stop in day.open],
        "later": [_card(stop) for stop in day.later],
    }
    return render(request, "procedures/day.html", context)


def _card(stop: Stop, person: Person | None = None) -> dict[str, Any]:
    """What the template draws of a stop; with the form where there is somebody to fill it in."""
    query = urlencode({"q": stop.where})
    form = _form(stop.run, stop, person) if person else None
    return {
        "stop": stop,
        "label": label(stop.step.labels),
        "procedure": label(spec_of(stop.case.version).labels),
        "map": f"geo:0,0?{query}" if stop.where else "",
        "rows": list(form.rows()) if form else [],
        "outcomes": [(one.id, label(one.labels)) for one in stop.step.outcomes],
    }


def _form(run: StepRun, stop: Stop, person: Person) -> StepForm:
    return form_for(stop.step.fields, person, stop.case.values, kept=run.values, auto_id=f"run{run.pk}-%s")


@require_GET
def calls(request: Request) -> HttpResponse:
    """Whom one has to call: first those who may be called now."""
    found = calls_of(person_here(request))
    context = {
        "rows": [(row, label(spec_of(row.run.case.version).labels)) for row in found],
        "now_count": sum(1 for row in found if row.answer),
    }
    return render(request, "procedures/calls.html", context)


@require_POST
def day_submit(request: Request, run: int) -> JsonResponse:
    """A step that was done outside. {"state": "done"|"faults"|"refused", "sentence", "faults"}; 200, 422, or the refusal's status.

    Under the same `key` it is done once, however often a phone without an answer sends it.
    """
    person = person_here(request)
    key = request.POST.get("key", "")[:60]
    found = StepRun.objects.filter(pk=run).select_related("case__version").first()
    spec = spec_of(found.case.version) if found else None
    step = spec.step(found.step) if spec and found else None
    if was_sent(person, key):
        return _done()
    fields = step.fields if step else ()
    form = form_for(fields, person, found.case.values if found else {}, request.POST, request.FILES)
    try:
        with transaction.atomic():
            answers = form.answers() | stored(request, form.uploads(), person.company_id)
            facts = {"step": run, "outcome": request.POST.get("outcome", ""), "answers": answers or None}
            perform(request.actor, "case.submit", facts, key=key or None)
    except BadFacts as error:
        return JsonResponse({"state": "faults", "sentence": " ".join(error.faults.values())}, status=422)
    except Refusal as error:
        if was_sent(person, key):  # the same, sent twice in the same moment
            return _done()
        return JsonResponse({"state": "refused", "sentence": error.sentence}, status=error.status)
    return _done()


def _done() -> JsonResponse:
    return JsonResponse({"state": "done", "sentence": _("Done.")})


@login_not_required
@require_GET
@never_cache
def day_worker(request: Request) -> HttpResponse:
    """The service worker. Under the day's own address, so that it sees no other page."""
    context = {"page": reverse("procedures:day")}
    return render(request, "procedures/day_worker.js", context, content_type="text/javascript")
