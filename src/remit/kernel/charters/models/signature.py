"""Signatures under charters (岗位职责确认书, S-003)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.charters.models.charter import CharterVersion
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person, Position


class Signature(models.Model):
    """A holder confirms, or a reviewer countersigns, one version. `digest` is the version's as it was signed."""

    version = models.ForeignKey(CharterVersion, models.PROTECT, related_name="signatures")
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    holder = models.ForeignKey(Person, models.PROTECT, related_name="charter_signatures")
    role = models.CharField(max_length=10)  # holder, reviewer
    signed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(db_default=Now())
    method = models.CharField(max_length=10)  # password, drawn
    drawing = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "position", "holder", "role"], name="signed_once_a_role"),
            models.CheckConstraint(condition=models.Q(role__in=["holder", "reviewer"]), name="signature_role_known"),
            models.CheckConstraint(
                condition=models.Q(method="password", drawing=None) | models.Q(method="drawn", drawing__isnull=False),
                name="signature_drawn_or_password",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.signed_by_id} under {self.version_id}"
