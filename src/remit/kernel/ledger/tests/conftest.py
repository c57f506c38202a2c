"""A firm that keeps books, and its people: 会计 何会 enters, 财务总监 韩涛 audits and closes."""

import datetime as dt

import pytest
from tests.cast import LONG_AGO, Firm, build_firm, give

from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.organization import actions as organization

BEGIN = dt.date(2026, 1, 1)


def keep_books(firm: Firm, since: dt.date = BEGIN) -> None:
    perform(system("set-up"), "ledger.found", {"company": firm.health.pk, "month": since})


@pytest.fixture
def firm(db: None) -> Firm:
    firm = build_firm()
    post = organization.open_position(
        unit=firm.finance, title="会计", code="P-90", start=LONG_AGO, headcount=2, superior=firm.positions["财务总监"]
    )
    firm.positions["会计"] = post
    firm.people["何会"] = organization.hire(name="何会", employee_no="E090", company=firm.health, joined_on=LONG_AGO)
    organization.appoint(position=post, person=firm["何会"], start=LONG_AGO, end=None, is_main=True)
    lock_authority(exclusively=True)
    give(firm, "会计", "第1条", {"action": "voucher.post", "limits": {"amount": "<= 50000 CNY"}})
    give(
        firm,
        "财务总监",
        "第7条",
        {"action": "voucher.*"},
        {"action": "ledger.*", "scope": "own_company"},
    )
    authority_changed()
    keep_books(firm)
    return firm
