"""What the API answers with, as schemas; and how rows become them. Labels and sentences are in the caller's language."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from ninja import Field, Schema

from remit.kernel.audit.models import Event
from remit.kernel.authority.access import companies_seen
from remit.kernel.authority.decisions import Decision
from remit.kernel.authority.explain import trace
from remit.kernel.authority.facts import BOUNDED, Fact, asked
from remit.kernel.authority.gate import Result
from remit.kernel.authority.models import Matter, Obligation, Request, Ruling, Step
from remit.kernel.authority.reading import Reader
from remit.kernel.authority.registry import ActionType
from remit.kernel.organization.models import Person

JSON_TYPES: dict[str, dict[str, Any]] = {
    "money": {"type": "string", "pattern": r"^\d{1,12}(\.\d{1,2})?$"},
    "percent": {"type": "string", "pattern": r"^\d{1,12}(\.\d{1,4})?$"},
    "days": {"type": "string", "pattern": r"^\d{1,12}(\.\d{1,4})?$"},
    "count": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    "text": {"type": "string", "maxLength": 4000},
    "long_text": {"type": "string", "maxLength": 4000},
    "choice": {"type": "string"},
    "yes_no": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "person": {"type": ["integer", "string"], "description": "id, employee number or full name"},
    "position": {"type": ["integer", "string"], "description": "id, code or unit/title"},
    "unit": {"type": ["integer", "string"], "description": "id, code or name"},
    "id": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
    "data": {"type": ["object", "array"]},
}


class FactOut(Schema):
    name: str
    kind: str
    label: str
    required: bool
    unit: str | None = Field(
        None, description="What a grant's bound on it is written in; null where it can't be bounded."
    )
    choices: list[str]
    concerns: bool
    secret: bool


class ActionOut(Schema):
    """An action that can be called. `schema` is the JSON Schema of its facts."""

    name: str
    label: str
    family: str
    origin: str
    facts: list[FactOut]
    schema_: dict[str, Any] = Field(..., alias="schema")


def action_out(action: ActionType) -> dict[str, Any]:
    facts = [_fact_out(fact) for fact in asked(action.facts).values()]
    return {
        "name": action.name, "label": str(action.label), "family": action.family, "origin": action.origin,
        "facts": facts, "schema": facts_schema(action),
    }  # fmt: skip


def _fact_out(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name, "kind": fact.kind, "label": str(fact.label), "required": fact.required,
        "unit": BOUNDED.get(fact.kind), "choices": [key for key, _label in fact.choices],
        "concerns": fact.concerns, "secret": fact.secret,
    }  # fmt: skip


def facts_schema(action: ActionType) -> dict[str, Any]:
    properties = {}
    for fact in asked(action.facts).values():
        shape = {**JSON_TYPES[fact.kind], "title": str(fact.label)}
        if fact.choices:
            shape["enum"] = [key for key, _label in fact.choices]
        properties[fact.name] = shape
    required = [fact.name for fact in asked(action.facts).values() if fact.required]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


class ClauseOut(Schema):
    grant_id: int
    position_id: int
    position: str
    source: str
    clause: str
    text: str
    limit: str


class RungOut(Schema):
    """A position that has a grant for the action: whether it could decide these facts today, and why not."""

    position_id: int
    position: str
    unit: str
    holders: list[str]
    deputies: list[str]
    clause: ClauseOut
    covers: bool
    shortfalls: list[str]
    on_the_line: bool
    is_own: bool


class DecisionOut(Schema):
    """What a call would come to. `outcome`: granted, approval, refused."""

    outcome: str
    sentence: str
    inherent: str | None
    clauses: list[ClauseOut]
    position_id: int | None
    acting_id: int | None
    approver_position_id: int | None
    approvers: list[int]
    ladder: list[RungOut]


def decision_out(decision: Decision, reader: Person) -> dict[str, Any]:
    ladder = [
        {
            "position_id": rung.position.id, "position": rung.position.title, "unit": rung.unit,
            "holders": list(rung.holders), "deputies": list(rung.deputies), "clause": rung.clause.as_json(),
            "covers": rung.covers, "shortfalls": list(rung.shortfalls), "on_the_line": rung.on_the_line,
            "is_own": rung.is_own,
        }
        for rung in trace(decision, companies_seen(reader))
    ]  # fmt: skip
    return {**decision.as_json(), "ladder": ladder}


class ResultOut(Schema):
    """What came of a call. `kind` done (200) or requested (202). `repeated`: answered before under the same key."""

    kind: str
    sentence: str
    subject: list[str]
    event_id: int | None
    request_id: int | None
    request_number: str
    changes: dict[str, Any]
    repeated: bool


def result_out(result: Result) -> dict[str, Any]:
    return {**result.as_json(), "repeated": result.repeated}


# --- records -----------------------------------------------------------------------------------------------------------------


class NamedOut(Schema):
    id: int
    name: str


class StepOut(Schema):
    rung: int
    position_id: int
    position: str
    asked_at: dt.datetime
    due_at: dt.datetime
    closed_at: dt.datetime | None
    outcome: str
    decided_by: str | None
    behalf_of: str | None
    question: str
    answer: str
    note: str


class RequestOut(Schema):
    id: int
    number: str
    action: str
    headline: str
    facts: dict[str, Any]
    requester: NamedOut
    asked_at: dt.datetime
    closed_at: dt.datetime | None
    outcome: str
    executed_at: dt.datetime | None
    failure: str
    event_id: int | None
    amends_id: int | None
    difference: dict[str, Any]


class RequestDetailOut(RequestOut):
    steps: list[StepOut]


def requests_out(rows: Iterable[Request]) -> list[dict[str, Any]]:
    rows = list(rows)
    reader = Reader([(row.action, row.facts) for row in rows])
    return [
        {
            "id": row.pk, "number": row.number, "action": row.action, "headline": reader.headline(row.action, row.facts),
            "facts": row.facts, "requester": {"id": row.requester_id, "name": row.requester.name},
            "asked_at": row.asked_at, "closed_at": row.closed_at, "outcome": row.outcome,
            "executed_at": row.executed_at, "failure": row.failure, "event_id": row.event_id,
            "amends_id": row.amends_id, "difference": row.difference,
        }
        for row in rows
    ]  # fmt: skip


def step_out(step: Step) -> dict[str, Any]:
    return {
        "rung": step.rung, "position_id": step.position_id, "position": step.position.title, "asked_at": step.asked_at,
        "due_at": step.due_at, "closed_at": step.closed_at, "outcome": step.outcome,
        "decided_by": step.decided_by.name if step.decided_by else None,
        "behalf_of": step.behalf_of.name if step.behalf_of else None,
        "question": step.question, "answer": step.answer, "note": step.note,
    }  # fmt: skip


class ObligationOut(Schema):
    id: int
    kind: str
    headline: str
    ruling_id: int
    position_id: int | None
    person_id: int | None
    due_at: dt.datetime
    done_at: dt.datetime | None
    done_by: str | None
    answer: str
    note: str


def obligations_out(rows: Iterable[Obligation]) -> list[dict[str, Any]]:
    rows = list(rows)
    reader = Reader([(row.ruling.action, row.ruling.facts) for row in rows])
    return [
        {
            "id": row.pk, "kind": row.kind, "headline": reader.headline(row.ruling.action, row.ruling.facts),
            "ruling_id": row.ruling_id, "position_id": row.position_id, "person_id": row.person_id,
            "due_at": row.due_at, "done_at": row.done_at, "done_by": row.done_by.name if row.done_by else None,
            "answer": row.answer, "note": row.note,
        }
        for row in rows
    ]  # fmt: skip


class MatterOut(Schema):
    id: int
    number: str
    action: str
    headline: str
    facts: dict[str, Any]
    done_by: NamedOut
    at: dt.datetime
    request_id: int | None
    borne_by: str


def matters_out(rows: Iterable[Matter]) -> list[dict[str, Any]]:
    rows = list(rows)
    reader = Reader([(row.action, row.facts) for row in rows])
    return [
        {
            "id": row.pk, "number": row.number, "action": row.action, "headline": reader.headline(row.action, row.facts),
            "facts": row.facts, "done_by": {"id": row.done_by_id, "name": row.done_by.name}, "at": row.at,
            "request_id": row.request_id, "borne_by": row.borne_by,
        }
        for row in rows
    ]  # fmt: skip


class RulingOut(Schema):
    id: int
    action: str
    facts: dict[str, Any]
    outcome: str
    person: NamedOut | None
    position_id: int | None
    behalf_of_id: int | None
    grant_id: int | None
    door: str
    request_id: int | None
    event_id: int | None
    at: dt.datetime


def rulings_out(rows: Iterable[Ruling]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pk, "action": row.action, "facts": row.facts, "outcome": row.outcome,
            "person": {"id": row.person.pk, "name": row.person.name} if row.person else None,
            "position_id": row.position_id, "behalf_of_id": row.behalf_of_id, "grant_id": row.grant_id,
            "door": row.door, "request_id": row.request_id, "event_id": row.event_id, "at": row.at,
        }
        for row in rows
    ]  # fmt: skip


class EventOut(Schema):
    id: int
    at: dt.datetime
    kind: str
    actor_kind: str
    actor_name: str
    actor_person_id: int | None
    door: str
    position_id: int | None
    position_title: str
    behalf_person_id: int | None
    behalf_name: str
    subject_type: str
    subject_id: str
    subject_label: str
    facts: dict[str, Any]
    changes: dict[str, Any]
    decision: dict[str, Any] | None


def events_out(rows: Iterable[Event]) -> list[Event]:
    return list(rows)
