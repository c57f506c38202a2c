from typing import ClassVar

from django.db import models

from remit.kernel.organization.models import Unit


class AgreementNumber(models.Model):
    """The last number of a series in a year; locked while one is taken, and given back where the act fails: no gaps."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    series = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "series", "year"], name="agreement_number_series")
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.year}: {self.last}"
