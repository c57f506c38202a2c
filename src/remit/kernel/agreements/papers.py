"""Agreements as papers: what stands on them as data, for the built-in PDF and for a company's own Word template."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone

from remit.kernel.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementState,
    AgreementVersion,
    PaperTemplate,
)
from remit.kernel.agreements.terms import TERMS
from remit.kernel.documents.queries import content_of
from remit.kernel.documents.rendering import docx, pdf
from remit.lib.amounts import capital_rmb

# What each kind is called on paper, whatever language its writer reads.
HEADINGS: Final = {
    AgreementKind.QUOTE: ("报价单", "QUOTATION"),
    AgreementKind.CONTRACT: ("销售合同", "SALES CONTRACT"),
    AgreementKind.CONFIRMATION: ("销售确认书", "SALES CONFIRMATION"),
    AgreementKind.ORDER: ("销售订单", "SALES ORDER"),
    AgreementKind.PROMOTION: ("促销合作确认书", ""),
    AgreementKind.TITLE: ("货权确认书", ""),
    AgreementKind.CLOSING: ("客户销户确认书", ""),
}
PARTIES: Final = {
    AgreementKind.PROMOTION: ("零售方", "供应方"),
    AgreementKind.TITLE: ("供方", "需方"),
    AgreementKind.CLOSING: ("公司", "客户"),
}
# What a paper of its kind declares before its terms; in our own words.
OPENINGS: Final = {
    AgreementKind.CONFIRMATION: (
        "买卖双方同意按下列条款成交：",
        "The Seller and the Buyer agree to the transaction on the terms stated below:",
    ),
    AgreementKind.CONTRACT: ("双方经协商一致，订立本合同：", "The parties have agreed as follows:"),
    AgreementKind.PROMOTION: ("供应方确认按下列内容参加零售方的促销，作为双方所签合同的补充：", ""),
    AgreementKind.TITLE: (
        "供方与需方确认：下列货物的所有权自签约日期起归需方所有；除下文另有约定外，毁损、灭失的风险同时转由需方承担。",
        "",
    ),
    AgreementKind.CLOSING: (
        "客户确认终止与公司的代理关系，认可截至销户日期的交易结果、结算数据与资金数额，对此不再有异议：",
        "",
    ),
}


def _figure(number: Decimal) -> str:
    """3, 2.5, 1,200: as people write it, without zeros at the end."""
    return f"{number.normalize():,f}"


def _money(number: Decimal) -> str:
    return f"{number:,.2f}"


def paper_data(
    agreement: Agreement, version: AgreementVersion | None = None, *, with_prices: bool = True
) -> dict[str, Any]:
    """Everything that a paper shows, as text. Without prices it has none at all, not even hidden ones. Three queries."""
    said = version or agreement.versions.get(number=agreement.current)
    kind = AgreementKind(agreement.kind)
    heading, english = HEADINGS[kind]
    us, them = PARTIES.get(kind, ("卖方", "买方"))
    opening, opening_english = OPENINGS.get(kind, ("", ""))
    is_signed = agreement.state == AgreementState.SIGNED and said.number == agreement.current
    data: dict[str, Any] = {
        "heading": heading,
        "english": english,
        "opening": opening,
        "opening_english": opening_english,
        "number": agreement.number,
        "title": said.title,
        "version": said.number,
        "day": _day(agreement.signed_on if is_signed else timezone.localdate(said.made_at)),
        "valid_until": _day(said.valid_until),
        "ends_on": _day(said.ends_on),
        "us": {"role": us, "name": agreement.company.name, "person": "", "position": "", "signed_on": ""},
        "them": {"role": them, "name": agreement.party.name, "person": agreement.signed_for_them if is_signed else ""},
        "terms": [
            {"label": term.chinese, "english": term.english, "text": said.terms[term.name]}
            for term in TERMS[kind]
            if term.name in said.terms
        ],
        "with_prices": with_prices,
        "lines": [
            {
                "goods": line.goods,
                "quality": line.quality,
                "spec": line.spec,
                "unit": line.unit,
                "quantity": _figure(line.quantity),
                "unit_price": _money(line.unit_price) if with_prices else "",
                "discount": f"{_figure(line.discount)}%" if with_prices and line.discount else "",
                "tax_rate": f"{_figure(line.tax_rate)}%" if with_prices else "",
                "total": _money(line.total) if with_prices else "",
            }
            for line in said.lines.order_by("position")
        ],
        "total": _money(said.total) if with_prices else "",
        "net": _money(said.net) if with_prices else "",
        "tax": _money(said.tax) if with_prices else "",
        "capital": capital_rmb(said.total) if with_prices else "",
        "plan": [],
        "is_signed": is_signed,
        "is_draft": agreement.state == AgreementState.DRAFT,
    }
    if with_prices and said.number == agreement.current:
        data["plan"] = [
            {"due_on": _day(due.due_on), "amount": _money(due.amount), "note": due.note}
            for due in agreement.plan.order_by("position")
        ]
    if is_signed:
        name = agreement.signed_by.name if agreement.signed_by is not None else ""
        data["us"] |= {"person": name, "position": agreement.signed_as, "signed_on": _day(agreement.signed_on)}
    return data


def _day(day: dt.date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else ""


def pdf_of(agreement: Agreement, version: AgreementVersion | None = None, *, with_prices: bool = True) -> bytes:
    """The built-in paper. Raises BadPaperData."""
    return pdf.render("agreement", paper_data(agreement, version, with_prices=with_prices))


def template_for(company_id: int, kind: str) -> PaperTemplate | None:
    return PaperTemplate.objects.select_related("file").filter(company=company_id, kind=kind).order_by("-id").first()


def docx_of(agreement: Agreement, template: PaperTemplate, *, with_prices: bool = True) -> bytes:
    """The company's own template, filled in place. Raises BadTemplate, BadPaperData."""
    return docx.render(content_of(template.file), word_data(paper_data(agreement, with_prices=with_prices)))


def word_data(data: dict[str, Any]) -> dict[str, Any]:
    """For templates the terms stand by their printed names, too: {{ term.付款条件 }}."""
    return {**data, "term": {row["label"]: row["text"] for row in data["terms"]}}


def sample_data(kind: str, company: str) -> dict[str, Any]:
    """A paper of the kind with something in every place, to try a template on."""
    heading, english = HEADINGS[AgreementKind(kind)]
    text = "样例"
    line = dict.fromkeys(
        ("goods", "quality", "spec", "unit", "quantity", "unit_price", "discount", "tax_rate", "total"), text
    )
    return word_data(
        {
            **dict.fromkeys(("opening", "opening_english", "title", "day", "valid_until", "ends_on", "total", "net", "tax"), text),
            "heading": heading,
            "english": english,
            "number": "HT-2026-0001",
            "version": 1,
            "us": {"role": "卖方", "name": company, "person": text, "position": text, "signed_on": text},
            "them": {"role": "买方", "name": text, "person": text},
            "terms": [{"label": term.chinese, "english": term.english, "text": text} for term in TERMS[kind]],
            "with_prices": True,
            "lines": [line, line],
            "capital": capital_rmb(Decimal("1234.50")),
            "plan": [{"due_on": text, "amount": text, "note": text}],
            "is_signed": True,
            "is_draft": False,
        }
    )  # fmt: skip
