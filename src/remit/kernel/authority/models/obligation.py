"""What is owed after a grant was used: a report, countersignatures, a finding of who is responsible."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.authority.models.ruling import Ruling
from remit.kernel.organization.models import Person, Position


class Obligation(models.Model):
    """One thing owed by one performer: a position, or a person named in the facts.

    `kind` report: the performer takes note (and may question); countersign: signs or objects; finding: determines who bears it.
    """

    ruling = models.ForeignKey(Ruling, models.PROTECT, related_name="obligations")
    kind = models.CharField(max_length=12)
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="obligations")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="obligations")
    due_at = models.DateTimeField()
    made_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    behalf_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=12, blank=True)  # noted, questioned, signed, objected, person, company
    responsible = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["report", "countersign", "finding"]), name="obligation_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(position=None, person__isnull=False) | models.Q(position__isnull=False, person=None),
                name="obligation_one_performer",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["position", "due_at"], condition=models.Q(done_at=None), name="open_obligation_by_post"
            ),
            models.Index(
                fields=["person", "due_at"], condition=models.Q(done_at=None), name="open_obligation_by_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.ruling_id}"
