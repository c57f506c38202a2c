"""What a fee office would lose: a cent between the bill and the supplier's, a day at a moving-in, a tier, a price's first day."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.lib import tariffs
from remit.lib.tariffs import Metered, Share, Span, Step, read_terms
from remit.lib.yaml_reader import BadYaml

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
CENTS = st.integers(0, 10**9).map(lambda n: Decimal(n) / 100)
QUANTITIES = st.integers(0, 10**7).map(lambda n: Decimal(n) / 1000)
PRICES = st.integers(0, 10**6).map(lambda n: f"{Decimal(n) / 10**4:f}")
RATES = st.sampled_from(["0 %", "1 %", "3 %", "5 %", "6 %", "9 %", "13 %"])


def per_area(price: str, **more: Any) -> dict[str, Any]:
    return {"kind": "per_quantity", "of": "area", "price": price, **more}


def steps(*terms: tuple[date, dict[str, Any]]) -> list[Step]:
    return [Step(since, read_terms(data)) for since, data in terms]


def months_end(since: date, months: int) -> date:
    n = since.year * 12 + since.month - 1 + months
    return date(n // 12, n % 12 + 1, 1)


# --- terms ----------------------------------------------------------------------------------------------------------------


def test_terms_are_refused_with_every_fault_at_once() -> None:
    with pytest.raises(BadYaml) as caught:
        read_terms({"kind": "per_quantity", "of": "Area", "price": "2,80", "tax": "6", "pirce": "1"})
    said = str(caught.value)
    assert [fault.path for fault in caught.value.faults] == ["of", "pirce", "price", "tax"]
    assert "单价写成" in said and "比例写成" in said and "不认识的键" in said and "price" in said
    with pytest.raises(BadYaml, match="没有“per_head”这种收费方式"):
        read_terms({"kind": "per_head"})


@pytest.mark.parametrize(
    ("tiers", "bands", "words"),
    [
        ([], {}, "须写 tiers"),
        ([{"upto": "10", "price": "1"}], {}, "最后一档不写 upto"),
        ([{"upto": "20", "price": "1"}, {"upto": "10", "price": "2"}, {"price": "3"}], {}, "逐档增大"),
        ([], {"valley": "-0.1"}, "不能为负"),
    ],
)
def test_tiers_have_an_order_and_an_end(tiers: list[dict[str, str]], bands: dict[str, str], words: str) -> None:
    with pytest.raises(BadYaml, match=words):
        read_terms({"kind": "metered", "supply": "water", "tiers": tiers, "bands": bands})


@given(PRICES, RATES, st.booleans(), st.sampled_from(["day", "month", "year"]))
def test_terms_that_were_written_are_read_again(price: str, tax: str, included: bool, per: str) -> None:
    terms = read_terms({"kind": "fixed", "price": price, "tax": tax, "tax_included": included, "per": per})
    assert read_terms(tariffs.terms_data(terms)) == terms


# --- by the calendar ------------------------------------------------------------------------------------------------------


@pytest.mark.ledger("S-088")
def test_who_moves_in_on_the_16th_pays_for_the_days_he_is_there() -> None:
    prices = steps((date(2020, 1, 1), per_area("2.80")))
    (line,) = tariffs.standing_lines(prices, Decimal("89.5"), date(2026, 11, 16), date(2026, 12, 1))
    assert (line.days, line.of_days, line.amount) == (15, 30, Decimal("125.30"))
    whole = tariffs.standing_lines(prices, Decimal("89.5"), date(2026, 11, 1), date(2026, 12, 1))
    assert sum(one.amount for one in whole) == Decimal("250.60")


def test_a_new_price_holds_from_its_first_day() -> None:
    prices = steps((date(2020, 1, 1), per_area("3.00")), (date(2026, 11, 11), per_area("6.00")))
    first, second = tariffs.standing_lines(prices, Decimal(100), date(2026, 11, 1), date(2026, 12, 1))
    assert (first.days, first.amount, second.days, second.amount) == (10, Decimal(100), 20, Decimal(400))
    assert tariffs.standing_lines(prices, Decimal(100), date(2019, 11, 1), date(2019, 12, 1)) == []


@given(DAYS, st.integers(1, 14), st.integers(0, 500), QUANTITIES, PRICES)
def test_a_move_parts_a_bill_and_loses_at_most_a_cent(
    since: date, months: int, at: int, quantity: Decimal, price: str
) -> None:
    since = since.replace(day=1)
    until = months_end(since, months)
    move = min(since + timedelta(days=at), until)
    prices = steps((date(2000, 1, 1), per_area(price)))
    before = tariffs.standing_lines(prices, quantity, since, move)
    after = tariffs.standing_lines(prices, quantity, move, until)
    whole = tariffs.standing_lines(prices, quantity, since, until)
    assert sum(line.days for line in before + after) == (until - since).days
    parted = sum((line.amount for line in before + after), Decimal(0))
    assert abs(parted - sum((line.amount for line in whole), Decimal(0))) <= Decimal("0.01")
    assert len(whole) == months
    exact = Decimal(price) * quantity
    assert all(abs(line.amount - exact) <= Decimal("0.005") for line in whole)


@given(QUANTITIES, PRICES, RATES, st.booleans(), st.sampled_from(["0 %", "10 %", "33.33 %"]))
def test_net_and_tax_are_the_amount(quantity: Decimal, price: str, tax: str, included: bool, off: str) -> None:
    terms = per_area(price, tax=tax, tax_included=included, discount=off)
    lines = tariffs.standing_lines(steps((date(2020, 1, 1), terms)), quantity, date(2026, 11, 9), date(2027, 2, 5))
    total = tariffs.add_up(lines, quantity)
    assert total.net + total.tax == total.amount == sum(line.amount for line in lines)
    rate = Decimal(tax.removesuffix(" %")) / 100
    assert all(abs(line.tax - line.net * rate) <= Decimal("0.01") for line in lines)


def test_what_is_owed_once_and_in_percent() -> None:
    deposit = read_terms({"kind": "deposit", "price": "30", "of": "area"})
    assert isinstance(deposit, tariffs.Deposit)
    (line,) = tariffs.once_lines(deposit, Decimal("80.5"), date(2026, 11, 3))
    assert (line.amount, line.tax) == (Decimal(2415), Decimal(0))
    share = read_terms({"kind": "percentage", "of": ["rent"], "rate": "5 %", "tax": "6 %", "tax_included": False})
    assert isinstance(share, tariffs.Percentage)
    (line,) = tariffs.percentage_lines(share, Decimal("1234.50"), date(2026, 11, 1), date(2026, 12, 1))
    assert (line.net, line.tax, line.amount) == (Decimal("61.73"), Decimal("3.70"), Decimal("65.43"))


# --- by the meter ---------------------------------------------------------------------------------------------------------

WATER = {
    "kind": "metered", "supply": "water",
    "tiers": [{"upto": "15", "price": "2.00"}, {"upto": "25", "price": "3.00"}, {"price": "6.00"}],
}  # fmt: skip
OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 30)


def amount_of(
    terms: dict[str, Any], used: dict[str, Decimal], since: date = OCTOBER, until: date = NOVEMBER
) -> Decimal:
    lines = tariffs.metered_lines(steps((date(2020, 1, 1), terms)), used, since, until)
    return sum((line.amount for line in lines), Decimal(0))


@pytest.mark.ledger("S-087")
@pytest.mark.parametrize(
    ("method", "used", "amount"),
    [
        ("stepped", "0", "0"),
        ("stepped", "15", "30"),
        ("stepped", "20", "45"),
        ("stepped", "30", "90"),
        ("slab", "15", "30"),
        ("slab", "15.001", "45.00"),
        ("slab", "30", "180"),
        ("stepped", "-4", "-8"),
    ],
)
def test_each_tier_has_its_price(method: str, used: str, amount: str) -> None:
    assert amount_of({**WATER, "method": method}, {"": Decimal(used)}) == Decimal(amount)


def test_two_months_without_a_reading_have_two_months_of_tiers() -> None:
    assert amount_of(WATER, {"": Decimal(40)}, date(2026, 9, 30), NOVEMBER) == Decimal(30 * 2 + 10 * 3)


def test_bands_come_on_top_of_tiers_or_stand_alone() -> None:
    used = {"peak": Decimal(100), "flat": Decimal(50), "valley": Decimal(80)}
    alone = {"kind": "metered", "supply": "electricity", "bands": {"peak": "1", "flat": "0.6", "valley": "0.3"}}
    assert amount_of(alone, used) == Decimal(100 + 30 + 24)
    on_top = {**alone, "tiers": [{"upto": "200", "price": "0.5"}, {"price": "0.8"}],
              "bands": {"peak": "0.1", "valley": "-0.2"}}  # fmt: skip
    assert amount_of(on_top, used) == Decimal(100 + 24 + 10 - 16)


def test_a_minimum_is_reached_by_a_line_of_its_own() -> None:
    terms = {**WATER, "minimum": "12.00", "tax": "3 %"}
    lines = tariffs.metered_lines(steps((date(2020, 1, 1), terms)), {"": Decimal(2)}, OCTOBER, NOVEMBER)
    assert [(line.kind, line.amount) for line in lines] == [("tier", Decimal(4)), ("minimum", Decimal(8))]
    assert all(line.net + line.tax == line.amount for line in lines)


@given(st.integers(-(10**6), 10**7), DAYS, st.integers(0, 400), st.lists(st.integers(0, 400), max_size=4))
def test_new_prices_never_lose_a_thousandth(used: int, since: date, days: int, changes: list[int]) -> None:
    """Whatever the days on which prices change: the tiers' quantities add up to what was used, at one price to one amount."""
    prices = steps(*((since + timedelta(days=n), WATER) for n in {-400, *changes}))
    quantity = Decimal(used) / 1000
    lines = tariffs.metered_lines(prices, {"": quantity}, since, since + timedelta(days=days))
    assert sum(line.quantity for line in lines) == quantity
    flat = {"kind": "metered", "supply": "water", "tiers": [{"price": "3.1"}]}
    at_one_price = [Step(step.since, read_terms(flat)) for step in prices]
    total = sum(
        line.amount for line in tariffs.metered_lines(at_one_price, {"": quantity}, since, since + timedelta(days=days))
    )
    assert abs(total - quantity * Decimal("3.1")) <= Decimal("0.005") * len(prices)


def test_a_meter_that_goes_round_and_one_that_was_estimated_too_high() -> None:
    assert tariffs.rolls_over(Decimal(99998), Decimal(3), digits=5)
    assert not tariffs.rolls_over(Decimal(50000), Decimal(49900), digits=5)
    assert tariffs.consumption(Decimal(99998), Decimal(3), Decimal(40), digits=5, rolled=True) == 200
    assert tariffs.consumption(Decimal(110), Decimal("104.5"), Decimal(1), digits=5, rolled=False) == Decimal("-5.5")


def spans(*a_month: int) -> list[Span]:
    return [
        Span(date(2026, 1, 1) + timedelta(30 * n), date(2026, 1, 1) + timedelta(30 * (n + 1)), Decimal(used))
        for n, used in enumerate(a_month)
    ]


@pytest.mark.ledger("R-138")
def test_an_odd_reading_is_seen_by_the_meters_own_habit_first() -> None:
    def odd(used: int, history: list[Span], neighbours: list[Span]) -> str:
        return tariffs.oddness(Span(OCTOBER, NOVEMBER, Decimal(used)), history, neighbours)

    dwelling, others = spans(12, 15, 13), spans(10, 14, 12, 11)
    assert odd(14, dwelling, others) == ""
    assert odd(140, dwelling, others) == "unlike_before"
    assert odd(140, spans(130, 150, 120), others) == ""  # a launderette is used to it
    assert odd(140, [], others) == "unlike_neighbours"
    assert odd(140, [], spans(10)) == ""  # nobody to compare it with
    assert odd(-3, dwelling, others) == "falling"
    assert odd(7, spans(1, 2, 1), others) == ""  # three times next to nothing is next to nothing
    assert tariffs.estimate(spans(30, 60), OCTOBER, NOVEMBER) == 45
    assert tariffs.estimate([], OCTOBER, NOVEMBER) is None


# --- shared costs ---------------------------------------------------------------------------------------------------------


@pytest.mark.ledger("S-093")
@given(CENTS, st.lists(QUANTITIES, min_size=1, max_size=60).filter(any), RATES)
def test_the_parts_add_up_to_the_suppliers_bill(cost: Decimal, weights: list[Decimal], tax: str) -> None:
    terms = read_terms({"kind": "share", "by": "area", "tax": tax})
    assert isinstance(terms, Share)
    lines = tariffs.share_lines(terms, cost, weights, date(2026, 11, 1), date(2026, 12, 1))
    assert sum(line.amount for line in lines) == cost
    assert all(line.net + line.tax == line.amount for line in lines)
    exact = [cost * weight / sum(weights) for weight in weights]
    assert all(abs(line.amount - part) < Decimal("0.01") for line, part in zip(lines, exact, strict=True))


def test_the_balance_names_what_the_main_meter_counted_alone() -> None:
    assert tariffs.balance(Decimal(1000), {"a": Decimal(600), "b": Decimal(350)}) == (Decimal(50), Decimal("5.00"))
    assert tariffs.balance(Decimal(0), {}) == (Decimal(0), None)


def test_a_line_says_what_it_was_worked_out_from() -> None:
    terms = read_terms({**WATER, "tax": "3 %"})
    assert isinstance(terms, Metered)
    line = tariffs.metered_lines([Step(date(2026, 1, 1), terms)], {"": Decimal("12.5")}, OCTOBER, NOVEMBER)[0]
    assert line.as_data() == {
        "kind": "tier", "since": "2026-11-01", "until": "2026-12-01", "quantity": "12.500", "price": "2.00",
        "tax_rate": "3", "net": "24.27", "tax": "0.73", "amount": "25.00",
    }  # fmt: skip
