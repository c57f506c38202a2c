"""Who works with the company's accounts at banks: whoever may do one of the acts there by a charter. For others they are not there."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.errors import NotYours
from remit.kernel.documents.models import StoredFile
from remit.kernel.ledger.access import companies_of
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import visible_parties
from remit.kernel.payments.models import (
    BankAccount,
    BankDescription,
    DebitBatch,
    DebitItem,
    DebitReturn,
    Reconciliation,
    StatementImport,
)

# Files of banks are stored for this room.
FILES_ROOM: Final = "banking"
# Files of batches hold whole account numbers: they leave by an act of their own and are shown nowhere else.
DEBIT_FILES: Final = "debits"
DEBITS: Final = (
    "oversight.banking",
    "debit.make",
    "debit.send",
    "debit.send_again",
    "debit.settle",
    "debit.drop",
    "debit.follow_up",
)
READERS: Final = ("oversight.banking", "bank.account", "bank.import", "bank.match", "bank.reconcile", "bank.check")
# What somebody does who handles payments: such a person does not check the reconciliation (R-086, separation of duties).
PAYMENTS: Final = (
    "bank.reconcile",
    "bank.match",
    "debit.make",
    "debit.send",
    "debit.settle",
    "receipt.make",
    "payment.make",
)


def visible_accounts(person: Person, actions: Iterable[str] = READERS) -> QuerySet[BankAccount]:
    companies = companies_of(person, actions)
    rows = BankAccount.objects.select_related("company", "account")
    return rows if companies is None else rows.filter(company__in=companies)


def account_visible_to(person: Person, pk: int, actions: Iterable[str] = READERS) -> BankAccount:
    """Raises NotYours, as if it did not exist."""
    found = visible_accounts(person, actions).filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such account."))
    return found


def reconciliation_visible_to(person: Person, pk: int) -> Reconciliation:
    rows = Reconciliation.objects.select_related("account", "company", "made_by", "checked_by", "file")
    found = rows.filter(pk=pk, account__in=visible_accounts(person)).first()
    if found is None:
        raise NotYours(_("There is no such reconciliation."))
    return found


def visible_batches(person: Person, actions: Iterable[str] = DEBITS) -> QuerySet[DebitBatch]:
    companies = companies_of(person, actions)
    rows = DebitBatch.objects.select_related("account", "company")
    return rows if companies is None else rows.filter(company__in=companies)


def batch_visible_to(person: Person, pk: int, actions: Iterable[str] = DEBITS) -> DebitBatch:
    found = visible_batches(person, actions).filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such batch."))
    return found


def visible_items(person: Person) -> QuerySet[DebitItem]:
    """Those of the batches that one works with, and those of one's own customers."""
    rows = DebitItem.objects.select_related("batch", "payer", "mandate")
    return rows.filter(Q(batch__in=visible_batches(person)) | Q(payer__in=visible_parties(person)))


def item_visible_to(person: Person, pk: int) -> DebitItem:
    found = visible_items(person).filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such debit."))
    return found


def visible_descriptions(person: Person) -> QuerySet[BankDescription]:
    companies = companies_of(person, (*DEBITS, "debit.describe"))
    return BankDescription.objects.all() if companies is None else BankDescription.objects.filter(company__in=companies)


def description_visible_to(person: Person, pk: int) -> BankDescription:
    found = visible_descriptions(person).filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such description."))
    return found


def may_read_file(actor: Actor, file: StoredFile) -> bool:
    """The rule by which the documents room shows bank files."""
    person = Person.objects.filter(pk=actor.person_id or 0).first()
    if person is None:
        return False
    accounts = visible_accounts(person)
    if DebitReturn.objects.filter(file=file, batch__in=visible_batches(person)).exists():
        return True
    return (
        StatementImport.objects.filter(file=file, account__in=accounts).exists()
        or Reconciliation.objects.filter(file=file, account__in=accounts).exists()
    )
