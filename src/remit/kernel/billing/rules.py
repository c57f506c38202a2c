"""What the verbs of the room share: finding within reach, entering a charge."""

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call
from remit.kernel.billing.access import (
    billable_visible_to,
    charge_visible_to,
    companies_of_fees,
    payer_within_reach,
    tariff_visible_to,
)
from remit.kernel.billing.models import Billable, Charge, Tariff
from remit.kernel.organization.models import Unit
from remit.kernel.parties.models import Party

COMPANY: Final = Fact("company", "unit", gettext_lazy("Company"))
BILLABLE: Final = Fact("billable", "id", gettext_lazy("Charged for"))
TARIFF: Final = Fact("tariff", "id", gettext_lazy("Tariff"))
CHARGE: Final = Fact("charge", "id", gettext_lazy("Charge"), per=True)
SINCE: Final = Fact("since", "date", gettext_lazy("From"))
UNTIL: Final = Fact("until", "date", gettext_lazy("Until (the day before)"), required=False)
REASON: Final = Fact("reason", "text", gettext_lazy("Reason"))


def company_of(call: Call) -> Unit:
    """The company whose fees the call is about. Raises NotYours where the person does not work on them."""
    pk = call.id_of("company")
    if call.person is not None and not companies_of_fees(call.person).filter(pk=pk).exists():
        raise NotYours(_("There is no such company."))
    return Unit.objects.get(pk=pk, kind="company")


def locked_billable(call: Call) -> Billable:
    pk = call.id_of("billable")
    if call.person is not None:
        pk = billable_visible_to(call.person, pk).pk
    return Billable.objects.select_for_update(no_key=True, of=("self",)).select_related("company").get(pk=pk)


def tariff_of(call: Call, company_id: int) -> Tariff:
    pk = call.id_of("tariff")
    tariff = tariff_visible_to(call.person, pk) if call.person is not None else Tariff.objects.get(pk=pk)
    if tariff.company_id != company_id:
        raise RuleBroken(_("The tariff is of another company."))
    return tariff


def payer_of(call: Call, company_id: int | None = None) -> Party:
    pk = call.id_of("payer")
    payer = payer_within_reach(call.person, pk) if call.person is not None else Party.objects.get(pk=pk)
    if company_id is not None and payer.company_id != company_id:
        raise RuleBroken(_("The customer is of another company."))
    if payer.erased_at is not None:
        raise RuleBroken(_("This customer's data were erased; nothing more is written about it."))
    return payer


def locked_charge(call: Call) -> Charge:
    """The charge, its row held. Raises NotYours, and RuleBroken where it was reversed."""
    pk = call.id_of("charge")
    if call.person is not None:
        pk = charge_visible_to(call.person, pk).pk
    rows = Charge.objects.select_related("tariff__late_fee", "payer").select_for_update(no_key=True, of=("self",))
    charge = rows.get(pk=pk)
    if charge.reversed_at is not None:
        raise RuleBroken(_("“%(title)s” was reversed.") % {"title": charge.title})
    return charge


def ends_after(since: dt.date, until: dt.date | None) -> None:
    if until is not None and until <= since:
        raise RuleBroken(_("The end must be after the beginning."))
