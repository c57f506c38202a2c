"""Procedures and their versions. Like charters they belong to the group; the cases belong to companies."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Procedure(models.Model):
    """A procedure by its key ("complaint"). `origin` says which pack brought it."""

    key = models.CharField(max_length=40, unique=True)
    labels = models.JSONField()
    origin = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.key


class ProcedureVersion(models.Model):
    """One version, as its file said (format.ProcedureSpec). Never changed: cases that began under it stay with it."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    spec = models.JSONField()
    digest = models.CharField(max_length=64)  # SHA-256 of the canonical JSON: whether a file brings anything new
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["procedure", "number"], name="procedure_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"
