"""The demo: a group that a newcomer can look around in, the same one for the same seed, with every kind of history in it."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.contrib.auth.hashers import check_password
from django.db import connection, transaction
from django.db.models import DateTimeField

from remit.kernel.accounts.models import User
from remit.kernel.accounts.queries import insecure_logins
from remit.kernel.audit.models import Event
from remit.kernel.audit.queries import verify_seals
from remit.kernel.authority.loading import build_rulebook, forget_cached
from remit.kernel.authority.models import AuthorityState, Matter, Obligation, Request, Ruling, Step
from remit.kernel.authority.separation import standing_conflicts
from remit.kernel.charters.models import CharterVersion, Signature
from remit.kernel.organization.models import Acting, Person, Position
from remit.kernel.packs.demo import DemoSummary, build_demo
from remit.kernel.packs.demo.names import people_names
from remit.kernel.parties.models import Activity, Party
from remit.kernel.procedures.day import day_of
from remit.kernel.procedures.models import Case
from remit.kernel.work.models import WorkItem
from remit.lib import clock
from remit.lib.refusals import RuleBroken

pytestmark = pytest.mark.django_db
UNTIL = dt.datetime(2026, 3, 18, 15, 30, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday
ROOMS = (
    "accounts",
    "organization",
    "authority",
    "charters",
    "audit",
    "parties",
    "work",
    "procedures",
    "agreements",
    "packs",
    "documents",
)


@contextmanager
def built(seed: int, scale: float) -> Iterator[DemoSummary]:
    """The demo for the length of the block; afterwards the database is as empty as before, its counters too."""
    with transaction.atomic():
        put_back_counters()
        yield build_demo(seed, scale, UNTIL)
        transaction.set_rollback(True)
    forget_cached()


def put_back_counters() -> None:
    """Let every table of the kernel count on from its last row: ids stand in events, and sequences outlive a rollback."""
    tables = [
        model._meta.db_table
        for app in apps.get_app_configs()
        if app.name.startswith("remit.kernel.")
        for model in app.get_models()
        if model._meta.auto_field is not None
    ]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), coalesce(max(id), 0) + 1, false) FROM {table}",  # noqa: S608 - our own tables
                [table],
            )


# Hashed or encrypted with a salt, anew each time.
SALTED = {"password", "account_sealed"}


def digests() -> dict[str, str]:
    """Of every table of the rooms, all columns but times and password hashes ."""
    found = {}
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    for model in models:
        if model is AuthorityState:
            continue  # its number is a clock's
        fields = [
            f.attname for f in model._meta.concrete_fields if not isinstance(f, DateTimeField) and f.name not in SALTED
        ]
        rows = model._default_manager.order_by("pk").values_list(*fields)
        found[model._meta.label] = hashlib.sha256("\n".join(map(repr, rows)).encode()).hexdigest()
    return found


def test_the_same_seed_gives_the_same_company() -> None:
    with built(3, 0.01):
        first = digests()
    with built(3, 0.01):
        assert digests() == first


def test_another_seed_brings_other_people() -> None:
    def first_forty(seed: int) -> set[str]:
        return {name for name, _login in islice(people_names(Random(seed), set()), 40)}  # noqa: S311 - a story

    assert first_forty(3) == first_forty(3)
    assert len(first_forty(3) & first_forty(4)) < 10


def test_nobody_shares_a_login_however_many_are_drawn() -> None:
    taken = {"chenli"}
    logins = [login for _name, login in islice(people_names(Random(1), taken), 400)]  # noqa: S311 - a story
    assert len({*logins, "chenli"}) == 401 and taken == {*logins, "chenli"}


def test_a_year_has_left_something_of_every_kind() -> None:
    with built(7, 0.12) as summary:
        _people_and_posts(summary)
        _decisions()
        _charters()
        _first_day()
        _customers()
        _visits()
        with pytest.raises(RuleBroken), transaction.atomic():  # into an empty database only
            build_demo(7, 0.1, UNTIL)


def _people_and_posts(summary: DemoSummary) -> None:
    assert 55 <= Person.objects.filter(left_on=None).count() <= 65
    assert len({login.username for login in summary.logins}) == len(summary.logins) >= 16
    assert insecure_logins() == sorted(login.username for login in summary.logins)
    adviser = User.objects.get(username="adviser")
    assert check_password(summary.password, adviser.password) and not adviser.must_change_password
    held = Counter(Position.objects.values_list("pk").filter(appointments__end=None).values_list("pk", flat=True))
    assert Position.objects.filter(appointments=None).exists(), "a vacant post"
    assert Position.objects.filter(headcount=5, pk__in=held).exists(), "a shared one"
    assert max(Counter(Person.objects.filter(appointments__end=None).values_list("pk", flat=True)).values()) == 2
    assert Position.objects.exclude(second_superior=None).get().title == "子公司财务主管"
    with clock.set_to(UNTIL):
        running = [acting for acting in Acting.objects.all() if acting.in_force(clock.now())]
        conflicts = standing_conflicts(build_rulebook(clock.now()))
    assert (len(running), Acting.objects.count()) == (1, 2)
    assert [conflict.rule.code for conflict in conflicts] == ["bill-and-collect"]


def _visits() -> None:
    with clock.set_to(UNTIL):
        supervisor = Person.objects.get(user__username="kam")
        day = day_of(supervisor)
        assert (len(day.today), len(day.open)) == (2, 1), "two expect the supervisor today, one has to be asked"
    done = Case.objects.filter(procedure__key="visit", outcome="filed")
    assert all(case.values["photos"] and case.values["place"] for case in done)
    assert done.exists() and Case.objects.filter(procedure__key="retention").exists()


def _decisions() -> None:
    assert {"approved", "rejected", "withdrawn", "superseded", ""} <= set(
        Request.objects.values_list("outcome", flat=True)
    )
    assert Request.objects.exclude(failure="").exists(), "one that could no longer be carried out"
    assert {"climbed", "approved", "rejected"} <= set(Step.objects.values_list("outcome", flat=True))
    assert Step.objects.exclude(question="").exclude(answered_at=None).exists(), "a question that was answered"
    assert {"granted", "approval", "approved", "refused"} == set(Ruling.objects.values_list("outcome", flat=True))
    assert Obligation.objects.filter(done_at__isnull=False).exists()
    assert Obligation.objects.filter(done_at=None, due_at__lt=UNTIL).exists(), "something overdue"
    assert Matter.objects.exclude(borne_by="").exists(), "a finding of who is responsible"
    for at in ("at", "asked_at", "made_at"):
        for model in (Event, Ruling, Request, Obligation, Matter, WorkItem):
            if any(field.name == at for field in model._meta.fields):
                assert not model._default_manager.filter(**{f"{at}__gt": UNTIL}).exists(), model
    assert list(Event.objects.order_by("id").values_list("at", flat=True)) == sorted(
        Event.objects.values_list("at", flat=True)
    )
    kept = set(Event.objects.values_list("id", flat=True))
    assert all(
        event_id in kept for event_id in Ruling.objects.exclude(event_id=None).values_list("event_id", flat=True)
    )
    report = verify_seals()
    assert report.is_whole and report.sealed == report.events and report.seals > 40


def _charters() -> None:
    assert CharterVersion.objects.filter(charter__title="客服部经理").count() == 2, "one that was revised"
    assert {"holder", "reviewer"} == set(Signature.objects.values_list("role", flat=True))
    unsigned = Position.objects.filter(charters__end=None, appointments__end=None).exclude(
        appointments__person__charter_signatures__role="holder"
    )
    assert unsigned.exists(), "somebody has still to sign"


def _customers() -> None:
    """Everybody who works with customers has some, the pool has a few, and something passed with them."""
    assert 680 <= Party.objects.count() <= 740
    assert Party.objects.filter(owner=None).exists()
    assert Activity.objects.exists() and not Activity.objects.filter(made_at__gt=UNTIL).exists()
    adviser = Person.objects.get(user__username="adviser")
    mine = Party.objects.filter(owner=adviser)
    assert mine.count() >= 15 and set(mine.values_list("grade", flat=True)) == set("ABCD")


def _first_day() -> None:
    """Those who log in find something on their desks."""
    open_now = Step.objects.filter(closed_at=None).values_list("position__title", flat=True)
    assert {"客服部经理", "客服部总监", "总经理"} <= set(open_now)
    owed = WorkItem.objects.filter(done_at=None).values_list("source_kind", flat=True)
    assert {"step", "finding", "report", "countersign"} <= set(owed)
