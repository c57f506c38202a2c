"""Late fees by replay, and the order of clearing: against models of a few lines that count day by day."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.lib.amounts import round_cents
from remit.lib.clearing import LEGAL_ORDER, Debt, clear
from remit.lib.late_fees import Change, LateFeeRule, late_fee

DUE = dt.date(2026, 3, 10)
RULE = LateFeeRule(Decimal("0.0005"), cap=Decimal("0.2"))
CENTS = st.integers(1, 10**7).map(lambda cents: Decimal(cents) / 100)
DAYS = st.integers(-40, 400).map(lambda days: DUE + dt.timedelta(days))
CHANGES = st.lists(st.builds(Change, DAYS, CENTS), max_size=6)
RULES = st.builds(
    LateFeeRule,
    st.integers(0, 20).map(lambda n: Decimal(n) / 10_000),
    st.integers(0, 30),
    st.one_of(st.none(), st.integers(0, 100).map(lambda n: Decimal(n) / 100)),
)


def day_by_day(principal: Decimal, changes: list[Change], rule: LateFeeRule, until: dt.date) -> Decimal:
    fee, day = Decimal(0), DUE + dt.timedelta(1 + rule.grace_days)
    while day <= until:
        paid = sum((change.amount for change in changes if change.on < day), Decimal(0))
        fee += max(principal - paid, Decimal(0)) * rule.rate
        day += dt.timedelta(1)
    fee = round_cents(fee)
    return fee if rule.cap is None else min(fee, round_cents(principal * rule.cap))


@given(CENTS, CHANGES, RULES, DAYS)
def test_the_fee_is_what_counting_day_by_day_gives(
    principal: Decimal, changes: list[Change], rule: LateFeeRule, until: dt.date
) -> None:
    found = late_fee(principal, DUE, changes, rule, until)
    assert found.amount == day_by_day(principal, changes, rule, until)
    assert late_fee(principal, DUE, changes[::-1], rule, until) == found


@given(CENTS, CHANGES, RULES, DAYS)
def test_a_day_more_never_costs_less_and_a_payment_more_never_costs_more(
    principal: Decimal, changes: list[Change], rule: LateFeeRule, until: dt.date
) -> None:
    fee = late_fee(principal, DUE, changes, rule, until).amount
    assert late_fee(principal, DUE, changes, rule, until + dt.timedelta(1)).amount >= fee
    assert late_fee(principal, DUE, [*changes, Change(DUE, Decimal(1))], rule, until).amount <= fee


@pytest.mark.parametrize(
    ("until", "changes", "amount"),
    [
        (DUE, [], "0.00"),
        (DUE + dt.timedelta(1), [], "0.50"),
        (DUE + dt.timedelta(10), [Change(DUE + dt.timedelta(4), Decimal(400))], "3.80"),  # 4 days of 1,000, 6 of 600
        (DUE + dt.timedelta(10), [Change(DUE, Decimal(1000))], "0.00"),
        (DUE + dt.timedelta(1), [Change(DUE + dt.timedelta(1), Decimal(1000))], "0.50"),  # the day of payment counts
        (DUE + dt.timedelta(1000), [], "200.00"),  # the cap
    ],
)  # fmt: skip
def test_the_settled_rule(until: dt.date, changes: list[Change], amount: str) -> None:
    assert late_fee(Decimal(1000), DUE, changes, RULE, until).amount == Decimal(amount)


def test_it_is_explained_by_its_stretches() -> None:
    found = late_fee(Decimal(1000), DUE, [Change(DUE + dt.timedelta(4), Decimal(400))], RULE, DUE + dt.timedelta(10))
    assert [(one.days, one.open_principal) for one in found.stretches] == [(4, Decimal(1000)), (6, Decimal(600))]


DEBTS = st.lists(
    st.tuples(st.sampled_from([*LEGAL_ORDER, "other"]), DAYS, CENTS), max_size=8
).map(lambda rows: [Debt(n, kind, day, amount) for n, (kind, day, amount) in enumerate(rows)])  # fmt: skip


@given(st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100), DEBTS)
def test_clearing_loses_and_doubles_nothing(amount: Decimal, debts: list[Debt]) -> None:
    parts = dict(clear(amount, debts))
    assert sum(parts.values()) == min(amount, sum(debt.open_amount for debt in debts))
    left = [debt for debt in debts if parts.get(debt.key, Decimal(0)) < debt.open_amount]
    assert all(0 < part <= debts[key].open_amount for key, part in parts.items())
    # Where one is left open, nothing that comes after it got anything.
    place = {kind: n for n, kind in enumerate(LEGAL_ORDER)}
    if left:
        first = min((place.get(debt.kind, 9), debt.due_on, debt.key) for debt in left)
        assert all((place.get(debts[key].kind, 9), debts[key].due_on, key) <= first for key in parts)


def test_the_law_puts_costs_before_late_fees_before_the_principal() -> None:
    debts = [
        Debt(1, "principal", DUE, Decimal(100)),
        Debt(2, "late_fee", DUE, Decimal(5)),
        Debt(3, "recovery", DUE, Decimal(8)),
    ]
    assert clear(Decimal(20), debts) == [(3, Decimal(8)), (2, Decimal(5)), (1, Decimal(7))]
    assert clear(Decimal(20), debts, ("principal", "late_fee")) == [(1, Decimal(20))]
