"""Open requests and find who is to decide them next. The verbs that people use on them are in approvals.py."""

import datetime as dt

from remit.kernel.authority import hooks
from remit.kernel.authority.decisions import Decision, to_bare
from remit.kernel.authority.declared import next_number
from remit.kernel.authority.facts import Facts, parse_facts, restore_facts
from remit.kernel.authority.loading import find_action
from remit.kernel.authority.models import AuthorityState, Request, RequestNumber, Step
from remit.kernel.authority.rulebook import Rulebook, Verdict
from remit.kernel.authority.terms import calendar_for
from remit.lib import clock
from remit.lib.calendars import parse_duration


def open_request(decision: Decision, door: str, digest: str, amends: Request | None = None) -> Request:
    """A request with its first step. The decision says who is asked."""
    assert decision.person is not None  # noqa: S101 - the system never has to ask
    facts = decision.action.to_json(decision.facts)
    request = Request.objects.create(
        number=next_number("SQ", RequestNumber),
        action=decision.action.name,
        company_id=decision.person.company_id,
        requester=decision.person,
        position_id=decision.verdict.position_id,
        facts=facts,
        facts_digest=digest,
        asked_at=clock.now(),
        door=door,
        amends=amends,
        difference=difference(amends.facts, facts) if amends else {},
    )
    open_step(request, decision.verdict)
    return request


def difference(before: dict[str, object], after: dict[str, object]) -> dict[str, list[object]]:
    """The facts that changed: {"amount": ["800.00", "900.00"]}; None stands for absent."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: [before.get(name), after.get(name)] for name in names}


def open_step(request: Request, verdict: Verdict) -> Step:
    """Ask the position of the verdict. Due by the company's answering time, in the working time of its department from now."""
    assert verdict.approver_position_id is not None and verdict.grant is not None  # noqa: S101 - what "approval" means
    now = clock.now()
    step = Step.objects.create(
        request=request,
        rung=request.steps.count() + 1,
        position_id=verdict.approver_position_id,
        grant_id=verdict.grant.id,
        asked_at=now,
        due_at=answer_due(now, request.company_id, verdict.approver_position_id),
    )
    hooks.run(hooks.step_opened, step.pk)
    return step


def answer_due(asked_at: dt.datetime, company_id: int | None, position_id: int) -> dt.datetime:
    within = AuthorityState.objects.values_list("answer_within", flat=True).get(pk=1)
    return parse_duration(within).due(calendar_for(company_id, position_id=position_id), asked_at)


def close_step(step: Step, outcome: str, **fields: object) -> None:
    """Close an open step. The caller holds the request's row."""
    step.outcome, step.closed_at = outcome, clock.now()
    for name, value in fields.items():
        setattr(step, name, value)
    step.save(update_fields=["outcome", "closed_at", *fields])
    hooks.run(hooks.step_closed, step.pk)


def close_request(request: Request, outcome: str) -> None:
    request.outcome, request.closed_at = outcome, clock.now()
    request.save(update_fields=["outcome", "closed_at"])


def facts_of(request: Request) -> Facts:
    """The request's facts as typed values. Raises BadFacts where the action has changed so that they no longer fit."""
    return parse_facts(find_action(request.action).facts, request.facts)


def approvers_now(request: Request, book: Rulebook) -> list[Verdict]:
    """Every position that could decide the request today, in the order in which it would be asked."""
    facts = to_bare(restore_facts(find_action(request.action).facts, request.facts))
    return book.approvals(request.requester_id, request.action, facts)


def may_decide(request: Request, step: Step, person_id: int, book: Rulebook) -> Verdict | None:
    """The verdict under which the person may decide the request at this step; None where he may not.

    Besides who was asked, whoever stands higher and could decide it may do so too: a superior need not wait for the climb.
    """
    found = approvers_now(request, book)
    ranks = {verdict.approver_position_id: rank for rank, verdict in reversed(list(enumerate(found)))}
    asked = ranks.get(step.position_id, 0)
    for verdict in found:
        if ranks[verdict.approver_position_id] >= asked and any(p == person_id for p, _acting in verdict.approvers):
            return verdict
    return None
