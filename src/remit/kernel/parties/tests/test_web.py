"""Customers in the browser: the list, the file, entering one, and a stranger at every door."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Firm
from tests.web_help import browser, page

from remit.kernel.accounts.actions import issue_token
from remit.kernel.accounts.actor import system
from remit.kernel.audit.models import Event
from remit.kernel.organization.models import Person
from remit.kernel.parties.models import Activity, ContactPoint, Merge, Party
from remit.kernel.parties.tests.conftest import Opener

pytestmark = pytest.mark.django_db


def program(firm: Firm, name: str) -> Client:
    browser(firm, name)
    user = Person.objects.get(pk=firm[name].pk).user
    assert user is not None
    _token, raw = issue_token(user.pk, name="program", actor=system("tests"))
    return Client(headers={"authorization": f"Bearer {raw}"})


def at(party: Party, name: str = "detail") -> str:
    return reverse(f"parties:{name}", args=[party.pk])


def test_an_adviser_opens_a_file_and_is_warned_of_the_one_he_has(firm: Firm) -> None:
    client = browser(firm, "陈立")
    form = {"name": "杭州恒远精密机械有限公司", "kind": "organization", "status": "prospect",
            "phones": "138 0571 2233\n0571-88123456 前台"}  # fmt: skip
    form["phones"] = "13805712233 王经理\n0571-88123456 前台"
    response = client.post(reverse("parties:new"), form)
    party = Party.objects.get()
    assert response.headers["Location"] == at(party)
    shown = page(client, at(party))
    assert "13805712233" in shown and "王经理" in shown
    hint = page(client, reverse("parties:alike"), name="别的名字", phones="13805712233 采购")
    assert "杭州恒远精密机械有限公司" in hint
    again = client.post(reverse("parties:new"), form)
    assert again.status_code == 422
    assert "knowingly" in again.content.decode()
    assert client.post(reverse("parties:new"), {**form, "knowingly": "on"}).status_code == 302
    assert Party.objects.count() == 2


def test_a_change_of_the_file_keeps_what_the_form_holds(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司", phone="13805712233", industry="食品", id_card="11010519491231002X")
    client = browser(firm, "陈立")
    form = {"name": "甲集团", "kind": "organization", "status": "active", "phones": "13900001111", "version": "1"}
    assert client.post(at(party, "change"), form).status_code == 302
    party.refresh_from_db()
    assert (party.name, party.status, party.industry) == ("甲集团", "active", "")
    assert [c.value for c in party.contacts.all()] == ["13900001111"]
    assert party.identifiers.count() == 1, "what the form does not hold stays"
    stale = client.post(at(party, "change"), {**form, "name": "又改"})
    assert stale.status_code == 422


def test_the_list_is_filtered_and_searched(firm: Firm, opened: Opener) -> None:
    one, two, three = opened("甲公司", phone="13805712233"), opened("乙公司"), opened("丙公司", "赵敏之")
    firm.do("陈立", "customer.grade", party=one.pk, grade="A", reason="大户")
    firm.do("陈立", "customer.tag", party=two.pk, tags=["会员"])
    client = browser(firm, "林晓岚")
    url = reverse("parties:list")

    def listed(**query: str) -> set[str]:
        shown = page(client, url, 200, **query)
        return {party.name for party in (one, two, three) if at(party) in shown}

    assert listed() == {"甲公司", "乙公司", "丙公司"}
    assert listed(scope="mine") == set()
    assert listed(scope="people", grade="A") == {"甲公司"}
    assert listed(grade="none") == {"乙公司", "丙公司"}
    assert listed(q="2233") == {"甲公司"}
    assert listed(q="bgs") == {"丙公司"}
    assert listed(q="不存在") == set()
    assert listed(tag=str(two.tags.get().tag_id)) == {"乙公司"}
    assert listed(idle="30") == set()
    found = page(client, reverse("web:find"), q="yigongsi")
    assert "乙公司" in found


def test_pages_of_the_list_follow_each_other_by_name(firm: Firm, opened: Opener) -> None:
    for n in range(35):
        opened(f"客户{n}号")
    client = browser(firm, "陈立")
    first = client.get(reverse("parties:list"))
    names = [party.name for party in first.context["page"].rows]
    second = client.get(reverse("parties:list") + first.context["page"].next)
    names += [party.name for party in second.context["page"].rows]
    assert names == [f"客户{n}号" for n in range(35)]


def test_the_list_and_the_file_ask_as_often_for_thirty_as_for_one(firm: Firm, opened: Opener) -> None:
    client = browser(firm, "陈立")
    party = opened("客户")

    def asked() -> list[int]:
        return [_queries(client, url) for url in (reverse("parties:list"), at(party))]

    def add(n: int) -> None:
        other = opened(f"客户{n}号", phone=f"1380571{n:04d}")
        firm.do("陈立", "customer.tag", party=other.pk, tags=["会员", f"批{n}"])
        firm.do("陈立", "customer.relate", party=party.pk, other=other.pk, kind="partner")
        firm.do("陈立", "customer.note", party=party.pk, kind="call", text="来电")

    add(0)
    before = asked()
    for n in range(1, 25):
        add(n)
    assert asked() == before


def _queries(client: Client, url: str) -> int:
    page(client, url)
    with CaptureQueriesContext(connection) as captured:
        page(client, url)
    return len(captured)


def test_the_page_is_where_everything_is_done(firm: Firm, opened: Opener) -> None:
    party, boss = opened("甲公司"), opened("王海波", kind="person")
    client = browser(firm, "陈立")
    for name, facts in {
        "note": {"kind": "visit", "text": "看了车间", "next_step": "报价"},
        "grade": {"grade": "B", "reason": "年采购二十万"},
        "tag": {"tags": "会员，重点、试用"},
        "relate": {"other": boss.pk, "kind": "key_person", "note": "采购总监"},
        "collaborate": {"person": firm["赵敏之"].pk},
    }.items():
        assert client.post(at(party, name), facts).status_code == 302, name
    shown = page(client, at(party))
    for text in ("看了车间", "报价", "年采购二十万", "重点", "王海波", "采购总监", "赵敏之"):
        assert text in shown, text
    assert "甲公司" in page(client, at(boss))
    assert "王海波" not in page(browser(firm, "赵敏之"), at(party)), (
        "a collaborator does not see whom the customer is related to"
    )
    refused = client.post(at(party, "note"), {"kind": "visit", "text": "明天去", "at": "2099-01-01T09:00"})
    assert refused.status_code == 422
    assert Activity.objects.count() == 1


@pytest.mark.ledger("S-015")
def test_a_superior_sees_masked_numbers_and_each_look_is_logged(firm: Firm, opened: Opener) -> None:
    party = opened("曾小明", kind="person", phone="13805712233", address="杭州市西湖区文三路一号")
    client = browser(firm, "林晓岚")
    shown = page(client, at(party))
    assert "138****2233" in shown and "13805712233" not in shown and "文三路一号" not in shown
    phone = ContactPoint.objects.get(kind="phone")
    whole = client.post(at(party, "unmask"), {"contact": phone.pk})
    assert "13805712233" in whole.content.decode()
    assert Event.objects.filter(kind="customer.unmask", actor_person_id=firm["林晓岚"].pk).count() == 1


@pytest.mark.ledger("S-011")
def test_each_look_by_oversight_leaves_an_event_on_the_page_and_by_program(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司", phone="13805712233")
    shown = page(browser(firm, "孙可"), at(party))
    assert "138****2233" in shown and "13805712233" not in shown
    assert program(firm, "孙可").get(f"/api/parties/{party.pk}").status_code == 200
    assert Event.objects.filter(kind="customer.inspect").count() == 2
    page(browser(firm, "林晓岚"), at(party))
    assert Event.objects.filter(kind="customer.inspect").count() == 2


@pytest.mark.ledger("R-043")
@pytest.mark.parametrize("who", ["赵敏之", "吴越", "何平"])
def test_a_stranger_finds_nothing_at_any_door(firm: Firm, opened: Opener, who: str) -> None:
    party, other = opened("杭州恒远精密", phone="13805712233"), opened("恒远机械")
    firm.do("陈立", "customer.merge", party=party.pk, gone=other.pk)
    client, api = browser(firm, who), program(firm, who)
    for name in ("detail", "change", "merge"):
        page(client, at(party, name), status=404)
    for name in ("note", "grade", "tag", "relate", "collaborate", "unmask", "merge"):
        assert client.post(at(party, name), {"kind": "note", "text": "x", "gone": other.pk}).status_code == 404, name
    assert client.post(reverse("parties:part", args=[party.pk, Merge.objects.get().pk])).status_code == 404
    for verb in ("transfer", "release", "claim"):
        response = client.post(reverse("parties:bulk"), {"verb": verb, "ids": party.pk, "taker": firm[who].pk})
        assert response.status_code == 404 or Party.objects.get(pk=party.pk).owner == firm["陈立"]
    for url, query in (
        (reverse("parties:list"), {"q": "恒远"}),
        (reverse("parties:list"), {}),
        (reverse("parties:alike"), {"name": "杭州恒远精密", "phones": "13805712233"}),
        (reverse("parties:picker"), {"q": "2233"}),
        (reverse("web:find"), {"q": "hengyuan"}),
    ):
        shown = page(client, url, 200, **query)
        assert "恒远精密" not in shown and "恒远机械" not in shown
    assert api.get(f"/api/parties/{party.pk}").status_code == 404
    assert api.get("/api/parties?q=13805712233").json() == {"items": [], "next": None}


def test_programs_read_customers_and_write_by_the_actions(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司", phone="13805712233")
    api = program(firm, "陈立")
    note = {"facts": {"party": party.pk, "kind": "call", "text": "来电"}}
    assert api.post("/api/actions/customer.note", note, content_type="application/json").status_code == 200
    found = api.get("/api/parties?q=jiags").json()["items"]
    assert [one["name"] for one in found] == ["甲公司"]
    detail = api.get(f"/api/parties/{party.pk}").json()
    assert detail["numbers"][0]["text"] == "13805712233"
    assert detail["entries"][0]["text"] == "来电"


def test_customers_change_hands_from_the_list_and_come_back(firm: Firm, opened: Opener) -> None:
    parties = [opened("甲公司"), opened("乙公司")]
    client = browser(firm, "林晓岚")
    chosen = {"ids": [p.pk for p in parties], "verb": "transfer", "taker": firm["赵敏之"].pk}
    assert client.post(reverse("parties:bulk"), chosen).headers["Location"] == reverse("parties:list")
    assert {p.owner for p in Party.objects.all()} == {firm["赵敏之"]}
    form = {"giver": firm["赵敏之"].pk, "taker": firm["陈立"].pk, "reason": "产假"}
    assert client.post(reverse("parties:handover"), form).status_code == 302
    shown = page(client, reverse("parties:handover"))
    assert "产假" in shown
    handover = parties[0].transfer_lines.latest("pk").transfer_id
    client.post(reverse("parties:hand-back", args=[handover]))
    assert {p.owner for p in Party.objects.all()} == {firm["赵敏之"]}


def test_the_pool_is_claimed_from_the_list(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司", "赵敏之")
    browser(firm, "赵敏之").post(reverse("parties:bulk"), {"ids": party.pk, "verb": "release", "reason": "转岗"})
    client = browser(firm, "陈立")
    assert at(party) in page(client, reverse("parties:list"), scope="pool")
    client.post(reverse("parties:bulk"), {"ids": party.pk, "verb": "claim"})
    assert Party.objects.get().owner == firm["陈立"]
