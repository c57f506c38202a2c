"""kill -9 in the middle of an import, a merge, a handover and an allocation: nothing half done, and the next one goes through; of the
job that takes a large file in, too, which is run again and doubles nothing."""

import psycopg
import pytest

from remit.embedded.tests.application import wait_until
from tests.crashing import VERIFY, WAITING, House, found

FOUND = """
from django.db import transaction
from tests.cast import build_firm, give
from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed, lock_authority
with transaction.atomic():
    firm = build_firm()
    lock_authority(exclusively=True)
    give(firm, "客服部经理", "第6条", {"action": "customer.*"})
    authority_changed()
for n in range(12):
    perform(system("tests"), "customer.open", {"name": f"客户{n}", "kind": "person", "owner": firm["陈立"].pk,
                                               "phone": f"1380571{n // 2:04d}", "knowingly": True})
from remit.kernel.organization.queries import actor_for
takers = [firm["赵敏之"].pk, firm["林晓岚"].pk]
perform(actor_for(firm["林晓岚"], "web"), "customer.propose_allocation",
        {"source": "person", "giver": firm["陈立"].pk, "takers": takers})
"""

# Performs the act named by its first argument, and waits before the statement of its transaction that the second one names.
ACT = (
    WAITING
    + """
from remit.kernel.authority.gate import perform
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import actor_for
from remit.kernel.parties import importing
from remit.kernel.parties.models import Allocation, Party

act, stop = sys.argv[1:]
people = {person.name: person for person in Person.objects.all()}
manager = actor_for(people["林晓岚"], "web")

def facts_of():
    if act == "customer.import":
        rows = [{"row": n, "name": f"新客户{n}", "kind": "个人", "phones": f"1390571{n:04d}"} for n in range(2, 500)]
        return {"rows": rows, "digest": importing.digest_of(rows), "count": len(rows)}
    if act == "customer.merge":
        kept, gone = Party.objects.filter(merged_into=None).order_by("pk")[:2]
        return {"party": kept.pk, "gone": gone.pk}
    if act == "customer.hand_over":
        return {"giver": people["陈立"].pk, "taker": people["赵敏之"].pk}
    return {"allocation": Allocation.objects.get().pk}

facts = facts_of()
with waiting(stop):
    perform(manager, act, facts)
print("done" if waited else "never stopped", flush=True)
"""
)

# A large file that was checked and waits for the worker; then the worker's job, which waits before the statement that is named.
SENT = """
from remit.kernel.organization.models import Person
from remit.kernel.parties.importing import working
from remit.kernel.parties.models import Upload, UploadStage
from remit.lib.sheets import write_csv
working.SMALL_BYTES = {"csv": 0, "xlsx": 0}
rows = [[f"文件客户{n}", f"1370571{n:04d}"] for n in range(300)] + [["坏行", "1"]]
upload = working.keep(Person.objects.get(name="林晓岚"), "crash", "客户.csv", write_csv(["客户名称", "联系电话"], rows))
working.work_on(upload.pk)
working.go_on(upload, UploadStage.WAITING)
"""
WORK = (
    WAITING
    + """
from remit.kernel.parties.importing import working
from remit.kernel.parties.models import Upload

with waiting(sys.argv[1]):
    working.work_on(Upload.objects.get(token="crash").pk)
"""
)
COUNT = """
SELECT (SELECT count(*) FROM parties_party WHERE name LIKE '文件客户%'), (SELECT count(*) FROM parties_importrun),
       (SELECT count(*) FROM audit_event WHERE kind = 'customer.import'), (SELECT stage FROM parties_upload WHERE token = 'crash')
"""

TABLES = (
    "SELECT table_name FROM information_schema.tables WHERE table_name ~ '^(parties|work|audit|authority)_' ORDER BY 1"
)
# Before the event, everything else is written; before the first of its own rows, nothing.
LAST = r"INSERT INTO .*audit_event"
ACTS = [
    ("customer.import", LAST), ("customer.import", "parties_partynumber"), ("customer.merge", LAST),
    ("customer.merge", r"INSERT INTO .*parties_merge"), ("customer.hand_over", LAST), ("customer.hand_over", r"UPDATE .*parties_party"),
    ("customer.allocate", LAST), ("customer.allocate", r"INSERT INTO .*parties_firstcontact"),
]  # fmt: skip


@pytest.fixture(scope="module")
def founded(migrated: House) -> House:
    found(migrated, FOUND).copy("founded", "remit")
    return migrated


@pytest.fixture
def house(founded: House) -> House:
    """The house as it was founded, for each test anew: which of them runs first is nobody's to say."""
    founded.copy("remit", "founded")
    return founded


def picture(house: House) -> dict[str, str]:
    """Every row of every table that such an act writes, as one digest a table."""
    with psycopg.connect(house.server.url("remit")) as connection:
        tables = [name for (name,) in connection.execute(TABLES)]
        return {
            name: str(connection.execute(
                f"SELECT md5(string_agg(to_jsonb(t)::text, '' ORDER BY to_jsonb(t)::text)) FROM {name} t"  # noqa: S608 # type: ignore[arg-type]
            ).fetchone())
            for name in tables
        }  # fmt: skip


@pytest.mark.parametrize(("act", "stop"), ACTS)
def test_a_program_killed_in_mid_act_leaves_no_row_of_it(house: House, act: str, stop: str) -> None:
    before = picture(house)
    house.killed_before(stop, ACT, act, stop)
    assert picture(house) == before


@pytest.mark.parametrize("act", ["customer.import", "customer.merge"])
def test_postgresql_killed_in_mid_act_leaves_no_row_of_it(house: House, act: str) -> None:
    before = picture(house)
    program = house.until_written(ACT, act, LAST)
    house.cut_the_power()
    program.communicate("\n", timeout=60)
    assert program.returncode == 1, "the act fails, and does not say that it was done"
    wait_until(house.server.ensure_running)
    assert picture(house) == before


def test_a_worker_killed_while_it_takes_a_file_in_is_followed_by_one_that_does_so_once(house: House) -> None:
    """Before the commit nothing is there; after it, before the upload says so, everything is, and is not taken in twice."""
    house.run(SENT)

    def left_over(stop: str) -> tuple[object, ...]:
        house.killed_before(stop, WORK, stop)
        with psycopg.connect(house.server.url("remit")) as connection:
            return tuple(connection.execute(COUNT).fetchone() or ())

    assert left_over(LAST) == (0, 0, 0, "writing")
    assert left_over(r'UPDATE "parties_upload" SET .*"run_id"') == (300, 1, 1, "writing")
    house.run(WORK, "never")
    with psycopg.connect(house.server.url("remit")) as connection:
        assert connection.execute(COUNT).fetchone() == (300, 1, 1, "done")


def test_after_all_that_everything_still_goes_through(house: House) -> None:
    """No lock, no number and no half of a customer is left over; the log is whole."""
    for act, stop in ACTS:
        house.killed_before(stop, ACT, act, stop)
    for act in ("customer.merge", "customer.import", "customer.hand_over"):
        assert house.run(ACT, act, LAST).splitlines()[-1] == "done", act
    house.run(VERIFY)
    with psycopg.connect(house.server.url("remit")) as connection:
        found = connection.execute(
            "SELECT count(*), count(DISTINCT number), max(substr(number, 9)::int) FROM parties_party"
        ).fetchone()
    assert found == (510, 510, 510), "numbers follow each other without a gap"
