"""The clock: real, unless a block sets it."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from remit.lib import clock

NEW_YEAR = datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=8)))


def test_it_runs_by_itself() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)


def test_a_block_sets_it_and_gives_it_back() -> None:
    with clock.set_to(NEW_YEAR):
        assert clock.now() == NEW_YEAR
        assert clock.now().tzinfo is UTC
        with clock.set_to(NEW_YEAR + timedelta(days=1)):
            assert clock.now() == NEW_YEAR + timedelta(days=1)
        assert clock.now() == NEW_YEAR
    assert clock.now() > NEW_YEAR


def test_it_is_given_back_after_an_error() -> None:
    with pytest.raises(RuntimeError), clock.set_to(NEW_YEAR):
        raise RuntimeError
    assert clock.now() != NEW_YEAR


def test_other_threads_keep_the_real_time() -> None:
    seen: list[datetime] = []
    with clock.set_to(NEW_YEAR):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] > NEW_YEAR + timedelta(hours=1)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.set_to(datetime(2026, 1, 1)):
        pass
