"""When a company's calendar changes, its open cases get their dates anew: due moments, rungs and items. Sets, not loops.

What is closed keeps its dates; its clock is read by the new calendar anyway (clocks.py).
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from django.db import connection

from remit.kernel.procedures.clocks import Stop, due_moment, share_moment, stops_of
from remit.kernel.procedures.compiled import spec_of
from remit.kernel.procedures.engine import ITEM, OVERDUE
from remit.kernel.procedures.format import ProcedureSpec
from remit.kernel.procedures.models import Case, CaseMoment, ProcedureVersion, StepRun
from remit.kernel.work import hooks
from remit.lib import clock
from remit.lib.calendars import WorkingCalendar

_CASES: Final = """
UPDATE procedures_case item SET due_at = r.due_at
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(id bigint, due_at timestamptz) WHERE item.id = r.id
"""
_RUNS: Final = """
UPDATE procedures_steprun item SET due_at = r.due_at, climb_at = r.climb_at
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(id bigint, due_at timestamptz, climb_at timestamptz) WHERE item.id = r.id
"""


def register() -> None:
    hooks.calendar_changed.append(redate_cases)


def redate_cases(company_id: int, _before: WorkingCalendar, calendar: WorkingCalendar) -> hooks.NewDues:
    """Four queries and two statements, whatever is open. Answers which items are due when."""
    stops, due_of = _stops_of(company_id), _Terms(calendar, clock.now())
    open_cases = Case.objects.filter(company=company_id, closed_at=None)
    # Thousands of cases share a handful of versions, whose text is long: each is read once.
    versions = ProcedureVersion.objects.filter(pk__in=open_cases.order_by().values("version_id").distinct())
    specs = {version.pk: spec_of(version) for version in versions}
    cases: list[dict[str, Any]] = []
    for pk, version_id, started_at, was_due in open_cases.values_list("pk", "version_id", "started_at", "due_at"):
        due_at = due_of(specs[version_id].within, started_at, stops[pk], 100)
        if due_at != was_due:
            cases.append({"id": pk, "due_at": due_at.isoformat()})
    runs, dues = _redate_runs(company_id, specs, stops, due_of)
    _write(_CASES, cases)
    _write(_RUNS, runs)
    return dues


def _redate_runs(
    company_id: int, specs: Mapping[int, ProcedureSpec], stops: Mapping[int, list[Stop]], due_of: "_Terms"
) -> tuple[list[dict[str, Any]], hooks.NewDues]:
    """The open runs whose dates are others now, and when their items are due."""
    rows: list[dict[str, Any]] = []
    dues: hooks.NewDues = {}
    found = StepRun.objects.filter(company=company_id, closed_at=None, case__closed_at=None)
    columns = ("pk", "case_id", "case__version_id", "step", "opened_at", "due_at", "climb_at", "rung")
    for pk, case_id, version_id, step_id, opened_at, was_due, was_climbing, rung in found.values_list(*columns):
        spec, halts = specs[version_id], stops[case_id]
        step = spec.step(step_id)
        if step is None:
            continue
        due_at = due_of(step.within, opened_at, halts, 100)
        climbs = was_climbing is not None and rung < len(spec.ladder)
        climb_at = due_of(step.within, opened_at, halts, spec.ladder[rung]) if climbs else None
        if (due_at, climb_at) == (was_due, was_climbing):
            continue
        rows.append({"id": pk, "due_at": due_at.isoformat(), "climb_at": climb_at.isoformat() if climb_at else None})
        dues[ITEM, str(pk)] = due_at
        if rung:
            dues[OVERDUE, f"{pk}.{rung}"] = climb_at or due_at
    return rows, dues


def _stops_of(company_id: int) -> defaultdict[int, list[Stop]]:
    """When the clocks of the open cases stood still."""
    moments: defaultdict[int, list[CaseMoment]] = defaultdict(list)
    for moment in CaseMoment.objects.filter(company=company_id, case__closed_at=None):
        moments[moment.case_id].append(moment)
    return defaultdict(list, {pk: stops_of(found) for pk, found in moments.items()})


class _Terms:
    """Moments of terms; cases that began together and never stopped have them in common."""

    def __init__(self, calendar: WorkingCalendar, now: dt.datetime) -> None:
        self._calendar, self._now = calendar, now
        self._without_stops = cache(self._moment)

    def __call__(self, term: str, start: dt.datetime, stops: list[Stop], percent: int) -> dt.datetime:
        return self._without_stops(term, start, percent) if not stops else self._moment(term, start, percent, stops)

    def _moment(self, term: str, start: dt.datetime, percent: int, stops: Iterable[Stop] = ()) -> dt.datetime:
        halts = list(stops)
        if percent == 100:
            return due_moment(self._calendar, term, start, halts, self._now)
        return share_moment(self._calendar, term, start, halts, self._now, percent)


def _write(statement: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"rows": json.dumps(rows)})
