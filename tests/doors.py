"""Every door by which an action can be called, each as a function that gives the same kind of answer.

Each goes the whole way that a person or a program goes: a form that is posted, a request with a token, a command line that is
parsed, a row of a file. Nothing of the gate is replaced.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from remit.cli.main import app
from remit.kernel.accounts import actions as accounts
from remit.kernel.accounts.actor import Actor, system
from remit.kernel.accounts.models import User
from remit.kernel.audit.models import Event
from remit.kernel.authority.bulk import perform_rows
from remit.kernel.authority.catalogue import has_form
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import find_action
from remit.kernel.organization import actions as organization
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import actor_for
from remit.lib.refusals import Refusal

OPERATOR = "operator"


@dataclass(frozen=True)
class Answer:
    """What a door said: done, requested, or refused; the sentence that the person reads; the code that a program reads."""

    outcome: str
    sentence: str
    code: str = ""


def _from_json(body: Mapping[str, Any]) -> Answer:
    """A result, or a Problem of the API and of `--json`."""
    if "kind" in body:
        return Answer(body["kind"], body["sentence"])
    return Answer("bad facts" if body["code"] == "bad_facts" else "refused", body["sentence"], body["code"])


@dataclass(frozen=True)
class Visitor:
    """Somebody at a door. `person` None: the operator, who has no browser and no token."""

    name: str
    person: Person | None
    user: User | None
    token: str


def visitor_for(person: Person) -> Visitor:
    """With a login and a token, made by the real actions."""
    keeper = system("tests")
    username = f"login-{person.employee_no}".lower()
    user = accounts.create_user(username=username, name=person.name, must_change_password=False, actor=keeper)
    organization.give_login(person, user.pk)
    _token, raw = accounts.issue_token(user.pk, name="program", actor=keeper)
    return Visitor(person.name, person, user, raw)


def actor_of(visitor: Visitor, door: Any) -> Actor:
    return actor_for(visitor.person, door) if visitor.person is not None else system("operator").at(door)


def said_by(attempt: Callable[[], Any]) -> Answer:
    try:
        result = attempt()
    except Refusal as error:
        return Answer("refused", error.sentence, error.code)
    except BadFacts as error:
        return Answer("bad facts", str(error), "bad_facts")
    return Answer(result.kind, result.sentence)


def by_the_gate(visitor: Visitor, action: str, facts: Mapping[str, Any]) -> Answer:
    """The reference: the gate itself, called as a job would."""
    return said_by(lambda: perform(actor_of(visitor, "job"), action, facts))


def by_program(visitor: Visitor, action: str, facts: Mapping[str, Any]) -> Answer | None:
    if visitor.person is None:
        return None
    client = Client(headers={"authorization": f"Bearer {visitor.token}"})
    response = client.post(f"/api/actions/{action}", {"facts": facts}, content_type="application/json")
    answer = _from_json(response.json())
    assert (response.status_code == 202) == (answer.outcome == "requested")
    assert (response.status_code >= 400) == (answer.code != "")
    return answer


def by_command_line(visitor: Visitor, action: str, facts: Mapping[str, Any]) -> Answer:
    words = [
        f"{name}:={json.dumps(value)}" if isinstance(value, list | dict) else f"{name}={_as_typed(value)}"
        for name, value in facts.items()
    ]
    who = ["--as", f"#{visitor.person.pk}"] if visitor.person is not None else []
    result = CliRunner().invoke(app, ["do", action, *words, *who, "--json"])
    answer = _from_json(json.loads(result.stdout.splitlines()[-1]))
    assert result.exit_code == (1 if answer.code else 0), result.output
    return answer


def _as_typed(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def by_row(visitor: Visitor, action: str, facts: Mapping[str, Any]) -> Answer:
    """A row of a file, in a file where every row stands for itself."""
    (row,) = perform_rows(actor_of(visitor, "import"), action, [facts], each=True)
    if row.result is not None:
        return Answer(row.result.kind, row.sentence)
    return Answer("bad facts" if row.code == "bad_facts" else "refused", row.sentence, row.code)


def by_batch(visitor: Visitor, action: str, facts: Mapping[str, Any]) -> Answer | None:
    """A row of a file that is taken as a whole, sent to the API."""
    if visitor.person is None:
        return None
    client = Client(headers={"authorization": f"Bearer {visitor.token}"})
    response = client.post(f"/api/actions/{action}/rows", {"rows": [facts]}, content_type="application/json")
    assert response.status_code == 200, response.content
    (row,) = response.json()["rows"]
    if row["ok"]:
        return Answer(row["result"]["kind"], row["sentence"])
    return Answer("bad facts" if row["code"] == "bad_facts" else "refused", row["sentence"], row["code"])


def by_page(visitor: Visitor, action: str, facts: Mapping[str, Any]) -> Answer | None:
    """The form in the browser; None where the action has no form of its own (it is done on the page of what it is about)."""
    if visitor.person is None or visitor.user is None:
        return None
    page = _page_for(action, facts)
    if page is None:
        return None
    client = Client()
    client.force_login(visitor.user)
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    address, fields = page
    response = client.post(address, fields)
    if response.status_code == 302:
        event = Event.objects.filter(pk__gt=last).exclude(kind__startswith="accounts.").order_by("pk").last()
        assert event is not None and event.decision is not None, f"{action} was done on a page without an event"
        return Answer("requested" if event.kind == "approval.request" else "done", event.decision["sentence"])
    if response.status_code == 404:
        return Answer("refused", "", "not_found")  # a page says nothing more to whom it is not for
    said = response.context["refusal"] if response.context and response.context.get("refusal") else ""
    return Answer("refused", str(said)) if said else Answer("bad facts", "")


# What the pages of records post, by action: the page's name, which fact is in its address, and which are its fields.
RECORD_PAGES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "approval.approve": ("authority:request-approval", "request", ("note",)),
    "approval.reject": ("authority:request-rejection", "request", ("note",)),
    "approval.ask_back": ("authority:request-question", "request", ("question",)),
    "approval.answer": ("authority:request-answer", "request", ("answer",)),
    "approval.withdraw": ("authority:request-withdrawal", "request", ("note",)),
    "obligation.fulfil": ("authority:obligation-fulfil", "obligation", ("answer", "responsible", "note")),
}


def _page_for(action: str, facts: Mapping[str, Any]) -> tuple[str, dict[str, str]] | None:
    if action in RECORD_PAGES:
        name, record, fields = RECORD_PAGES[action]
        return reverse(name, args=[facts[record]]), {field: str(facts[field]) for field in fields if field in facts}
    # A form leaves out what is a record or a list; a call that has one comes from another page.
    if not has_form(find_action(action)) or any(isinstance(value, list | dict) for value in facts.values()):
        return None
    return reverse("authority:action-do", args=[action]), {name: _as_typed(value) for name, value in facts.items()}


DOORS: Mapping[str, Callable[[Visitor, str, Mapping[str, Any]], Answer | None]] = {
    "page": by_page,
    "program": by_program,
    "command line": by_command_line,
    "row": by_row,
    "batch": by_batch,
}
