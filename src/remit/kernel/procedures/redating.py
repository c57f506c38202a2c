"""When the calendar of a company or of a department changes, its open cases get their dates anew: due moments, rungs and items. Sets, not loops.

What is closed keeps its dates; its clock is read by the new calendar anyway (clocks.py).
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from django.db import connection

from remit.kernel.organization.structure import Structure
from remit.kernel.procedures.clocks import Calendars, Stop, share_moment, stops_of
from remit.kernel.procedures.compiled import spec_of
from remit.kernel.procedures.engine import ITEM, OVERDUE
from remit.kernel.procedures.models import Case, CaseMoment, ProcedureVersion, StepRun
from remit.kernel.work import hooks
from remit.lib import clock
from remit.lib.calendars import WorkingCalendar
from remit.lib.shifts import Shifts

_CASES: Final = """
UPDATE procedures_case item SET due_at = r.due_at
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(id bigint, due_at timestamptz) WHERE item.id = r.id
"""
_RUNS: Final = """
UPDATE procedures_steprun item SET due_at = r.due_at, climb_at = r.climb_at
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(id bigint, due_at timestamptz, climb_at timestamptz) WHERE item.id = r.id
"""


# Of thousands of runs only this is read.
_READ: Final = (
    "case__version_id", "step", "person_id", "position_id", "opened_at", "due_at", "climb_at", "rung",
)  # fmt: skip


def register() -> None:
    hooks.calendar_changed.append(redate_cases)


def redate_cases(company_id: int, _before: Shifts, shifts: Shifts, structure: Structure) -> hooks.NewDues:
    """Four queries and two statements, whatever is open. Answers which items are due when."""
    stops, due_of = _stops_of(company_id), _Terms(clock.now())
    open_cases = Case.objects.filter(company=company_id, closed_at=None)
    # Thousands of cases share a handful of versions, whose text is long: each is read once.
    versions = ProcedureVersion.objects.filter(pk__in=open_cases.order_by().values("version_id").distinct())
    specs = {version.pk: spec_of(version) for version in versions}
    calendars = {pk: Calendars(spec, shifts, structure) for pk, spec in specs.items()}
    cases: list[dict[str, Any]] = []
    columns = ("pk", "version_id", "position_id", "started_at", "due_at")
    for pk, version_id, desk, started_at, was_due in open_cases.values_list(*columns):
        whole = calendars[version_id].whole(desk)
        due_at = due_of(whole, specs[version_id].within, started_at, stops[pk], 100)
        if due_at != was_due:
            cases.append({"id": pk, "due_at": due_at.isoformat()})
    runs, dues = _redate_runs(company_id, calendars, stops, due_of)
    _write(_CASES, cases)
    _write(_RUNS, runs)
    return dues


def _redate_runs(
    company_id: int, calendars: Mapping[int, Calendars], stops: Mapping[int, list[Stop]], due_of: "_Terms"
) -> tuple[list[dict[str, Any]], hooks.NewDues]:
    """The open runs whose dates are others now, and when their items are due."""
    rows: list[dict[str, Any]] = []
    dues: hooks.NewDues = {}
    found = StepRun.objects.filter(company=company_id, closed_at=None, case__closed_at=None)
    for run in found.select_related("case").only(*_READ):
        spec, halts = calendars[run.case.version_id].spec, stops[run.case_id]
        step = spec.step(run.step)
        if step is None:
            continue
        calendar = calendars[run.case.version_id].step(step, run)
        due_at = due_of(calendar, step.within, run.opened_at, halts, 100)
        climbs = run.climb_at is not None and run.rung < len(spec.ladder)
        climb_at = due_of(calendar, step.within, run.opened_at, halts, spec.ladder[run.rung]) if climbs else None
        if (due_at, climb_at) == (run.due_at, run.climb_at):
            continue
        rows.append(
            {"id": run.pk, "due_at": due_at.isoformat(), "climb_at": climb_at.isoformat() if climb_at else None}
        )
        dues[ITEM, str(run.pk)] = due_at
        if run.rung:
            dues[OVERDUE, f"{run.pk}.{run.rung}"] = climb_at or due_at
    return rows, dues


def _stops_of(company_id: int) -> defaultdict[int, list[Stop]]:
    """When the clocks of the open cases stood still."""
    moments: defaultdict[int, list[CaseMoment]] = defaultdict(list)
    for moment in CaseMoment.objects.filter(company=company_id, case__closed_at=None):
        moments[moment.case_id].append(moment)
    return defaultdict(list, {pk: stops_of(found) for pk, found in moments.items()})


class _Terms:
    """Moments of terms; cases that began together and never stopped have them in common."""

    def __init__(self, now: dt.datetime) -> None:
        self._now = now
        self._kept: dict[tuple[int, str, dt.datetime, int], dt.datetime] = {}

    def __call__(
        self, calendar: WorkingCalendar, term: str, start: dt.datetime, stops: list[Stop], percent: int
    ) -> dt.datetime:
        if stops:
            return share_moment(calendar, term, start, stops, self._now, percent)
        key = (id(calendar), term, start, percent)
        if key not in self._kept:
            self._kept[key] = share_moment(calendar, term, start, [], self._now, percent)
        return self._kept[key]


def _write(statement: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"rows": json.dumps(rows)})
