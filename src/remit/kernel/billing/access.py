"""Who may reach what is owed: whoever sees the customer who pays, and whoever keeps the fees of the company by a grant (fee collectors,
finance). For everybody else it is not there: no sum, no count, no "403"."""

from typing import Final, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.billing.models import Bill, Billable, Charge, Tariff
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.access import visible_parties
from remit.kernel.parties.models import Party

# The right to see all fees of the company: what is charged for, bills, what is open.
FEES: Final = "oversight.fees"
Row = TypeVar("Row", bound=Model)


def fees_of(person: Person) -> frozenset[int] | None:
    """The companies all of whose fees the person sees; None: all of them, by a post of the group."""
    if not oversees(person, FEES):
        return frozenset()
    book = rulebook_now()
    held = {*book.positions_of(person.pk), *(acting.position_id for acting in book.deputyships(person.pk))}
    companies = {
        book.structure.positions[p].company_id
        for p in held
        if p in book.structure.positions and book.grants_for(p, FEES)
    }
    return None if None in companies else frozenset(c for c in companies if c is not None)


def _owed_by_whom_one_sees(rows: QuerySet[Row], person: Person) -> QuerySet[Row]:
    kept = fees_of(person)
    if kept is None:
        return rows
    mine = Q(payer__in=visible_parties(person))
    return rows.filter(mine | Q(company_id__in=kept)) if kept else rows.filter(mine)


def visible_charges(person: Person) -> QuerySet[Charge]:
    return _owed_by_whom_one_sees(Charge.objects.all(), person)


def visible_bills(person: Person) -> QuerySet[Bill]:
    return _owed_by_whom_one_sees(Bill.objects.all(), person)


def visible_billables(person: Person) -> QuerySet[Billable]:
    """What is charged for: all of the companies whose fees one sees, and what one's customers pay for, or have paid for."""
    kept = fees_of(person)
    if kept is None:
        return Billable.objects.all()
    mine = Q(occupancies__payer__in=visible_parties(person))
    if not kept:
        return Billable.objects.filter(mine).distinct()
    return Billable.objects.filter(company_id__in=kept)


def visible_tariffs(person: Person) -> QuerySet[Tariff]:
    """The prices of one's own company, and of those whose fees one sees: a price is no secret within the company."""
    kept = fees_of(person)
    return Tariff.objects.all() if kept is None else Tariff.objects.filter(company_id__in={*kept, person.company_id})


def charge_visible_to(person: Person, pk: int) -> Charge:
    """The charge, or NotYours as if it did not exist."""
    found = visible_charges(person).select_related("payer", "billable", "tariff", "bill").filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such charge."))
    return found


def billable_visible_to(person: Person, pk: int) -> Billable:
    found = visible_billables(person).select_related("company").filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is nothing such to charge for."))
    return found


def tariff_visible_to(person: Person, pk: int) -> Tariff:
    found = visible_tariffs(person).select_related("company", "late_fee").filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such tariff."))
    return found


def payers_within_reach(person: Person) -> QuerySet[Party]:
    """The customers of whom money is taken or asked: whom one sees, and all of the companies whose fees one keeps."""
    kept, rows = fees_of(person), Party.objects.filter(merged_into=None)
    if kept is None:
        return rows
    seen = Q(pk__in=visible_parties(person))
    return rows.filter(seen | Q(company_id__in=kept) if kept else seen)


def payer_within_reach(person: Person, pk: int) -> Party:
    """One of these. Raises NotYours."""
    found = payers_within_reach(person).filter(pk=pk).select_related("company", "owner").first()
    if found is None:
        raise NotYours(_("There is no such customer."))
    return found


def companies_of_fees(person: Person) -> QuerySet[Unit]:
    """The companies whose fees the person works on."""
    kept = fees_of(person)
    companies = Unit.objects.filter(kind="company")
    return companies if kept is None else companies.filter(pk__in=kept)
