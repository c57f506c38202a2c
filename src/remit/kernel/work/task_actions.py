"""Give a task, feed changes back, answer, chase, report it done, accept it or send it back (S-012, S-126)."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from remit.kernel.authority.access import visible_people
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.facts import REASON, Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.work.access import people_below, task_visible_to
from remit.kernel.work.actions import Performer, close_item, open_item
from remit.kernel.work.calendars import calendar_at
from remit.kernel.work.models import NoticeKind, Task, TaskNote
from remit.kernel.work.notices.telling import tell, topic_of
from remit.kernel.work.texts import in_every_language
from remit.kernel.work.waiting import due_after, freed_by, link, named_tasks, term
from remit.lib.calendars import parse_duration

# A change in a task is fed back within an hour by the clock, not by business time (S-126).
FEED_BACK_WITHIN: Final = dt.timedelta(hours=1)
# How long an assigner has to answer a change, and to look at what was reported done.
ANSWER_WITHIN: Final = "4 hours"
CHECK_WITHIN: Final = "1 workday"
MOST_PERFORMERS: Final = 50
TASK: Final = Fact("task", "id", gettext_lazy("Task"))
TEXT: Final = Fact("text", "long_text", gettext_lazy("Text"))
TITLE_LENGTH, ORIGIN_LENGTH = 120, 80
WORK, ANSWER, CHECK = "task", "task_answer", "task_check"


# --- who may ---------------------------------------------------------------------------------------------------------------------


def _performers(facts: Facts) -> set[int]:
    given = facts.get("performers")
    if not isinstance(given, list) or not given or not all(isinstance(pk, int) and pk > 0 for pk in given):
        raise RuleBroken(_("Say who is to do it."))
    if len(set(given)) > MOST_PERFORMERS:
        raise RuleBroken(_("A task is given to at most %(n)d people at once.") % {"n": MOST_PERFORMERS})
    return set(given)


def _leads(person: Person, facts: Facts) -> str | None:
    """Everybody gives tasks to his people; to others only who has a grant, as the office that follows up a meeting's resolutions."""
    wanted = _performers(facts)
    below = set(people_below(person).filter(pk__in=wanted).values_list("pk", flat=True))
    return _("they are your people") if below == wanted else None


def _task(person: Person, facts: Facts) -> Task:
    return task_visible_to(person, int(str(facts["task"])))


def _assigner(person: Person, facts: Facts) -> str | None:
    task = _task(person, facts)
    if task.assigner_id != person.pk:
        raise NotAuthorised(_("%(name)s gave this task.") % {"name": task.assigner.name})
    return _("you gave the task")


def _performer(person: Person, facts: Facts) -> str | None:
    task = _task(person, facts)
    if task.performer_id != person.pk:
        raise NotAuthorised(_("%(name)s does this task.") % {"name": task.performer.name})
    return _("the task is yours")


# --- give ------------------------------------------------------------------------------------------------------------------------


@action(
    "task.give",
    gettext_lazy("Give a task"),
    Fact("title", "text", gettext_lazy("What is to be done")),
    Fact("performers", "data", gettext_lazy("By whom")),
    Fact("due_at", "moment", gettext_lazy("Until when"), required=False),
    Fact("after", "data", gettext_lazy("After which tasks"), required=False),
    Fact("within", "text", gettext_lazy("Time from then on"), required=False),
    Fact("detail", "long_text", gettext_lazy("Details and expected result"), required=False),
    Fact("origin", "text", gettext_lazy("From which meeting or leader"), required=False),
    inherent=_leads,
    words=("布置任务", "督办"),
)
def give(call: Call) -> Done:
    """One task for each performer, so that each is followed by himself. Given `after` others (ids of open tasks that one sees), it is on
    nobody's list until they are closed; then it has the time `within`. Else `due_at` is needed."""
    if call.person is None:
        raise RuleBroken(_("Only a person can do this, not the system."))
    title, origin = call.text("title"), call.text("origin")
    if len(title) > TITLE_LENGTH or len(origin) > ORIGIN_LENGTH:
        raise RuleBroken(
            _("At most %(n)d characters for the title, %(m)d for the origin.") % {"n": TITLE_LENGTH, "m": ORIGIN_LENGTH}
        )
    others = named_tasks(call, call.person)
    within = term(call) if others else ""
    due_at = max(other.due_at for other in others) if others else _deadline(call)
    people = list(visible_people(call.person).filter(pk__in=_performers(call.facts)).order_by("pk"))
    if len(people) != len(_performers(call.facts)):
        raise NotYours(_("There is no such person."))
    for person in people:
        if person.pk == call.person.pk:
            raise RuleBroken(_("A task is given to somebody else."))
        if person.company_id != call.person.company_id and not people_below(call.person).filter(pk=person.pk).exists():
            raise RuleBroken(_("%(name)s works in another company.") % {"name": person.name})
        if person.has_left(timezone.localdate(call.at)):
            raise RuleBroken(_("%(name)s has left the company.") % {"name": person.name})
    tasks = Task.objects.bulk_create(
        Task(
            title=title, detail=call.text("detail"), origin=origin, assigner=call.person, performer=person,
            company_id=person.company_id, given_at=call.at, due_at=due_at, within=within, is_waiting=bool(others),
        ) for person in people
    )  # fmt: skip
    link(tasks, others)
    for task in tasks:
        if others:
            task.due_at = due_after(task, max(due_at, call.at))
            task.save(update_fields=["due_at"])
        else:
            _ask_performer(task)
    names = "、".join(person.name for person in people)
    return Done(
        ("task", tasks[0].pk, title), {"tasks": [task.pk for task in tasks], "performers": names}, tasks[0].company_id
    )


def _deadline(call: Call) -> dt.datetime:
    if call.facts.get("due_at") is None:
        raise RuleBroken(_("Say until when it is to be done."))
    due_at = call.moment("due_at")
    if due_at <= call.at:
        raise RuleBroken(_("The deadline has to lie ahead."))
    return due_at


def _ask_performer(task: Task) -> None:
    """The item on the performer's list, with who gave the task and how often it was chased; back from wherever it was put off."""
    chased = task.notes.filter(kind="chase").count()

    def provenance() -> str:
        parts = [_("Task of %(name)s") % {"name": task.assigner.name}, task.origin]
        if chased:
            parts.append(ngettext("chased %(n)s time", "chased %(n)s times", chased) % {"n": chased})
        return " · ".join(filter(None, parts))

    open_item(
        WORK,
        task.pk,
        Performer(person_id=task.performer_id),
        due_at=task.due_at,
        labels=in_every_language(lambda: task.title),
        provenances=in_every_language(provenance),
        target=task.pk,
        company_id=task.company_id,
    )


def _ask_assigner(kind: str, task: Task, note: TaskNote, within: str) -> None:
    """Something about the task waits for who gave it: a change, or the report that it is done."""

    def label() -> str:
        values = {"name": task.performer.name, "title": task.title}
        if kind == CHECK:
            return _("Check what %(name)s reports done: %(title)s") % values
        return _("Answer the change that %(name)s feeds back: %(title)s") % values

    open_item(
        kind,
        task.pk,
        Performer(person_id=task.assigner_id),
        due_at=parse_duration(within).due(calendar_at(task.company_id, person_id=task.assigner_id), note.at),
        labels=in_every_language(label),
        provenances=in_every_language(lambda: note.text[:120]),
        target=task.pk,
        company_id=task.company_id,
        term=within,
        counted_from=note.at,
    )


# --- on the way --------------------------------------------------------------------------------------------------------------------


def _locked(call: Call) -> Task:
    related = ("assigner", "performer")
    task = Task.objects.select_for_update(no_key=True, of=("self",)).select_related(*related).get(pk=call.id_of("task"))
    if task.closed_at is not None:
        raise RuleBroken(_("The task is closed already."))
    return task


def _refuse_waiting(task: Task) -> None:
    if task.is_waiting:
        raise RuleBroken(_("It still waits for other tasks; it begins when they are closed."))


def _note(call: Call, task: Task, kind: str, text: str, **more: Any) -> TaskNote:
    return TaskNote.objects.create(task=task, kind=kind, at=call.at, by=call.person, text=text, **more)


def _done(task: Task, **changes: Any) -> Done:
    return Done(("task", task.pk, task.title), changes, task.company_id)


@action(
    "task.feed_back",
    gettext_lazy("Feed a change back"),
    TASK,
    TEXT,
    Fact("happened_at", "moment", gettext_lazy("When it happened")),
    inherent=_performer,
)
def feed_back(call: Call) -> Done:
    """What has changed in the course of a task is fed back to the assigner within an hour; later counts as late."""
    task, happened_at = _locked(call), call.moment("happened_at")
    if happened_at > call.at:
        raise RuleBroken(_("The change has to have happened already."))
    is_prompt = call.at - happened_at <= FEED_BACK_WITHIN
    note = _note(call, task, "change", call.text("text"), happened_at=happened_at, is_prompt=is_prompt)
    _ask_assigner(ANSWER, task, note, ANSWER_WITHIN)
    return _done(task, prompt=is_prompt)


@action("task.answer", gettext_lazy("Answer a change"), TASK, TEXT, inherent=_assigner)
def answer(call: Call) -> Done:
    task = _locked(call)
    note = _note(call, task, "answer", call.text("text"))
    _tell_performer(task, note, lambda: _("Your change is answered: %(title)s") % {"title": task.title})
    close_item(ANSWER, task.pk, done_by_id=call.person.pk if call.person else None, at=call.at)
    return _done(task)


@action("task.chase", gettext_lazy("Chase a task"), TASK, TEXT, inherent=_assigner)
def chase(call: Call) -> Done:
    """The performer finds it marked on his list."""
    task = _locked(call)
    if task.reported_at is not None:
        raise RuleBroken(_("It has been reported done; accept it, or send it back."))
    _refuse_waiting(task)
    _note(call, task, "chase", call.text("text"))
    _ask_performer(task)
    return _done(task)


@action(
    "task.amend",
    gettext_lazy("Change a task"),
    TASK,
    Fact("due_at", "moment", gettext_lazy("Until when")),
    REASON,
    inherent=_assigner,
)
def amend(call: Call) -> Done:
    """Another deadline."""
    task, due_at = _locked(call), call.moment("due_at")
    _refuse_waiting(task)
    if due_at <= call.at:
        raise RuleBroken(_("The deadline has to lie ahead."))
    before, task.due_at = task.due_at, due_at
    task.save(update_fields=["due_at"])
    _note(call, task, "amend", call.text("reason"))
    if task.reported_at is None:
        _ask_performer(task)
    return _done(task, due_at=[before.isoformat(), due_at.isoformat()])


# --- the end -----------------------------------------------------------------------------------------------------------------------


@action("task.report", gettext_lazy("Report a task done"), TASK, TEXT, inherent=_performer)
def report(call: Call) -> Done:
    """What came of it. The assigner accepts it or sends it back."""
    task = _locked(call)
    if task.reported_at is not None:
        raise RuleBroken(_("It has been reported done already."))
    _refuse_waiting(task)
    task.reported_at = call.at
    task.save(update_fields=["reported_at"])
    note = _note(call, task, "report", call.text("text"))
    close_item(WORK, task.pk, done_by_id=task.performer_id, at=call.at)
    _ask_assigner(CHECK, task, note, CHECK_WITHIN)
    return _done(task, late=call.at > task.due_at)


@action("task.send_back", gettext_lazy("Send a task back"), TASK, TEXT, inherent=_assigner)
def send_back(call: Call) -> Done:
    """Not good enough: it is the performer's again, with its old deadline."""
    task = _locked(call)
    if task.reported_at is None:
        raise RuleBroken(_("It has not been reported done yet."))
    task.reported_at = None
    task.save(update_fields=["reported_at"])
    _note(call, task, "return", call.text("text"))
    _end_items(call, task)
    _ask_performer(task)
    return _done(task)


@action(
    "task.accept",
    gettext_lazy("Accept a task"),
    TASK,
    Fact("text", "long_text", gettext_lazy("Note"), required=False),
    inherent=_assigner,
)
def accept(call: Call) -> Done:
    task = _locked(call)
    if task.reported_at is None:
        raise RuleBroken(_("It has not been reported done yet."))
    return _close(call, task, "accept", is_accepted=True)


@action("task.withdraw", gettext_lazy("Withdraw a task"), TASK, TEXT, inherent=_assigner)
def withdraw(call: Call) -> Done:
    return _close(call, _locked(call), "withdraw", is_accepted=False)


def _close(call: Call, task: Task, kind: str, *, is_accepted: bool) -> Done:
    task.closed_at, task.is_accepted = call.at, is_accepted
    task.save(update_fields=["closed_at", "is_accepted"])
    note = _note(call, task, kind, call.text("text"))
    _end_items(call, task)
    for free in freed_by(task, call.at):
        _note(call, free, "free", task.title)
        _ask_performer(free)
    values = {"title": task.title}
    _tell_performer(
        task,
        note,
        lambda: (_("Accepted: %(title)s") if is_accepted else _("Withdrawn: %(title)s")) % values,
    )
    return _done(task, accepted=is_accepted)


def _tell_performer(task: Task, note: TaskNote, label: Callable[[], str]) -> None:
    """What asks him for nothing more, but concerns him."""
    tell(
        NoticeKind.TASK,
        topic_of("task_note", str(task.pk)),
        [task.performer_id],
        labels=in_every_language(label),
        provenances=in_every_language(lambda: " · ".join(filter(None, [task.assigner.name, note.text[:120]]))),
        link=reverse("work:task", args=[task.pk]),
    )


def _end_items(call: Call, task: Task) -> None:
    """Nothing about the task waits for anybody any more; what the assigner was to check or answer counts as his."""
    for kind, doer in ((WORK, None), (ANSWER, task.assigner_id), (CHECK, task.assigner_id)):
        close_item(kind, task.pk, done_by_id=doer, at=call.at)
