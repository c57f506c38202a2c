"""Allocation: what is proposed, adjusted and confirmed, and the first contact that is owed then."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import Firm
from tests.web_help import browser, page

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.parties import importing
from remit.kernel.parties.allocating import GRADES, Taker, propose
from remit.kernel.parties.models import Allocation, FirstContact, Party, Transfer
from remit.kernel.parties.queries import Wanted, list_parties
from remit.kernel.parties.tests.conftest import Opener
from remit.kernel.work.models import WorkItem
from remit.lib import clock

pytestmark = pytest.mark.django_db


def names_of(firm: Firm) -> dict[int, str]:
    return {person.pk: name for name, person in firm.people.items()}


def got(firm: Firm, allocation: Allocation) -> dict[str, str]:
    """Who is to have whom, by name."""
    names = names_of(firm)
    return {line.party.name: names.get(line.taker_id or 0, "—") for line in allocation.lines.select_related("party")}


def propose_by(firm: Firm, **facts: object) -> Allocation:
    takers = [firm["陈立"].pk, firm["赵敏之"].pk]
    made = firm.do("林晓岚", "customer.propose_allocation", **{"source": "pool", "takers": takers, **facts})
    return Allocation.objects.get(pk=made.subject[1])


@pytest.fixture
def pooled(firm: Firm, opened: Opener) -> list[Party]:
    """Six customers in the pool; 陈立 has two of his own."""
    for n in range(2):
        opened(f"老客户{n}")
    rows = [opened(f"新客户{n}", "林晓岚") for n in range(6)]
    firm.do("林晓岚", "customer.release", parties=[row.pk for row in rows])
    return rows


@pytest.mark.ledger("S-020", "R-019")
def test_a_supervisor_allocates_the_pool_by_number_and_ability(firm: Firm, pooled: list[Party]) -> None:
    client = browser(firm, "林晓岚")
    assert "陈立" in page(client, reverse("parties:allocation"))
    form = {"source": "pool", "takers": [firm["陈立"].pk, firm["赵敏之"].pk]}
    proposed = client.post(reverse("parties:allocation"), form)
    batch = Allocation.objects.get()
    assert sorted(got(firm, batch).values()) == ["赵敏之"] * 4 + ["陈立"] * 2, "who has two already gets two fewer"
    assert not Party.objects.filter(pk__in=[p.pk for p in pooled], owner__isnull=False).exists(), "nothing is given yet"
    shown = page(client, proposed.headers["Location"])
    assert "新客户0" in shown and "+4" in shown
    row = batch.lines.filter(taker=firm["赵敏之"]).first()
    assert row is not None
    adjust = reverse("parties:allocation-adjust", args=[batch.pk])
    client.post(adjust, {"ids": row.party_id, "verb": "give", "taker": firm["陈立"].pk})
    client.post(adjust, {"ids": pooled[5].pk, "verb": "leave"})
    assert (
        client.post(reverse("parties:allocation-confirm", args=[batch.pk]), {"reason": "季度均衡"}).status_code == 302
    )
    batch.refresh_from_db()
    assert batch.transfer is not None and batch.transfer.count == 5
    row.party.refresh_from_db()
    assert row.party.owner == firm["陈立"]
    assert Party.objects.get(pk=pooled[5].pk).owner is None, "left where it was"
    again = client.post(reverse("parties:allocation-confirm", args=[batch.pk]))
    assert again.status_code == 422, "once"


def test_ability_is_a_share_and_grades(firm: Firm, pooled: list[Party]) -> None:
    firm.do("林晓岚", "customer.set_capacity", person=firm["陈立"].pk, share=300, grades="")
    firm.do("林晓岚", "customer.set_capacity", person=firm["赵敏之"].pk, share=100, grades="CD-")
    for party, grade in zip(pooled, "AAC", strict=False):
        Party.objects.filter(pk=party.pk).update(grade=grade)
    placed = got(firm, propose_by(firm))
    assert {placed["新客户0"], placed["新客户1"]} == {"陈立"}, "the other takes no A"
    assert list(placed.values()).count("赵敏之") == 2, "of eight customers one in four"
    firm.do("林晓岚", "customer.set_capacity", person=firm["陈立"].pk, share=0)
    placed = got(firm, propose_by(firm))
    assert placed["新客户0"] == "—" and placed["新客户2"] == "赵敏之", "whom nobody takes stays"
    with pytest.raises(RuleBroken):
        firm.do("林晓岚", "customer.set_capacity", person=firm["陈立"].pk, share=50, grades="AX")


@pytest.mark.ledger("S-225")
def test_a_leaver_s_customers_and_a_segment_are_allocated_too(firm: Firm, opened: Opener) -> None:
    for n in range(4):
        party = opened(f"客户{n}")
        firm.do("陈立", "customer.grade", party=party.pk, grade="AB"[n % 2], reason="年采购")
    leaving = propose_by(firm, source="person", giver=firm["陈立"].pk, takers=[firm["赵敏之"].pk, firm["林晓岚"].pk])
    assert sorted(got(firm, leaving).values()) == ["林晓岚", "林晓岚", "赵敏之", "赵敏之"]
    made = firm.do("林晓岚", "customer.keep_segment", name="大户", filter={"grade": "A"})
    segment = propose_by(firm, source="segment", segment=int(str(made.subject[1])), takers=[firm["赵敏之"].pk])
    assert got(firm, segment) == {"客户0": "赵敏之", "客户2": "赵敏之"}
    firm.do("林晓岚", "customer.allocate", allocation=segment.pk)
    with pytest.raises(RuleBroken, match="客户0"):
        firm.do("林晓岚", "customer.allocate", allocation=leaving.pk)
    gone = [p.pk for p in Party.objects.filter(owner=firm["赵敏之"])]
    firm.do("林晓岚", "customer.adjust_allocation", allocation=leaving.pk, parties=gone)
    firm.do("林晓岚", "customer.allocate", allocation=leaving.pk)
    assert not Party.objects.filter(owner=firm["陈立"]).exists()


@pytest.mark.ledger("R-043")
def test_only_one_s_own_people_and_customers_are_allocated(firm: Firm, pooled: list[Party]) -> None:
    batch = propose_by(firm)
    with pytest.raises(RuleBroken):
        propose_by(firm, takers=[firm["吴越"].pk])
    with pytest.raises(NotYours):
        propose_by(firm, source="person", giver=firm["吴越"].pk)
    with pytest.raises(RuleBroken):
        firm.do(
            "林晓岚", "customer.adjust_allocation", allocation=batch.pk, parties=[pooled[0].pk], taker=firm["吴越"].pk
        )
    for who in ("陈立", "何平"):
        with pytest.raises(NotYours):
            firm.do(who, "customer.allocate", allocation=batch.pk)
        assert browser(firm, who).get(reverse("parties:allocation-detail", args=[batch.pk])).status_code == 404
    firm.do("林晓岚", "customer.drop_allocation", allocation=batch.pk)
    with pytest.raises(RuleBroken):
        firm.do("林晓岚", "customer.allocate", allocation=batch.pk)


@pytest.mark.ledger("R-020")
def test_each_new_owner_contacts_the_customer_within_a_week(firm: Firm, pooled: list[Party]) -> None:
    firm.do("林晓岚", "customer.allocate", allocation=propose_by(firm, takers=[firm["陈立"].pk]).pk)
    party = pooled[0]
    owed = FirstContact.objects.get(party=party)
    item = WorkItem.objects.get(source_kind="first_contact", source_key=str(owed.pk))
    assert item.due_at - owed.opened_at == dt.timedelta(days=7)
    assert (item.person, item.target) == (firm["陈立"], party.pk)
    assert party.name in page(browser(firm, "陈立"), reverse("work:today"))
    firm.do("陈立", "customer.note", party=party.pk, kind="note", text="还没打电话")
    before = owed.opened_at - dt.timedelta(hours=1)
    firm.do("陈立", "customer.note", party=party.pk, kind="call", text="上周的来电", at=before.isoformat())
    item.refresh_from_db()
    assert item.done_at is None, "neither a note nor an older call is the first contact"
    firm.do("陈立", "customer.note", party=party.pk, kind="call", text="已联系，核对了资料")
    item.refresh_from_db()
    owed.refresh_from_db()
    assert item.done_by == firm["陈立"] and owed.activity is not None and owed.activity.text.startswith("已联系")


def test_what_is_owed_goes_along_with_the_customer(firm: Firm, pooled: list[Party]) -> None:
    firm.do("林晓岚", "customer.allocate", allocation=propose_by(firm, takers=[firm["陈立"].pk]).pk)
    passed, freed, merged = pooled[:3]

    def item(party: Party) -> WorkItem:
        return WorkItem.objects.get(source_kind="first_contact", target=party.pk)

    due = item(passed).due_at
    firm.do("林晓岚", "customer.hand_over", giver=firm["陈立"].pk, taker=firm["赵敏之"].pk)
    assert (item(passed).person, item(passed).due_at, item(passed).done_at) == (firm["赵敏之"], due, None)
    firm.do("林晓岚", "customer.hand_back", transfer=Transfer.objects.get(kind="handover").pk)
    assert item(passed).person == firm["陈立"]
    firm.do("陈立", "customer.release", parties=[freed.pk])
    assert item(freed).done_at is not None and item(freed).done_by is None, "nobody owes a customer of the pool a call"
    firm.do("陈立", "customer.merge", party=pooled[3].pk, gone=merged.pk)
    assert item(merged).done_at is not None and item(pooled[3]).done_at is None
    again = propose_by(firm, takers=[firm["陈立"].pk])
    firm.do("林晓岚", "customer.allocate", allocation=again.pk)
    assert FirstContact.objects.filter(party=freed, closed_at=None).get().person == firm["陈立"]


@pytest.mark.ledger("S-020", "R-020")
def test_who_is_given_a_customer_by_transfer_owes_the_same_first_contact(firm: Firm, pooled: list[Party]) -> None:
    """As after an allocation: within a week, whatever the former owner still owed; a handover and its return ask for nothing."""
    firm.do("林晓岚", "customer.allocate", allocation=propose_by(firm, takers=[firm["陈立"].pk]).pk)
    passed, kept = pooled[:2]
    firm.do("陈立", "customer.note", party=kept.pk, kind="call", text="首次联系")
    firm.do("林晓岚", "customer.transfer", parties=[passed.pk, kept.pk], taker=firm["赵敏之"].pk)
    owed = FirstContact.objects.filter(party__in=[passed, kept], closed_at=None)
    assert [row.person for row in owed] == [firm["赵敏之"]] * 2
    assert all(row.due_at - row.opened_at == dt.timedelta(days=7) for row in owed)
    items = WorkItem.objects.filter(source_kind="first_contact", target=passed.pk, done_at=None)
    assert [item.person for item in items] == [firm["赵敏之"]]
    firm.do("赵敏之", "customer.note", party=passed.pk, kind="call", text="已联系")
    firm.do("林晓岚", "customer.hand_over", giver=firm["赵敏之"].pk, taker=firm["陈立"].pk)
    assert not FirstContact.objects.filter(party=passed, closed_at=None).exists()


@pytest.mark.ledger("P-010", "R-018")
def test_from_the_file_to_the_first_contact_and_on_nobody_is_missed(firm: Firm) -> None:
    """Taken in by file and classed, allocated, called within a week; the next day's file changes what it knows and doubles nothing;
    whom nobody has cared for since stands in a list of each superior."""

    def take_in(**more: str) -> dict[str, object]:
        rows = [
            {"row": n, "name": f"新客户{n}", "phones": f"1380571000{n}", "grade": "AABB"[n], **more} for n in range(4)
        ]
        facts = {"rows": rows, "digest": importing.digest_of(rows), "count": len(rows)}
        return dict(firm.do("林晓岚", "customer.import", **facts).changes)

    day = clock.now()
    assert take_in() == {"made": 4, "changed": 0}
    parties = list(Party.objects.order_by("name"))
    firm.do("林晓岚", "customer.release", parties=[party.pk for party in parties])
    firm.do("林晓岚", "customer.allocate", allocation=propose_by(firm).pk)
    owed = list(FirstContact.objects.select_related("person", "party").order_by("party__name"))
    assert {row.person.name for row in owed} == {"陈立", "赵敏之"} and [row.party for row in owed] == parties
    for row in owed[1:]:
        firm.do(row.person.name, "customer.note", party=row.party_id, kind="call", text="首次联系，核对了资料")
    assert FirstContact.objects.get(closed_at=None).party == parties[0]
    assert take_in(industry="机械") == {"made": 0, "changed": 4}
    late = day + dt.timedelta(days=32)
    with clock.set_to(late):
        firm.do(owed[1].person.name, "customer.note", party=parties[1].pk, kind="visit", text="回访")
        forgotten = list_parties(firm["林晓岚"], Wanted(idle=30, scope="people")).order_by("name")
        assert list(forgotten) == [parties[0], parties[2], parties[3]]
        assert not list_parties(firm["吴越"], Wanted(idle=30)).exists()


def test_the_company_says_how_many_days(firm: Firm, pooled: list[Party]) -> None:
    idle = {f"idle_days_{grade}": 0 for grade in ("a", "b", "c", "d", "none")}
    firm.do("林晓岚", "customer.set_pool", company=firm.health.pk, claims_in_30_days=9, first_contact_days=3, **idle)
    firm.do("林晓岚", "customer.allocate", allocation=propose_by(firm).pk)
    owed = FirstContact.objects.filter(party=pooled[0]).get()
    assert owed.due_at - owed.opened_at == dt.timedelta(days=3)


def test_a_proposal_and_its_act_take_as_many_statements_for_sixty_as_for_six(firm: Firm, opened: Opener) -> None:
    counts = []
    for n in (6, 60):
        rows = [opened(f"客户{n}-{k}", "林晓岚") for k in range(n)]
        firm.do("林晓岚", "customer.release", parties=[row.pk for row in rows])
        with CaptureQueriesContext(connection) as captured:
            batch = propose_by(firm)
            firm.do("林晓岚", "customer.allocate", allocation=batch.pk)
        assert batch.lines.count() == n
        counts.append(len(captured))
    assert counts[0] == counts[1]


people = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from([0, 50, 100, 300]), st.sampled_from(["", "AB", "CD-", "A"])),
    min_size=1, max_size=3,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grades=st.lists(st.sampled_from(GRADES), min_size=1, max_size=12), people=people)
def test_nobody_could_pass_a_customer_on_and_be_better_balanced(
    firm: Firm, grades: list[str], people: list[tuple[int, int, str]]
) -> None:
    """Whoever can be placed is; and no customer's figure falls by giving it to somebody else who takes its grade."""
    Party.objects.all().delete()
    who = [firm["陈立"], firm["赵敏之"], firm["林晓岚"]]
    rows = [
        Party(company=firm.health, number=f"N{n}", kind="person", name=f"客户{n}", folded_name="x", sort_key=f"{n:03}",
              search="", grade=grade.replace("-", "")) for n, grade in enumerate(grades)
    ]  # fmt: skip
    owned = [
        Party(company=firm.health, number=f"O{k}-{n}", kind="person", name="旧", folded_name="x", sort_key="x", search="",
              owner=who[k], owned_since=dt.datetime.now(dt.UTC)) for k, (load, _s, _g) in enumerate(people) for n in range(load)
    ]  # fmt: skip
    Party.objects.bulk_create([*rows, *owned])
    takers = [Taker(who[k], load, share, able) for k, (load, share, able) in enumerate(people)]
    batch = Allocation.objects.create(company=firm.health, source="pool", made_by=firm["林晓岚"])
    placed = propose(batch, [row.pk for row in rows], takers)
    given_to = {line.party_id: line.taker_id for line in batch.lines.all()}
    assert len(given_to) == len(rows) and placed == sum(taker is not None for taker in given_to.values())
    figure = {t.person.pk: t.load + list(given_to.values()).count(t.person.pk) for t in takers}
    for row, grade in zip(rows, grades, strict=True):
        able = [taker for taker in takers if taker.takes(grade)]
        mine = given_to[row.pk]
        assert (mine is None) == (not able)
        assert mine is None or mine in {taker.person.pk for taker in able}
    if all(taker.grades == "" for taker in takers):
        for one in takers:
            for other in takers:
                if one.share and other.share and figure[one.person.pk] > one.load:
                    assert figure[one.person.pk] / one.share <= (figure[other.person.pk] + 1) / other.share
