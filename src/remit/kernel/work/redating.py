"""When the calendar of a company or of a department changes, what is open gets its dates anew; what is done keeps them. Sets, not loops."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.terms import redate_terms
from remit.kernel.organization.structure import Structure
from remit.kernel.work import hooks
from remit.kernel.work.calendars import due_of
from remit.kernel.work.models import WorkItem
from remit.kernel.work.routines import AHEAD, KIND, Routine, occurrence_on, routines_in_force
from remit.lib import clock
from remit.lib.calendars import WorkingCalendar
from remit.lib.shifts import Shifts

# What a term of the room of authority is on people's lists.
TERM_ITEMS: Final = {"step": ("step",), "obligation": ("report", "countersign", "finding")}


@dataclass(frozen=True, slots=True)
class Redated:
    """How many open items got another deadline or day, and how many are no longer asked for: their day is closed now."""

    moved: int
    dropped: int


def redate(company_id: int, old: Shifts, new: Shifts) -> Redated:
    """A bounded number of statements, whatever is open: of routines, of approvals and obligations, and what other rooms hang on
    hooks.calendar_changed. The caller has changed a calendar of the company in this transaction."""
    structure = rulebook_now().structure
    places = _moved_occurrences(company_id, old, new, structure)
    moved = _move(one for one in places if one["new_on"] is not None)
    dropped = _drop(one for one in places if one["new_on"] is None)
    dues: hooks.NewDues = {}
    for term in redate_terms(company_id, old, new, structure):
        for kind in TERM_ITEMS[term.kind]:
            dues[kind, str(term.pk)] = term.due_at
    for hook in hooks.calendar_changed:
        dues |= hook(company_id, old, new, structure)
    return Redated(moved + _new_deadlines(company_id, old, new, structure) + _move_items(dues), dropped)


def _move_items(dues: hooks.NewDues) -> int:
    """Items of other rooms, by their source. One statement."""
    rows = ({"kind": kind, "key": key, "due_at": due_at.isoformat()} for (kind, key), due_at in dues.items())
    return _run(_BY_SOURCE, rows)


# --- occurrences whose day is another one now --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Desks:
    """Posts of one charter and duty whose departments went by one calendar and go by one now, and the days of their open occurrences."""

    old: WorkingCalendar
    new: WorkingCalendar
    posts: set[int]
    days: set[dt.date]


def _moved_occurrences(company_id: int, old: Shifts, new: Shifts, structure: Structure) -> list[dict[str, Any]]:
    """Open occurrences from today on whose day the rule no longer names, each with the day that came in its place."""
    today = timezone.localdate(clock.now())
    desks: dict[tuple[int, str, int, int], _Desks] = {}
    found = WorkItem.objects.filter(source_kind=KIND, done_at=None, company=company_id, occurs_on__gte=today)
    columns = ("charter_id", "duty", "post_id", "occurs_on")
    for charter, duty, post, day in found.order_by().values_list(*columns).distinct():
        line = structure.units_over(post)
        was, now = old.on(line), new.on(line)
        if was != now and charter is not None and post is not None and day is not None:
            one = desks.setdefault((charter, duty, id(was), id(now)), _Desks(was, now, set(), set()))
            one.posts.add(post)
            one.days.add(day)
    rules = {(one.charter_id, one.duty.id): one for one in routines_in_force(today, {key[0] for key in desks})}
    moved = []
    for (charter, duty, _was, _now), one in desks.items():
        if (charter, duty) in rules:
            rows = _replaced(rules[charter, duty], one.days, today, one.old, one.new)
            moved += [{**row, "posts": sorted(one.posts)} for row in rows]
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
        counted_from timestamptz, lapses_at timestamptz, posts bigint[])
"""
_SAME: Final = """
    item.source_kind = 'routine' AND item.done_at IS NULL AND item.charter_id = r.charter AND item.duty = r.duty
    AND item.occurs_on = r.occurs_on AND item.post_id = ANY(r.posts)
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
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS r(ids bigint[], due_at timestamptz, grace timestamptz), unnest(r.ids) AS one(id)
    WHERE item.id = one.id AND item.done_at IS NULL AND item.due_at <> r.due_at
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


def _run(statement: str, rows: Iterable[Mapping[str, Any]]) -> int:
    listed = list(rows)
    if not listed:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(statement, {"rows": json.dumps(listed), "now": clock.now()})
        return int(cursor.rowcount)


def _move(rows: Iterable[Mapping[str, Any]]) -> int:
    return _run(_MOVE, rows)


def _drop(rows: Iterable[Mapping[str, Any]]) -> int:
    return _run(_DROP, rows)


# --- deadlines that follow from the calendar ---------------------------------------------------------------------------------------


def _new_deadlines(company_id: int, old: Shifts, new: Shifts, structure: Structure) -> int:
    """Items of one calendar, term, day and beginning have one deadline: it is computed once for all of them."""
    found = WorkItem.objects.filter(done_at=None, company=company_id).exclude(term="").order_by()
    columns = ("pk", "post_id", "position_id", "person_id", "term", "occurs_on", "counted_from")
    alike: dict[tuple[int, str, dt.date | None, dt.datetime | None], list[int]] = defaultdict(list)
    calendars: dict[int, WorkingCalendar] = {}
    for pk, post, position, person, term, occurs_on, counted_from in found.values_list(*columns):
        line = structure.units_over(post or position, person)
        calendar = new.on(line)
        if calendar != old.on(line):
            calendars[id(calendar)] = calendar
            alike[id(calendar), term, occurs_on, counted_from].append(pk)
    rows = []
    for (key, term, occurs_on, counted_from), ids in alike.items():
        calendar, start = calendars[key], counted_from or clock.now()
        due_at = due_of(calendar, term, occurs_on or timezone.localdate(start), counted_from)
        grace = calendar.end_of_day(calendar.add_workdays(due_at.astimezone(calendar.zone).date(), 1))
        rows.append({"ids": ids, "due_at": due_at.isoformat(), "grace": grace.isoformat()})
    return _run(_DUE, rows)
