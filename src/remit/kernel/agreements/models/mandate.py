"""Mandates: that a customer lets us take what it owes from its account."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models import Party


class Mandate(models.Model):
    """Leave to debit one account, given by its holder on paper. `number` is the bank's or ours, once a company.

    The account's number lies sealed (accounts.sealing, purpose rules.ACCOUNT); `account_tail` are its last four figures, which is
    what pages show. `limit_amount` bounds a single debit, None: no bound. Good from `valid_from` until the day before `revoked_on`.
    A customer may have several one after another: the one that began last counts.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="mandates")
    number = models.CharField(max_length=40)
    bank_name = models.CharField(max_length=80)
    bank_code = models.CharField(max_length=20, blank=True)
    holder = models.CharField(max_length=120)
    account_sealed = models.TextField(blank=True)  # "": erased at the customer's wish
    account_tail = models.CharField(max_length=4, blank=True)
    signed_on = models.DateField()
    limit_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    valid_from = models.DateField()
    revoked_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="mandate_number_once"),
            models.CheckConstraint(
                condition=models.Q(limit_amount=None) | models.Q(limit_amount__gt=0), name="mandate_limit_above_nothing"
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_on=None) | models.Q(revoked_on__gte=models.F("valid_from")),
                name="mandate_ends_after_it_begins",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["party", "-valid_from", "-id"], name="mandate_by_party")]

    def __str__(self) -> str:
        return self.number

    @property
    def account(self) -> str:
        """As a page shows it."""
        return f"**** {self.account_tail}" if self.account_tail else "—"
