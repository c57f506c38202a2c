"""Seals: each covers the events since the last one and chains to it, so that a changed, removed or inserted row shows."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Seal(models.Model):
    first_event_id = models.BigIntegerField()
    last_event_id = models.BigIntegerField()
    event_count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # HMAC-SHA256, hex, over the previous digest and every event in order
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first_event_id"], name="seal_starts_once"),
            models.UniqueConstraint(fields=["last_event_id"], name="seal_ends_once"),
            models.CheckConstraint(
                condition=models.Q(first_event_id__lte=models.F("last_event_id")), name="seal_covers_events"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_event_id}–{self.last_event_id}"
