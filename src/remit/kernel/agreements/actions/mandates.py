"""Mandates for direct debit: register one that the customer has signed, revoke it."""

from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.agreements.access import mandate_visible_to
from remit.kernel.agreements.models import Mandate
from remit.kernel.agreements.rules import (
    PARTY,
    customer_of,
    keeper_of_customer,
    read_account,
    sealed_account,
    take_number,
)
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import keeps
from remit.lib.printable import made_one_line

SERIES: Final = "WT"
MANDATE: Final = Fact("mandate", "id", gettext_lazy("Mandate"))


def _keeper(person: Person, facts: Facts) -> str | None:
    mandate = mandate_visible_to(person, int(str(facts["mandate"])))
    return _("the customer is your own") if keeps(person, mandate.party) else None


@action(
    "mandate.register",
    gettext_lazy("Register a mandate for direct debit"),
    PARTY,
    Fact("number", "text", gettext_lazy("Number"), required=False, help=gettext_lazy("The bank's; empty: ours, the next one")),
    Fact("bank_name", "text", gettext_lazy("Bank")),
    Fact("bank_code", "text", gettext_lazy("Bank code"), required=False),
    Fact("holder", "text", gettext_lazy("Account holder")),
    Fact("account", "text", gettext_lazy("Account number"), secret=True),
    Fact("signed_on", "date", gettext_lazy("Signed on")),
    Fact("limit_amount", "money", gettext_lazy("At most a debit"), required=False),
    Fact("valid_from", "date", gettext_lazy("Good from"), required=False),
    inherent=keeper_of_customer,
    words=("委托扣款", "代扣授权", "代扣协议"),
)  # fmt: skip
def register(call: Call) -> Done:
    """The account's number reaches the sealed column and nothing else: an event is kept for ever."""
    party = customer_of(call)
    try:
        account = read_account(call.text("account"), party)
    except ValueError as error:
        raise RuleBroken(str(error)) from error
    signed = call.day("signed_on")
    valid_from = call.day_or_none("valid_from") or signed
    if valid_from < signed:
        raise RuleBroken(_("A mandate is not good before it was signed."))
    limit = call.facts.get("limit_amount")
    if isinstance(limit, Decimal) and not limit:
        raise RuleBroken(_("A mandate of nothing lets us debit nothing; leave the limit empty where there is none."))
    number = made_one_line(call.text("number"), 40) or take_number(
        party.company_id, SERIES, timezone.localdate(call.at).year
    )
    if Mandate.objects.filter(company=party.company_id, number=number).exists():
        raise RuleBroken(_("There is a mandate %(number)s already.") % {"number": number})
    mandate = Mandate.objects.create(
        company_id=party.company_id,
        party=party,
        number=number,
        bank_name=made_one_line(call.text("bank_name"), 80),
        bank_code=made_one_line(call.text("bank_code"), 20),
        holder=made_one_line(call.text("holder"), 120),
        account_sealed=sealed_account(account),
        account_tail=account[-4:],
        signed_on=signed,
        limit_amount=limit if isinstance(limit, Decimal) else None,
        valid_from=valid_from,
        made_at=call.at,
        made_by=call.person,
    )
    told = {"number": number, "bank": mandate.bank_name, "account": mandate.account, "customer": party.number}
    return Done(("mandate", mandate.pk, number), told, party.company_id)


@action(
    "mandate.revoke",
    gettext_lazy("Revoke a mandate for direct debit"),
    MANDATE,
    Fact("on", "date", gettext_lazy("From")),
    Fact("reason", "text", gettext_lazy("Reason")),
    inherent=_keeper,
)
def revoke(call: Call) -> Done:
    """From that day on nothing is debited under it."""
    if call.person is not None:
        mandate_visible_to(call.person, call.id_of("mandate"))
    mandate = Mandate.objects.select_for_update(no_key=True).filter(pk=call.id_of("mandate")).first()
    if mandate is None:
        raise RuleBroken(_("There is no such mandate."))
    if mandate.revoked_on is not None:
        raise RuleBroken(_("This mandate was revoked from %(day)s on.") % {"day": mandate.revoked_on.isoformat()})
    mandate.revoked_on = max(call.day("on"), mandate.valid_from)
    mandate.reason = made_one_line(call.text("reason"), 200)
    mandate.save(update_fields=["revoked_on", "reason"])
    told = {"revoked_on": mandate.revoked_on.isoformat(), "reason": mandate.reason}
    return Done(("mandate", mandate.pk, mandate.number), told, mandate.company_id)
