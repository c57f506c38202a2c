"""The cast with a customer: 陈立 keeps it, 林晓岚 is above, 韩涛 keeps the register, 赵敏之 has no part in it."""

import pytest
from tests.cast import Firm, build_firm, give

from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.parties.models import Party


@pytest.fixture
def firm() -> Firm:
    firm = build_firm()
    lock_authority(exclusively=True)
    DeclaredAction.objects.create(name="oversight.agreements", labels={"zh-hans": "查阅全部合同"}, origin="pack:test")
    authority_changed()
    give(firm, "健康顾问", "第5条", {"action": "customer.open"})
    give(firm, "客服部经理", "第6条", {"action": "customer.*"})
    give(firm, "财务总监", "第7条", {"action": "oversight.agreements"}, {"action": "mandate.*"})
    give(firm, "物业经理", "第1条", {"action": "customer.*"})
    authority_changed()
    return firm


@pytest.fixture
def tea(firm: Firm) -> Party:
    made = firm.do("陈立", "customer.open", name="云岭茶业", kind="organization")
    return Party.objects.get(pk=made.subject[1])
