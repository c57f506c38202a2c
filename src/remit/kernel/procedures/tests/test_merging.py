"""Cases follow their customer when two files become one, and go back when they are parted."""

import pytest
from tests.cast import give

from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.parties.models import Merge
from remit.kernel.procedures.tests.department import Department

pytestmark = pytest.mark.django_db


def test_a_case_follows_its_customer_into_a_merge_and_out_of_it(department: Department) -> None:
    firm = department.firm
    lock_authority(exclusively=True)
    give(firm, "健康顾问", "第5条", {"action": "customer.open"})
    authority_changed()
    kept, gone = (
        int(firm.do("陈立", "customer.open", name=name, kind="person").subject[1]) for name in ("周敏", "周女士")
    )
    case, other = department.open(party=gone), department.open(party=kept)
    firm.do("陈立", "customer.merge", party=kept, gone=gone)
    case.refresh_from_db()
    assert case.party_id == kept
    firm.do("陈立", "customer.part", merge=Merge.objects.get().pk)
    case.refresh_from_db()
    other.refresh_from_db()
    assert (case.party_id, other.party_id) == (gone, kept)
