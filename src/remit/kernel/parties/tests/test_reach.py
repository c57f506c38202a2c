"""Who sees a customer (S-015, R-043): the owner, collaborators, superiors, deputies, oversight. For anybody else it is not there."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from tests.cast import Firm, away

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import NotAuthorised, NotYours
from remit.kernel.authority.gate import perform
from remit.kernel.organization.models import Person
from remit.kernel.parties import access
from remit.kernel.parties.access import only_by_oversight, party_visible_to, visible_parties
from remit.kernel.parties.models import Party
from remit.kernel.parties.queries import search
from remit.kernel.parties.rules import duplicates
from remit.kernel.parties.tests.conftest import Opener

pytestmark = pytest.mark.django_db
EVERYBODY = ("周岚", "顾北", "高岚", "孙可", "林晓岚", "陈立", "赵敏之", "韩涛", "吴越", "何平")


def who_sees(firm: Firm, party: Party) -> set[str]:
    return {name for name in EVERYBODY if visible_parties(firm[name]).filter(pk=party.pk).exists()}


@pytest.mark.ledger("S-015", "R-043")
def test_the_owner_keeps_superiors_read_and_nobody_else_knows(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司")
    assert who_sees(firm, party) == {"陈立", "林晓岚", "高岚", "周岚", "孙可"}  # 孙可 by oversight
    firm.do("陈立", "customer.amend", party=party.pk, industry="食品")
    for name in ("赵敏之", "吴越", "何平"):
        attempts: dict[str, dict[str, Any]] = {
            "customer.amend": {"industry": "x"},
            "customer.grade": {"grade": "A", "reason": "x"},
            "customer.note": {"kind": "note", "text": "x"},
            "customer.tag": {"tags": ["x"]},
            "customer.unmask": {"contact": 1},
            "customer.inspect": {},
            "customer.add_collaborator": {"person": firm["吴越"].pk},
        }
        for action, facts in attempts.items():
            with pytest.raises(NotYours) as there:
                firm.do(name, action, party=party.pk, **facts)
            with pytest.raises(NotYours) as nowhere:
                firm.do(name, action, party=party.pk + 999, **facts)
            assert there.value.sentence == nowhere.value.sentence, "the answer tells whether it exists"
        assert not search(firm[name], "甲公司")
        assert not duplicates(firm[name], company_id=party.company_id, name="甲公司")


def test_a_superior_reads_and_does_not_keep(firm: Firm, opened: Opener) -> None:
    """What is not his to do goes up the line, to whoever holds the grant; the customer stays as it is."""
    party = opened("甲公司", "林晓岚")
    assert party_visible_to(firm["高岚"], party.pk).pk == party.pk
    with pytest.raises(NotAuthorised):
        firm.do("高岚", "customer.grade", party=party.pk, grade="A", reason="x")
    party.refresh_from_db()
    assert party.grade == ""


def test_a_collaborator_reads_and_adds_and_is_gone_when_taken_off(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司")
    firm.do("陈立", "customer.add_collaborator", party=party.pk, person=firm["赵敏之"].pk)
    assert "赵敏之" in who_sees(firm, party)
    firm.do("赵敏之", "customer.note", party=party.pk, kind="visit", text="陪同拜访")
    assert search(firm["赵敏之"], "jiagongsi")
    firm.do("陈立", "customer.remove_collaborator", party=party.pk, person=firm["赵敏之"].pk)
    assert "赵敏之" not in who_sees(firm, party)


@pytest.mark.ledger("S-009")
def test_a_deputy_stands_in_for_the_owner_and_for_the_superior(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司")
    away(firm, "林晓岚", "吴越")
    assert "吴越" in who_sees(firm, party), "as the manager's deputy"
    other = opened("乙公司", "林晓岚")
    firm.do("吴越", "customer.note", party=other.pk, kind="call", text="代林晓岚回电")


def test_a_deputy_to_whom_customers_were_not_handed_over_sees_none(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司")
    away(firm, "林晓岚", "吴越", scope=[{"action": "remedy.gift"}])
    assert "吴越" not in who_sees(firm, party)
    away(firm, "高岚", "韩涛", scope=[{"action": "customer.note"}])
    assert "韩涛" in who_sees(firm, party)


@pytest.mark.ledger("S-011", "R-007")
def test_oversight_is_a_grant_and_leaves_a_trace(firm: Firm, opened: Opener) -> None:
    party, elsewhere = opened("甲公司"), opened("物业客户", "何平")
    assert only_by_oversight(firm["孙可"], party)
    assert not only_by_oversight(firm["林晓岚"], party)
    done = firm.do("孙可", "customer.inspect", party=party.pk)
    assert done.subject[:2] == ("party", str(party.pk))
    assert "孙可" not in who_sees(firm, elsewhere), "another company's files are not the statistician's"


def test_who_leaves_is_followed_by_his_superiors(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司")
    perform(
        system("tests"),
        "organization.leave",
        {"person": firm["陈立"].pk, "left_on": timezone.localdate() - dt.timedelta(days=1)},
    )
    assert {"林晓岚", "高岚"} <= who_sees(firm, party)
    assert "赵敏之" not in who_sees(firm, party)
    assert Person.objects.get(pk=firm["陈立"].pk).left_on is not None


def test_a_customer_that_was_merged_away_stands_in_no_list_and_leads_to_the_other(firm: Firm, opened: Opener) -> None:
    kept, gone = opened("甲公司"), opened("甲有限公司")
    firm.do("陈立", "customer.merge", party=kept.pk, gone=gone.pk)
    assert [party.pk for party in visible_parties(firm["陈立"])] == [kept.pk]
    assert party_visible_to(firm["陈立"], gone.pk).pk == kept.pk


def test_the_head_of_many_sees_them_by_naming_those_who_are_not_his(
    firm: Firm, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways of saying whose customers somebody sees say the same, also of somebody who is hired afterwards."""
    for name in ("陈立", "赵敏之", "林晓岚", "何平"):
        opened(f"{name}的客户", name)
    plain = {name: set(visible_parties(firm[name]).values_list("pk", flat=True)) for name in EVERYBODY}
    monkeypatch.setattr(access, "MANY", 1)
    monkeypatch.setattr(access, "_reaches", None)
    assert "NOT" in str(access.reach_of(firm["周岚"]).owned)
    assert {name: set(visible_parties(firm[name]).values_list("pk", flat=True)) for name in EVERYBODY} == plain
    late = Person.objects.create(
        name="新人", employee_no="E999", company=firm.health, joined_on=timezone.localdate(), sort_key="x"
    )
    party = opened("新人的客户")
    Party.objects.filter(pk=party.pk).update(owner=late)
    assert who_sees(firm, party) == {"孙可"}, "only who may see everything"
