"""The one choke point: authority decided, transaction opened, work done, event written, in that order, for everything.

Pages, API, command line, imports and agents call `perform`; nothing else runs an action.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.audit.actions import INSERT_EVENT, event_row, record
from remit.kernel.audit.statements import ask, columns_of, fields_of, shape_of
from remit.kernel.authority import explain
from remit.kernel.authority.decisions import Decision, decide
from remit.kernel.authority.errors import NoLongerPossible, NotAuthorised, NotYours, Refusal, RuleBroken
from remit.kernel.authority.facts import Facts, is_storable, parse_facts, to_json
from remit.kernel.authority.loading import (
    authority_changed,
    find_action,
    lock_authority,
    lock_for,
    pinned_to,
    rulebook_now,
)
from remit.kernel.authority.models import Request, Ruling
from remit.kernel.authority.obligations import open_obligations
from remit.kernel.authority.registry import ActionType, Call, Done
from remit.kernel.authority.requests import facts_of, open_request
from remit.kernel.authority.rulebook import NO_RULES, Rulebook, Verdict
from remit.kernel.organization.models import Person, Position
from remit.kernel.organization.queries import today
from remit.lib import clock

# The first half of the advisory locks on keys; the second is the key's hash. Two that collide only wait for each other.
KEY_LOCK: Final = 0x524B4559
KEY_LENGTH: Final = 80  # of Ruling.idempotency_key


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an attempt: done at once, or requested. `repeated` says that the same call had been answered before."""

    kind: str  # "done" | "requested"
    sentence: str
    subject: tuple[str, str, str] = ("", "", "")
    event_id: int | None = None
    request_id: int | None = None
    request_number: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    repeated: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "sentence": self.sentence,
            "subject": list(self.subject),
            "event_id": self.event_id,
            "request_id": self.request_id,
            "request_number": self.request_number,
            "changes": dict(self.changes),
        }


def dry_run(actor: Actor, name: str, given: Mapping[str, Any], *, position_id: int | None = None) -> Decision:
    """What `perform` would decide, changing nothing. Raises UnknownAction, BadFacts."""
    action = find_action(name)
    facts = parse_facts(action.facts, given)
    return decide(_person(actor), action, facts, position_id=position_id or actor.position_id)


def perform(
    actor: Actor,
    name: str,
    given: Mapping[str, Any],
    *,
    key: str | None = None,
    position_id: int | None = None,
) -> Result:
    """Do an action, or ask for it where the actor's authority does not reach, or refuse.

    `key` makes a call safe to repeat: the second one with the same key by the same person changes nothing and gets the first
    answer. Raises UnknownAction, BadFacts (nothing recorded), NotAuthorised (the refusal is recorded), or what the action's own
    rules refuse with. One transaction; nothing of it remains if anything fails.
    """
    action = find_action(name)
    _require_somebody(actor)
    facts = parse_facts(action.facts, given)
    with one_act():
        exclusively = action.takes_authority_lock(facts)
        person = None
        if actor.person_id is None:
            version = lock_authority(exclusively=exclusively)
        else:
            version, person = lock_for(actor.person_id, exclusively=exclusively)
        with pinned_to(version):
            if key is not None and person is not None and (earlier := _answered_before(person, key, action, facts)):
                return earlier
            # The system asks nobody: while a house is being set up, each act would otherwise compile a rulebook for nothing.
            book = rulebook_now(version=version) if person is not None else NO_RULES
            decision = decide(person, action, facts, position_id=position_id or actor.position_id, rulebook=book)
            decision = _with_windows_locked(decision, actor, position_id)
            if decision.is_granted:
                return _carry_out(actor, decision, key)
            if decision.outcome == "approval":
                return _ask(actor, decision, key)
            raise NotAuthorised(
                decision.sentence, decision=decision.as_json(), ruling=_ruling(actor, decision, outcome="refused")
            )


@contextmanager
def one_act() -> Iterator[None]:
    """A transaction of which, where authority refuses, nothing remains but the ruling that refused.

    It is written after the transaction was undone, by each act through which the refusal passes: what an act within an act wrote,
    the outer one undoes. Whoever opens a transaction around `perform` uses this instead of `transaction.atomic`.
    """
    try:
        with transaction.atomic():
            yield
    except NotAuthorised as refusal:
        if refusal.ruling is not None:
            ask(_INSERT_RULING, [json.dumps(refusal.ruling)])
        raise


def _require_somebody(actor: Actor) -> None:
    """A login that belongs to nobody here holds no position and may nothing."""
    if actor.person_id is None and actor.kind != "system":
        raise NotAuthorised(_("Your login belongs to nobody who works here; ask whoever manages logins to link it."))


def _person(actor: Actor) -> Person | None:
    """The person who acts; None for the system alone."""
    _require_somebody(actor)
    return Person.objects.select_related("company").get(pk=actor.person_id) if actor.person_id is not None else None


def facts_digest(action: str, facts: Facts | Mapping[str, Any]) -> str:
    """Identifies the exact facts of a request, so that what is carried out is what was approved."""
    text = json.dumps([action, to_json(facts)], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _answered_before(person: Person, key: str, action: ActionType, facts: Facts) -> Result | None:
    """What the first call with this key was answered. Holds the key until the transaction ends: the same call twice at the same
    second meets here, and the later one finds the answer."""
    if len(key) > KEY_LENGTH or not is_storable(key):
        raise RuleBroken(_("A key has at most %(n)d characters.") % {"n": KEY_LENGTH})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [KEY_LOCK, f"{person.pk}:{key}"])
    earlier = Ruling.objects.filter(person=person, idempotency_key=key).first()
    if earlier is None:
        return None
    if earlier.action != action.name or earlier.facts != action.to_json(facts):
        raise Refusal(_("This key was used before for something else; use a new one."), key=key)
    return Result(**{**earlier.answer, "subject": tuple(earlier.answer["subject"])}, repeated=True)


def _with_windows_locked(decision: Decision, actor: Actor, position_id: int | None) -> Decision:
    """Where the grant in use has windows, count again under a lock: two uses at the same second can't both fit the rest."""
    grant = decision.verdict.grant
    if not decision.is_granted or grant is None or not grant.windows or decision.person is None:
        return decision
    # The holder's row is locked, not the grant's: windows are counted by position and holder.
    holder_id = decision.behalf_id or decision.person.pk
    Person.objects.select_for_update(no_key=True).get(pk=holder_id)
    position = position_id or actor.position_id
    return decide(decision.person, decision.action, decision.facts, position_id=position, rulebook=decision.rulebook)


def _carry_out(actor: Actor, decision: Decision, key: str | None) -> Result:
    """Run a granted action: work, event, ruling, obligations."""
    action, verdict = decision.action, decision.verdict
    call = Call(
        action=action,
        facts=decision.facts,
        actor=actor,
        person=decision.person,
        at=clock.now(),
        position_id=verdict.position_id,
        behalf_id=decision.behalf_id,
    )
    done = _run(call)
    if action.changes_authority is True:
        authority_changed()
    told = decision.as_json()
    event = _event_row(actor, decision, done, told)
    if decision.person is None:  # no authority was asked: the event alone
        ((event_id,),) = ask(f"{INSERT_EVENT} RETURNING id", [json.dumps(event)])
        return Result("done", told["sentence"], _subject(done), event_id, changes=done.changes)
    answer = Result("done", told["sentence"], _subject(done), changes=done.changes)
    row = _ruling(actor, decision, outcome="granted", key=key, answer=answer.as_json())
    ((event_id, ruling_id),) = ask(_INSERT_BOTH, [json.dumps(event), json.dumps(row)])
    if verdict.grant is not None and verdict.grant.obligations:
        open_obligations(Ruling.objects.get(pk=ruling_id), verdict.grant, decision.rulebook, decision.facts)
    return replace(answer, event_id=event_id)


def carry_out_approved(
    actor: Actor, request: Request, decided: Verdict, approval: Mapping[str, Any], book: Rulebook
) -> int:
    """Run the action of an approved request, once, with exactly the facts that were approved. Returns the event's id.

    `decided` is the verdict under which the approver decided, `approval` what the event says of it. Raises what the action's
    own rules refuse with; the caller keeps the reason.
    """
    requester, action = request.requester, find_action(request.action)
    facts = facts_of(request)
    if facts_digest(action.name, facts) != request.facts_digest:
        raise NoLongerPossible(_("The facts are no longer the ones that were approved; ask again."))
    if requester.has_left(today()):
        raise NoLongerPossible(_("%(name)s has left the company; somebody else has to ask.") % {"name": requester.name})
    asker = Actor(
        "agent" if requester.is_agent else "person", requester.name, actor.door, requester.pk, requester.user_id
    )
    call = Call(action, facts, asker, requester, clock.now(), request.position_id, request_id=request.pk)
    done = _run(call)
    if action.changes_authority is True:
        authority_changed()
    event = record(
        asker,
        action.name,
        subject=done.subject,
        company_id=done.company_id or request.company_id,
        facts=action.to_json(facts),
        changes=done.changes,
        decision={"outcome": "approved", "request": request.number, **approval},
        position=_position_label(request.position),
    )
    ruling = Ruling.objects.create(
        action=action.name,
        company_id=request.company_id,
        person=requester,
        position_id=request.position_id,
        facts=request.facts,
        outcome="approved",
        grant_id=decided.grant.id if decided.grant else None,
        door=actor.door,
        request=request,
        event_id=event.pk,
        at=call.at,
    )
    if decided.grant is not None:
        open_obligations(ruling, decided.grant, book, facts)
    return event.pk


def _run(call: Call) -> Done:
    """The action's own work. An id among the facts that leads nowhere is an answer, not a fault of the program."""
    try:
        return call.action.run(call)
    except ObjectDoesNotExist as error:
        raise NotYours(_("There is no such item.")) from error


def _subject(done: Done) -> tuple[str, str, str]:
    kind, pk, label = done.subject
    return (kind, str(pk), label)


def _event_row(actor: Actor, decision: Decision, done: Done, told: Mapping[str, Any]) -> dict[str, Any]:
    verdict, book = decision.verdict, decision.rulebook
    position = book.structure.positions.get(verdict.position_id) if verdict.position_id else None
    behalf = None
    if verdict.acting is not None:
        principal_id = verdict.acting.principal_id
        vacant = _("vacant: %(position)s") % {"position": position.title if position else ""}
        behalf = (principal_id, book.structure.people.get(principal_id, "") if principal_id else vacant)
    return event_row(
        actor,
        decision.action.name,
        subject=done.subject,
        company_id=done.company_id or (decision.person.company_id if decision.person else None),
        facts=decision.action.to_json(decision.facts),
        changes=done.changes,
        decision=told,
        position=(position.id, position.title) if position else None,
        behalf=behalf,
    )


def _ruling(
    actor: Actor,
    decision: Decision,
    *,
    outcome: str,
    event_id: int | None = None,
    key: str | None = None,
    answer: Mapping[str, Any] | None = None,
    request: Request | None = None,
) -> dict[str, Any]:
    """The decision as it is kept. The system's own acts leave their event only: no authority was asked."""
    assert decision.person is not None  # noqa: S101 - see above
    verdict = decision.verdict
    return {
        "action": decision.action.name,
        "company_id": decision.person.company_id,
        "person_id": decision.person.pk,
        "position_id": verdict.position_id,
        "behalf_of_id": decision.behalf_id,
        "facts": decision.action.to_json(decision.facts),
        "outcome": outcome,
        "grant_id": verdict.grant.id if verdict.grant and outcome == "granted" else None,
        "inherent": str(decision.inherent or "")[:200],
        "door": actor.door,
        "request_id": request.pk if request else None,
        "event_id": event_id,
        "idempotency_key": key,
        "answer": dict(answer or {}),
        "at": clock.now().isoformat(),
    }


_RULING_FIELDS: Final = fields_of(Ruling)
_RULING_COLUMNS: Final = columns_of(_RULING_FIELDS)
_RULING_SHAPE: Final = shape_of(_RULING_FIELDS)
# One ruling out of one JSON document; and both in one statement, the event's id in the ruling and in its answer.
_INSERT_RULING: Final = f"""
INSERT INTO authority_ruling ({_RULING_COLUMNS}) SELECT {_RULING_COLUMNS} FROM jsonb_to_record(%s::jsonb) AS ruling({_RULING_SHAPE})
RETURNING id
"""  # noqa: S608 - the names of our own columns
_INSERT_BOTH: Final = f"""
WITH event AS ({INSERT_EVENT} RETURNING id),
given AS (
    SELECT jsonb_set(asked.row || jsonb_build_object('event_id', event.id), '{{answer,event_id}}', to_jsonb(event.id)) AS row
    FROM event, (SELECT %s::jsonb AS row) AS asked
),
ruling AS (
    INSERT INTO authority_ruling ({_RULING_COLUMNS}) SELECT {_RULING_COLUMNS}
    FROM given, jsonb_to_record(given.row) AS ruling({_RULING_SHAPE}) RETURNING id
)
SELECT event.id, ruling.id FROM event, ruling
"""  # noqa: S608 - the names of our own columns


def _ask(actor: Actor, decision: Decision, key: str | None) -> Result:
    """Open a request with the exact facts; the event says that it was asked for."""
    assert decision.person is not None  # noqa: S101 - the system never has to ask
    if any(fact.secret for fact in decision.action.facts.values()):
        raise NotAuthorised(_("%(why)s This can't be requested; somebody with the authority has to do it.")
                            % {"why": explain.why_not(decision)})  # fmt: skip
    request = open_request(decision, actor.door, facts_digest(decision.action.name, decision.facts))
    event = record(
        actor,
        "approval.request",
        subject=("request", request.pk, f"{decision.action.label} {request.number}"),
        company_id=request.company_id,
        facts={"action": decision.action.name, **decision.action.to_json(decision.facts)},
        decision=decision.as_json(),
        position=_position_label(request.position),
    )
    result = Result(
        "requested",
        decision.sentence,
        ("request", str(request.pk), request.number),
        event.pk,
        request.pk,
        request.number,
    )
    row = _ruling(
        actor, decision, outcome="approval", event_id=event.pk, key=key, answer=result.as_json(), request=request
    )
    ask(_INSERT_RULING, [json.dumps(row)])
    return result


def _position_label(position: Position | None) -> tuple[int, str] | None:
    return (position.pk, position.title) if position else None
