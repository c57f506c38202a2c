"""Paying a reviewed claim: money out of the payer's drawer or the bank, entered at once, each invoice stamped against a second claim."""

import datetime as dt
from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.ledger.models import Book
from remit.kernel.ledger.posting import Leg, post
from remit.kernel.ledger.queries import balance_of
from remit.kernel.payments.models import BankAccount
from remit.kernel.payments.receiving import account_of
from remit.kernel.spending.access import claim_visible_to
from remit.kernel.spending.actions.claiming import about
from remit.kernel.spending.facts import ABOUT
from remit.kernel.spending.models import Claim, ClaimState, PaidBy, Stamp
from remit.lib.amounts import format_amount
from remit.lib.printable import made_one_line

SOURCE: Final = "claim"


@action(
    "claim.pay",
    gettext_lazy("Pay an expense claim"),
    *ABOUT,
    Fact("way", "choice", gettext_lazy("How"), choices=tuple((way.value, way.label) for way in PaidBy)),
    Fact("on", "date", gettext_lazy("Day")),
    Fact("bank", "id", gettext_lazy("Bank account"), required=False),
    Fact("reference", "text", gettext_lazy("The bank’s reference"), required=False),
    words=("支付报销", "报销付款"),
)
def pay(call: Call) -> Done:
    """S-171: only what was reviewed, by a third person; expenses in debit, the money in credit, every invoice 付讫 (R-085)."""
    pk = call.id_of("claim")
    if call.person is not None:
        pk = claim_visible_to(call.person, pk).pk
    claim = Claim.objects.select_for_update(no_key=True, of=("self",)).select_related("claimant").get(pk=pk)
    _check(claim, call)
    way, on, reference = call.text("way"), call.day("on"), made_one_line(call.text("reference"), 60)
    if on > timezone.localdate(call.at):
        raise RuleBroken(_("A payment is entered on the day on which it is made, or later."))
    account = _drawer(claim, on, call) if way == PaidBy.CASH else _bank(claim, reference, call)
    lines = list(claim.lines.select_related("account").order_by("line"))
    legs = [Leg(one.account.code, one.amount, f"{one.purpose} {one.invoice}".strip()) for one in lines]
    values = {"number": claim.number, "name": claim.claimant.name, "purpose": claim.purpose}
    entry = post(
        claim.company_id, on, _("Claim %(number)s of %(name)s: %(purpose)s") % values, [*legs, Leg(account, -claim.amount, claim.number)],
        source=(SOURCE, claim.number), event_call=call, papers=sum(1 for one in lines if one.key),
    )  # fmt: skip
    Stamp.objects.bulk_create(Stamp(key=one.key, line=one, on=on, by=call.person) for one in lines if one.key)
    claim.state, claim.way, claim.reference, claim.entry = ClaimState.PAID, way, reference, entry
    claim.paid_on, claim.paid_at, claim.paid_by = on, call.at, call.person
    claim.save(update_fields=["state", "way", "reference", "entry", "paid_on", "paid_at", "paid_by"])
    return about(claim, entry=entry.label, amount=f"{claim.amount:f}", way=way)


def _check(claim: Claim, call: Call) -> None:
    if claim.state != ClaimState.REVIEWED:
        values = {"number": claim.number, "state": claim.get_state_display()}
        raise RuleBroken(_("%(number)s is %(state)s; only what was reviewed is paid, and once.") % values)
    if call.person is not None and call.person.pk in (claim.claimant_id, claim.reviewed_by_id):
        raise RuleBroken(
            _("Who claims or reviewed does not pay; somebody else pays %(number)s.") % {"number": claim.number}
        )


def _drawer(claim: Claim, on: dt.date, call: Call) -> str:
    """The account of the payer's cash, which must hold so much: the books are held between the question and the posting."""
    account = account_of(claim.company_id, PaidBy.CASH, call)
    Book.objects.select_for_update(no_key=True).get(company=claim.company_id)
    held: Decimal = balance_of(claim.company_id, account, on)
    if claim.amount > held:
        raise RuleBroken(
            _("The drawer holds %(held)s; draw cash first, or pay through the bank.") % {"held": format_amount(held)}
        )
    return account


def _bank(claim: Claim, reference: str, call: Call) -> str:
    if not reference:
        raise RuleBroken(_("A transfer needs the bank’s reference."))
    if Claim.objects.filter(company=claim.company_id, reference=reference).exists():
        raise RuleBroken(_("The reference %(reference)s is in the list already.") % {"reference": reference})
    chosen = call.id_or_none("bank")
    if chosen is None:
        return account_of(claim.company_id, PaidBy.BANK, call)
    bank = (
        BankAccount.objects.select_related("account")
        .filter(pk=chosen, company=claim.company_id, closed_on=None)
        .first()
    )
    if bank is None:
        raise RuleBroken(_("There is no such bank account."))
    return bank.account.code
