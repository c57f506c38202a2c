"""Who reads a company's books: whoever keeps or audits them or closes them there, and whoever a charter lets look into them.

For everybody else there are no books.
"""

from collections.abc import Iterable
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.rulebook import matches
from remit.kernel.documents.models import StoredFile
from remit.kernel.ledger.models import Account, Book, Entry, Paper
from remit.kernel.organization.models import Person, Unit

# The right to look into the books (a grant, as every oversight).
OVERSIGHT: Final = "oversight.books"
# Originals of vouchers are stored for this room, and read by whoever reads the books.
FILES_ROOM: Final = "ledger"
READERS: Final = (OVERSIGHT, "voucher.post", "voucher.audit", "ledger.close", "ledger.found")


def companies_of(person: Person, actions: Iterable[str]) -> frozenset[int] | None:
    """The companies of the positions from which the person may do one of the actions; None for every company (a post of the group)."""
    book = rulebook_now()
    held = {*book.positions_of(person.pk), *(acting.position_id for acting in book.deputyships(person.pk))}
    wanted = tuple(actions)
    giving = [
        book.structure.positions[p].company_id
        for p in held
        if p in book.structure.positions
        and any(
            g.right == "decide" and any(matches(g.action, one) for one in wanted) for g in book.by_position.get(p, ())
        )
    ]
    return None if None in giving else frozenset(one for one in giving if one is not None)


def may_there(person: Person, book: Book, action: str) -> bool:
    """Whether one of the person's posts may do it in that company."""
    companies = companies_of(person, [action])
    return companies is None or book.pk in companies


def companies_to_found(person: Person) -> QuerySet[Unit]:
    """Companies without books, for which the person may set them up."""
    held = companies_of(person, ["ledger.found"])
    rows = Unit.objects.filter(kind="company").exclude(pk__in=Book.objects.values("company")).order_by("name")
    return rows if held is None else rows.filter(pk__in=held)


def visible_books(person: Person, actions: Iterable[str] = READERS) -> QuerySet[Book]:
    companies = companies_of(person, actions)
    return Book.objects.all() if companies is None else Book.objects.filter(company__in=companies)


def book_visible_to(person: Person, company_id: int, actions: Iterable[str] = READERS) -> Book:
    """Raises NotYours, as if the company kept none."""
    found = visible_books(person, actions).filter(company=company_id).select_related("company").first()
    if found is None:
        raise NotYours(_("There are no such books."))
    return found


def visible_entries(person: Person) -> QuerySet[Entry]:
    return Entry.objects.filter(company__in=visible_books(person).values("company"))


def entry_visible_to(person: Person, pk: int) -> Entry:
    found = (
        visible_entries(person).filter(pk=pk).select_related("company", "made_by", "reverses", "reversed_by").first()
    )
    if found is None:
        raise NotYours(_("There is no such entry."))
    return found


def visible_accounts(person: Person) -> QuerySet[Account]:
    return Account.objects.filter(company__in=visible_books(person).values("company"))


def account_visible_to(person: Person, pk: int) -> Account:
    found = visible_accounts(person).filter(pk=pk).select_related("company", "parent").first()
    if found is None:
        raise NotYours(_("There is no such account."))
    return found


def may_read_file(actor: Actor, file: StoredFile) -> bool:
    """The rule by which the documents room shows originals."""
    person = Person.objects.filter(pk=actor.person_id or 0).first()
    return person is not None and Paper.objects.filter(file=file, entry__in=visible_entries(person)).exists()
