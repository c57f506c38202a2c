"""What fees are charged for, and who pays them: a dwelling, a shop, a telephone line, a car park."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.organization.models import Unit
from remit.kernel.parties.models import Party


class Billable(models.Model):
    """One thing that fees are charged for, by a number of the company's own. `group` is where it lies, from the widest part to the narrowest
    ("一期/3幢/2单元"): scopes of fee runs, reading routes and shared costs are its beginnings. `area` in square metres, `count` how many
    (persons, lines, places); `measures` are the company's own figures of it, number by name, for fees that go by them."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    group = models.CharField(max_length=200, blank=True)
    area = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    count = models.PositiveIntegerField(default=1)
    measures = models.JSONField(default=dict, db_default={})
    remark = models.CharField(max_length=200, blank=True)
    closed_on = models.DateField(null=True)  # charged for until the day before
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="billable_number_once"),
            models.CheckConstraint(
                condition=models.Q(area=None) | models.Q(area__gte=0), name="billable_area_not_below_0"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "group", "number"],
                name="billable_by_group",
                opclasses=["int8_ops", "text_pattern_ops", "text_ops"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Occupancy(models.Model):
    """Who pays for a billable from `since` until the day before `until` (None: from then on). Two never pay for the same day: the next
    one ends the one before, with the billable's row held."""

    billable = models.ForeignKey(Billable, models.PROTECT, related_name="occupancies")
    payer = models.ForeignKey(Party, models.PROTECT, related_name="occupancies")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["billable", "since"], name="occupancy_since_once"),
            models.UniqueConstraint(fields=["billable"], condition=models.Q(until=None), name="occupancy_open_once"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")), name="occupancy_lasts_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.billable_id}: {self.payer_id} {self.since:%Y-%m-%d}"
