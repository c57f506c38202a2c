"""The timeline: what passed between us and a customer. Rows are added and never changed; the database holds that."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models.party import Party


class ActivityKind(models.TextChoices):
    NOTE = "note", _("Note")
    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    MESSAGE = "message", _("Message")
    LETTER = "letter", _("Letter")
    EMAIL = "email", _("E-mail")
    NEED = "need", _("Need")
    COMPETITOR = "competitor", _("Competitor")


def activity_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in ActivityKind]


class Activity(models.Model):
    """One entry (D-025): when it happened, what kind, what was said, who wrote it down and when."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="activities")
    kind = models.CharField(max_length=12, choices=activity_kinds)
    at = models.DateTimeField()
    text = models.TextField()
    next_step = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["party", "-at", "-id"], name="activity_by_party")]

    def __str__(self) -> str:
        return f"{self.kind} {self.party_id}"
