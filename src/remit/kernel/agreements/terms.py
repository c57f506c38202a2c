"""What stands in each kind of paper besides its lines: names, labels and, where the trade has them, the words in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.agreements.models import AgreementKind
from remit.lib.printable import made_printable

LONGEST: Final = 600


@dataclass(frozen=True, slots=True)
class Term:
    """One field. `chinese` and `english` are printed: a paper has its words whatever language its writer reads."""

    name: str
    label: Promise
    chinese: str
    english: str = ""
    is_long: bool = False


_PLACE: Final = Term("place", gettext_lazy("Place of signing"), "签约地点", "Signed at")
_SELLER: Final = (
    Term("seller_address", gettext_lazy("Our address"), "卖方地址", "Seller's address"),
    Term("seller_telex", gettext_lazy("Our telex"), "电传", "Telex"),
    Term("seller_fax", gettext_lazy("Our fax"), "传真", "Fax"),
)
_BUYER: Final = (
    Term("buyer_address", gettext_lazy("Customer's address"), "买方地址", "Buyer's address"),
    Term("buyer_telex", gettext_lazy("Customer's telex"), "电传", "Telex"),
    Term("buyer_fax", gettext_lazy("Customer's fax"), "传真", "Fax"),
)
_TRADE: Final = (
    Term("packing", gettext_lazy("Packing"), "包装", "Packing"),
    Term("port", gettext_lazy("Port of loading"), "装运口岸", "Port of Loading"),
    Term("destination", gettext_lazy("Destination"), "目的地", "Destination"),
    Term("delivery", gettext_lazy("Time of delivery"), "交货时间", "Time of Delivery", True),
    Term("payment", gettext_lazy("Terms of payment"), "付款条件", "Terms of Payment", True),
    Term("inspection", gettext_lazy("Inspection"), "品质与检验", "Quality and Inspection", True),
    Term("other", gettext_lazy("Other terms"), "其他条款", "Other Terms", True),
)
_BASED_ON: Final = Term("based_on", gettext_lazy("Under which contract"), "依据合同", "Under Contract")
_ORDINARY: Final = tuple(term for term in _TRADE if term.name not in {"port", "destination"})

TERMS: Final[Mapping[str, tuple[Term, ...]]] = {
    AgreementKind.QUOTE: _ORDINARY,
    AgreementKind.CONTRACT: (_PLACE, _SELLER[0], _BUYER[0], *_ORDINARY,
                             Term("design", gettext_lazy("Design and technical terms"), "设计与技术条款", "Design", True)),
    AgreementKind.CONFIRMATION: (_PLACE, *_SELLER, *_BUYER, *_TRADE),
    AgreementKind.ORDER: (_BASED_ON, *_ORDINARY),
    AgreementKind.PROMOTION: (
        _BASED_ON, _PLACE,
        Term("period", gettext_lazy("Period of the promotion"), "促销期间"),
        Term("activity", gettext_lazy("What is done"), "促销内容", is_long=True),
        Term("costs", gettext_lazy("Who bears the costs"), "费用承担", is_long=True),
        Term("other", gettext_lazy("Other terms"), "其他约定", is_long=True),
    ),
    AgreementKind.TITLE: (
        _BASED_ON, _PLACE,
        Term("delivery", gettext_lazy("Place of the goods"), "货物存放地点"),
        Term("risk", gettext_lazy("Risk, where agreed otherwise"), "风险转移另有约定", is_long=True),
        Term("other", gettext_lazy("Other terms"), "其他约定", is_long=True),
    ),
    AgreementKind.CLOSING: (
        _BASED_ON,
        Term("account", gettext_lazy("Account to be closed"), "销户账户"),
        Term("closes_on", gettext_lazy("Closed from"), "销户日期"),
        Term("results", gettext_lazy("Results and settlement as accepted"), "交易结果与结算数据", is_long=True),
        Term("funds", gettext_lazy("Funds"), "资金处理", is_long=True),
    ),
}  # fmt: skip
# These say what happened or was declared, and need no goods.
WITHOUT_LINES: Final = frozenset({AgreementKind.PROMOTION, AgreementKind.CLOSING})
# By the kind: what stands before the number in the register.
SERIES: Final[Mapping[str, str]] = {
    AgreementKind.QUOTE: "BJ",
    AgreementKind.CONTRACT: "HT",
    AgreementKind.CONFIRMATION: "QR",
    AgreementKind.ORDER: "DD",
    AgreementKind.PROMOTION: "CX",
    AgreementKind.TITLE: "HQ",
    AgreementKind.CLOSING: "XH",
}
# What may be made out of what in one step; a contract out of a contract is its renewal.
FOLLOWS: Final[Mapping[str, tuple[str, ...]]] = {
    AgreementKind.QUOTE: (AgreementKind.CONTRACT, AgreementKind.CONFIRMATION, AgreementKind.ORDER),
    AgreementKind.CONTRACT: (AgreementKind.CONFIRMATION, AgreementKind.ORDER, AgreementKind.PROMOTION, AgreementKind.TITLE,
                             AgreementKind.CLOSING, AgreementKind.CONTRACT),
    AgreementKind.CONFIRMATION: (AgreementKind.ORDER, AgreementKind.TITLE),
    AgreementKind.ORDER: (AgreementKind.TITLE,),
    AgreementKind.PROMOTION: (),
    AgreementKind.TITLE: (),
    AgreementKind.CLOSING: (),
}  # fmt: skip


def read_terms(kind: str, given: object) -> dict[str, str]:
    """The terms that the kind knows and that were filled in. Raises ValueError."""
    rows = given if isinstance(given, dict) else {}
    known = {term.name for term in TERMS[kind]}
    strange = sorted(str(name)[:30] for name in rows if name not in known)
    if strange:
        raise ValueError(_("This kind of paper has no “%(name)s”.") % {"name": strange[0]})
    found = {term.name: made_printable(str(rows.get(term.name) or "")).strip() for term in TERMS[kind]}
    long = next((name for name, text in found.items() if len(text) > LONGEST), None)
    if long is not None:
        raise ValueError(_("At most %(n)d characters in a term.") % {"n": LONGEST})
    return {name: text for name, text in found.items() if text}
