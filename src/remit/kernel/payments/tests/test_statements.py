"""The bank's account of the matter beside our own: taken in once, matched with reasons, undone, reconciled, checked by another."""

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cast import Firm
from tests.write_guard import without_guard

from remit.kernel.authority.errors import NotAuthorised, RuleBroken
from remit.kernel.documents.queries import content_of
from remit.kernel.ledger.models import Leg
from remit.kernel.ledger.posting import Leg as Line
from remit.kernel.ledger.posting import post
from remit.kernel.ledger.queries import account_for
from remit.kernel.payments.banking.queries import suggestions
from remit.kernel.payments.banking.reconciling import compare
from remit.kernel.payments.banking.suggesting import Side, suggest
from remit.kernel.payments.models import BankAccount, MatchedLeg, Matching, Reconciliation, StatementLine
from remit.kernel.payments.tests.bank import account as account
from remit.kernel.payments.tests.bank import firm as firm
from remit.kernel.payments.tests.bank import november as november
from remit.kernel.payments.tests.bank import send

RECIPE = {
    "date": "日期",
    "income": "收入",
    "expense": "支出",
    "balance": "余额",
    "name": "对方",
    "text": "摘要",
    "bank_id": "流水",
}
OCTOBER = dt.date(2026, 10, 1)
HEAD = "日期,收入,支出,余额,对方,摘要,流水\n"
ROWS = [
    "2026-10-08,128.50,,128.50,王建国,物业费 3-1202,B1\n",
    "2026-10-09,500.00,,628.50,银联商务,清算,B2\n",
    "2026-10-10,,20.00,608.50,工商银行,手续费,B3\n",
    "2026-10-31,90.00,,698.50,李静,水费,B4\n",
]


def statement(*rows: str) -> bytes:
    return (HEAD + "".join(rows or ROWS)).encode("gb18030")


def book(account: BankAccount, on: dt.date, amount: str, summary: str) -> Leg:
    """The book side, as a receipt or a payment enters it."""
    company, code = account.company_id, account.account.code
    other = account_for(company, "receivable")
    legs = [Line(code, Decimal(amount)), Line(other, -Decimal(amount))]
    with without_guard():  # the act around a posting has the event
        entry = post(company, on, summary, legs, source=("test", summary))
    return entry.legs.get(account=account.account_id)


def day(n: int) -> dt.date:
    return dt.date(2026, 10, n)


@pytest.fixture
def ready(firm: Firm, account: BankAccount) -> BankAccount:
    firm.do("吴越", "bank.recipe", account=account.pk, recipe=RECIPE)
    account.refresh_from_db()
    return account


@pytest.mark.ledger("D-079", "S-173")
def test_no_line_is_taken_in_twice_whatever_the_files_overlap(firm: Firm, ready: BankAccount) -> None:
    send(firm, ready, statement(*ROWS[:3]))
    send(firm, ready, statement())
    assert [(one.taken, one.known) for one in ready.imports.order_by("pk")] == [(3, 0), (1, 3)]
    assert ready.lines.count() == 4
    # Without a mark of the bank's, equal lines are told apart by how many there are.
    firm.do(
        "吴越",
        "bank.recipe",
        account=ready.pk,
        recipe={k: v for k, v in RECIPE.items() if k not in ("bank_id", "balance")},
    )
    twins = "2026-10-12,5.00,,,王,停车,\n" * 2
    send(firm, ready, statement(twins))
    send(firm, ready, statement(twins, "2026-10-12,5.00,,,王,停车,\n"))
    assert ready.lines.filter(amount=5).count() == 3


def test_a_file_is_taken_whole_or_not_at_all(firm: Firm, ready: BankAccount) -> None:
    with pytest.raises(RuleBroken, match=r"余额 698\.60 与上一笔"):
        send(firm, ready, statement(*ROWS[:3], "2026-10-31,90.00,,698.60,李静,水费,B4\n"))
    other = ":20:A\n:25:4000021509200099999\n:60F:C261001CNY0,\n:62F:C261001CNY0,\n"
    with pytest.raises(RuleBroken, match="…9999"):
        send(firm, ready, other.encode())
    with pytest.raises(NotAuthorised):
        firm.do("何平", "bank.import", account=ready.pk, file=1)
    assert not StatementLine.objects.exists()


@pytest.mark.ledger("S-173")
def test_what_is_likely_the_same_is_suggested_with_its_reasons(firm: Firm, ready: BankAccount) -> None:
    send(firm, ready, statement())
    wang = book(ready, day(8), "128.50", "收 王建国 物业费 SK-2026-0001")
    cards = [book(ready, day(9), amount, f"刷卡 {amount}") for amount in ("300.00", "120.00", "80.00")]
    book(ready, day(20), "44.00", "收 现金缴存")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        _lines, _legs, found = suggestions(ready)
    assert len(queries) <= 4
    told = {StatementLine.objects.get(pk=one.lines[0]).bank_id: (one.legs, one.reasons) for one in found}
    assert told == {
        "B1": ((wang.pk,), ("amount", "name", "day")),
        "B2": (tuple(leg.pk for leg in cards), ("sum", "day")),
    }
    pairs = [{"lines": list(one.lines), "legs": list(one.legs), "reasons": list(one.reasons)} for one in found]
    firm.do("吴越", "bank.match", account=ready.pk, pairs=pairs)
    assert Matching.objects.get(amount=500).legs.count() == 3
    with pytest.raises(RuleBroken, match="已经勾对"):
        firm.do("吴越", "bank.match", account=ready.pk, pairs=pairs[:1])
    firm.do("吴越", "bank.unmatch", account=ready.pk, match=Matching.objects.get(amount=500).pk)
    assert ready.lines.filter(match=None).count() == 3
    assert MatchedLeg.objects.count() == 1


def test_both_sides_of_a_match_are_one_sum(firm: Firm, ready: BankAccount) -> None:
    send(firm, ready, statement())
    leg = book(ready, day(8), "128.00", "收 王建国")
    line = ready.lines.get(bank_id="B1")
    with pytest.raises(RuleBroken, match=r"128\.50"):
        firm.do("吴越", "bank.match", account=ready.pk, pairs=[{"lines": [line.pk], "legs": [leg.pk]}])
    for bad in ([], [{"lines": [], "legs": [leg.pk]}], [{"lines": ["x"], "legs": [leg.pk]}], {"lines": [line.pk]}):
        with pytest.raises(RuleBroken):
            firm.do("吴越", "bank.match", account=ready.pk, pairs=bad)
    assert not Matching.objects.exists()


@pytest.mark.ledger("S-172", "R-086", "P-096", "D-080", "T-044")
def test_the_month_is_reconciled_and_checked_by_somebody_else(firm: Firm, ready: BankAccount) -> None:
    send(firm, ready, statement())
    wang = book(ready, day(8), "128.50", "收 王建国")
    cards = book(ready, day(9), "500.00", "刷卡")
    book(ready, day(30), "60.00", "收 支票 在途")
    book(ready, day(31), "-35.00", "付 快递费 支票")
    lines = {line.bank_id: line.pk for line in ready.lines.all()}
    pairs = [{"lines": [lines["B1"]], "legs": [wang.pk]}, {"lines": [lines["B2"]], "legs": [cards.pk]}]
    firm.do("吴越", "bank.match", account=ready.pk, pairs=pairs)
    found = compare(ready, OCTOBER)
    assert (found.book_balance, found.bank_balance) == (Decimal("653.50"), Decimal("698.50"))
    assert {kind: found.total(kind) for kind in ("booked_in", "booked_out", "banked_in", "banked_out")} == {
        "booked_in": Decimal("60.00"),
        "booked_out": Decimal("35.00"),
        "banked_in": Decimal("90.00"),
        "banked_out": Decimal("20.00"),
    }
    assert found.book_agreed == found.bank_agreed == Decimal("723.50")
    firm.do("吴越", "bank.reconcile", account=ready.pk, month=OCTOBER)
    drawn = Reconciliation.objects.get()
    with pytest.raises(RuleBroken, match="自己编制"):
        give_check(firm)
        firm.do("吴越", "bank.check", reconciliation=drawn.pk)
    with pytest.raises(RuleBroken, match="经手收付款的人不能复核"):
        firm.do("周岚", "bank.check", reconciliation=drawn.pk)
    firm.do("许衡", "bank.check", reconciliation=drawn.pk)
    drawn.refresh_from_db()
    assert drawn.checked_by == firm["许衡"]
    assert drawn.file is not None
    assert content_of(drawn.file).startswith(b"%PDF")
    with pytest.raises(RuleBroken, match="已复核"):
        firm.do("吴越", "bank.reconcile", account=ready.pk, month=OCTOBER)


def give_check(firm: Firm) -> None:
    from tests.cast import give

    from remit.kernel.authority.loading import authority_changed

    give(firm, "出纳", "第2条", {"action": "bank.check"})
    give(firm, "总经理", "第2条", {"action": "bank.*"}, {"action": "oversight.banking"})
    authority_changed()


@pytest.mark.ledger("S-172")
def test_a_month_that_does_not_agree_is_not_drawn_up(firm: Firm, ready: BankAccount) -> None:
    with pytest.raises(RuleBroken, match="没有对账单"):
        firm.do("吴越", "bank.reconcile", account=ready.pk, month=OCTOBER)
    # A statement of later days only: the opening balance is not in our books.
    send(firm, ready, statement(ROWS[3]))
    with pytest.raises(RuleBroken, match=r"账面调节后为 ¥90\.00，银行调节后为 ¥698\.50"):
        firm.do("吴越", "bank.reconcile", account=ready.pk, month=OCTOBER)
    with pytest.raises(RuleBroken, match="还没有结束"):
        firm.do("吴越", "bank.reconcile", account=ready.pk, month=dt.date(2999, 1, 1))


@pytest.mark.ledger("S-172")
def test_money_on_its_way_over_the_end_of_the_month_stays_open_in_it(firm: Firm, ready: BankAccount) -> None:
    """Booked on the 31st, at the bank on the 2nd: matched today, yet open at the end of October."""
    send(firm, ready, statement(*ROWS, "2026-11-02,60.00,,758.50,恒通,货款,B5\n"))
    leg = book(ready, day(31), "60.00", "收 恒通 支票")
    line = ready.lines.get(bank_id="B5")
    firm.do("吴越", "bank.match", account=ready.pk, pairs=[{"lines": [line.pk], "legs": [leg.pk]}])
    found = compare(ready, OCTOBER)
    assert found.bank_balance == Decimal("698.50")
    assert found.total("booked_in") == 60
    assert compare(ready, dt.date(2026, 11, 1)).total("booked_in") == 0


amounts = st.integers(1, 9).map(lambda n: Decimal(n * 10))


@settings(max_examples=80, deadline=None)
@given(groups=st.lists(st.lists(amounts, min_size=1, max_size=3), max_size=6), seed=st.randoms(use_true_random=False))
def test_suggestions_never_use_anything_twice_and_always_add_up(
    groups: list[list[Decimal]], seed: random.Random
) -> None:
    lines = [Side(n, day(seed.randint(1, 28)), sum(parts, Decimal(0)), f"付款人{n}") for n, parts in enumerate(groups)]
    legs = [
        Side(100 * n + m, lines[n].on, part, f"收 付款人{n}")
        for n, parts in enumerate(groups)
        for m, part in enumerate(parts)
    ]
    seed.shuffle(legs)
    found = suggest(lines, legs)
    by_line, by_leg = {one.id: one for one in lines}, {one.id: one for one in legs}
    used = [("line", one) for s in found for one in s.lines] + [("leg", one) for s in found for one in s.legs]
    assert len(used) == len(set(used))
    for one in found:
        assert sum(by_line[n].amount for n in one.lines) == sum(by_leg[n].amount for n in one.legs) == one.amount
