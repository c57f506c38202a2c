"""What people do with requests: approve, reject, return with a question, answer, withdraw, amend; and the climb of the overdue.

All are actions of the registry, so web, bulk, API and command line go through the same gate. Their authority is inherent: who
may decide a request follows from the grants themselves (requests.may_decide), not from a grant to approve.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority import hooks
from remit.kernel.authority.access import request_visible_to
from remit.kernel.authority.decisions import decide
from remit.kernel.authority.declared import next_number
from remit.kernel.authority.errors import AlreadyDecided, NotAuthorised, Refusal, RuleBroken
from remit.kernel.authority.facts import BadFacts, Fact, Facts, parse_facts, to_json
from remit.kernel.authority.gate import carry_out_approved, facts_digest
from remit.kernel.authority.loading import find_action, rulebook_now
from remit.kernel.authority.models import Request, RequestNumber, Step
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.authority.requests import (
    approvers_now,
    close_request,
    close_step,
    difference,
    facts_of,
    may_decide,
    open_request,
    open_step,
)
from remit.kernel.authority.rulebook import Verdict
from remit.kernel.authority.terms import calendar_for
from remit.kernel.organization.models import Person
from remit.lib import clock

REQUEST = Fact("request", "id", gettext_lazy("Request"))
NOTE = Fact("note", "long_text", gettext_lazy("Note"), required=False)
QUESTION = Fact("question", "long_text", gettext_lazy("Question"))
ANSWER = Fact("answer", "long_text", gettext_lazy("Answer"))
NEW_FACTS = Fact("facts", "data", gettext_lazy("New facts"))


def _decider(person: Person, facts: Facts) -> str | None:
    """The inherent right to decide a request: the person holds, or acts in, a position whose grant covers its facts."""
    request = request_visible_to(person, int(str(facts["request"])))
    if request.requester_id == person.pk:
        raise NotAuthorised(_("Nobody decides on his own request, not as a deputy either."))
    concerned = find_action(request.action).shape.concerns
    if concerned and request.facts.get(concerned) == person.pk:
        raise NotAuthorised(_("Nobody decides on what concerns himself."))
    step = request.steps.filter(closed_at=None).first()
    if step is None:
        _refuse_closed(request)
    elif may_decide(request, step, person.pk, rulebook_now()) is None:
        return None
    return _("the request asks a position that you hold or act in")


def _requester(person: Person, facts: Facts) -> str | None:
    request = request_visible_to(person, int(str(facts["request"])))
    return _("the request is your own") if request.requester_id == person.pk else None


def _locked(call: Call) -> tuple[Request, Step]:
    """The open request and its open step, locked. Two approvers at the same second meet here: the later finds it decided."""
    request = Request.objects.select_for_update(no_key=True).get(pk=call.id_of("request"))
    step = request.steps.filter(closed_at=None).first()
    if request.closed_at is not None or step is None:
        _refuse_closed(request)
    return request, step


def _refuse_closed(request: Request) -> NoReturn:
    outcome = OUTCOMES.get(request.outcome, request.outcome)
    raise AlreadyDecided(
        _("%(number)s is closed already: %(outcome)s.") % {"number": request.number, "outcome": outcome}
    )


OUTCOMES: Mapping[str, Any] = {
    "approved": gettext_lazy("approved"),
    "rejected": gettext_lazy("rejected"),
    "withdrawn": gettext_lazy("withdrawn"),
    "superseded": gettext_lazy("superseded"),
    "climbed": gettext_lazy("passed one level up"),
}


def _deciding(call: Call) -> tuple[Request, Step, Verdict, int | None]:
    """As `_locked`, with the verdict under which this person decides and for whom he acts."""
    request, step = _locked(call)
    if call.person is None:
        raise RuleBroken(_("Only a person can do this, not the system."))
    verdict = may_decide(request, step, call.person.pk, rulebook_now())
    if verdict is None:
        raise NotAuthorised(_("Your authority no longer covers this request."))
    acting = dict(verdict.approvers)[call.person.pk]
    return request, step, verdict, acting.principal_id if acting else None


def _done(request: Request, **changes: object) -> Done:
    label = f"{find_action(request.action).label} {request.number}"
    return Done(("request", request.pk, label), changes, request.company_id)


def _runs_authority(facts: Facts) -> bool:
    """Approving a change of authority (an appointment, say) has to be taken as one."""
    request = Request.objects.filter(pk=int(str(facts["request"]))).first()
    return request is not None and find_action(request.action).changes_authority is True


@action(
    "approval.approve", gettext_lazy("Approve"), REQUEST, NOTE, inherent=_decider, changes_authority=_runs_authority
)
def approve(call: Call) -> Done:
    """Approve a request and carry it out, once, exactly as approved; if it no longer can be, keep the reason."""
    request, step, verdict, behalf_id = _deciding(call)
    close_step(step, "approved", decided_by=call.person, behalf_of_id=behalf_id, note=call.text("note"))
    close_request(request, "approved")
    approval = {
        "approved_by": call.person.name if call.person else "",
        "approver_position_id": verdict.approver_position_id,
        "behalf_of": behalf_id,
        "clause": f"{verdict.grant.source} {verdict.grant.clause}".strip() if verdict.grant else "",
    }
    try:
        with transaction.atomic():  # a savepoint: what can't be carried out leaves the approval standing, and says why
            request.event_id = carry_out_approved(call.actor, request, verdict, approval, rulebook_now())
    except Refusal as error:
        request.failure = error.sentence
    except BadFacts as error:
        request.failure = str(error)
    else:
        request.executed_at = clock.now()
        if request.amends_id is not None:  # the matter it led to is replaced by the new one
            Request.objects.filter(pk=request.amends_id, outcome="approved").update(
                outcome="superseded", executed_at=None
            )
    request.save(update_fields=["executed_at", "failure", "event_id"])
    hooks.run(hooks.request_settled, request.pk)
    return _done(request, outcome="approved", executed=request.executed_at is not None, failure=request.failure)


@action(
    "approval.reject",
    gettext_lazy("Reject"),
    REQUEST,
    Fact("note", "long_text", gettext_lazy("Reason")),
    inherent=_decider,
)
def reject(call: Call) -> Done:
    request, step, _verdict, behalf_id = _deciding(call)
    close_step(step, "rejected", decided_by=call.person, behalf_of_id=behalf_id, note=call.text("note"))
    close_request(request, "rejected")
    hooks.run(hooks.request_settled, request.pk)
    return _done(request, outcome="rejected")


@action("approval.ask_back", gettext_lazy("Return with a question"), REQUEST, QUESTION, inherent=_decider)
def ask_back(call: Call) -> Done:
    """Return a request with a question. The clock stands still until it is answered."""
    request, step, _verdict, _behalf_id = _deciding(call)
    if step.waits_for_answer:
        raise RuleBroken(_("A question is open already; wait for its answer."))
    step.question, step.question_by, step.questioned_at = call.text("question"), call.person, call.at
    step.answer, step.answered_at = "", None
    step.save(update_fields=["question", "question_by", "questioned_at", "answer", "answered_at"])
    hooks.run(hooks.step_returned, step.pk)
    return _done(request, question=step.question)


@action("approval.answer", gettext_lazy("Answer the question"), REQUEST, ANSWER, inherent=_requester)
def answer(call: Call) -> Done:
    """Answer; the approver gets the time that was left in business time when he asked."""
    request, step = _locked(call)
    if not step.waits_for_answer or step.questioned_at is None:
        raise RuleBroken(_("No question is open."))
    calendar = calendar_for(request.company_id, position_id=step.position_id)
    left = calendar.working_time_between(step.questioned_at, step.due_at)
    step.answer, step.answered_at = call.text("answer"), call.at
    step.due_at = calendar.add_working_time(call.at, left) if left.total_seconds() > 0 else call.at
    step.save(update_fields=["answer", "answered_at", "due_at"])
    hooks.run(hooks.step_answered, step.pk)
    return _done(request, answer=step.answer)


@action("approval.withdraw", gettext_lazy("Withdraw"), REQUEST, NOTE, inherent=_requester)
def withdraw(call: Call) -> Done:
    request, step = _locked(call)
    close_step(step, "withdrawn", note=call.text("note"))
    close_request(request, "withdrawn")
    hooks.run(hooks.request_settled, request.pk)
    return _done(request, outcome="withdrawn")


@action("approval.amend", gettext_lazy("Change the facts"), REQUEST, NEW_FACTS, inherent=_requester)
def amend(call: Call) -> Done:
    """Ask anew with changed facts; only the difference is in question.

    An open request is superseded and stays readable. For one that was approved and entered as a matter, what stays within the
    approved facts is entered at once; more than that goes to whoever may decide the new total, who sees what changed.
    """
    earlier = Request.objects.select_for_update(no_key=True).get(pk=call.id_of("request"))
    inner = find_action(earlier.action)
    given = call.mapping("facts")
    facts = parse_facts(inner.facts, {**earlier.facts, **given})
    digest = facts_digest(inner.name, facts)
    if digest == earlier.facts_digest:
        raise RuleBroken(_("Nothing has changed."))
    if earlier.closed_at is not None:
        return _amend_approved(call, earlier, facts, digest)
    decision = decide(call.person, inner, facts, rulebook=rulebook_now())
    if decision.outcome == "refused":
        raise NotAuthorised(decision.sentence)
    if decision.outcome == "granted":
        raise RuleBroken(_("With these facts you need no approval: withdraw the request and do it directly."))
    close_step(earlier.steps.get(closed_at=None), "superseded")
    close_request(earlier, "superseded")
    successor = open_request(decision, call.actor.door, digest, amends=earlier)
    hooks.run(hooks.request_settled, earlier.pk)
    return _amended(earlier, successor)


def _amend_approved(call: Call, earlier: Request, facts: Facts, digest: str) -> Done:
    inner = find_action(earlier.action)
    if earlier.outcome != "approved" or earlier.executed_at is None or inner.origin == "kernel":
        _refuse_closed(earlier)
    if within_approved(inner.facts, facts_of(earlier), facts):
        successor = Request.objects.create(
            number=next_number("SQ", RequestNumber),
            action=inner.name,
            company_id=earlier.company_id,
            requester_id=earlier.requester_id,
            position_id=earlier.position_id,
            facts=to_json(facts),
            facts_digest=digest,
            asked_at=call.at,
            door=call.actor.door,
            amends=earlier,
            difference=difference(earlier.facts, to_json(facts)),
            closed_at=call.at,
            outcome="approved",
            executed_at=call.at,
        )
        verdict = Verdict("approval")  # the earlier approval covers it: no new clause, no new obligations
        successor.event_id = carry_out_approved(
            call.actor, successor, verdict, {"within": earlier.number}, rulebook_now()
        )
        successor.save(update_fields=["event_id"])
        Request.objects.filter(pk=earlier.pk).update(outcome="superseded", executed_at=None)
        return _amended(earlier, successor)
    decision = decide(call.person, inner, facts, rulebook=rulebook_now())
    if decision.outcome == "refused":
        raise NotAuthorised(decision.sentence)
    if decision.outcome == "granted":
        raise RuleBroken(
            _("With these facts you need no approval: do it directly and name this request in the reason.")
        )
    return _amended(earlier, open_request(decision, call.actor.door, digest, amends=earlier))


def _amended(earlier: Request, successor: Request) -> Done:
    return _done(successor, amends=earlier.number, difference=successor.difference)


def within_approved(shape: Mapping[str, Fact], approved: Facts, wanted: Facts) -> bool:
    """Whether the wanted facts differ from the approved ones only in bounded facts that have become smaller."""
    for name, fact in shape.items():
        before, after = approved.get(name), wanted.get(name)
        if before == after:
            continue
        if not (
            fact.is_bounded
            and isinstance(before, Decimal | int)
            and isinstance(after, Decimal | int)
            and after < before
        ):
            return False
    return True


@action("approval.climb", gettext_lazy("Pass an overdue request one level up"), REQUEST)
def climb(call: Call) -> Done:
    """Ask one level higher, because nobody answered in time. The top keeps it; it stays overdue there.

    Run by the timer; a person needs a grant for it.
    """
    request, step = _locked(call)
    if step.waits_for_answer or step.due_at > call.at:
        raise RuleBroken(_("The request is not overdue."))
    book = rulebook_now()
    found = approvers_now(request, book)
    order = list(dict.fromkeys(verdict.approver_position_id for verdict in found))
    above = order[order.index(step.position_id) + 1 :] if step.position_id in order else order
    if not above:
        raise RuleBroken(_("Nobody higher up may decide this request."))
    close_step(step, "climbed")
    following = open_step(request, next(verdict for verdict in found if verdict.approver_position_id == above[0]))
    return _done(request, rung=following.rung, asks=following.position.title)


def overdue_requests() -> list[int]:
    """Open requests whose step is overdue, by id; those that wait for an answer are not."""
    open_steps = Step.objects.filter(closed_at=None, due_at__lte=clock.now())
    waiting = open_steps.filter(questioned_at__isnull=False, answered_at=None)
    return list(open_steps.exclude(pk__in=waiting).values_list("request_id", flat=True))
