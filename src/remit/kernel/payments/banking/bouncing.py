"""A bank that takes back what it had collected: the customer objected within his term, or the account did not hold it after all."""

import datetime as dt
from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.billing.models import MovementKind
from remit.kernel.ledger.queries import posting_day
from remit.kernel.payments.banking.access import batch_visible_to, item_visible_to
from remit.kernel.payments.banking.collecting import ITEM
from remit.kernel.payments.banking.following import ask_for_next
from remit.kernel.payments.models import DebitItem, ItemState, Receipt
from remit.kernel.payments.receiving import locked_receipt, void
from remit.lib.bankfiles.format import read_format
from remit.lib.printable import made_one_line

CODE_MAX: Final = 35


def _amount(facts: Facts) -> Decimal | None:
    return DebitItem.objects.filter(pk=int(str(facts["item"]))).values_list("amount", flat=True).first()


@action(
    "debit.bounce",
    gettext_lazy("Enter that the bank took a debit back"),
    Fact("item", "id", gettext_lazy("Debit")),
    Fact("on", "date", gettext_lazy("Day on which the bank took it back")),
    Fact("code", "text", gettext_lazy("The bank’s code")),
    Fact("message", "text", gettext_lazy("What the bank says"), required=False),
    Fact("amount", "money", gettext_lazy("Amount"), required=False, derive=_amount),
    words=("扣款退回", "代扣退回"),
)
def bounce(call: Call) -> Done:
    """The receipt counts no more, what it had cleared is owed again with its late fees, the money leaves the bank's account in the books,
    and the failure asks for the same next step as one in the return file would. Once for each debit."""
    pk, on = call.id_of("item"), call.day("on")
    if call.person is not None:
        row = item_visible_to(call.person, pk)
        batch_visible_to(call.person, row.batch_id, ("debit.bounce",))
    rows = DebitItem.objects.select_for_update(no_key=True, of=("self",)).select_related("batch", "payer")
    item = rows.filter(pk=pk).first()
    if item is None:
        raise RuleBroken(_("There is no such debit."))
    if item.state != ItemState.COLLECTED or item.settled_on is None:
        raise RuleBroken(_("%(item)s was not collected, so the bank can't take it back.") % {"item": item.reference})
    today = timezone.localdate(call.at)
    if not item.settled_on <= on <= today:
        values = {"since": item.settled_on, "today": today}
        raise RuleBroken(
            _("It was taken back between %(since)s, when it was collected, and today, %(today)s.") % values
        )
    receipt = locked_receipt(Receipt.objects.only("pk").get(source_kind=ITEM, source_key=str(item.pk)).pk)
    reason = read_format(item.batch.bank_text, "bank.yaml").reason_for(call.text("code"))
    item.state, item.code = ItemState.FAILED, made_one_line(call.text("code"), CODE_MAX)
    item.message = made_one_line(call.text("message"), 120) or reason.label[:120]
    item.next, item.settled_on = reason.next, on
    item.retry_on = on + dt.timedelta(days=reason.days) if reason.days else None
    item.save(update_fields=["state", "code", "message", "next", "retry_on", "settled_on"])
    day = posting_day(item.company_id, on, today)
    void(receipt, day, f"{item.code} {item.message}", call, MovementKind.RETURN)
    ask_for_next([item], call)
    told = {"code": item.code, "amount": str(item.amount), "receipt": receipt.number, "next": item.next}
    return Done(("debit_item", item.pk, item.reference), told, item.company_id)
