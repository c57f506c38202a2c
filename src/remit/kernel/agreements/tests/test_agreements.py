"""A seller's days with quotes, contracts and confirmations."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pdfplumber
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from tests.cast import Firm, give
from tests.web_help import browser, page

from remit.kernel.agreements.lines import read_lines, totals_of
from remit.kernel.agreements.links import token_of
from remit.kernel.agreements.models import Agreement, AgreementVersion, PlanLine, ShareLink
from remit.kernel.agreements.papers import pdf_of
from remit.kernel.agreements.queries import chain_of, companies_to_remind, due_lines
from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.loading import authority_changed
from remit.kernel.authority.models import Step
from remit.kernel.documents.queries import content_of
from remit.kernel.organization.queries import today
from remit.kernel.parties.models import Party
from remit.kernel.work.models import WorkItem
from remit.lib import clock
from remit.schedule import follow_agreements

pytestmark = pytest.mark.django_db

TEA = {"goods": "云岭红茶", "spec": "250 g/罐", "quality": "特级", "unit": "罐", "quantity": "100", "unit_price": "128",
       "tax_rate": "13"}  # fmt: skip


@pytest.fixture
def sellers(firm: Firm) -> Firm:
    """陈立 may go 5 % below the list, 林晓岚 10 %, 周岚 any; 林晓岚 signs up to 20,000, 周岚 anything; 韩涛 keeps seals and ledger."""
    give(firm, "健康顾问", "第6条", *(
        {"action": f"agreement.{verb}", "limits": {"discount": "<= 5 %"}, "conditions": {"below_floor": [False]}}
        for verb in ("draft", "revise")
    ))  # fmt: skip
    give(firm, "客服部经理", "第8条", *(
        {"action": f"agreement.{verb}", "limits": {"discount": "<= 10 %"}, "conditions": {"below_floor": [False]}}
        for verb in ("draft", "revise")
    ), {"action": "contract.sign", "limits": {"amount": "<= 20000 CNY"}}, {"action": "contract.review"})  # fmt: skip
    give(firm, "总经理", "第9条", {"action": "agreement.*"}, {"action": "contract.*"}, {"action": "price.list"})
    give(
        firm, "财务总监", "第8条", {"action": "contract.review"}, {"action": "contract.register"}, {"action": "seal.*"}
    )
    authority_changed()
    firm.do(
        "周岚",
        "price.list",
        company=firm.health.pk,
        goods="云岭红茶",
        unit="罐",
        price="128",
        floor="100",
        tax_rate="13",
    )
    return firm


def draft(firm: Firm, party: Party, who: str = "陈立", **more: Any) -> Agreement:
    facts = {"party": party.pk, "kind": "quote", "title": "中秋礼茶", "lines": [TEA], **more}
    return Agreement.objects.get(pk=firm.do(who, "agreement.draft", **facts).subject[1])


def text_of(paper: bytes) -> str:
    with pdfplumber.open(io.BytesIO(paper)) as opened:
        return "\n".join(page.extract_text() for page in opened.pages)


@pytest.mark.ledger("S-063", "D-070", "P-042")
def test_from_quote_to_signed_confirmation(sellers: Firm, tea: Party) -> None:
    quote = draft(
        sellers, tea, lines=[{**TEA, "discount": "5"}], valid_until="2099-01-01", terms={"delivery": "九月十日前"}
    )
    assert (quote.number[:3], quote.amount, quote.state) == ("BJ-", Decimal("12160.00"), "draft")
    sellers.do("陈立", "agreement.send", agreement=quote.pk)
    made = sellers.do("陈立", "agreement.convert", agreement=quote.pk, to="confirmation")
    confirmation = Agreement.objects.get(pk=made.subject[1])
    assert (confirmation.amount, confirmation.source_id) == (quote.amount, quote.pk)
    assert [a.pk for a in chain_of(quote)] == [quote.pk, confirmation.pk] == [a.pk for a in chain_of(confirmation)]
    terms = {"place": "杭州", "port": "宁波", "destination": "汉堡", "packing": "纸箱", "delivery": "九月十日前",
             "payment": "预付三成", "inspection": "货到十日内", "seller_fax": "0571-88", "buyer_address": "汉堡 Hafen 1"}  # fmt: skip
    lines = [{**TEA, "discount": "5"}]
    sellers.do("陈立", "agreement.revise", agreement=confirmation.pk, title="中秋礼茶", lines=lines, terms=terms)
    with pytest.raises(NotYours):  # whoever has no part in the customer can't even ask
        sellers.do("赵敏之", "contract.sign", agreement=confirmation.pk)
    asked = sellers.do("陈立", "contract.sign", agreement=confirmation.pk)
    assert asked.kind == "requested"
    sellers.do("林晓岚", "approval.approve", request=asked.request_id, note="同意")
    confirmation.refresh_from_db()
    assert (confirmation.state, confirmation.signed_by) == ("signed", sellers["陈立"])
    assert confirmation.paper is not None
    words = text_of(content_of(confirmation.paper))
    for word in (
        "销售确认书",
        "SALES CONFIRMATION",
        "壹万贰仟壹佰陆拾元整",
        "12,160.00",
        "宁波",
        "Port of Loading",
        "第1页",
        "已签署",
    ):
        assert word.replace(" ", "") in words.replace(" ", ""), word
    with pytest.raises(RuleBroken):
        sellers.do("陈立", "agreement.revise", agreement=confirmation.pk, title="x", lines=lines)


@pytest.mark.ledger("S-059")
def test_a_discount_above_the_limit_is_asked_for_before_there_is_a_quote(sellers: Firm, tea: Party) -> None:
    facts = {"party": tea.pk, "kind": "quote", "title": "礼茶", "lines": [{**TEA, "discount": "8"}], "reason": "老客户"}
    asked = sellers.do("陈立", "agreement.draft", **facts)
    assert asked.kind == "requested" and not Agreement.objects.exists()
    sellers.do("林晓岚", "approval.approve", request=asked.request_id, note="同意")
    quote = Agreement.objects.get()
    assert (quote.made_by, quote.versions.get().discount) == (sellers["陈立"], Decimal("8.00"))
    # A lower price is a discount, too, and one below the floor goes to the very top, however it is spelt.
    lower = sellers.do("陈立", "agreement.draft", **{**facts, "lines": [{**TEA, "unit_price": "119"}]})
    floor = sellers.do("陈立", "agreement.draft", **{**facts, "lines": [{**TEA, "unit_price": "99"}]})
    spelt = sellers.do("陈立", "agreement.draft", **{**facts, "lines": [{**TEA, "goods": "云岭 红茶"}]})

    def asks(request: int | None) -> str:
        return Step.objects.get(request=request, closed_at=None).position.title

    assert [asks(r.request_id) for r in (lower, floor, spelt)] == ["客服部经理", "总经理", "总经理"]
    assert Agreement.objects.count() == 1


@pytest.mark.ledger("P-036", "D-062", "D-063", "S-060", "R-187")
def test_a_contract_is_reviewed_signed_by_whom_it_may_be_and_put_away(sellers: Firm, tea: Party) -> None:
    contract = draft(sellers, tea, kind="contract", terms={"payment": "分两期", "design": "礼盒设计"}, ends_on="2099-12-31",
                     plan=[{"due_on": "2026-12-01", "amount": "12000"}, {"due_on": "2027-01-01", "amount": "800"}])  # fmt: skip
    with pytest.raises(RuleBroken):
        sellers.do("周岚", "contract.sign", agreement=contract.pk)
    sellers.do("林晓岚", "contract.review", agreement=contract.pk, side="sales", passed=True)
    with pytest.raises(RuleBroken):  # one does not say no without saying why
        sellers.do("韩涛", "contract.review", agreement=contract.pk, side="finance", passed=False)
    sellers.do("韩涛", "contract.review", agreement=contract.pk, side="finance", passed=True, reason="账期可接受")
    # Changed, it is another version, and reviewed anew.
    plan = [{"due_on": "2026-12-01", "amount": "12800"}]
    sellers.do("陈立", "agreement.revise", agreement=contract.pk, title="中秋礼茶", lines=[TEA], plan=plan)
    with pytest.raises(RuleBroken):
        sellers.do("林晓岚", "contract.sign", agreement=contract.pk)
    for who, side in (("林晓岚", "sales"), ("韩涛", "finance")):
        sellers.do(who, "contract.review", agreement=contract.pk, side=side, passed=True)
    assert sellers.do("林晓岚", "contract.sign", agreement=contract.pk).kind == "done"  # 12,800 of her 20,000
    larger = draft(sellers, tea, kind="order", lines=[{**TEA, "quantity": "200"}])
    assert sellers.do("林晓岚", "contract.sign", agreement=larger.pk).kind == "requested"
    sellers.do("韩涛", "contract.register", agreement=contract.pk, kept_at="财务部 3 号柜", copies=2)
    contract.refresh_from_db()
    assert (contract.state, contract.signed_by, contract.kept_at) == ("signed", sellers["林晓岚"], "财务部 3 号柜")
    assert [due.amount for due in due_lines(contract.company_id, dt.date(2026, 12, 1))] == [Decimal("12800.00")]


def test_versions_stand_and_numbers_have_no_gaps(sellers: Firm, tea: Party) -> None:
    quote = draft(sellers, tea)
    seen = quote.version
    sellers.do(
        "陈立", "agreement.revise", agreement=quote.pk, title="礼茶", lines=[{**TEA, "quantity": "3"}], version=seen
    )
    with pytest.raises(RuleBroken):  # somebody else had the form open
        sellers.do("陈立", "agreement.revise", agreement=quote.pk, title="礼茶", lines=[TEA], version=seen)
    assert [v.total for v in quote.versions.order_by("number")] == [Decimal("12800.00"), Decimal("384.00")]
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementVersion.objects.filter(agreement=quote).update(title="别的")
    with pytest.raises(RuleBroken):
        draft(sellers, tea, lines=[])
    sellers.do("陈立", "agreement.cancel", agreement=quote.pk, reason="客户不要了")
    assert [draft(sellers, tea).number[-4:], draft(sellers, tea).number[-4:]] == ["0002", "0003"]
    quote.refresh_from_db()
    assert quote.state == "cancelled" and quote.number.endswith("0001")


def test_an_offer_that_has_lapsed_or_was_taken_up_is_not_taken_up(sellers: Firm, tea: Party) -> None:
    old = draft(sellers, tea, valid_until="2020-01-01")
    with pytest.raises(RuleBroken):
        sellers.do("陈立", "agreement.convert", agreement=old.pk, to="contract")
    quote = draft(sellers, tea)
    with pytest.raises(RuleBroken):
        sellers.do("陈立", "agreement.convert", agreement=quote.pk, to="title")
    sellers.do("陈立", "agreement.convert", agreement=quote.pk, to="order")
    with pytest.raises(RuleBroken):
        sellers.do("陈立", "agreement.convert", agreement=quote.pk, to="order")


@pytest.mark.ledger("P-045", "S-071")
def test_what_falls_due_and_what_ends_comes_onto_the_keepers_desk_once(sellers: Firm, tea: Party) -> None:
    day = today()
    order = draft(sellers, tea, kind="order", plan=[{"due_on": day.isoformat(), "amount": "12800"}])
    yearly = draft(sellers, tea, kind="contract", ends_on=(day + dt.timedelta(days=20)).isoformat(), renew_days=30)
    for who, side in (("林晓岚", "sales"), ("韩涛", "finance")):
        sellers.do(who, "contract.review", agreement=yearly.pk, side=side, passed=True)
    assert companies_to_remind(day) == []
    for agreement in (order, yearly):
        sellers.do("周岚", "contract.sign", agreement=agreement.pk)
    follow_agreements(0)
    items = WorkItem.objects.filter(source_kind__startswith="agreement_", done_at=None)
    assert {(item.source_kind, item.person) for item in items} == {
        ("agreement_due", sellers["陈立"]), ("agreement_end", sellers["陈立"])}  # fmt: skip
    assert companies_to_remind(day) == []
    line = PlanLine.objects.get(agreement=order)
    sellers.do("陈立", "agreement.note_payment", agreement=order.pk, line=line.pk, received="转账已到")
    renewal = Agreement.objects.get(
        pk=sellers.do("陈立", "agreement.convert", agreement=yearly.pk, to="contract").subject[1]
    )
    assert not items.all().exists() and renewal.source == yearly
    assert not due_lines(order.company_id, day).exists()


@pytest.mark.ledger("S-064", "D-071", "D-072", "D-073", "P-043", "P-044")
@pytest.mark.parametrize(
    ("kind", "terms", "lines", "words"),
    [
        ("promotion", {"based_on": "HT-2026-0009", "activity": "买二赠一", "costs": "各半"}, [], ["促销合作确认书", "买二赠一", "零售方"]),
        ("title", {"based_on": "HT-2026-0009", "delivery": "一号库"}, [TEA], ["货权确认书", "所有权", "风险", "需方"]),
        ("closing", {"account": "DL-88", "closes_on": "2026年11月30日"}, [], ["客户销户确认书", "不再有异议", "DL-88"]),
    ],
    ids=["promotion", "title", "closing"],
)  # fmt: skip
def test_confirmations_of_their_own_kind(
    sellers: Firm, tea: Party, kind: str, terms: dict[str, str], lines: list[dict[str, str]], words: list[str]
) -> None:
    paper = draft(sellers, tea, kind=kind, title="确认", terms=terms, lines=lines)
    sellers.do("周岚", "contract.sign", agreement=paper.pk, their_name="王经理")
    paper.refresh_from_db()
    read = text_of(pdf_of(paper)).replace(" ", "").replace("\n", "")
    assert [word for word in [*words, "王经理", "云岭茶业"] if word not in read] == []
    assert paper.state == "signed"


@pytest.mark.ledger("S-177")
def test_a_seal_has_its_keeper_and_each_use_its_number(sellers: Firm, tea: Party) -> None:
    order = draft(sellers, tea, kind="order")
    with pytest.raises(RuleBroken):  # nobody keeps it yet
        sellers.do("韩涛", "seal.use", seal="contract", paper="订单", reason="签约", agreement=order.pk)
    sellers.do(
        "韩涛", "seal.keep", company=sellers.health.pk, seal="contract", keeper=sellers["吴越"].pk, place="保险柜"
    )
    for _time in range(2):
        sellers.do("韩涛", "seal.use", seal="contract", paper=order.number, reason="签约", agreement=order.pk)
    sellers.do("韩涛", "seal.keep", company=sellers.health.pk, seal="contract", keeper=sellers["韩涛"].pk)
    uses = list(order.seal_uses.order_by("id"))
    assert [(use.number[-4:], use.keeper) for use in uses] == [("0001", sellers["吴越"]), ("0002", sellers["吴越"])]
    with pytest.raises(NotAuthorised):
        sellers.do("何平", "seal.use", seal="contract", paper="?", reason="?")
    assert "0002" in page(browser(sellers, "韩涛"), "/agreements/seals/")


def test_a_link_shows_one_version_until_it_ends_and_every_look_is_logged(sellers: Firm, tea: Party) -> None:
    quote = draft(sellers, tea)
    sellers.do("陈立", "agreement.share", agreement=quote.pk, days=7, with_prices=False)
    link = ShareLink.objects.get()
    url = f"/papers/{token_of(link)}/"
    sellers.do("陈立", "agreement.revise", agreement=quote.pk, title="改过的", lines=[TEA])
    nobody = Client()
    shown = nobody.get(url).content.decode()
    assert "中秋礼茶" in shown and "改过的" not in shown and "128" not in shown
    paper = text_of(nobody.get(f"{url}paper.pdf").content)
    assert "云岭红茶" in paper and "128" not in paper and "单价" not in paper
    link.refresh_from_db()
    assert link.views == 2 and Event.objects.filter(kind="agreement.shown").count() == 2
    assert nobody.get(url[:-3] + "xx/").status_code == 404
    with clock.set_to(link.expires_at + dt.timedelta(seconds=1)):
        assert nobody.get(url).status_code == 404
    sellers.do("陈立", "agreement.withdraw_link", agreement=quote.pk, link=link.pk)
    assert nobody.get(url).status_code == 404


def test_the_companys_own_word_template_is_filled_in_place(sellers: Firm, tea: Party) -> None:
    give(sellers, "总经理", "第10条", {"action": "agreement.put_template"})
    authority_changed()
    zhou, quote = browser(sellers, "周岚"), draft(sellers, tea)
    faulty, good = Document(), Document()
    faulty.add_paragraph("{{ nothing_of_the_kind }}")
    good.add_paragraph("致 {{ them.name }}：共 {{ capital }}{% for line in lines %}，{{ line.goods }}{% endfor %}")
    statuses = []
    for document in (faulty, good):
        kept = io.BytesIO()
        document.save(kept)
        upload = SimpleUploadedFile("报价.docx", kept.getvalue())
        statuses.append(zhou.post("/agreements/templates/", {"kind": "quote", "file": upload}).status_code)
    assert statuses == [422, 302]
    made = browser(sellers, "陈立").get(f"/agreements/{quote.pk}/paper.docx")
    assert Document(io.BytesIO(made.content)).paragraphs[0].text == "致 云岭茶业：共 壹万贰仟捌佰元整，云岭红茶"


def test_whoever_has_no_part_in_the_customer_sees_no_agreement(sellers: Firm, tea: Party) -> None:
    quote = draft(sellers, tea)
    for who in ("赵敏之", "何平"):
        seen = browser(sellers, who)
        assert seen.get(f"/agreements/{quote.pk}/").status_code == 404
        assert quote.number not in page(seen, "/agreements/")
        with pytest.raises(NotYours):
            sellers.do(who, "agreement.draft", party=tea.pk, kind="quote", title="x", lines=[TEA])
    for who in ("林晓岚", "韩涛", "周岚"):
        assert quote.number in page(browser(sellers, who), "/agreements/register/", kind="quote")


def test_the_ledger_as_a_workbook_holds_no_formula(sellers: Firm, tea: Party) -> None:
    draft(sellers, tea, title="=HYPERLINK(1)")
    sheet = load_workbook(
        io.BytesIO(browser(sellers, "韩涛").get("/agreements/register.xlsx", {"kind": "quote"}).content)
    )
    rows = list(sheet.worksheets[0].iter_rows())
    assert len(rows) == 2 and rows[1][2].data_type == "s" and rows[1][4].value == Decimal("12800")


def test_the_lists_ask_as_often_for_thirty_as_for_one(sellers: Firm, tea: Party) -> None:
    chen, counts = browser(sellers, "陈立"), []
    for more in (1, 29):
        for _n in range(more):
            draft(sellers, tea)
        page(chen, "/agreements/")
        with CaptureQueriesContext(connection) as asked:
            page(chen, "/agreements/")
            page(chen, "/agreements/register/", kind="quote")
        counts.append(len(asked))
    assert counts[0] == counts[1]


number = st.decimals(min_value="0.0001", max_value="99999", places=4).map(str)
percent = st.decimals(min_value="0", max_value="100", places=2).map(str)


@given(st.lists(st.fixed_dictionaries({"goods": st.just("茶"), "quantity": number, "unit_price": number,
                                       "discount": percent, "tax_rate": percent}), max_size=8))  # fmt: skip
def test_totals_are_the_sum_of_their_lines_to_the_cent(rows: list[dict[str, str]]) -> None:
    lines = read_lines(rows)
    totals = totals_of(lines)
    assert totals.total == sum((line.total for line in lines), Decimal(0)) == totals.net + totals.tax
    for line in lines:
        exact = line.quantity * line.unit_price * (100 - line.discount) / 100
        assert abs(line.total - exact) <= Decimal("0.005") and 0 <= line.net <= line.total


@pytest.mark.parametrize(
    "wrong",
    [{"quantity": "0"}, {"quantity": "-1"}, {"unit_price": "1e3x"}, {"discount": "101"}, {"goods": ""}, {"quantity": 1.5}],
    ids=["nothing", "negative", "no number", "discount", "nameless", "float"],
)  # fmt: skip
def test_a_line_that_cannot_be_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="1"):
        read_lines([{**TEA, **wrong}])
