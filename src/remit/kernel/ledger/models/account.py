"""Whose books they are, and the tree of accounts in them."""

from typing import ClassVar, Final

from django.db import models

from remit.kernel.organization.models import Unit


class AccountKind(models.TextChoices):
    """The classes of 小企业会计准则. Their words stand in wording.py, so that they follow the reader's language."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    COST = "cost"
    INCOME = "income"
    EXPENSE = "expense"


# Normally in debit: what a positive balance means is read from the kind.
DEBIT_KINDS: Final = frozenset({"asset", "cost", "expense"})


class Book(models.Model):
    """The books of a company. Every month up to `closed_until` (a last day of a month) is closed; the database refuses entries there.

    A posting holds this row shared and a closing holds it alone: no entry slips into a month that is being closed.
    """

    company = models.OneToOneField(Unit, models.PROTECT, primary_key=True, related_name="+")
    opened_on = models.DateField()  # the first day of a month: nothing is entered before it
    closed_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closed_until=None) | models.Q(closed_until__gte=models.F("opened_on")),
                name="book_closed_after_opening",
            )
        ]

    def __str__(self) -> str:
        return str(self.company)


class Account(models.Model):
    """An account (会计科目) of a company by its code, unique within the company. Postings go to leaves; the others add up what
    lies below them. `role` is by what other rooms find it, whatever its number."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=9)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    is_leaf = models.BooleanField(default=True)
    role = models.CharField(max_length=30, blank=True)
    is_closed = models.BooleanField(default=False)
    settled_until = models.DateField(
        null=True
    )  # what it held to the end of that day was counted: nothing is entered there any more

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code"], name="account_code_once"),
            models.UniqueConstraint(fields=["company", "role"], condition=~models.Q(role=""), name="account_role_once"),
            models.CheckConstraint(condition=models.Q(kind__in=AccountKind.values), name="account_kind_known"),
            models.CheckConstraint(condition=models.Q(role="") | models.Q(is_leaf=True), name="account_role_on_leaf"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_debit(self) -> bool:
        """Whether its balance normally stands on the debit side."""
        return self.kind in DEBIT_KINDS
