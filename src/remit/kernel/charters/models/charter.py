"""Charters (岗位说明书): their versions, and the positions that they define."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.charters.format import CharterSpec
from remit.kernel.organization.models import Person, Position, Unit


class Charter(models.Model):
    """The definition of a post. Several positions (one in each branch, say) may share one charter."""

    title = models.CharField(max_length=120)
    company = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "title"], name="charter_by_title")]

    def __str__(self) -> str:
        return self.title


class CharterPosition(models.Model):
    """A position is defined by a charter, from one day to another (half-open)."""

    charter = models.ForeignKey(Charter, models.PROTECT, related_name="places")
    position = models.ForeignKey(Position, models.PROTECT, related_name="charters")
    start = models.DateField()
    end = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["position"], condition=models.Q(end=None), name="position_one_charter"),
            models.CheckConstraint(
                condition=models.Q(end=None) | models.Q(end__gte=models.F("start")), name="charter_position_span"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charter_id} for {self.position_id}"


class CharterVersion(models.Model):
    """One version, never changed once made. `body` is a CharterSpec as JSON, `digest` its SHA-256: what people sign.

    In force from `effective_on` up to, not including, `retired_on`.
    """

    charter = models.ForeignKey(Charter, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    effective_on = models.DateField()
    retired_on = models.DateField(null=True)
    activated_at = models.DateTimeField(db_default=Now())
    activated_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey("charters.ImportedDocument", models.PROTECT, null=True, related_name="versions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["charter", "number"], name="charter_version_number"),
            models.UniqueConstraint(
                fields=["charter"], condition=models.Q(retired_on=None), name="charter_one_version"
            ),
            models.CheckConstraint(
                condition=models.Q(retired_on=None) | models.Q(retired_on__gte=models.F("effective_on")),
                name="charter_version_span",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charter} v{self.number}"

    @property
    def spec(self) -> CharterSpec:
        return CharterSpec.model_validate(self.body)

    @property
    def label(self) -> str:
        """As decisions quote it: "客服部经理岗位说明书 v3"."""
        return f"{self.charter.title}岗位说明书 v{self.number}"
