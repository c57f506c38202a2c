"""kill -9 in the middle of a debit export and of a return's import: all of it or nothing is there, and done again it ends as undisturbed."""

from random import Random
from threading import Timer

import pytest

from tests.crashing import VERIFY, WAITING, House, found

FOUND = """
from django.db import transaction
from remit.kernel.payments.tests import bank
from remit.lib import clock
with clock.set_to(bank.NOW):
    with transaction.atomic():
        firm = bank.build_bank()
    account = bank.open_account(firm)
    bank.describe(firm)
    for n in range(20):
        bank.customer(firm, f"客户{n:02}", f"{100 + n}.07", *(["33.30"] if n % 3 else []))
"""
_BEGIN = (
    WAITING
    + """
from remit.kernel.authority.gate import perform
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import actor_for
from remit.kernel.payments.banking.batching import Wish, outlook
from remit.kernel.payments.models import BankAccount, BankDescription, DebitBatch
from remit.kernel.payments.tests import bank
from remit.lib import clock

def do(who, action, **facts):
    return perform(actor_for(Person.objects.get(name=who), "web"), action, facts)
"""
)
# Whoever comes back makes a batch only where none waits to be sent, as the page shows it.
EXPORT = (
    _BEGIN
    + """
with clock.set_to(bank.NOW), waiting(sys.argv[1]):
    batch = DebitBatch.objects.first()
    if batch is None:
        account = BankAccount.objects.get()
        facts = {"on": bank.TODAY, "due_until": bank.TODAY, "amount": outlook(Wish(account, bank.TODAY, bank.TODAY)).amount}
        do("吴越", "debit.make", account=account.pk, description=BankDescription.objects.get().pk, **facts)
        batch = DebitBatch.objects.get()
    if batch.state == "made":
        do("韩涛", "debit.send", batch=batch.pk)
"""
)
ANSWER = """
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import actor_for
from remit.kernel.documents.actions import store
from remit.kernel.payments.banking.access import FILES_ROOM
from remit.kernel.payments.models import DebitBatch
from remit.kernel.payments.tests import bank
batch = DebitBatch.objects.get()
data = bank.answer(batch, {"客户03": "1001", "客户07": "1002"})
actor = actor_for(Person.objects.get(name="吴越"), "web")
store(data, "回盘.txt", "text/plain", actor=actor, room=FILES_ROOM, company_id=batch.company_id)
"""
IMPORT = (
    _BEGIN
    + """
from remit.kernel.documents.models import StoredFile
with clock.set_to(bank.NOW), waiting(sys.argv[1]):
    batch, file = DebitBatch.objects.get(), StoredFile.objects.get(name="回盘.txt")
    do("吴越", "debit.settle", batch=batch.pk, file=file.pk)
"""
)
EXPORT_STOPS = (r"INSERT INTO .payments_debitbatch", r"INSERT INTO payments_debititem", r"INSERT INTO .documents_storedfile",
                r"UPDATE .payments_debitbatch. SET .*.file_id", r"INSERT INTO .*audit_event")  # fmt: skip
IMPORT_STOPS = (r"INSERT INTO .payments_debitreturn", r"UPDATE payments_debititem", r"UPDATE payments_debitcharge", r"ledger_leg",
                r"INSERT INTO .payments_receipt.", r"billing_movement", r"work_workitem", r"INSERT INTO .*audit_event")  # fmt: skip
ROUNDS = 17
SENT = """
SELECT (SELECT string_agg(concat_ws('|', b.number, b.state, b.count, b.amount, f.sha256), ',')
            FROM payments_debitbatch b LEFT JOIN documents_storedfile f ON f.id = b.file_id),
       (SELECT md5(string_agg(concat_ws('|', reference, payer_id, amount, state), ',' ORDER BY reference)) FROM payments_debititem),
       (SELECT sum(amount) FROM payments_debitcharge WHERE is_open), (SELECT last FROM payments_debitnumber)
"""
TAKEN = """
SELECT (SELECT string_agg(concat_ws('|', number, state), ',') FROM payments_debitbatch),
       (SELECT md5(string_agg(concat_ws('|', reference, state, code, next, retry_on), ',' ORDER BY reference)) FROM payments_debititem),
       (SELECT md5(string_agg(concat_ws('|', number, payer_id, amount, unallocated), ',' ORDER BY number)) FROM payments_receipt),
       (SELECT count(*) FROM payments_debitreturn), (SELECT sum(open_amount) FROM billing_charge), (SELECT sum(amount) FROM billing_movement),
       (SELECT string_agg(concat_ws('|', e.month, e.number), ',' ORDER BY e.month, e.number) FROM ledger_entry e),
       (SELECT sum(amount) FILTER (WHERE amount > 0) FROM ledger_leg),
       (SELECT count(*) FROM work_workitem), (SELECT last FROM payments_receiptnumber)
"""


@pytest.fixture(scope="module")
def house(migrated: House) -> House:
    found(migrated, FOUND)
    migrated.copy("debits_due", "remit")
    migrated.run(EXPORT, "never")
    migrated.run(ANSWER)
    migrated.copy("debits_sent", "remit")
    return migrated


def undisturbed(house: House, start: str, program: str, outcome: str) -> tuple[object, ...]:
    house.copy("remit", start)
    house.run(program, "never")
    ended = house.row(outcome)
    house.copy("remit", start)
    assert house.row(outcome) != ended
    return ended


def killed_at_random(house: House, program: str, seed: int) -> None:
    """Anywhere: before it began, in the middle of a statement, between two transactions, after its end."""
    running = house.program(program, "never")
    Timer(Random(seed).uniform(0.02, 0.9), running.kill).start()  # noqa: S311 - when a program is killed is no secret
    running.wait(60)


@pytest.mark.ledger("S-089")
def test_an_export_that_is_killed_is_made_and_sent_once(house: House) -> None:
    ended = undisturbed(house, "debits_due", EXPORT, SENT)
    for stop in EXPORT_STOPS:
        house.killed_before(stop, EXPORT, stop)
        house.run(EXPORT, "never")
        assert house.row(SENT) == ended, stop
        house.copy("remit", "debits_due")
    for seed in range(ROUNDS):
        killed_at_random(house, EXPORT, seed)
        house.run(EXPORT, "never")
        assert house.row(SENT) == ended, seed
        if seed % 5 == 0:
            house.run(VERIFY)
        house.copy("remit", "debits_due")


@pytest.mark.ledger("S-089")
def test_a_return_that_is_killed_is_taken_in_once(house: House) -> None:
    ended = undisturbed(house, "debits_sent", IMPORT, TAKEN)
    before = house.row(TAKEN)
    for stop in IMPORT_STOPS:
        house.killed_before(stop, IMPORT, stop)
        assert house.row(TAKEN) == before, stop
    for seed in range(ROUNDS):
        killed_at_random(house, IMPORT, seed)
        assert house.row(TAKEN) in (before, ended), seed
        house.run(IMPORT, "never")
        assert house.row(TAKEN) == ended, seed
        if seed % 5 == 0:
            house.run(VERIFY)
        house.copy("remit", "debits_sent")
