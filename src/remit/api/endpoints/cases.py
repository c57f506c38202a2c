"""Cases, as far as the caller may see them. Opening and finishing steps go by the actions (case.open, case.submit …)."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema

from remit.api.caller import caller_of
from remit.api.paging import GREATEST_ID, Page, Paging, Text, page_of
from remit.kernel.procedures.access import case_visible_to
from remit.kernel.procedures.bulk import MOST
from remit.kernel.procedures.models import Case
from remit.kernel.procedures.moving import behind, preview
from remit.kernel.procedures.queries import Wanted, case_row, case_view, list_cases

router = Router(tags=["cases"])

Id = Annotated[int, Path(ge=1, le=GREATEST_ID)]


class CaseOut(Schema):
    """`step` is the open step, or how the case ended; `asked` who has to do it; `due_at` null where nothing is due."""

    id: int
    number: str
    title: str
    subject: str
    procedure: str
    step: str
    asked: str
    handler: str
    due_at: dt.datetime | None
    is_paused: bool
    is_closed: bool


class OpenStepOut(Schema):
    """An open step: `id` is what case.submit takes as its fact `step`. `outcomes` are those that it knows."""

    id: int
    key: str
    asked_person_id: int | None
    asked_position_id: int | None
    due_at: dt.datetime
    rung: int
    fields: list[str]
    outcomes: list[str]


class ClockOut(Schema):
    """Working time, in seconds."""

    started_at: dt.datetime
    due_at: dt.datetime
    spent: int
    term: int
    is_running: bool


class CaseDetailOut(CaseOut):
    version: int
    outcome: str
    values: dict[str, Any]
    clock: ClockOut
    open_steps: list[OpenStepOut]


@router.get("/cases", response=Page[CaseOut])
def list_all(
    request: HttpRequest, page: Paging, state: Literal["open", "late", "mine", "closed", "all"] = "open", q: Text = ""
) -> dict[str, Any]:
    rows = list_cases(caller_of(request).person, Wanted(state=state, text=q))
    return page_of(rows, page, lambda cases: [_out(case) for case in cases])


@router.get("/cases/{id}", response=CaseDetailOut)
def show(request: HttpRequest, id: Id) -> dict[str, Any]:
    person = caller_of(request).person
    case = case_visible_to(person, id)
    view = case_view(person, case)
    steps = {step.id: step for step in view.spec.steps}
    return {
        **_out(case),
        "version": case.version.number,
        "outcome": case.outcome,
        "values": {name: value for name, value in case.values.items() if not name.startswith("_")},
        "clock": {
            "started_at": view.clock.started_at,
            "due_at": view.clock.due_at,
            "spent": int(view.clock.spent.total_seconds()),
            "term": int(view.clock.term.total_seconds()),
            "is_running": view.clock.is_running,
        },
        "open_steps": [
            {
                "id": run.pk,
                "key": run.step,
                "asked_person_id": run.person_id,
                "asked_position_id": run.position_id,
                "due_at": run.due_at,
                "rung": run.rung,
                "fields": [field.name for field in steps[run.step].fields],
                "outcomes": [outcome.id for outcome in steps[run.step].outcomes],
            }
            for run in view.open_runs
        ],
    }


class ChangeOut(Schema):
    """`kind` is added, removed or changed; `before` and `after` are for people to read."""

    kind: str
    what: str
    before: str
    after: str


class LostOut(Schema):
    """An open step that the newest version lacks: case.move asks for its successor."""

    step: str
    name: str
    cases: int


class MoveOut(Schema):
    """What moving the caller's running cases to the newest version would change. `cases` are their ids, 200 at most."""

    version: int
    cases: list[int]
    changes: list[ChangeOut]
    lost: list[LostOut]
    earlier: int
    later: int
    late: int


@router.get("/procedures/{key}/move", response=MoveOut)
def show_move(request: HttpRequest, key: Annotated[str, Path(max_length=40)]) -> dict[str, Any]:
    person = caller_of(request).person
    cases = list(behind(person, key)[:MOST])
    shown = preview(person, key, cases)
    return {
        "version": shown.version.number,
        "cases": [case.pk for case in cases],
        "changes": [
            {"kind": one.kind, "what": one.what, "before": one.before, "after": one.after} for one in shown.changes
        ],
        "lost": [{"step": step, "name": name, "cases": count} for step, name, count in shown.lost],
        "earlier": shown.earlier,
        "later": shown.later,
        "late": shown.late,
    }


def _out(case: Case) -> dict[str, Any]:
    row = case_row(case)
    return {
        "id": row.pk, "number": row.number, "title": row.title, "subject": row.subject, "procedure": row.procedure,
        "step": row.step, "asked": row.with_whom, "handler": row.handler, "due_at": row.due_at,
        "is_paused": row.is_paused, "is_closed": row.is_closed,
    }  # fmt: skip
