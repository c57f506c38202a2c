"""Tasks that wait for others: who may name which, when their term begins, and what becomes free when one is closed (S-126)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext as _

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.registry import Call
from remit.kernel.organization.models import Person
from remit.kernel.work.access import visible_tasks
from remit.kernel.work.calendars import calendar_at
from remit.kernel.work.models import Task, TaskOrder
from remit.lib.calendars import parse_duration

MOST: Final = 20
WITHIN_LENGTH: Final = 20


def named_tasks(call: Call, person: Person) -> list[Task]:
    """Of the tasks that a new one is to wait for, those that are open, locked against their end. Raises NotYours, RuleBroken."""
    given = call.facts.get("after") or []
    if not isinstance(given, list) or len(given) > MOST or not all(isinstance(pk, int) and pk > 0 for pk in given):
        raise RuleBroken(_("A task waits for at most %(n)d others.") % {"n": MOST})
    if visible_tasks(person).filter(pk__in=given).count() != len(set(given)):
        raise NotYours(_("There is no such task."))
    return list(Task.objects.select_for_update(no_key=True).filter(pk__in=given, closed_at=None).order_by("pk"))


def term(call: Call) -> str:
    """How long a task that waits has from when it is free. Raises RuleBroken."""
    within = " ".join(call.text("within").split())
    if not within or len(within) > WITHIN_LENGTH:
        raise RuleBroken(_("Say how long there is for it once the others are done: 3 workdays."))
    try:
        parse_duration(within)
    except ValueError as error:
        raise RuleBroken(str(error)) from error
    return within


def due_after(task: Task, start: dt.datetime) -> dt.datetime:
    """By the calendar of the performer's department."""
    calendar = calendar_at(task.company_id, person_id=task.performer_id)
    return parse_duration(task.within).due(calendar, start)


def link(tasks: Iterable[Task], others: Iterable[Task]) -> None:
    listed = list(others)
    TaskOrder.objects.bulk_create(
        TaskOrder(company_id=task.company_id, task=task, after=other) for task in tasks for other in listed
    )


def freed_by(task: Task, at: dt.datetime) -> list[Task]:
    """Those that waited for the task, which is closed now, and for nothing else that is open. Locked first: of two that are closed at
    the same moment the later one sees both. Accepted or withdrawn is the same: nobody waits for ever."""
    waiting = Task.objects.select_for_update(no_key=True, of=("self",)).filter(
        is_waiting=True, closed_at=None, pk__in=TaskOrder.objects.filter(after=task).values("task_id")
    )
    locked = list(waiting.select_related("assigner", "performer").order_by("pk"))
    still = set(TaskOrder.objects.filter(task__in=locked, after__closed_at=None).values_list("task_id", flat=True))
    free = [one for one in locked if one.pk not in still]
    for one in free:
        one.is_waiting, one.due_at = False, due_after(one, at)
    Task.objects.bulk_update(free, ["is_waiting", "due_at"])
    return free


def shown_order(person: Person, task: Task) -> dict[str, Any]:
    """For the page: what the task waits for still, by name where the reader sees it; of the others only how many there are."""
    open_ids = set(task.waits_for.filter(after__closed_at=None).values_list("after_id", flat=True))
    seen = list(visible_tasks(person).filter(pk__in=open_ids).order_by("due_at", "pk")) if open_ids else []
    return {"waits_for": seen, "hidden": len(open_ids) - len(seen)}
