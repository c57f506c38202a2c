"""The ladder, the runs that go up it, and the reminders they made."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models import Party


class Channel(models.TextChoices):
    """How a step asks for the money."""

    SMS = "sms", _("Text message")
    CALL = "call", pgettext_lazy("step of dunning", "Call")
    VISIT = "visit", pgettext_lazy("step of dunning", "Visit")
    LETTER = "letter", pgettext_lazy("step of dunning", "Letter")
    SUPERVISOR = "supervisor", _("To the supervisor")
    LEGAL = "legal", _("Proposal of legal action")


class Outcome(models.TextChoices):
    """What came of a reminder that a person carries out."""

    REACHED = "reached", _("Reached, will pay")
    ABSENT = "absent", _("Not reached")
    REFUSED = "refused", pgettext_lazy("outcome of dunning", "Refused to pay")
    SENT = "sent", pgettext_lazy("outcome of dunning", "Sent")


def channels() -> list[tuple[str, str]]:
    return [(one.value, str(one.label)) for one in Channel]


def outcomes() -> list[tuple[str, str]]:
    return [(one.value, str(one.label)) for one in Outcome]


class Ladder(models.Model):
    """The steps for one class of customers: a grade, a kind ("person", "organization") or "" for all others. Without a company: what holds
    where a company has laid down none of its own."""

    company = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    customer_class = models.CharField(max_length=12, blank=True)
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "customer_class"], name="ladder_once_a_class", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.company_id}: {self.customer_class or '*'}"


class Rung(models.Model):
    """A step: from so many days over the due day on, where at least `minimum` is overdue."""

    ladder = models.ForeignKey(Ladder, models.CASCADE, related_name="rungs", db_index=False)
    days = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=10, choices=channels)
    minimum = models.DecimalField(max_digits=18, decimal_places=2, default=0)

    class Meta:
        ordering: ClassVar = ["days"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["ladder", "days"], name="rung_once_a_day")]

    def __str__(self) -> str:
        return f"{self.days}: {self.channel}"


class DunningRun(models.Model):
    """One run of a day: who had reached a next step then. `group` is a beginning of billables' groups, `customer_class` as a ladder has it."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    on = models.DateField()
    group = models.CharField(max_length=200, blank=True)
    customer_class = models.CharField(max_length=12, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="dunning_run_newest")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"


class Reminder(models.Model):
    """A step that one customer reached: `days` over the oldest due day `arrears_since`, `amount` overdue in all. The same step comes once for the
    same arrears. `collector` kept the customer then."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(DunningRun, models.PROTECT, related_name="reminders", db_index=False)
    payer = models.ForeignKey(Party, models.PROTECT, related_name="reminders", db_index=False)
    arrears_since = models.DateField()
    level = models.PositiveSmallIntegerField()  # the step's days
    channel = models.CharField(max_length=10, choices=channels)
    days = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    on = models.DateField()
    collector = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=outcomes, blank=True)
    note = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payer", "company", "arrears_since", "level"], name="reminder_once_an_arrears"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="reminder_above_0"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["payer", "-on", "-id"], name="reminder_by_payer"),
            models.Index(fields=["run", "channel", "id"], name="reminder_by_run"),
        ]

    def __str__(self) -> str:
        return f"{self.payer_id}: {self.level}"
