"""A month of a fee office: worked out, looked at, made once and never twice, explained, taken back."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum
from tests.cast import LONG_AGO

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.billing.models import Bill, Charge, FeeRun, Movement, Occupancy, SharedCost, TariffPrice
from remit.kernel.billing.run.parameters import charged_days
from remit.kernel.billing.run.working_out import Wanted, odd_ones, totals, work_out
from remit.kernel.billing.tests.estate import NOVEMBER, NOVEMBER_END, Estate, build_estate
from remit.kernel.ledger.models import Leg
from remit.kernel.ledger.queries import account_for, balance_of
from remit.lib.refusals import Refusal

pytestmark = pytest.mark.django_db
DECEMBER = dt.date(2025, 12, 1)


@pytest.fixture
def estate() -> Estate:
    return build_estate()


def read_all(estate: Estate, value: str = "112") -> None:
    for meter in estate.meters:
        estate.do("陈立", "meter.read", meter=meter.pk, on=NOVEMBER_END, value=value)


def run_november(estate: Estate, **facts: str) -> FeeRun:
    return FeeRun.objects.get(pk=estate.do("林晓岚", "bill.run", period="2025-11", **facts).subject[1])


@pytest.mark.ledger("S-088", "R-139")
def test_a_month_from_readings_to_bills_and_books(estate: Estate) -> None:
    read_all(estate)
    estate.do("林晓岚", "bill.share_cost", tariff="gt", period="2025-11", amount="1000.01", paper="D-77", group="一期")
    run = run_november(estate)
    bills = list(Bill.objects.filter(run=run).order_by("number"))
    assert [bill.number[-4:] for bill in bills] == ["0001", "0002", "0003", "0004", "0005", "0006"]
    assert [bill.billable.group for bill in bills if bill.billable] == ["一期/1幢"] * 3 + ["一期/2幢"] * 3
    first = bills[0]
    charges = {charge.tariff.code: charge for charge in first.charges.select_related("tariff") if charge.tariff}
    assert (charges["wy"].amount, charges["wy"].tax) == (Decimal("225.40"), Decimal("12.76"))
    assert charges["sf"].amount == Decimal(24)
    assert first.amount == sum(charge.amount for charge in charges.values())
    shared = Charge.objects.filter(run=run, tariff=estate.tariffs["gt"]).aggregate(total=Sum("amount"))["total"]
    assert shared == Decimal("1000.01")  # to the cent what the supplier asks
    reading, line = charges["sf"].explanation
    assert (reading["meter"], reading["from"], reading["to"], reading["used"]) == (
        "S-0000",
        "100.000",
        "112.000",
        "12.000",
    )
    assert (line["kind"], line["quantity"], line["price"], line["amount"]) == ("tier", "12.000", "2.00", "24.00")
    # One entry for each fee, and the account of receivables says what the charges say.
    entries = Leg.objects.filter(entry__source_kind="fee_run").values("entry").distinct()
    assert entries.count() == 3
    company = estate.firm.health.pk
    owed = Charge.objects.aggregate(total=Sum("open_amount"))["total"]
    assert balance_of(company, account_for(company, "receivable"), dt.date.max) == owed
    assert (
        -balance_of(company, account_for(company, "output_tax"), dt.date.max)
        == Charge.objects.aggregate(total=Sum("tax"))["total"]
    )


def test_a_run_is_never_made_twice_and_finishes_what_was_left(estate: Estate) -> None:
    for meter in estate.meters[1:]:
        estate.do("陈立", "meter.read", meter=meter.pk, on=NOVEMBER_END, value="110")
    run_november(estate)
    assert Charge.objects.filter(tariff=estate.tariffs["sf"]).count() == 5
    with pytest.raises(Refusal, match=r"nothing to charge|没有"):
        run_november(estate)
    estate.do("陈立", "meter.read", meter=estate.meters[0].pk, on=NOVEMBER_END, value="130")
    second = run_november(estate)
    (late,) = Charge.objects.filter(run=second)
    assert (late.tariff, late.amount) == (estate.tariffs["sf"], Decimal(15 * 2 + 10 * 3 + 5 * 6))
    with pytest.raises(Refusal):  # what is billed is not read again
        estate.do("陈立", "meter.read", meter=estate.meters[1].pk, on=dt.date(2025, 11, 20), value="105")


def test_a_scope_is_a_group_and_the_fees_that_are_named(estate: Estate) -> None:
    run = run_november(estate, group="一期/1幢", tariffs="wy")
    assert set(Charge.objects.filter(run=run).values_list("billable__group", flat=True)) == {"一期/1幢"}
    assert run_november(estate).charges.filter(billable__group="一期/1幢").count() == 0
    with pytest.raises(Exception, match="nope"):
        run_november(estate, tariffs="nope")


def test_the_preview_names_the_odd_ones_and_writes_nothing(estate: Estate) -> None:
    read_all(estate)
    run_november(estate)
    Occupancy.objects.filter(billable=estate.units[0]).update(until=DECEMBER)
    estate.do("陈立", "meter.read", meter=estate.meters[1].pk, on=dt.date(2025, 12, 30), value="512")
    estate.do("陈立", "meter.read", meter=estate.meters[2].pk, on=dt.date(2025, 12, 30), value="122")
    TariffPrice.objects.filter(tariff=estate.tariffs["wy"]).update(since=dt.date(2027, 1, 1))
    with transaction.atomic():
        worked = work_out(Wanted(estate.firm.health.pk, DECEMBER, dt.date(2026, 1, 1)))
        counts, odd = odd_ones(worked)
        assert {one.tariff for one in odd if one.reason == "no_price"} == {"物业管理费"}
        assert counts["no_price"] == 6
        assert counts["no_payer"] == 1 + 1  # water and shared light of the empty one
        assert counts["no_reading"] == 3
        assert counts["no_cost"] == 5
        (far,) = [one for one in odd if one.reason == "far"]
        assert (far.number, far.before) == (estate.units[1].number, Decimal(24))
        assert [one.count for one in totals()] == [2]
    assert FeeRun.objects.count() == 1


@pytest.mark.ledger("P-057")
def test_a_run_is_taken_back_until_it_is_sent(estate: Estate) -> None:
    estate.do("林晓岚", "bill.share_cost", tariff="gt", period="2025-11", amount="100", group="一期")
    first = run_november(estate)
    estate.do("高岚", "bill.reverse_run", run=first.pk, reason="面积录错")
    company = estate.firm.health.pk
    assert balance_of(company, account_for(company, "receivable"), dt.date.max) == 0
    assert not Charge.objects.filter(reversed_at=None).exists()
    assert Charge.objects.aggregate(total=Sum("open_amount"))["total"] == 0
    assert Movement.objects.count() == first.charges.count()
    second = run_november(estate)
    assert second.charges.count() == first.charges.count()
    assert SharedCost.objects.get().run == second
    with pytest.raises(RuleBroken):  # who made it does not send it
        estate.do("林晓岚", "bill.send", run=second.pk)
    estate.do("高岚", "bill.send", run=second.pk)
    with pytest.raises(RuleBroken):
        estate.do("高岚", "bill.reverse_run", run=second.pk, reason="太晚")


def test_who_moves_out_pays_up_to_his_last_figure(estate: Estate) -> None:
    unit, meter = estate.units[0], estate.meters[0]
    newcomer = Occupancy.objects.get(billable=estate.units[1]).payer
    moved = dt.date(2025, 11, 16)
    Occupancy.objects.filter(billable=unit).update(until=moved)
    Occupancy.objects.create(billable=unit, payer=newcomer, since=moved)
    estate.do("陈立", "meter.read", meter=meter.pk, on=NOVEMBER_END, value="112")
    with transaction.atomic():
        counts, _odd = odd_ones(work_out(Wanted(estate.firm.health.pk, NOVEMBER, DECEMBER)))
        assert counts["moved"] == 1  # nobody read the meter that day
    estate.do("陈立", "meter.read", meter=meter.pk, on=moved, value="104", kind="final")
    run_november(estate)
    water = Charge.objects.filter(billable=unit, tariff=estate.tariffs["sf"]).order_by("period_from")
    assert [(one.amount, one.payer_id == newcomer.pk) for one in water] == [(Decimal(8), False), (Decimal(16), True)]
    days = Charge.objects.filter(billable=unit, tariff=estate.tariffs["wy"]).order_by("period_from")
    assert [(one.explanation[0]["days"], one.payer_id == newcomer.pk) for one in days] == [(15, False), (15, True)]


def test_a_quarter_is_charged_by_the_run_that_touches_it_first() -> None:
    assert charged_days(3, NOVEMBER, DECEMBER) == (dt.date(2025, 10, 1), dt.date(2026, 1, 1))
    assert charged_days(1, NOVEMBER, DECEMBER) == (NOVEMBER, DECEMBER)
    assert charged_days(12, LONG_AGO.replace(month=5), LONG_AGO.replace(month=7)) == (
        dt.date(2024, 1, 1),
        dt.date(2025, 1, 1),
    )
