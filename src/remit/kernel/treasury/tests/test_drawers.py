"""The cashier's day: cash comes and goes in a drawer, is counted by face value, closed, and carried to the bank."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import Firm, give
from tests.web_help import browser, page

from remit.cli.integrity import examine
from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.ledger.models import Account, Entry, Leg
from remit.kernel.ledger.posting import Leg as Line
from remit.kernel.ledger.posting import post
from remit.kernel.ledger.queries import balance_of
from remit.kernel.parties.models import Party
from remit.kernel.payments.models import BankAccount, Receipt
from remit.kernel.treasury.drawers import counted
from remit.kernel.treasury.models import FACES, Deposit, Drawer, DrawerDay
from remit.kernel.treasury.queries import days_that_changed, funds_report
from remit.lib import clock

EVENING = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
TODAY = dt.date(2026, 3, 10)


@pytest.fixture
def office(firm: Firm) -> Iterator[Firm]:
    lock_authority(exclusively=True)
    DeclaredAction.objects.create(name="oversight.fees", labels={"zh-hans": "查阅全部收费"}, origin="pack:test")
    authority_changed()
    small = {"action": "drawer.close", "limits": {"difference": "<= 5 CNY"}}
    give(
        firm,
        "出纳",
        "第5条",
        small,
        {"action": "drawer.deposit"},
        {"action": "receipt.take"},
        {"action": "receipt.void"},
        {"action": "oversight.fees"},
    )
    give(
        firm,
        "财务总监",
        "第5条",
        *({"action": f"drawer.{verb}"} for verb in ("open", "close", "reopen")),
        {"action": "bank.account"},
    )
    authority_changed()
    with clock.set_to(EVENING):
        firm.do("韩涛", "drawer.open", company=firm.health.pk, name="前台现金", keeper=firm["吴越"].pk)
        yield firm


def take(firm: Firm, amount: str, on: dt.date = TODAY) -> Receipt:
    payer = Party.objects.first()
    if payer is None:
        facts = {"name": "云岭茶业", "kind": "organization", "company": firm.health.pk}
        payer = Party.objects.get(pk=perform(system("tests"), "customer.open", facts).subject[1])
    done = firm.do("吴越", "receipt.take", payer=payer.pk, amount=amount, method="cash", on=on)
    return Receipt.objects.get(pk=done.subject[1])


def close(firm: Firm, notes: dict[str, int], who: str = "吴越", **more: object) -> str:
    return firm.do(who, "drawer.close", drawer=Drawer.objects.get().pk, on=TODAY, notes=notes, **more).kind


@pytest.mark.ledger("S-169")
def test_a_day_is_counted_closed_and_takes_no_more_cash(office: Firm) -> None:
    take(office, "300.00", TODAY - dt.timedelta(3))
    receipt = take(office, "250.50")
    assert close(office, {"100": 5, "50": 1, "0.5": 1}) == "done"
    day = DrawerDay.objects.get()
    assert (day.opening, day.received) == (Decimal(300), Decimal("250.50"))
    assert (day.counted, day.difference) == (Decimal("550.50"), Decimal(0))
    assert day.notes == {"100": 5, "50": 1, "0.5": 1}
    with pytest.raises(RuleBroken, match="2026-03-10"):
        take(office, "10.00")
    with pytest.raises(RuleBroken, match="2026-03-10"):
        office.do("吴越", "receipt.void", receipt=receipt.pk, reason="错")
    with clock.set_to(EVENING + dt.timedelta(days=1)):
        late = take(office, "20.00")  # it came in on the closed day, and is found the next morning
        assert late.on == TODAY and late.entry.on == TODAY + dt.timedelta(1)
        office.do("吴越", "receipt.void", receipt=receipt.pk, reason="错")
    assert balance_of(office.health.pk, "1001", TODAY) == Decimal("550.50")
    assert examine().faults == []


@pytest.mark.ledger("S-169")
def test_a_difference_needs_its_reason_and_above_five_yuan_somebody_who_may(office: Firm) -> None:
    take(office, "200.00")
    with pytest.raises(RuleBroken, match="说明"):
        close(office, {"100": 1, "50": 1, "20": 2, "5": 1, "1": 1})  # four short
    assert close(office, {"100": 1, "50": 1}, reason="少五十") == "requested"
    assert close(office, {"100": 1, "50": 1, "20": 2, "5": 1, "1": 1}, reason="找零有误") == "done"
    company, day = office.health.pk, DrawerDay.objects.get()
    assert day.difference == -4 and day.entry is not None
    other = Account.objects.get(company=company, role="cash_difference").code
    assert (balance_of(company, "1001", TODAY), balance_of(company, other, TODAY)) == (Decimal(196), Decimal(4))


@pytest.mark.ledger("S-169")
def test_a_day_is_reopened_with_a_reason_and_closed_anew(office: Firm) -> None:
    take(office, "100.00")
    close(office, {"100": 1})
    office.do("韩涛", "drawer.reopen", drawer=Drawer.objects.get().pk, reason="漏记一笔")
    take(office, "50.00")
    assert close(office, {"100": 1, "50": 1}) == "done"
    assert list(DrawerDay.objects.order_by("pk").values_list("counted", "reopen_reason")) == [
        (Decimal(100), "漏记一笔"),
        (Decimal(150), ""),
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        DrawerDay.objects.update(counted=0)


@pytest.mark.ledger("S-169")
def test_the_database_itself_refuses_cash_on_a_closed_day(office: Firm) -> None:
    take(office, "100.00")
    with transaction.atomic():
        lines = [Line("560204", Decimal(5)), Line("2202", Decimal(-5))]
        entry = post(office.health.pk, TODAY, "办公费", lines, source=("test", "1"))
    close(office, {"100": 1})
    cash = Account.objects.get(company=office.health, role="cash")
    with pytest.raises(DatabaseError), transaction.atomic():
        Leg.objects.create(entry=entry, line=2, account=cash, on=TODAY, amount=5)


@pytest.mark.ledger("S-169", "S-175", "D-076")
def test_cash_goes_to_the_bank_once_a_slip_and_the_funds_of_the_day_say_so(office: Firm) -> None:
    take(office, "900.00")
    office.do(
        "韩涛",
        "bank.account",
        number="6222000011112222",
        name="基本户",
        bank_name="工商银行",
        since=dt.date(2026, 1, 1),
    )
    account = BankAccount.objects.get()
    slip = {"drawer": Drawer.objects.get().pk, "bank": account.pk, "on": TODAY, "slip": "JK0310"}
    with pytest.raises(RuleBroken, match="900"):
        office.do("吴越", "drawer.deposit", amount="900.01", **slip)
    office.do("吴越", "drawer.deposit", amount="800.00", **slip)
    with pytest.raises(RuleBroken, match="JK0310"):
        office.do("吴越", "drawer.deposit", amount="1.00", **slip)
    assert Deposit.objects.get().entry.leg_count == 2
    with CaptureQueriesContext(connection) as queries:
        lines = funds_report(office.health.pk, TODAY)
    assert len(queries) == 4
    assert [(one.name, one.moved.received, one.moved.paid, one.moved.closing) for one in lines] == [
        ("前台现金", Decimal(900), Decimal(800), Decimal(100)),
        (str(account), Decimal(800), Decimal(0), Decimal(800)),
    ]
    shown = page(browser(office, "吴越"), "/treasury/funds/", on="2026-03-10")
    assert "资金日报" in shown and "100.00" in shown


@pytest.mark.ledger("S-169")
def test_the_page_compares_before_it_closes(office: Firm) -> None:
    take(office, "100.00")
    drawer, client = Drawer.objects.get(), browser(office, "吴越")
    answer = client.post(
        f"/treasury/drawers/{drawer.pk}/closing/", {"on": "2026-03-10", "face-50": "1", "verb": "compare"}
    )
    assert "-¥50.00" in answer.content.decode() and not DrawerDay.objects.exists()
    answer = client.post(
        f"/treasury/drawers/{drawer.pk}/closing/", {"on": "2026-03-10", "face-50": "x", "verb": "close"}
    )
    assert answer.status_code == 422
    client.post(f"/treasury/drawers/{drawer.pk}/closing/", {"on": "2026-03-10", "face-50": "2", "verb": "close"})
    assert DrawerDay.objects.get().counted == 100
    assert "已结" in page(client, f"/treasury/drawers/{drawer.pk}/")


def test_a_closed_day_whose_books_say_something_else_is_told(office: Firm) -> None:
    take(office, "100.00")
    close(office, {"100": 1})
    assert days_that_changed() == []
    with connection.cursor() as cursor:  # what nobody can do through the system
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE ledger_leg SET amount = amount * 2 WHERE entry_id = %s", [Entry.objects.latest("pk").pk])
        cursor.execute("SET session_replication_role = origin")
    assert [(then, now) for _which, then, now in days_that_changed()] == [(Decimal(100), Decimal(200))]


@given(st.dictionaries(st.sampled_from([str(face) for face in FACES]), st.integers(0, 500)))
def test_the_sum_of_the_notes_is_the_sum_of_the_notes(notes: dict[str, int]) -> None:
    clean, total = counted(notes)
    assert total == sum((Decimal(face) * n for face, n in notes.items()), Decimal(0))
    assert clean == {face: n for face, n in notes.items() if n}


@pytest.mark.parametrize("notes", [{"100": -1}, {"30": 1}, {"100": "1.5"}, {"x": 1}])
def test_what_is_no_money_is_refused(notes: dict[str, object]) -> None:
    with pytest.raises(RuleBroken):
        counted(notes)
