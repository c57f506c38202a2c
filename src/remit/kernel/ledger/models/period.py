"""Months as they were closed."""

from typing import ClassVar

from django.db import models

from remit.kernel.organization.models import Person, Unit


class Period(models.Model):
    """A month that was closed at least once. `entries`, `total` (debits) and `digest` say what was in it at that moment, so that
    `remit verify` notices if a closed month has changed. Open again while `closed_at` is empty."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    month = models.DateField()  # its first day
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    entries = models.PositiveIntegerField(default=0)
    total = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    digest = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "month"], name="period_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
