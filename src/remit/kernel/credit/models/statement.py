"""Statements of account (对账单): what was said to a customer of his balance, and what he answered."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import pgettext_lazy

from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models import Party


class StatementState(models.TextChoices):
    OPEN = "open", pgettext_lazy("a statement", "Not confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("a statement", "Confirmed")
    DIFFERS = "differs", pgettext_lazy("a statement", "Differs")
    EXPLAINED = "explained", pgettext_lazy("a statement", "Explained")


class Confirmation(models.TextChoices):
    LINK = "link", pgettext_lazy("a confirmation", "By link")
    PAPER = "paper", pgettext_lazy("a confirmation", "On paper")
    TELEPHONE = "telephone", pgettext_lazy("a confirmation", "By telephone")


def statement_states() -> list[tuple[str, str]]:
    return [(state.value, str(state.label)) for state in StatementState]


def confirmations() -> list[tuple[str, str]]:
    return [(way.value, str(way.label)) for way in Confirmation]


class AccountStatement(models.Model):
    """A customer's account from `since` to `until`, both days in it, as it stood when it was made; its figures never change.

    closing = opening + charged - settled - relieved; above 0 the customer owes, below it he has paid ahead. `settled` is what he paid, less
    what was voided and refunded; `relieved` what was waived, reversed or written off. `lines` are [day, what, amount] (above 0: owed
    more), `items` what was open at the end of `until`: [title, due on, open], `aged` the same by how long it is due. One for each customer
    and last day.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="account_statements", db_index=False)
    since = models.DateField()
    until = models.DateField()
    opening = models.DecimalField(max_digits=18, decimal_places=2)
    charged = models.DecimalField(max_digits=18, decimal_places=2)
    settled = models.DecimalField(max_digits=18, decimal_places=2)
    relieved = models.DecimalField(max_digits=18, decimal_places=2)
    closing = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY", db_default="CNY")
    lines = models.JSONField(default=list)
    items = models.JSONField(default=list)
    aged = models.JSONField(default=dict)
    state = models.CharField(
        max_length=9, choices=statement_states, default=StatementState.OPEN, db_default=StatementState.OPEN
    )
    way = models.CharField(max_length=9, choices=confirmations, blank=True, db_default="")
    answered_by = models.CharField(max_length=80, blank=True, db_default="")  # who said it for the customer
    answered_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    scan = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    explanation = models.CharField(max_length=400, blank=True, db_default="")
    explained_at = models.DateTimeField(null=True)
    explained_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "until"], name="account_statement_once"),
            models.CheckConstraint(
                condition=models.Q(
                    closing=models.F("opening") + models.F("charged") - models.F("settled") - models.F("relieved")
                ),
                name="account_statement_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")), name="account_statement_lasts_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open") | (models.Q(answered_at__isnull=False) & ~models.Q(way="")),
                name="account_statement_answered_in_a_way",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="explained") | ~models.Q(explanation=""),
                name="account_statement_explained_in_words",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-until", "-id"], name="account_statement_by_day"),
            models.Index(fields=["company", "state", "-id"], name="account_statement_by_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Named by customer and last day, which is what makes it the only one."""
        return f"DZ-{self.party.number}-{self.until:%Y%m%d}"


class Difference(models.Model):
    """A line of a statement that the customer sees otherwise: by how much (above 0: he says he owes less). Only added."""

    statement = models.ForeignKey(AccountStatement, models.PROTECT, related_name="differences")
    line = models.CharField(max_length=160)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    remark = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="statement_difference_not_zero")
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.amount}"


class StatementLink(models.Model):
    """A link by which the customer sees a statement and answers it, good until it expires. The address is signed, not kept."""

    statement = models.ForeignKey(AccountStatement, models.PROTECT, related_name="links")
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.statement_id} {self.pk}"
