"""What people do with a work item: finish it with evidence, hand it over, delegate it, put it off, claim it, watch it; and the
system's daily opening of routines. All through the gate; the right to do them follows from the item, not from a charter.
"""

import datetime as dt
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from remit.kernel.authority.access import visible_people
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.facts import REASON, Fact, Facts, Label
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.work import routines
from remit.kernel.work.access import item_visible_to, may_do, people_below
from remit.kernel.work.evidence import read_files, read_values
from remit.kernel.work.models import RoutineDay, WorkFile, WorkItem, WorkStep, WorkWatch
from remit.kernel.work.notices import telling
from remit.kernel.work.sources import SOURCES
from remit.kernel.work.texts import in_language

ITEM: Final = Fact("item", "id", gettext_lazy("Work"))
TO: Final = Fact("to", "person", gettext_lazy("To"))
LONGEST_SNOOZE: Final = dt.timedelta(days=31)

# The words of an item's history, by the kind of step.
STEP_WORDS: Final[dict[str, Label]] = {
    "done": gettext_lazy("done"),
    "handed": gettext_lazy("handed over to %(to)s"),
    "delegated": gettext_lazy("delegated to %(to)s"),
    "snoozed": gettext_lazy("put off"),
    "claimed": gettext_lazy("claimed"),
    "released": gettext_lazy("given back to the desk"),
    "redated": gettext_lazy("a new date by the calendar"),
}


def _of(facts: Facts) -> int:
    return int(str(facts["item"]))


def _doer(person: Person, facts: Facts) -> str | None:
    """The inherent right to what stands on one's own desk."""
    item = item_visible_to(person, _of(facts))
    if item.is_open and not may_do(person, item):
        raise NotAuthorised(_("You may read this work; it is done by %(name)s.") % {"name": performer_of(item)})
    return _("the work is yours to do")


def performer_of(item: WorkItem) -> str:
    """Who is asked, as a page names him."""
    if item.claimed_by is not None:
        return item.claimed_by.name
    if item.person is not None:
        return item.person.name if item.post is None else f"{item.person.name} · {item.post.title}"
    return item.position.title if item.position is not None else ""


def _reader(person: Person, facts: Facts) -> str | None:
    item_visible_to(person, _of(facts))
    return _("you may read the work")


def _locked(call: Call, *, done_here: bool = False) -> WorkItem:
    """The open item, locked: two who do the same thing at the same second meet here, and the later is told."""
    related = ("done_by", "person", "position", "post")
    item = (
        WorkItem.objects.select_for_update(no_key=True, of=("self",))
        .select_related(*related)
        .get(pk=call.id_of("item"))
    )
    if not item.is_open:
        raise RuleBroken(_closed_words(item))
    if done_here and not SOURCES[item.source_kind].is_done_here:
        raise RuleBroken(_("This work ends by itself once what it asks for is done; open it and do that."))
    return item


def _closed_words(item: WorkItem) -> str:
    if item.done_by is not None:
        return _("%(name)s has done this already.") % {"name": item.done_by.name}
    return _("This was missed; its time is over.") if item.is_missed else _("This is no longer asked for.")


def _step(call: Call, item: WorkItem, kind: str, text: str = "", to: Person | None = None) -> None:
    WorkStep.objects.create(item=item, kind=kind, at=call.at, by=call.person, to=to, text=text)


def _done(item: WorkItem, **changes: Any) -> Done:
    return Done(("work", item.pk, in_language(item.labels)), changes, item.company_id)


@action(
    "work.finish",
    gettext_lazy("Finish work"),
    ITEM,
    Fact("note", "long_text", gettext_lazy("What came of it"), required=False),
    Fact("evidence", "data", gettext_lazy("Evidence"), required=False),
    Fact("files", "data", gettext_lazy("Files"), required=False),
    inherent=_doer,
)
def finish(call: Call) -> Done:
    """Done, with everything that the duty asks for as evidence. `evidence` maps labels to values, `files` to stored files."""
    item = _locked(call, done_here=True)
    item.result = read_values(item.evidence, call.mapping("evidence"))
    files = read_files(item.evidence, call.mapping("files"), item.company_id)
    for file in files:
        file.item = item
    WorkFile.objects.bulk_create(files)
    item.done_at, item.done_by = call.at, call.person
    item.save(update_fields=["done_at", "done_by", "result"])
    _step(call, item, "done", call.text("note"))
    telling.settle(telling.topic_of("item", str(item.pk)))
    late = call.at > item.due_at
    return _done(item, late=late, evidence=item.result, files=len(files))


def _receiver(call: Call, item: WorkItem) -> Person:
    found = Person.objects.all() if call.person is None else visible_people(call.person)
    to = found.get(pk=call.id_of("to"))  # whom one does not see is not there
    if to.has_left(timezone.localdate(call.at)):
        raise RuleBroken(_("%(name)s has left the company.") % {"name": to.name})
    if item.company_id is not None and to.company_id != item.company_id:
        raise RuleBroken(_("%(name)s works in another company.") % {"name": to.name})
    if to.pk == item.person_id:
        raise RuleBroken(_("The work is with %(name)s already.") % {"name": to.name})
    return to


def _give(item: WorkItem, to: Person, by: Person | None) -> None:
    item.person, item.position, item.claimed_by, item.snoozed_until = to, None, None, None
    item.given_by = by
    item.save(update_fields=["person", "position", "claimed_by", "snoozed_until", "given_by"])
    telling.settle(telling.topic_of("item", str(item.pk)))  # whoever had it before has it no more
    if by is None or by.pk != to.pk:
        telling.handed(item, to.pk, by.name if by else "")


@action("work.hand_over", gettext_lazy("Hand work over"), ITEM, TO, REASON, inherent=_doer)
def hand_over(call: Call) -> Done:
    """A colleague of the same company does it instead. Who gave it goes on seeing it."""
    item = _locked(call, done_here=True)
    to = _receiver(call, item)
    _step(call, item, "handed", call.text("reason"), to)
    _give(item, to, call.person)
    return _done(item, to=to.name)


@action("work.delegate", gettext_lazy("Delegate work"), ITEM, TO, REASON, inherent=_doer)
def delegate(call: Call) -> Done:
    """Somebody below does it; who delegated goes on watching it."""
    item = _locked(call, done_here=True)
    to = _receiver(call, item)
    if call.person is not None and not people_below(call.person).filter(pk=to.pk).exists():
        raise RuleBroken(_("%(name)s is not below you; hand the work over instead.") % {"name": to.name})
    _step(call, item, "delegated", call.text("reason"), to)
    _give(item, to, call.person)
    if call.person is not None:
        WorkWatch.objects.get_or_create(item=item, person=call.person)
    return _done(item, to=to.name)


@action(
    "work.snooze",
    gettext_lazy("Put work off"),
    ITEM,
    Fact("until", "moment", gettext_lazy("Until")),
    REASON,
    inherent=_doer,
)
def snooze(call: Call) -> Done:
    """Off Today until then. It stays due when it was due: putting off is no extension."""
    item = _locked(call)
    until = call.moment("until")
    if not call.at < until <= call.at + LONGEST_SNOOZE:
        raise RuleBroken(_("Work can be put off for up to a month; choose a time that lies ahead."))
    if item.lapses_at is not None and until >= item.lapses_at:
        raise RuleBroken(_("By then it would have been missed; choose an earlier time."))
    item.snoozed_until = until
    item.save(update_fields=["snoozed_until"])
    _step(call, item, "snoozed", call.text("reason"))
    return _done(item, until=until.isoformat())


@action("work.claim", gettext_lazy("Claim work"), ITEM, inherent=_doer)
def claim(call: Call) -> Done:
    """One of those at a desk takes it; the others no longer find it on their lists."""
    item = _locked(call)
    if item.position_id is None:
        raise RuleBroken(_("This is a person's work already."))
    item.claimed_by = call.person
    item.save(update_fields=["claimed_by"])
    _step(call, item, "claimed")
    return _done(item)


@action("work.release", gettext_lazy("Give work back to the desk"), ITEM, inherent=_doer)
def release(call: Call) -> Done:
    item = _locked(call)
    if item.claimed_by_id is None:
        raise RuleBroken(_("Nobody has claimed it."))
    item.claimed_by = None
    item.save(update_fields=["claimed_by"])
    _step(call, item, "released")
    return _done(item)


@action("work.watch", gettext_lazy("Watch work"), ITEM, inherent=_reader)
def watch(call: Call) -> Done:
    return _set_watch(call, is_on=True)


@action("work.unwatch", gettext_lazy("Stop watching work"), ITEM, inherent=_reader)
def unwatch(call: Call) -> Done:
    return _set_watch(call, is_on=False)


def _set_watch(call: Call, *, is_on: bool) -> Done:
    item = WorkItem.objects.get(pk=call.id_of("item"))
    if call.person is None:
        raise NotYours(_("There is no such work."))
    if is_on:
        WorkWatch.objects.get_or_create(item=item, person=call.person)
    else:
        WorkWatch.objects.filter(item=item, person=call.person).delete()
    return _done(item, watched=is_on)


# --- the system's own ------------------------------------------------------------------------------------------------------------


@action("work.open_routines", gettext_lazy("Open the day's routines"), Fact("day", "date", gettext_lazy("Day")))
def open_routines(call: Call) -> Done:
    """What leavers left open changes hands, what lapsed is recorded as missed, and the day's routines are opened for everybody.

    Six statements, whatever the number of people; run twice, it opens nothing twice.
    """
    day = call.day("day")
    moved = routines.pass_on(day)
    asked = routines.occurrences(routines.routines_in_force(day), routines.first_to_open(day), day)
    opened = routines.open_occurrences(asked, day)
    missed = routines.record_missed()  # last: what a standstill left too old is missed at once
    RoutineDay.objects.get_or_create(day=day, defaults={"opened": opened, "at": call.at})
    label = ngettext("%(n)s routine", "%(n)s routines", opened) % {"n": opened}
    return Done(("routine_day", day.isoformat(), label), {"opened": opened, "missed": missed, "moved": moved})
