"""kill -9 in the middle of an act: of the program, and of PostgreSQL. All of it is there afterwards, or nothing."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from remit.embedded import EmbeddedPostgres
from remit.embedded.tests.application import wait_until

# As the product runs it, and small: what is tested here is what is on the disk after a kill.
SETTINGS = {"shared_buffers": "32MB", "max_connections": "30"}
ROOT = Path(__file__).resolve().parent.parent

FOUND = """
from django.core.management import call_command
from django.db import transaction
from tests.cast import build_firm
call_command("migrate", verbosity=0)
with transaction.atomic():
    build_firm()
"""

# An action that has written a row, says so, and then takes its time: the moment in which it is killed.
ACT = """
import sys, time
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.gate import perform
from remit.kernel.authority.registry import Done, action
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import actor_for

@action("crash.slowly", "slowly", Fact("mobile", "text", "mobile"), inherent=lambda person, facts: "a test")
def slowly(call):
    Person.objects.filter(pk=call.person.pk).update(mobile=call.text("mobile"))
    print("written", flush=True)
    sys.stdin.readline()
    return Done(("person", call.person.pk, call.person.name))

result = perform(actor_for(Person.objects.get(name="陈立"), "web"), "crash.slowly", {"mobile": sys.argv[1]}, key=sys.argv[1])
print("repeated" if result.repeated else "done", flush=True)
"""

VERIFY = """
from remit.cli.integrity import examine
from remit.kernel.audit.actions import seal_events
while seal_events():
    pass
assert examine().faults == [], examine().faults
"""

LOOK = """
SELECT (SELECT mobile FROM organization_person WHERE name = '陈立'),
       (SELECT count(*) FROM audit_event WHERE kind = 'crash.slowly'),
       (SELECT count(*) FROM authority_ruling r JOIN audit_event e ON e.id = r.event_id WHERE r.action = 'crash.slowly')
"""


@dataclass(frozen=True)
class Found:
    mobile: str
    events: int
    rulings: int


class House:
    """A database server of its own, and programs that work on it as processes."""

    def __init__(self, folder: Path) -> None:
        self.server = EmbeddedPostgres(folder, settings=SETTINGS)
        self.server.start()
        self.server.ensure_database("remit")
        self.folder = folder

    def program(self, text: str, *arguments: str) -> subprocess.Popen[str]:
        start = "import django, os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'remit.settings')\ndjango.setup()\n"
        return subprocess.Popen(
            [sys.executable, "-c", start + text, *arguments],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": self.server.url("remit"), "REMIT_ENV": "test",
                 "REMIT_FILES_DIR": str(self.folder / "files")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip

    def run(self, text: str, *arguments: str) -> str:
        program = self.program(text, *arguments)
        out, err = program.communicate("\n", timeout=120)
        assert program.returncode == 0, err
        return out

    def act_until_written(self, mobile: str) -> subprocess.Popen[str]:
        """An act that has written its row and waits within its transaction."""
        program = self.program(ACT, mobile)
        assert program.stdout is not None
        assert program.stdout.readline() == "written\n", program.stderr.read() if program.stderr else ""
        return program

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

    def look(self) -> Found:
        with psycopg.connect(self.server.url("remit")) as connection:
            row = connection.execute(LOOK).fetchone()
        assert row is not None
        return Found(*row)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="rt-crash-"))
    folder.chmod(0o711)  # as root the server is another user, who must pass through
    house = House(folder)
    try:
        house.run(FOUND)
        yield house
    finally:
        house.server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_program_killed_in_mid_act_leaves_nothing_of_it(house: House) -> None:
    before = house.look()
    program = house.act_until_written("13900000001")
    program.send_signal(signal.SIGKILL)
    program.wait(10)
    assert house.look() == before
    house.run(VERIFY)


def test_postgresql_killed_in_mid_act_leaves_nothing_of_it(house: House) -> None:
    before = house.look()
    program = house.act_until_written("13900000002")
    house.cut_the_power()
    _out, err = program.communicate("\n", timeout=60)
    assert program.returncode == 1, "the act fails, and does not say that it was done"
    assert "OperationalError" in err
    wait_until(house.server.ensure_running)
    assert house.look() == before


def test_what_was_answered_survives_the_kill_and_is_not_done_again(house: House) -> None:
    """The answer came, then the power went: everything is there, and who asks again with the same key is told so."""
    before = house.look()
    program = house.act_until_written("13900000003")
    assert program.stdin is not None and program.stdout is not None
    program.stdin.write("\n")
    program.stdin.flush()
    assert program.stdout.readline() == "done\n"
    house.cut_the_power()
    program.wait(60)
    wait_until(house.server.ensure_running)
    after = house.look()
    assert after == Found("13900000003", before.events + 1, before.rulings + 1)
    house.run(VERIFY)
    assert house.run(ACT, "13900000003").splitlines()[-1] == "repeated"
    assert house.look() == after


def test_a_worker_killed_in_mid_act_holds_up_nobody(house: House) -> None:
    """The dead one's locks are gone with it: the next act goes through at once."""
    program = house.act_until_written("13900000004")
    program.send_signal(signal.SIGKILL)
    program.wait(10)
    out = house.run(ACT, "13900000005")
    assert out.splitlines()[-1] == "done"
    assert house.look().mobile == "13900000005"
