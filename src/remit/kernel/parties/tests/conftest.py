"""The cast with customers: advisers open and claim, the manager allocates, the director's assistant has oversight."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.cast import Firm, build_firm, give

from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.parties.models import Party

Opener = Callable[..., Party]


@pytest.fixture
def firm() -> Firm:
    firm = build_firm()
    lock_authority(exclusively=True)
    DeclaredAction.objects.create(name="oversight.files", labels={"zh-hans": "查阅客户档案"}, origin="pack:test")
    authority_changed()
    give(firm, "健康顾问", "第5条", {"action": "customer.open"}, {"action": "customer.claim"})
    give(firm, "客服部经理", "第6条", {"action": "customer.*"})
    give(firm, "物业经理", "第1条", {"action": "customer.*"})
    give(firm, "总监助理", "第2条", {"action": "oversight.files"})
    authority_changed()
    return firm


@pytest.fixture
def opened(firm: Firm) -> Opener:
    """Open a customer's file as somebody (陈立) and answer its row."""

    def open_party(name: str, who: str = "陈立", **facts: Any) -> Party:
        made = firm.do(who, "customer.open", **{"name": name, "kind": "organization", **facts})
        return Party.objects.get(pk=made.subject[1])

    return open_party
