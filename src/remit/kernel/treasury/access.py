"""Who sees the cashier's office of a company: who pays or counts there, and whoever reads the books."""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import NotYours
from remit.kernel.ledger.access import READERS, visible_books
from remit.kernel.ledger.models import Book
from remit.kernel.organization.models import Person
from remit.kernel.treasury.models import CashCount, Cheque, Drawer, Payment

PAYERS: Final = ("cheque.sign", "cheque.take_book", "bank.pay")
COUNTERS: Final = ("cash.count",)
KEEPERS: Final = ("drawer.open", "drawer.close", "drawer.deposit", "drawer.reopen")
VISITORS: Final = (*READERS, *PAYERS, *COUNTERS, *KEEPERS)


def visible_offices(person: Person) -> QuerySet[Book]:
    return visible_books(person, VISITORS)


def office_visible_to(person: Person, company_id: int, *actions: str) -> Book:
    """Raises NotYours, as if the company had none."""
    found = visible_books(person, actions or VISITORS).filter(company=company_id).select_related("company").first()
    if found is None:
        raise NotYours(_("There is no such cashier's office."))
    return found


def visible_payments(person: Person) -> QuerySet[Payment]:
    return Payment.objects.filter(company__in=visible_offices(person).values("company"))


def visible_cheques(person: Person) -> QuerySet[Cheque]:
    return Cheque.objects.filter(company__in=visible_offices(person).values("company"))


def visible_counts(person: Person) -> QuerySet[CashCount]:
    """The counts are no secret once they are done; a surprise is what nobody can plan."""
    return CashCount.objects.filter(company__in=visible_offices(person).values("company"))


def visible_drawers(person: Person) -> QuerySet[Drawer]:
    return Drawer.objects.filter(company__in=visible_offices(person).values("company"))


def drawer_visible_to(person: Person, pk: int) -> Drawer:
    """Raises NotYours, as if there were none."""
    found = visible_drawers(person).filter(pk=pk).select_related("account", "keeper", "company").first()
    if found is None:
        raise NotYours(_("There is no such drawer."))
    return found
