"""Questions about plans: which run, what they will open next, what became of what they opened. A person sees his part of it."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.authority.access import companies_seen
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.access import visible_parties
from remit.kernel.procedures.access import visible_cases
from remit.kernel.procedures.engine import CANCELLED
from remit.kernel.procedures.models import Case, CompanyPlan, Plan, PlannedCase
from remit.kernel.procedures.plans.due import GRADES, ONCE, Due, due_on, foreseen, population_of
from remit.kernel.procedures.plans.format import PlanSpec, read_sample
from remit.kernel.procedures.plans.periods import span_of
from remit.kernel.work.calendars import calendar_of
from remit.lib import clock

AHEAD_DAYS: Final = 14
LOOKED_AT: Final = 2000
SHOWN: Final = 30
# What became of the cases of a plan, each as a condition; together they are all, none is in two.
RESULTS: Final = ("done", "late", "running", "missed")


def plans_to_run(today: dt.date) -> list[tuple[str, int]]:
    """(key, company) of the plans that have not opened all of today's cases yet. One query."""
    runs = CompanyPlan.objects.filter(suspended_at=None, starts_on__lte=today)
    pending = Q(ran_on=None) | Q(ran_on__lt=today) | Q(plan__spec__on__case_ended__isnull=False)
    runs = runs.filter(pending)  # cases end all day long
    return list(runs.order_by("pk").values_list("plan__key", "company_id"))


def result_is(result: str, now: dt.datetime) -> Q:
    """On a case: ended in time, ended late, still within its time, or missed (overdue and open, or cancelled)."""
    ended = Q(closed_at__isnull=False) & ~Q(outcome=CANCELLED)
    return {
        "done": ended & Q(closed_at__lte=F("due_at")),
        "late": ended & Q(closed_at__gt=F("due_at")),
        "running": Q(closed_at=None) & (Q(due_at__gte=now) | Q(paused_at__isnull=False)),
        "missed": Q(closed_at=None, paused_at=None, due_at__lt=now) | Q(outcome=CANCELLED),
    }[result]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in one company, started or not."""

    plan: Plan
    company: Unit
    run: CompanyPlan | None

    @property
    def state(self) -> str:
        if self.run is None:
            return "idle"
        return "suspended" if self.run.suspended_at else "running"


def companies_of(person: Person) -> list[Unit]:
    seen = companies_seen(person)
    found = Unit.objects.filter(kind="company", closed_on=None).order_by("path")
    return list(found if seen is None else found.filter(pk__in=seen))


def plan_rows(person: Person) -> list[PlanRow]:
    """Every plan in every company that the person sees, those that run first. Three queries."""
    companies = companies_of(person)
    runs = {(run.plan_id, run.company_id): run for run in CompanyPlan.objects.filter(company__in=companies)}
    rows = [
        PlanRow(plan, company, runs.get((plan.pk, company.pk)))
        for plan in Plan.objects.order_by("key")
        for company in companies
    ]
    return sorted(rows, key=lambda row: row.run is None)


def plan_row(person: Person, key: str, company_id: int) -> PlanRow:
    """Raises NotYours."""
    company = next((one for one in companies_of(person) if one.pk == company_id), None)
    plan = Plan.objects.filter(key=key).first()
    if plan is None or company is None:
        raise NotYours(_("There is no such plan."))
    run = CompanyPlan.objects.filter(plan=plan, company=company).select_related("started_by", "plan").first()
    return PlanRow(plan, company, run)


def planned_cases(person: Person, key: str) -> QuerySet[Case]:
    """The cases of a plan that the person may see."""
    return visible_cases(person).filter(planned__run__plan__key=key)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many were opened since a day, and what became of them, by RESULTS."""

    opened: int
    by_result: Mapping[str, int]


def figures(person: Person, run: CompanyPlan, since: dt.datetime) -> Figures:
    """As far as the person sees them. One query."""
    now = clock.now()
    found = planned_cases(person, run.plan.key).filter(company=run.company_id, opened_at__gte=since)
    counts = found.aggregate(
        opened=Count("pk"), **{result: Count("pk", filter=result_is(result, now)) for result in RESULTS}
    )
    return Figures(counts.pop("opened"), counts)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of whom the plan speaks have been reached in the periods that run today (R-021: all of them)."""

    wanted: int  # percent; 0 where the plan sets none
    people: int
    opened: int
    reached: int

    @property
    def percent(self) -> int:
        return self.reached * 100 // self.people if self.people else 100


def coverage(person: Person, run: CompanyPlan, spec: PlanSpec) -> Coverage | None:
    """Of the customers whom the person sees; None for plans that no period bounds. Three queries."""
    if spec.on is not None or read_sample(spec.sample).kind != "all":
        return None
    today = timezone.localdate(clock.now())
    named = {spec.every.get(one, spec.every.get("other")) for one in GRADES} if spec.every else set()
    keys = [ONCE] if spec.once else [span_of(period, today).key for period in named if period]
    people = population_of(spec, run.company_id, rulebook_now()).filter(pk__in=visible_parties(person).values("pk"))
    if spec.every and "other" not in spec.every:
        people = people.filter(grade__in=["" if one == "none" else one for one in spec.every])
    planned = PlannedCase.objects.filter(run=run, occurrence__in=keys, party__in=people)
    ended = planned.filter(case__closed_at__isnull=False).exclude(case__outcome=CANCELLED)
    return Coverage(
        spec.coverage or 0, people.count(), planned.values("party").distinct().count(),
        ended.values("party").distinct().count(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What the plan will open in the next days: how many by day, and the first of them."""

    days: list[tuple[dt.date, int]]
    first: list[tuple[dt.date, Due]]


def upcoming(person: Person, run: CompanyPlan) -> Upcoming:
    """Only customers whom the person sees. Cases that may still end can't be foreseen."""
    today, calendar = timezone.localdate(clock.now()), calendar_of(run.company_id)
    on = run.plan.spec.get("on")
    if on is not None and on.get("case_ended"):
        counts, first = _following(person, run, today)
    else:
        counts, first = foreseen(run, visible_parties(person), today, rulebook_now(), ahead=AHEAD_DAYS, most=SHOWN)

    def day_of(in_days: int) -> dt.date:
        day = today + dt.timedelta(days=in_days)
        return day if on is not None else calendar.add_workdays(day, 0)

    by_day: dict[dt.date, int] = {}
    for in_days, count in sorted(counts.items()):
        by_day[day_of(in_days)] = by_day.get(day_of(in_days), 0) + count
    return Upcoming(sorted(by_day.items()), [(day_of(due.in_days), due) for due in first])


def _following(person: Person, run: CompanyPlan, today: dt.date) -> tuple[dict[int, int], list[Due]]:
    """Of cases that have ended already. Two queries."""
    found = due_on(run, today, rulebook_now(), most=LOOKED_AT, ahead=AHEAD_DAYS)
    ids = {due.party_id for due in found if due.party_id is not None}
    seen = set(visible_parties(person).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    mine = [due for due in found if due.party_id in seen]
    return dict(Counter(due.in_days for due in mine)), mine[:SHOWN]
