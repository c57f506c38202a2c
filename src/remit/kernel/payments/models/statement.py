"""Statements of account: what the bank says, line by line, and what of it stands in our books."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.documents.models import StoredFile
from remit.kernel.ledger.models import Leg
from remit.kernel.organization.models import Person, Unit
from remit.kernel.payments.models.bank import BankAccount


class StatementImport(models.Model):
    """A file of the bank that was taken in, kept as it came. `taken` lines were new, `known` were there already."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="imports", db_index=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    opening = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    closing = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    taken = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-id"], name="statement_by_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.first_day} – {self.last_day}"


class Matching(models.Model):
    """Somebody said that these lines of the bank and these legs of our books are the same money; both sides add up to one sum. Undone, it
    is gone (the event keeps what it was), and both sides are open again. `reasons` are those by which it had been suggested."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+", db_index=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    reasons = models.JSONField(default=list, db_default=[])
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.account_id}: {self.amount}"


class StatementLine(models.Model):
    """One movement by the bank; money that came in is positive. `key` is the bank's own mark, or a digest of the line and its place among
    equal ones: by it no line is taken in twice."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="lines", db_index=False)
    source = models.ForeignKey(StatementImport, models.PROTECT, related_name="lines", db_index=False)
    key = models.CharField(max_length=80)
    on = models.DateField()
    value_on = models.DateField(null=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    name = models.CharField(max_length=140, blank=True)
    other_account = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=300, blank=True)
    bank_id = models.CharField(max_length=80, blank=True)
    match = models.ForeignKey(Matching, models.PROTECT, null=True, related_name="lines")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "key"], name="statement_line_once"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="statement_line_not_zero"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "-on", "-id"], name="statement_line_by_day"),
            models.Index(fields=["account", "on", "id"], condition=models.Q(match=None), name="statement_line_open"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.amount}"


class MatchedLeg(models.Model):
    """The book side of a matching. A leg belongs to one at most."""

    match = models.ForeignKey(Matching, models.CASCADE, related_name="legs")
    leg = models.OneToOneField(Leg, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.match_id}: {self.leg_id}"


class Reconciliation(models.Model):
    """银行存款余额调节表 of an account and month as it was drawn up (D-080): both balances, the four kinds of open items, and the sum on which
    both sides agree. Checked by somebody who neither drew it up nor handles payments; drawn up anew until then."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="reconciliations")
    month = models.DateField()  # its first day
    book_balance = models.DecimalField(max_digits=18, decimal_places=2)
    bank_balance = models.DecimalField(max_digits=18, decimal_places=2)
    agreed = models.DecimalField(max_digits=18, decimal_places=2)
    items = models.JSONField()  # [{"kind", "on", "amount", "what"}], kinds as in reconciling.KINDS
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "month"], name="reconciliation_once_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
