"""What a customer has agreed to, and when it may be disturbed."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models.party import Party

# Nobody is called in his rest time; where a company has laid down nothing, these hours hold.
CONTACT_HOURS = "09:00-11:30 14:00-17:30 18:30-20:00"


class Purpose(models.TextChoices):
    SERVICE = "service", _("Service and contract")
    CALL_BACK = "call_back", _("Call-backs and surveys")
    CARE = "care", _("Greetings and care")
    MARKETING = "marketing", _("Offers and advertising")
    SHARING = "sharing", _("Passing on to partners")


class Channel(models.TextChoices):
    ANY = "any", _("Any way")
    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    MESSAGE = "message", pgettext_lazy("way of contact", "Message")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")


def purposes() -> list[tuple[str, str]]:
    return [(purpose.value, str(purpose.label)) for purpose in Purpose]


def channels() -> list[tuple[str, str]]:
    return [(channel.value, str(channel.label)) for channel in Channel]


class Consent(models.Model):
    """What the customer said on a day about being reached for a purpose by a channel: yes or no, and what shows it. The latest word
    counts; rows are added and never changed, the database holds that."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=10, choices=purposes)
    channel = models.CharField(max_length=8, choices=channels, default=Channel.ANY)
    is_given = models.BooleanField()
    day = models.DateField()
    evidence = models.CharField(max_length=200)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["party", "purpose", "-day", "-id"], name="consent_by_party")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.is_given}"


class ContactPolicy(models.Model):
    """A company's own hours, and the purposes for which it asks customers beforehand; service and contract need no consent."""

    company = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    hours = models.CharField(max_length=100, default=CONTACT_HOURS)
    asks_for = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.company_id}: {self.hours}"
