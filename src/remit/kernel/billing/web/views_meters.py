"""Meters: the list, one with its figures, a new one, a replaced one, and the balance of main meters."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.billing.access_meters import meter_visible_to, meters_here
from remit.kernel.billing.actions.running import month_from
from remit.kernel.billing.models import Meter
from remit.kernel.billing.queries_meters import balances, entry_errors, history, month_of
from remit.kernel.billing.run.parameters import add_months
from remit.kernel.billing.web.forms import InstallForm
from remit.kernel.organization.queries import today
from remit.web.acting import Outcome, act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of

READINGS_A_PAGE = 60


def verbs(request: Request) -> dict[str, bool]:
    person = person_here(request)
    return {
        verb: oversees(person, f"meter.{verb}")
        for verb in ("install", "replace", "read", "release", "correct", "estimate", "import")
    }


@require_GET
def meter_list(request: Request) -> HttpResponse:
    """?q= a part of the number, ?group= a round"""
    meters = meters_here(person_here(request)).select_related("billable")
    text, group = request.GET.get("q", "").strip(), request.GET.get("group", "")
    if text:
        meters = meters.filter(number__icontains=text)
    if group:
        meters = meters.filter(group__startswith=group)
    page = page_of(meters, request.GET, keys=("id",))
    return render(request, "billing/meters.html", {"page": page, "text": text, "group": group, "may": verbs(request)})


@require_GET
def meter_page(request: Request, pk: int) -> HttpResponse:
    meter = meter_visible_to(person_here(request), pk)
    context = {
        "meter": meter, "readings": history(meter)[:READINGS_A_PAGE], "may": verbs(request), "today": today(),
        "bands": meter.bands or [""], "parts": Meter.objects.filter(parent=meter).count(),
        "successor": Meter.objects.filter(replaces=meter).first(),
    }  # fmt: skip
    return render(request, "billing/meter.html", context)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    person = person_here(request)
    meters_here(person)
    form = InstallForm(request.POST or None, company_id=person.company_id, initial={"on": today()}, label_suffix="")
    outcome = Outcome(None)
    if form.is_bound and form.is_valid():
        outcome = act(request, "meter.install", form.facts(), form)
        if outcome.result is not None:
            pk = number_or_none(outcome.result.subject[1])
            return answer(request, outcome, _("Installed."), "billing:meter", pk or 0)
    status = 422 if form.is_bound else 200
    return render(request, "billing/meter_new.html", {"form": form, "refusal": outcome.refusal}, status=status)


@require_POST
def replace(request: Request, pk: int) -> HttpResponse:
    meter = meter_visible_to(person_here(request), pk)
    bands = meter.bands or [""]
    facts: dict[str, Any] = {
        "meter": pk, "on": request.POST.get("on", ""), "number": request.POST.get("number", ""),
        "last": {band: request.POST.get(f"last-{band}", "") for band in bands},
        "first": {band: request.POST.get(f"first-{band}", "") or "0" for band in bands},
    }  # fmt: skip
    outcome = act(request, "meter.replace", facts)
    done = outcome.result
    target = (number_or_none(done.subject[1]) if done is not None and done.kind == "done" else None) or pk
    return answer(request, outcome, _("Replaced."), "billing:meter", target)


@require_GET
def balance(request: Request) -> HttpResponse:
    """?period=2026-11: main meters against their parts, and how many figures were wrong."""
    person = person_here(request)
    meters = meters_here(person)
    since, until = _period(request.GET.get("period", ""))
    wrong, entered = entry_errors(person.company_id, since, until)
    context = {
        "rows": balances(meters, since, until), "period": f"{since:%Y-%m}", "wrong": wrong, "entered": entered,
    }  # fmt: skip
    return render(request, "billing/balance.html", context)


def _period(text: str) -> tuple[dt.date, dt.date]:
    """The month that the address names, else last month, whose figures are in."""
    try:
        since = month_from(text)
    except ValueError:
        since = add_months(month_of(today())[0], -1)
    return since, add_months(since, 1)
