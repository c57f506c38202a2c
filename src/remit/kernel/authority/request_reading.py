"""Requests as their pages show them: rows of the list, and the whole of one with what the reader may do about it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.audit.models import Event
from remit.kernel.authority.access import visible_matters, visible_requests
from remit.kernel.authority.approvals import OUTCOMES
from remit.kernel.authority.explain import clause_of
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.models import Matter, Obligation, Request, Step
from remit.kernel.authority.queries import clause_label, waiting_steps
from remit.kernel.authority.reading import FactRow, Reader, with_limit
from remit.kernel.authority.records import ObligationRow, obligation_rows
from remit.kernel.authority.requests import approvers_now, may_decide
from remit.kernel.authority.rulebook import Rulebook
from remit.kernel.organization.models import Person

Tab = Literal["waiting", "mine", "all"]
TONES: Final = {"approved": "ok", "rejected": "warn", "withdrawn": "", "superseded": ""}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One line of the list. `due_at` is set while somebody is to decide; `state` says where it stands."""

    pk: int
    number: str
    headline: str
    requester: str
    position: str
    asked_at: dt.datetime
    state: str
    tone: str
    asks: str
    due_at: dt.datetime | None
    is_amendment: bool
    can_be_selected: bool = False


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the address of the list asks for; everything is optional."""

    tab: Tab = "waiting"
    text: str = ""
    action: str = ""
    state: str = ""  # open | approved | rejected | withdrawn | superseded


def requests_for(person: Person, wanted: ListFilter) -> QuerySet[Request]:
    """The requests of a tab, filtered. Ordered by whoever pages them."""
    found = visible_requests(person)
    if wanted.tab == "waiting":
        found = found.filter(pk__in=waiting_steps(person).order_by().values("request_id"))
    elif wanted.tab == "mine":
        found = found.filter(requester=person)
    if wanted.action:
        found = found.filter(action=wanted.action)
    if wanted.state == "open":
        found = found.filter(closed_at=None)
    elif wanted.state:
        found = found.filter(outcome=wanted.state)
    if wanted.text:
        found = found.filter(Q(number__icontains=wanted.text) | Q(requester__name__icontains=wanted.text))
    open_steps = Step.objects.filter(closed_at=None).select_related("position")
    return found.select_related("requester", "position").prefetch_related(
        Prefetch("steps", open_steps, to_attr="open_steps")
    )


def rows_of(requests: Iterable[Request], person: Person) -> list[RequestRow]:
    """Lines of the list, as `requests_for` fetched them. The number of queries does not depend on theirs."""
    fetched = list(requests)
    reader = Reader((request.action, request.facts) for request in fetched)
    return [_row(request, reader, person) for request in fetched]


def _row(request: Request, reader: Reader, person: Person) -> RequestRow:
    open_steps: list[Step] = getattr(request, "open_steps", [])
    step = open_steps[0] if open_steps else None
    state, tone = state_of(request, step)
    return RequestRow(
        pk=request.pk,
        number=request.number,
        headline=reader.headline(request.action, request.facts),
        requester=request.requester.name,
        position=request.position.title if request.position else "",
        asked_at=request.asked_at,
        state=state,
        tone=tone,
        asks=step.position.title if step else "",
        due_at=step.due_at if step and not step.waits_for_answer else None,
        is_amendment=request.amends_id is not None,
        can_be_selected=step is not None and request.requester_id != person.pk,
    )


def state_of(request: Request, step: Step | None) -> tuple[str, str]:
    """(where it stands in a word or two, the tone of its tag)."""
    if request.closed_at is None:
        if step is not None and step.waits_for_answer:
            return _("waits for an answer"), "warn"
        return _("waits for a decision"), "info"
    if request.outcome == "approved" and request.failure:
        return _("approved, not carried out"), "danger"
    return str(OUTCOMES.get(request.outcome, request.outcome)), TONES.get(request.outcome, "")


@dataclass(frozen=True, slots=True)
class StepRow:
    """One rung, as it went."""

    rung: int
    position: str
    clause: str
    asked_at: dt.datetime
    due_at: dt.datetime
    closed_at: dt.datetime | None
    outcome: str
    outcome_label: str
    decided_by: str
    behalf_of: str
    note: str
    question: str
    question_by: str
    questioned_at: dt.datetime | None
    answer: str
    answered_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """A request with everything its page says; `may_…` is what the reader may do now."""

    request: Request
    action_label: str
    headline: str
    facts: list[FactRow]
    state: str
    tone: str
    steps: list[StepRow]
    open_step: StepRow | None
    waits_for_answer: bool
    further: list[str]  # who would be asked next, if nobody answers in time
    sentence: str  # what the requester was told when he asked
    decides_by: str  # the clause by which the reader may decide; "" where he may not
    acts_for: str  # the principal for whom he would decide, as a deputy
    obligations: list[ObligationRow]
    amended_by: list[Request]
    matter: Matter | None  # the entry that carrying it out left in the register, if the reader may see it
    may_answer: bool
    may_withdraw: bool
    may_amend: bool

    @property
    def may_decide(self) -> bool:
        return bool(self.decides_by)


def request_detail(request: Request, person: Person) -> RequestDetail:
    """Everything about one request. The caller has made sure that the person may reach it."""
    book, reader = rulebook_now(), Reader([(request.action, request.facts), (request.action, _before(request))])
    steps = list(
        request.steps.select_related("position", "grant", "decided_by", "behalf_of", "question_by").order_by("rung")
    )
    rows = [_step_row(step) for step in steps]
    open_step = next((step for step in steps if step.closed_at is None), None)
    state, tone = state_of(request, open_step)
    decides_by, acts_for = _decides(request, open_step, person, book) if open_step else ("", "")
    action = reader.actions.get(request.action)
    is_own, waits = request.requester_id == person.pk, open_step is not None and open_step.waits_for_answer
    was_carried_out = request.outcome == "approved" and request.executed_at is not None
    return RequestDetail(
        request=request,
        action_label=reader.label(request.action),
        headline=reader.headline(request.action, request.facts),
        facts=reader.fact_rows(request.action, request.facts, request.difference),
        state=state,
        tone=tone,
        steps=rows,
        open_step=rows[-1] if open_step else None,
        waits_for_answer=waits,
        further=_further(request, open_step, book) if open_step else [],
        sentence=_told(request),
        decides_by=decides_by,
        acts_for=acts_for,
        obligations=obligation_rows(Obligation.objects.filter(ruling__request=request).order_by("id")),
        amended_by=list(request.amendments.order_by("id")),
        matter=visible_matters(person).filter(request=request).first() if was_carried_out else None,
        may_answer=is_own and waits,
        may_withdraw=is_own and open_step is not None,
        may_amend=is_own
        and action is not None
        and (open_step is not None or (was_carried_out and action.origin != "kernel")),
    )


def _before(request: Request) -> dict[str, Any]:
    """The facts as they were before an amendment, so that their names are looked up too."""
    return {name: change[0] for name, change in request.difference.items()}


def _step_row(step: Step) -> StepRow:
    return StepRow(
        rung=step.rung,
        position=step.position.title,
        clause=clause_label(step.grant),
        asked_at=step.asked_at,
        due_at=step.due_at,
        closed_at=step.closed_at,
        outcome=step.outcome,
        outcome_label=str(OUTCOMES.get(step.outcome, step.outcome)),
        decided_by=step.decided_by.name if step.decided_by else "",
        behalf_of=step.behalf_of.name if step.behalf_of else "",
        note=step.note,
        question=step.question,
        question_by=step.question_by.name if step.question_by else "",
        questioned_at=step.questioned_at,
        answer=step.answer,
        answered_at=step.answered_at,
    )


def _decides(request: Request, step: Step, person: Person, book: Rulebook) -> tuple[str, str]:
    """(the clause by which the person may decide, for whom he would act); both "" where he may not."""
    concerned = book.shapes[request.action].concerns if request.action in book.shapes else None
    if request.requester_id == person.pk or (concerned and request.facts.get(concerned) == person.pk):
        return "", ""
    verdict = may_decide(request, step, person.pk, book)
    if verdict is None or verdict.grant is None:
        return "", ""
    clause, acting = clause_of(verdict.grant, book), dict(verdict.approvers)[person.pk]
    principal = book.structure.people.get(acting.principal_id or 0, "") if acting else ""
    return with_limit(clause.where, clause.limit), principal


def _further(request: Request, step: Step, book: Rulebook) -> list[str]:
    """The positions after the one that is asked, in the order in which the request would climb."""
    order = list(dict.fromkeys(verdict.approver_position_id for verdict in approvers_now(request, book)))
    after = order[order.index(step.position_id) + 1 :] if step.position_id in order else order
    return [book.structure.positions[position_id].title for position_id in after if position_id is not None]


def _told(request: Request) -> str:
    """The sentence that the requester read when he asked; it stands in the event."""
    asked = Event.objects.filter(kind="approval.request", subject_type="request", subject_id=str(request.pk)).first()
    decision = asked.decision if asked else None
    return str(decision.get("sentence", "")) if decision else ""
