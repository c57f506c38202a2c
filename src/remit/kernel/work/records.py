"""One item as its page shows it, and the lists of what one did, missed, gave away and watches."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.authority.facts import Fact, Label, restore_facts
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.charters.access import visible_charters
from remit.kernel.charters.models import CharterVersion
from remit.kernel.charters.wording import evidence_words
from remit.kernel.organization.models import Person
from remit.kernel.work.access import may_do, people_below
from remit.kernel.work.calendars import shifts_of_all
from remit.kernel.work.deeds import STEP_WORDS, performer_of
from remit.kernel.work.evidence import FILES, READ_AS
from remit.kernel.work.models import WorkItem, WorkStep
from remit.kernel.work.queries import ItemRow, item_row
from remit.kernel.work.routines import routines_in_force
from remit.kernel.work.sources import SOURCES
from remit.lib import clock

SERIES_SHOWN: Final = 12
TABS: Final = ("done", "missed", "given", "watched", "snoozed")


@dataclass(frozen=True, slots=True)
class State:
    """How an item stands, as a tag."""

    word: str
    tone: str


def state_of(item: WorkItem) -> State | None:
    """None while it is open: its deadline is what counts then."""
    if item.done_at is None:
        return None
    if item.is_missed:
        return State(_("missed"), "danger")
    if item.done_by_id is None:
        return State(_("no longer asked for"), "")
    return State(_("done late"), "warn") if item.done_at > item.due_at else State(_("done"), "ok")


@dataclass(frozen=True, slots=True)
class StepRow:
    who: str
    what: str
    at: dt.datetime
    text: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One thing that is asked for. `name` is the field's name in the form, `value` what was handed in, `files` (id, name)."""

    name: str
    label: str
    kind: str
    words: str
    value: str = ""
    files: tuple[tuple[int, str], ...] = ()

    @property
    def is_file(self) -> bool:
        return self.kind in FILES


@dataclass(frozen=True, slots=True)
class SeriesRow:
    pk: int
    on: dt.date | None
    state: State | None


@dataclass(frozen=True, slots=True)
class ItemDetail:
    item: WorkItem
    row: ItemRow
    state: State | None
    performer: str
    may_do: bool
    is_done_here: bool
    is_watched: bool
    is_desk: bool
    has_people_below: bool
    evidence: tuple[EvidenceRow, ...]
    steps: tuple[StepRow, ...]
    series: tuple[SeriesRow, ...]
    charter_id: int | None


def item_detail(item: WorkItem, person: Person) -> ItemDetail:
    """Six to ten queries."""
    does = may_do(person, item)
    return ItemDetail(
        item=item,
        row=item_row(item),
        state=state_of(item),
        performer=performer_of(item),
        may_do=does,
        is_done_here=SOURCES[item.source_kind].is_done_here,
        is_watched=item.watches.filter(person=person).exists(),
        is_desk=item.position_id is not None,
        has_people_below=does and people_below(person).exists(),
        evidence=evidence_rows(item),
        steps=tuple(_step_row(step) for step in item.steps.select_related("by", "to").order_by("-id")),
        series=series_of(item),
        charter_id=_charter_for(item, person),
    )


def _charter_for(item: WorkItem, person: Person) -> int | None:
    if item.charter_id is None:
        return None
    return item.charter_id if visible_charters(person).filter(pk=item.charter_id).exists() else None


def _step_row(step: WorkStep) -> StepRow:
    words: Label = STEP_WORDS.get(step.kind, step.kind)
    return StepRow(
        who=step.by.name if step.by else _("the system"),
        what=str(words) % {"to": step.to.name if step.to else ""},
        at=step.at,
        text=step.text,
    )


def evidence_rows(item: WorkItem) -> tuple[EvidenceRow, ...]:
    files: dict[str, list[tuple[int, str]]] = {}
    if item.pk and any(one["kind"] in FILES for one in item.evidence):
        for handed in item.files.select_related("file").order_by("id"):
            files.setdefault(handed.label, []).append((handed.file_id, handed.file.name))
    return tuple(
        EvidenceRow(
            name=f"e{number}",
            label=one["label"],
            kind=one["kind"],
            words=evidence_words(one["label"], one["kind"]),
            value=_shown(one, item.result),
            files=tuple(files.get(one["label"], ())),
        )
        for number, one in enumerate(item.evidence)
    )


def _shown(one: Mapping[str, str], result: Mapping[str, Any]) -> str:
    label, kind = one["label"], READ_AS.get(one["kind"])
    if kind is None or label not in result:
        return ""
    if one["kind"] == "number":
        return str(result[label]).removesuffix(".00")
    fact = Fact(label, kind, label)
    return fact.show(restore_facts({label: fact}, {label: result[label]})[label])


def series_of(item: WorkItem) -> tuple[SeriesRow, ...]:
    """The last times of the same duty, of the same person or desk, the newest first."""
    if item.charter_id is None:
        return ()
    same = WorkItem.objects.filter(
        charter=item.charter_id, duty=item.duty, post=item.post_id, person=item.person_id, position=item.position_id
    )
    found = same.exclude(pk=item.pk).order_by("-occurs_on", "-id")[:SERIES_SHOWN]
    return tuple(SeriesRow(one.pk, one.occurs_on, state_of(one)) for one in found)


# --- one's own history -----------------------------------------------------------------------------------------------------------


def history(person: Person, tab: str) -> QuerySet[WorkItem]:
    """What one did, missed, gave to others (open), watches (open), and has put off."""
    items = WorkItem.objects.select_related("person", "position", "post", "given_by", "done_by")
    conditions = {
        "done": Q(done_by=person),
        "missed": Q(person=person, is_missed=True),
        "given": Q(given_by=person),
        "watched": Q(watches__person=person),
        "snoozed": Q(person=person, done_at=None, snoozed_until__gt=clock.now()),
    }
    return items.filter(conditions[tab])


# --- the routines of one's positions -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoutineRow:
    """One duty that recurs: how often, when it was last done by this person, what is next, and how much of it is late."""

    label: str
    rule: str
    post: str
    charter_id: int
    last_done: dt.datetime | None
    next_on: dt.date | None
    open_pk: int | None
    late: int


def routines_for(person: Person) -> list[RoutineRow]:
    """The duties that recur in the positions that the person holds. Five queries, whatever their number."""
    today = timezone.localdate(clock.now())
    held = rulebook_now().positions_of(person.pk)
    places = dict(
        CharterVersion.objects.filter(charter__places__position__in=held, charter__places__end=None, retired_on=None)
        .order_by("charter__places__position")
        .values_list("charter__places__position", "charter_id")
    )
    found = routines_in_force(today, set(places.values()))
    structure = rulebook_now().structure
    company_of = {post: structure.positions[post].company_id for post in places}
    company_of = {post: structure.positions[post].company_id for post in places}
    titles = {pk: position.title for pk, position in structure.positions.items()}
    mine = WorkItem.objects.filter(charter__in=places.values(), person=person)
    last = _by_duty(mine.filter(done_by=person).values("post", "duty").annotate(at=Max("done_at")), "at")
    open_items = mine.filter(done_at=None).order_by("due_at", "id").values("post", "duty", "pk", "due_at")
    shifts = shifts_of_all(company_of.values())
    rows = []
    for post, charter_id in places.items():
        calendar = shifts[company_of[post]].on(structure.units_over(post))
        for routine in found:
            if routine.charter_id != charter_id:
                continue
            waiting = [one for one in open_items if (one["post"], one["duty"]) == (post, routine.duty.id)]
            rows.append(
                RoutineRow(
                    label=routine.label,
                    rule=str(routine.rule),
                    post=titles.get(post, ""),
                    charter_id=charter_id,
                    last_done=last.get((post, routine.duty.id)),
                    next_on=routine.rule.next_after(calendar, today),
                    open_pk=waiting[0]["pk"] if waiting else None,
                    late=sum(one["due_at"] <= clock.now() for one in waiting),
                )
            )
    return rows


def _by_duty(rows: Sequence[Mapping[str, Any]] | Any, value: str) -> dict[tuple[int, str], Any]:
    return {(row["post"], row["duty"]): row[value] for row in rows}
