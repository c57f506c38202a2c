"""Events as their pages show them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.audit.models import Event
from remit.kernel.audit.queries import sealed_until
from remit.kernel.authority.facts import Label
from remit.kernel.authority.queries import FactRow, Reader

DOORS: Final[Mapping[str, Label]] = {
    "web": gettext_lazy("page"),
    "api": gettext_lazy("interface"),
    "cli": gettext_lazy("command line"),
    "import": gettext_lazy("import"),
    "job": gettext_lazy("by itself"),
}
# Where the subject of an event has a page.
PAGES: Final[Mapping[str, str]] = {
    "request": "authority:request-detail",
    "matter": "authority:matter-detail",
    "obligation": "authority:obligation-detail",
    "unit": "organization:unit-detail",
    "position": "organization:position-detail",
    "person": "organization:person-detail",
}
# Events that are no action of the registry: what people do with their own logins, and what the gate itself records.
KINDS: Final[Mapping[str, Label]] = {
    "approval.request": gettext_lazy("Ask for approval"),
    "accounts.create_user": gettext_lazy("Create a login"),
    "accounts.set_password": gettext_lazy("Give a temporary password"),
    "accounts.change_password": gettext_lazy("Change the password"),
    "accounts.deactivate_user": gettext_lazy("Close a login"),
    "accounts.reactivate_user": gettext_lazy("Reopen a login"),
    "accounts.end_session": gettext_lazy("Log out a browser"),
    "accounts.end_all_sessions": gettext_lazy("Log out all browsers"),
    "accounts.issue_token": gettext_lazy("Issue a token for programs"),
    "accounts.revoke_token": gettext_lazy("Revoke a token for programs"),
    "accounts.reset_factors": gettext_lazy("Take away the second step of a login"),
    "accounts.set_policy": gettext_lazy("Change the rules for passwords"),
    "organization.export": gettext_lazy("Write the organization out"),
    "organization.export_people": gettext_lazy("Write the list of people out"),
}
# What an action reports besides its facts.
CHANGES: Final[Mapping[str, Label]] = {
    "acting": gettext_lazy("Deputyship"),
    "added": gettext_lazy("added"),
    "changed": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
    "units": gettext_lazy("Units"),
    "positions": gettext_lazy("Positions"),
    "people": gettext_lazy("People"),
    "appointments": gettext_lazy("Appointments"),
    "amends": gettext_lazy("Changes the request"),
    "answer": gettext_lazy("Answer"),
    "appointments_ended": gettext_lazy("Appointments ended"),
    "closed": gettext_lazy("Closed on"),
    "deputy": gettext_lazy("Deputy"),
    "difference": gettext_lazy("What changed"),
    "ended": gettext_lazy("Ended"),
    "executed": gettext_lazy("Carried out"),
    "failure": gettext_lazy("Why not carried out"),
    "joined": gettext_lazy("Joined on"),
    "left": gettext_lazy("Gone from"),
    "lines": gettext_lazy("Row by row"),
    "login_closed": gettext_lazy("Login closed"),
    "number": gettext_lazy("Number"),
    "opened": gettext_lazy("Opened on"),
    "outcome": gettext_lazy("Outcome"),
    "replaces": gettext_lazy("Replaces"),
    "responsible": gettext_lazy("Person responsible"),
    "until": gettext_lazy("Until"),
}


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of the log. `clause` is the first one that the decision rests on."""

    pk: int
    at: dt.datetime
    what: str
    subject: str
    who: str
    position: str
    behalf_of: str
    clause: str
    is_sealed: bool


def event_rows(events: Iterable[Event]) -> list[EventRow]:
    """Lines of the log; the number of queries does not depend on theirs."""
    reader, sealed = Reader([]), sealed_until()
    return [_row(event, reader, sealed) for event in events]


def _row(event: Event, reader: Reader, sealed: int) -> EventRow:
    clauses = (event.decision or {}).get("clauses") or []
    first = clauses[0] if clauses else {}
    return EventRow(
        pk=event.pk,
        at=event.at,
        what=str(KINDS.get(event.kind) or reader.label(event.kind)),
        subject=event.subject_label,
        who=event.actor_name,
        position=event.position_title,
        behalf_of=event.behalf_name,
        clause=f"{first.get('source', '')} {first.get('clause', '')}".strip(),
        is_sealed=event.pk <= sealed,
    )


@dataclass(frozen=True, slots=True)
class EventDetail:
    """One event, opened: its facts, what it changed, and the decision it rests on."""

    event: Event
    row: EventRow
    about: str
    facts: list[FactRow]
    changes: list[FactRow]
    sentence: str
    clauses: list[Mapping[str, Any]]
    door: str
    url: str


def event_detail(event: Event) -> EventDetail:
    # A request's event names the action that was asked for among its facts.
    asked = str(event.facts.get("action", "")) if event.kind == "approval.request" else ""
    kind = asked or event.kind
    facts = {name: value for name, value in event.facts.items() if not (asked and name == "action")}
    reader = Reader([(kind, facts)])
    decision = event.decision or {}
    page = PAGES.get(event.subject_type)
    return EventDetail(
        event=event,
        row=_row(event, reader, sealed_until()),
        about=reader.headline(kind, facts),
        facts=reader.fact_rows(kind, facts),
        changes=[
            _change(kind, name, value, reader) for name, value in event.changes.items() if value not in (None, "")
        ],
        sentence=str(decision.get("sentence", "")),
        clauses=list(decision.get("clauses") or ()),
        door=str(DOORS.get(event.door, event.door)),
        url=reverse(page, args=[event.subject_id]) if page and event.subject_id.isdecimal() else "",
    )


def _change(kind: str, name: str, value: Any, reader: Reader) -> FactRow:
    """A pair is before and after; anything else is what came of it."""
    action = reader.actions.get(kind)
    fact = action.facts.get(name) if action else None
    label = str(fact.label) if fact else str(CHANGES.get(name, name))
    if isinstance(value, list) and len(value) == 2:
        return FactRow(name, label, _text(value[1]), before=_text(value[0]))
    return FactRow(name, label, _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "、".join(_text(part) for part in value)
    if isinstance(value, dict):
        return "；".join(f"{CHANGES.get(name, name)}: {_text(part)}" for name, part in value.items())
    return str(value) if value not in (None, "") else "—"
