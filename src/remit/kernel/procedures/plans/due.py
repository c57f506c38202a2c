"""Which cases are due by a plan on a day: one statement over the set for each grade, occasion or kind of earlier case.

Samples and the spread over days are drawn by the md5 of the plan's seed, the occurrence and the customer, so that drawing again
gives the same, on every machine.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Mod
from django.utils import timezone

from remit.kernel.authority.rulebook import Rulebook
from remit.kernel.organization.models import Unit
from remit.kernel.parties.models import Party, PartyTag, Relation, Segment
from remit.kernel.parties.models.ties import RelationKind
from remit.kernel.parties.segments import segment_queryset
from remit.kernel.procedures.compiled import label
from remit.kernel.procedures.engine import CANCELLED
from remit.kernel.procedures.models import Case, CompanyPlan, PlannedCase
from remit.kernel.procedures.performers import titled_in
from remit.kernel.procedures.plans.format import PlanSpec, adjusted, read_sample
from remit.kernel.procedures.plans.periods import Span, birthdays_near, festivals_near, span_of
from remit.kernel.work.calendars import calendar_of
from remit.lib.calendars import WorkingCalendar

GRADES: Final = ("A", "B", "C", "D", "none")
# Of a period this part is used to spread its cases; the rest is for what a holiday put off.
SPREAD_SHARE: Final = (3, 4)
ONCE: Final = "once"
LONG: Final = 36_525  # days: an end that is never reached
CONTACTS: Final = (RelationKind.KEY_PERSON, RelationKind.CONTACT)


@dataclass(frozen=True, slots=True)
class Due:
    """One case that a plan asks for. `after_id` and `earlier` are of the case that it follows; `note` names the contact or the
    festival that it is about. `in_days` counts from the plan's day (0: today or overdue)."""

    party_id: int | None
    owner_id: int | None
    subject: str
    occurrence: str
    in_days: int = 0
    after_id: int | None = None
    earlier: Mapping[str, Any] | None = None
    note: str = ""


def spec_here(run: CompanyPlan) -> PlanSpec:
    """The plan as the company has it."""
    return PlanSpec.model_validate(adjusted(run.plan.spec, run.changes))


def population_of(spec: PlanSpec, company_id: int, book: Rulebook) -> QuerySet[Party]:
    """The customers of whom the plan speaks, whoever sees them. No query, but for a segment."""
    wanted = spec.population
    found = Party.objects.filter(company=company_id, merged_into=None, status__in=wanted.statuses)
    if wanted.grades:
        found = found.filter(grade__in=["" if one == "none" else one for one in wanted.grades])
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.tags:
        tagged = PartyTag.objects.filter(company=company_id, tag__name__in=wanted.tags)
        found = found.filter(pk__in=tagged.values("party_id"))
    if wanted.team:
        heads = {p.id for title in wanted.team for p in titled_in(title, company_id, book.structure)}
        desks = heads | {below for head in heads for below in book.structure.subordinates(head)}
        found = found.filter(owner_id__in=sorted(book.structure.holders_of(frozenset(desks))))
    if wanted.segment:
        found = found.filter(pk__in=_in_segment(wanted.segment, company_id).values("pk"))
    if spec.performer.relation in ("owner", "owner_peer"):
        found = found.filter(owner__isnull=False)
    return found


def _in_segment(name: str, company_id: int) -> QuerySet[Party]:
    """The customers of a segment that somebody shares; of several of that name the first. Two queries."""
    shared = Segment.objects.filter(company=company_id, name=name, unit__isnull=False)
    segment = shared.select_related("person").order_by("pk").first()
    if segment is None:
        return Party.objects.none()
    return segment_queryset(Unit.objects.get(pk=company_id), segment)


def due_on(run: CompanyPlan, day: dt.date, book: Rulebook, *, most: int, ahead: int = 0) -> list[Due]:
    """What is due on the day and not open yet, at most so many, the earliest first; `ahead` days more are looked at."""
    spec, calendar = spec_here(run), calendar_of(run.company_id)
    if spec.on is not None and spec.on.case_ended is not None:
        return _after_cases(run, spec, day + dt.timedelta(days=ahead), book, most)
    found: list[Due] = []
    for people, span, note in _asked(run, spec, day, ahead, book):
        if spec.performer.relation:  # who holds no post any more handles nothing
            people = people.filter(owner_id__in=sorted(book.structure.held_by))
        if len(found) < most:
            found += _drawn(run, spec, people, span, day, calendar, most - len(found), ahead, note)
    return found


def _asked(
    run: CompanyPlan, spec: PlanSpec, day: dt.date, ahead: int, book: Rulebook
) -> Iterator[tuple[QuerySet[Party], Span, str]]:
    """(customers, the occurrence in which each is asked once, what it is about)."""
    people = population_of(spec, run.company_id, book)
    if spec.once:
        yield people, Span(ONCE, run.starts_on, run.starts_on + dt.timedelta(days=LONG)), ""
    elif spec.every:
        by_period: dict[Any, list[str]] = {}
        for grade in GRADES:
            if period := spec.every.get(grade, spec.every.get("other")):
                by_period.setdefault(period, []).append("" if grade == "none" else grade)
        for period, grades in by_period.items():
            for span in dict.fromkeys((span_of(period, day), span_of(period, day + dt.timedelta(days=ahead)))):
                yield people.filter(grade__in=grades), span, ""
    elif spec.on and spec.on.festival:
        for span in festivals_near(spec.on, day, ahead):
            yield people, span, span.key.partition("-")[0]
    elif spec.on and spec.on.contract_end:
        yield from _contract_ends(people, spec, day, ahead)
    elif spec.on and spec.on.birthday:
        for year, days in birthdays_near(day, spec.on.days_before).items():
            yield from _birthdays(people, year, days, spec.on.birthday, day)
        for later in range(1, ahead + 1):
            on = day + dt.timedelta(days=later)
            for year, days in birthdays_near(on + dt.timedelta(days=spec.on.days_before), 0).items():
                yield from _birthdays(people, year, days, spec.on.birthday, on)


def _contract_ends(
    people: QuerySet[Party], spec: PlanSpec, first: dt.date, ahead: int
) -> Iterator[tuple[QuerySet[Party], Span, str]]:
    """A contract that is prolonged has another end, and is asked for anew. One query for the days on which any ends; one that has
    ended already opens nothing."""
    before = dt.timedelta(days=spec.on.days_before if spec.on else 0)
    ends = people.filter(contract_ends_on__range=(first, first + before + dt.timedelta(days=ahead)))
    for day in ends.order_by("contract_ends_on").values_list("contract_ends_on", flat=True).distinct():
        if day is not None:
            span = Span(f"contract-{day.isoformat()}", day - before, day + dt.timedelta(days=1))
            yield ends.filter(contract_ends_on=day), span, day.isoformat()


def _birthdays(
    people: QuerySet[Party], year: int, days: list[tuple[int, int]], of: str, day: dt.date
) -> Iterator[tuple[QuerySet[Party], Span, str]]:
    born: Q = reduce(or_, (Q(birthday__month=month, birthday__day=date) for month, date in days))
    whole = Span(f"birthday-{year}", day, day + dt.timedelta(days=1))
    if of == "customer":
        yield people.filter(born), whole, ""
        return
    whose = Party.objects.filter(born, merged_into=None)
    ties = Relation.objects.filter(kind__in=CONTACTS, party__in=people, other__in=whose).select_related("other")
    by_contact: dict[int, tuple[str, list[int]]] = {}
    for tie in ties.order_by("other_id"):
        by_contact.setdefault(tie.other_id, (tie.other.name, []))[1].append(tie.party_id)
    for other, (name, parties) in by_contact.items():
        yield people.filter(pk__in=parties), Span(f"birthday-{year}-{other}", whole.start, whole.end), name


def _drawn(
    run: CompanyPlan, spec: PlanSpec, people: QuerySet[Party], span: Span, day: dt.date, calendar: WorkingCalendar,
    most: int, ahead: int, note: str,
) -> list[Due]:  # fmt: skip
    """Who of the people is in the sample and has his day by now."""
    window = _window(run, spec, span, day, calendar, ahead)
    if window is None:
        return []
    days, passed = window
    sample = read_sample(spec.sample)
    try:
        sql, params = people.order_by().values_list("id", "owner_id", "name").query.sql_with_params()
    except EmptyResultSet:  # Django sees that nobody can be meant: a segment or a team that is not there
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _DRAW.format(people=sql, owner="id" if sample.kind == "all" else "owner_id"),
            [*params, run.seed, span.key, run.pk, span.key, days,
             sample.kind, sample.n, sample.kind, sample.n, passed + ahead, most],
        )  # fmt: skip
        rows = cursor.fetchall()
    return [
        Due(party, owner, name, span.key, in_days=max(offset - passed, 0), note=note)
        for party, owner, name, offset in rows
    ]


def _window(
    run: CompanyPlan, spec: PlanSpec, span: Span, day: dt.date, calendar: WorkingCalendar, ahead: int
) -> tuple[int, int] | None:
    """(over how many days the span's cases are spread, how many of them have passed); None where nothing is opened on the day."""
    start = max(span.start, run.starts_on)
    if day + dt.timedelta(days=ahead) < start or day >= span.end:
        return None
    at_once = spec.once or (spec.on is not None and spec.on.contract_end)
    days = spec.spread or (1 if at_once else max((span.end - start).days * SPREAD_SHARE[0] // SPREAD_SHARE[1], 1))
    passed = (day - start).days
    if spec.every or spec.once:
        if not ahead and not calendar.is_workday(day):
            return None
        if calendar.add_workdays(day, 1) >= span.end:  # the last workday of the period takes what is left
            passed = LONG
    return days, passed


def foreseen(
    run: CompanyPlan, seen: QuerySet[Party], day: dt.date, book: Rulebook, *, ahead: int, most: int
) -> tuple[dict[int, int], list[Due]]:
    """(how many on which of the next days, the first of them), of the customers who are in `seen`. Not for cases that follow others.

    One statement, whatever the number of grades, periods and days; it answers a line a day, and at most so many customers.
    """
    spec, calendar = spec_here(run), calendar_of(run.company_id)
    parts, params = [], []
    seen_sql, seen_params = seen.order_by().values("id").query.sql_with_params()
    for people, span, note in _asked(run, spec, day, ahead, book):
        if spec.performer.relation:
            people = people.filter(owner_id__in=sorted(book.structure.held_by))
        window = _window(run, spec, span, day, calendar, ahead)
        if window is None:
            continue
        sample = read_sample(spec.sample)
        try:
            sql, given = people.order_by().values_list("id", "owner_id", "name").query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(_FORESEEN.format(people=sql, owner="id" if sample.kind == "all" else "owner_id", seen=seen_sql))
        days, passed = window
        params += [
            span.key, note, passed, *given, run.seed, span.key, run.pk, span.key, days,
            sample.kind, sample.n, sample.kind, sample.n, passed + ahead, *seen_params,
        ]  # fmt: skip
    if not parts:
        return {}, []
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(parts=" UNION ALL ".join(parts)), [*params, most])
        rows = cursor.fetchall()
    first = [
        Due(party, owner, name, key, in_days=in_days, note=note)
        for in_days, count, party, owner, name, key, note, _draw in rows
        if count is None
    ]
    return {row[0]: row[1] for row in rows if row[1] is not None}, first


# In a sample those who are open already come first: it does not grow when the population changes within the period.
# IN is answered by a hash: a join would be planned by statistics that a morning's thousands of new rows are not in yet.
_NUMBERED: Final = """
WITH people (id, owner_id, name) AS ({people}),
drawn AS (
    SELECT p.id, p.owner_id, p.name,
           ('x' || substr(md5(%s || '/' || %s || '/' || p.id), 1, 15))::bit(60)::bigint AS draw,
           p.id IN (SELECT party_id FROM procedures_plannedcase
                    WHERE run_id = %s AND occurrence = %s AND after_id IS NULL AND party_id IS NOT NULL) AS is_open
    FROM people p
),
numbered AS (
    SELECT id, owner_id, name, is_open, draw, (draw / 4096) %% %s AS offset_days,
           count(*) OVER () AS total,
           row_number() OVER (ORDER BY is_open DESC, draw) AS nth,
           row_number() OVER (PARTITION BY {owner} ORDER BY is_open DESC, draw) AS nth_of_owner
    FROM drawn
)
"""
_DUE: Final = """
FROM numbered
WHERE NOT is_open
  AND (%s <> 'percent' OR nth <= ceil(total * %s / 100))
  AND (%s <> 'per_owner' OR nth_of_owner <= %s)
  AND offset_days <= %s
"""
_DRAW: Final = _NUMBERED + "SELECT id, owner_id, name, offset_days" + _DUE + "ORDER BY offset_days, draw LIMIT %s"
_FORESEEN: Final = "".join(
    (
        "(SELECT drawn.id, drawn.owner_id, drawn.name, %s AS occurrence, %s AS note,",
        " greatest(drawn.offset_days - %s, 0) AS in_days, drawn.draw FROM (",
        _NUMBERED,
        "SELECT *",
        _DUE,
        ") AS drawn WHERE drawn.id IN ({seen}))",
    )
)
_COUNTED: Final = """
WITH due AS ({parts})
SELECT in_days, count(*), NULL::bigint, NULL::bigint, NULL, NULL, NULL, NULL::bigint FROM due GROUP BY in_days
UNION ALL
(SELECT in_days, NULL, id, owner_id, name, occurrence, note, draw FROM due ORDER BY in_days, draw LIMIT %s)
ORDER BY 1, 8
"""


class _Md5(Func):
    """The first 32 bits of a text's md5 as a number."""

    template = "('x' || substr(md5(%(expressions)s), 1, 8))::bit(32)::bigint"
    output_field = BigIntegerField()


def _after_cases(run: CompanyPlan, spec: PlanSpec, day: dt.date, book: Rulebook, most: int) -> list[Due]:
    """The cases of the other procedure that ended so many days ago, since the plan began, and have none that follows them."""
    on, calendar = spec.on, calendar_of(run.company_id)
    assert on is not None  # noqa: S101 - the caller has looked
    until = dt.datetime.combine(day - dt.timedelta(days=on.days_after - 1), dt.time(), calendar.zone)
    since = dt.datetime.combine(run.starts_on, dt.time(), calendar.zone)
    ended = Case.objects.filter(
        company=run.company_id, procedure__key=on.case_ended, closed_at__gte=since, closed_at__lt=until
    ).exclude(outcome=CANCELLED)
    ended = ended.exclude(pk__in=PlannedCase.objects.filter(run=run, after__isnull=False).values("after_id"))
    if on.outcomes:
        ended = ended.filter(outcome__in=on.outcomes)
    if spec.population != type(spec.population)():
        ended = ended.filter(party__in=population_of(spec, run.company_id, book))
    sample = read_sample(spec.sample)
    if sample.kind == "percent":
        drawn = Mod(_Md5(Concat(Value(f"{run.seed}/"), Cast("pk", TextField()))), 10_000)
        ended = ended.annotate(drawn=drawn).filter(drawn__lt=sample.n * 100)
    rows = ended.select_related("party", "handler").order_by("closed_at", "pk")[:most]
    return [_following(case, calendar) for case in rows]


def _following(case: Case, calendar: WorkingCalendar) -> Due:
    assert case.closed_at is not None  # noqa: S101 - they have ended
    earlier = {
        **{f"@{name}": value for name, value in case.values.items()},
        "@subject": case.subject,
        "@title": case.title,
        "@number": case.number,
        "@ended": timezone.localtime(case.closed_at, calendar.zone).strftime("%Y-%m-%d"),
        "@handler": case.handler.name,
        "handler": case.handler_id,
        "position": case.position_id,
    }
    owner = case.party.owner_id if case.party else None
    return Due(case.party_id, owner, case.subject, "after", after_id=case.pk, earlier=earlier)


def title_of(spec: PlanSpec, due: Due) -> str:
    """ "会员例行回访：周敏", "节日问候：周敏（中秋）"; what follows a case says after which."""
    about = due.note or (str(due.earlier["@number"]) if due.earlier else "")
    return f"{label(spec.labels)}：{due.subject}" + (f"（{about}）" if about else "")
