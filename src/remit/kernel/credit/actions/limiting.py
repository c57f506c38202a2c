"""Credit limits, and letting an agreement pass beyond one: never silently, always by who may."""

from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.agreements.facts import AGREEMENT, CUSTOMER, agreement_in, total_of_agreement
from remit.kernel.agreements.models import Agreement
from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import REASON, Fact, Facts, FactValue
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.credit.access import visible_debtors
from remit.kernel.credit.models import CreditLimit, CreditRelease
from remit.kernel.credit.queries import hold_customer, over_with
from remit.kernel.credit.rules import held_agreement
from remit.kernel.organization.queries import today
from remit.kernel.parties.models import Party
from remit.lib.amounts import format_amount
from remit.lib.printable import made_one_line

TERM_MAX: Final = 365


@action(
    "credit.set_limit",
    gettext_lazy("Set a customer's credit limit"),
    Fact("party", "id", gettext_lazy("Customer"), per=True),
    Fact("amount", "money", gettext_lazy("Limit")),
    Fact("term_days", "days", gettext_lazy("Term of payment")),
    Fact("since", "date", gettext_lazy("From")),
    Fact("until", "date", gettext_lazy("Until"), required=False),
    REASON,
    words=("信用额度", "信用管理", "授信"),
)
def set_limit(call: Call) -> Done:
    """S-069: so much, so long, from when until when. What was set before stays in the list; the last one counts."""
    rows = visible_debtors(call.person) if call.person is not None else Party.objects.filter(merged_into=None)
    party = rows.filter(pk=call.id_of("party")).first()
    if party is None:
        raise NotYours(_("There is no such customer."))
    days, since, until = Decimal(str(call.facts["term_days"])), call.day("since"), call.day_or_none("until")
    if days != int(days) or days > TERM_MAX:
        raise RuleBroken(_("A term is a number of whole days, at most %(n)d.") % {"n": TERM_MAX})
    if until is not None and until < since:
        raise RuleBroken(_("The last day lies before the first one."))
    row = CreditLimit.objects.create(
        company_id=party.company_id, party=party, amount=Decimal(str(call.facts["amount"])), term_days=int(days), since=since,
        until=until, reason=made_one_line(call.text("reason"), 200), made_at=call.at, made_by=call.person,
    )  # fmt: skip
    changes = {"amount": f"{row.amount:f}", "term_days": row.term_days, "since": since.isoformat()}
    return Done(("credit_limit", row.pk, party.name), changes, party.company_id)


def _over(facts: Facts) -> FactValue:
    agreement = agreement_in(facts)
    return over_with(agreement, today())[0] if agreement is not None else None


@action(
    "credit.release",
    gettext_lazy("Let an agreement pass beyond the credit limit"),
    AGREEMENT,
    CUSTOMER,
    Fact("amount", "money", gettext_lazy("Amount"), required=False, derive=total_of_agreement),
    Fact("over_limit", "money", gettext_lazy("Beyond the limit by"), required=False, derive=_over),
    REASON,
    words=("超信用额度", "超额度放行"),
)
def release(call: Call) -> Done:
    """Who may, and up to which sum beyond the limit, stands in the charters; whoever may not asks the nearest who may."""
    agreement = held_agreement(call)
    over, exposure = over_with(agreement, timezone.localdate(call.at))
    if not over or exposure.limit is None:
        raise RuleBroken(_("It stays within the credit limit; nothing has to be released."))
    row = CreditRelease.objects.create(
        agreement=agreement, over=over, exposure=exposure.amount + agreement.amount, limit=exposure.limit,
        reason=made_one_line(call.text("reason"), 200), made_at=call.at, made_by=call.person,
    )  # fmt: skip
    changes = {"over": f"{over:f}", "limit": f"{row.limit:f}", "exposure": f"{row.exposure:f}"}
    return Done(("agreement", agreement.pk, str(agreement)), changes, agreement.company_id)


def ask_credit(agreement: Agreement) -> None:
    """Before an order is signed: within the limit, or released for at least as much as it is beyond now. Raises RuleBroken."""
    if agreement.kind not in ("order", "confirmation"):
        return
    hold_customer(agreement.party_id)
    over, exposure = over_with(agreement, today())
    if not over or exposure.limit is None:
        return
    if agreement.credit_releases.filter(over__gte=over).exists():
        return
    values = {"limit": format_amount(exposure.limit), "over": format_amount(over)}
    raise RuleBroken(
        _("The customer's credit limit of %(limit)s would be passed by %(over)s: ask for its release first (Credit).")
        % values
    )
