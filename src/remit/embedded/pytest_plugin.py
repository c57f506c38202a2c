"""A throw-away PostgreSQL for a test run, unless DATABASE_URL names a server to test on.

Loaded with `-p` from pyproject.toml: pytest-django reads the settings before any conftest.py, so a server that is started
there comes too late. Safe switches are off; nothing here must survive a power cut.
"""

import atexit
import fcntl
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Final

import pytest

from remit.embedded import EmbeddedPostgres

_PREFIX: Final = "remit-test-"
# Between making its lock file and taking the lock a new run looks like a dead one.
_YOUNG_SECONDS: Final = 60
_SETTINGS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "128MB",
    "max_connections": "120",
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Around pytest-django's hook of the same name, which reads the settings."""
    os.environ.setdefault("REMIT_ENV", "test")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's synchronous API runs in an event loop
    # Workers of pytest-xdist inherit the controller's address and add their own name to the database's.
    if "DATABASE_URL" not in os.environ and "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ["DATABASE_URL"] = _start_for_this_run()
    return (yield)


def _start_for_this_run() -> str:
    _remove_what_killed_runs_left()
    root = Path(tempfile.mkdtemp(prefix=_PREFIX))
    root.chmod(0o711)  # as root the server runs as another user, who must pass through
    server = EmbeddedPostgres(root, settings=_SETTINGS)
    ourselves = os.getpid()

    def remove() -> None:
        if os.getpid() == ourselves:  # not in a child that a test forked
            server.stop()
            shutil.rmtree(root, ignore_errors=True)

    def leave(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    # Python runs exit handlers after Ctrl-C and sys.exit, but not when a signal ends it.
    signal.signal(signal.SIGTERM, leave)
    atexit.register(remove)
    server.start()
    server.ensure_database("remit")
    return server.url("remit")


def _remove_what_killed_runs_left() -> None:
    """After kill -9 the server ends by itself; its folder is left to a later run. A folder whose lock is held is in use."""
    for lock_file in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/owner.lock"):
        try:
            if time.time() - lock_file.stat().st_mtime < _YOUNG_SECONDS:
                continue
            with lock_file.open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock_file.parent, ignore_errors=True)
        except OSError:  # in use, or another user's
            continue
