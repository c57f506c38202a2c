"""A fee office set up on its pages alone: a late fee, tariffs of each kind, what is charged for, who pays; then a run charges for it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.browsing import browser_of

from remit.kernel.billing.models import Assignment, Billable, ClearingRule, LateFeePolicy, Occupancy, Tariff
from remit.kernel.billing.tests.conftest import Office
from remit.kernel.billing.web.forms_tariffs import as_typed
from remit.kernel.billing.wording import terms_said
from remit.kernel.organization.queries import today

pytestmark = pytest.mark.django_db
PLAIN = {"cycle": "1", "since": "2026-01-01", "due": "15", "position": "10"}


def unit_of(office: Office, number: str) -> Billable:
    """One for which the office's customer pays."""
    said = {"company": office.firm.health.pk, "number": number, "name": f"{number}室"}
    made = int(office.firm.do("何会", "billable.register", **said).subject[1])
    office.firm.do("何会", "billable.occupy", billable=made, payer=office.payer.pk, since=dt.date(2026, 1, 1))
    return Billable.objects.get(pk=made)


def test_an_office_is_set_up_on_its_pages(office: Office) -> None:
    browser, company = browser_of(office.firm, "何会"), office.firm.health.pk
    browser.post("/billing/tariffs/late-fee/", {"company": company, "name": "违约金", "rate": "0.05", "cap": "20"})
    assert LateFeePolicy.objects.get(name="违约金").rate == Decimal("0.0005")
    priced = {"kind": "per_quantity", "price": "2.80", "per": "month", "of": "area", "tax": "6", "tax_included": "on"}
    made = browser.post(
        "/billing/tariffs/new/", {**PLAIN, "code": "GL", "name": "物业费", "late_fee": "违约金", **priced}
    )
    assert made["Location"] == "/billing/tariffs/"
    tariff = Tariff.objects.get(code="GL")
    assert tariff.prices.get().terms == {"kind": "per_quantity", "of": "area", "price": "2.80", "tax": "6 %"}
    page = browser.get("/billing/tariffs/").content.decode()
    assert "每平方米每月 ¥2.8" in page and "含税 6 %" in page and "每日 0.05 %，最高不超过费用的 20 %" in page

    unit = {
        "number": "3-201",
        "name": "3幢201",
        "group": "一期/3幢",
        "area": "89.50",
        "count": "1",
        "measures": "seats 4",
    }
    made = browser.post("/billing/objects/new/", unit)
    found = Billable.objects.get(number="3-201")
    assert made["Location"] == f"/billing/objects/{found.pk}/" and found.measures == {"seats": "4"}
    browser.post(f"/billing/objects/{found.pk}/payer/", {"payer": office.payer.number, "since": "2026-01-01"})
    browser.post(f"/billing/objects/{found.pk}/tariff/", {"tariff": tariff.pk, "since": "2026-01-01"})
    assert Occupancy.objects.get(billable=found).payer == office.payer
    assert Assignment.objects.get(billable=found).factor == 1
    shown = browser.get("/billing/objects/?q=3-20").content.decode()
    assert "3幢201" in shown and office.payer.name in shown
    assert "3幢201" not in browser.get("/billing/objects/?only=unpaid").content.decode()


def test_what_is_wrong_is_said_and_what_was_typed_stays(office: Office) -> None:
    browser = browser_of(office.firm, "何会")
    metered = {"kind": "metered", "supply": "water", "method": "stepped", "tiers": "15 2.07\n25 3.10"}
    answer = browser.post("/billing/tariffs/new/", {**PLAIN, "code": "SF", "name": "水费", **metered})
    text = answer.content.decode()
    assert answer.status_code == 422 and "最后一行只写单价" in text and "25 3.10" in text
    assert not Tariff.objects.filter(code="SF").exists()
    metered["tiers"] += "\n4.07"
    browser.post("/billing/tariffs/new/", {**PLAIN, "code": "SF", "name": "水费", **metered})
    assert [tier["price"] for tier in Tariff.objects.get(code="SF").prices.get().terms["tiers"]] == [
        "2.07",
        "3.10",
        "4.07",
    ]
    unit = Billable.objects.create(company=office.firm.health, number="9-1", name="九幢", made_at="2026-01-01T00:00Z")
    told = browser.post(f"/billing/objects/{unit.pk}/payer/", {"payer": "KH-没有", "since": "2026-01-01"}, follow=True)
    assert "没有编号为“KH-没有”的客户" in told.content.decode()


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ({"kind": "fixed", "price": "30", "per": "year"}, {"price": "30", "per": "year"}),
        ({"kind": "share", "by": "consumption", "supply": "water"}, {"by": "consumption", "supply": "water"}),
        ({"kind": "percentage", "rate": "5", "fees": "GL SF"}, {"rate": "5 %", "of": ["GL", "SF"]}),
        ({"kind": "deposit", "price": "2000", "of": "", "cycle": "0"}, {"price": "2000"}),
        ({"kind": "metered", "supply": "electricity", "method": "slab", "tiers": "0.5", "bands": "peak 0.05\nvalley -0.2",
          "minimum": "10"}, {"method": "slab", "bands": {"peak": "0.05", "valley": "-0.2"}, "minimum": "10"}),
    ],
    ids=["fixed", "share", "percentage", "deposit", "metered"],
)  # fmt: skip
def test_each_kind_comes_back_as_it_was_typed(office: Office, typed: dict[str, str], terms: dict[str, object]) -> None:
    browser = browser_of(office.firm, "何会")
    browser.post("/billing/tariffs/new/", {**PLAIN, "code": "T1", "name": "试用", **typed})
    tariff = Tariff.objects.get(code="T1")
    kept = tariff.prices.get().terms
    assert kept.items() >= terms.items() and kept["kind"] == typed["kind"]
    again = as_typed(tariff, kept)
    assert {name: again[name] for name in typed if name != "of" or typed[name]} == {
        name: value for name, value in typed.items() if name != "of" or value
    }
    assert terms_said(kept)
    page = browser.get(f"/billing/tariffs/{tariff.pk}/price/")
    assert page.status_code == 200
    later = {**typed, **PLAIN, "cycle": typed.get("cycle", "1"), "name": "试用", "since": "2026-07-01"}
    browser.post(f"/billing/tariffs/{tariff.pk}/price/", later)
    assert tariff.prices.count() == 2


def test_moving_out_ending_a_tariff_and_closing(office: Office) -> None:
    browser, unit = browser_of(office.firm, "何会"), unit_of(office, "5-1")
    browser.post(f"/billing/objects/{unit.pk}/vacating/", {"until": today().isoformat()})
    assert not Occupancy.objects.filter(billable=unit, until=None).exists()
    browser.post(f"/billing/objects/{unit.pk}/closing/", {"on": today().isoformat(), "reason": "拆除"})
    unit.refresh_from_db()
    assert unit.closed_on == today()
    assert "停止收费" in browser.get(f"/billing/objects/{unit.pk}/").content.decode()


def test_another_order_of_clearing(office: Office) -> None:
    browser, company = browser_of(office.firm, "何会"), office.firm.health.pk
    browser.post("/billing/tariffs/clearing/", {"company": company, "kinds": "principal,late_fee,recovery,deposit"})
    assert ClearingRule.objects.get(company=company).kinds[0] == "principal"


def test_a_longer_list_asks_no_more(office: Office) -> None:
    browser = browser_of(office.firm, "何会")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/billing/objects/").status_code == 200
        return len(queries)

    unit_of(office, "1-1")
    asked()
    one = asked()
    for nth in range(5):
        unit_of(office, f"2-{nth}")
    assert asked() == one


def test_whoever_works_on_no_fees_has_no_such_pages(office: Office) -> None:
    stranger = browser_of(office.firm, "吴越")
    assert [stranger.get(f"/billing/tariffs/{more}").status_code for more in ("", "new/")] == [404, 404]
    assert stranger.get("/billing/objects/new/").status_code == 404
