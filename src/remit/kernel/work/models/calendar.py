"""A company's own working time, laid over the official calendar (lib.calendars), and how far its routines have been opened."""

from typing import ClassVar

from django.db import models

from remit.kernel.organization.models import Unit
from remit.lib.calendar_days import DayKind


class CompanyHours(models.Model):
    """The week of a company: `week` maps the weekday ("0" is Monday) to its spans, "08:30-12:00 13:30-17:30"; empty, it is the
    office week of lib.spans.

    `revision` is the clock of the last change of hours or days, by which a process knows whether the calendar that it keeps is
    still the right one: a counter would come again, for another state, after a rollback.
    """

    company = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    week = models.JSONField(default=dict)
    revision = models.BigIntegerField()

    def __str__(self) -> str:
        return f"hours of {self.company_id}"


class CompanyDay(models.Model):
    """A single day on which the company differs from the official calendar."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.label) for kind in DayKind])
    reason = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "day"], name="company_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class RoutineDay(models.Model):
    """A day whose routines have been opened. The last one says from where to catch up after a standstill."""

    day = models.DateField(unique=True)
    opened = models.PositiveIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)
