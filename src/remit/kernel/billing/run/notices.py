"""Payment notices as paper (D-121): one page a bill, thousands in one file, set in portions and put together."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import pypdfium2  # type: ignore[import-untyped]  # comes without types
from django.db.models import QuerySet, Sum

from remit.kernel.billing.models import Bill, Charge
from remit.kernel.billing.queries_runs import charges_of, plain, said
from remit.kernel.documents.rendering import pdf
from remit.lib.amounts import capital_rmb, format_amount

TEMPLATE: Final = "payment-notice"
# So many at a time: the setter's memory grows with the pages of a paper.
PORTION: Final = 200


def notices_pdf(bills: QuerySet[Bill], company: str) -> bytes:
    """The notices of these bills, in the order of their numbers. Three queries a portion; the words are those of the company's papers,
    Chinese. Raises BadPaperData."""
    whole = pypdfium2.PdfDocument.new()
    last = ""
    try:
        while some := list(
            bills.filter(number__gt=last).select_related("payer", "billable", "run").order_by("number")[:PORTION]
        ):
            last = some[-1].number
            portion = pypdfium2.PdfDocument(pdf.render(TEMPLATE, {"company": company, "notices": _notices(some)}))
            whole.import_pages(portion)
            portion.close()
        made = BytesIO()
        whole.save(made)
        return made.getvalue()
    finally:
        whole.close()


def _notices(bills: Sequence[Bill]) -> list[dict[str, Any]]:
    charges: dict[int, list[Charge]] = defaultdict(list)
    for charge in charges_of(bills):
        charges[charge.bill_id or 0].append(charge)
    owed = dict(
        Charge.objects.filter(payer__in={bill.payer_id for bill in bills}, open_amount__gt=0, reversed_at=None)
        .exclude(bill__in=list(bills)).order_by().values("payer").annotate(total=Sum("open_amount")).values_list("payer", "total")
    )  # fmt: skip
    return [_notice(bill, charges[bill.pk], owed.get(bill.payer_id, Decimal(0))) for bill in bills]


def _notice(bill: Bill, charges: Sequence[Charge], before: Decimal) -> dict[str, Any]:
    first = min(charge.period_from for charge in charges)
    last = max(charge.period_until for charge in charges) - dt.timedelta(1)
    return {
        "number": bill.number, "payer": bill.payer.name, "billable": bill.billable.name if bill.billable else "",
        "period": f"{first} 至 {last}", "issued": f"{bill.issued_on}", "due": f"{bill.due_on}",
        "rows": [_row(charge) for charge in charges], "before": format_amount(before) if before else "",
        "total": format_amount(bill.amount), "capital": capital_rmb(bill.amount),
    }  # fmt: skip


def _row(charge: Charge) -> dict[str, Any]:
    quantity = plain(str(charge.quantity)) if charge.quantity is not None else ""
    lines = [said(line, charge.currency) for line in charge.explanation]
    return {"name": charge.title, "period": f"{charge.period_from} 至 {charge.period_until - dt.timedelta(1)}", "quantity": quantity,
            "amount": format_amount(charge.amount), "lines": lines}  # fmt: skip
