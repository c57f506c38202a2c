"""How far a customer is trusted, and what was let pass beyond that."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.agreements.models import Agreement
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models import Party


class CreditLimit(models.Model):
    """So much may a customer owe, and so many days after it is due may a fee stay open, from `since` to `until` (None: on and on). Never
    changed: the one set last counts on each day that it covers."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="credit_limits", db_index=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY")
    term_days = models.PositiveSmallIntegerField()
    since = models.DateField()
    until = models.DateField(null=True)
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="credit_limit_not_negative"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="credit_limit_lasts_a_day",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["party", "-id"], name="credit_limit_newest")]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.amount}"


class CreditRelease(models.Model):
    """Somebody entitled let an agreement be signed although the customer will owe `over` more than his limit. Only added."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="credit_releases")
    over = models.DecimalField(max_digits=18, decimal_places=2)
    exposure = models.DecimalField(max_digits=18, decimal_places=2)  # with this agreement
    limit = models.DecimalField(max_digits=18, decimal_places=2)
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(over__gt=0), name="credit_release_above_0")]

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.over}"
