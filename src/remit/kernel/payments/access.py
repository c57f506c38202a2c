"""Who may reach which receipt: whoever sees the customer who paid, or keeps the fees of the company, and who took the money."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import NotYours
from remit.kernel.billing.access import fees_of
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import visible_parties
from remit.kernel.payments.models import Receipt


def visible_receipts(person: Person) -> QuerySet[Receipt]:
    kept = fees_of(person)
    if kept is None:
        return Receipt.objects.all()
    mine = Q(payer__in=visible_parties(person)) | Q(cashier=person)
    return Receipt.objects.filter(mine | Q(company_id__in=kept) if kept else mine)


def receipt_visible_to(person: Person, pk: int) -> Receipt:
    """The receipt, or NotYours as if it did not exist."""
    found = visible_receipts(person).select_related("payer", "company", "cashier").filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such receipt."))
    return found
