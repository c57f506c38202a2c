"""What is done to a case beside its steps: stop and start its clock, hand it over, take it up again, cancel it, climb, load."""

import hashlib
import json

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.procedures.access import case_visible_to, is_above
from remit.kernel.procedures.actions import CASE, RUN, may_do, refuse_closed, rungs_of
from remit.kernel.procedures.clocks import Calendars, stops_of
from remit.kernel.procedures.compiled import label, spec_of
from remit.kernel.procedures.engine import (
    CANCELLED,
    ITEM,
    OVERDUE,
    Move,
    add_moment,
    calendars_of,
    climb_moment,
    open_run_item,
    provenances_of,
    set_due,
)
from remit.kernel.procedures.format import ProcedureSpec, Step
from remit.kernel.procedures.locking import lock_case, lock_run
from remit.kernel.procedures.models import Case, CaseMoment, Procedure, ProcedureVersion, StepRun
from remit.kernel.work.actions import Performer, close_item, open_item
from remit.kernel.work.models import NoticeKind
from remit.kernel.work.notices.telling import tell, topic_of
from remit.kernel.work.texts import in_every_language
from remit.lib import clock
from remit.lib.calendars import parse_duration

REASON = Fact("reason", "long_text", gettext_lazy("Reason"))
TO = Fact("person", "person", gettext_lazy("To whom"), concerns=False)


def _case(facts: Facts, person: Person) -> Case:
    return case_visible_to(person, int(str(facts["case"])))


def _handler_or_above(person: Person, facts: Facts) -> str | None:
    case = _case(facts, person)
    if case.handler_id == person.pk:
        return _("you are the handler of the case")
    return _("the case is handled below you") if is_above(person, case) else None


def _above(person: Person, facts: Facts) -> str | None:
    return _("the case is handled below you") if is_above(person, _case(facts, person)) else None


def _performer_or_above(person: Person, facts: Facts) -> str | None:
    case = _case(facts, person)
    book = rulebook_now()
    if any(may_do(run, person.pk, book) for run in case.runs.filter(closed_at=None).select_related("case")):
        return _("the step is yours to do")
    return _handler_or_above(person, facts)


def _done(case: Case, **changes: object) -> Done:
    return Done(("case", case.pk, f"{case.number} {case.title}"), {"case": case.number, **changes}, case.company_id)


def _open(call: Call) -> Case:
    case = lock_case(call.id_of("case"))
    if case.closed_at is not None:
        raise RuleBroken(_("The case is closed."))
    return case


# --- the clock ---------------------------------------------------------------------------------------------------------------


@action("case.pause", gettext_lazy("Stop the clock of a case"), CASE, REASON, inherent=_performer_or_above)
def pause(call: Call) -> Done:
    """For a reason that the step allows the clock stands still, and nothing lies on anybody's desk until it runs again."""
    case = _open(call)
    if case.paused_at is not None:
        raise RuleBroken(_("The clock stands still already."))
    spec = spec_of(case.version)
    open_steps = set(case.runs.filter(closed_at=None).values_list("step", flat=True))
    reasons = [label(one) for step in spec.steps if step.id in open_steps for one in step.pauses]
    if call.text("reason") not in reasons:
        known = "、".join(reasons) or "—"
        raise RuleBroken(_("This step's clock may be stopped only for: %(known)s.") % {"known": known})
    add_moment(case, "paused", call.at, call.person, call.text("reason"))
    case.paused_at = call.at
    case.save(update_fields=["paused_at"])
    still = case.runs.filter(closed_at=None)
    for pk in still.values_list("pk", flat=True):
        close_item(ITEM, pk, at=call.at)
    still.update(climb_at=None)
    return _done(case, paused=call.text("reason"))


@action("case.resume", gettext_lazy("Let the clock of a case run again"), CASE, inherent=_performer_or_above)
def resume(call: Call) -> Done:
    """Everything is due later by the working time of the pause."""
    case = _open(call)
    if case.paused_at is None:
        raise RuleBroken(_("The clock is running."))
    add_moment(case, "resumed", call.at, call.person)
    case.paused_at = None
    case.save(update_fields=["paused_at"])
    set_due(case, call.at)
    return _done(case, due_at=case.due_at.isoformat())


# --- in whose hands ------------------------------------------------------------------------------------------------------------


def _assigner(person: Person, facts: Facts) -> str | None:
    """Who may do the step may hand it to somebody beside or below him; who stands above, too."""
    run = StepRun.objects.select_related("case").filter(pk=int(str(facts["step"]))).first()
    if run is None:
        return None
    case = case_visible_to(person, run.case_id)
    if may_do(run, person.pk, rulebook_now()):
        return _("the step is yours to do")
    return _("the case is handled below you") if is_above(person, case) else None


@action("case.assign", gettext_lazy("Hand a step to somebody"), RUN, TO, REASON, inherent=_assigner)
def assign(call: Call) -> Done:
    """The open step goes to one person of the same company; its clock runs on."""
    case, run, _shifts = lock_run(call.id_of("step"))
    refuse_closed(case, run)
    book = rulebook_now()
    to = Person.objects.get(pk=call.id_of("person"))
    held = book.structure.held_by.get(to.pk, ())
    if not any(book.structure.positions[one].company_id in (case.company_id, None) for one in held):
        raise RuleBroken(_("%(name)s holds no position in this company.") % {"name": to.name})
    if to.pk == run.excepted_id:
        raise RuleBroken(_("%(name)s may not do this step: it needs somebody else.") % {"name": to.name})
    run.person, run.position = to, None
    run.save(update_fields=["person", "position"])
    spec = spec_of(case.version)
    step = spec.step(run.step)
    assert step is not None  # noqa: S101 - a run is of a step of its own version
    open_run_item(case, run, spec, step)
    if call.person is None or call.person.pk != to.pk:
        _tell_handed(case, run, step, to, call)
    return _done(case, step=run.step, to=to.name, reason=call.text("reason"))


def _tell_handed(case: Case, run: StepRun, step: Step, to: Person, call: Call) -> None:
    who = call.person.name if call.person is not None else ""
    tell(
        NoticeKind.HANDED,
        topic_of("case_run", str(run.pk)),
        [to.pk],
        labels={language: f"{text}: {case.title}" for language, text in step.labels.by_language().items()},
        provenances=in_every_language(lambda: " · ".join(filter(None, [who, call.text("reason")[:120]]))),
        link=reverse("procedures:case-detail", args=[case.pk]),
    )


@action("case.reopen", gettext_lazy("Take a case up again"), CASE, REASON, inherent=_handler_or_above)
def reopen(call: Call) -> Done:
    """At the step that the procedure names. The clock goes on where it stood: what was spent stays spent."""
    case = lock_case(call.id_of("case"))
    spec = spec_of(case.version)
    step = spec.step(spec.reopening.at) if spec.reopening else None
    if case.closed_at is None or spec.reopening is None or step is None:
        raise RuleBroken(_("This case can't be taken up again."))
    if case.outcome == CANCELLED or call.at > parse_duration(spec.reopening.within).due(
        calendars_of(case).whole(case.position_id), case.closed_at
    ):
        raise RuleBroken(_("The time for taking this case up again is over; open a new one."))
    case.closed_at, case.outcome, case.step = None, "", step.id
    case.reopenings += 1
    case.save(update_fields=["closed_at", "outcome", "step", "reopenings"])
    move = Move(case, call.at, rulebook_now())
    move.note("reopened", call.person, call.text("reason")[:200])
    move.ask(step)
    move.write()
    set_due(case, call.at)
    return _done(case, reopened=case.reopenings, step=step.id)


@action("case.cancel", gettext_lazy("Cancel a case"), CASE, REASON, inherent=_above)
def cancel(call: Call) -> Done:
    """Taken in by mistake, or twice. A superior says so, with the reason; the case stays readable."""
    case = _open(call)
    if case.runs.filter(closed_at=None, request__isnull=False).exists():
        raise RuleBroken(_("A step waits for approval; withdraw the request first."))
    move = Move(case, call.at, rulebook_now())
    move.close_open()
    move.end(CANCELLED)
    move.write()
    return _done(case, cancelled=call.text("reason"))


# --- what the timer does -------------------------------------------------------------------------------------------------------


@action("case.climb", gettext_lazy("Tell one level up that a step is overdue"), RUN)
def climb(call: Call) -> Done:
    """One rung of the ladder: the next position up the reporting line gets it on its desk, and may do the step itself.

    Run by the timer; a person needs a grant for it. The performer keeps the step.
    """
    case, run, shifts = lock_run(call.id_of("step"))
    if run.closed_at is not None or run.climb_at is None or run.climb_at > call.at:
        raise RuleBroken(_("The step does not climb now."))
    spec, book = spec_of(case.version), rulebook_now()
    step = spec.step(run.step)
    assert step is not None  # noqa: S101 - a run is of a step of its own version
    line = rungs_of(run, book)
    run.rung += 1
    halts = stops_of(CaseMoment.objects.filter(case=case))
    is_top = run.rung >= len(line)
    calendar = Calendars(spec, shifts, book.structure).step(step, run)
    run.climb_at = None if is_top else climb_moment(spec, step, run, calendar, halts, call.at)
    run.save(update_fields=["rung", "climb_at"])
    if run.rung > len(line):
        return _done(case, step=run.step, rung=run.rung, asks="")
    asks = book.structure.positions[line[run.rung - 1]]
    labels = {language: f"{text}: {case.title}" for language, text in step.labels.by_language().items()}
    open_item(
        OVERDUE,
        f"{run.pk}.{run.rung}",
        Performer(position_id=asks.id, excepted_id=run.excepted_id),
        due_at=run.climb_at or run.due_at,
        labels=labels,
        provenances=provenances_of(spec, step),
        target=case.pk,
        action="case.submit",
        company_id=case.company_id,
    )
    return _done(case, step=run.step, rung=run.rung, asks=asks.title)


def steps_to_climb() -> list[int]:
    """Open steps that are overdue by their next rung, oldest first."""
    waiting = StepRun.objects.filter(closed_at=None, climb_at__lte=clock.now())
    return list(waiting.order_by("climb_at", "pk").values_list("pk", flat=True))


# --- definitions ---------------------------------------------------------------------------------------------------------------


def put_procedure(spec: ProcedureSpec, origin: str) -> bool:
    """A version of the procedure, if it says anything new. The caller is the loading of a pack. Returns whether it did."""
    data = spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    digest = hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    procedure, _made = Procedure.objects.get_or_create(
        key=spec.id, defaults={"labels": spec.labels.by_language(), "origin": origin}
    )
    last = procedure.versions.order_by("-number").first()
    if last is not None and last.digest == digest:
        return False
    Procedure.objects.filter(pk=procedure.pk).update(labels=spec.labels.by_language(), origin=origin)
    number = (last.number if last else 0) + 1
    ProcedureVersion.objects.create(procedure=procedure, number=number, spec=data, digest=digest, made_at=clock.now())
    return True
