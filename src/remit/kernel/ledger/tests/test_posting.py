"""The core of the books: balanced, append-only, numbered without gaps, closed when closed; and in step with ten lines of Python."""
# ruff: noqa: S608 - statements with our own numbers, as somebody would type them

import datetime as dt
from decimal import Decimal
from typing import ClassVar

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase
from tests.cast import Firm, build_firm

from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.ledger.charts import chart
from remit.kernel.ledger.errors import NoBooks, PeriodClosed, PostingConflict, PostingRefused
from remit.kernel.ledger.models import Account, Entry, EntryNumber, Leg
from remit.kernel.ledger.posting import Leg as Line
from remit.kernel.ledger.posting import post, reverse
from remit.kernel.ledger.queries import ROLES, account_for, balance_of, totals_of, trial_balance
from remit.kernel.ledger.tests.conftest import BEGIN, keep_books
from remit.lib import clock

MARCH = dt.date(2026, 3, 10)
NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)


def sale(amount: str = "113.00") -> list[Line]:
    net = (Decimal(amount) / Decimal("1.13")).quantize(Decimal("0.01"))
    return [Line("1122", Decimal(amount)), Line("500101", -net), Line("22210102", net - Decimal(amount))]


def test_the_default_chart_has_every_role_that_other_rooms_ask_for(firm: Firm) -> None:
    assert {one.role for one in chart()} - {""} == set(ROLES)
    assert account_for(firm.health.pk, "output_tax") == "22210102"
    assert Account.objects.get(company=firm.health, code="2221").is_leaf is False
    with pytest.raises(ValueError, match="no account has the role"):
        account_for(firm.health.pk, "till")
    with pytest.raises(NoBooks):
        account_for(firm.property.pk, "cash")
    with pytest.raises(RuleBroken):
        keep_books(firm)


def test_an_entry_is_made_once_for_each_source(firm: Firm, django_assert_max_num_queries: object) -> None:
    company = firm.health.pk
    first = post(company, MARCH, "三月账单", sale(), source=("fee_run", "7"))
    assert (first.label, first.made_by) == ("2026-03 记-1", None)
    with django_assert_max_num_queries(11):  # type: ignore[operator]
        second = post(company, MARCH, "三月账单", sale("226.00"), source=("fee_run", "8"))
    assert second.number == 2
    assert post(company, MARCH, "再来一次", reversed(sale()), source=("fee_run", "7")) == first
    with pytest.raises(PostingConflict):
        post(company, MARCH, "三月账单", sale("114.00"), source=("fee_run", "7"))
    assert balance_of(company, "1122", MARCH) == Decimal("339.00")
    assert balance_of(company, "2221", MARCH) == Decimal("-39.00"), "a summing account adds up what lies below it"
    assert balance_of(company, "1122", BEGIN) == 0


@pytest.mark.parametrize(
    ("legs", "error"),
    [
        ([Line("1001", Decimal(5)), Line("5051", Decimal(-4))], PostingRefused),
        ([Line("1001", Decimal(0)), Line("5051", Decimal(0))], PostingRefused),
        ([Line("1001", Decimal("0.001")), Line("5051", Decimal("-0.001"))], PostingRefused),
        ([Line("1001", Decimal(5))], PostingRefused),
        ([Line("2221", Decimal(5)), Line("5051", Decimal(-5))], PostingRefused),
        ([Line("9999", Decimal(5)), Line("5051", Decimal(-5))], PostingRefused),
    ],
    ids=["unbalanced", "zero", "a tenth of a cent", "one line", "summing account", "unknown account"],
)
def test_what_is_no_entry_is_refused(firm: Firm, legs: list[Line], error: type[Exception]) -> None:
    with pytest.raises(error):
        post(firm.health.pk, MARCH, "不成立", legs, source=("test", "1"))
    assert not Entry.objects.exists()
    assert not EntryNumber.objects.exists(), "and no number is used up"


def test_a_reversal_takes_everything_back_once(firm: Firm) -> None:
    company = firm.health.pk
    entry = post(company, MARCH, "账单", sale(), source=("bill", "1"))
    counter = reverse(entry, dt.date(2026, 4, 1), "冲销", ("bill_void", "1"))
    assert reverse(entry, dt.date(2026, 4, 1), "冲销", ("bill_void", "1")) == counter
    with pytest.raises(PostingConflict):
        reverse(entry, dt.date(2026, 4, 1), "冲销", ("other", "1"))
    assert {line.closing for line in trial_balance(company, BEGIN, dt.date(2026, 12, 31))} == {Decimal(0)}


def test_a_closed_month_takes_nothing_and_only_the_last_is_reopened(firm: Firm) -> None:
    company = firm.health.pk
    with clock.set_to(NOW):
        with pytest.raises(RuleBroken):
            firm.do("韩涛", "ledger.close", company=company, month="2026-03-01")
        for month in ("2026-01-01", "2026-02-01", "2026-03-01"):
            firm.do("韩涛", "ledger.close", company=company, month=month)
        with pytest.raises(PeriodClosed) as refusal:
            post(company, MARCH, "迟到的账单", sale(), source=("bill", "1"))
        assert "2026-03-31" in refusal.value.sentence, "it says up to which day, and so from which one is free"
        with pytest.raises(RuleBroken):
            firm.do("韩涛", "ledger.reopen", company=company, month="2026-02-01", reason="补账")
        with pytest.raises(PeriodClosed):
            post(company, dt.date(2025, 12, 31), "建账之前", sale(), source=("bill", "2"))
        firm.do("韩涛", "ledger.reopen", company=company, month="2026-03-01", reason="补账")
        post(company, MARCH, "迟到的账单", sale(), source=("bill", "1"))
        with pytest.raises(RuleBroken):
            firm.do("韩涛", "ledger.close", company=company, month="2026-11-01")


def test_who_keeps_no_books_closes_none(firm: Firm) -> None:
    with pytest.raises((NotYours, NotAuthorised)):
        firm.do("何平", "ledger.close", company=firm.health.pk, month="2026-01-01")


def test_the_database_refuses_what_the_program_would_not_do(firm: Firm) -> None:
    """Each by a statement of its own, as from a console."""
    company = firm.health.pk
    entry = post(company, MARCH, "账单", sale(), source=("bill", "1"))
    other = post(company, MARCH, "账单", sale(), source=("bill", "2"))
    with clock.set_to(NOW):
        for month in ("2026-01-01", "2026-02-01"):
            firm.do("韩涛", "ledger.close", company=company, month=month)
    new = (
        'INSERT INTO ledger_entry (company_id, "on", month, word, number, summary, source_kind, source_key, leg_count, papers, made_at)'
        f" VALUES ({company}, '%s', '%s', '记', %s, '', 'x', '%s', 2, 0, now())"
    )
    leg = Leg.objects.filter(entry=entry).first()
    assert leg is not None
    statements = [
        f"UPDATE ledger_entry SET summary = 'x' WHERE id = {entry.pk}",
        f"DELETE FROM ledger_leg WHERE entry_id = {entry.pk}",
        f"UPDATE ledger_leg SET amount = 1 WHERE id = {leg.pk}",
        'INSERT INTO ledger_leg (entry_id, line, account_id, "on", amount, note) '
        f"VALUES ({entry.pk}, 4, {leg.account_id}, '{MARCH}', 1, '')",
        new % ("2026-02-10", "2026-02-01", 1, "closed"),
        new % ("2025-12-10", "2025-12-01", 1, "before the books"),
        new % ("2026-03-10", "2026-04-01", 1, "another month"),
        new % ("2026-03-10", "2026-03-01", 2, "a number twice"),
        new % ("2026-03-10", "2026-03-01", 9, "no legs") + "; SET CONSTRAINTS ALL IMMEDIATE",
        f"UPDATE ledger_account SET code = '1199' WHERE id = {leg.account_id}",
    ]
    for statement in statements:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert list(Entry.objects.order_by("pk")) == [entry, other]


LEAVES = ("1001", "100201", "1122", "2203", "22210102", "500101", "560204")
amounts = st.integers(min_value=-(10**9), max_value=10**9).filter(bool).map(lambda cents: Decimal(cents) / 100)


@st.composite
def entries(draw: st.DrawFn) -> tuple[int, list[tuple[str, Decimal]]]:
    """A day of the year, and legs whose last one balances the others."""
    legs = draw(st.lists(st.tuples(st.sampled_from(LEAVES), amounts), min_size=1, max_size=5))
    rest = -sum((amount for _code, amount in legs), Decimal(0))
    return draw(st.integers(0, 330)), [*legs, *([(draw(st.sampled_from(LEAVES)), rest)] if rest else [])]


class AnySequence(HypothesisCase):
    """Whatever is entered and reversed, on whatever days: the books balance, no number is left out, ten lines of Python agree."""

    firm: ClassVar[Firm]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.firm = build_firm()
        keep_books(cls.firm)

    @settings(max_examples=40)
    @given(st.lists(st.one_of(entries(), st.integers(0, 9)), max_size=12), st.integers(0, 340))
    def test_books_stay_balanced_and_equal_a_model(self, steps: list[object], until: int) -> None:
        company, model, made, undone = self.firm.health.pk, [], [], set()
        for nth, step in enumerate(steps):
            if isinstance(step, tuple):
                on, legs = BEGIN + dt.timedelta(days=step[0]), step[1]
                if len(legs) < 2:
                    continue
                made.append(post(company, on, "", [Line(*leg) for leg in legs], source=("t", str(nth))))
                model += [(on, code, amount) for code, amount in legs]
            elif isinstance(step, int) and step < len(made):
                entry, on = made[step], BEGIN + dt.timedelta(days=335)
                if entry.pk not in undone:
                    reverse(entry, on, "", ("undo", str(entry.pk)))
                    model += [(on, leg.account.code, -leg.amount) for leg in entry.legs.select_related("account")]
                    undone.add(entry.pk)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        day = BEGIN + dt.timedelta(days=until)
        lines = {line.code: line for line in trial_balance(company, BEGIN, day)}
        for code in LEAVES:
            expected = sum((amount for on, one, amount in model if one == code and on <= day), Decimal(0))
            assert (lines[code].closing if code in lines else 0) == expected == balance_of(company, code, day)
        totals = totals_of(lines.values())
        assert totals.debit == totals.credit and totals.closing_debit == totals.closing_credit
        for month in Entry.objects.filter(company=company).values_list("month", flat=True).distinct():
            numbers = Entry.objects.filter(company=company, month=month).order_by("number")
            assert list(numbers.values_list("number", flat=True)) == list(range(1, len(numbers) + 1))
