"""Every business action, through the one gate; and the true dry run of it."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Header, Path, Router, Schema, Status
from pydantic import Field

from remit.api.caller import caller_of
from remit.api.errors import ApiError
from remit.api.paging import GREATEST_ID, Text
from remit.api.shapes import ActionOut, DecisionOut, ResultOut, action_out, decision_out, result_out
from remit.kernel.authority.bulk import MOST_ROWS, perform_rows
from remit.kernel.authority.gate import dry_run, perform
from remit.kernel.authority.loading import all_actions, find_action

router = Router(tags=["actions"])

Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=80)]
Key = Annotated[str | None, Field(min_length=1, max_length=80, pattern=r"^[\x20-\x7e]+$")]
KeyHeader = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=80, pattern=r"^[\x20-\x7e]+$")
]


class CallIn(Schema):
    """An attempt at an action. `key` makes it safe to repeat; the header Idempotency-Key says the same."""

    facts: dict[str, Any] = Field(default_factory=dict)
    key: Key = None
    position: Annotated[int | None, Field(ge=1, le=GREATEST_ID, description="Act in this one of one's positions.")] = (
        None
    )


class QuestionIn(Schema):
    facts: dict[str, Any] = Field(default_factory=dict)
    position: Annotated[int | None, Field(ge=1, le=GREATEST_ID)] = None


class RowsIn(Schema):
    """Many attempts at one action. All or nothing, unless `each`."""

    rows: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_ROWS)]
    each: bool = False


class RowOut(Schema):
    row: int
    ok: bool
    result: ResultOut | None
    code: str
    sentence: str


class RowsOut(Schema):
    done: int
    refused: int
    rows: list[RowOut]


@router.get("/actions", response=list[ActionOut])
def list_actions(request: HttpRequest, family: Text = "") -> list[dict[str, Any]]:
    """Every action with the schema of its facts; of one family if that is given."""
    caller_of(request)
    return [action_out(action) for _name, action in sorted(all_actions().items()) if family in ("", action.family)]


@router.get("/actions/{name}", response=ActionOut)
def show_action(request: HttpRequest, name: Name) -> dict[str, Any]:
    caller_of(request)
    return action_out(find_action(name))


@router.post("/actions/{name}", response={200: ResultOut, 202: ResultOut})
def do_action(
    request: HttpRequest, name: Name, call: Annotated[CallIn, Body()], idempotency_key: KeyHeader = None
) -> Status[dict[str, Any]]:
    """Do it (200), or ask for it where your authority does not reach (202), or be refused (403)."""
    caller = caller_of(request)
    if idempotency_key and call.key and idempotency_key != call.key:
        raise ApiError(422, "two_keys", _("Idempotency-Key and key differ; send one of them."))
    key = idempotency_key or call.key
    result = perform(caller.actor, name, call.facts, key=key, position_id=call.position)
    return Status(200 if result.kind == "done" else 202, result_out(result))


@router.post("/actions/{name}/decision", response=DecisionOut)
def ask_decision(request: HttpRequest, name: Name, question: Annotated[QuestionIn, Body()]) -> dict[str, Any]:
    """What a call would come to, with its clauses and everybody who could decide it. Changes nothing."""
    caller = caller_of(request)
    found = dry_run(caller.actor, name, question.facts, position_id=question.position)
    return decision_out(found, caller.person)


@router.post("/actions/{name}/rows", response=RowsOut)
def do_rows(request: HttpRequest, name: Name, batch: Annotated[RowsIn, Body()]) -> dict[str, Any]:
    """Many at once, each through the same gate. Without `each` one refusal undoes all; the answer still names every fault."""
    caller = caller_of(request)
    found = perform_rows(caller.actor, name, batch.rows, each=batch.each)
    rows = [
        {"row": one.number, "ok": one.is_done, "result": result_out(one.result) if one.result else None,
         "code": one.code, "sentence": one.sentence}
        for one in found
    ]  # fmt: skip
    done = sum(one.is_done for one in found)
    return {"done": done, "refused": len(found) - done, "rows": rows}
