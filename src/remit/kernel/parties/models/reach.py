"""How a party is reached and by which official numbers it is known."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from remit.kernel.organization.models import Unit
from remit.kernel.parties.models.party import Party


class ContactKind(models.TextChoices):
    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail")
    ADDRESS = "address", _("Address")
    WECHAT = "wechat", _("WeChat")


class IdentifierKind(models.TextChoices):
    ID_CARD = "id_card", _("Identity card")
    CREDIT_CODE = "credit_code", _("Unified social credit code")


def contact_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in ContactKind]


def identifier_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in IdentifierKind]


class ContactPoint(models.Model):
    """A telephone number, an address, an e-mail address. `value` is in the form that `lib.identifiers` gives it, so that equal
    ones are equal; `rank` is the order on the page, the first of a kind the one to use."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=8, choices=contact_kinds)
    value = models.CharField(max_length=300)
    label = models.CharField(max_length=60, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "kind", "value"], name="contact_once_a_party"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "kind", "value"], name="contact_by_value")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.party_id}"


class Identifier(models.Model):
    """An official number, checked by its check digit. Shown masked; reading it whole is an action that leaves an event."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=12, choices=identifier_kinds)
    value = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "kind", "value"], name="identifier_once_a_party"),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "kind", "value"], name="identifier_by_value")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.party_id}"
