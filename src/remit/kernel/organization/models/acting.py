"""Acting (代理): a deputy carries the rights of somebody who is away (S-009)."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.organization.models.person import Person
from remit.kernel.organization.models.position import Position


class Acting(models.Model):
    """A deputy acts in a position from `starts_at` up to, not including, `ends_at`, or until it is ended before.

    `principal` is the holder who is away; None where the position is vacant. `scope` is empty for all rights of the position, or
    lists what is handed over: `[{"action": "staff.*", "limits": {"amount": "<= 1000 CNY"}}]`. Nothing cleans up: who reads,
    reads the time.
    """

    position = models.ForeignKey(Position, models.PROTECT, related_name="actings")
    principal = models.ForeignKey(Person, models.PROTECT, null=True, related_name="absences")
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="deputyships")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    scope = models.JSONField(default=list, blank=True)
    appointed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="acting_ends_after_start"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="acting_has_reason"),
            models.CheckConstraint(
                condition=models.Q(principal=None) | ~models.Q(principal=models.F("deputy")),
                name="nobody_deputises_himself",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["ends_at", "starts_at"], name="acting_by_time")]

    def __str__(self) -> str:
        return f"{self.deputy_id} acts in {self.position_id}"

    def in_force(self, at: dt.datetime) -> bool:
        return self.starts_at <= at < (min(self.ends_at, self.ended_at) if self.ended_at else self.ends_at)
