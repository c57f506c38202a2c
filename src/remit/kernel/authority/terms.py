"""The working time by which requests and obligations run, and what becomes of open terms when it is changed.

A term runs by the calendar of the department of whom it binds. Calendars are kept above this room; authority.hooks.calendar_asked leads there. Where nothing hangs on it (a tool without
the room of work), the official calendar holds.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from remit.kernel.authority import hooks
from remit.kernel.authority.models import AuthorityState, Obligation, Step
from remit.kernel.organization.structure import Structure
from remit.lib.calendars import WorkingCalendar, parse_duration
from remit.lib.shifts import Shifts

OWED_WITHIN: Final = "3 workdays"  # where a clause says nothing


@cache
def _official() -> WorkingCalendar:
    """One for the process: each lays out its years on first use."""
    return WorkingCalendar()


def calendar_for(
    company_id: int | None, *, position_id: int | None = None, person_id: int | None = None
) -> WorkingCalendar:
    """The calendar by which terms in the company run for a position or a person; of the group, the official one."""
    return hooks.calendar_asked[-1](company_id, position_id, person_id) if hooks.calendar_asked else _official()


@dataclass(frozen=True, slots=True)
class NewTerm:
    """The term of an open step ("step") or obligation ("obligation"), and when it ends now."""

    kind: str
    pk: int
    due_at: dt.datetime


def redate_terms(company_id: int, before: Shifts, after: Shifts, structure: Structure) -> list[NewTerm]:
    """Open steps and obligations get the ends of their terms anew. Five statements, whatever is open; the caller has changed a
    calendar in this transaction and left the event."""

    def due_anew(
        position_id: int | None, person_id: int | None, start: dt.datetime, due_at: dt.datetime, terms: Iterable[str]
    ) -> dt.datetime:
        line = structure.units_over(position_id, person_id)
        return _due_anew(before.on(line), after.on(line), start, due_at, terms)

    answer_within = AuthorityState.objects.values_list("answer_within", flat=True).get(pk=1)
    steps = Step.objects.filter(closed_at=None, request__company=company_id).filter(
        Q(questioned_at=None) | Q(answered_at__isnull=False)  # while a question is open the clock stands still
    )
    columns = ("pk", "position_id", "asked_at", "answered_at", "due_at")
    moved = [
        NewTerm("step", pk, due)
        for pk, position_id, asked_at, answered_at, due_at in steps.values_list(*columns)
        if (due := due_anew(position_id, None, answered_at or asked_at, due_at, [answer_within])) != due_at
    ]
    owed = Obligation.objects.filter(done_at=None, ruling__company=company_id)
    fields = ("pk", "position_id", "person_id", "made_at", "due_at", "ruling__grant__obligations")
    for pk, position_id, person_id, made_at, due_at, clause in owed.values_list(*fields):
        within = [str(one.get("within", OWED_WITHIN)) for one in clause or []]
        if (due := due_anew(position_id, person_id, made_at, due_at, [*within, OWED_WITHIN])) != due_at:
            moved.append(NewTerm("obligation", pk, due))
    for kind, table in (("step", "authority_step"), ("obligation", "authority_obligation")):
        _write(table, (one for one in moved if one.kind == kind))
    return moved


def _due_anew(
    before: WorkingCalendar, after: WorkingCalendar, start: dt.datetime, due_at: dt.datetime, terms: Iterable[str]
) -> dt.datetime:
    """By the term that gave the old end; where none did (what was left after a question), by the working time up to it."""
    for term in terms:
        if parse_duration(term).due(before, start) == due_at:
            return parse_duration(term).due(after, start)
    left = before.working_time_between(start, due_at)
    return after.add_working_time(start, left) if left > dt.timedelta() else due_at


def _write(table: str, moved: Iterable[NewTerm]) -> None:
    rows: list[dict[str, Any]] = [{"id": one.pk, "due_at": one.due_at.isoformat()} for one in moved]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} term SET due_at = r.due_at "  # noqa: S608 - one of the two tables above
                "FROM jsonb_to_recordset(%s::jsonb) AS r(id bigint, due_at timestamptz) WHERE term.id = r.id",
                [json.dumps(rows)],
            )
