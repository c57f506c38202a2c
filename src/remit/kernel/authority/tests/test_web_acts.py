"""Doing an action from its form: the limit beside the amount, done or requested, never twice."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from django.utils import timezone
from tests.browsing import browser_of
from tests.cast import Firm, build_firm

from remit.kernel.audit.models import Event
from remit.kernel.authority.loading import all_actions, authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction, Matter, Request, Ruling
from remit.kernel.authority.web import forms
from remit.kernel.authority.web.forms import form_for, form_values
from remit.kernel.organization.models import Acting

pytestmark = pytest.mark.django_db
REWARD = "/authority/act/staff.reward/"


@pytest.fixture
def firm() -> Firm:
    return build_firm()


def reward(firm: Firm, amount: str, **more: str) -> dict[str, Any]:
    return {"staff": firm["陈立"].pk, "amount": amount, "reason": "连续三月零投诉", "key": "tap", **more}


def test_the_catalogue_says_what_one_may_decide_and_who_decides_beyond(firm: Firm) -> None:
    page = browser_of(firm, "林晓岚").get("/authority/act/").content.decode()
    assert "≤ ¥100" in page and "客服部经理岗位说明书 v1 第3条" in page
    assert "客服部总监 高岚" in page
    assert "批准" not in page, "what is done on a record's own page is no blank form"


def test_the_catalogue_is_found_by_pinyin_initials(firm: Firm) -> None:
    page = browser_of(firm, "林晓岚").get("/authority/act/?q=jlyg").content.decode()
    assert "奖励员工" in page and "经济补偿" not in page


def test_who_may_do_nothing_gets_an_empty_page_that_teaches(firm: Firm) -> None:
    DeclaredAction.objects.all().delete()
    page = browser_of(firm, "何平").get("/authority/act/?q=xyz").content.decode()
    assert "没有符合条件的" in page


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("100", "可以直接办理：依据客服部经理岗位说明书 v1 第3条（≤ ¥100）。"),
        ("101", "金额 ¥101.00 超出 ≤ ¥100。将送客服部总监 高岚 审批"),
        ("900", "将送总经理 周岚 审批"),
        ("", "还需填写： 金额"),
        ("一堆", "不是金额"),
    ],
)
def test_the_limit_is_said_before_anything_is_sent(firm: Firm, amount: str, said: str) -> None:
    typed: Any = {"staff": firm["陈立"].pk, "amount": amount}
    hint = browser_of(firm, "林晓岚").get(f"{REWARD}hint/", typed)
    assert said in hint.content.decode()
    assert "<html" not in hint.content.decode()
    assert not Ruling.objects.filter(action="staff.reward").exists()


def test_without_the_person_the_hint_says_the_own_limit_only(firm: Firm) -> None:
    hint = browser_of(firm, "林晓岚").get(f"{REWARD}hint/", {"amount": "50"}).content.decode()
    assert "<strong>≤ ¥100</strong>" in hint and "还需填写： 员工" in hint
    assert "不在权限范围" not in hint


def test_the_hint_of_a_right_by_rule_waits_for_all_facts(firm: Firm) -> None:
    address = "/authority/act/organization.appoint_deputy/hint/"
    assert "还需填写" in browser_of(firm, "高岚").get(address, {"reason": "出差"}).content.decode()


def test_within_the_limit_it_is_done_sealed_and_in_the_log(firm: Firm) -> None:
    browser = browser_of(firm, "林晓岚")
    page = browser.post(REWARD, reward(firm, "80"), follow=True).content.decode()
    matter = Matter.objects.get()
    assert matter.number in page and "已办理" in page
    assert f"/audit/{Event.objects.get(kind='staff.reward').pk}/" in page


def test_beyond_it_becomes_a_request(firm: Firm) -> None:
    page = browser_of(firm, "林晓岚").post(REWARD, reward(firm, "101"), follow=True).content.decode()
    assert Request.objects.get().number in page
    assert not Matter.objects.exists()


def test_sending_twice_does_it_once_and_with_other_facts_again(firm: Firm) -> None:
    browser = browser_of(firm, "林晓岚")
    for amount in ("80", "80", "81"):
        assert browser.post(REWARD, reward(firm, amount)).status_code == 302
    assert sorted(matter.facts["amount"] for matter in Matter.objects.all()) == ["80.00", "81.00"]


def test_every_fault_stands_at_its_field_and_nothing_typed_is_lost(firm: Firm) -> None:
    answer = browser_of(firm, "林晓岚").post(REWARD, {"staff": "", "amount": "八十块多", "reason": "连续三月零投诉"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写员工" in page and "不是金额" in page
    assert "八十块多" in page and "连续三月零投诉" in page
    assert not Ruling.objects.exclude(action__startswith="organization").exists()


def test_a_refusal_comes_back_with_the_form(firm: Firm) -> None:
    facts = {"customer": "周", "amount": "80000", "reason": "装修损失"}
    answer = browser_of(firm, "陈立").post("/authority/act/remedy.compensate/", facts)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "≤ ¥5,000" in page and "请向上级报告" in page and "装修损失" in page


def test_a_rule_of_the_action_itself_comes_back_with_the_form(firm: Firm) -> None:
    facts = {"position": firm.positions["出纳"].pk, "person": firm["吴越"].pk, "start": "2026-01-01"}
    answer = browser_of(firm, "周岚").post("/authority/act/organization.appoint/", facts)
    assert answer.status_code == 422
    assert "吴越在这段时间已任职出纳" in answer.content.decode()


def test_an_action_of_the_kernel_ends_at_its_event(firm: Firm) -> None:
    now = timezone.localtime()
    facts = {
        "position": firm.positions["客服部总监"].pk,
        "principal": firm["高岚"].pk,
        "deputy": firm["孙可"].pk,
        "starts_at": now.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (now + dt.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"),
        "reason": "出差",
    }
    answer = browser_of(firm, "高岚").post("/authority/act/organization.appoint_deputy/", facts, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[0][0].startswith("/audit/")
    assert Acting.objects.get().deputy == firm["孙可"]


@pytest.mark.parametrize("name", ["approval.approve", "obligation.fulfil", "no.such.action"])
def test_what_has_no_form_is_not_there(firm: Firm, name: str) -> None:
    browser = browser_of(firm, "周岚")
    assert browser.get(f"/authority/act/{name}/").status_code == 404
    assert browser.post(f"/authority/act/{name}/", {}).status_code == 404


def test_a_link_may_fill_in_facts(firm: Firm) -> None:
    given: Any = {"amount": "80", "staff": firm["陈立"].pk}
    page = browser_of(firm, "林晓岚").get(REWARD, given).content.decode()
    assert 'value="80"' in page
    assert f'<option value="{firm["陈立"].pk}" selected>陈立</option>' in page


def test_whoever_was_chosen_is_kept_in_the_picker(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many names are sent along; a choice beyond them must survive a fault elsewhere in the form."""
    monkeypatch.setattr(forms, "NAMES_SENT_ALONG", 1)
    chosen = f'<option value="{firm["赵敏之"].pk}" selected>赵敏之</option>'
    answer = browser_of(firm, "林晓岚").post(REWARD, {"staff": firm["赵敏之"].pk, "amount": "", "reason": "x"})
    assert chosen in answer.content.decode()


def test_a_number_in_the_picker_gives_no_strangers_name_away(firm: Firm) -> None:
    answer = browser_of(firm, "林晓岚").post(REWARD, {"staff": firm["何平"].pk, "amount": "", "reason": "x"})
    assert "何平" not in answer.content.decode()


KINDS: Mapping[str, tuple[str, Any]] = {
    "money": ("1,234.50", "1234.50"),
    "percent": ("12.5%", "12.5"),
    "days": ("2.5", "2.5"),
    "count": ("3", 3),
    "text": ("甲", "甲"),
    "long_text": ("甲\r\n乙", "甲\r\n乙"),
    "yes_no": ("false", False),
    "date": ("2026-11-23", "2026-11-23"),
    "moment": ("2026-11-23T09:30", "2026-11-23T09:30:00+08:00"),
    "choice": ("b", "b"),
    "data": ('[{"action": "staff.*"}]', [{"action": "staff.*"}]),
}


@pytest.fixture
def action_of_all_kinds(firm: Firm) -> Any:
    facts: list[dict[str, Any]] = [{"name": kind, "kind": kind, "labels": {"zh-hans": kind}} for kind in KINDS]
    facts[9]["choices"] = [["a", {"zh-hans": "甲"}], ["b", {"zh-hans": "乙"}]]
    DeclaredAction.objects.create(name="general.all_kinds", labels={"zh-hans": "各种"}, facts=facts, origin="pack:test")
    lock_authority(exclusively=True)
    authority_changed()
    return all_actions()["general.all_kinds"]


def test_a_form_of_every_kind_gives_back_what_was_typed(firm: Firm, action_of_all_kinds: Any) -> None:
    form = form_for(action_of_all_kinds, firm["周岚"], {kind: typed for kind, (typed, _kept) in KINDS.items()})
    assert form.is_valid(), form.errors
    stored = action_of_all_kinds.to_json(form.facts())
    assert stored == {kind: kept for kind, (_typed, kept) in KINDS.items()}
    shown = form_values(action_of_all_kinds, stored)
    again = form_for(action_of_all_kinds, firm["周岚"], {**shown, "data": KINDS["data"][0]})
    assert again.is_valid() and action_of_all_kinds.to_json(again.facts()) == stored


def test_data_that_is_not_json_is_a_fault(firm: Firm, action_of_all_kinds: Any) -> None:
    typed = {kind: typed for kind, (typed, _kept) in KINDS.items()}
    form = form_for(action_of_all_kinds, firm["周岚"], {**typed, "data": "[{"})
    assert not form.is_valid()
    assert list(form.errors) == ["data"]


@pytest.mark.parametrize(
    ("address", "found"),
    [("people.json?q=cl", "陈立"), ("positions.json?q=kfbjl", "客服部经理"), ("units.json?q=CW", "财务部")],
)
def test_pickers_find_by_initials_and_codes(firm: Firm, address: str, found: str) -> None:
    results = browser_of(firm, "林晓岚").get(f"/authority/{address}").json()["results"]
    assert [result["label"] for result in results] == [found]
    assert all(result["value"].isdecimal() and result["note"] for result in results)
