"""The pages of procedures and cases, as people open and send them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.browsing import browser_of

from remit.kernel.procedures.models import Case
from remit.kernel.procedures.tests.department import INTAKE, Department

pytestmark = pytest.mark.django_db


def test_a_complaint_is_taken_in_on_a_page_and_worked_on_in_its_own(department: Department) -> None:
    browser = browser_of(department.firm, "陈立")
    new = reverse("procedures:case-new", args=["complaint"])
    assert "投诉内容" in browser.get(new).content.decode()
    wrong = browser.post(new, {**INTAKE, "title": "按摩椅反复停机", "subject": "周敏", "content": ""})
    assert wrong.status_code == 422
    assert "周敏 13900001111" in wrong.content.decode(), "what was typed stays"
    sent = browser.post(new, {**INTAKE, "title": "按摩椅反复停机", "subject": "周敏", "key": "a"})
    assert sent.status_code == 302
    again = browser.post(new, {**INTAKE, "title": "按摩椅反复停机", "subject": "周敏", "key": "a"})
    assert again["Location"] == sent["Location"], "sent twice it is one case"
    page = browser.get(sent["Location"]).content.decode()
    assert "投诉判断" in page
    case = Case.objects.get()
    url = reverse("procedures:step-submit", args=[case.pk, department.run(case).pk])
    judged = {"reason_sufficient": "true", "demand_reasonable": "true", "department": department.firm.service.pk,
              "promised": "2026-11-30", "outcome": "established"}  # fmt: skip
    assert browser.post(url, {**judged, "promised": ""}).status_code == 422
    assert browser.post(url, judged).status_code == 302
    late = browser.post(url, judged)
    assert late.status_code == 409
    assert "陈立" in late.content.decode(), "the second is told who was first"


def test_evidence_is_kept_and_given_out_to_those_who_see_the_case(department: Department) -> None:
    case = department.open()
    department.judged(case)
    browser = browser_of(department.firm, "高岚")
    url = reverse("procedures:step-submit", args=[case.pk, department.run(case).pk])
    photo = SimpleUploadedFile("控制板.jpg", b"a picture", "image/jpeg")
    answers = {"cause": "接触不良", "findings": photo, "outcome": "found"}
    assert browser.post(url, answers).status_code == 302
    case.refresh_from_db()
    (file,) = case.values["findings"]
    url = reverse("procedures:case-file", args=[case.pk, file])
    assert b"".join(browser_of(department.firm, "陈立").get(url)) == b"a picture"
    assert browser_of(department.firm, "何平").get(url).status_code == 404


def test_the_limit_stands_beside_the_form_before_it_is_sent(department: Department) -> None:
    case = department.open()
    department.judged(case)
    department.investigated(case)
    department.proposed(case)
    department.chosen(case)
    browser = browser_of(department.firm, "陈立")
    url = reverse("procedures:step-hint", args=[case.pk, department.run(case).pk])
    assert browser.get(url, {"remedy": "none"}).content.strip() == b""
    told = browser.get(url, {"remedy": "compensate", "amount": "800", "done": "补偿"}).content.decode()
    assert "周岚" in told or "总经理" in told


def test_a_stranger_finds_nothing(department: Department) -> None:
    case = department.open()
    for who in ("何平", "吴越"):
        browser = browser_of(department.firm, who)
        assert browser.get(reverse("procedures:case-detail", args=[case.pk])).status_code == 404
        assert case.title not in browser.get(reverse("procedures:case-list") + "?state=all").content.decode()
        assert browser.get(reverse("procedures:case-statistics")).status_code == 200


def test_a_list_of_many_asks_as_often_as_one_of_few(department: Department) -> None:
    department.open()
    browser = browser_of(department.firm, "高岚")

    def queries() -> int:
        browser.get(reverse("procedures:case-list"))
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(reverse("procedures:case-list")).status_code == 200
        return len(captured)

    few = queries()
    for number in range(12):
        department.open(title=f"第{number}件")
    assert queries() == few


@pytest.mark.parametrize("name", ["procedures:list", "procedures:case-list", "procedures:case-statistics"])
def test_the_lists_open(department: Department, name: str) -> None:
    department.open()
    assert browser_of(department.firm, "林晓岚").get(reverse(name)).status_code == 200


def test_the_picture_of_a_procedure_can_be_read_aloud(department: Department) -> None:
    page = browser_of(department.firm, "陈立").get(reverse("procedures:detail", args=["complaint"])).content.decode()
    assert '<title id="diagram-title">投诉处理</title>' in page
    assert "成立 → 调查原因" in page
