"""The firm with books, a cashier who pays and a director who audits and counts."""

import pytest
from tests.cast import LONG_AGO, Firm, build_firm, give

from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.organization import actions as organization


@pytest.fixture
def firm(db: None) -> Firm:
    firm = build_firm()
    post = organization.open_position(
        unit=firm.finance, title="会计", code="P-90", start=LONG_AGO, headcount=1, superior=firm.positions["财务总监"]
    )
    firm.positions["会计"] = post
    firm.people["何会"] = organization.hire(name="何会", employee_no="E090", company=firm.health, joined_on=LONG_AGO)
    organization.appoint(position=post, person=firm["何会"], start=LONG_AGO, end=None, is_main=True)
    lock_authority(exclusively=True)
    give(firm, "会计", "第1条", {"action": "voucher.post"})
    pay = {"limits": {"amount": "<= 50000 CNY"}}
    give(
        firm,
        "出纳",
        "第1条",
        {"action": "cheque.sign", **pay},
        {"action": "bank.pay", **pay},
        {"action": "cheque.void"},
        {"action": "cheque.take_book", "scope": "own_company"},
        {"action": "cash.count"},
    )
    give(firm, "财务总监", "第1条", {"action": "voucher.audit"}, {"action": "bank.pay"}, {"action": "cash.count"})
    authority_changed()
    perform(system("set-up"), "ledger.found", {"company": firm.health.pk, "month": "2026-01-01"})
    return firm
