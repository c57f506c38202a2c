"""What every test gets, wherever it stands."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from tests.write_guard import guarded

from remit.kernel.authority.loading import forget_cached

# What migrations put there, and no program can do without (authority/migrations/0002_state.py, dunning/migrations/0002_default_ladder.py),
# under the same numbers as before, as the next test with real commits puts the same rows back.
FIRST_ROWS = [
    "INSERT INTO authority_authoritystate (id, version, answer_within) VALUES (1, 1, '1 workday')",
    "ALTER SEQUENCE dunning_ladder_id_seq RESTART",
    "ALTER SEQUENCE dunning_rung_id_seq RESTART",
    import_module("remit.kernel.dunning.migrations.0002_default_ladder").LADDER,
]

# How long an example takes says something about the machine, not about the product.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test with real commits puts back what migrations wrote, and nothing else.

    Without serialized_rollback Django makes the content types anew after it, under other numbers, and the next test that
    does put rows back fails on them: in a run of many workers now this one and now that.
    """
    for item in items:
        database = item.get_closest_marker("django_db")
        if database and database.kwargs.get("transaction") and not database.kwargs.get("serialized_rollback"):
            raise pytest.UsageError(f"{item.nodeid}: django_db(transaction=True) needs serialized_rollback=True here")


@pytest.fixture(autouse=True)
def _fresh_rulebook() -> None:
    """A test's database is rolled back, the version of authority with it: what a process has compiled must go too."""
    forget_cached()


@pytest.fixture(autouse=True)
def _writes_leave_events() -> Iterator[None]:
    """Whoever writes a business table, in a run of the gate or in a request, must leave an event (tests/write_guard.py)."""
    with guarded() as guard:
        yield
    if guard.faults:
        pytest.fail("\n".join(guard.faults), pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def _files_lie_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests store goes into a folder of this run, never among the files of an installation on the same machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "FILES_DIR", tmp_path_factory.mktemp("files"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _events_may_be_swept_between_tests() -> Iterator[None]:
    """After a test with real commits Django empties every table; the event log refuses that, which is its job.

    Only for the statement that empties, and only the guard against TRUNCATE: within a test the log is as strict as ever.
    """
    plain = DatabaseOperations.sql_flush
    guards = [("audit_event", "audit_event_no_truncate"), ("audit_seal", "audit_seal_no_truncate")]

    def sql_flush(operations: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        statements = plain(operations, *args, **kwargs)
        open_up = [f"ALTER TABLE {table} DISABLE TRIGGER {guard}" for table, guard in guards]
        close_again = [f"ALTER TABLE {table} ENABLE TRIGGER {guard}" for table, guard in guards]
        return [*open_up, *statements, *close_again, *FIRST_ROWS] if statements else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield
