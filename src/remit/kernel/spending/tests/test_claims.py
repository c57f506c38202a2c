"""陈立 was in Shanghai: he claims, 韩涛 looks at the invoices, 吴越 pays and stamps them; and nobody gets the same ticket paid twice."""

import datetime as dt
import io
from decimal import Decimal

import pdfplumber
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from tests.browsing import browser_of
from tests.cast import Firm

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.gate import perform
from remit.kernel.documents.actions import store
from remit.kernel.ledger.queries import balance_of
from remit.kernel.ledger.verifying import faults
from remit.kernel.spending.access import FILES_ROOM, visible_claims
from remit.kernel.spending.models import Claim, ClaimLine, Stamp
from remit.kernel.spending.papers import claim_pdf
from remit.kernel.spending.tests.claiming import OFFICE, TRAVEL, filed, line, paid, reviewed
from remit.lib.sheets import read_sheet

END = dt.date(2026, 12, 31)


def _words(claim: Claim) -> str:
    with pdfplumber.open(io.BytesIO(claim_pdf(claim))) as paper:
        return "".join(char["text"] for page in paper.pages for char in page.chars)


@pytest.mark.ledger("S-171", "P-095")
def test_from_the_claim_to_the_cash(firm: Firm) -> None:
    claim = filed(firm, line(), line("88", "", account=OFFICE, purpose="打车"))
    assert (claim.number, claim.amount, claim.unit, claim.state) == (
        "BX-2026-0001",
        Decimal("408.50"),
        firm.service,
        "filed",
    )
    with pytest.raises(RuleBroken, match="待审核"):
        firm.do("吴越", "claim.pay", claim=claim.pk, way="cash", on="2026-03-20")
    firm.do("韩涛", "claim.review", claim=claim.pk, note="票据齐全")
    firm.do("吴越", "claim.pay", claim=claim.pk, way="cash", on="2026-03-20")
    claim.refresh_from_db()
    assert claim.state == "paid" and claim.entry is not None and claim.entry.made_by == firm["吴越"]
    legs = list(claim.entry.legs.order_by("line").values_list("account__code", "amount"))
    assert legs == [(TRAVEL, Decimal("320.50")), (OFFICE, Decimal("88.00")), ("1001", Decimal("-408.50"))]
    assert claim.entry.papers == 1, "one invoice, and a ride without"
    assert balance_of(firm.health.pk, "1001", END) == Decimal("3591.50")
    with pytest.raises(RuleBroken):
        firm.do("吴越", "claim.pay", claim=claim.pk, way="cash", on="2026-03-20")
    assert list(faults()) == []
    assert filed(firm, line(number="1")).number == "BX-2026-0002", "numbers have no gaps"


@pytest.mark.ledger("R-085")
def test_an_invoice_is_claimed_once_and_paid_once(firm: Firm) -> None:
    first = filed(firm)
    typed = line("999", "No. 4758321", " 33002-04130 ")  # the same invoice as another hand types it
    with pytest.raises(RuleBroken, match=r"2026-03-20.*BX-2026-0001"):
        filed(firm, typed, who="赵敏之")
    with pytest.raises(RuleBroken, match="第 2 行"):
        filed(firm, line(number="77"), line("1", "0077"), who="赵敏之")
    firm.do("陈立", "claim.withdraw", claim=first.pk)
    settled = paid(firm, typed, who="赵敏之")
    assert list(Stamp.objects.values_list("key", "on", "by")) == [
        ("3300204130-04758321", dt.date(2026, 3, 20), firm["吴越"].pk)
    ]
    with pytest.raises(RuleBroken, match=rf"{settled.number}.*2026-03-20.*两次"):
        filed(firm)
    assert Claim.objects.count() == 2, "what was refused took no number"
    with pytest.raises(IntegrityError), transaction.atomic():
        Stamp.objects.create(key="3300204130-04758321", line=first.lines.get(), on=END)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimLine.objects.create(claim=settled, line=9, on=END, purpose="又来", account=first.lines.get().account, amount=1,
                                 key="3300204130-04758321")  # fmt: skip
    for wrong in (line(code=""), line(number="", invoice_code="3300204130"), line(number="发票呢")):
        with pytest.raises(RuleBroken, match="第 1 行"):
            filed(firm, wrong)
    assert filed(firm, line("5", "26332000000012345678", "3300204130")).lines.get().invoice_code == ""


def test_an_invoice_of_another_company_is_no_secret_but_its_claim_is(firm: Firm) -> None:
    perform(system("set-up"), "ledger.found", {"company": firm.property.pk, "month": "2026-01-01"})
    claim = filed(firm)
    with pytest.raises(RuleBroken, match="集团") as refused:
        filed(firm, who="何平")
    assert claim.number not in refused.value.sentence
    assert not visible_claims(firm["何平"]).exists()
    with pytest.raises(NotYours):
        firm.do("何平", "claim.withdraw", claim=claim.pk)


@pytest.mark.ledger("S-171")
def test_the_claimant_the_reviewer_and_the_payer_are_three(firm: Firm) -> None:
    own = filed(firm, line(number="11"), who="韩涛")
    with pytest.raises(RuleBroken):
        firm.do("周岚", "claim.pay", claim=own.pk, way="cash", on="2026-03-20")
    firm.do("周岚", "claim.review", claim=own.pk)
    with pytest.raises(RuleBroken, match="另一人"):
        firm.do("周岚", "claim.pay", claim=own.pk, way="cash", on="2026-03-20")
    firm.do("吴越", "claim.pay", claim=own.pk, way="cash", on="2026-03-20")
    boss = filed(firm, line(number="12"), who="周岚")
    with pytest.raises(NotAuthorised):
        firm.do("周岚", "claim.reject", claim=boss.pk, reason="自己的")
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=boss.pk).update(
            state="reviewed", reviewed_by=firm["周岚"].pk, reviewed_at=boss.filed_at
        )


def test_what_is_too_much_for_one_is_asked_of_the_next(firm: Firm) -> None:
    claim = filed(firm, line("5000.01"))
    asked = firm.do("韩涛", "claim.review", claim=claim.pk)
    assert asked.kind == "requested"
    claim.refresh_from_db()
    assert claim.state == "filed"
    firm.do("周岚", "approval.approve", request=asked.request_id, note="同意")
    claim.refresh_from_db()
    assert claim.state == "reviewed" and claim.reviewed_by == firm["韩涛"]
    assert (
        firm.do("吴越", "claim.pay", claim=claim.pk, way="bank", on="2026-03-20", reference="WY1").kind == "requested"
    )


def test_the_drawer_pays_no_more_than_it_holds_and_a_reference_pays_once(firm: Firm) -> None:
    first, second = reviewed(firm, line("2500")), reviewed(firm, line("2500", "2"))
    firm.do("吴越", "claim.pay", claim=first.pk, way="cash", on="2026-03-20")
    with pytest.raises(RuleBroken, match="1,500"):
        firm.do("吴越", "claim.pay", claim=second.pk, way="cash", on="2026-03-20")
    with pytest.raises(RuleBroken):
        firm.do("吴越", "claim.pay", claim=second.pk, way="bank", on="2026-03-20")
    firm.do("吴越", "claim.pay", claim=second.pk, way="bank", on="2026-03-20", reference="WY1")
    third = reviewed(firm, line("1", "3"))
    with pytest.raises(RuleBroken, match="WY1"):
        firm.do("吴越", "claim.pay", claim=third.pk, way="bank", on="2026-03-20", reference="WY1")
    with pytest.raises(RuleBroken):
        firm.do("吴越", "claim.pay", claim=third.pk, way="cash", on="2026-03-21")


def test_a_returned_claim_is_mended_and_filed_anew(firm: Firm) -> None:
    claim = filed(firm)
    firm.do("韩涛", "claim.return", claim=claim.pk, reason="缺行程单")
    again = filed(firm, line("300"), replaces=claim.pk)
    assert again.replaces == claim and again.number == "BX-2026-0002"
    with pytest.raises(RuleBroken):
        filed(firm, line("1", "5"), replaces=claim.pk)
    firm.do("韩涛", "claim.reject", claim=again.pk, reason="与工作无关")
    with pytest.raises(RuleBroken):
        filed(firm, line("1", "5"), replaces=again.pk)
    with pytest.raises(RuleBroken):
        firm.do("韩涛", "claim.review", claim=again.pk)
    with pytest.raises(NotYours):
        filed(firm, line("1", "5"), replaces=again.pk, who="赵敏之")


def test_the_database_keeps_what_was_filed(firm: Firm) -> None:
    claim = paid(firm)
    for broken in (
        lambda: Claim.objects.filter(pk=claim.pk).update(amount=1),
        lambda: Claim.objects.filter(pk=claim.pk).update(state="filed"),
        lambda: Claim.objects.filter(pk=claim.pk).delete(),
        lambda: claim.lines.update(amount=1),
        lambda: Stamp.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()


@pytest.mark.ledger("D-081")
def test_the_paper_bears_capitals_and_the_stamp(firm: Firm) -> None:
    claim = filed(firm)
    before = _words(claim)
    assert "叁佰贰拾元伍角" in before and "付讫" not in before
    firm.do("韩涛", "claim.review", claim=claim.pk)
    firm.do("吴越", "claim.pay", claim=claim.pk, way="cash", on="2026-03-20")
    claim = Claim.objects.select_related("company", "claimant", "unit", "entry").get(pk=claim.pk)
    after = _words(claim)
    assert "付讫" in after and "2026-03记-2" in after.replace(" ", "")


def test_the_pages(firm: Firm) -> None:
    browser = browser_of(firm, "陈立")
    new = reverse("spending:new")
    assert "差旅费" in browser.get(new).content.decode()
    sent = {f"line_{key}": value for key, value in line().items()}
    assert browser.post(new, {**sent, "title": "拜访客户", "line_amount": "x"}).status_code == 422
    picture = SimpleUploadedFile("票.jpg", b"\xff\xd8\xff", "image/jpeg")
    done = browser.post(new, {**sent, "title": "拜访客户", "files": picture})
    claim = Claim.objects.get()
    assert done.status_code == 302 and done["Location"] == reverse("spending:claim", args=[claim.pk])
    one = reverse("spending:claim", args=[claim.pk])
    assert "票.jpg" in browser.get(one).content.decode()
    original = reverse("spending:original", args=[claim.pk, claim.papers.get().pk])
    assert browser.get(original).status_code == 200
    assert browser.get(reverse("spending:paper", args=[claim.pk]))["Content-Type"] == "application/pdf"
    assert browser_of(firm, "赵敏之").get(original).status_code == 404
    more = browser.post(reverse("spending:lines"), {**sent, "rows": "line"}).content.decode()
    assert more.count('name="line_amount"') == 2
    assert browser.post(reverse("spending:review", args=[claim.pk]), {}).status_code == 302
    claim.refresh_from_db()
    assert claim.state == "filed", "he has no right to review"
    head, cashier = browser_of(firm, "韩涛"), browser_of(firm, "吴越")
    assert claim.number in head.get(reverse("spending:claims")).content.decode()
    assert head.post(reverse("spending:return", args=[claim.pk]), {"reason": "缺行程单"}).status_code == 302
    anew = f"{new}?from={claim.pk}"
    assert "04758321" in browser.get(anew).content.decode()
    assert browser.post(anew, {**sent, "title": "拜访客户"}).status_code == 302
    again = Claim.objects.get(replaces=claim)
    assert head.post(reverse("spending:review", args=[again.pk]), {"note": ""}).status_code == 302
    assert (
        cashier.post(reverse("spending:pay", args=[again.pk]), {"way": "cash", "on": "2026-03-20"}).status_code == 302
    )
    again.refresh_from_db()
    assert again.state == "paid"
    assert "付讫" in browser.get(reverse("spending:claim", args=[again.pk])).content.decode()


def test_the_lists_ask_the_same_however_long_they_are(firm: Firm) -> None:
    head, own = browser_of(firm, "韩涛"), browser_of(firm, "陈立")
    urls = [(head, reverse("spending:claims") + "?state=all"), (own, reverse("spending:mine"))]
    filed(firm, line(purpose="=1+1"), title="=1+1")

    def counted(browser, url: str) -> int:  # type: ignore[no-untyped-def]
        browser.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    few = [counted(*pair) for pair in urls]
    for n in range(8):
        filed(firm, line(number=f"5{n}"))
    assert [counted(*pair) for pair in urls] == few
    sheet = read_sheet(head.get(urls[0][1] + "&format=xlsx").content)
    assert len(sheet.rows) == 9
    book = load_workbook(io.BytesIO(head.get(urls[0][1] + "&format=xlsx").content))
    assert "'=1+1" in {str(cell.value) for row in book.worksheets[0] for cell in row}


def test_files_of_others_go_with_no_claim(firm: Firm) -> None:
    file = store(b"x", "票.jpg", "image/jpeg", actor=firm.actor("赵敏之"), room=FILES_ROOM, company_id=firm.property.pk)
    with pytest.raises(NotYours):
        filed(firm, files=[file.pk])
    assert not Claim.objects.exists()
