"""Dunning runs: preview, run, its reminders with what came of them, and what it sends out."""

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.dunning.access import chases, reminder_visible_to, run_visible_to, visible_reminders, visible_runs
from remit.kernel.dunning.models import Channel, DunningRun, Outcome, Reminder
from remit.kernel.dunning.papers import letters_pdf, reach_of, text_of, visits_pdf
from remit.kernel.dunning.queries import Scope, standings
from remit.kernel.dunning.rules import CLASSES
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.kernel.parties.models import ContactKind
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of
from remit.web.workbooks import workbook

SHOWN: Final = 200
# So many letters in one file, so many doors on one sheet.
LETTERS_MAX: Final = 3000
VISITS_MAX: Final = 500


def chaser_here(request: Request) -> Person:
    """Who works on arrears. Raises NotYours for everybody else."""
    person = person_here(request)
    if not chases(person):
        raise NotYours(_("There is no such page."))
    return person


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return today()


@require_GET
def run_list(request: Request) -> HttpResponse:
    """?on= ?group= ?customer_class= ?look=1: whom a run would remind and how; it writes nothing. Below it the runs that were made."""
    person = chaser_here(request)
    given = {name: request.GET.get(name, "").strip()[:200] for name in ("group", "customer_class")}
    on = _day(request.GET.get("on", ""))
    context: dict[str, Any] = {
        "given": {**given, "on": on}, "classes": CLASSES, "may_run": oversees(person, "arrears.remind"), "is_future": on > today(),
        "page": page_of(
            visible_runs(person).select_related("made_by").annotate(count=Count("reminders"), total=Sum("reminders__amount")), request.GET
        ),
    }  # fmt: skip
    if request.GET.get("look"):
        which = given["customer_class"] if given["customer_class"] in dict(CLASSES) else ""
        due = standings(Scope(person.company_id, person, given["group"], which, only_due=True), on)
        counts = Counter(one.channel for one in due)
        context |= {
            "looked": True, "due": [(one, Channel(one.channel).label) for one in due[:SHOWN]], "count": len(due), "shown": SHOWN,
            "sum": sum((one.amount for one in due), Decimal(0)),
            "counts": [(channel.label, counts[channel.value]) for channel in Channel if counts[channel.value]],
        }  # fmt: skip
    return render(request, "dunning/runs.html", context)


@require_POST
def make(request: Request) -> HttpResponse:
    chaser_here(request)
    facts = {name: request.POST.get(name, "") for name in ("on", "group", "customer_class")}
    outcome = act(request, "arrears.remind", facts)
    done = outcome.result
    if done is not None and done.kind == "done":
        return answer(request, outcome, _("The run is made."), "dunning:run", number_or_none(done.subject[1]) or 0)
    return answer(request, outcome, "", "dunning:runs")


def _reminders(person: Person, run: DunningRun) -> Any:
    return visible_reminders(person).filter(run=run).select_related("payer", "collector")


@require_GET
def run_page(request: Request, pk: int) -> HttpResponse:
    """?channel= ?mine=1: the reminders, with a form for what came of each."""
    person = person_here(request)
    run = run_visible_to(person, pk)
    rows = _reminders(person, run)
    counts = dict(rows.order_by().values("channel").annotate(n=Count("pk")).values_list("channel", "n"))
    channel, mine = request.GET.get("channel", ""), request.GET.get("mine") == "1"
    if channel in counts:
        rows = rows.filter(channel=channel)
    if mine:
        rows = rows.filter(collector=person)
    page = page_of(rows, request.GET, keys=("id",))
    phones = reach_of([one.payer_id for one in page.rows], ContactKind.PHONE)
    context = {
        "run": run, "page": page, "rows": [(one, phones.get(one.payer_id, "")) for one in page.rows], "channel": channel, "mine": mine,
        "channels": [(one.value, one.label, counts[one.value]) for one in Channel if one.value in counts], "counts": counts,
        "outcomes": Outcome.choices, "may_answer": oversees(person, "arrears.answer"),
        "unanswered": visible_reminders(person).filter(run=run, answered_at=None).count(), "class_label": dict(CLASSES).get(run.customer_class, ""),
    }  # fmt: skip
    return render(request, "dunning/run.html", context)


@require_POST
def answer_reminder(request: Request, pk: int) -> HttpResponse:
    reminder = reminder_visible_to(person_here(request), pk)
    facts = {"reminder": pk, **{name: request.POST.get(name, "") for name in ("outcome", "note")}}
    return answer(request, act(request, "arrears.answer", facts), _("Noted."), "dunning:run", reminder.run_id)


@require_GET
def texts(request: Request, pk: int) -> HttpResponse:
    """The list for the service that sends texts: number, name, text."""
    person = person_here(request)
    run = run_visible_to(person, pk)
    found = list(_reminders(person, run).filter(channel=Channel.SMS).order_by("pk"))
    phones = reach_of([one.payer_id for one in found], ContactKind.PHONE)
    rows = [[phones.get(one.payer_id, ""), one.payer.name, one.amount, text_of(one, run.company.name)] for one in found]
    return workbook(
        [_("Telephone"), _("Customer"), _("Amount"), _("Text message")], rows, f"{_('Text messages')} {run.on}"
    )


def _paper(made: bytes, name: str) -> HttpResponse:
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@require_GET
def letters(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    run = run_visible_to(person, pk)
    found = _some(_reminders(person, run).filter(channel=Channel.LETTER), LETTERS_MAX)
    return _paper(letters_pdf(Reminder.objects.filter(pk__in=found), run.company.name), f"letters-{run.on}")


@require_GET
def visits(request: Request, pk: int) -> HttpResponse:
    """?mine=1: one's own doors only."""
    person = person_here(request)
    run = run_visible_to(person, pk)
    rows = _reminders(person, run).filter(channel=Channel.VISIT)
    if request.GET.get("mine") == "1":
        rows = rows.filter(collector=person)
    found = _some(rows, VISITS_MAX)
    reminders = Reminder.objects.filter(pk__in=found).select_related("payer").order_by("collector", "pk")
    return _paper(visits_pdf(list(reminders), run.company.name, run.on), f"visits-{run.on}")


def _some(rows: Any, most: int) -> list[int]:
    """Raises NotYours where there is nothing to set."""
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    if not found:
        raise NotYours(_("This run has none of these."))
    return found
