"""What a run sends out: texts, letters (many in one file), the sheet for who visits."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import pypdfium2  # type: ignore[import-untyped]  # comes without types
from django.db.models import QuerySet

from remit.kernel.billing.models import Charge
from remit.kernel.documents.rendering import pdf
from remit.kernel.dunning.models import Reminder
from remit.kernel.parties.models import ContactKind, ContactPoint
from remit.lib.amounts import capital_rmb, format_amount

# So many at a time: the setter's memory grows with the pages of a paper.
PORTION: Final = 200
LINES_MAX: Final = 30
TEXT: Final = "【{company}】{name}：您在我处有 {amount} 元费用已逾期 {days} 天，请尽快缴清。如已缴费请忽略本短信；有疑问请与我们联系。"


def text_of(reminder: Reminder, company: str) -> str:
    return TEXT.format(
        company=company, name=reminder.payer.name, amount=format_amount(reminder.amount), days=reminder.days
    )


def reach_of(payer_ids: Iterable[int], kind: str) -> dict[int, str]:
    """The first telephone number or address of each. One query."""
    found: dict[int, str] = {}
    for party, value in ContactPoint.objects.filter(party__in=set(payer_ids), kind=kind).order_by("party", "rank", "id").values_list("party", "value"):  # fmt: skip
        found.setdefault(party, value)
    return found


def letters_pdf(reminders: QuerySet[Reminder], company: str) -> bytes:
    """A letter a page, in the order of the reminders. Two queries a portion. Raises BadPaperData."""
    whole, last = pypdfium2.PdfDocument.new(), 0
    try:
        while some := list(reminders.filter(pk__gt=last).select_related("payer").order_by("pk")[:PORTION]):
            last = some[-1].pk
            paper = pdf.render("dunning-letter", {"company": company, "letters": _sheets(some)})
            portion = pypdfium2.PdfDocument(paper)
            whole.import_pages(portion)
            portion.close()
        made = BytesIO()
        whole.save(made)
        return made.getvalue()
    finally:
        whole.close()


def visits_pdf(reminders: Sequence[Reminder], company: str, on: dt.date) -> bytes:
    """One sheet for who goes from door to door: whom, where, how much, and room for what was said. Raises BadPaperData."""
    payers = [one.payer_id for one in reminders]
    phones, addresses = reach_of(payers, ContactKind.PHONE), reach_of(payers, ContactKind.ADDRESS)
    rows = [
        {"name": one.payer.name, "number": one.payer.number, "address": addresses.get(one.payer_id, ""),
         "phone": phones.get(one.payer_id, ""), "days": str(one.days), "amount": format_amount(one.amount)}
        for one in reminders
    ]  # fmt: skip
    total = format_amount(sum((one.amount for one in reminders), Decimal(0)))
    return pdf.render("visit-sheet", {"company": company, "on": on.isoformat(), "rows": rows, "total": total})


def _sheets(reminders: Sequence[Reminder]) -> list[dict[str, Any]]:
    overdue: dict[int, list[Charge]] = defaultdict(list)
    charges = Charge.objects.filter(
        payer__in={one.payer_id for one in reminders}, open_amount__gt=0, due_on__lt=reminders[0].on, reversed_at=None
    )
    for charge in charges.select_related("billable").order_by("payer", "due_on", "id"):
        overdue[charge.payer_id].append(charge)
    return [_letter(one, overdue[one.payer_id]) for one in reminders]


def _letter(reminder: Reminder, charges: Sequence[Charge]) -> dict[str, Any]:
    rows = [
        {"title": one.on_paper, "billable": one.billable.name if one.billable else "", "due": one.due_on.isoformat(),
         "open": format_amount(one.open_amount)}
        for one in charges[:LINES_MAX]
    ]  # fmt: skip
    more = len(charges) - LINES_MAX
    return {
        "name": reminder.payer.name, "number": reminder.payer.number, "on": reminder.on.isoformat(), "days": str(reminder.days),
        "since": reminder.arrears_since.isoformat(), "amount": format_amount(reminder.amount), "capital": capital_rmb(reminder.amount),
        "rows": rows, "more": str(more) if more > 0 else "",
    }  # fmt: skip
