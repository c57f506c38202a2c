"""Who holds which position, from when to when."""

from typing import ClassVar

from django.db import models

from remit.kernel.organization.models.person import Person
from remit.kernel.organization.models.position import Position
from remit.kernel.organization.models.spans import is_a_span


class Appointment(models.Model):
    """A person holds a position for a span of days. Half-open: on the day `end` the person no longer does."""

    position = models.ForeignKey(Position, models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    start = models.DateField()
    end = models.DateField(null=True)
    is_main = models.BooleanField(default=True)  # the position by which the person is introduced

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["position", "person"], condition=models.Q(end=None), name="appointed_once_at_a_time"
            ),
            is_a_span("appointment_span"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "start"], name="appointment_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.position_id}"
