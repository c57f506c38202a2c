"""The register of matters (授权事项台账): what was done by actions that were declared as data."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.organization.models import Person, Position, Unit


class Matter(models.Model):
    """One refund, gift, reward, general request …: what was decided, with its facts and its reason, under a number."""

    number = models.CharField(max_length=30, unique=True)
    action = models.CharField(max_length=80, db_index=True)
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    facts = models.JSONField()
    done_by = models.ForeignKey(Person, models.PROTECT, related_name="matters")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    behalf_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    request = models.ForeignKey("authority.Request", models.PROTECT, null=True, related_name="matters")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    at = models.DateTimeField(db_default=Now())
    # Responsibility finding (S-046): who bears it; empty while it is owed.
    borne_by = models.CharField(max_length=20, blank=True)  # person | company
    borne_by_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="matter_by_company")]

    def __str__(self) -> str:
        return self.number


class MatterNumber(models.Model):
    """The last number used in a year, so that numbers have no gaps (a sequence leaves one for every transaction undone)."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}/{self.last}"
