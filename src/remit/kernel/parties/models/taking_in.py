"""Customers taken in from a file: what a file did, so that it can be undone, and how a person's columns are to be read."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models.party import Party


class ImportRun(models.Model):
    """One file that was taken in. Undone, its new customers are gone and the others are as they were."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.file_name


class ImportedParty(models.Model):
    """A customer that a run made (`before` None) or changed (`before`: how it was). `version` is the one it had afterwards: as
    long as it still has it, nobody has done anything with it."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="parties")
    party = models.ForeignKey(Party, models.CASCADE, related_name="imports")
    before = models.JSONField(null=True)
    version = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "party"], name="imported_once_a_run")]

    def __str__(self) -> str:
        return f"{self.party_id} by {self.run_id}"


class ColumnMapping(models.Model):
    """Which column means what, as a person last said for a file with these headers."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    headers = models.CharField(max_length=64)  # digest of the headers in their order
    fields = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "headers"], name="mapping_once")]

    def __str__(self) -> str:
        return f"mapping of {self.person_id}"
