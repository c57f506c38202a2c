"""The verbs of a case. Each is an action of the registry: pages, API, command line and agents go through the same gate."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.audit.statements import ask
from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.gate import Result, perform
from remit.kernel.authority.loading import find_action, rulebook_now
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.authority.rulebook import Rulebook
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import party_visible_to
from remit.kernel.parties.models import Party
from remit.kernel.procedures.access import case_visible_to
from remit.kernel.procedures.answers import is_asked, parse_answers
from remit.kernel.procedures.clocks import Calendars
from remit.kernel.procedures.compiled import label, latest_version, spec_of
from remit.kernel.procedures.engine import Move, is_asked_of, possible_outcomes
from remit.kernel.procedures.errors import StepClosed
from remit.kernel.procedures.evidence import with_evidence
from remit.kernel.procedures.format import NUMBER, SUBJECT, Deed, FormField, ProcedureSpec, Step
from remit.kernel.procedures.locking import lock_run
from remit.kernel.procedures.models import Case, CaseMoment, StepRun
from remit.kernel.procedures.notices import close_notices
from remit.kernel.procedures.noting import note_in_file
from remit.kernel.procedures.opening import Opening, open_cases
from remit.kernel.procedures.papers import produce
from remit.kernel.procedures.performers import Asked
from remit.kernel.procedures.telephone import may_call, sentence
from remit.kernel.work.actions import close_item
from remit.kernel.work.calendars import calendar_of

CASE = Fact("case", "id", gettext_lazy("Case"))
RUN = Fact("step", "id", gettext_lazy("Step"))
ANSWERS = Fact("answers", "data", gettext_lazy("Answers"), required=False)
PROCEDURE = Fact("procedure", "text", gettext_lazy("Procedure"))


# --- open --------------------------------------------------------------------------------------------------------------------


def _may_open(person: Person, facts: Facts) -> str | None:
    """The procedure says who takes cases in: anyone, or the holders (and deputies) of the positions that it names."""
    spec = spec_of(latest_version(str(facts["procedure"])))
    return _("the procedure lets your position take these in") if opening_desk(spec, person, rulebook_now()) else None


def opening_desk(spec: ProcedureSpec, person: Person, book: Rulebook) -> int | None:
    """The position in which the person may open a case of the procedure; None where he may not."""
    held = [*book.positions_of(person.pk), *(one.position_id for one in book.deputyships(person.pk))]
    for position_id in held:
        position = book.structure.positions.get(position_id)
        if position is not None and ("anyone" in spec.intake.by or position.title in spec.intake.by):
            return position_id
    return None


@action(
    "case.open",
    gettext_lazy("Open a case"),
    PROCEDURE,
    Fact("title", "text", gettext_lazy("In short")),
    Fact("party", "id", gettext_lazy("Customer"), required=False),
    Fact("subject", "text", gettext_lazy("About whom or what"), required=False),
    Fact("started_at", "moment", gettext_lazy("Received at"), required=False),
    ANSWERS,
    inherent=_may_open,
)
def open_case(call: Call) -> Done:
    """Take a case in: its clock runs from when the matter was received, and its first step is asked at once (R-028, R-264)."""
    person = _somebody(call)
    version = latest_version(call.text("procedure"))
    spec, book = spec_of(version), rulebook_now()
    desk = opening_desk(spec, person, book) or call.position_id
    if desk is None:
        raise RuleBroken(_("Only somebody who holds a position can open a case."))
    party = _party(person, call)
    subject = party.name if party else call.text("subject")
    if not subject:
        raise RuleBroken(_("Say about whom or what the case is."))
    company_id = book.structure.positions[desk].company_id or person.company_id
    if party is not None and party.company_id != company_id:
        raise RuleBroken(_("The customer belongs to another company of the group."))
    answers = parse_answers(spec.intake.fields, call.mapping("answers"), {})
    _keep_to_company(spec.intake.fields, answers, company_id, book)
    started_at = call.moment("started_at") if call.facts.get("started_at") else call.at
    if started_at > call.at:
        raise RuleBroken(_("A case can't have been received in the future."))
    opening = Opening(
        title=call.text("title"),
        subject=subject,
        handler_id=person.pk,
        position_id=desk,
        party_id=party.pk if party else None,
        owner_id=party.owner_id if party else None,
        opener_id=person.pk,
        values=with_evidence(answers, spec.intake.fields, {}, company_id, calendar_of(company_id)),
        started_at=started_at,
    )
    case = open_cases(version, company_id, [opening], call.at, book)[0]
    asks = list(case.runs.order_by("pk").values_list("pk", flat=True))
    return _done(case, opened=True, step=case.step, due_at=case.due_at.isoformat(), asks=asks)


def _somebody(call: Call) -> Person:
    if call.person is None:
        raise RuleBroken(_("Only a person can do this, not the system."))
    return call.person


def _party(person: Person, call: Call) -> Party | None:
    pk = call.id_or_none("party")
    return party_visible_to(person, pk) if pk is not None else None


def _done(case: Case, **changes: Any) -> Done:
    return Done(("case", case.pk, f"{case.number} {case.title}"), {"case": case.number, **changes}, case.company_id)


def _keep_to_company(fields: tuple[FormField, ...], answers: dict[str, Any], company_id: int, book: Rulebook) -> None:
    """People, positions and units in a form are of the case's company or of the group."""
    structure = book.structure
    for field in fields:
        value = answers.get(field.name)
        if value is None:
            continue
        inside = True
        if field.kind == "unit":
            inside = value in structure.units and structure.units[value].company_id in (company_id, None)
        elif field.kind == "position":
            inside = value in structure.positions and structure.positions[value].company_id in (company_id, None)
        elif field.kind == "person":
            held = structure.held_by.get(value, ())
            inside = any(structure.positions[one].company_id in (company_id, None) for one in held)
        if not inside:
            raise RuleBroken(_("%(field)s: choose one of this company.") % {"field": label(field.labels)})


# --- submit ------------------------------------------------------------------------------------------------------------------


_ASKED: Final = "SELECT case_id, person_id, position_id, excepted_id, rung FROM procedures_steprun WHERE id = %s"


def _run_of(facts: Facts) -> StepRun:
    """Of a run what says whom it asks. One look-up by key."""
    pk = int(str(facts["step"]))
    found = ask(_ASKED, [pk])
    if not found:
        raise NotYours(_("There is no such step."))
    case_id, person_id, position_id, excepted_id, rung = found[0]
    return StepRun(
        id=pk, case_id=case_id, person_id=person_id, position_id=position_id, excepted_id=excepted_id, rung=rung
    )


def may_do(run: StepRun, person_id: int, book: Rulebook) -> bool:
    """Whom the step asks; and, once it has climbed, the positions that it has reached."""
    if is_asked_of(Asked(run.person_id, run.position_id, run.excepted_id), person_id, book):
        return True
    if not run.rung:
        return False
    reached = rungs_of(run, book)[: run.rung]
    mine = {*book.positions_of(person_id), *(one.position_id for one in book.deputyships(person_id))}
    return person_id != run.excepted_id and any(position_id in mine for position_id in reached)


def rungs_of(run: StepRun, book: Rulebook) -> list[int]:
    """The reporting line above a step's performer, nearest first: where it climbs when it is overdue."""
    structure = book.structure
    if run.position_id in structure.positions:
        start = run.position_id
    else:
        held = structure.held_by.get(run.person_id or 0)
        start = held[0] if held else run.case.position_id
    return [above.id for above in structure.superiors(start)] if start in structure.positions else []


def _performer(person: Person, facts: Facts) -> str | None:
    run = _run_of(facts)
    if may_do(run, person.pk, rulebook_now()):
        return _("the step is yours to do")
    case_visible_to(person, run.case_id)  # strangers are told that it is not there
    return None


@action(
    "case.call",
    gettext_lazy("Call the customer"),
    RUN,
    Fact("reason", "text", gettext_lazy("Why in the time of rest"), required=False),
    inherent=_performer,
)
def call_customer(call: Call) -> Done:
    """The conversation begins; the page shows the script from now on.

    In the customer's time of rest only with a reason, which stays with the case (R-024); against his word not at all.
    """
    case, run, shifts = lock_run(call.id_of("step"))
    refuse_closed(case, run)
    step = spec_of(case.version).step(run.step)
    if step is None or step.telephone is None:
        raise RuleBroken(_("This step is not done by telephone."))
    calendar = shifts.of_company
    answer = may_call(step.telephone, calendar, call.at, case.party, case.values)
    reason = call.text("reason").strip()
    if not answer and (answer.from_moment is None or not reason):
        raise RuleBroken(sentence(answer, calendar))
    run.called_at = call.at
    run.save(update_fields=["called_at"])
    if not answer:
        CaseMoment.objects.create(
            company_id=case.company_id, case=case, kind="called", at=call.at, by=call.person, reason=reason[:200]
        )
    return _done(case, step=step.id, called=True, at_rest=not answer)


@action(
    "case.submit",
    gettext_lazy("Finish a step"),
    RUN,
    Fact("outcome", "text", gettext_lazy("Outcome"), required=False),
    ANSWERS,
    inherent=_performer,
)
def submit(call: Call) -> Done:
    """Answer a step's form and finish it with an outcome; its action is done, or asked for, on the way (R-029).

    Of two at the same second the later is told who was first.
    """
    person = _somebody(call)
    case, run, shifts = lock_run(call.id_of("step"))
    refuse_closed(case, run)
    spec = spec_of(case.version)
    step = spec.step(run.step)
    assert step is not None  # noqa: S101 - a run is of a step of its own version
    if step.telephone is not None and run.called_at is None:
        raise RuleBroken(_("Call the customer first: press “Call” when you take up the receiver."))
    answers = parse_answers(step.fields, as_the_customer_said(run, step, call.mapping("answers")), case.values)
    book = rulebook_now()
    _keep_to_company(step.fields, answers, case.company_id, book)
    outcome = _outcome(step, call.text("outcome"), answers)
    calendar = Calendars(spec, shifts, book.structure).step(step, run)
    run.values = with_evidence(answers, step.fields, case.values, case.company_id, calendar)
    run.outcome = outcome
    result = _carry_out(call, case, run, step)
    if result is not None and result.kind == "requested":
        run.request_id = result.request_id
        run.save(update_fields=["values", "outcome", "request"])
        close_item("case", run.pk, at=call.at)  # the approver has it now; the clock of the step runs on
        return _done(case, step=step.id, waits_for=result.request_number)
    if result is not None:
        run.matter_number, run.event_id = str(result.changes.get("number", "")), result.event_id
    move = Move(case, call.at, book, shifts)
    came_to = move.finish(run, outcome, person)
    asks = move.write()
    note_in_file(call.actor, person, case, run)
    produce(call.actor, case)
    return _done(case, step=step.id, outcome=outcome, next=came_to, asks=asks)


def said_by_customer(run: StepRun, step: Step) -> bool | None:
    """Whether the customer, by his link, has called the matter settled; None where the step does not ask him, or he said nothing.
    One query where it does."""
    if step.customer is None or step.customer.confirms is None:
        return None
    last = run.words.exclude(kind="note").order_by("-pk").first()
    return None if last is None else last.kind == "confirmed"


def as_the_customer_said(run: StepRun, step: Step, given: dict[str, Any]) -> dict[str, Any]:
    """The answers with the customer's own. Raises RuleBroken where the form says otherwise: his word can't be overruled (R-034)."""
    said = said_by_customer(run, step)
    if said is None or step.customer is None or step.customer.confirms is None:
        return given
    name = step.customer.confirms
    if given.get(name) not in (None, "", said, str(said).lower()):
        raise RuleBroken(
            _("The customer has confirmed this himself, by his status link.")
            if said
            else _("The customer himself has said that it is not solved; speak with him, or propose something else.")
        )
    return {**given, name: said}


def refuse_closed(case: Case, run: StepRun) -> None:
    if run.closed_at is not None:
        if run.closed_by is not None:
            raise StepClosed(_("%(name)s has finished this step already.") % {"name": run.closed_by.name})
        raise StepClosed(_("This step is no longer asked for."))
    if case.paused_at is not None:
        raise RuleBroken(_("The clock of this case stands still; let it run again first."))
    if run.request is not None:
        raise RuleBroken(_("The step waits for approval of %(number)s.") % {"number": run.request.number})


def _outcome(step: Step, given: str, answers: dict[str, Any]) -> str:
    """The one that was chosen, if the answers allow it; the only possible one where none was."""
    possible = possible_outcomes(step, answers)
    if given in possible:
        return given
    if not given and len(possible) == 1:
        return possible[0]
    choices = "、".join(label(one.labels) for one in step.outcomes if one.id in possible)
    if not possible:
        raise RuleBroken(_("With these answers the step can't be finished."))
    raise RuleBroken(_("Choose an outcome: %(choices)s.") % {"choices": choices})


def _carry_out(call: Call, case: Case, run: StepRun, step: Step) -> Result | None:
    """The step's action through the gate, in the right of whoever does the step. A refusal takes the whole step back."""
    values = {**case.values, **run.values}
    deed = next((one for one in step.actions if is_asked(one.when, values)), None)
    if deed is None:
        return None
    return perform(call.actor, deed.name, action_facts(case, deed, values))


def action_facts(case: Case, deed: Deed, values: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a step's action from the answers; what the action does not know (an older pack) is left out."""
    constants = {SUBJECT: case.subject, NUMBER: case.number}
    known = find_action(deed.name).facts
    return {
        name: source[1:] if source.startswith("=") else constants.get(source, values.get(source))
        for name, source in deed.facts.items()
        if name in known
    }


def _sees(person: Person, facts: Facts) -> str:
    case_visible_to(person, int(str(facts["case"])))
    return _("you have to do with this case")


@action("case.take_note", gettext_lazy("Take note of a case"), CASE, inherent=_sees)
def take_note(call: Call) -> Done:
    """The notices of a case that lie on the person's desk are read."""
    case = Case.objects.get(pk=call.id_of("case"))
    return _done(case, notices=close_notices(case, _somebody(call), call.at))
