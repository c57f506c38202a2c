"""Questions about cases: the list, and everything that the page of one shows."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.authority.access import visible_obligations
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.records import ObligationRow, obligation_rows
from remit.kernel.organization.models import Person
from remit.kernel.procedures.access import is_above, visible_cases
from remit.kernel.procedures.actions import may_do
from remit.kernel.procedures.clocks import Calendars, Clock, read_clock
from remit.kernel.procedures.compiled import label, spec_of
from remit.kernel.procedures.engine import CANCELLED, NOTICE, RATED
from remit.kernel.procedures.format import ProcedureSpec, Step
from remit.kernel.procedures.history import Entry, files_of, opener_label, state_label, told, words_of
from remit.kernel.procedures.models import Case, Rating, StepRun
from remit.kernel.procedures.notices import open_notices
from remit.kernel.procedures.repeats import came_after
from remit.kernel.work.access import people_below
from remit.kernel.work.calendars import shifts_of
from remit.lib import clock

STATES: Final = ("open", "late", "mine", "closed", "all")
PREVIOUS_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is asked for; each "" is no condition."""

    state: str = "open"
    procedure: str = ""
    text: str = ""
    step: str = ""  # one of the steps that are open
    grade: str = ""  # of the customer
    whose: str = ""  # "mine": I handle them; "people": somebody below me does

    @property
    def narrows(self) -> bool:
        return bool(self.procedure or self.text or self.step or self.grade or self.whose)


def list_cases(person: Person, wanted: Wanted) -> QuerySet[Case]:
    """Only what the person may see. The text finds a number, a title or a subject by a part of it."""
    found = visible_cases(person)
    if wanted.state in ("open", "late", "mine"):
        found = found.filter(closed_at=None)
    if wanted.state == "late":
        late = StepRun.objects.filter(case=OuterRef("pk"), closed_at=None, due_at__lte=clock.now())
        found = found.filter(Exists(late), paused_at=None)
    elif wanted.state == "mine":
        found = found.filter(handler=person)
    elif wanted.state == "closed":
        found = found.exclude(closed_at=None)
    if wanted.procedure:
        found = found.filter(procedure__key=wanted.procedure)
    if wanted.step:
        found = found.filter(Exists(StepRun.objects.filter(case=OuterRef("pk"), closed_at=None, step=wanted.step)))
    if wanted.grade:
        found = found.filter(party__grade=wanted.grade)
    if wanted.whose:
        found = (
            found.filter(handler=person)
            if wanted.whose == "mine"
            else found.filter(handler__in=people_below(person).values("pk"))
        )
    if wanted.text:
        found = found.filter(
            Q(number__icontains=wanted.text) | Q(title__icontains=wanted.text) | Q(subject__icontains=wanted.text)
        )
    return found.select_related("version", "handler", "party").prefetch_related("runs__position", "runs__person")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list. `due_at` is that of the open step, None where nothing is due."""

    pk: int
    number: str
    title: str
    subject: str
    procedure: str
    step: str
    with_whom: str
    handler: str
    due_at: dt.datetime | None
    is_paused: bool
    is_closed: bool
    at: dt.datetime
    grade: str
    started_at: dt.datetime


def case_row(case: Case) -> CaseRow:
    """No query where the case was read by list_cases."""
    spec = spec_of(case.version)
    open_runs = [run for run in case.runs.all() if run.closed_at is None]
    return CaseRow(
        pk=case.pk,
        number=case.number,
        title=case.title,
        subject=case.subject,
        procedure=label(spec.labels),
        step=state_label(case, spec, {run.step for run in open_runs}),
        with_whom="、".join(asked_name(run) for run in open_runs),
        handler=case.handler.name,
        due_at=min((run.due_at for run in open_runs), default=None) if case.paused_at is None else None,
        is_paused=case.paused_at is not None,
        is_closed=case.closed_at is not None,
        at=case.closed_at or case.started_at,
        grade=case.party.grade if case.party else "",
        started_at=case.started_at,
    )


def asked_name(run: StepRun) -> str:
    """The person, or the desk, that a run asks."""
    return run.person.name if run.person else run.position.title if run.position else ""


# --- one case ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of the step bar. `state` is "", "done", "now" or "late"."""

    label: str
    state: str
    note: str
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Previous:
    pk: int
    number: str
    title: str
    state: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything on the page of a case."""

    case: Case
    spec: ProcedureSpec
    state: str
    clock: Clock
    step_clock: Clock | None
    bars: list[Bar]
    entries: list[Entry]
    open_runs: list[StepRun]
    mine: StepRun | None  # the run that the reader may do
    also_mine: list[tuple[int, str]]  # others that he may do: branches that are worked on at the same time
    step: Step | None
    nth: int  # how often this subject has had a case of this kind, this one included
    previous: list[Previous]
    after: Case | None  # the case after which this one comes again, where the procedure counts that
    obligations: list[ObligationRow]
    notices: int
    rated: bool  # the customer is not content, and the reader has to look into it
    rating: Rating | None
    may_assign: bool
    may_pause: bool
    may_reopen: bool
    may_cancel: bool
    response: dt.timedelta | None

    @property
    def response_minutes(self) -> int:
        return int(self.response.total_seconds() // 60) if self.response is not None else 0

    @property
    def waits_for(self) -> StepRun | None:
        """Of the step that the page shows, the run that waits for approval."""
        runs = [run for run in self.open_runs if run.request_id is not None]
        return next((run for run in runs if self.step is not None and run.step == self.step.id), None)


def case_view(person: Person, case: Case, wanted_run: int = 0) -> CaseView:
    """Some fifteen queries, whatever the length of the case's history. Of several runs that the reader may do, the wanted one."""
    spec, now, book = spec_of(case.version), clock.now(), rulebook_now()
    related = ("position", "person", "closed_by", "request", "case")
    runs = list(case.runs.select_related(*related).order_by("opened_at", "pk"))
    moments = list(case.moments.select_related("by", "version").order_by("at", "pk"))
    calendars = Calendars(spec, shifts_of(case.company_id), book.structure)
    calendar = calendars.whole(case.position_id)
    open_runs = [run for run in runs if run.closed_at is None]
    all_mine = [run for run in open_runs if may_do(run, person.pk, book)]
    mine = next((run for run in all_mine if run.pk == wanted_run), all_mine[0] if all_mine else None)
    # Of several branches the reader's own; else the first in the file.
    step = spec.step(mine.step if mine else case.step)
    of_step = [run for run in open_runs if step is not None and run.step == step.id]
    open_steps = [one for one in spec.steps if any(run.step == one.id for run in open_runs)]
    whole = read_clock(calendar, spec.within, case.started_at, case.closed_at, moments, now)
    step_clock = None
    if step is not None and of_step:
        step_clock = read_clock(calendars.step(step, of_step[0]), step.within, of_step[0].opened_at, None, moments, now)
    above = is_above(person, case) if case.closed_at is None or person.pk != case.handler_id else False
    earlier = _earlier(person, case)
    response = None
    if spec.first_response and case.responded_at:
        response = calendar.working_time_between(case.started_at, case.responded_at)
    files, words = files_of(case), words_of(case)
    notices = open_notices(case, person)
    return CaseView(
        case=case,
        spec=spec,
        state=state_label(case, spec, {run.step for run in open_runs}),
        clock=whole,
        step_clock=step_clock,
        bars=_bars(
            case,
            spec,
            runs,
            lambda step, run: read_clock(calendars.step(step, run), step.within, run.opened_at, None, moments, now),
        ),
        entries=told(case, spec, runs, moments, files, calendars, words),
        open_runs=open_runs,
        mine=mine,
        also_mine=[(run.pk, label(one.labels)) for run in all_mine if run is not mine and (one := spec.step(run.step))],
        step=step,
        nth=earlier.count() + 1,
        previous=[
            Previous(one.pk, one.number, one.title, state_label(one, spec_of(one.version)), one.started_at)
            for one in earlier.select_related("version").order_by("-started_at")[:PREVIOUS_SHOWN]
        ],
        after=came_after(person, case, spec),
        obligations=_obligations(person, runs),
        notices=sum(kind == NOTICE for kind, _key in notices),
        rated=any(kind == RATED for kind, _key in notices),
        rating=words[1],
        may_assign=case.closed_at is None and case.paused_at is None and (mine is not None or above),
        may_pause=any(one.pauses for one in open_steps) and (mine is not None or above or case.handler_id == person.pk),
        may_reopen=case.closed_at is not None
        and case.outcome != CANCELLED
        and spec.reopening is not None
        and (case.handler_id == person.pk or above),
        may_cancel=case.closed_at is None and above,
        response=response,
    )


def _earlier(person: Person, case: Case) -> QuerySet[Case]:
    """Other cases of the kind about the same subject within a year before; only those that the reader sees."""
    since = case.started_at - dt.timedelta(days=365)
    same = Q(party=case.party) if case.party_id else Q(party=None, subject=case.subject)
    found = visible_cases(person).filter(same, company=case.company_id, procedure=case.procedure_id)
    return found.filter(started_at__gte=since, pk__lt=case.pk)


def _obligations(person: Person, runs: list[StepRun]) -> list[ObligationRow]:
    """What follows the use of authority in the steps (signatures, the finding of who is responsible), as far as he may see it."""
    events = [run.event_id for run in runs if run.event_id is not None]
    if not events:
        return []
    found = visible_obligations(person).filter(ruling__event_id__in=events)
    return obligation_rows(found.select_related("ruling__person", "position", "person", "done_by").order_by("pk"))


def _bars(
    case: Case, spec: ProcedureSpec, runs: list[StepRun], clock_of: Callable[[Step, StepRun], Clock]
) -> list[Bar]:
    """The intake, then the steps in the order of the file: who did each last, or who is asked."""
    bars = [Bar(_("Taken in"), "done", opener_label(case), case.opened_at)]
    for step in spec.steps:
        of_step = [run for run in runs if run.step == step.id]
        open_now = [run for run in of_step if run.closed_at is None]
        done = [run for run in of_step if run.closed_by is not None]
        if open_now:
            whom = "、".join(asked_name(run) for run in open_now)
            late = any(clock_of(step, run).is_late for run in open_now)
            bars.append(Bar(label(step.labels), "late" if late else "now", whom, open_now[0].due_at))
        elif done:
            last = done[-1]
            bars.append(Bar(label(step.labels), "done", last.closed_by.name if last.closed_by else "", last.closed_at))
        else:
            bars.append(Bar(label(step.labels), "", ""))
    return bars


def open_count(person: Person) -> int:
    """Open cases that the person handles."""
    return Case.objects.filter(handler=person, closed_at=None).count()


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of the statistics: how many, how many of them still open, how many established, how many late."""

    key: str
    label: str
    count: int
    open: int
    reopened: int
    asked: int = 0  # closed, with a link at which the customer could say how content he is
    rated: int = 0
    average: float | None = None


def statistics(person: Person, procedure_key: str, spec: ProcedureSpec, since: dt.datetime) -> list[ClassRow]:
    """Cases by the procedure's class field (D-047), the most frequent first. One query; only what the person may see."""
    if spec.class_field is None:
        return []
    field = spec.all_fields()[spec.class_field]
    names = {choice.key: label(choice.labels) for choice in field.choices}
    found = visible_cases(person).filter(procedure__key=procedure_key, started_at__gte=since)
    rows = (
        found.order_by()
        .values(f"values__{spec.class_field}")
        .annotate(
            count=Count("id"),
            open=Count("id", filter=Q(closed_at=None)),
            reopened=Count("id", filter=Q(reopenings__gt=0)),
            asked=Count("id", filter=Q(status_link__isnull=False, closed_at__isnull=False)),
            rated=Count("rating"),
            average=Avg("rating__level"),
        )
    )
    counted = [
        ClassRow(str(row[f"values__{spec.class_field}"] or ""), names.get(str(row[f"values__{spec.class_field}"]), "—"),
                 row["count"], row["open"], row["reopened"], max(row["asked"], row["rated"]) if spec.satisfaction else 0, row["rated"], row["average"])
        for row in rows
    ]  # fmt: skip
    return sorted(counted, key=lambda row: (-row.count, row.label))


def opening_words(spec: ProcedureSpec) -> str:
    """Who takes cases of the procedure in."""
    return _("everybody") if "anyone" in spec.intake.by else "、".join(spec.intake.by)
