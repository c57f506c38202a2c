"""How far the work on a file is, told to whoever watches: reading, planning and applying count, and know nobody who listens."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal, TypeVar

Phase = Literal["read", "check", "write", "settle"]
# (phase, how many rows, of how many; 0 where nobody knows yet)
Watcher = Callable[[Phase, int, int], None]
STEP: Final = 500

T = TypeVar("T")
_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


def note(phase: Phase, done: int, total: int) -> None:
    watcher = _watcher.get()
    if watcher is not None:
        watcher(phase, done, total)


def counted(rows: Iterable[T], phase: Phase, total: int) -> Iterator[T]:
    """The rows as they come, told every five hundred and at the end."""
    done = 0
    for done, row in enumerate(rows, 1):
        yield row
        if done % STEP == 0:
            note(phase, done, total)
    note(phase, done, total)
