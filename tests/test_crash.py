"""kill -9 in the middle of an act: of the program, and of PostgreSQL. All of it is there afterwards, or nothing."""

from dataclasses import dataclass

import pytest

from remit.embedded.tests.application import wait_until
from tests.crashing import VERIFY, House, found

FOUND = """
from django.db import transaction
from tests.cast import build_firm
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


def look(house: House) -> Found:
    return Found(*house.row(LOOK))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def house(migrated: House) -> House:
    return found(migrated, FOUND)


def test_a_program_killed_in_mid_act_leaves_nothing_of_it(house: House) -> None:
    before = look(house)
    program = house.until_written(ACT, "13900000001")
    program.kill()
    program.wait(10)
    assert look(house) == before
    house.run(VERIFY)


def test_postgresql_killed_in_mid_act_leaves_nothing_of_it(house: House) -> None:
    before = look(house)
    program = house.until_written(ACT, "13900000002")
    house.cut_the_power()
    _out, err = program.communicate("\n", timeout=60)
    assert program.returncode == 1, "the act fails, and does not say that it was done"
    assert "OperationalError" in err
    wait_until(house.server.ensure_running)
    assert look(house) == before


def test_what_was_answered_survives_the_kill_and_is_not_done_again(house: House) -> None:
    """The answer came, then the power went: everything is there, and who asks again with the same key is told so."""
    before = look(house)
    program = house.until_written(ACT, "13900000003")
    program.stdin.write("\n")
    program.stdin.flush()
    assert program.stdout.readline() == "done\n"
    house.cut_the_power()
    program.wait(60)
    wait_until(house.server.ensure_running)
    after = look(house)
    assert after == Found("13900000003", before.events + 1, before.rulings + 1)
    house.run(VERIFY)
    assert house.run(ACT, "13900000003").splitlines()[-1] == "repeated"
    assert look(house) == after


def test_a_worker_killed_in_mid_act_holds_up_nobody(house: House) -> None:
    """The dead one's locks are gone with it: the next act goes through at once."""
    program = house.until_written(ACT, "13900000004")
    program.kill()
    program.wait(10)
    out = house.run(ACT, "13900000005")
    assert out.splitlines()[-1] == "done"
    assert look(house).mobile == "13900000005"
