"""The verbs of money that comes in over the counter or is written down by hand: take it, let it clear more, give it back, void it."""

from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.billing.access import payer_within_reach
from remit.kernel.parties.models import Party
from remit.kernel.payments.access import receipt_visible_to
from remit.kernel.payments.models import Method, Receipt
from remit.kernel.payments.receiving import Money, allocate, locked_receipt, receive, refund, void
from remit.lib.printable import made_one_line

BY_HAND: Final = tuple((method.value, method.label) for method in Method if method != Method.DEBIT)
RECEIPT: Final = Fact("receipt", "id", gettext_lazy("Receipt"))
REASON: Final = Fact("reason", "text", gettext_lazy("Reason"))
ON: Final = Fact("on", "date", gettext_lazy("Day"))


@action(
    "receipt.take",
    gettext_lazy("Take a payment"),
    Fact("payer", "id", gettext_lazy("Payer"), per=True),
    Fact("amount", "money", gettext_lazy("Amount")),
    Fact("method", "choice", gettext_lazy("How"), choices=BY_HAND),
    ON,
    Fact("charges", "data", gettext_lazy("For these charges"), required=False, help=gettext_lazy("None: whatever is owed, in the company's order")),
    Fact("reference", "text", gettext_lazy("Reference of the bank or the till"), required=False),
    Fact("remark", "text", gettext_lazy("Remark"), required=False),
    words=("收取费用", "现金收费", "收款"),
)  # fmt: skip
def take(call: Call) -> Done:
    """S-091, S-169: entered at once; clears what is owed in the company's order, late fees up to the day included; the rest is a prepayment."""
    pk = call.id_of("payer")
    payer = payer_within_reach(call.person, pk) if call.person is not None else Party.objects.get(pk=pk)
    on = call.day("on")
    if on > timezone.localdate(call.at):
        raise RuleBroken(_("Money that has not come yet can't be entered; choose today or an earlier day."))
    chosen = call.facts.get("charges")
    only = [int(key) for key in chosen] if isinstance(chosen, list) and chosen else None
    money = Money(
        payer.company_id, payer.pk, Decimal(str(call.facts["amount"])), call.text("method"), on,
        made_one_line(call.text("reference"), 80), made_one_line(call.text("remark"), 200), only=only,
    )  # fmt: skip
    receipt = receive(money, call)
    return _about(receipt, {"amount": str(receipt.amount), "method": receipt.method, "left": str(receipt.unallocated)})


@action("receipt.allocate", gettext_lazy("Let a prepayment clear"), RECEIPT, ON)
def clear_more(call: Call) -> Done:
    receipt = _locked(call)
    cleared = allocate(receipt, call.day("on"), call)
    if not cleared:
        raise RuleBroken(_("Nothing is left of the receipt, or nothing is owed."))
    return _about(receipt, {"cleared": str(cleared)})


@action(
    "receipt.refund",
    gettext_lazy("Refund a payment"),
    RECEIPT,
    Fact("amount", "money", gettext_lazy("Amount")),
    Fact("method", "choice", gettext_lazy("How"), choices=BY_HAND),
    ON,
    REASON,
    words=("退款", "退费"),
)
def give_back(call: Call) -> Done:
    """Only what has cleared nothing; a payment that cleared something is voided, or the charge reversed, first."""
    receipt, amount = _locked(call), Decimal(str(call.facts["amount"]))
    refund(receipt, amount, call.text("method"), call.day("on"), call.text("reason"), call)
    return _about(receipt, {"amount": str(amount), "reason": call.text("reason")})


@action("receipt.void", gettext_lazy("Void a receipt"), RECEIPT, REASON, words=("作废收据",))
def cancel(call: Call) -> Done:
    """A receipt that was made by mistake: as if it had never been, and its number stays."""
    receipt = _locked(call)
    void(receipt, timezone.localdate(call.at), call.text("reason"), call)
    return _about(receipt, {"amount": str(receipt.amount), "reason": call.text("reason")})


def _locked(call: Call) -> Receipt:
    pk = call.id_of("receipt")
    if call.person is not None:
        pk = receipt_visible_to(call.person, pk).pk
    return locked_receipt(pk)


def _about(receipt: Receipt, changes: dict[str, str]) -> Done:
    return Done(("receipt", receipt.pk, receipt.number), changes, receipt.company_id)
