"""Events only grow, and whoever changes one nevertheless is found out."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError

from remit.kernel.accounts.actor import system
from remit.kernel.audit.actions import record, seal_events
from remit.kernel.audit.models import Event, Seal
from remit.kernel.audit.queries import verify_seals

pytestmark = pytest.mark.django_db
TIMER = system("test")


@contextmanager
def triggers_off() -> Iterator[None]:
    """What somebody with full rights on the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def sealed() -> list[Event]:
    """Six events under two seals, one more that is not sealed yet."""
    events = [
        record(TIMER, "staff.reward", subject=("matter", n, f"事项{n}"), facts={"amount": f"{n}.00"}) for n in range(3)
    ]
    seal_events()
    events += [
        record(TIMER, "staff.reward", subject=("matter", n, f"事项{n}"), facts={"amount": f"{n}.00"})
        for n in range(3, 6)
    ]
    seal_events()
    return [*events, record(TIMER, "staff.reward")]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET actor_name = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"]
)
def test_the_database_refuses_to_change_events(sealed: list[Event], statement: str) -> None:
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.count() == len(sealed)


def test_a_whole_log_is_whole(sealed: list[Event]) -> None:
    report = verify_seals()
    assert report.is_whole
    assert (report.events, report.sealed, report.seals) == (7, 6, 2)
    assert seal_events() is not None
    assert seal_events() is None, "nothing new, nothing to seal"


def test_a_changed_amount_is_found(sealed: list[Event]) -> None:
    with triggers_off():
        Event.objects.filter(pk=sealed[4].pk).update(facts={"amount": "4000.00"})
    report = verify_seals()
    assert [(fault.first_event_id <= sealed[4].pk <= fault.last_event_id) for fault in report.faults] == [True]


def test_a_removed_event_is_found(sealed: list[Event]) -> None:
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [sealed[1].pk])
    assert "少了 1 条" in verify_seals().faults[0].sentence


def test_an_inserted_event_is_found(sealed: list[Event]) -> None:
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [sealed[1].pk])
    with triggers_off():
        Event.objects.create(pk=sealed[1].pk, kind="staff.reward", actor_kind="system", actor_name="test", door="job")
    assert not verify_seals().is_whole, "the forged row is not the one that was sealed"


def test_a_removed_seal_is_found(sealed: list[Event]) -> None:
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_seal WHERE id = (SELECT min(id) FROM audit_seal)")
    assert "封签不连续" in verify_seals().faults[0].sentence


def test_a_rewritten_seal_breaks_the_next_one(sealed: list[Event]) -> None:
    first = Seal.objects.order_by("first_event_id")[0]
    with triggers_off():
        Seal.objects.filter(pk=first.pk).update(digest="0" * 64)
    assert {fault.seal_id for fault in verify_seals().faults} == set(Seal.objects.values_list("pk", flat=True))


def test_another_key_does_not_verify(sealed: list[Event], settings: object) -> None:
    settings.SEAL_KEY = "another"  # type: ignore[attr-defined]  # pytest-django's fixture
    assert not verify_seals().is_whole
