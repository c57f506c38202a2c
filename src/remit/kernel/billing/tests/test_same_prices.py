"""The run's SQL and the tariffs' pure functions: the same lines, the same cents, whatever the terms, days and readings."""

import datetime as dt
import json
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import build_firm

from remit.kernel.billing.models import (
    Assignment,
    Billable,
    Meter,
    Occupancy,
    Reading,
    SharedCost,
    Tariff,
    TariffPrice,
)
from remit.kernel.billing.run.parameters import add_months, charged_days
from remit.kernel.billing.run.working_out import Wanted, rows_of, work_out
from remit.kernel.organization.models import Unit
from remit.kernel.parties.models import Party
from remit.lib import tariffs
from remit.lib.tariffs import Line, Step, read_terms

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = dt.date(2026, 11, 1), dt.date(2026, 12, 1)
LONG_AGO = dt.date(2020, 1, 1)

PRICES = st.integers(0, 10**6).map(lambda n: f"{Decimal(n) / 10**4:f}")
TAXES = st.fixed_dictionaries(
    {"tax": st.sampled_from(["0 %", "3 %", "6 %", "13 %"]), "tax_included": st.booleans(),
     "discount": st.sampled_from(["0 %", "10 %", "33.33 %"])}
)  # fmt: skip
AREAS = st.integers(1, 10**6).map(lambda n: Decimal(n) / 100)
DAYS = st.integers(0, 60).map(lambda n: NOVEMBER - dt.timedelta(15) + dt.timedelta(n))


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Any:
    """A company with payers that stay for the module; what an example makes is taken back by its savepoint."""
    with django_db_blocker.unblock(), transaction.atomic():
        company = build_firm().health
        Party.objects.bulk_create(
            Party(
                company=company,
                number=f"P{n}",
                kind="person",
                name=f"住户{n}",
                folded_name="",
                sort_key=str(n),
                search="",
            )
            for n in range(3)
        )
        yield company
        transaction.set_rollback(True)


def tariff_of(company: Unit, *steps: tuple[dt.date, dict[str, Any]], cycle: int = 1) -> Tariff:
    kind = steps[0][1]["kind"]
    tariff = Tariff.objects.create(
        company=company, code=f"T{Tariff.objects.count()}", name=kind, kind=kind, cycle=cycle
    )
    TariffPrice.objects.bulk_create(TariffPrice(tariff=tariff, since=since, terms=terms) for since, terms in steps)
    return tariff


def steps_of(tariff: Tariff) -> list[Step]:
    return [Step(price.since, read_terms(price.terms)) for price in tariff.prices.all()]


def billable_of(company: Unit, **given: Any) -> Billable:
    return Billable.objects.create(company=company, number=f"B{Billable.objects.count()}", name="户", **given)


def lines_of(explanation: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What both ways say of a line."""
    return [
        (line["kind"], line["since"], line["until"], *(Decimal(line[name]) for name in ("quantity", "price", "net", "tax", "amount")))
        for line in explanation
        if line["kind"] != "reading"
    ]  # fmt: skip


def expected(lines: list[Line]) -> list[tuple[Any, ...]]:
    return [
        (one.kind, str(one.since), str(one.until), one.quantity, one.price, one.net, one.tax, one.amount)
        for one in lines
    ]


def worked(company: Unit, since: dt.date = NOVEMBER, until: dt.date = DECEMBER) -> list[tuple[Any, ...]]:
    work_out(Wanted(company.pk, since, until))
    rows = rows_of(
        "SELECT tariff_id, billable_id, payer_id, period_from, period_until, quantity, net, tax, amount, explanation"
        " FROM fee_line ORDER BY tariff_id, billable_id, period_from"
    )
    return [(*row[:9], json.loads(row[9])) for row in rows]


class Undone(Exception):
    pass


def example(run: Any) -> None:
    """Take back what an example made."""
    try:
        with transaction.atomic():
            run()
            raise Undone
    except Undone:
        pass


MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(st.data())
def test_standing_fees(company: Unit, data: st.DataObject) -> None:
    def run() -> None:
        kind = data.draw(st.sampled_from(["fixed", "per_quantity"]))
        since = [LONG_AGO, *sorted(data.draw(st.sets(DAYS, max_size=2)))]
        terms = [
            {"kind": kind, "price": data.draw(PRICES), "per": data.draw(st.sampled_from(["day", "month", "year"])),
             **data.draw(TAXES), **({"of": data.draw(st.sampled_from(["area", "count", "lifts"]))} if kind == "per_quantity" else {})}
            for _n in since
        ]  # fmt: skip
        tariff = tariff_of(company, *zip(since, terms, strict=True), cycle=data.draw(st.sampled_from([1, 3])))
        area = data.draw(AREAS)
        billable = billable_of(company, area=area, count=data.draw(st.integers(1, 9)), measures={"lifts": "2.5"})
        begins, factor = data.draw(DAYS), data.draw(st.sampled_from([Decimal(1), Decimal("0.5")]))
        Assignment.objects.create(billable=billable, tariff=tariff, since=begins, factor=factor)
        move = data.draw(DAYS)
        payers = list(Party.objects.filter(company=company, number__startswith="P")[:2])
        Occupancy.objects.create(billable=billable, payer=payers[0], since=LONG_AGO, until=move)
        Occupancy.objects.create(billable=billable, payer=payers[1], since=move)
        first, after = charged_days(tariff.cycle, NOVEMBER, DECEMBER)
        wanted = {}
        for payer, since_day, until_day in ((payers[0], first, min(move, after)), (payers[1], max(move, first), after)):
            lines: list[Line] = []
            for step, end in zip(steps_of(tariff), [*since[1:], dt.date.max], strict=True):
                of = step.terms.of if isinstance(step.terms, tariffs.PerQuantity) else ""
                measure = {
                    "": Decimal(1),
                    "area": area,
                    "count": Decimal(billable.count),
                    "lifts": Decimal("2.5"),
                }[of]
                start, stop = max(since_day, begins, step.since), min(until_day, end)
                if start < stop:
                    lines += tariffs.standing_lines([step], measure * factor, start, stop)
            if sum(line.amount for line in lines) > 0:
                wanted[payer.pk] = lines
        got = worked(company)
        assert {row[2]: lines_of(row[9]) for row in got} == {pk: expected(lines) for pk, lines in wanted.items()}
        for row in got:
            assert row[8] == row[6] + row[7] == sum(line.amount for line in wanted[row[2]])

    example(run)


TIERS = st.lists(st.integers(1, 500), min_size=0, max_size=3, unique=True).flatmap(
    lambda limits: st.lists(PRICES, min_size=len(limits) + 1, max_size=len(limits) + 1).map(
        lambda prices: [
            *({"upto": str(limit), "price": price} for limit, price in zip(sorted(limits), prices, strict=False)),
            {"price": prices[-1]},
        ]
    )
)


@MANY
@given(st.data())
def test_metered_fees(company: Unit, data: st.DataObject) -> None:
    def run() -> None:
        bands = data.draw(st.sampled_from([[], ["peak", "valley"]]))
        since = [
            data.draw(st.sampled_from([LONG_AGO, NOVEMBER])),
            *sorted(data.draw(st.sets(DAYS.filter(lambda day: day > NOVEMBER), max_size=2))),
        ]
        terms = [
            {"kind": "metered", "supply": "water", "tiers": data.draw(TIERS), "minimum": data.draw(st.sampled_from(["0", "30"])),
             "method": data.draw(st.sampled_from(["stepped", "slab"])), "bands": {"peak": "0.3", "valley": "-0.1"} if bands else {},
             **data.draw(TAXES)}
            for _n in since
        ]  # fmt: skip
        tariff = tariff_of(company, *zip(since, terms, strict=True))
        billable = billable_of(company)
        Assignment.objects.create(billable=billable, tariff=tariff, since=LONG_AGO, factor=Decimal("0.9"))
        payer = Party.objects.filter(company=company, number="P0").get()
        Occupancy.objects.create(billable=billable, payer=payer, since=LONG_AGO)
        meter = Meter.objects.create(
            company=company, number="M", supply="water", billable=billable, bands=bands, installed_on=LONG_AGO
        )
        offsets = sorted(data.draw(st.sets(st.integers(-40, 29), min_size=2, max_size=3)))
        days = [NOVEMBER + dt.timedelta(day) for day in offsets]
        used: dict[str, Decimal] = defaultdict(Decimal)
        for before, on in pairwise(days):
            for band in bands or [""]:
                units = Decimal(data.draw(st.integers(-(10**4), 10**6))) / 1000
                Reading.objects.create(
                    company=company, meter=meter, band=band, on=on, value=1, kind="read", state="accepted",
                    previous=0, previous_on=before, used=units,
                )  # fmt: skip
                used[band] += (units * Decimal("0.9")).quantize(Decimal("0.001"), rounding="ROUND_HALF_UP")
        lines = tariffs.metered_lines(steps_of(tariff), used, days[0], days[-1])
        total = sum((line.amount for line in lines), Decimal(0))
        got = worked(company)
        if total <= 0:
            assert not got
            return
        (row,) = got
        assert lines_of(row[9]) == expected(lines)
        assert (row[8], row[6] + row[7], row[5]) == (total, total, sum(used.values()))
        assert (row[3], row[4]) == (days[0], days[-1])

    example(run)


@MANY
@given(st.data())
def test_shared_costs(company: Unit, data: st.DataObject) -> None:
    def run() -> None:
        tariff = tariff_of(company, (LONG_AGO, {"kind": "share", "by": "area", "tax": "13 %"}))
        cost = Decimal(data.draw(st.integers(1, 10**8))) / 100
        SharedCost.objects.create(company=company, tariff=tariff, since=NOVEMBER, until=DECEMBER, amount=cost)
        payers = list(Party.objects.filter(company=company, number__startswith="P").order_by("pk")[:2])
        weights, shared = [], []
        for _n in range(data.draw(st.integers(1, 12))):
            billable, move = billable_of(company, area=data.draw(AREAS)), data.draw(st.integers(1, 30))
            assert billable.area is not None
            Assignment.objects.create(billable=billable, tariff=tariff, since=LONG_AGO)
            moved = NOVEMBER + dt.timedelta(move)
            Occupancy.objects.create(billable=billable, payer=payers[0], since=LONG_AGO, until=moved)
            weights.append(billable.area * move)
            shared.append((billable.pk, payers[0].pk))
            if move == 30:
                continue
            is_let = data.draw(st.booleans())
            if is_let:
                Occupancy.objects.create(billable=billable, payer=payers[1], since=moved)
            weights.append(billable.area * (30 - move))
            shared.append((billable.pk, payers[1].pk if is_let else 0))
        terms = steps_of(tariff)[0].terms
        assert isinstance(terms, tariffs.Share)
        lines = tariffs.share_lines(terms, cost, weights, NOVEMBER, DECEMBER)
        got = {(row[1], row[2]): (row[6], row[7], row[8]) for row in worked(company)}
        assert got == {
            key: (line.net, line.tax, line.amount)
            for key, line in zip(shared, lines, strict=True)
            if key[1] and line.amount
        }
        if all(payer for _billable, payer in shared):
            assert sum(amount for _net, _tax, amount in got.values()) == cost

    example(run)


def test_what_is_owed_once_and_in_percent(company: Unit) -> None:
    def run() -> None:
        deposit = tariff_of(company, (LONG_AGO, {"kind": "deposit", "price": "30", "of": "area"}), cycle=0)
        fixed = tariff_of(company, (LONG_AGO, {"kind": "fixed", "price": "123.45"}))
        percent = tariff_of(
            company, (LONG_AGO, {"kind": "percentage", "of": [fixed.code], "rate": "5 %", "tax": "6 %"})
        )
        billable = billable_of(company, area=Decimal("80.5"))
        payer = Party.objects.filter(company=company, number="P0").get()
        Occupancy.objects.create(billable=billable, payer=payer, since=LONG_AGO)
        for tariff in (deposit, fixed, percent):
            Assignment.objects.create(billable=billable, tariff=tariff, since=dt.date(2026, 11, 16))
        got = {row[0]: (row[6], row[7], row[8]) for row in worked(company)}
        terms = steps_of(percent)[0].terms
        assert isinstance(terms, tariffs.Percentage)
        (line,) = tariffs.percentage_lines(terms, Decimal("61.73"), NOVEMBER, DECEMBER)
        assert got == {
            deposit.pk: (Decimal(2415), 0, Decimal(2415)), fixed.pk: (Decimal("61.73"), 0, Decimal("61.73")),
            percent.pk: (line.net, line.tax, line.amount),
        }  # fmt: skip
        december = add_months(NOVEMBER, 1)
        assert deposit.pk not in {row[0] for row in worked(company, december, add_months(december, 1))}

    example(run)
