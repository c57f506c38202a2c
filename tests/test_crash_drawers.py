"""kill -9 in the middle of a daily close: the day is closed with its difference entered, or nothing happened; done again it ends as undisturbed."""

from random import Random
from threading import Timer

import pytest

from tests.crashing import VERIFY, WAITING, House, found

FOUND = """
from django.db import transaction
from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from tests.cast import build_firm
with transaction.atomic():
    firm = build_firm()
company = firm.health.pk
def do(action, **facts):
    perform(system("tests"), action, {"company": company, **facts})
do("ledger.found", month="2026-01-01")
do("drawer.open", name="前台现金", keeper=firm["吴越"].pk)
for n in range(12):
    lines = [{"account": "1001", "debit": f"{100 + n}.50"}, {"account": "500101", "credit": f"{100 + n}.50"}]
    do("voucher.post", on=f"2026-03-{n + 1:02}", summary="现金收入", lines=lines)
"""
# Counts four yuan too little, unless the day is closed already, as the page shows it.
CLOSE = (
    WAITING
    + """
from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.treasury.models import Drawer, DrawerDay
with waiting(sys.argv[1]):
    if not DrawerDay.objects.exists():
        facts = {"drawer": Drawer.objects.get().pk, "on": "2026-03-12", "notes": {"100": 12, "50": 1, "10": 1, "5": 1, "1": 0, "0.5": 6}, "reason": "找零"}
        perform(system("tests"), "drawer.close", facts)
"""
)
STOPS = (r"INSERT INTO .ledger_entry", r"INSERT INTO .ledger_leg", r"INSERT INTO .treasury_drawerday", r"UPDATE .ledger_account",
         r"INSERT INTO .*audit_event")  # fmt: skip
ROUNDS = 50
OUTCOME = """
SELECT (SELECT string_agg(concat_ws('|', "on", opening, received, paid, counted, notes::text, entry_id IS NULL), ',') FROM treasury_drawerday),
       (SELECT settled_until FROM ledger_account WHERE role = 'cash'),
       (SELECT string_agg(concat_ws('|', month, number, summary), ',' ORDER BY month, number) FROM ledger_entry),
       (SELECT sum(l.amount) FROM ledger_leg l JOIN ledger_account a ON a.id = l.account_id WHERE a.role = 'cash'),
       (SELECT count(*) FROM audit_event)
"""


@pytest.fixture(scope="module")
def house(migrated: House) -> House:
    found(migrated, FOUND)
    migrated.copy("drawer_full", "remit")
    return migrated


@pytest.mark.ledger("S-169")
def test_a_daily_close_that_is_killed_happened_or_did_not(house: House) -> None:
    before = house.row(OUTCOME)
    house.run(CLOSE, "never")
    ended = house.row(OUTCOME)
    assert before[0] is None and ended[0] is not None and ended[3] != before[3]
    house.copy("remit", "drawer_full")
    for stop in STOPS:
        house.killed_before(stop, CLOSE, stop)
        assert house.row(OUTCOME) == before, stop
    for seed in range(ROUNDS):
        program = house.program(CLOSE, "never")
        Timer(Random(seed).uniform(0.01, 0.3), program.kill).start()  # noqa: S311 - when a program is killed is no secret
        program.wait(60)
        assert house.row(OUTCOME) in (before, ended), seed
        house.run(CLOSE, "never")
        assert house.row(OUTCOME) == ended, seed
        if seed % 10 == 0:
            house.run(VERIFY)
        house.copy("remit", "drawer_full")
