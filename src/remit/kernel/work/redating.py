"""When a company's calendar changes, what is open gets its dates anew; what is done keeps them. Sets, not loops."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from remit.kernel.authority.terms import redate_terms
from remit.kernel.work import hooks
from remit.kernel.work.calendars import due_of
from remit.kernel.work.models import WorkItem
from remit.kernel.work.routines import AHEAD, KIND, Routine, occurrence_on, routines_in_force
from remit.lib import clock
from remit.lib.calendars import WorkingCalendar

# What a term of the room of authority is on people's lists.
TERM_ITEMS: Final = {"step": ("step",), "obligation": ("report", "countersign", "finding")}


@dataclass(frozen=True, slots=True)
class Redated:
    """How many open items got another deadline or day, and how many are no longer asked for: their day is closed now."""

    moved: int
    dropped: int


def redate(company_id: int, old: WorkingCalendar, new: WorkingCalendar) -> Redated:
    """A bounded number of statements, whatever is open: of routines, of approvals and obligations, and what other rooms hang on
    hooks.calendar_changed. The caller has changed the calendar in this transaction."""
    places = _moved_occurrences(company_id, old, new)
    moved = _move(one for one in places if one["new_on"] is not None)
    dropped = _drop(one for one in places if one["new_on"] is None)
    dues: hooks.NewDues = {}
    for term in redate_terms(company_id, old, new):
        for kind in TERM_ITEMS[term.kind]:
            dues[kind, str(term.pk)] = term.due_at
    for hook in hooks.calendar_changed:
        dues |= hook(company_id, old, new)
    return Redated(moved + _new_deadlines(company_id, new) + _move_items(dues), dropped)


def _move_items(dues: hooks.NewDues) -> int:
    """Items of other rooms, by their source. One statement."""
    rows = ({"kind": kind, "key": key, "due_at": due_at.isoformat()} for (kind, key), due_at in dues.items())
    return _run(_BY_SOURCE, rows)


# --- occurrences whose day is another one now --------------------------------------------------------------------------------------


def _moved_occurrences(company_id: int, old: WorkingCalendar, new: WorkingCalendar) -> list[dict[str, Any]]:
    """Open occurrences from today on whose day the rule no longer names, each with the day that came in its place."""
    today = timezone.localdate(clock.now())
    open_days: dict[tuple[int, str], set[dt.date]] = defaultdict(set)
    found = WorkItem.objects.filter(source_kind=KIND, done_at=None, charter__company=company_id, occurs_on__gte=today)
    for charter, duty, day in found.order_by().values_list("charter_id", "duty", "occurs_on").distinct():
        if day is not None:
            open_days[charter, duty].add(day)
    rules = {(one.charter_id, one.duty.id): one for one in routines_in_force(today, {pk for pk, _duty in open_days})}
    moved = []
    for key, days in open_days.items():
        if key in rules:
            moved += _replaced(rules[key], days, today, old, new)
    return moved


def _replaced(
    routine: Routine, days: Iterable[dt.date], today: dt.date, old: WorkingCalendar, new: WorkingCalendar
) -> list[dict[str, Any]]:
    last = today + 2 * AHEAD
    before, after = (set(routine.rule.dates(calendar, today, last)) for calendar in (old, new))
    free = after - before
    rows = []
    for day in sorted(set(days) - after):
        nearest = min(free, key=lambda one: abs(one - day), default=None)
        row = {"charter": routine.charter_id, "duty": routine.duty.id, "occurs_on": day.isoformat(), "new_on": None}
        if nearest is not None and abs(nearest - day) <= AHEAD:
            free.remove(nearest)
            again = occurrence_on(routine, new, nearest)
            row |= {
                "new_on": nearest.isoformat(),
                "due_at": again.due_at.isoformat(),
                "counted_from": again.counted_from.isoformat(),
                "lapses_at": again.lapses_at.isoformat(),
            }
        rows.append(row)
    return rows


_ROWS: Final = """
    jsonb_to_recordset(%(rows)s::jsonb) AS r(charter bigint, duty text, occurs_on date, new_on date, due_at timestamptz,
        counted_from timestamptz, lapses_at timestamptz)
"""
_SAME: Final = """
    item.source_kind = 'routine' AND item.done_at IS NULL AND item.charter_id = r.charter AND item.duty = r.duty
    AND item.occurs_on = r.occurs_on
"""
_NOTED: Final = """
INSERT INTO work_workstep (item_id, kind, at, text) SELECT id, 'redated', %(now)s, '' FROM moved
"""
_MOVE: Final = f"""
WITH moved AS (
    UPDATE work_workitem item SET occurs_on = r.new_on, due_at = r.due_at, counted_from = r.counted_from, lapses_at = r.lapses_at,
        source_key = regexp_replace(item.source_key, '[^.]*$', '') || r.new_on
    FROM {_ROWS} WHERE {_SAME}
    RETURNING item.id
) {_NOTED}
"""  # noqa: S608 - the parts stand above
_DROP: Final = f"""
UPDATE work_workitem item SET done_at = %(now)s FROM {_ROWS} WHERE {_SAME}
"""  # noqa: S608 - the parts stand above
_DUE: Final = f"""
WITH moved AS (
    UPDATE work_workitem item SET due_at = r.due_at, lapses_at = GREATEST(item.lapses_at, r.grace)
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(
        term text, occurs_on date, counted_from timestamptz, due_at timestamptz, grace timestamptz)
    WHERE item.done_at IS NULL AND item.company_id = %(company)s AND item.term = r.term
        AND item.occurs_on IS NOT DISTINCT FROM r.occurs_on AND item.counted_from IS NOT DISTINCT FROM r.counted_from
        AND item.due_at <> r.due_at
    RETURNING item.id
) {_NOTED}
"""  # noqa: S608 - the parts stand above

_BY_SOURCE: Final = f"""
WITH moved AS (
    UPDATE work_workitem item SET due_at = r.due_at
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(kind text, key text, due_at timestamptz)
    WHERE item.source_kind = r.kind AND item.source_key = r.key AND item.done_at IS NULL AND item.due_at <> r.due_at
    RETURNING item.id
) {_NOTED}
"""  # noqa: S608 - the parts stand above


def _run(statement: str, rows: Iterable[Mapping[str, Any]], **more: Any) -> int:
    listed = list(rows)
    if not listed:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(statement, {"rows": json.dumps(listed), "now": clock.now(), **more})
        return int(cursor.rowcount)


def _move(rows: Iterable[Mapping[str, Any]]) -> int:
    return _run(_MOVE, rows)


def _drop(rows: Iterable[Mapping[str, Any]]) -> int:
    return _run(_DROP, rows)


# --- deadlines that follow from the calendar ---------------------------------------------------------------------------------------


def _new_deadlines(company_id: int, calendar: WorkingCalendar) -> int:
    """Items of one term, day and beginning have one deadline: it is computed once for all of them."""
    bases = (
        WorkItem.objects.filter(done_at=None, company=company_id)
        .exclude(term="")
        .order_by()
        .values_list("term", "occurs_on", "counted_from")
        .distinct()
    )
    rows = []
    for term, occurs_on, counted_from in bases:
        start = counted_from or clock.now()
        due_at = due_of(calendar, term, occurs_on or timezone.localdate(start), counted_from)
        grace = calendar.end_of_day(calendar.add_workdays(due_at.astimezone(calendar.zone).date(), 1))
        rows.append(
            {
                "term": term,
                "occurs_on": occurs_on.isoformat() if occurs_on else None,
                "counted_from": counted_from.isoformat() if counted_from else None,
                "due_at": due_at.isoformat(),
                "grace": grace.isoformat(),
            }
        )
    return _run(_DUE, rows, company=company_id)
