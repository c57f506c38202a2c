"""Counts of the cash, announced to nobody."""

from decimal import Decimal
from typing import ClassVar

from django.db import models

from remit.kernel.ledger.models import Entry
from remit.kernel.organization.models import Person, Unit


class CashCount(models.Model):
    """What lay in the cash desk, beside what the books said at that moment (S-175, D-082). Only added. A difference was put to the
    account for what has to be cleared up, by `entry`."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    counted = models.DecimalField(max_digits=18, decimal_places=2)
    by_books = models.DecimalField(max_digits=18, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    cashier = models.ForeignKey(Person, models.PROTECT, related_name="+")
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(counted__gte=0), name="count_not_negative"),
            models.CheckConstraint(
                condition=models.Q(entry__isnull=False) | models.Q(counted=models.F("by_books")),
                name="count_difference_entered",
            ),
            models.CheckConstraint(condition=~models.Q(by=models.F("cashier")), name="count_not_by_its_cashier"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="count_newest")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.counted}"

    @property
    def difference(self) -> Decimal:
        """Too much is positive."""
        return self.counted - self.by_books
