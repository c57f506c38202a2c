"""The register of matters, and what is owed after the use of a grant, as pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from tests.browsing import browser_of
from tests.cast import Firm, away, build_firm

from remit.kernel.authority.models import Matter, Obligation

pytestmark = pytest.mark.django_db
PROVEN = {"customer": "王女士", "amount": "298.00", "defect_proven": True, "reason": "胶囊受潮结块"}
REGISTER = "/authority/matters/"
OWED = "/authority/obligations/"


@pytest.fixture
def firm() -> Firm:
    return build_firm()


def test_a_matter_shows_its_facts_clause_and_what_is_owed(firm: Firm) -> None:
    firm.do("陈立", "remedy.refund", **PROVEN)
    matter = Matter.objects.get()
    page = browser_of(firm, "陈立").get(f"{REGISTER}{matter.pk}/").content.decode()
    assert matter.number in page and "¥298.00" in page and "胶囊受潮结块" in page
    assert "健康顾问岗位说明书 v1 第1条" in page and "责任认定 · 客服部总监" in page


def test_an_approved_matter_leads_to_its_request(firm: Firm) -> None:
    asked = firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="101", reason="季度之星")
    firm.do("高岚", "approval.approve", request=asked.request_id)
    page = browser_of(firm, "林晓岚").get(f"{REGISTER}{Matter.objects.get().pk}/").content.decode()
    assert asked.request_number in page and "客服部总监岗位说明书 v1 第4条（≤ ¥500）" in page


def test_a_replaced_matter_says_by_which(firm: Firm) -> None:
    asked = firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="150", reason="季度之星")
    firm.do("高岚", "approval.approve", request=asked.request_id)
    firm.do("林晓岚", "approval.amend", request=asked.request_id, facts={"amount": "120"})
    before, after = Matter.objects.order_by("id")
    browser = browser_of(firm, "林晓岚")
    assert after.number in browser.get(f"{REGISTER}{before.pk}/").content.decode()
    assert before.number in browser.get(f"{REGISTER}{after.pk}/").content.decode()


@pytest.mark.parametrize("stranger", ["何平", "吴越", "赵敏之"])
def test_strangers_find_neither_matter_nor_obligation(firm: Firm, stranger: str) -> None:
    firm.do("陈立", "remedy.refund", **PROVEN)
    browser = browser_of(firm, stranger)
    assert browser.get(f"{REGISTER}{Matter.objects.get().pk}/").status_code == 404
    owed = Obligation.objects.get()
    assert browser.get(f"{OWED}{owed.pk}/").status_code == 404
    assert browser.post(f"{OWED}{owed.pk}/fulfilment/", {"answer": "company"}).status_code == 404
    assert "王女士" not in browser.get(REGISTER).content.decode()


def test_the_director_finds_who_is_responsible_and_that_person_signs(firm: Firm) -> None:
    firm.do("陈立", "remedy.refund", **PROVEN)
    finding = Obligation.objects.get()
    director = browser_of(firm, "高岚")
    assert "由谁承担责任" in director.get(f"{OWED}{finding.pk}/").content.decode()
    nobody = director.post(f"{OWED}{finding.pk}/fulfilment/", {"answer": "person", "responsible": ""})
    assert nobody.status_code == 422 and "请指明责任人" in nobody.content.decode()
    director.post(f"{OWED}{finding.pk}/fulfilment/", {"answer": "person", "responsible": firm["赵敏之"].pk})
    signature = Obligation.objects.get(kind="countersign")
    signer = browser_of(firm, "赵敏之")
    assert "是否签字" in signer.get(f"{OWED}{signature.pk}/").content.decode()
    signer.post(f"{OWED}{signature.pk}/fulfilment/", {"answer": "signed"})
    page = signer.get(f"{OWED}{signature.pk}/").content.decode()
    assert "已签字" in page and "赵敏之" in page
    assert "赵敏之" in director.get(f"{REGISTER}{Matter.objects.get().pk}/").content.decode()


def test_an_objection_needs_a_note(firm: Firm) -> None:
    firm.do("高岚", "remedy.compensate", customer="周先生", amount="300", reason="漏液", seller=firm["陈立"].pk)
    owed = Obligation.objects.get(person=firm["陈立"])
    signer = browser_of(firm, "陈立")
    answer = signer.post(f"{OWED}{owed.pk}/fulfilment/", {"answer": "objected", "note": ""})
    assert answer.status_code == 422 and "质疑或异议" in answer.content.decode()
    signer.post(f"{OWED}{owed.pk}/fulfilment/", {"answer": "objected", "note": "客户自行改装"})
    assert "客户自行改装" in browser_of(firm, "高岚").get(f"{OWED}{owed.pk}/").content.decode()


def test_whose_act_it_was_may_read_but_not_sign(firm: Firm) -> None:
    firm.do("陈立", "remedy.refund", **PROVEN)
    owed = Obligation.objects.get()
    browser = browser_of(firm, "陈立")
    assert "fulfilment/" not in browser.get(f"{OWED}{owed.pk}/").content.decode()
    assert browser.post(f"{OWED}{owed.pk}/fulfilment/", {"answer": "company"}).status_code == 403


def test_the_principal_sees_what_is_owed_after_his_deputys_acts(firm: Firm) -> None:
    away(firm, "高岚", "孙可")
    firm.do("孙可", "remedy.compensate", customer="周先生", amount="300", reason="漏液", seller=firm["陈立"].pk)
    page = browser_of(firm, "高岚").get(f"{OWED}?tab=open").content.decode()
    assert page.count("会签") >= 3


def test_tabs_of_what_is_owed(firm: Firm) -> None:
    firm.do("陈立", "remedy.refund", **PROVEN)
    director = browser_of(firm, "高岚")

    def count(tab: str) -> int:
        return len(director.get(f"{OWED}?tab={tab}").context["rows"])

    assert (count("owed"), count("open"), count("done")) == (1, 1, 0)
    firm.do("高岚", "obligation.fulfil", obligation=Obligation.objects.get().pk, answer="company")
    assert (count("owed"), count("open"), count("done")) == (0, 0, 1)


@pytest.mark.parametrize("address", [REGISTER, OWED])
def test_thirty_rows_cost_as_many_queries_as_one(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    browser = browser_of(firm, "高岚")
    firm.do("陈立", "remedy.refund", **PROVEN)
    browser.get(address)
    with CaptureQueriesContext(connection) as one:
        browser.get(address)
    for _time in range(29):
        firm.do("陈立", "remedy.refund", **PROVEN)
    with django_assert_num_queries(len(one)):
        answer = browser.get(address)
    assert len(answer.context["rows"]) == 30
