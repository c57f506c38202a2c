"""Who may reach a customer's credit: whoever sees the customer, and whoever keeps the fees of the company. For everybody else it is not there."""

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.agreements.access import visible_agreements
from remit.kernel.agreements.models import Agreement
from remit.kernel.authority.errors import NotYours
from remit.kernel.billing.access import fees_of
from remit.kernel.credit.models import AccountStatement, CreditLimit, Shipment
from remit.kernel.documents.models import StoredFile
from remit.kernel.ledger.access import companies_of
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.access import visible_parties
from remit.kernel.parties.models import Party

# Scans of confirmations on paper are stored for this room.
FILES_ROOM: Final = "credit"


def visible_statements(person: Person) -> QuerySet[AccountStatement]:
    kept = fees_of(person)
    if kept is None:
        return AccountStatement.objects.all()
    mine = Q(party__in=visible_parties(person))
    return AccountStatement.objects.filter(mine | Q(company_id__in=kept) if kept else mine)


def statement_visible_to(person: Person, pk: int) -> AccountStatement:
    """The statement, or NotYours as if it did not exist."""
    related = ("party", "company", "taken_by", "explained_by", "made_by", "scan")
    found = visible_statements(person).select_related(*related).filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such statement of account."))
    return found


def stated_companies(person: Person | None) -> QuerySet[Unit]:
    """The companies whose accounts the person states, by a grant of a post there; None, the system: all."""
    companies = Unit.objects.filter(kind="company")
    held = companies_of(person, ["statement.draw"]) if person is not None else None
    return companies if held is None else companies.filter(pk__in=held)


def visible_debtors(person: Person) -> QuerySet[Party]:
    """The customers whose credit one may see."""
    kept = fees_of(person)
    rows = Party.objects.filter(merged_into=None)
    if kept is None:
        return rows
    mine = Q(pk__in=visible_parties(person))
    return rows.filter(mine | Q(company_id__in=kept) if kept else mine)


def visible_limits(person: Person) -> QuerySet[CreditLimit]:
    return CreditLimit.objects.filter(party__in=visible_debtors(person))


def visible_shipments(person: Person) -> QuerySet[Shipment]:
    return Shipment.objects.filter(agreement__party__in=visible_debtors(person))


def visible_orders(person: Person) -> QuerySet[Agreement]:
    """What goods are sent for. A confirmation of which an order was made is left to that."""
    made = Agreement.objects.filter(source=OuterRef("pk"), kind="order", state="signed")
    rows = visible_agreements(person).filter(kind__in=("order", "confirmation"))
    return rows.filter(state__in=("draft", "sent", "accepted", "signed")).exclude(Exists(made))


def may_read_file(actor: Actor, file: StoredFile) -> bool:
    person = Person.objects.filter(pk=actor.person_id or 0).first()
    return person is not None and visible_statements(person).filter(scan=file).exists()
