"""Tasks: the list, the form, and the page on which a task is followed to its end."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.access import visible_people
from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts, Label
from remit.kernel.authority.gate import perform
from remit.kernel.organization.models import Person
from remit.kernel.work.access import task_visible_to, visible_tasks
from remit.kernel.work.models import Task
from remit.kernel.work.waiting import shown_order
from remit.lib import clock
from remit.web.acting import person_here
from remit.web.http import Request
from remit.web.paging import page_of

TO_WAIT_FOR: Final = 100
TABS: Final = ("mine", "given", "late", "all", "closed")
# What is posted to a task's page: the last word of the address → the action and its fields.
DEEDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "feedback": ("task.feed_back", ("text", "happened_at")),
    "answer": ("task.answer", ("text",)),
    "chase": ("task.chase", ("text",)),
    "deadline": ("task.amend", ("due_at", "reason")),
    "report": ("task.report", ("text",)),
    "return": ("task.send_back", ("text",)),
    "acceptance": ("task.accept", ("text",)),
    "withdrawal": ("task.withdraw", ("text",)),
}
NOTE_WORDS: Final[Mapping[str, Label]] = {
    "change": gettext_lazy("fed a change back"),
    "answer": gettext_lazy("answered"),
    "chase": gettext_lazy("chased it"),
    "report": gettext_lazy("reported it done"),
    "return": gettext_lazy("sent it back"),
    "amend": gettext_lazy("set another deadline"),
    "accept": gettext_lazy("accepted it"),
    "withdraw": gettext_lazy("withdrew it"),
    "free": gettext_lazy("closed what it waited for"),
}


@require_GET
def task_list(request: Request) -> HttpResponse:
    person = person_here(request)
    tab = request.GET.get("tab", "mine")
    tab = tab if tab in TABS else "mine"
    keys = ("-closed_at", "-id") if tab == "closed" else ("due_at", "id")
    page = page_of(_listed(person, tab).select_related("assigner", "performer"), request.GET, keys=keys)
    return render(request, "work/task_list.html", {"tab": tab, "rows": page.rows, "page": page})


def _listed(person: Person, tab: str) -> QuerySet[Task]:
    tasks = visible_tasks(person)
    conditions = {
        "mine": Q(performer=person, closed_at=None),
        "given": Q(assigner=person, closed_at=None),
        "late": Q(closed_at=None, reported_at=None, is_waiting=False, due_at__lte=clock.now()),
        "all": Q(closed_at=None),
        "closed": Q(closed_at__isnull=False),
    }
    return tasks.filter(conditions[tab])


@require_http_methods(["GET", "POST"])
def task_give(request: Request) -> HttpResponse:
    """The form; what can't be given comes back with it, as it was filled in."""
    person = person_here(request)
    faults: Mapping[str, str] = {}
    chosen: list[int] = []
    after: list[int] = []
    refusal, status = "", 200
    if request.method == "POST":
        chosen = [
            int(pk) for pk in request.POST.getlist("performers") if pk.isascii() and pk.isdigit() and len(pk) < 19
        ]
        after = [int(pk) for pk in request.POST.getlist("after") if pk.isascii() and pk.isdigit() and len(pk) < 19]
        facts: dict[str, Any] = {
            name: request.POST.get(name, "") for name in ("title", "due_at", "detail", "origin", "within")
        }
        facts["after"] = after or None
        try:
            result = perform(request.actor, "task.give", {**facts, "performers": chosen})
        except BadFacts as error:
            faults, status = error.faults, 422
        except Refusal as error:
            refusal, status = error.sentence, error.status
        else:
            messages.success(request, _("Given.") if result.kind == "done" else result.sentence)
            return redirect("work:tasks") if result.kind != "done" else redirect("work:task", result.subject[1])
    tomorrow = timezone.localtime(clock.now() + dt.timedelta(days=1)).replace(hour=17, minute=0)
    context = {
        "faults": faults,
        "refusal": refusal,
        "given": request.POST,
        "chosen": visible_people(person).filter(pk__in=chosen),
        "open_tasks": visible_tasks(person)
        .filter(closed_at=None)
        .select_related("performer")
        .order_by("-id")[:TO_WAIT_FOR],
        "after": after,
        "tomorrow": tomorrow.strftime("%Y-%m-%dT%H:%M"),
        "person": person,
    }
    return render(request, "work/task_give.html", context, status=status)


@require_GET
def task_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    return _draw(request, person, task_visible_to(person, pk))


def _draw(request: Request, person: Person, task: Task, *, status: int = 200, **more: Any) -> HttpResponse:
    notes = list(task.notes.select_related("by").order_by("-id"))
    waits = next((note.kind == "change" for note in notes if note.kind in ("change", "answer")), False)
    context = {
        "task": task,
        "notes": [(note, str(NOTE_WORDS[note.kind])) for note in notes],
        "is_assigner": task.assigner_id == person.pk and task.closed_at is None,
        "is_performer": task.performer_id == person.pk and task.closed_at is None,
        "waits_for_answer": waits,
        **(shown_order(person, task) if task.is_waiting else {}),
        "now": timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        **more,
    }
    return render(request, "work/task.html", context, status=status)


@require_POST
def task_deed(request: Request, pk: int, deed: str) -> HttpResponse:
    person = person_here(request)
    task = task_visible_to(person, pk)
    action, fields = DEEDS[deed]
    facts = {"task": pk, **{name: request.POST.get(name, "") for name in fields}}
    try:
        perform(request.actor, action, facts)
    except BadFacts as error:
        return _draw(
            request, person, task, status=422, deed=deed, refusal=" ".join(error.faults.values()), given=request.POST
        )
    except NotYours:
        raise
    except Refusal as error:
        task.refresh_from_db()
        return _draw(request, person, task, status=error.status, deed=deed, refusal=error.sentence, given=request.POST)
    messages.success(request, _("Noted."))
    return redirect("work:task", pk)
