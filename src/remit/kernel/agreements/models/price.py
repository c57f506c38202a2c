from typing import ClassVar

from django.db import models

from remit.kernel.organization.models import Unit


class ListPrice(models.Model):
    """What goods cost by the company's list, tax included, and the least that they are sold for. A new row from a day on replaces the
    one before it."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    goods = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, blank=True)
    price = models.DecimalField(max_digits=18, decimal_places=4)
    floor = models.DecimalField(max_digits=18, decimal_places=4)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    start = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "goods", "start"], name="list_price_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(floor__gte=0, price__gte=models.F("floor")), name="list_price_not_below_floor"
            ),
        ]

    def __str__(self) -> str:
        return self.goods
