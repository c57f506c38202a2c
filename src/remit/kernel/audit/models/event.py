"""The event log: one row for every action that changed something. The database refuses UPDATE and DELETE (migration 0002)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """What was done, by whom, in which position, on which clause, and what it changed.

    Rows refer to other rooms by plain ids and carry the names of that day beside them: the log must still read right when
    what it tells about has long been renamed or closed, and it lies below every other room.
    """

    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=80)  # the action's dotted name: "organization.appoint"
    company_id = models.BigIntegerField(null=True)

    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=80)
    actor_person_id = models.BigIntegerField(null=True)
    door = models.CharField(max_length=10)
    position_id = models.BigIntegerField(null=True)
    position_title = models.CharField(max_length=120, blank=True)
    # A deputy acts: the person and position whose rights were used. Both names stand in the record.
    behalf_person_id = models.BigIntegerField(null=True)
    behalf_name = models.CharField(max_length=80, blank=True)

    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=60, blank=True)
    subject_label = models.CharField(max_length=200, blank=True)

    facts = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    decision = models.JSONField(null=True)  # outcome, clauses, sentence; None where no authority is asked (a timer)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["actor_person_id", "-id"], name="event_by_person"),
            models.Index(fields=["behalf_person_id", "-id"], name="event_by_behalf"),
            models.Index(fields=["kind", "-id"], name="event_by_kind"),
            models.Index(fields=["subject_type", "subject_id", "-id"], name="event_by_subject"),
            models.Index(fields=["company_id", "-id"], name="event_by_company"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_label}"
