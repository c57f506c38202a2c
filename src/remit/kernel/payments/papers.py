"""The paper of a receipt: what came in, in figures and in 人民币大写, and what it was for."""

from typing import Any

from django.utils.translation import gettext as _

from remit.kernel.billing.models import Movement
from remit.kernel.documents.rendering import pdf
from remit.kernel.payments.models import Receipt
from remit.kernel.payments.receiving import RECEIPT
from remit.lib.amounts import capital_rmb, format_amount

LINES_MAX = 40


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """For the template `receipt`. The receipt comes with payer, company and cashier."""
    movements = Movement.objects.filter(source_kind=RECEIPT, source_key=str(receipt.pk)).select_related("charge")
    lines = [
        [one.charge.on_paper, _period(one), format_amount(one.amount, receipt.currency)]
        for one in movements.order_by("id")[:LINES_MAX]
    ]
    if receipt.unallocated:
        lines.append([_("Prepayment"), "", format_amount(receipt.unallocated, receipt.currency)])
    return {
        "company": receipt.company.name,
        "number": receipt.number,
        "payer": receipt.payer.name,
        "payer_number": receipt.payer.number,
        "day": receipt.on.isoformat(),
        "method": str(receipt.get_method_display()),
        "amount": format_amount(receipt.amount, receipt.currency),
        "capital": capital_rmb(receipt.amount),
        "lines": lines,
        "remark": "；".join(part for part in (receipt.reference, receipt.remark) if part),
        "cashier": receipt.cashier.name if receipt.cashier else "",
        "voided": receipt.void_reason if receipt.voided_at else "",
    }


def _period(movement: Movement) -> str:
    charge = movement.charge
    days = (charge.period_until - charge.period_from).days
    return f"{charge.period_from:%Y-%m}" if 27 < days < 32 else charge.period_from.isoformat()


def receipt_pdf(receipt: Receipt) -> bytes:
    return pdf.render("receipt", receipt_data(receipt))
