"""The fee office, whose accountant 何会 also states accounts and sets limits up to 50,000; 韩涛 above her may more."""

import pytest
from tests.cast import give

from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.billing.tests.conftest import Office
from remit.kernel.billing.tests.conftest import office as fees  # noqa: F401 - what ours stands on
from remit.kernel.ledger.tests.conftest import firm as books  # noqa: F401 - as above


@pytest.fixture
def office(fees: Office) -> Office:  # noqa: F811 - as above
    lock_authority(exclusively=True)
    DeclaredAction.objects.create(name="oversight.agreements", labels={"zh-hans": "查阅全部合同"}, origin="pack:test")
    authority_changed()
    limit = {"action": "credit.set_limit", "limits": {"amount": "<= 50000 CNY"}}
    release = {"action": "credit.release", "limits": {"over_limit": "<= 1000 CNY"}}
    paid = {"action": "shipment.release", "conditions": {"paid": [True]}}
    more = [{"action": f"shipment.{verb}"} for verb in ("set_terms", "match_charge")]
    sales = [{"action": "agreement.*"}, {"action": "contract.*"}]
    give(fees.firm, "会计", "第31条", {"action": "statement.*"}, limit, release, paid, *more, *sales)
    give(
        fees.firm,
        "财务总监",
        "第31条",
        {"action": "credit.*"},
        {"action": "shipment.*"},
        {"action": "oversight.agreements"},
    )
    authority_changed()
    return fees
