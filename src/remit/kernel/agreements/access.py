"""Who may reach which agreement or mandate: whoever sees the customer, and whoever keeps the register by a grant (finance, D-063).
For everybody else it is not there."""

from typing import Final, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.agreements.models import Agreement, Mandate, PaperTemplate
from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import party_visible_to, visible_parties
from remit.kernel.parties.models import Party

# The right to read all agreements and mandates of the company: the register, due sums, batches.
REGISTER: Final = "oversight.agreements"
# Signed papers and templates are stored for this room.
FILES_ROOM: Final = "agreements"
Row = TypeVar("Row", bound=Model)


def register_of(person: Person) -> frozenset[int] | None:
    """The companies whose register the person keeps; None: all, by a post of the group."""
    if not oversees(person, REGISTER):
        return frozenset()
    book = rulebook_now()
    held = {*book.positions_of(person.pk), *(acting.position_id for acting in book.deputyships(person.pk))}
    companies = {
        book.structure.positions[p].company_id
        for p in held
        if p in book.structure.positions and book.grants_for(p, REGISTER)
    }
    return None if None in companies else frozenset(c for c in companies if c is not None)


def _seen(rows: QuerySet[Row], person: Person) -> QuerySet[Row]:
    kept = register_of(person)
    if kept is None:
        return rows
    mine = Q(party__in=visible_parties(person))
    return rows.filter(mine | Q(company_id__in=kept)) if kept else rows.filter(mine)


def visible_mandates(person: Person) -> QuerySet[Mandate]:
    return _seen(Mandate.objects.all(), person)


def mandate_visible_to(person: Person, pk: int) -> Mandate:
    """The mandate, or NotYours as if it did not exist."""
    found = visible_mandates(person).select_related("party", "company").filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such mandate."))
    return found


def customer_within_reach(person: Person, pk: int) -> Party:
    """The customer for whom something is agreed or registered: whom one sees, and any of the companies whose register one keeps.
    NotYours as if he did not exist."""
    kept = register_of(person)
    if kept != frozenset():
        found = Party.objects.filter(pk=pk, merged_into=None).select_related("company", "owner").first()
        if found is not None and (kept is None or found.company_id in kept):
            return found
    return party_visible_to(person, pk)


def visible_agreements(person: Person) -> QuerySet[Agreement]:
    return _seen(Agreement.objects.all(), person)


def agreement_visible_to(person: Person, pk: int) -> Agreement:
    """The agreement, or NotYours as if it did not exist."""
    related = ("party__owner", "company", "made_by", "signed_by", "kept_by", "source", "paper")
    found = visible_agreements(person).select_related(*related).filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such agreement."))
    return found


def may_read_file(actor: Actor, file: StoredFile) -> bool:
    """The rule by which the documents room shows signed papers and templates."""
    person = Person.objects.select_related("company").filter(pk=actor.person_id or 0).first()
    if person is None:
        return False
    if PaperTemplate.objects.filter(file=file, company=person.company_id).exists():
        return True
    return visible_agreements(person).filter(paper=file).exists()
