import pytest
from tests.cast import give

from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.billing.tests.conftest import Office
from remit.kernel.billing.tests.conftest import office as fees  # noqa: F401 - what ours stands on
from remit.kernel.ledger.tests.conftest import firm as books  # noqa: F401 - what that stands on


@pytest.fixture
def office(fees: Office) -> Office:  # noqa: F811 - as above
    """何会 chases for the company; 陈立 keeps the customer and chases his own; a plan of more than 5000 is not 陈立's to agree on."""
    lock_authority(exclusively=True)
    give(fees.firm, "会计", "第3条", {"action": "arrears.*"})
    few = [{"action": f"arrears.{verb}"} for verb in ("remind", "answer", "hold", "promise", "release", "dispute")]
    give(fees.firm, "健康顾问", "第6条", *few, {"action": "arrears.agree", "limits": {"amount": "<= 5000 CNY"}})
    give(fees.firm, "客服部经理", "第7条", {"action": "arrears.agree"})
    authority_changed()
    return fees
