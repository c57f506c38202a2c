"""kill -9 in the middle of a step of a case, of the same act on many, of an approval that a step waits for: nothing lost or doubled."""

from dataclasses import dataclass

import psycopg
import pytest

from remit.embedded.tests.application import wait_until
from tests.crashing import VERIFY, House, Program, found

FOUND = """
from django.db import transaction
from remit.kernel.procedures.checking import read_procedure
from remit.kernel.procedures.standing import put_procedure
from remit.kernel.procedures.tests.department import build_department
from remit.kernel.procedures.tests.test_many import FIRST
with transaction.atomic():
    build_department()
    put_procedure(read_procedure(FIRST, "q.yaml")[0], "pack:test")
"""

# What every program begins with: people and cases by name. The pause stands where the statement of the step has been run and nothing
# is committed; `at` says before how many of them it lets pass.
BEGIN = """
import sys
from remit.kernel.authority.gate import perform
from remit.kernel.authority.models import Request
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import actor_for
from remit.kernel.procedures import engine
from remit.kernel.procedures.bulk import act_on
from remit.kernel.procedures.models import Case, StepRun

def who(name):
    return Person.objects.get(name=name)

def do(name, action, **facts):
    return perform(actor_for(who(name), "web"), action, facts)

def submit(name, case, outcome="", **answers):
    run = StepRun.objects.filter(case=case, closed_at=None).order_by("pk").first()
    return do(name, "case.submit", step=run.pk, outcome=outcome, answers=answers or None)

def pause_at(number, write=engine.write):
    passed = []
    def paused(changes):
        asked = write(changes)
        passed.append(changes)
        if len(passed) == number:
            print("written", flush=True)
            sys.stdin.readline()
        return asked
    engine.write = paused
"""

QUESTIONS = """
cases = [int(do("陈立", "case.open", procedure="question", title=f"第{n}问", subject="周敏").subject[1]) for n in range(int(sys.argv[1]))]
print(*cases, flush=True)
"""

STEP = """
pause_at(int(sys.argv[2]))
submit("陈立", int(sys.argv[1]))
print("done", flush=True)
"""

MANY = """
pause_at(int(sys.argv[1]))
cases = list(Case.objects.filter(pk__in=[int(pk) for pk in sys.argv[2:]]).select_related("version").order_by("pk"))
for one in act_on(actor_for(who("陈立"), "web"), who("陈立"), "submit", cases, {}, key="many"):
    print(one.is_done, flush=True)
"""

# A complaint up to the compensation that the general manager has to approve.
WAITING = """
from remit.kernel.procedures.tests.department import INTAKE
service = Case._meta.apps.get_model("organization", "Unit").objects.get(name="客户服务部")
case = int(do("陈立", "case.open", procedure="complaint", title="按摩椅", subject="周敏", answers=INTAKE).subject[1])
submit("陈立", case, reason_sufficient=True, demand_reasonable=True, department=service.pk, promised="2030-01-04")
submit("高岚", case, "found", cause="控制板", responsible=who("赵敏之").pk)
submit("高岚", case, proposals=["更换", "调换"])
submit("高岚", case, "chosen", solution="更换")
submit("陈立", case, "accepted", done="已补偿", remedy="compensate", amount="800", confirmed=True)
print(case, Request.objects.get().pk, flush=True)
"""

APPROVE = """
pause_at(int(sys.argv[2]))
do("周岚", "approval.approve", request=int(sys.argv[1]))
print("done", flush=True)
"""


@dataclass(frozen=True)
class Standing:
    """Of one case: its step, its runs, how many are open, open items, and what was recorded of it."""

    step: str
    runs: int
    open_runs: int
    items: int
    events: int
    rulings: int


LOOK = """
SELECT one.step,
    (SELECT count(*) FROM procedures_steprun run WHERE run.case_id = one.id),
    (SELECT count(*) FROM procedures_steprun run WHERE run.case_id = one.id AND run.closed_at IS NULL),
    (SELECT count(*) FROM work_workitem item WHERE item.source_kind = 'case' AND item.target = one.id AND item.done_at IS NULL),
    (SELECT count(*) FROM audit_event WHERE subject_type = 'case' AND subject_id = one.id::text),
    (SELECT count(*) FROM authority_ruling ruling JOIN audit_event event ON event.id = ruling.event_id
        WHERE event.subject_type = 'case' AND event.subject_id = one.id::text)
FROM procedures_case one WHERE one.id = %s
"""


def look(house: House, case: str) -> Standing:
    with psycopg.connect(house.server.url("remit")) as connection:
        row = connection.execute(LOOK, [int(case)]).fetchone()
    assert row is not None
    return Standing(*row)


def count(house: House, sql: str) -> int:
    with psycopg.connect(house.server.url("remit")) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def until_written(house: House, text: str, *arguments: str) -> Program:
    return house.until_written(BEGIN + text, *arguments)


def kill(program: Program) -> None:
    program.kill()
    program.wait(10)


@pytest.fixture(scope="module")
def house(migrated: House) -> House:
    return found(migrated, FOUND)


def test_a_step_whose_program_is_killed_is_still_to_be_done_once(house: House) -> None:
    case = house.run(BEGIN + QUESTIONS, "1").strip()
    before = look(house, case)
    assert before == Standing("look", 1, 1, 1, 1, 1)
    kill(until_written(house, STEP, case, "1"))
    assert look(house, case) == before
    house.run(BEGIN + STEP, case, "0")
    assert look(house, case) == Standing("reply", 2, 1, 1, 2, 2)
    house.run(VERIFY)


def test_a_step_whose_server_loses_its_power_is_still_to_be_done_once(house: House) -> None:
    case = house.run(BEGIN + QUESTIONS, "1").strip()
    before = look(house, case)
    program = until_written(house, STEP, case, "1")
    house.cut_the_power()
    _out, err = program.communicate("\n", timeout=60)
    assert program.returncode == 1 and "OperationalError" in err
    wait_until(house.server.ensure_running)
    assert look(house, case) == before
    house.run(BEGIN + STEP, case, "0")
    assert look(house, case).step == "reply"


def test_an_act_on_many_that_is_killed_goes_on_where_it_stood(house: House) -> None:
    """Each case stands for itself: the first is done, the second and third are as before; sent again, none is done twice."""
    cases = house.run(BEGIN + QUESTIONS, "3").split()
    kill(until_written(house, MANY, "2", *cases))
    assert [look(house, case).step for case in cases] == ["reply", "look", "look"]
    again = house.run(BEGIN + MANY, "0", *cases).split()
    assert again == ["True", "True", "True"]
    for case in cases[1:]:
        assert look(house, case) == Standing("reply", 2, 1, 1, 2, 2)
    house.run(VERIFY)


def test_an_approval_that_a_step_waits_for_is_carried_out_once(house: House) -> None:
    case, request = house.run(BEGIN + WAITING).split()
    before = look(house, case)
    assert (before.step, before.items) == ("carry_out", 0)
    kill(until_written(house, APPROVE, request, "1"))
    assert look(house, case) == before
    matters = "SELECT count(*) FROM authority_matter"
    open_requests = "SELECT count(*) FROM authority_request WHERE closed_at IS NULL"
    assert (count(house, matters), count(house, open_requests)) == (0, 1), (
        "nothing was entered, and it is still asked for"
    )
    house.run(BEGIN + APPROVE, request, "0")
    assert (count(house, matters), count(house, open_requests)) == (1, 0)
    after = look(house, case)
    assert (after.step, after.open_runs, after.items) == ("call_back", 1, 1)
    house.run(VERIFY)
