"""Two files that turned out to be one customer; and the way back."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models.party import Party


class Merge(models.Model):
    """`gone` was taken up into `kept`. `moved` names, by table, the rows that changed sides, `dropped` those that both had, whole:
    what undoing needs. One open merge a party."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kept = models.ForeignKey(Party, models.PROTECT, related_name="merges_kept")
    gone = models.ForeignKey(Party, models.PROTECT, related_name="merges_gone")
    moved = models.JSONField(default=dict)
    dropped = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gone"], condition=models.Q(undone_at=None), name="party_merged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.kept_id}"
