"""Which summaries are missing: who owes them, since when, and who is to be asked or told next (S-132, S-152).

Somebody owes the summaries of a kind where a duty of his charter is bound to them (`binding: {kind: record, name: 计划与总结}`, or a
routine of that name, with `every: day`, `workday`, `week` or `month`), or where his company's rule says so. Only the last period whose
time has passed is asked for. Nobody owes one for a period in which his department did not work, before which he did not hold the post or
his charter did not say so, or through which somebody acted for him.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils import timezone

from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.rulebook import Rulebook
from remit.kernel.charters.format import CharterSpec
from remit.kernel.charters.models import CharterPosition, CharterVersion
from remit.kernel.organization.models import Acting, Appointment
from remit.kernel.organization.models.spans import holds_on
from remit.kernel.work.calendars import shifts_of_all
from remit.kernel.work.models import Owing, Summary, SummaryChase, SummaryKind, SummaryRule
from remit.kernel.work.periods import first_day, next_first
from remit.lib import clock
from remit.lib.calendars import WorkingCalendar, parse_duration

# The record that the summaries are, by the name that charters call it.
RECORD: Final = "计划与总结"
BINDINGS: Final = ("record", "routine")  # a routine of that name lies on Today on its day as well
KINDS_BY_RHYTHM: Final[Mapping[str, SummaryKind]] = {
    "day": SummaryKind.DAY,
    "workday": SummaryKind.DAY,
    "week": SummaryKind.WEEK,
    "month": SummaryKind.MONTH,
}
# By kind: within which time after the period it is sent. The documents say "before leaving", "Monday afternoon", "on time".
WITHIN: Final[Mapping[str, str]] = {"day": "2 hours", "week": "4 hours", "month": "2 workdays"}
FURTHER: Final = "1 workday"
REMEMBERED: Final = dt.timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Missing:
    """A summary that is missing after its time. `asked_at` None: he is to be asked for it; else his superior is to hear of it."""

    person_id: int
    company_id: int
    post: int
    kind: str
    starts_on: dt.date
    calendar: WorkingCalendar
    asked_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class _Owed:
    person_id: int
    company_id: int
    post: int
    since: dt.date  # he holds the post, and his charter says so
    kind: str
    rule: SummaryRule
    calendar: WorkingCalendar


def rules_of(company_id: int) -> dict[str, SummaryRule]:
    """The company's rule for each kind, the default where it has none. One query."""
    rows = {row.kind: row for row in SummaryRule.objects.filter(company=company_id)}
    return {kind: rows.get(kind) or _usual(company_id, kind) for kind in SummaryKind.values}


def _usual(company_id: int, kind: str) -> SummaryRule:
    return SummaryRule(company_id=company_id, kind=kind, owed_by=Owing.CHARTER, within=WITHIN[kind], further=FURTHER)


def kinds_owed(spec: CharterSpec) -> set[str]:
    """By the duties of a charter."""
    kept = [
        duty for duty in spec.duties if duty.binding and duty.binding.kind in BINDINGS and duty.binding.name == RECORD
    ]
    return {KINDS_BY_RHYTHM[duty.every].value for duty in kept if duty.every and duty.every in KINDS_BY_RHYTHM}


def missing_now(now: dt.datetime | None = None) -> list[Missing]:
    """All summaries that somebody is to be asked for, or a superior to be told of, at this moment. Nine queries, whatever their number."""
    moment = now or clock.now()
    owed = {(one.person_id, one.kind): one for one in _owed(rulebook_now(), timezone.localdate(moment))}
    if not owed:
        return []
    since, starts, away = timezone.localdate(moment) - REMEMBERED, _Starts(moment), _absences(moment)
    last = {key: start for key, one in owed.items() if (start := starts(one)) is not None}
    days = set(last.values())
    asked = {
        (row.person_id, row.kind, row.starts_on): row
        for row in SummaryChase.objects.filter(Q(starts_on__in=days) | Q(starts_on__gte=since, told_at=None))
    }
    there = Summary.objects.filter(starts_on__in=days | {start for _person, _kind, start in asked})
    sent = set(there.values_list("person_id", "kind", "starts_on"))
    known = sent | asked.keys()
    found = []
    for key, start in last.items():
        one = owed[key]
        if one.since > start or (one.person_id, one.kind, start) in known:
            continue
        if not _is_excused(one, start, away[one.person_id], moment):
            found.append(Missing(one.person_id, one.company_id, one.post, one.kind, start, one.calendar, None))
    for asked_for, row in asked.items():
        still = owed.get(asked_for[:2])
        if row.told_at is not None or still is None or asked_for in sent:
            continue
        if parse_duration(still.rule.further).due(still.calendar, row.asked_at) <= moment:
            found.append(
                Missing(
                    row.person_id, row.company_id, still.post, row.kind, row.starts_on, still.calendar, row.asked_at
                )
            )
    return found


def _owed(book: Rulebook, today: dt.date) -> Iterator[_Owed]:
    """Each person once a kind, by his main post first. Five queries."""
    rules = {(rule.company_id, rule.kind): rule for rule in SummaryRule.objects.all()}
    in_force = CharterVersion.objects.filter(Q(retired_on=None) | Q(retired_on__gt=today), effective_on__lte=today)
    by_charter = {
        version.charter_id: dict.fromkeys(kinds, version.effective_on)
        for version in in_force
        if (kinds := kinds_owed(version.spec))
    }
    by_post: dict[int, dict[str, dt.date]] = defaultdict(dict)
    for charter_id, post in CharterPosition.objects.filter(holds_on(today), charter__in=by_charter).values_list(
        "charter_id", "position_id"
    ):
        by_post[post] |= by_charter[charter_id]
    companies = {company_id for company_id, _kind in rules} | {
        position.company_id for pk in by_post if (position := book.structure.positions.get(pk)) is not None
    }
    shifts = shifts_of_all(companies)
    held = Appointment.objects.filter(holds_on(today), position__company__in=companies, person__is_agent=False)
    columns = ("person_id", "person__company_id", "position_id", "position__company_id", "start")
    seen = set()
    for person, at_home, post, company_id, start in held.order_by("-is_main", "position_id").values_list(*columns):
        calendar = shifts[company_id].on(book.structure.units_over(post))
        for kind in SummaryKind.values:
            rule = rules.get((company_id, kind)) or _usual(company_id, kind)
            owes = rule.owed_by == Owing.EVERYBODY or (rule.owed_by == Owing.CHARTER and kind in by_post[post])
            if owes and (person, kind) not in seen:
                seen.add((person, kind))
                since = max(start, by_post[post].get(kind, start))
                yield _Owed(person, at_home, post, since, kind, rule, calendar)


class _Starts:
    """The first day of the last period that was worked in and whose time for sending has passed; counted once a calendar."""

    def __init__(self, now: dt.datetime) -> None:
        self._now = now
        self._known: dict[tuple[int, str, str], dt.date | None] = {}

    def __call__(self, owed: _Owed) -> dt.date | None:
        key = (id(owed.calendar), owed.kind, owed.rule.within)
        if key not in self._known:
            self._known[key] = self._last_due(owed.calendar, owed.kind, owed.rule.within)
        return self._known[key]

    def _last_due(self, calendar: WorkingCalendar, kind: str, within: str) -> dt.date | None:
        start = first_day(kind, self._now.astimezone(calendar.zone).date())
        for _back in range(REMEMBERED.days):
            last = _last_workday(calendar, kind, start)
            if last is not None and parse_duration(within).due(calendar, calendar.end_of_day(last)) <= self._now:
                return start
            start = first_day(kind, start - dt.timedelta(days=1))
        return None


def _last_workday(calendar: WorkingCalendar, kind: str, start: dt.date) -> dt.date | None:
    last = calendar.add_workdays(next_first(kind, start), -1)
    return last if last >= start else None


def _absences(now: dt.datetime) -> dict[int, list[tuple[dt.datetime, dt.datetime]]]:
    """When somebody acted for whom, as far as it matters. One query."""
    found: dict[int, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    lately = Acting.objects.filter(principal__isnull=False, ends_at__gt=now - REMEMBERED, starts_at__lte=now)
    for person, starts_at, ends_at, ended_at in lately.values_list("principal_id", "starts_at", "ends_at", "ended_at"):
        if person is not None:
            found[person].append((starts_at, min(ends_at, ended_at or ends_at)))
    return found


def _is_excused(owed: _Owed, start: dt.date, away: list[tuple[dt.datetime, dt.datetime]], now: dt.datetime) -> bool:
    """He is away now (and is asked when he is back), or was for all of the period."""
    if not away:
        return False
    calendar = owed.calendar
    last = _last_workday(calendar, owed.kind, start) or start
    first = calendar.next_opening(dt.datetime.combine(start, dt.time(), calendar.zone))
    return any(since <= now < until or (since <= first and until >= calendar.end_of_day(last)) for since, until in away)
