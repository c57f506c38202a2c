"""What one act changes about a case, written in one statement: runs closed and opened, their items, the case, its moments.

A step costs what its round trips cost, so there is one: the document names everything, the statement puts it where it belongs.
"""

import json
from functools import cache
from typing import Any, Final, TypedDict

from remit.kernel.audit.statements import ask
from remit.kernel.work.statements import ITEM_SHAPE, announce, end_items, insert_items


class Changes(TypedDict):
    """Rows as JSON values; moments of time as ISO texts. An asked run's `item` gets the run's id as its source key."""

    case: dict[str, Any]
    runs: list[dict[str, Any]]
    asked: list[dict[str, Any]]
    ended: list[dict[str, Any]]
    items: list[dict[str, Any]]
    moments: list[dict[str, Any]]


def _rows(part: str, name: str, shape: str) -> str:
    """The rows of a part of the document. The bound changes nothing but what the planner expects: by itself it takes a document for a
    hundred rows, and reads a table of thousands from end to end to find the one that a step is about."""
    return (
        f"(SELECT listed.* FROM given, jsonb_to_recordset(doc->'{part}') AS listed({shape})"  # noqa: S608 - our own words
        f" LIMIT (SELECT jsonb_array_length(doc->'{part}') FROM given)) AS {name}"
    )


_ROWS_OF_RUNS: Final = _rows(
    "runs",
    "row",
    'id bigint, closed_at timestamptz, closed_by_id bigint, outcome text, "values" jsonb, request_id bigint, matter_number text,'
    " event_id bigint",
)
_CLOSED: Final = f"""
closed AS (
    UPDATE procedures_steprun run SET closed_at = row.closed_at, closed_by_id = row.closed_by_id, outcome = row.outcome,
        climb_at = NULL, "values" = row."values", request_id = row.request_id, matter_number = row.matter_number,
        event_id = row.event_id
    FROM {_ROWS_OF_RUNS}
    WHERE run.id = row.id
)"""  # noqa: S608 - our own words
_ENDED: Final = f"""
ended AS (
    {end_items(_rows("ended", "ended", "kind text, key text, by_id bigint, at timestamptz"))}
)"""
_MOVED: Final = """
moved AS (
    UPDATE procedures_case one SET step = row.step, handler_id = row.handler_id, "values" = one."values" || row."values",
        responded_at = row.responded_at, outcome = row.outcome, closed_at = row.closed_at, paused_at = row.paused_at
    FROM given, jsonb_to_record(doc->'case') AS row(id bigint, step text, handler_id bigint, "values" jsonb,
        responded_at timestamptz, outcome text, closed_at timestamptz, paused_at timestamptz)
    WHERE one.id = row.id
)"""
_ASKED: Final = """
asked AS MATERIALIZED (
    SELECT nextval('procedures_steprun_id_seq') AS id, row.*
    FROM given, jsonb_to_recordset(doc->'asked') AS row(company_id bigint, case_id bigint, step text, person_id bigint,
        position_id bigint, excepted_id bigint, opened_at timestamptz, due_at timestamptz, item jsonb)
)"""
# A run's round is counted here and not by who opens it: how often its step had been asked for before.
_OPENED: Final = """
opened AS (
    INSERT INTO procedures_steprun (id, company_id, case_id, step, round, person_id, position_id, excepted_id, opened_at, due_at,
        rung, climb_at, "values", outcome, matter_number)
    SELECT id, company_id, case_id, step,
        (SELECT COALESCE(max(round), 0) + 1 FROM procedures_steprun past WHERE past.case_id = asked.case_id AND past.step = asked.step),
        person_id, position_id, excepted_id, opened_at, due_at, 0, due_at, '{}', '', ''
    FROM asked
)"""
_NOTED: Final = """
noted AS (
    INSERT INTO procedures_casemoment (company_id, case_id, kind, at, by_id, reason)
    SELECT row.* FROM given, jsonb_to_recordset(doc->'moments') AS row(company_id bigint, case_id bigint, kind text,
        at timestamptz, by_id bigint, reason text)
)"""
_OF_RUNS: Final = "SELECT item || jsonb_build_object('source_key', id::text) AS doc FROM asked"
_OF_NOTICES: Final = "SELECT value AS doc FROM given, jsonb_array_elements(doc->'items')"


@cache
def _statement(parts: frozenset[str]) -> str:
    """Only what there is something for: an empty part costs as much as a small full one."""
    chosen = [_MOVED]
    if "runs" in parts:
        chosen.append(_CLOSED)
    if "ended" in parts:
        chosen.append(_ENDED)
    if "asked" in parts:
        chosen += [_ASKED, _OPENED]
    if parts & {"asked", "items"}:
        docs = [text for part, text in (("asked", _OF_RUNS), ("items", _OF_NOTICES)) if part in parts]
        source = f"({' UNION ALL '.join(docs)}) AS every, jsonb_to_record(every.doc) AS item({ITEM_SHAPE})"
        chosen.append(f"given_out AS ({insert_items(source)})")
    if "moments" in parts:
        chosen.append(_NOTED)
    answer = "SELECT id FROM asked ORDER BY id" if "asked" in parts else "SELECT 0 WHERE false"
    return f"WITH given AS (SELECT %s::jsonb AS doc), {', '.join(chosen)} {answer}"


def write(changes: Changes) -> list[int]:
    """The ids of the runs that were opened, in the order of `asked`. One statement, and what is told of it (work.hooks)."""
    parts = frozenset(part for part, rows in changes.items() if rows)
    asked = [pk for (pk,) in ask(_statement(parts), [json.dumps(changes)])]
    of_runs = [{**row["item"], "source_key": str(pk)} for pk, row in zip(asked, changes["asked"], strict=True)]
    announce([*of_runs, *changes["items"]], [(row["kind"], row["key"]) for row in changes["ended"]])
    return asked
