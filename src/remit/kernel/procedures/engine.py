"""What moves a case: open the runs of a step, close one, follow its outcome to the next step or to an end.

Called by the actions, inside their transaction and with the case locked; nothing here decides who may.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.rulebook import Rulebook
from remit.kernel.organization.models import Person
from remit.kernel.procedures.answers import is_asked
from remit.kernel.procedures.clocks import Stop, due_moment, share_moment, stops_of
from remit.kernel.procedures.compiled import label, spec_of
from remit.kernel.procedures.errors import GateClosed
from remit.kernel.procedures.format import End, Labels, ProcedureSpec, Step
from remit.kernel.procedures.models import Case, CaseMoment, CaseNumber, StepRun
from remit.kernel.procedures.performers import Asked, Standing, asked_by
from remit.kernel.work.actions import Performer, close_item, draft_item, open_item, open_items
from remit.kernel.work.calendars import calendar_of
from remit.kernel.work.models import WorkItem
from remit.lib.calendars import WorkingCalendar

ITEM: Final = "case"
NOTICE: Final = "case_notice"
OVERDUE: Final = "case_overdue"


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


def open_step(case: Case, step: Step, at: dt.datetime, book: Rulebook, *, nth: int = 1) -> list[StepRun]:
    """Ask the performers of a step, each with a work item."""
    spec, calendar = spec_of(case.version), calendar_of(case.company_id)
    asked = asked_by(step.by, standing_of(case, book), book)
    due = due_moment(calendar, step.within, at, [], at)
    runs = [
        StepRun(
            company_id=case.company_id, case=case, step=step.id, round=nth, opened_at=at, due_at=due, climb_at=due,
            person_id=one.person_id, position_id=one.position_id, excepted_id=one.excepted_id,
        )
        for one in asked
    ]  # fmt: skip
    StepRun.objects.bulk_create(runs)
    for run in runs:
        open_run_item(case, run, spec, step)
    return runs


def open_steps(
    cases: Sequence[Case], step: Step, at: dt.datetime, book: Rulebook, *, owners: Mapping[int, int | None]
) -> None:
    """As `open_step`, for new cases of one company and one version. `owners`: of their customers, by the customer's id."""
    if not cases:
        return
    spec, calendar = spec_of(cases[0].version), calendar_of(cases[0].company_id)
    due = due_moment(calendar, step.within, at, [], at)
    runs = [
        StepRun(
            company_id=case.company_id, case=case, step=step.id, round=1, opened_at=at, due_at=due, climb_at=due,
            person_id=one.person_id, position_id=one.position_id, excepted_id=one.excepted_id,
        )
        for case in cases
        for one in asked_by(step.by, _standing_of_new(case, owners.get(case.party_id or 0)), book)
    ]  # fmt: skip
    StepRun.objects.bulk_create(runs, batch_size=1000)
    open_items([_run_item(run.case, run, spec, step) for run in runs])


def _standing_of_new(case: Case, owner_id: int | None) -> Standing:
    return Standing(case.position_id, case.handler_id, case.opened_by_id or case.handler_id, owner_id, case.values)


def open_run_item(case: Case, run: StepRun, spec: ProcedureSpec, step: Step) -> None:
    open_items([_run_item(case, run, spec, step)])


def _run_item(case: Case, run: StepRun, spec: ProcedureSpec, step: Step) -> WorkItem:
    return draft_item(
        ITEM,
        run.pk,
        Performer(run.person_id, run.position_id, run.excepted_id),
        due_at=run.due_at,
        labels=_with_title(step.labels, case),
        provenances=provenances_of(spec, step),
        target=case.pk,
        action="case.submit",
        company_id=case.company_id,
    )


def _with_title(labels: Labels, case: Case) -> dict[str, str]:
    return {language: f"{text}: {case.title}" for language, text in labels.by_language().items()}


def provenances_of(spec: ProcedureSpec, step: Step) -> dict[str, str]:
    """ "投诉处理 · 第 2 步,共 7 步" reads in every language without words: the procedure and where in it."""
    place = f"{spec.steps.index(step) + 1}/{len(spec.steps)}"
    return {language: f"{text} · {place}" for language, text in spec.labels.by_language().items()}


def close_run(run: StepRun, at: dt.datetime, by: Person | None, *, outcome: str = "") -> None:
    """The run asks nobody any more; without `by` it fell away. What climbed with it is settled."""
    run.closed_at, run.closed_by, run.outcome, run.climb_at = at, by, outcome, None
    run.save(
        update_fields=[
            "closed_at",
            "closed_by",
            "outcome",
            "climb_at",
            "values",
            "request",
            "matter_number",
            "event_id",
        ]
    )
    done_by_id = by.pk if by else None
    close_item(ITEM, run.pk, done_by_id=done_by_id, at=at)
    for rung in range(1, run.rung + 1):
        close_item(OVERDUE, f"{run.pk}.{rung}", at=at)


def finish_run(case: Case, run: StepRun, outcome: str, at: dt.datetime, by: Person | None, book: Rulebook) -> str:
    """The run is done with an outcome: follow it. Answers with the id of the step or end that the case came to, "" where
    colleagues still have to answer. Raises GateClosed."""
    spec = spec_of(case.version)
    step = spec.step(run.step)
    assert step is not None  # noqa: S101 - a run is of a step of its own version
    case.values = {**case.values, **run.values}
    if step.handler and by is not None:
        case.handler = by
    if spec.first_response and spec.first_response.step == step.id and case.responded_at is None:
        case.responded_at = at
    close_run(run, at, by, outcome=outcome)
    if len(step.by) > 1:
        outcome, open_still = _among_colleagues(case, run, step, outcome, at)
        if open_still:
            case.save(update_fields=["values", "handler", "responded_at"])
            return ""
    _tell(case, run, spec, step, at, book)
    follow(case, spec, step, outcome, at, book)
    return case.step or case.outcome


def _among_colleagues(case: Case, run: StepRun, step: Step, outcome: str, at: dt.datetime) -> tuple[str, bool]:
    """(the outcome that holds, whether somebody still has to answer). Of several outcomes the last in the file holds."""
    others = list(case.runs.filter(step=step.id, round=run.round).exclude(pk=run.pk))
    still = [other for other in others if other.closed_at is None]
    if still and step.need == "all":
        return outcome, True
    for other in still:
        close_run(other, at, None)
    if step.need == "any":
        return outcome, False
    given = {outcome, *(other.outcome for other in others if other.closed_by_id)}
    return next(one.id for one in reversed(step.outcomes) if one.id in given), False


def follow(case: Case, spec: ProcedureSpec, step: Step, outcome: str, at: dt.datetime, book: Rulebook) -> None:
    """To the next step, or to an end if its gates are open."""
    target = next(one.next for one in step.outcomes if one.id == outcome)
    following = spec.step(target)
    if following is None:
        end = spec.end(target)
        assert end is not None  # noqa: S101 - checked when the file was read
        end_case(case, end, at)
        return
    case.step = following.id
    case.save(update_fields=["values", "handler", "responded_at", "step"])
    came_before = (
        case.runs.filter(step=following.id).count() if spec.steps.index(following) <= spec.steps.index(step) else 0
    )
    open_step(case, following, at, book, nth=came_before + 1)


def end_case(case: Case, end: End, at: dt.datetime) -> None:
    """Raises GateClosed with everything that is missing."""
    if missing := closed_gates(case, end):
        raise GateClosed(_("This case can't be closed yet: %(missing)s") % {"missing": "；".join(missing)})
    finish_case(case, end.id, at)


def finish_case(case: Case, outcome: str, at: dt.datetime) -> None:
    case.step, case.outcome, case.closed_at, case.paused_at = "", outcome, at, None
    case.save(update_fields=["values", "handler", "responded_at", "step", "outcome", "closed_at", "paused_at"])
    add_moment(case, "ended", at, None)


def closed_gates(case: Case, end: End) -> list[str]:
    done = None
    missing = []
    for gate in end.gates:
        if gate.step:
            done = set(case.runs.exclude(closed_by=None).values_list("step", flat=True)) if done is None else done
            is_open = gate.step in done
        else:
            value = case.values.get(gate.field or "")
            is_open = value in gate.values if gate.values else value not in (None, "", [])
        if not is_open:
            missing.append(label(gate.message))
    return missing


def _tell(case: Case, run: StepRun, spec: ProcedureSpec, step: Step, at: dt.datetime, book: Rulebook) -> None:
    """Who should know that the step is done gets a notice; who did it knows."""
    if not step.tell:
        return
    calendar = calendar_of(case.company_id)
    labels = {language: f"{text} ✓ {case.title}" for language, text in step.labels.by_language().items()}
    for nth, one in enumerate(asked_by(step.tell, standing_of(case, book), book)):
        if one.person_id is not None and one.person_id == run.closed_by_id:
            continue
        open_item(
            NOTICE,
            f"{run.pk}.{nth}",
            Performer(one.person_id, one.position_id),
            due_at=due_moment(calendar, "1 workday", at, [], at),
            labels=labels,
            provenances=provenances_of(spec, step),
            target=case.pk,
            action="case.take_note",
            company_id=case.company_id,
        )


def add_moment(case: Case, kind: str, at: dt.datetime, by: Person | None, reason: str = "") -> CaseMoment:
    return CaseMoment.objects.create(company_id=case.company_id, case=case, kind=kind, at=at, by=by, reason=reason)


def set_due(case: Case, now: dt.datetime) -> None:
    """Work the projections out anew: the case's due moment, and those of its open runs with their items."""
    spec, calendar = spec_of(case.version), calendar_of(case.company_id)
    halts = stops_of(CaseMoment.objects.filter(case=case))
    case.due_at = due_moment(calendar, spec.within, case.started_at, halts, now)
    case.save(update_fields=["due_at"])
    for run in case.runs.filter(closed_at=None):
        step = spec.step(run.step)
        if step is None:
            continue
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
