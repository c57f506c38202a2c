"""The working time of companies and departments, laid over the official calendar (lib.shifts), and how far routines have been opened."""

from typing import ClassVar

from django.db import models

from remit.kernel.organization.models import Unit
from remit.lib.calendar_days import DayKind


class UnitHours(models.Model):
    """The week of a company or of a unit below it: `week` maps the weekday ("0" is Monday) to its spans, "08:30-12:00 13:30-17:30";
    empty, it is that of the unit above, and of a company the office week of lib.spans. `keeps_holidays` False: a week of its own
    that holds on public holidays too.

    `revision` of a company's row is the clock of the last change of hours or days anywhere in it, by which a process knows whether
    the calendars that it keeps are still the right ones: a counter would come again, for another state, after a rollback.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    week = models.JSONField(default=dict)
    keeps_holidays = models.BooleanField(default=True)
    revision = models.BigIntegerField()

    def __str__(self) -> str:
        return f"hours of {self.unit_id}"


class UnitDay(models.Model):
    """A single day on which a company or a unit below it differs from what holds above it."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.label) for kind in DayKind])
    reason = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "day"], name="unit_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class RoutineDay(models.Model):
    """A day whose routines have been opened. The last one says from where to catch up after a standstill."""

    day = models.DateField(unique=True)
    opened = models.PositiveIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)
