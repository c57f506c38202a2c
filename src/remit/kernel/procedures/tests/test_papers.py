"""What is kept of a case on paper: its record with a place for signatures."""

import io

import pdfplumber
import pytest
from django.urls import reverse
from tests.browsing import browser_of

from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.queries import open_content
from remit.kernel.procedures.checking import read_procedure
from remit.kernel.procedures.standing import put_procedure
from remit.kernel.procedures.tests.department import Department
from remit.kernel.procedures.tests.test_many import FIRST

pytestmark = pytest.mark.django_db
WITH_PAPER = FIRST.replace(
    "ends: [{id: replied, labels: {zh-hans: 已答复}}]",
    "ends: [{id: replied, labels: {zh-hans: 已答复}, produces: [{labels: {zh-hans: 咨询答复单}, signed_by: [{zh-hans: 客户签字}]}]}]",
)


def text_of(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as paper:
        return "".join(page.extract_text() for page in paper.pages)


@pytest.mark.ledger("R-035", "P-025")
def test_the_record_of_a_complaint_tells_every_step_with_its_answers(department: Department) -> None:
    """It is there for whoever sees the case, while it runs and for ever after."""
    case = department.open()
    department.judged(case)
    department.investigated(case)
    page = browser_of(department.firm, "陈立").get(reverse("procedures:case-record", args=[case.pk]))
    assert page["Content-Type"] == "application/pdf"
    told = text_of(page.content)
    assert case.number in told and "控制板接触不良" in told and "高岚" in told and "客户签字" in told
    assert browser_of(department.firm, "何平").get(reverse("procedures:case-record", args=[case.pk])).status_code == 404


def test_an_end_produces_a_paper_that_is_kept_with_the_case(department: Department) -> None:
    put_procedure(read_procedure(WITH_PAPER, "q.yaml")[0], "pack:test")
    case = department.open(procedure="question", answers=None)
    department.submit("陈立", case, found="两年")
    assert not StoredFile.objects.filter(room="procedures").exists()
    department.submit("陈立", case)
    (kept,) = StoredFile.objects.filter(room="procedures")
    assert kept.name == f"咨询答复单 {case.number}.pdf"
    with open_content(kept) as content:
        told = text_of(content.read())
    assert "两年" in told and "客户签字" in told and "已答复" in told
    browser = browser_of(department.firm, "陈立")
    assert "咨询答复单" in browser.get(reverse("procedures:case-detail", args=[case.pk])).content.decode()
    assert browser.get(reverse("procedures:case-file", args=[case.pk, kept.pk])).status_code == 200
