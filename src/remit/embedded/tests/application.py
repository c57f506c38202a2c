"""Applications that use a data folder, as processes of their own, so that they can be killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import psycopg

from remit.embedded import EmbeddedPostgres
from remit.embedded.tests.conftest import SETTINGS

# Starts, says its role and address, looks after the server whenever it gets a line, and stops at the end of its input.
_SCRIPT = """
import sys
from pathlib import Path
from remit.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), settings={settings!r})
print(server.start(), flush=True)
print(server.url("postgres"), flush=True)
for line in sys.stdin:
    server.ensure_running()
    print(server.role, flush=True)
server.stop()
"""


class Application:
    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT.format(settings=SETTINGS), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        self.role = self._read_line()
        self.url = self._read_line()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _read_line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def look_after(self) -> str:
        """What its role is afterwards."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self._read_line()

    def end(self) -> None:
        self.process.communicate(timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


def one(url: str, query: str) -> Any:
    """The only value that a query gives."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def is_up(url: str) -> bool:
    try:
        return bool(one(url, "SELECT 1") == 1)
    except psycopg.OperationalError:
        return False


def pid_of(server: EmbeddedPostgres) -> int:
    pid = server.pid
    assert pid is not None
    return pid


def wait_until(condition: Callable[[], object], seconds: float = 20) -> float:
    """How long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not come to pass in time"
        time.sleep(0.02)
    return time.monotonic() - began
