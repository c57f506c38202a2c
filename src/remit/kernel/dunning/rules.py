"""What the verbs of the room share: the company, the customer, today."""

import datetime as dt
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call
from remit.kernel.billing.access import payer_within_reach
from remit.kernel.organization.models import Unit
from remit.kernel.parties.models import Grade, Party, PartyKind

COMPANY: Final = Fact("company", "unit", gettext_lazy("Company"), required=False)
PAYER: Final = Fact("payer", "id", gettext_lazy("Customer"), per=True)
REASON: Final = Fact("reason", "text", gettext_lazy("Reason"))
NOTE: Final = Fact("note", "text", gettext_lazy("Note"), required=False)
CLASSES: Final = tuple(
    [(kind.value, kind.label) for kind in PartyKind] + [(grade.value, grade.label) for grade in Grade]
)
CUSTOMER_CLASS: Final = Fact(
    "customer_class", "choice", gettext_lazy("Class of customers"), required=False, choices=CLASSES,
    help=gettext_lazy("A kind or a grade; none: all others"),
)  # fmt: skip


def company_of(call: Call) -> int:
    """The company that the call names, else the person's own. Raises NotYours for another one than his, RuleBroken where none is named."""
    pk = call.facts.get("company")
    own = call.person.company_id if call.person is not None else None
    if pk is None and own is None:
        raise RuleBroken(_("Say of which company."))
    company_id = int(str(pk)) if pk is not None else int(own or 0)
    if own is not None and company_id != own:
        raise NotYours(_("There is no such company."))
    return Unit.objects.only("pk").get(pk=company_id, kind="company").pk


def payer_of(call: Call) -> Party:
    pk = call.id_of("payer")
    return payer_within_reach(call.person, pk) if call.person is not None else Party.objects.get(pk=pk)


def day_of(call: Call) -> dt.date:
    return timezone.localdate(call.at)
