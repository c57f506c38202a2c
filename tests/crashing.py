"""A house whose power may be cut: a database server of its own, and programs on it that are killed in the middle of what they do."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psycopg

from remit.embedded import EmbeddedPostgres

# As the product runs it, and small: what is tested here is what is on the disk after a kill.
SETTINGS: Final = {"shared_buffers": "32MB", "max_connections": "30"}
ROOT: Final = Path(__file__).resolve().parent.parent

# A program of three seconds is two and a half seconds of imports. This one has them behind it, and becomes whatever it is sent: its
# child is a process like any other, with its own connection, and dies like one.
_HATCHERY: Final = """
import json, os, signal, socket, sys, traceback
import django
from django.db import connections
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.settings")
django.setup()
door = socket.socket(fileno=int(sys.argv[1]))
bell, ring = socket.socketpair()
ring.setblocking(False)
signal.set_wakeup_fd(ring.fileno())
signal.signal(signal.SIGCHLD, lambda number, frame: None)
import select
while True:
    ready, _w, _x = select.select([door, bell], [], [])
    if bell in ready:
        bell.recv(64)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if not pid:
                break
            door.sendall((json.dumps({"ended": pid, "code": os.waitstatus_to_exitcode(status)}) + chr(10)).encode())
    if door in ready:
        data, files, _flags, _address = socket.recv_fds(door, 1 << 20, 3)
        if not data:
            break
        asked = json.loads(data)
        pid = os.fork()
        if pid:
            for file in files:
                os.close(file)
            door.sendall((json.dumps({"born": pid}) + chr(10)).encode())
            continue
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        door.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        sys.argv = ["-c", *asked["arguments"]]
        code = 0
        try:
            exec(compile(asked["text"], "<program>", "exec"), {"__name__": "__main__"})
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
"""

# Before a program: `waiting(pattern)` is a context in which the first statement that matches says "written" and then waits.
WAITING: Final = """
import re, sys
from contextlib import contextmanager
from django.db import connection

waited = []

@contextmanager
def waiting(pattern):
    def wait(execute, sql, params, many, context):
        if not waited and re.search(pattern, str(sql)):
            waited.append(sql)
            print("written", flush=True)
            sys.stdin.readline()
        return execute(sql, params, many, context)
    with connection.execute_wrapper(wait):
        yield
"""

VERIFY: Final = """
from remit.cli.integrity import examine
from remit.kernel.audit.actions import seal_events
while seal_events():
    pass
assert examine().faults == [], examine().faults
"""


class Program:
    """A running program, with as much of `subprocess.Popen` as the tests use."""

    def __init__(self, house: "House", text: str, arguments: tuple[str, ...]) -> None:
        self._house = house
        self.returncode: int | None = None
        pipes = [os.pipe() for _n in range(3)]
        theirs = [pipes[0][0], pipes[1][1], pipes[2][1]]
        self.pid = house.hatch(text, arguments, theirs)
        for file in theirs:
            os.close(file)
        self.stdin = os.fdopen(pipes[0][1], "w")
        self.stdout = os.fdopen(pipes[1][0])
        self.stderr = os.fdopen(pipes[2][0])

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float) -> int:
        self.returncode = self._house.code_of(self.pid, timeout)
        return self.returncode

    def communicate(self, said: str, timeout: float) -> tuple[str, str]:
        """What it wrote, after its end. Short texts only: nobody reads one pipe while the other fills."""
        with suppress(BrokenPipeError):
            self.stdin.write(said)
            self.stdin.close()
        out, err = self.stdout.read(), self.stderr.read()
        self.wait(timeout)
        return out, err


class House:
    """A database server of its own, and programs that work on it as processes."""

    def __init__(self, folder: Path) -> None:
        self.server = EmbeddedPostgres(folder, settings=SETTINGS)
        self.server.start()
        self.server.ensure_database("remit")
        self.folder = folder
        self._door, theirs = socket.socketpair()
        self._heard = b""
        self._ended: dict[int, int] = {}
        self._hatchery = subprocess.Popen(
            [sys.executable, "-c", _HATCHERY, str(theirs.fileno())],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": self.server.url("remit"), "REMIT_ENV": "test", "REMIT_FILES_DIR": str(folder / "files")},
            pass_fds=[theirs.fileno()],
        )  # fmt: skip
        theirs.close()

    def program(self, text: str, *arguments: str) -> Program:
        return Program(self, text, arguments)

    def run(self, text: str, *arguments: str) -> str:
        program = self.program(text, *arguments)
        out, err = program.communicate("\n", timeout=120)
        assert program.returncode == 0, err
        return out

    def hatch(self, text: str, arguments: tuple[str, ...], files: list[int]) -> int:
        """Start it with these as its standard files; its process number."""
        socket.send_fds(self._door, [json.dumps({"text": text, "arguments": arguments}).encode()], files)
        return self._hear("born", time.monotonic() + 60)

    def code_of(self, pid: int, timeout: float) -> int:
        """With what it ended, as `Popen.returncode` says it. Raises TimeoutError."""
        until = time.monotonic() + timeout
        while pid not in self._ended:
            self._hear("ended", until)
        return self._ended[pid]

    def _hear(self, what: str, until: float) -> int:
        while True:
            while b"\n" not in self._heard:
                self._door.settimeout(max(0.01, until - time.monotonic()))
                heard = self._door.recv(4096)
                assert heard, "the program that starts the others has ended"
                self._heard += heard
            line, self._heard = self._heard.split(b"\n", 1)
            told = json.loads(line)
            if "ended" in told:
                self._ended[told["ended"]] = told["code"]
            if what in told:
                return int(told[what])

    def cut_the_power(self) -> None:
        """Every process of the server at once: a backend that outlives its master by a moment could still commit."""
        assert self.server.pid is not None
        with psycopg.connect(self.server.url("remit")) as connection:
            others = [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity")]
        for pid in (self.server.pid, *others):
            with suppress(ProcessLookupError):  # the one that we asked has ended
                os.kill(pid, signal.SIGKILL)

    def maintenance(self) -> psycopg.Connection:
        """A connection that may drop and copy databases."""
        return psycopg.connect(self.server.url("postgres"), autocommit=True)

    def copy(self, name: str, template: str) -> None:
        """A database as another one is now; the one that had the name is gone."""
        with self.maintenance() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")

    def row(self, sql: str) -> tuple[object, ...]:
        """The first row that the statement finds."""
        with psycopg.connect(self.server.url("remit")) as connection:
            return tuple(connection.execute(sql).fetchone() or ())

    def killed_before(self, stop: str, text: str, *arguments: str) -> None:
        """A program that is killed while it waits before the statement `stop`."""
        program = self.until_written(text, *arguments)
        program.kill()
        program.wait(10)

    def until_written(self, text: str, *arguments: str) -> Program:
        """A program that has said "written" and waits within its transaction."""
        program = self.program(text, *arguments)
        assert program.stdout.readline() == "written\n", f"{arguments}: {program.stderr.read()}"
        return program

    def close(self) -> None:
        self._door.close()
        self._hatchery.kill()
        self._hatchery.wait(10)
        self.server.stop()


MIGRATE: Final = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


@contextmanager
def migrated_house() -> Iterator[House]:
    """A house with empty tables, in the database `migrated`; gone with the block."""
    folder = Path(tempfile.mkdtemp(prefix="rt-crash-"))
    folder.chmod(0o711)  # as root the server is another user, who must pass through
    house = House(folder)
    try:
        house.run(MIGRATE)
        house.copy("migrated", "remit")
        yield house
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)


def found(house: House, text: str) -> House:
    """Anew: empty tables, and the program `text` has run on them."""
    house.copy("remit", "migrated")
    house.run(text)
    return house
