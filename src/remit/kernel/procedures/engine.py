"""What moves a case: open the runs of a step, close one, follow its outcome to the next steps or to an end.

Called by the actions, inside their transaction and with the case locked; nothing here decides who may. A `Move` gathers what one act
changes and writes it in one statement (writing.py).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Final

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.rulebook import Rulebook
from remit.kernel.organization.models import Person
from remit.kernel.procedures.answers import is_asked
from remit.kernel.procedures.branches import joined_at
from remit.kernel.procedures.clocks import Calendars, Stop, due_moment, share_moment, stops_of
from remit.kernel.procedures.compiled import label, spec_of
from remit.kernel.procedures.errors import GateClosed
from remit.kernel.procedures.evidence import joined
from remit.kernel.procedures.format import End, Labels, Outcome, ProcedureSpec, Step
from remit.kernel.procedures.models import Case, CaseMoment, CaseNumber, StepRun
from remit.kernel.procedures.performers import Asked, Standing, asked_by
from remit.kernel.procedures.writing import Changes, write
from remit.kernel.work.actions import Performer, item_row, open_items
from remit.kernel.work.calendars import shifts_of
from remit.lib.calendars import WorkingCalendar
from remit.lib.shifts import Shifts

ITEM: Final = "case"
NOTICE: Final = "case_notice"
OVERDUE: Final = "case_overdue"
RATED: Final = "case_rated"  # the customer is not content, and somebody has to look into it
# The outcome of a case that was taken in by mistake; ends of procedures can't be called so.
CANCELLED: Final = "_cancelled"


def next_numbers(company_id: int, prefix: str, at: dt.datetime, count: int) -> list[str]:
    """The next of the company's year without gaps, "TS-2026-0107". Locks the series until the transaction ends."""
    year = timezone.localdate(at).year
    series = CaseNumber.objects.filter(company=company_id, prefix=prefix, year=year)
    if not series.update(last=F("last") + count):
        CaseNumber.objects.get_or_create(company_id=company_id, prefix=prefix, year=year)
        series.update(last=F("last") + count)
    last = series.values_list("last", flat=True).get()
    return [f"{prefix}-{year}-{n:04d}" for n in range(last - count + 1, last + 1)]


def standing_of(case: Case, book: Rulebook) -> Standing:
    """Raises RuleBroken where the case's desk is no more: then somebody has to be made its handler first."""
    desk = case.position_id
    if desk not in book.structure.positions:
        held = book.structure.held_by.get(case.handler_id)
        if not held:
            raise RuleBroken(_("The handler of this case has left; assign it to somebody first."))
        desk = held[0]
    owner_id = case.party.owner_id if case.party is not None else None
    return Standing(desk, case.handler_id, case.opened_by_id or case.handler_id, owner_id, case.values)


class Move:
    """One act's changes of one case. Ask, finish, end and note as the act wants; then `write`, once."""

    def __init__(self, case: Case, at: dt.datetime, book: Rulebook, shifts: Shifts | None = None) -> None:
        self.case, self.at, self.book = case, at, book
        self.spec = spec_of(case.version)
        self.calendars = Calendars(self.spec, shifts or shifts_of(case.company_id), book.structure)
        self._touched: dict[int, StepRun] = {}
        self._answers: dict[str, Any] = {}
        self._asked: list[tuple[Step, dict[str, Any]]] = []
        self._changes: Changes = {"case": {}, "runs": [], "asked": [], "ended": [], "items": [], "moments": []}

    @cached_property
    def _earlier(self) -> dict[int, StepRun]:
        """All runs that the case has had, in order; read where a join, a loop, a gate or a colleague makes it matter."""
        return {run.pk: run for run in self.case.runs.order_by("pk")}

    @property
    def runs(self) -> list[StepRun]:
        return [self._touched.get(pk, run) for pk, run in self._earlier.items()]

    @property
    def open_steps(self) -> list[Step]:
        """The steps that are worked on after this move, in the order of the file."""
        asked = {step.id for step, _row in self._asked}
        if not asked or self._has_branches:
            asked |= {run.step for run in self.runs if run.closed_at is None}
        return [step for step in self.spec.steps if step.id in asked]

    @cached_property
    def _has_branches(self) -> bool:
        return any(step.wait_for for step in self.spec.steps)

    # --- what an act asks for --------------------------------------------------------------------------------------------

    def ask(self, step: Step) -> None:
        """Ask the performers of a step, each with a work item."""
        labels, provenances = item_labels(step.labels, self.case), provenances_of(self.spec, step)
        for one in asked_by(step.by, standing_of(self.case, self.book), self.book):
            due = due_moment(self.calendars.step(step, one), step.within, self.at, [], self.at)
            performer = Performer(one.person_id, one.position_id, one.excepted_id)
            item = item_row(
                ITEM, "", performer, due_at=due, labels=labels, provenances=provenances, target=self.case.pk,
                action="case.submit", company_id=self.case.company_id,
            )  # fmt: skip
            row = {
                "company_id": self.case.company_id,
                "case_id": self.case.pk,
                "step": step.id,
                "person_id": one.person_id,
                "position_id": one.position_id,
                "excepted_id": one.excepted_id,
                "opened_at": self.at.isoformat(),
                "due_at": due.isoformat(),
                "item": item,
            }
            self._asked.append((step, row))

    def close(self, run: StepRun, by: Person | None, outcome: str = "") -> None:
        """The run asks nobody any more; without `by` it fell away. What climbed with it is settled."""
        run.closed_at, run.closed_by, run.outcome, run.climb_at = self.at, by, outcome, None
        self._touched[run.pk] = run
        by_id = by.pk if by else None
        self._changes["runs"].append(
            {
                "id": run.pk,
                "closed_at": self.at.isoformat(),
                "closed_by_id": by_id,
                "outcome": outcome,
                "values": run.values,
                "request_id": run.request_id,
                "matter_number": run.matter_number,
                "event_id": run.event_id,
            }
        )
        keys = [(ITEM, str(run.pk), by_id), *((OVERDUE, f"{run.pk}.{rung}", None) for rung in range(1, run.rung + 1))]
        self._changes["ended"] += [
            {"kind": kind, "key": key, "by_id": doer, "at": self.at.isoformat()} for kind, key, doer in keys
        ]

    def close_open(self, steps: frozenset[str] | None = None) -> None:
        """What is open (of some steps) falls away."""
        for run in self.runs:
            if run.closed_at is None and (steps is None or run.step in steps):
                self.close(run, None)

    def note(self, kind: str, by: Person | None, reason: str = "") -> None:
        self._changes["moments"].append(
            {
                "company_id": self.case.company_id,
                "case_id": self.case.pk,
                "kind": kind,
                "at": self.at.isoformat(),
                "by_id": by.pk if by else None,
                "reason": reason,
            }
        )

    def finish(self, run: StepRun, outcome: str, by: Person | None) -> str:
        """The run is done with an outcome: follow it. Answers with the ids of the steps (or the end) that the case came to, ""
        where others still have to answer. Raises GateClosed."""
        case, step = self.case, self.spec.step(run.step)
        assert step is not None  # noqa: S101 - a run is of a step of its own version
        self._answers |= joined(case.values, run.values)
        case.values = {**case.values, **self._answers}
        if step.handler and by is not None:
            case.handler = by
        if self.spec.first_response and self.spec.first_response.step == step.id and case.responded_at is None:
            case.responded_at = self.at
        self.close(run, by, outcome)
        if len(step.by) > 1:
            outcome, open_still = self._among_colleagues(run, step, outcome)
            if open_still:
                return ""
        self._tell(run, step)
        self._follow(step, next(one for one in step.outcomes if one.id == outcome))
        return case.outcome or ",".join(dict.fromkeys(step.id for step, _row in self._asked))

    def end(self, outcome: str) -> None:
        """However it ends, nothing of it stays open."""
        case = self.case
        case.step, case.outcome, case.closed_at, case.paused_at = "", outcome, self.at, None
        self.note("ended", None)

    def write(self) -> list[int]:
        """The ids of the runs that were opened."""
        case = self.case
        if case.closed_at is None and (steps := self.open_steps):
            case.step = steps[0].id
        self._changes["asked"] = [row for _step, row in self._asked]
        self._changes["case"] = {
            "id": case.pk,
            "step": case.step,
            "handler_id": case.handler_id,
            "values": self._answers,
            "responded_at": _iso(case.responded_at),
            "outcome": case.outcome,
            "closed_at": _iso(case.closed_at),
            "paused_at": _iso(case.paused_at),
        }
        return write(self._changes)

    # --- the ways --------------------------------------------------------------------------------------------------------

    def _among_colleagues(self, run: StepRun, step: Step, outcome: str) -> tuple[str, bool]:
        """(the outcome that holds, whether somebody still has to answer)."""
        round_now = [one for one in self.runs if one.step == step.id and one.round == run.round]
        still = [one for one in round_now if one.closed_at is None]
        if still and step.need == "all":
            return outcome, True
        for other in still:
            self.close(other, None)
        if step.need == "any":
            return outcome, False
        return held_outcome(step, round_now).id, False

    def _follow(self, step: Step, outcome: Outcome) -> None:
        """To the next steps, or to an end if its gates are open. A step that waits for others is asked when all have come."""
        for target in outcome.targets:
            following = self.spec.step(target)
            if following is None:
                end = self.spec.end(target)
                assert end is not None  # noqa: S101 - checked when the file was read
                if missing := self._closed_gates(end):
                    raise GateClosed(_("This case can't be closed yet: %(missing)s") % {"missing": "；".join(missing)})
                self.end(end.id)
            elif not following.wait_for or self._has_come_together(following):
                self.ask(following)

    def _has_come_together(self, join: Step) -> bool:
        """Whether of each branch the last step has been done since the join was last asked. Of `any` the first; the rest falls away."""
        runs = self.runs
        since = max((run.pk for run in runs if run.step == join.id), default=0)
        if join.wait == "any":
            self.close_open(joined_at(self.spec, join))
            return True
        for key in join.wait_for:
            last = self.spec.step(key)
            of_step = [run for run in runs if run.step == key and run.pk > since]
            of_round = [run for run in of_step if run.round == of_step[-1].round]
            if last is None or not of_round or any(run.closed_at is None for run in of_round):
                return False
            if join.id not in held_outcome(last, of_round).targets:
                return False
        return True

    def _closed_gates(self, end: End) -> list[str]:
        missing = []
        for gate in end.gates:
            if gate.step:
                is_open = any(run.step == gate.step and run.closed_by_id is not None for run in self.runs)
            else:
                value = self.case.values.get(gate.field or "")
                is_open = value in gate.values if gate.values else value not in (None, "", [])
            if not is_open:
                missing.append(label(gate.message))
        return missing

    def _tell(self, run: StepRun, step: Step) -> None:
        """Who should know that the step is done gets a notice; who did it knows."""
        if not step.tell:
            return
        labels = {language: f"{text} · {self.case.title}" for language, text in step.labels.by_language().items()}
        for nth, one in enumerate(asked_by(step.tell, standing_of(self.case, self.book), self.book)):
            if one.person_id is not None and one.person_id == run.closed_by_id:
                continue
            self._changes["items"].append(
                item_row(
                    NOTICE,
                    f"{run.pk}.{nth}",
                    Performer(one.person_id, one.position_id),
                    due_at=due_moment(
                        self.calendars.at_desk(one.position_id, one.person_id), "1 workday", self.at, [], self.at
                    ),
                    labels=labels,
                    provenances=provenances_of(self.spec, step),
                    target=self.case.pk,
                    action="case.take_note",
                    company_id=self.case.company_id,
                )
            )


def held_outcome(step: Step, round_now: list[StepRun]) -> Outcome:
    """Of several answers the outcome that stands last in the file holds."""
    given = {run.outcome for run in round_now if run.closed_by_id}
    return next(one for one in reversed(step.outcomes) if one.id in given)


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def open_steps(
    cases: Sequence[Case], step: Step, at: dt.datetime, book: Rulebook, *, owners: Mapping[int, int | None]
) -> None:
    """Ask the performers of the first step of new cases of one company and one version. `owners`: of their customers, by the customer's id."""
    if not cases:
        return
    calendars = Calendars(spec := spec_of(cases[0].version), shifts_of(cases[0].company_id), book.structure)
    due_for = cache(lambda one: due_moment(calendars.step(step, one), step.within, at, [], at))
    runs = [
        StepRun(
            company_id=case.company_id, case=case, step=step.id, round=1, opened_at=at, due_at=due_for(one),
            climb_at=due_for(one), person_id=one.person_id, position_id=one.position_id, excepted_id=one.excepted_id,
        )
        for case in cases
        for one in asked_by(step.by, _standing_of_new(case, owners.get(case.party_id or 0)), book)
    ]  # fmt: skip
    StepRun.objects.bulk_create(runs, batch_size=1000)
    open_items([_run_item(run.case, run, spec, step) for run in runs])


def _standing_of_new(case: Case, owner_id: int | None) -> Standing:
    return Standing(case.position_id, case.handler_id, case.opened_by_id or case.handler_id, owner_id, case.values)


def open_run_item(case: Case, run: StepRun, spec: ProcedureSpec, step: Step) -> None:
    """The item of a run that is asked again: handed over, resumed, given back by an approver."""
    open_items([_run_item(case, run, spec, step)])


def _run_item(case: Case, run: StepRun, spec: ProcedureSpec, step: Step) -> dict[str, Any]:
    return item_row(
        ITEM,
        run.pk,
        Performer(run.person_id, run.position_id, run.excepted_id),
        due_at=run.due_at,
        labels=item_labels(step.labels, case),
        provenances=provenances_of(spec, step),
        target=case.pk,
        action="case.submit",
        company_id=case.company_id,
    )


def item_labels(labels: Labels, case: Case) -> dict[str, str]:
    return {language: f"{text}: {case.title}" for language, text in labels.by_language().items()}


def provenances_of(spec: ProcedureSpec, step: Step) -> dict[str, str]:
    """ "投诉处理 · 第 2 步,共 7 步" reads in every language without words: the procedure and where in it."""
    place = f"{spec.steps.index(step) + 1}/{len(spec.steps)}"
    return {language: f"{text} · {place}" for language, text in spec.labels.by_language().items()}


def add_moment(case: Case, kind: str, at: dt.datetime, by: Person | None, reason: str = "") -> CaseMoment:
    return CaseMoment.objects.create(company_id=case.company_id, case=case, kind=kind, at=at, by=by, reason=reason)


def calendars_of(case: Case) -> Calendars:
    """Two queries, two more where a calendar has changed."""
    return Calendars(spec_of(case.version), shifts_of(case.company_id), rulebook_now().structure)


def set_due(case: Case, now: dt.datetime) -> None:
    """Work the projections out anew: the case's due moment, and those of its open runs with their items."""
    spec, calendars = spec_of(case.version), calendars_of(case)
    halts = stops_of(CaseMoment.objects.filter(case=case))
    case.due_at = due_moment(calendars.whole(case.position_id), spec.within, case.started_at, halts, now)
    case.save(update_fields=["due_at"])
    for run in case.runs.filter(closed_at=None):
        step = spec.step(run.step)
        if step is None:
            continue
        calendar = calendars.step(step, run)
        run.due_at = due_moment(calendar, step.within, run.opened_at, halts, now)
        run.climb_at = None if case.paused_at else climb_moment(spec, step, run, calendar, halts, now)
        run.save(update_fields=["due_at", "climb_at"])
        if run.request_id is None and case.paused_at is None:
            open_run_item(case, run, spec, step)


def climb_moment(
    spec: ProcedureSpec, step: Step, run: StepRun, calendar: WorkingCalendar, halts: list[Stop], now: dt.datetime
) -> dt.datetime | None:
    """When the run climbs its next rung; None at the top of the ladder."""
    if run.rung >= len(spec.ladder):
        return None
    return share_moment(calendar, step.within, run.opened_at, halts, now, spec.ladder[run.rung])


def possible_outcomes(step: Step, answers: Mapping[str, Any]) -> list[str]:
    return [outcome.id for outcome in step.outcomes if is_asked(outcome.when, answers)]


def is_asked_of(asked: Asked, person_id: int, book: Rulebook) -> bool:
    """Whether somebody is, or sits at the desk of, whom a run asks."""
    if person_id == asked.excepted_id:
        return False
    if asked.person_id is not None:
        return asked.person_id == person_id
    desks = {*book.positions_of(person_id), *(one.position_id for one in book.deputyships(person_id))}
    return asked.position_id in desks
