"""Customers change hands: transfer, the pool, handover and return, merge and its undoing."""

import datetime as dt

import pytest
from tests.cast import Firm

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.gate import perform
from remit.kernel.parties.models import Collaborator, Merge, Party, Relation, Transfer, TransferLine
from remit.kernel.parties.queries import search
from remit.kernel.parties.tests.conftest import Opener
from remit.kernel.work.actions import Performer, open_item
from remit.kernel.work.models import WorkItem
from remit.lib import clock
from remit.schedule import recycle_pools

pytestmark = pytest.mark.django_db


def owners(*parties: Party) -> list[str]:
    return [
        p.owner.name if p.owner else "" for p in Party.objects.filter(pk__in=[p.pk for p in parties]).order_by("pk")
    ]


@pytest.mark.ledger("S-020")
def test_the_supervisor_allocates_many_at_once_and_whose_they_were_is_kept(firm: Firm, opened: Opener) -> None:
    one, two = opened("甲公司"), opened("乙公司")
    firm.do("林晓岚", "customer.transfer", parties=[one.pk, two.pk], taker=firm["赵敏之"].pk, reason="均衡")
    assert owners(one, two) == ["赵敏之", "赵敏之"]
    lines = TransferLine.objects.values_list("before__name", "after__name")
    assert list(lines) == [("陈立", "赵敏之")] * 2
    one.refresh_from_db()
    assert one.version == 2, "who had the file open is told that it has changed"


def test_an_owner_who_gives_customers_away_asks_his_superior(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司")
    asked = firm.do("陈立", "customer.transfer", parties=[party.pk], taker=firm["赵敏之"].pk)
    assert asked.kind == "requested"
    firm.do("林晓岚", "approval.approve", request=asked.request_id)
    assert owners(party) == ["赵敏之"]


def test_one_customer_that_is_not_there_stops_the_whole_transfer(firm: Firm, opened: Opener) -> None:
    mine, foreign = opened("甲公司"), opened("何家", "何平")
    with pytest.raises(NotYours):
        firm.do("林晓岚", "customer.transfer", parties=[mine.pk, foreign.pk], taker=firm["赵敏之"].pk)
    assert owners(mine, foreign) == ["陈立", "何平"]
    with pytest.raises(RuleBroken):
        firm.do("林晓岚", "customer.transfer", parties=[mine.pk], taker=firm["何平"].pk)


def test_the_pool_gives_to_who_claims_first_and_only_so_many(firm: Firm, opened: Opener) -> None:
    parties = [opened(f"客户{n}号", "赵敏之") for n in range(4)]
    perform(system("tests"), "customer.set_pool", {"company": firm.health.pk, "claims_in_30_days": 2,
            **{f"idle_days_{grade}": 0 for grade in ("a", "b", "c", "d", "none")}})  # fmt: skip
    firm.do("赵敏之", "customer.release", parties=[p.pk for p in parties], reason="转岗")
    assert {p.name for p in search(firm["陈立"], "客户")} == {p.name for p in parties}, (
        "the pool is open to who may claim"
    )
    assert not search(firm["吴越"], "客户")
    firm.do("陈立", "customer.claim", parties=[parties[0].pk])
    with pytest.raises(NotYours):
        firm.do("赵敏之", "customer.claim", parties=[parties[0].pk])
    with pytest.raises(RuleBroken, match="2"):
        firm.do("陈立", "customer.claim", parties=[parties[1].pk, parties[2].pk])
    firm.do("陈立", "customer.claim", parties=[parties[1].pk])
    with pytest.raises(NotAuthorised):
        firm.do("吴越", "customer.claim", parties=[parties[2].pk])
    assert owners(*parties) == ["陈立", "陈立", "", ""]


def test_idle_customers_fall_back_by_grade(firm: Firm, opened: Opener) -> None:
    with clock.set_to(clock.now() - dt.timedelta(days=100)):
        idle, kept, cared = opened("闲置"), opened("大户"), opened("常联系")
        firm.do("陈立", "customer.grade", party=kept.pk, grade="A", reason="大户")
    firm.do("陈立", "customer.note", party=cared.pk, kind="call", text="回访")
    nothing = perform(system("tests"), "customer.recycle", {"company": firm.health.pk})
    assert nothing.changes["count"] == 0, "a company that has laid down nothing loses nobody"
    rules = {"idle_days_a": 0, "idle_days_b": 0, "idle_days_c": 90, "idle_days_d": 90, "idle_days_none": 90}
    perform(system("tests"), "customer.set_pool", {"company": firm.health.pk, "claims_in_30_days": 5, **rules})
    recycle_pools(0)
    recycle_pools(0)
    assert Transfer.objects.filter(kind="recycle").count() == 1
    assert owners(idle, kept, cared) == ["", "陈立", "陈立"]


def test_a_handover_moves_everything_and_comes_back(firm: Firm, opened: Opener) -> None:
    mine = [opened(f"客户{n}号") for n in range(3)]
    shared = opened("共享客户", "赵敏之")
    firm.do("赵敏之", "customer.add_collaborator", party=shared.pk, person=firm["陈立"].pk)
    done = firm.do("林晓岚", "customer.hand_over", giver=firm["陈立"].pk, taker=firm["林晓岚"].pk, reason="产假")
    assert done.changes["customers"] == 3
    assert owners(*mine) == ["林晓岚"] * 3
    assert Collaborator.objects.get().person == firm["林晓岚"]
    firm.do("林晓岚", "customer.transfer", parties=[mine[0].pk], taker=firm["赵敏之"].pk)
    handover = Transfer.objects.get(kind="handover")
    firm.do("林晓岚", "customer.hand_back", transfer=handover.pk)
    assert owners(*mine) == ["赵敏之", "陈立", "陈立"], "what has passed on meanwhile stays where it is"
    assert Collaborator.objects.get().person == firm["陈立"]
    with pytest.raises(RuleBroken):
        firm.do("林晓岚", "customer.hand_back", transfer=handover.pk)


def test_open_work_goes_along_with_a_handover(firm: Firm) -> None:
    def item(key: str) -> WorkItem:
        due = clock.now() + dt.timedelta(hours=3)
        labels = {"zh-hans": "回访客户"}
        return WorkItem.objects.get(pk=open_item("routine", key, Performer(person_id=firm["陈立"].pk), due_at=due, labels=labels, provenances=labels,
                         target=0, company_id=firm.health.pk))  # fmt: skip

    done, still_open = item("first"), item("second")
    firm.do("林晓岚", "customer.hand_over", giver=firm["陈立"].pk, taker=firm["赵敏之"].pk)
    assert {row.person for row in WorkItem.objects.filter(pk__in=[done.pk, still_open.pk])} == {firm["赵敏之"]}
    firm.do("赵敏之", "work.finish", item=done.pk)
    firm.do("林晓岚", "customer.hand_back", transfer=Transfer.objects.get(kind="handover").pk)
    done.refresh_from_db()
    still_open.refresh_from_db()
    assert (done.person, still_open.person) == (firm["赵敏之"], firm["陈立"])


def test_nobody_hands_over_what_is_not_below_him(firm: Firm) -> None:
    with pytest.raises(NotYours):
        firm.do("林晓岚", "customer.hand_over", giver=firm["吴越"].pk, taker=firm["陈立"].pk)


def test_a_merge_takes_everything_along_and_undoing_it_brings_everything_back(firm: Firm, opened: Opener) -> None:
    kept = opened("甲公司", phone="13805712233")
    gone = opened("甲有限公司", phone="13805712233", contacts=[{"kind": "phone", "value": "13900001111"}], knowingly=True,
                  industry="食品")  # fmt: skip
    boss = opened("王海波", kind="person")
    firm.do("陈立", "customer.relate", party=gone.pk, other=boss.pk, kind="key_person")
    firm.do("陈立", "customer.relate", party=gone.pk, other=kept.pk, kind="parent")
    firm.do("陈立", "customer.tag", party=gone.pk, tags=["会员"])
    firm.do("陈立", "customer.note", party=gone.pk, kind="call", text="旧档案里的来电")
    before = _picture(gone)
    firm.do("陈立", "customer.merge", party=kept.pk, gone=gone.pk)
    kept.refresh_from_db()
    assert kept.industry == "食品"
    assert {c.value for c in kept.contacts.all()} == {"13805712233", "13900001111"}
    assert [p.name for p in search(firm["陈立"], "1111")] == ["甲公司"]
    assert kept.activities.get().text == "旧档案里的来电"
    firm.do("陈立", "customer.note", party=kept.pk, kind="call", text="合并之后")
    firm.do("陈立", "customer.part", merge=Merge.objects.get().pk)
    assert _picture(gone) == before
    assert kept.activities.get().text == "合并之后"
    kept.refresh_from_db()
    assert kept.industry == ""
    assert {p.name for p in search(firm["陈立"], "1111")} == {"甲有限公司"}
    with pytest.raises(RuleBroken):
        firm.do("陈立", "customer.part", merge=Merge.objects.get().pk)


def _picture(party: Party) -> dict[str, set[str]]:
    return {
        "contacts": {f"{c.kind} {c.value} {c.label}" for c in party.contacts.all()},
        "relations": {f"{r.other_id} {r.kind}" for r in Relation.objects.filter(party=party)},
        "tags": {t.tag.name for t in party.tags.all()},
        "activities": {a.text for a in party.activities.all()},
        "state": {str(Party.objects.get(pk=party.pk).merged_into_id)},
    }


def test_only_alike_customers_that_one_sees_become_one(firm: Firm, opened: Opener) -> None:
    company, person, foreign = opened("甲公司"), opened("王海波", kind="person"), opened("乙公司", "赵敏之")
    with pytest.raises(RuleBroken):
        firm.do("陈立", "customer.merge", party=company.pk, gone=person.pk)
    with pytest.raises(RuleBroken):
        firm.do("陈立", "customer.merge", party=company.pk, gone=company.pk)
    with pytest.raises(NotYours):
        firm.do("陈立", "customer.merge", party=company.pk, gone=foreign.pk)
    firm.do("林晓岚", "customer.merge", party=company.pk, gone=foreign.pk)
    assert owners(company) == ["陈立"]
