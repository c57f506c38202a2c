"""The book of traffic: what each customer used of each product in each week or month, and the warnings that came of it."""

from typing import ClassVar

from django.db import models

from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models import Party
from remit.kernel.procedures.models import Case


class Period(models.TextChoices):
    """Weeks begin on Monday. The words of the choices stand in wording.py, with the other ones."""

    WEEK = "week"
    MONTH = "month"


class TrafficImport(models.Model):
    """One file that was taken in. Undoing it takes its figures away again."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period = models.CharField(max_length=5)
    file_name = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["made_by", "-id"], name="traffic_import_by_maker")]

    def __str__(self) -> str:
        return self.file_name or f"#{self.pk}"


class TrafficFigure(models.Model):
    """The volume of a customer, a product and a period; the unit is the product's own (hours, gigabytes, calls)."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="traffic")
    product = models.CharField(max_length=60)
    period = models.CharField(max_length=5)
    starts_on = models.DateField()
    volume = models.DecimalField(max_digits=16, decimal_places=3)
    taken_in = models.ForeignKey(TrafficImport, models.PROTECT, related_name="figures")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "period", "starts_on", "product"], name="traffic_figure_once"),
            models.CheckConstraint(condition=models.Q(volume__gte=0), name="traffic_not_negative"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "period", "starts_on"], name="traffic_by_period")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.product} {self.starts_on}: {self.volume}"


class TrafficRule(models.Model):
    """When a company is warned: the share of a customer's own mean, in percent, below which the last weeks count as a fall."""

    company = models.OneToOneField(Unit, models.PROTECT, primary_key=True, related_name="+")
    share = models.PositiveSmallIntegerField()
    weeks = models.PositiveSmallIntegerField()
    mean_weeks = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"< {self.share} %"


class TrafficWarning(models.Model):
    """A fall that was seen after the week `week`, and the case that it opened."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    week = models.DateField()
    share = models.PositiveSmallIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["party", "week"], name="traffic_warning_once")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.week}: {self.share} %"
