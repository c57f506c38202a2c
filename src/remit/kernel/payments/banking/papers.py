"""The reconciliation as a paper (D-080). Its texts are Chinese, as its readers keep it."""

from decimal import Decimal
from typing import Any, Final

from django.utils import timezone

from remit.kernel.documents.rendering import pdf
from remit.kernel.payments.banking.reconciling import last_day_of
from remit.kernel.payments.models import Reconciliation

TITLES: Final = {
    "banked_in": "加：银行已收，企业未收",
    "banked_out": "减：银行已付，企业未付",
    "booked_in": "加：企业已收，银行未收",
    "booked_out": "减：企业已付，银行未付",
}


def reconciliation_pdf(row: Reconciliation) -> bytes:
    """Book side on the left, bank side on the right, each with its two kinds of open items. Raises BadPaperData where too long."""
    data = {
        "title": "银行存款余额调节表",
        "company": row.company.name,
        "account": f"{row.account.bank_name} {row.account.number}",
        "currency": row.account.currency,
        "day": last_day_of(row.month).strftime("%Y年%m月%d日"),
        "reference": f"{row.account.name} · {row.month:%Y-%m}",
        "book": _side("企业银行存款日记账余额", row.book_balance, row, ("banked_in", "banked_out")),
        "bank": _side("银行对账单余额", row.bank_balance, row, ("booked_in", "booked_out")),
        "agreed": _money(row.agreed),
        "made": _who(row.made_by, row.made_at),
        "checked": _who(row.checked_by, row.checked_at),
    }
    return pdf.render("bank-reconciliation", data)


def _side(title: str, balance: Decimal, row: Reconciliation, kinds: tuple[str, str]) -> dict[str, Any]:
    groups = []
    for kind in kinds:
        items = [item for item in row.items if item["kind"] == kind]
        total = sum((Decimal(item["amount"]) for item in items), Decimal(0))
        groups.append(
            {
                "title": TITLES[kind],
                "total": _money(total),
                "items": [[item["on"][5:], item["what"], _money(Decimal(item["amount"]))] for item in items],
            }
        )
    return {"title": title, "balance": _money(balance), "groups": groups}


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _who(person: Any, at: Any) -> str:
    return f"{person.name if person else '系统'} {timezone.localtime(at):%Y-%m-%d}" if at else ""
