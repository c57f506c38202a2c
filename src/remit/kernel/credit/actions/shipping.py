"""Goods leave when they are paid as agreed; beyond that only by who may (S-070)."""

from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.agreements.facts import AGREEMENT, CUSTOMER, agreement_in, total_of_agreement
from remit.kernel.agreements.models import Agreement
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import REASON, Fact, Facts, FactValue
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.billing.models import Charge
from remit.kernel.credit.models import OrderCharge, PaymentTerms, Shipment, TermsKind
from remit.kernel.credit.queries import hold_customer, readiness
from remit.kernel.credit.rules import held_agreement
from remit.kernel.organization.queries import today
from remit.lib.printable import made_one_line


def _order(call: Call, *, signed: bool) -> Agreement:
    agreement = held_agreement(call)
    if agreement.kind not in ("order", "confirmation"):
        raise RuleBroken(_("Goods are sent for orders and sales confirmations."))
    if signed and agreement.state != "signed":
        raise RuleBroken(_("It has to be signed first."))
    order = agreement.successors.filter(kind="order", state="signed").first()
    if order is not None:
        raise RuleBroken(_("Order %(number)s was made of it: do it there.") % {"number": order.number})
    return agreement


def _told(agreement: Agreement, **changes: object) -> Done:
    return Done(("agreement", agreement.pk, str(agreement)), changes, agreement.company_id)


@action(
    "shipment.set_terms",
    gettext_lazy("Lay down what has to be paid before goods leave"),
    AGREEMENT,
    Fact(
        "kind", "choice", gettext_lazy("Terms of payment"), choices=tuple((one.value, one.label) for one in TermsKind)
    ),
    Fact("deposit", "percent", gettext_lazy("Part paid before"), required=False),
    CUSTOMER,
    Fact("amount", "money", gettext_lazy("Amount"), required=False, derive=total_of_agreement),
    words=("付款条件", "预付比例"),
)
def set_terms(call: Call) -> Done:
    agreement = _order(call, signed=False)
    if Shipment.objects.filter(agreement=agreement).exists():
        raise RuleBroken(_("The goods have left; the terms can't be changed any more."))
    kind = call.text("kind")
    percent = {"prepaid": Decimal(100), "credit": Decimal(0)}.get(kind, Decimal(str(call.facts.get("deposit") or 0)))
    if kind == TermsKind.DEPOSIT and not 0 < percent < 100:
        raise RuleBroken(_("Say which part is paid before: more than 0 and less than 100 percent."))
    PaymentTerms.objects.create(agreement=agreement, kind=kind, percent=percent, made_at=call.at, made_by=call.person)
    return _told(agreement, kind=kind, percent=f"{percent:f}")


@action(
    "shipment.match_charge",
    gettext_lazy("Note which charge bills an order"),
    AGREEMENT,
    Fact("charge", "id", gettext_lazy("Charge")),
)
def match_charge(call: Call) -> Done:
    """So that what is billed of an order no longer counts as only promised, and what settles the charge counts as paid for the order."""
    agreement = _order(call, signed=True)
    rows = Charge.objects.select_for_update(no_key=True)
    charge = rows.filter(
        pk=call.id_of("charge"), company=agreement.company_id, payer=agreement.party_id, reversed_at=None
    ).first()
    if charge is None:
        raise RuleBroken(_("The customer of this order has no such charge."))
    if OrderCharge.objects.filter(charge=charge).exists():
        raise RuleBroken(_("“%(title)s” bills an order already.") % {"title": charge.title})
    rows_of_it = OrderCharge.objects.filter(agreement=agreement, charge__reversed_at=None)
    billed = rows_of_it.aggregate(amount=Sum("charge__amount"))["amount"] or 0
    if billed + charge.amount > agreement.amount:
        raise RuleBroken(_("More would be billed than the order is worth."))
    OrderCharge.objects.create(agreement=agreement, charge=charge, made_at=call.at, made_by=call.person)
    return _told(agreement, charge=charge.title, amount=f"{charge.amount:f}")


def _paid(facts: Facts) -> FactValue:
    agreement = agreement_in(facts)
    return readiness(agreement, today()).as_agreed if agreement is not None else None


@action(
    "shipment.release",
    gettext_lazy("Release a shipment"),
    AGREEMENT,
    CUSTOMER,
    Fact("amount", "money", gettext_lazy("Amount"), required=False, derive=total_of_agreement),
    Fact("paid", "yes_no", gettext_lazy("Paid as agreed"), required=False, derive=_paid),
    REASON,
    words=("发货审批", "放行", "发货"),
)
def release(call: Call) -> Done:
    """S-070: whether it is paid as agreed is worked out, and the grants say who may let go what is not. The row is the shipping note."""
    agreement = _order(call, signed=True)
    if Shipment.objects.filter(agreement=agreement).exists():
        raise RuleBroken(_("The goods of %(number)s were let go before.") % {"number": agreement.number})
    hold_customer(agreement.party_id)
    ready = readiness(agreement, timezone.localdate(call.at))
    Shipment.objects.create(
        company_id=agreement.company_id, agreement=agreement, terms=ready.kind, amount=agreement.amount, wanted=ready.wanted,
        paid=ready.paid, as_agreed=ready.as_agreed, reason=made_one_line(call.text("reason"), 200), made_at=call.at, made_by=call.person,
    )  # fmt: skip
    return _told(
        agreement, terms=ready.kind, wanted=f"{ready.wanted:f}", paid=f"{ready.paid:f}", as_agreed=ready.as_agreed
    )
