"""Plans and summaries: one's own, those of one's people, and each of them on its page."""

import datetime as dt
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import perform
from remit.kernel.work.missing import rules_of
from remit.kernel.work.models import Owing, Summary, SummaryKind
from remit.kernel.work.periods import first_day, next_first, period_label
from remit.kernel.work.summaries import (
    compose,
    summary_visible_to,
    team_of,
)
from remit.lib import clock
from remit.web.acting import act, person_here
from remit.web.http import Request
from remit.web.paging import page_of

EARLIER_SHOWN: Final = 12


def _period(request: Request) -> tuple[str, dt.date]:
    """Out of the address; what is not understood is this week. Never a period that lies ahead."""
    given = request.POST if request.method == "POST" else request.GET
    kind = given.get("kind", "")
    kind = kind if kind in SummaryKind.values else SummaryKind.WEEK.value
    today = timezone.localdate(clock.now())
    try:
        day = dt.date.fromisoformat(given.get("on", "")[:10])
    except ValueError:
        day = today
    return kind, first_day(kind, min(max(day, dt.date(2000, 1, 1)), today))


def _frame(kind: str, start: dt.date) -> dict[str, Any]:
    today = timezone.localdate(clock.now())
    following = next_first(kind, start)
    return {
        "kind": kind,
        "kinds": SummaryKind.choices,
        "start": start,
        "period": period_label(kind, start),
        "before": first_day(kind, start - dt.timedelta(days=1)),
        "after": following if following <= today else None,
    }


@require_http_methods(["GET", "POST"])
def own_summary(request: Request) -> HttpResponse:
    """What the system knows of the period, the form to complete it, and what was sent before."""
    person = person_here(request)
    kind, start = _period(request)
    refusal, status = "", 200
    if request.method == "POST":
        facts = {
            "kind": kind,
            "starts_on": start,
            "text": request.POST.get("text", ""),
            "plan": request.POST.get("plan", ""),
        }
        try:
            perform(request.actor, "summary.send", facts)
        except BadFacts as error:
            refusal, status = " ".join(error.faults.values()), 422
        except Refusal as error:
            refusal, status = error.sentence, error.status
        else:
            messages.success(request, _("Sent."))
            return redirect(f"{reverse('work:summary-own')}?kind={kind}&on={start}")
    sent = Summary.objects.filter(person=person, kind=kind, starts_on=start).select_related("read_by").first()
    page = page_of(Summary.objects.filter(person=person), request.GET, size=EARLIER_SHOWN)
    given = {"text": sent.text, "plan": sent.plan} if sent else {}
    context = {
        **_frame(kind, start),
        "lines": sent.lines if sent and sent.read_at else compose(person, kind, start),
        "sent": sent,
        "given": request.POST if refusal else given,
        "earlier": [(one, period_label(one.kind, one.starts_on)) for one in page.rows],
        "page": page,
        "refusal": refusal,
    }
    return render(request, "work/summary_own.html", context, status=status)


@require_GET
def team_summaries(request: Request) -> HttpResponse:
    kind, start = _period(request)
    lines = team_of(person_here(request), kind, start)
    context = {**_frame(kind, start), "lines": lines, "missing": sum(line.summary is None for line in lines)}
    return render(request, "work/summary_team.html", context)


@require_POST
def chase_summaries(request: Request) -> HttpResponse:
    person_here(request)
    kind, start = _period(request)
    back = redirect(f"{reverse('work:summary-team')}?kind={kind}&on={start}")
    outcome = act(request, "summary.chase", {"kind": kind, "starts_on": start})
    if outcome.result is None:
        messages.error(request, outcome.refusal)
    elif outcome.result.kind == "requested":
        messages.success(request, outcome.result.sentence)
    else:
        count = outcome.result.changes["count"]
        words = ngettext("%(n)s was asked for it.", "%(n)s were asked for it.", count) % {"n": count}
        messages.success(request, words)
    return back


@require_http_methods(["GET", "POST"])
def summary_page(request: Request, pk: int) -> HttpResponse:
    """One that was sent; a superior takes note of it here."""
    person = person_here(request)
    summary = summary_visible_to(person, pk)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            perform(request.actor, "summary.read", {"summary": pk, "remark": request.POST.get("remark", "")})
        except NotYours:
            raise
        except Refusal as error:
            refusal, status = error.sentence, error.status
        else:
            messages.success(request, _("Taken note of."))
            return redirect(f"{reverse('work:summary-team')}?kind={summary.kind}&on={summary.starts_on}")
    context = {
        "summary": summary,
        "period": period_label(summary.kind, summary.starts_on),
        "may_read": summary.person_id != person.pk and summary.read_at is None,
        "refusal": refusal,
    }
    return render(request, "work/summary.html", context, status=status)


@require_http_methods(["GET", "POST"])
def summary_rules(request: Request) -> HttpResponse:
    """Who owes the company which summaries by when; whoever may sets it, a kind at a time."""
    person = person_here(request)
    may_change = oversees(person, "summary.set_rule")
    refusal, status = "", 200
    if request.method == "POST":
        if not may_change:
            raise NotYours(_("There is no such page."))
        given = {name: request.POST.get(name, "") for name in ("kind", "owed_by", "within", "further")}
        outcome = act(request, "summary.set_rule", {"company": person.company_id, **given})
        if outcome.result is not None:
            messages.success(request, _("Saved.") if outcome.result.kind == "done" else outcome.result.sentence)
            return redirect("work:summary-rules")
        refusal, status = outcome.refusal, outcome.status
    rules = rules_of(person.company_id)
    context = {
        "rules": [(rules[kind], label) for kind, label in SummaryKind.choices],
        "owings": Owing.choices,
        "company": person.company,
        "may_change": may_change,
        "refusal": refusal,
    }
    return render(request, "work/summary_rules.html", context, status=status)
