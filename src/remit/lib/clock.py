"""What time it is. Whoever writes down when something happened, or asks what is in force, asks here.

One place, so that a history can be built as it would have happened (the demo's year) and a test can look at tomorrow. The
setting holds for one context only: other threads and tasks keep the real time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_set: ContextVar[datetime | None] = ContextVar("remit.lib.clock", default=None)


def now() -> datetime:
    """The moment, aware, in UTC; within `set_to` the one that was set."""
    return _set.get() or datetime.now(UTC)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Within the block it is `moment`, and stays it. Blocks nest. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    token = _set.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)
