"""A customer's file: opened, found, amended by two at once, graded, written into; numbers masked, every look logged."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from tests.cast import Firm
from tests.web_help import browser, page
from tests.write_guard import without_guard

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.parties.models import Activity, ContactPoint, Identifier, Party, PartyTag
from remit.kernel.parties.queries import search
from remit.kernel.parties.tests.conftest import Opener

pytestmark = pytest.mark.django_db
FIRM_CODE = "91330106MA2CFLBJ7R"


def found(firm: Firm, who: str, typed: str) -> list[str]:
    return [party.name for party in search(firm[who], typed)]


@pytest.mark.ledger("S-018", "D-021")
def test_one_file_holds_who_it_is_how_to_reach_him_and_what_passed(firm: Firm, opened: Opener) -> None:
    party = opened(
        "杭州恒远精密机械有限公司",
        phone="138 0571 2233",
        email="info@hengyuan.example.com",
        address="杭州市西湖区文三路 1 号",
        industry="机械",
        needs="季度体检",
        contacts=[{"kind": "phone", "value": "0571-88123456", "label": "前台"}],
    )
    assert party.number.startswith("KH-")
    assert party.owner == firm["陈立"]
    assert [c.value for c in party.contacts.filter(kind="phone").order_by("rank")] == ["13805712233", "0571-88123456"]
    firm.do("陈立", "customer.note", party=party.pk, kind="call", text="想要秋季体检方案", next_step="周五前报价")
    entry = Activity.objects.get(party=party)
    assert (entry.made_by, entry.next_step) == (firm["陈立"], "周五前报价")
    party.refresh_from_db()
    assert party.touched_at == entry.at
    shown = page(browser(firm, "陈立"), reverse("parties:detail", args=[party.pk]))
    for held in (
        party.name,
        party.number,
        "13805712233",
        "0571-88123456",
        "info@hengyuan",
        "文三路",
        "机械",
        "季度体检",
        "陈立",
        "想要秋季",
    ):
        assert held in shown, held


def test_numbers_run_by_company_and_year(firm: Firm, opened: Opener) -> None:
    one, two = opened("甲公司"), opened("乙公司")
    other = opened("丙公司", "何平")
    assert int(two.number[-4:]) == int(one.number[-4:]) + 1
    assert other.number == one.number, "each company counts for itself"


@pytest.mark.parametrize(
    "typed",
    ["恒远精密", "hengyuanjing", "hyjm", "2233", "13805712233", "88123456", "KH-2", FIRM_CODE, FIRM_CODE.lower()],
)
def test_it_is_found_by_a_part_of_the_name_pinyin_initials_and_the_tails_of_numbers(
    firm: Firm, opened: Opener, typed: str
) -> None:
    opened("杭州恒远精密机械有限公司", phone="13805712233", credit_code=FIRM_CODE,
           contacts=[{"kind": "phone", "value": "0571-88123456-801"}])  # fmt: skip
    opened("宁波大发贸易有限公司", phone="13905744455")
    expected = 2 if typed == "KH-2" else 1
    assert len(found(firm, "陈立", typed)) == expected
    assert "杭州恒远精密机械有限公司" in found(firm, "陈立", typed)


def test_a_person_is_found_by_the_reading_of_the_surname_and_by_the_identity_card(firm: Firm, opened: Opener) -> None:
    opened("曾小明", kind="person", id_card="11010519491231002X")
    assert found(firm, "陈立", "zengxm") == ["曾小明"]
    assert found(firm, "陈立", "11010519491231002x") == ["曾小明"]


def test_a_new_telephone_number_is_found_and_the_old_one_no_more(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司", phone="13805712233")
    firm.do("陈立", "customer.amend", party=party.pk, contacts=[{"kind": "phone", "value": "13900001111"}])
    assert found(firm, "陈立", "1111") == ["甲公司"]
    assert found(firm, "陈立", "2233") == []


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("phone", "12345"),
        ("email", "nobody"),
        ("id_card", "110105194912310021"),
        ("credit_code", "91330106MA2CFLBJ70"),
        ("name", "x" * 201),
        ("industry", "x" * 81),
    ],
)
def test_what_cannot_be_true_is_refused_and_nothing_is_kept(firm: Firm, opened: Opener, fact: str, value: str) -> None:
    with pytest.raises(RuleBroken):
        opened(**{"name": "甲公司", fact: value})
    assert not Party.objects.exists()


@pytest.mark.ledger("R-048")
def test_two_who_save_at_once_are_told(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司")
    firm.do("陈立", "customer.amend", party=party.pk, version=1, industry="食品")
    with pytest.raises(RuleBroken):
        firm.do("陈立", "customer.amend", party=party.pk, version=1, industry="化工")
    party.refresh_from_db()
    assert (party.industry, party.version) == ("食品", 2)


def test_what_is_not_given_stays_and_what_is_emptied_goes(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司", industry="食品", source="展会", phone="13805712233")
    firm.do("陈立", "customer.amend", party=party.pk, name="甲集团", emptied=["industry", "owner", "status"])
    party.refresh_from_db()
    assert (party.name, party.industry, party.source, party.owner) == ("甲集团", "", "展会", firm["陈立"])
    assert party.contacts.count() == 1
    assert found(firm, "陈立", "jiajituan") == ["甲集团"]


@pytest.mark.ledger("S-019")
def test_a_grade_has_a_reason_and_the_event_keeps_the_one_before(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司")
    firm.do("陈立", "customer.grade", party=party.pk, grade="B", reason="年采购二十万")
    done = firm.do("陈立", "customer.grade", party=party.pk, grade="A", reason="年采购五十万")
    assert dict(done.changes) == {"grade": ["B", "A"]}
    party.refresh_from_db()
    assert (party.grade, party.grade_reason) == ("A", "年采购五十万")


def test_tags_are_set_as_a_whole_and_shared_by_the_company(firm: Firm, opened: Opener) -> None:
    one, two = opened("甲公司"), opened("乙公司")
    firm.do("陈立", "customer.tag", party=one.pk, tags=["重点", "会员", "重点", " "])
    firm.do("陈立", "customer.tag", party=two.pk, tags=["会员"])
    firm.do("陈立", "customer.tag", party=one.pk, tags=["会员"])
    assert PartyTag.objects.filter(party=one).count() == 1
    assert PartyTag.objects.values("tag").distinct().count() == 1


@pytest.mark.ledger("S-016")
def test_a_key_person_is_a_customer_of_his_own_that_hangs_on_the_firm(firm: Firm, opened: Opener) -> None:
    company, boss = opened("甲公司"), opened("王海波", kind="person")
    firm.do("陈立", "customer.relate", party=company.pk, other=boss.pk, kind="key_person", note="采购总监")
    assert [(r.other.name, r.note) for r in company.relations.all()] == [("王海波", "采购总监")]
    hidden = opened("何家", "何平")
    with pytest.raises(NotYours):
        firm.do("陈立", "customer.relate", party=company.pk, other=hidden.pk, kind="payer")
    firm.do("陈立", "customer.relate", party=company.pk, other=boss.pk, kind="key_person", end=True)
    assert not company.relations.exists()


def test_the_timeline_is_never_changed(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司")
    firm.do("陈立", "customer.note", party=party.pk, kind="note", text="原话")
    with pytest.raises(IntegrityError), transaction.atomic(), without_guard():
        Activity.objects.filter(party=party).update(text="改过")
    with pytest.raises(IntegrityError), transaction.atomic(), without_guard():
        Activity.objects.filter(party=party).delete()


def test_what_has_not_happened_yet_is_no_entry(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司")
    with pytest.raises(RuleBroken):
        firm.do("陈立", "customer.note", party=party.pk, kind="visit", text="拜访", at="2099-01-01 09:00")


@pytest.mark.ledger("S-015")
def test_numbers_reach_no_event_and_every_look_at_one_leaves_its_own(firm: Firm, opened: Opener) -> None:
    party = opened("曾小明", kind="person", phone="13805712233", id_card="11010519491231002X")
    contact, card = ContactPoint.objects.get(), Identifier.objects.get()
    firm.do("林晓岚", "customer.unmask", party=party.pk, contact=contact.pk)
    firm.do("陈立", "customer.unmask", party=party.pk, identifier=card.pk)
    events = list(Event.objects.filter(subject_type="party", subject_id=str(party.pk)).order_by("pk"))
    assert [event.kind for event in events] == ["customer.open", "customer.unmask", "customer.unmask"]
    kept = " ".join(f"{event.facts} {event.changes}" for event in events)
    assert "138****2233" in kept and "1101**********002X" in kept
    assert "13805712233" not in kept and "11010519491231002X" not in kept


def test_a_duplicate_is_named_before_it_is_made_and_may_be_made_knowingly(firm: Firm, opened: Opener) -> None:
    opened("杭州恒远精密机械有限公司", phone="13805712233")
    with pytest.raises(RuleBroken, match="恒远"):
        opened("杭州恒远精密機械有限公司")
    with pytest.raises(RuleBroken, match="恒远"):
        opened("另一家", phone="138-0571-2233")
    opened("杭州恒远精密机械有限公司", knowingly=True)
    assert Party.objects.count() == 2


def test_somebody_elses_customer_is_not_given_away_by_a_warning(firm: Firm, opened: Opener) -> None:
    opened("王海波", kind="person", phone="13805712233")
    assert opened("王海波", "赵敏之", kind="person", phone="13805712233").owner == firm["赵敏之"]


def test_opening_needs_a_grant_and_the_owner_is_one_of_ones_own(firm: Firm, opened: Opener) -> None:
    with pytest.raises(NotAuthorised):
        opened("甲公司", "吴越")
    with pytest.raises(RuleBroken):
        opened("甲公司", "陈立", owner=firm["赵敏之"].pk)
    assert opened("甲公司", "林晓岚", owner=firm["赵敏之"].pk).owner == firm["赵敏之"]
