"""Plans and summaries of work (日报, 周报, 月计划): composed from what was done, completed by the person, read by a superior."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from remit.kernel.organization.models import Person, Unit


class SummaryKind(models.TextChoices):
    DAY = "day", _("Daily report")
    WEEK = "week", _("Weekly report")
    MONTH = "month", _("Monthly report")


def summary_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in SummaryKind]


class Summary(models.Model):
    """What somebody did in a day, week or month, and what he plans for the next.

    `lines` is what the system knew when it was sent ([{"label", "done", "late", "missed", "open"}]); it does not change afterwards.
    Sent again before anybody has read it, it replaces itself.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="summaries")
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=summary_kinds)
    starts_on = models.DateField()
    lines = models.JSONField(default=list)
    text = models.TextField()
    plan = models.TextField(blank=True)
    sent_at = models.DateTimeField()
    read_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind", "starts_on"], name="summary_once_a_period"),
            models.CheckConstraint(
                condition=models.Q(read_by=None, read_at=None) | models.Q(read_by__isnull=False, read_at__isnull=False),
                name="summary_read_by_somebody",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "starts_on", "person"], name="summary_by_period")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.starts_on}"


class Owing(models.TextChoices):
    CHARTER = "charter", _("whose charter says so")
    EVERYBODY = "everybody", _("everybody")
    NOBODY = "nobody", _("nobody")


def owings() -> list[tuple[str, str]]:
    return [(one.value, str(one.label)) for one in Owing]


class SummaryRule(models.Model):
    """Who owes a company the summaries of a kind, and how long after the period: `within` which time he sends it, after what `further`
    time his superior hears that it is missing. Both in working time. A kind without a row has the defaults of work.missing."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=summary_kinds)
    owed_by = models.CharField(max_length=10, choices=owings)
    within = models.CharField(max_length=20)
    further = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "kind"], name="summary_rule_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.company_id} {self.kind} {self.owed_by}"


class SummaryChase(models.Model):
    """A summary that was missing after its time: when its author was asked for it, and when his superior was told."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=summary_kinds)
    starts_on = models.DateField()
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind", "starts_on"], name="summary_chased_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], condition=models.Q(told_at=None), name="summary_chase_to_tell")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.starts_on}"
