"""The cast with fees: 陈立 keeps the customer who pays, 何会 keeps the fees of the company, 韩涛 waives more than she may, 赵敏之 has no part in it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import pytest
from tests.cast import Firm, give

from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.billing.models import Charge, Tariff
from remit.kernel.ledger.queries import account_for, balance_of
from remit.kernel.ledger.tests.conftest import firm as books  # noqa: F401 - a fixture that ours stands on
from remit.kernel.parties.models import Party

DAY, DUE = dt.date(2026, 3, 1), dt.date(2026, 3, 10)


@dataclass
class Office:
    """A fee office at work. `owes` and `rest` ask the sub-ledgers, `account` the ledger."""

    firm: Firm
    payer: Party

    def charge(self, amount: str, due_on: dt.date, *, title: str = "物业费", **more: object) -> Charge:
        done = self.firm.do(
            "何会",
            "charge.add",
            payer=self.payer.pk,
            kind="principal",
            title=title,
            amount=amount,
            on=DAY,
            due_on=due_on,
            **more,
        )
        charge = Charge.objects.get(pk=done.subject[1])
        # As a fee run would have it: under a tariff that says what is due for being late.
        Charge.objects.filter(pk=charge.pk).update(tariff=Tariff.objects.get(code="WY"))
        return charge

    def account(self, role: str, until: dt.date = dt.date(2026, 12, 31)) -> Decimal:
        company = self.firm.health.pk
        return balance_of(company, account_for(company, role), until)


@pytest.fixture
def office(books: Firm) -> Office:  # noqa: F811 - as above
    lock_authority(exclusively=True)
    DeclaredAction.objects.create(name="oversight.fees", labels={"zh-hans": "查阅全部收费"}, origin="pack:test")
    authority_changed()
    fees = [
        {"action": f"{family}.*"} for family in ("billable", "tariff", "receipt", "late_fee", "clearing", "oversight")
    ]
    charging = [{"action": "charge.add"}, {"action": "charge.reverse"}, {"action": "charge.restore"}]
    small = {"action": "charge.waive", "limits": {"amount": "<= 50 CNY"}}
    give(books, "会计", "第2条", *fees, *charging, small)
    give(books, "财务总监", "第8条", {"action": "charge.*"}, {"action": "oversight.fees"})
    give(books, "健康顾问", "第5条", {"action": "customer.open"})
    authority_changed()
    made = books.do("陈立", "customer.open", name="云岭茶业", kind="organization")
    company = books.health.pk
    books.do("何会", "late_fee.lay_down", company=company, name="滞纳金", rate="0.05", cap="20")
    books.do(
        "何会", "tariff.lay_down", company=company, code="WY", name="物业费", cycle="1", since=dt.date(2026, 1, 1),
        terms={"kind": "fixed", "price": "1000.00"}, late_fee="滞纳金",
    )  # fmt: skip
    return Office(books, Party.objects.get(pk=made.subject[1]))
