"""Entries (记账凭证) and their legs. Only ever added: triggers refuse to change or delete them, see migration 0002."""

from decimal import Decimal
from typing import ClassVar

from django.db import models

from remit.kernel.ledger.models.account import Account
from remit.kernel.organization.models import Person, Unit


class EntryNumber(models.Model):
    """The last number given, by company, month and word. Locked until its transaction ends, so that none is left out."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    month = models.DateField()
    word = models.CharField(max_length=4)
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "month", "word"], name="entry_number_once")]

    def __str__(self) -> str:
        return f"{self.word}{self.last}"


class Entry(models.Model):
    """One balanced entry of `leg_count` legs (at least two). `source` says what it came from, unique within a company: the same source is
    never entered twice. `papers` counts the originals that belong to it. A mistake is answered by an entry that `reverses` it."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    on = models.DateField()
    month = models.DateField()  # the first day of the month of `on`
    word = models.CharField(max_length=4)
    number = models.PositiveIntegerField()
    summary = models.CharField(max_length=200)
    source_kind = models.CharField(max_length=40)
    source_key = models.CharField(max_length=80)
    leg_count = models.PositiveSmallIntegerField()
    papers = models.PositiveSmallIntegerField(default=0)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # None: a machine

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "month", "word", "number"], name="entry_numbered_once"),
            models.UniqueConstraint(fields=["company", "source_kind", "source_key"], name="entry_source_once"),
            models.CheckConstraint(condition=models.Q(leg_count__gte=2), name="entry_has_two_legs"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "on", "id"], name="entry_by_day")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """ "2026-11 记-12"."""
        return f"{self.month:%Y-%m} {self.word}-{self.number}"


class Leg(models.Model):
    """One line of an entry: debit positive, credit negative, never 0. `on` is the entry's day, kept here for the account's page."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="legs")
    line = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, models.PROTECT, related_name="legs", db_index=False)
    on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "line"], name="leg_line_once"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="leg_not_zero"),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "on", "id"], include=["amount"], name="leg_by_account")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.amount}"

    @property
    def debit(self) -> Decimal | None:
        """What stands in the debit column."""
        return self.amount if self.amount > 0 else None

    @property
    def credit(self) -> Decimal | None:
        """What stands in the credit column, positive."""
        return -self.amount if self.amount < 0 else None
