"""`build_demo`: a group with two companies and a year of decisions and approvals behind it, built by the real actions.

The same seed gives the same people and the same year. Everything goes through the gate, so every ruling, request, obligation and
event of it is as the product itself would have left it; the clock is set to the moment at which each happens.
"""

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from django.db import transaction
from django.utils import timezone

from remit.kernel.accounts.models import DEMO_PASSWORD
from remit.kernel.audit.models import Event, Seal
from remit.kernel.authority.loading import forget_cached
from remit.kernel.authority.models import Matter, Obligation, Request, Ruling
from remit.kernel.charters.models import CharterVersion, Signature
from remit.kernel.organization.models import Person, Position
from remit.kernel.packs.demo.agreements import Agreements
from remit.kernel.packs.demo.books import Books, found_books
from remit.kernel.packs.demo.callbacks import CallBacks
from remit.kernel.packs.demo.cases import Complaints
from remit.kernel.packs.demo.claims import plan_claims
from remit.kernel.packs.demo.clientele import plan_allocation, plan_care, take_in_customers
from remit.kernel.packs.demo.company import POSTS
from remit.kernel.packs.demo.credit import Credit
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.packs.demo.fees import Fees
from remit.kernel.packs.demo.founding import CAST, Group, set_up
from remit.kernel.packs.demo.habits import HABITS, Habit, Scene
from remit.kernel.packs.demo.moments import Moments, plan_seals, seal
from remit.kernel.packs.demo.reactions import Desks
from remit.kernel.packs.demo.routines import live_routines, plan_tasks
from remit.kernel.packs.demo.visits import Visits
from remit.kernel.parties.models import Party
from remit.kernel.procedures.models import Case
from remit.kernel.work.models import WorkItem
from remit.kernel.work.notices.telling import read_long_ago
from remit.lib import clock

YEAR: Final = dt.timedelta(days=364)
WORKDAYS_A_WEEK: Final = 5


@dataclass(frozen=True, slots=True)
class DemoLogin:
    username: str
    name: str
    position: str
    company: str


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What was built. `logins` are those with a password, which is `password`; `counts` by the name of what is counted."""

    logins: tuple[DemoLogin, ...]
    password: str
    counts: Mapping[str, int]
    seconds: float


@transaction.atomic
def build_demo(seed: int = 7, scale: float = 1.0, until: dt.datetime | None = None) -> DemoSummary:
    """Build the demo into an empty database, all of it or nothing.

    `until` is the moment at which the year ends (now); `scale` thins out how much happens in it, not the group. Raises RuleBroken
    where the database has a group already. At scale 1 some 2,100 rulings, within a minute on two cores.
    """
    began = time.monotonic()
    rng = Random(seed)  # noqa: S311 - a story is drawn, no secret
    end = until or clock.now()
    calendar_day = timezone.localdate(end) - YEAR
    founded = timezone.make_aware(dt.datetime.combine(calendar_day - dt.timedelta(days=7), dt.time(9)))
    try:
        with clock.set_to(founded):
            group = set_up(rng)
            take_in_customers(group, seed, scale)
            found_books(group)
        _live(group, rng, founded, calendar_day, end, scale, seed)
        with clock.set_to(end):
            live_routines(rng, calendar_day, end)
            read_long_ago(end - dt.timedelta(days=4))
            seal()
    finally:
        forget_cached()  # compiled at moments of the past, and undone where something failed
    return DemoSummary(_logins(group), DEMO_PASSWORD, _counts(), time.monotonic() - began)


def _live(
    group: Group, rng: Random, founded: dt.datetime, first_day: dt.date, end: dt.datetime, scale: float, seed: int
) -> None:
    diary = Diary(group, rng, end)
    scene = Scene(group, rng)
    Moments(diary, scene, first_day).plan_all()
    for habit in HABITS:
        _plan_habit(diary, scene, habit, first_day + dt.timedelta(days=7), scale)
    Books(diary).plan(first_day)
    Credit(diary).plan(first_day)
    plan_allocation(diary)
    plan_care(diary, seed, scale)
    plan_tasks(diary)
    Complaints(diary, scene, scale).plan(first_day)
    CallBacks(diary, scale).plan()
    Visits(diary, seed, scale).plan()
    Agreements(diary, seed).plan()
    fees = Fees(diary, seed, scale)
    with clock.set_to(founded):
        fees.begin()
    fees.plan(first_day)
    plan_seals(diary, first_day)
    plan_claims(diary, first_day)
    with Desks(diary).staffed():
        diary.run()


def _plan_habit(diary: Diary, scene: Scene, habit: Habit, first_day: dt.date, scale: float) -> None:
    """On each working day as often as the habit says, by dice; at least once in the year, however thin."""
    day, last, planned = first_day, timezone.localdate(diary.until), 0

    def happen() -> None:
        posts = [p for p in diary.group.staff if p.post in habit.posts and p.pk not in diary.group.gone]
        who = diary.rng.choice(posts)
        facts = habit.make(scene, who)
        if facts is not None:
            diary.do(who.pk, habit.action, **facts)

    while day <= last:
        if diary.calendar.is_workday(day):
            times = habit.weekly * scale / WORKDAYS_A_WEEK
            count = int(times) + (diary.rng.random() < times % 1)
            planned += count
            for _n in range(count):
                diary.plan_on(day, happen)
        day += dt.timedelta(days=1)
    if planned == 0:
        diary.plan_on(first_day + dt.timedelta(days=diary.rng.randrange(200)), happen)


def _logins(group: Group) -> tuple[DemoLogin, ...]:
    titles = {plan.code: plan.title for plan in POSTS}
    return tuple(
        DemoLogin(person.login, person.name, titles[person.post], _company(person.post))
        for person in group.staff
        if person.login in CAST
    )


def _company(post: str) -> str:
    return "恒信通信" if post.startswith("HXT") else "恒信健康"


def _counts() -> dict[str, int]:
    found = {
        "people": Person.objects.filter(left_on=None).count(),
        "positions": Position.objects.count(),
        "charter_versions": CharterVersion.objects.count(),
        "signatures": Signature.objects.count(),
        "rulings": Ruling.objects.count(),
        "matters": Matter.objects.count(),
        "requests": Request.objects.count(),
        "requests_open": Request.objects.filter(closed_at=None).count(),
        "obligations": Obligation.objects.count(),
        "obligations_open": Obligation.objects.filter(done_at=None).count(),
        "customers": Party.objects.filter(merged_into=None).count(),
        "routines": WorkItem.objects.filter(source_kind="routine").count(),
        "cases": Case.objects.count(),
        "cases_open": Case.objects.filter(closed_at=None).count(),
        "events": Event.objects.count(),
        "seals": Seal.objects.count(),
    }
    return found
