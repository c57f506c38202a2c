"""What goes with an entry: the originals behind it, and what the auditor said of it. Only ever added, like the entry itself."""

from typing import ClassVar

from django.db import models

from remit.kernel.documents.models import StoredFile
from remit.kernel.ledger.models.entry import Entry
from remit.kernel.organization.models import Person


class Verdict(models.TextChoices):
    PASSED = "passed"
    RETURNED = "returned"


class Audit(models.Model):
    """An entry was looked at by somebody who did not make it (S-168): are its originals legal, true and complete, is it put to the
    right accounts? What was returned is reversed by its maker, or looked at again."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="audits")
    verdict = models.CharField(max_length=8)
    is_legal = models.BooleanField()
    is_true = models.BooleanField()
    is_complete = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(verdict__in=Verdict.values), name="audit_verdict_known"),
            models.UniqueConstraint(fields=["entry"], condition=models.Q(verdict="passed"), name="entry_passed_once"),
            models.CheckConstraint(
                condition=models.Q(verdict="returned") | models.Q(is_legal=True, is_true=True, is_complete=True),
                name="audit_passes_what_is_good",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.verdict}"


class Paper(models.Model):
    """A file behind an entry: the scanned original."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.file)
