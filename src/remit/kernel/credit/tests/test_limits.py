"""How far a customer is trusted: limits on authority, orders beyond them, goods that leave before the money came."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.browsing import browser_of

from remit.kernel.agreements.models import Agreement
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.billing.tests.conftest import DAY, DUE, Office
from remit.kernel.credit.models import CreditLimit, CreditRelease, Shipment
from remit.kernel.credit.queries import exposures, readiness
from remit.kernel.organization.queries import today

pytestmark = pytest.mark.django_db


def limit(office: Office, amount: str, who: str = "何会", **more: object) -> str:
    facts = {"party": office.payer.pk, "amount": amount, "term_days": 30, "since": DAY, "reason": "信用良好", **more}
    return office.firm.do(who, "credit.set_limit", **facts).kind


def order(office: Office, amount: str, *, signed: bool = False) -> Agreement:
    line = {"goods": "礼茶", "unit": "盒", "quantity": "1", "unit_price": amount, "tax_rate": "0"}
    facts = {"party": office.payer.pk, "kind": "order", "title": "礼茶", "lines": [line]}
    made = Agreement.objects.get(pk=office.firm.do("何会", "agreement.draft", **facts).subject[1])
    if signed:
        office.firm.do("何会", "contract.sign", agreement=made.pk)
    return made


def pay(office: Office, amount: str) -> None:
    office.firm.do("何会", "receipt.take", payer=office.payer.pk, amount=amount, method="cash", on=DUE)


def ship(office: Office, agreement: Agreement, who: str = "何会") -> str:
    return office.firm.do(who, "shipment.release", agreement=agreement.pk, reason="客户要货").kind


@pytest.mark.ledger("S-069")
def test_a_limit_is_set_on_authority_and_the_last_one_counts(office: Office) -> None:
    assert limit(office, "50000") == "done"
    assert limit(office, "50001") == "requested"
    assert CreditLimit.objects.count() == 1
    limit(office, "800")
    limit(office, "10", until=DAY + dt.timedelta(1))  # over by today
    found = exposures([office.payer.pk], today())[office.payer.pk]
    assert found.limit == 800
    with pytest.raises(DatabaseError), transaction.atomic():
        CreditLimit.objects.update(amount=1)


def test_exposure_is_what_is_owed_and_ordered_less_what_was_paid_ahead(office: Office) -> None:
    limit(office, "5000")
    office.charge("1000.00", DUE)
    pay(office, "300.00")
    agreement = order(office, "2000", signed=True)
    found = exposures([office.payer.pk], DUE)[office.payer.pk]
    assert [found.owed, found.promised, found.ahead, found.amount] == [Decimal(n) for n in (700, 2000, 0, 2700)]
    bill = office.charge("2000.00", DUE, title="礼茶")
    office.firm.do("何会", "shipment.match_charge", agreement=agreement.pk, charge=bill.pk)
    found = exposures([office.payer.pk], DUE + dt.timedelta(31))[office.payer.pk]
    assert [found.owed, found.promised] == [Decimal(2700), Decimal(0)]
    assert found.days_past_term(DUE + dt.timedelta(31)) == 1
    with pytest.raises(RuleBroken, match="已对应"):
        office.firm.do("何会", "shipment.match_charge", agreement=agreement.pk, charge=bill.pk)


@pytest.mark.ledger("S-069")
def test_an_order_beyond_the_limit_is_signed_only_after_who_may_released_it(office: Office) -> None:
    limit(office, "1000")
    small, large = order(office, "1500"), order(office, "2500")
    with pytest.raises(RuleBroken, match="申请放行"):
        office.firm.do("何会", "contract.sign", agreement=small.pk)
    facts = {"reason": "老客户"}
    assert office.firm.do("何会", "credit.release", agreement=small.pk, **facts).kind == "done"  # 500 beyond: hers
    assert (
        office.firm.do("何会", "credit.release", agreement=large.pk, **facts).kind == "requested"
    )  # 1,500: her chief's
    assert CreditRelease.objects.get().over == 500
    office.firm.do("何会", "contract.sign", agreement=small.pk)
    office.firm.do("韩涛", "credit.release", agreement=large.pk, **facts)
    assert CreditRelease.objects.get(agreement=large).over == 3000  # the small one counts by now
    office.firm.do("何会", "contract.sign", agreement=large.pk)
    limit(office, "50000")
    with pytest.raises(RuleBroken, match="未超"):
        office.firm.do("韩涛", "credit.release", agreement=order(office, "100").pk, **facts)


@pytest.mark.ledger("S-070", "R-089", "P-047", "D-066")
def test_prepaid_goods_leave_when_the_money_is_there_and_else_only_on_authority(office: Office) -> None:
    agreement = order(office, "1000", signed=True)
    assert ship(office, agreement) == "requested"
    assert not Shipment.objects.exists()
    pay(office, "1000.00")
    assert ship(office, agreement) == "done"
    gone = Shipment.objects.get()
    assert (gone.terms, gone.wanted, gone.paid, gone.as_agreed) == ("prepaid", Decimal(1000), Decimal(1000), True)
    with pytest.raises(RuleBroken, match="已经放行"):
        ship(office, agreement)
    other = order(office, "400", signed=True)
    assert readiness(other, today()).paid == 0  # the money speaks for the first order
    assert ship(office, other, "韩涛") == "done"
    assert Shipment.objects.get(agreement=other).as_agreed is False


@pytest.mark.parametrize(("paid", "goes"), [("299.99", "requested"), ("300.00", "done")])
def test_with_a_deposit_only_its_part_has_to_be_there(office: Office, paid: str, goes: str) -> None:
    agreement = order(office, "1000", signed=True)
    office.firm.do("何会", "shipment.set_terms", agreement=agreement.pk, kind="deposit", deposit="30")
    pay(office, paid)
    assert ship(office, agreement) == goes


def test_on_credit_goods_leave_within_the_limit_and_the_term(office: Office) -> None:
    agreement = order(office, "1000", signed=True)
    office.firm.do("何会", "shipment.set_terms", agreement=agreement.pk, kind="credit")
    assert readiness(agreement, DUE).as_agreed is False  # nobody set a limit
    limit(office, "1200")
    assert readiness(agreement, DUE).as_agreed is True
    office.charge("100.00", DUE)
    assert readiness(agreement, DUE + dt.timedelta(30)).as_agreed is True
    assert readiness(agreement, DUE + dt.timedelta(31)).as_agreed is False  # past the term
    office.charge("100.01", DUE)
    assert readiness(agreement, DUE).as_agreed is False  # a cent beyond the limit


def test_what_settles_the_orders_own_charge_counts_as_paid(office: Office) -> None:
    agreement = order(office, "1000", signed=True)
    bill = office.charge("1000.00", DUE, title="礼茶")
    office.firm.do("何会", "shipment.match_charge", agreement=agreement.pk, charge=bill.pk)
    pay(office, "600.00")
    found = readiness(agreement, DUE)
    assert (found.paid, found.wanted, found.as_agreed) == (Decimal(600), Decimal(1000), False)


def test_many_customers_are_judged_in_one_statement(office: Office) -> None:
    with CaptureQueriesContext(connection) as seen:
        exposures([office.payer.pk, *range(10_000, 10_200)], DUE)
    assert len(seen) == 1


def test_an_order_takes_the_place_of_the_confirmation_it_was_made_from(office: Office) -> None:
    limit(office, "1000")
    line = {"goods": "礼茶", "unit": "盒", "quantity": "1", "unit_price": "800", "tax_rate": "0"}
    said = {"party": office.payer.pk, "kind": "confirmation", "title": "礼茶", "lines": [line]}
    confirmed = int(office.firm.do("何会", "agreement.draft", **said).subject[1])
    office.firm.do("何会", "contract.sign", agreement=confirmed)
    made = int(office.firm.do("何会", "agreement.convert", agreement=confirmed, to="order").subject[1])
    office.firm.do("何会", "contract.sign", agreement=made)  # 800 of 1,000, not 1,600
    assert exposures([office.payer.pk], DUE)[office.payer.pk].promised == Decimal(800)
    with pytest.raises(RuleBroken, match="已据此签订订单"):
        ship(office, Agreement.objects.get(pk=confirmed), "韩涛")
    shown = browser_of(office.firm, "何会").get("/credit/orders/").content.decode()
    assert Agreement.objects.get(pk=made).number in shown and Agreement.objects.get(pk=confirmed).number not in shown


def test_a_page_of_orders_asks_the_same_however_many_there_are(office: Office) -> None:
    browser = browser_of(office.firm, "何会")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/credit/orders/").status_code == 200
        return len(queries)

    order(office, "100", signed=True)
    order(office, "100")
    asked()
    few = asked()
    for _nth in range(4):
        order(office, "100", signed=True)
    assert asked() == few


def test_the_charge_that_bills_an_order_is_chosen_on_its_row(office: Office) -> None:
    agreement = order(office, "1000", signed=True)
    bill = office.charge("1000.00", DUE, title="礼茶")
    browser = browser_of(office.firm, "何会")
    assert "礼茶 · ¥1,000.00" in browser.get("/credit/orders/").content.decode()
    browser.post(f"/credit/orders/{agreement.pk}/charge/", {"charge": bill.pk})
    assert agreement.order_charges.get().charge_id == bill.pk
    assert "礼茶 · ¥1,000.00" not in browser.get("/credit/orders/").content.decode()
