"""The accounting archive: what was bound, where it stands, until when it has to be kept, and who has it at the moment."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from remit.kernel.organization.models import Person, Unit


class VolumeKind(models.TextChoices):
    VOUCHERS = "vouchers"
    BOOKS = "books"
    STATEMENTS = "statements"
    ANNUAL = "annual"
    BANK = "bank"
    TAX = "tax"
    UTILITIES = "utilities"
    OTHER = "other"


class VolumeNumber(models.Model):
    """The last number given out: a counter without gaps."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "year"], name="volume_number_once")]

    def __str__(self) -> str:
        return f"{self.company_id} {self.year}"


class Volume(models.Model):
    """A bound volume (S-187, S-190). `keep_until` is empty where it is kept for ever; `entries` are those of the books in its months."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)
    title = models.CharField(max_length=100)
    since = models.DateField()  # first day of its first month
    until = models.DateField()  # last day of its last month
    entries = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField()
    place = models.CharField(max_length=100)
    keep_until = models.DateField(null=True)
    bound_at = models.DateTimeField()
    bound_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    destroyed_at = models.DateTimeField(null=True)
    destroyed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    destroy_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="volume_number_once_a_company"),
            models.CheckConstraint(condition=Q(kind__in=VolumeKind.values), name="volume_kind_known"),
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="volume_months_in_order"),
            models.CheckConstraint(condition=Q(pages__gt=0), name="volume_has_pages"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-until", "-id"], name="volume_newest")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Loan(models.Model):
    """A volume that left its place for a time. One at a time."""

    volume = models.ForeignKey(Volume, models.PROTECT, related_name="loans")
    borrower = models.ForeignKey(Person, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=200)
    due_on = models.DateField()
    lent_at = models.DateTimeField()
    lent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["volume"], condition=Q(returned_at=None), name="volume_lent_once")
        ]

    def __str__(self) -> str:
        return f"{self.volume_id} {self.borrower_id}"
