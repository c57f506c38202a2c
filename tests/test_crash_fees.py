"""kill -9 in the middle of a fee run: nothing of it is left, and the next run ends where an undisturbed one ends."""

from random import Random
from threading import Timer

import pytest

from tests.crashing import VERIFY, WAITING, House, found

FOUND = """
from django.db import transaction
from remit.kernel.billing.tests.estate import build_estate
with transaction.atomic():
    estate = build_estate(40)
for meter in estate.meters:
    estate.do("陈立", "meter.read", meter=meter.pk, on="2025-11-30", value="112")
estate.do("林晓岚", "bill.share_cost", tariff="gt", period="2025-11", amount="1000.01", group="一期")
"""
# Makes the run, and waits before the statement that the argument names.
RUN = (
    WAITING
    + """
from remit.kernel.authority.gate import perform
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import actor_for

with waiting(sys.argv[1]):
    perform(actor_for(Person.objects.get(name="林晓岚"), "web"), "bill.run", {"period": "2025-11"})
"""
)
# Where the run can be told from the outside: readings, an entry, bills, charges, the shared cost, the event.
STOPS = ("CREATE TEMPORARY TABLE fee_span", "ledger_leg", "INSERT INTO billing_bill ", "INSERT INTO billing_charge",
         "UPDATE .*billing_sharedcost", r"INSERT INTO .*audit_event")  # fmt: skip
ROUNDS = 17
OUTCOME = """
SELECT (SELECT md5(string_agg(concat_ws('|', b.number, c.payer_id, c.tariff_id, c.period_from, c.net, c.tax, c.amount, c.explanation), ','
            ORDER BY b.number, c.tariff_id)) FROM billing_charge c JOIN billing_bill b ON b.id = c.bill_id),
       (SELECT count(*) FROM billing_feerun), (SELECT count(*) FROM billing_bill), (SELECT sum(amount) FROM billing_charge),
       (SELECT string_agg(concat_ws('|', e.month, e.number), ',' ORDER BY e.number) FROM ledger_entry e),
       (SELECT sum(amount) FILTER (WHERE amount > 0) FROM ledger_leg), (SELECT last FROM billing_billnumber)
"""


@pytest.fixture(scope="module")
def house(migrated: House) -> House:
    return found(migrated, FOUND)


@pytest.mark.ledger("S-088")
def test_a_fee_run_that_is_killed_leaves_nothing_and_the_next_ends_as_if_undisturbed(house: House) -> None:
    house.copy("founded", "remit")
    house.run(RUN, "never")
    undisturbed = house.row(OUTCOME)
    assert undisturbed[1:3] == (1, 40)
    house.copy("remit", "founded")
    before = house.row(OUTCOME)
    for stop in STOPS:
        house.killed_before(stop, RUN, stop)
        assert house.row(OUTCOME) == before, stop
    chance = Random(20251130)  # noqa: S311 - when a program is killed is no secret
    for _round in range(ROUNDS):  # and at any moment: before it began, in the middle of a statement, after its end
        program = house.program(RUN, "never")
        Timer(chance.uniform(0.02, 1.2), program.kill).start()
        program.wait(60)
        assert house.row(OUTCOME) in (before, undisturbed)
        house.copy("remit", "founded")
    for stop in STOPS:
        house.killed_before(stop, RUN, stop)
    house.run(RUN, "never")
    assert house.row(OUTCOME) == undisturbed
    house.run(VERIFY)
