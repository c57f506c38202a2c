"""The firm with books: 陈立 lays money out, 韩涛 reviews, 吴越 pays; 周岚 decides what is too much for 韩涛."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from tests.cast import LONG_AGO, Firm, build_firm, give

from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.ledger.posting import Leg, post
from remit.kernel.organization import actions as organization
from remit.lib import clock

NOON = dt.datetime(2026, 3, 20, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.set_to(NOON):
        yield


@pytest.fixture
def firm(db: None, noon: None) -> Firm:
    return build_spenders()


def build_spenders() -> Firm:
    firm = build_firm()
    post_of = organization.open_position(
        unit=firm.finance, title="会计", code="P-90", start=LONG_AGO, headcount=1, superior=firm.positions["财务总监"]
    )
    firm.positions["会计"] = post_of
    firm.people["何会"] = organization.hire(name="何会", employee_no="E090", company=firm.health, joined_on=LONG_AGO)
    organization.appoint(position=post_of, person=firm["何会"], start=LONG_AGO, end=None, is_main=True)
    lock_authority(exclusively=True)
    ending = [{"action": "claim.return"}, {"action": "claim.reject"}]
    give(firm, "会计", "第1条", {"action": "voucher.post"})
    give(firm, "财务总监", "第1条", {"action": "claim.review", "limits": {"amount": "<= 5000 CNY"}}, *ending)
    give(firm, "总经理", "第2条", {"action": "claim.review"}, {"action": "claim.pay"}, *ending)
    give(firm, "出纳", "第1条", {"action": "claim.pay", "limits": {"amount": "<= 3000 CNY"}})
    authority_changed()
    perform(system("set-up"), "ledger.found", {"company": firm.health.pk, "month": "2026-01-01"})
    fill_the_drawer(firm)
    return firm


def fill_the_drawer(firm: Firm, amount: str = "4000") -> None:
    sum_of = Decimal(amount)
    legs = [Leg("1001", sum_of), Leg("100201", -sum_of)]
    post(firm.health.pk, dt.date(2026, 3, 2), "备用金", legs, source=("t", amount))
