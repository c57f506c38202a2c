"""The arrears page, the collectors' results, bad debts, the ladder."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from remit.kernel.authority.access import oversees
from remit.kernel.dunning.models import Channel, Ladder
from remit.kernel.dunning.queries import Scope, Standing, standings
from remit.kernel.dunning.results import results as results_of
from remit.kernel.dunning.results import written_off
from remit.kernel.dunning.rules import CLASSES
from remit.kernel.dunning.web.views_runs import chaser_here
from remit.kernel.organization.queries import today
from remit.lib.sheets import Cell
from remit.web.acting import act, answer
from remit.web.http import Request
from remit.web.paging import ROWS_A_PAGE, page_of
from remit.web.workbooks import workbook

AGES: Final = (30, 60, 90, 180)
EXPORTED_MAX: Final = 50_000
MONTHS: Final = 6
BLANK_STEPS: Final = 2


@require_GET
def arrears(request: Request) -> HttpResponse:
    """?over= ?paused=0|1 ?group= ?mine=1 ?format=xlsx: a row a customer, the longest in arrears first."""
    person = chaser_here(request)
    over = request.GET.get("over", "")
    days = int(over) if over in {str(age) for age in AGES} else 0
    paused = {"0": False, "1": True}.get(request.GET.get("paused", ""))
    group, mine = request.GET.get("group", "").strip()[:200], request.GET.get("mine") == "1"
    scope = Scope(person.company_id, person, group, over=days, paused=paused, collector_id=person.pk if mine else None)
    if request.GET.get("format") == "xlsx":
        return _exported(standings(scope, today(), limit=EXPORTED_MAX))
    place = _place(request.GET.get("after", ""))
    found = standings(scope, today(), limit=ROWS_A_PAGE + 1, after=place)
    rows, more = found[:ROWS_A_PAGE], len(found) > ROWS_A_PAGE
    kept = request.GET.copy()
    kept.pop("after", None)
    first = f"?{kept.urlencode()}" if place else ""
    if more:
        kept["after"] = f"{rows[-1].since or 'infinity'}~{rows[-1].payer_id}"
    context = {
        "rows": [(one, _channel(one.channel), _channel(one.next_channel)) for one in rows], "next": f"?{kept.urlencode()}" if more else "",
        "prev": first, "over": over if days else "", "ages": AGES, "paused": request.GET.get("paused", "") if paused is not None else "",
        "group": group, "mine": mine, "narrows": bool(days or group or mine or paused is not None or place),
        "may_run": oversees(person, "arrears.remind"),
    }  # fmt: skip
    return render(request, "dunning/arrears.html", context)


def _channel(value: str) -> str:
    return str(Channel(value).label) if value else ""


def _place(token: str) -> tuple[str, int] | None:
    since, _tilde, payer = token.partition("~")
    try:
        day = since if since == "infinity" else dt.date.fromisoformat(since).isoformat()
        return (day, int(payer)) if len(payer) < 19 else None
    except ValueError:
        return None


def _exported(found: list[Standing]) -> HttpResponse:
    headers = [_("Number"), _("Customer"), _("Collector"), _("Oldest due day"), _("Days over"), _("Overdue"), _("In dispute"),
               "0–30", "31–60", "61–90", "91–180", ">180", _("Next step"), _("On"), _("Paused until")]  # fmt: skip
    rows: list[list[Cell]] = [
        [one.number, one.name, one.collector, one.since, one.days, one.amount, one.disputed, one.to_30, one.to_60, one.to_90, one.to_180,
         one.beyond, _channel(one.channel or one.next_channel), today() if one.channel else one.next_on, one.held_until or one.plan_until]
        for one in found
    ]  # fmt: skip
    return workbook(headers, rows, f"{_('Arrears')} {today()}")


@require_GET
def results(request: Request) -> HttpResponse:
    """What came in within thirty days after a reminder, by collector and month, of the last six months."""
    person = chaser_here(request)
    month = today().replace(day=1)
    months = month.year * 12 + month.month - 1 - (MONTHS - 1)
    rows = results_of(person, person.company_id, dt.date(months // 12, months % 12 + 1, 1), today() + dt.timedelta(1))
    context = {"rows": rows, "collected": sum((one.collected for one in rows), Decimal(0)), "months": MONTHS}
    return render(request, "dunning/results.html", context)


@require_GET
def bad_debts(request: Request) -> HttpResponse:
    person = chaser_here(request)
    return render(
        request,
        "dunning/bad_debts.html",
        {"page": page_of(written_off(person).filter(charge__company=person.company_id), request.GET), "may_restore": oversees(person, "charge.restore")},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def ladder(request: Request) -> HttpResponse:
    """The steps of every class; a form for one of them (?class=)."""
    person = chaser_here(request)
    may_change = oversees(person, "arrears.lay_down")
    if request.method == "POST":
        given = zip(*(request.POST.getlist(name) for name in ("days", "channel", "minimum")), strict=False)
        steps = [{"days": days, "channel": channel, "minimum": least} for days, channel, least in given if days.strip()]
        facts = {"customer_class": request.POST.get("customer_class", ""), "steps": steps}
        return answer(request, act(request, "arrears.lay_down", facts), _("Laid down."), "dunning:ladder")
    found = {one.customer_class: one for one in Ladder.objects.filter(company=None).prefetch_related("rungs")} | {
        one.customer_class: one for one in Ladder.objects.filter(company=person.company_id).prefetch_related("rungs")
    }
    names: dict[str, Any] = {"": _("All others"), **dict(CLASSES)}
    shown = request.GET.get("class", "")
    shown = shown if shown in names else ""
    chosen = found.get(shown) or found.get("")
    context = {
        "ladders": [(names[key], key, list(one.rungs.all())) for key, one in sorted(found.items())], "classes": list(names.items()),
        "shown": shown, "channels": Channel.choices, "may_change": may_change,
        "steps": [*(chosen.rungs.all() if chosen else []), *[None] * BLANK_STEPS],
    }  # fmt: skip
    return render(request, "dunning/ladder.html", context)
