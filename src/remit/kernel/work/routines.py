"""Routines compiled from charters: which duties of which positions recur on which days, and the items that they become.

Nothing is stored between charter and item: what is in force today is read from the charters, so a revised or retired version stops
by itself. One statement opens everything that a day asks for, whatever the number of positions and people, and opens nothing
twice: an occurrence is named by charter, duty, post, holder and day.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import connection
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.authority.loading import rulebook_now
from remit.kernel.charters.format import CharterSpec, DutySpec
from remit.kernel.charters.models import CharterPosition, CharterVersion
from remit.kernel.work.calendars import DAY_TERM, due_of, shifts_of_all
from remit.kernel.work.models import RoutineDay, WorkItem
from remit.kernel.work.texts import in_every_language
from remit.lib import clock
from remit.lib.calendars import WorkingCalendar
from remit.lib.recurrence import Recurrence, parse_recurrence

KIND: Final = "routine"
# How a duty recurs that says only roughly how often.
ROUGHLY: Final = {
    "day": "每天",
    "workday": "每个工作日",
    "week": "每周",
    "half-month": "每半月",
    "month": "每月",
    "quarter": "每季度",
    "half-year": "每半年",
    "year": "每年",
}
AHEAD: Final = dt.timedelta(days=45)  # no rule leads by more workdays than that
CATCH_UP: Final = dt.timedelta(days=31)  # after a longer standstill the older days are not asked for any more
LABEL_LENGTH: Final = 120


@dataclass(frozen=True, slots=True)
class Routine:
    """A duty that recurs, of one charter in force."""

    charter_id: int
    effective_on: dt.date
    version: str
    number: int
    duty: DutySpec
    rule: Recurrence

    @property
    def label(self) -> str:
        name = self.duty.binding.name if self.duty.binding else None
        text = f"{name}：{self.duty.text}" if name and name not in self.duty.text else self.duty.text
        return text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1]}…"

    @property
    def term(self) -> str:
        return self.duty.within or (f"{self.rule.at:%H:%M}" if self.rule.at else DAY_TERM)

    def provenance(self) -> str:
        values = {"version": self.version, "n": self.number, "rule": str(self.rule)}
        return _("%(version)s, duty %(n)s · %(rule)s") % values


def routines_of(spec: CharterSpec) -> list[tuple[int, DutySpec, Recurrence]]:
    """(number, duty, rule) of the duties that a routine carries and that say how often."""
    found = []
    for number, duty in enumerate(spec.duties, 1):
        rule = duty.when or ROUGHLY.get(duty.every or "", "")
        if duty.binding is not None and duty.binding.kind == "routine" and rule:
            found.append((number, duty, parse_recurrence(rule)))
    return found


def routines_in_force(day: dt.date, charter_ids: Collection[int] | None = None) -> list[Routine]:
    """The routines of every charter version in force on the day; one query."""
    versions = CharterVersion.objects.filter(
        Q(retired_on=None) | Q(retired_on__gt=day), effective_on__lte=day
    ).select_related("charter")
    if charter_ids is not None:
        versions = versions.filter(charter__in=charter_ids)
    return [
        Routine(version.charter_id, version.effective_on, version.label, number, duty, rule)
        for version in versions
        for number, duty, rule in routines_of(version.spec)
    ]


@dataclass(frozen=True, slots=True)
class Occurrence:
    routine: Routine
    on: dt.date
    due_at: dt.datetime
    counted_from: dt.datetime
    lapses_at: dt.datetime
    posts: tuple[int, ...] = ()  # the positions of the charter that go by the calendar by which it was counted


def posts_by_calendar(
    charter_ids: Collection[int], today: dt.date
) -> dict[int, list[tuple[WorkingCalendar, tuple[int, ...]]]]:
    """The positions of each charter, divided by the calendars of their departments. Three queries, two more where a calendar has changed."""
    structure = rulebook_now().structure
    places = CharterPosition.objects.filter(
        Q(end=None) | Q(end__gt=today), start__lte=today, charter__in=charter_ids
    ).order_by("charter_id", "position_id")
    rows = list(places.values_list("charter_id", "position_id", "position__company_id"))
    shifts = shifts_of_all({company_id for _charter, _post, company_id in rows})
    found: dict[int, dict[int, tuple[WorkingCalendar, list[int]]]] = {}
    for charter_id, post, company_id in rows:
        calendar = shifts[company_id].on(structure.units_over(post))
        found.setdefault(charter_id, {}).setdefault(id(calendar), (calendar, []))[1].append(post)
    return {pk: [(calendar, tuple(posts)) for calendar, posts in one.values()] for pk, one in found.items()}


def occurrences(routines: Iterable[Routine], first: dt.date, today: dt.date) -> list[Occurrence]:
    """What the routines ask for from `first` on, as far as it turns up on the desk by `today`: by the calendar of each post's
    department. Many duties share a rule: each is laid over a calendar once."""
    listed = list(routines)
    desks = posts_by_calendar({routine.charter_id for routine in listed}, today) if listed else {}
    known: dict[tuple[object, ...], list[Occurrence]] = {}
    found = []
    for routine in listed:
        for calendar, posts in desks.get(routine.charter_id, ()):
            key = (id(calendar), routine.rule, routine.duty.within)
            if key not in known:
                known[key] = _laid_over(routine, calendar, first, today)
            asked = [one for one in known[key] if one.on >= routine.effective_on]
            found += [replace(one, routine=routine, posts=posts) for one in asked]
    return found


def _laid_over(routine: Routine, calendar: WorkingCalendar, first: dt.date, today: dt.date) -> list[Occurrence]:
    days = routine.rule.dates(calendar, first, today + AHEAD)
    after = routine.rule.next_after(calendar, days[-1]) if days else None
    return [
        _occurrence(routine, calendar, day, following)
        for day, following in zip(days, [*days[1:], after], strict=False)
        if opens_on(routine, calendar, day) <= today
    ]


def opens_on(routine: Routine, calendar: WorkingCalendar, day: dt.date) -> dt.date:
    """A duty that has a term of its own begins on its day; the others turn up so early that they can be done by it."""
    return day if routine.duty.within else routine.rule.opens_on(calendar, day)


def occurrence_on(routine: Routine, calendar: WorkingCalendar, day: dt.date) -> Occurrence:
    return _occurrence(routine, calendar, day, routine.rule.next_after(calendar, day))


def _occurrence(routine: Routine, calendar: WorkingCalendar, day: dt.date, following: dt.date | None) -> Occurrence:
    start = calendar.next_opening(dt.datetime.combine(day, dt.time.min, calendar.zone))
    if routine.duty.within or routine.rule.at is not None or calendar.is_workday(day):
        due_at = due_of(calendar, routine.term, day, start)
    else:
        due_at = routine.rule.due(calendar, day)  # kept on a closed day
    grace = calendar.end_of_day(calendar.add_workdays(due_at.astimezone(calendar.zone).date(), 1))
    if following is None:
        return Occurrence(routine, day, due_at, start, grace)
    again = dt.datetime.combine(opens_on(routine, calendar, following), dt.time.min, calendar.zone)
    return Occurrence(routine, day, due_at, start, max(grace, again))


# --- one statement a day -----------------------------------------------------------------------------------------------------

_ASKED: Final = """
WITH asked AS (
    SELECT * FROM jsonb_to_recordset(%(asked)s::jsonb) AS a(
        charter bigint, duty text, occurs_on date, due_at timestamptz, counted_from timestamptz, lapses_at timestamptz, term text,
        labels jsonb, provenances jsonb, evidence jsonb, posts bigint[]
    )
), above AS (
    SELECT * FROM jsonb_to_recordset(%(above)s::jsonb) AS b(post bigint, superior bigint)
), wanted AS (
    SELECT a.*, held.person_id, above.superior, place.position_id AS post, post.company_id,
        concat_ws('.', a.charter, a.duty, place.position_id, COALESCE(held.person_id, 0), a.occurs_on) AS source_key
    FROM asked a
    JOIN charters_charterposition place ON place.charter_id = a.charter AND place.position_id = ANY(a.posts)
        AND place.start <= %(today)s AND (place."end" IS NULL OR place."end" > %(today)s)
    JOIN organization_position post ON post.id = place.position_id AND (post.closed_on IS NULL OR post.closed_on > %(today)s)
    LEFT JOIN organization_appointment held ON held.position_id = place.position_id
        AND held.start <= %(today)s AND (held."end" IS NULL OR held."end" > %(today)s)
    LEFT JOIN above ON above.post = place.position_id
    WHERE (held.person_id IS NOT NULL OR above.superior IS NOT NULL)
        AND (held.start IS NULL OR a.occurs_on >= held.start)
        AND (%(posts)s::bigint[] IS NULL OR place.position_id = ANY(%(posts)s::bigint[]))
)
"""
_OPEN: Final = f"""{_ASKED}
INSERT INTO work_workitem (
    source_kind, source_key, labels, provenances, target, action, position_id, person_id, company_id, post_id, charter_id, duty,
    occurs_on, term, counted_from, due_at, lapses_at, evidence, result, is_missed, made_at
)
SELECT 'routine', source_key, labels, provenances, 0, '', CASE WHEN person_id IS NULL THEN superior END, person_id, company_id,
    post, charter, duty, occurs_on, term, counted_from, due_at, lapses_at, evidence, '{{}}', FALSE,
    LEAST(%(now)s, counted_from)
FROM wanted
ORDER BY due_at, charter, duty, post, person_id
ON CONFLICT (source_kind, source_key) DO NOTHING
"""  # noqa: S608 - the parts stand above
_MISSING: Final = f"""{_ASKED}
SELECT EXISTS (SELECT 1 FROM wanted WHERE NOT EXISTS (
    SELECT 1 FROM work_workitem item WHERE item.source_kind = 'routine' AND item.source_key = wanted.source_key))
"""  # noqa: S608 - the parts stand above


def open_occurrences(asked: Sequence[Occurrence], today: dt.date, posts: Collection[int] | None = None) -> int:
    """Open an item for every holder of every position that the occurrences are asked of; those of a vacant position stand with
    the nearest superior position that somebody holds. Returns how many are new. One statement."""
    if not asked:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, _values(asked, today, posts))
        return int(cursor.rowcount)


def is_missing_any(asked: Sequence[Occurrence], today: dt.date) -> bool:
    """Whether `open_occurrences` would open anything. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, _values(asked, today, None))
        return bool(cursor.fetchone()[0])


def _values(asked: Sequence[Occurrence], today: dt.date, posts: Collection[int] | None) -> dict[str, Any]:
    return {
        "asked": json.dumps([_as_row(one) for one in asked], ensure_ascii=False),
        "above": json.dumps(superiors_of_vacant(posts)),
        "posts": list(posts) if posts is not None else None,
        "today": today,
        "now": clock.now(),
    }


def _as_row(one: Occurrence) -> dict[str, Any]:
    routine = one.routine
    return {
        "charter": routine.charter_id,
        "duty": routine.duty.id,
        "occurs_on": one.on.isoformat(),
        "due_at": one.due_at.isoformat(),
        "counted_from": one.counted_from.isoformat(),
        "lapses_at": one.lapses_at.isoformat(),
        "term": routine.term,
        "labels": {"zh-hans": routine.label},
        "provenances": in_every_language(routine.provenance),
        "evidence": [{"kind": one.kind, "label": one.label} for one in routine.duty.evidence],
        "posts": one.posts,
    }


def superiors_of_vacant(posts: Collection[int] | None = None) -> list[dict[str, int]]:
    """For each position that nobody holds: the nearest one above that somebody holds."""
    structure = rulebook_now().structure
    found = []
    for position in structure.positions.values():
        if position.holders or (posts is not None and position.id not in posts):
            continue
        above = next((one for one in structure.superiors(position.id) if one.holders), None)
        if above is not None:
            found.append({"post": position.id, "superior": above.id})
    return found


def first_to_open(today: dt.date) -> dt.date:
    """From which day on routines still have to be opened: the day after the last one that was, a month ago at most."""
    last = RoutineDay.objects.aggregate(last=Max("day"))["last"]
    return today if last is None else min(today, max(last + dt.timedelta(days=1), today - CATCH_UP))


# --- what changes hands, what was missed -----------------------------------------------------------------------------------------

# Open occurrences whose person holds the post no longer; the ones that he was handed by somebody else are not the post's.
_LEFT: Final = """
    item.source_kind = 'routine' AND item.done_at IS NULL AND item.person_id IS NOT NULL AND item.given_by_id IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM organization_appointment held WHERE held.position_id = item.post_id AND held.person_id = item.person_id
            AND held.start <= %(today)s AND (held."end" IS NULL OR held."end" > %(today)s))
"""
# Those that stand above a vacant post which somebody holds by now.
_FILLED: Final = """
    item.source_kind = 'routine' AND item.done_at IS NULL AND item.position_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM organization_appointment held WHERE held.position_id = item.post_id
            AND held.start <= %(today)s AND (held."end" IS NULL OR held."end" > %(today)s))
"""
_PASS_ON: Final = f"""
WITH above AS (
    SELECT * FROM jsonb_to_recordset(%(above)s::jsonb) AS b(post bigint, superior bigint)
), moved AS (
    SELECT item.id, held.person_id AS heir, above.superior,
        concat_ws('.', item.charter_id, item.duty, item.post_id, COALESCE(held.person_id, 0), item.occurs_on) AS new_key
    FROM work_workitem item
    LEFT JOIN LATERAL (
        SELECT person_id FROM organization_appointment held WHERE held.position_id = item.post_id
            AND held.start <= %(today)s AND (held."end" IS NULL OR held."end" > %(today)s)
        ORDER BY held.start DESC, held.id LIMIT 1) held ON TRUE
    LEFT JOIN above ON above.post = item.post_id
    WHERE ({_LEFT}) OR ({_FILLED})
), kept AS (
    SELECT DISTINCT ON (new_key) moved.* FROM moved
    WHERE (heir IS NOT NULL OR superior IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM work_workitem other WHERE other.source_kind = 'routine' AND other.source_key = new_key)
    ORDER BY new_key, id
)
UPDATE work_workitem item SET
    person_id = CASE WHEN kept.id IS NULL THEN item.person_id ELSE kept.heir END,
    position_id = CASE WHEN kept.id IS NULL THEN item.position_id WHEN kept.heir IS NULL THEN kept.superior END,
    source_key = COALESCE(kept.new_key, item.source_key),
    done_at = CASE WHEN kept.id IS NULL THEN %(now)s::timestamptz END,
    claimed_by_id = NULL, snoozed_until = NULL
FROM moved LEFT JOIN kept ON kept.id = moved.id
WHERE item.id = moved.id
"""  # noqa: S608 - the parts stand above
_MOVING: Final = f"SELECT EXISTS (SELECT 1 FROM work_workitem item WHERE ({_LEFT}) OR ({_FILLED}))"  # noqa: S608 - the parts stand above


def pass_on(today: dt.date) -> int:
    """What a leaver left open goes to who holds the post now, else to the position above; what the new holder has already falls
    away. What stood above a vacant post comes down to who holds it now. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_PASS_ON, {"today": today, "now": clock.now(), "above": json.dumps(superiors_of_vacant())})
        return int(cursor.rowcount)


def something_moves(today: dt.date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_MOVING, {"today": today})
        return bool(cursor.fetchone()[0])


def is_pending(today: dt.date) -> bool:
    """Whether there is anything for the day's run to do: it leaves an event, so it runs only where there is."""
    if something_moves(today) or lapsed().exists():
        return True
    return is_missing_any(occurrences(routines_in_force(today), first_to_open(today), today), today)


def lapsed() -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(done_at=None, lapses_at__lte=clock.now())


def record_missed() -> int:
    """Occurrences whose time has passed for good are closed as missed, at the moment they lapsed. One statement."""
    return int(lapsed().update(done_at=F("lapses_at"), is_missed=True))


# --- the same day ----------------------------------------------------------------------------------------------------------------


def give_to_new_holders(position_ids: Collection[int]) -> None:
    """Who was appointed today has today's routines of the position at once (hook of the organization)."""
    today = timezone.localdate(clock.now())
    places = CharterPosition.objects.filter(position__in=position_ids, end=None)
    charters = set(places.values_list("charter_id", flat=True))
    if charters:
        pass_on(today)
        open_occurrences(occurrences(routines_in_force(today, charters), today, today), today, position_ids)
