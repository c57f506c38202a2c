"""What ties parties together, and the words they are sorted by."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from remit.kernel.organization.models import Unit
from remit.kernel.parties.models.party import Party


class RelationKind(models.TextChoices):
    """What `other` is to `party`: 王总 is the key person of 恒远精密."""

    KEY_PERSON = "key_person", _("Key person")
    CONTACT = "contact", _("Contact person")
    MEMBER = "member", _("Member")
    PAYER = "payer", _("Payer")
    TENANT = "tenant", _("Tenant")
    GUARANTOR = "guarantor", _("Guarantor")
    FAMILY = "family", _("Family")
    PARENT = "parent", _("Parent organization")
    PARTNER = "partner", _("Partner")


def relation_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in RelationKind]


class Relation(models.Model):
    """`other` is, for `party`, what `kind` says; `note` tells more, such as the post ("采购部经理")."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, related_name="relations")
    other = models.ForeignKey(Party, models.CASCADE, related_name="relations_to")
    kind = models.CharField(max_length=12, choices=relation_kinds)
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["party", "other", "kind"], name="relation_once"),
            models.CheckConstraint(condition=~models.Q(party=models.F("other")), name="relation_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.other_id} is {self.kind} of {self.party_id}"


class Tag(models.Model):
    """A word of a company's own by which customers are sorted."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class PartyTag(models.Model):
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, related_name="tags")
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="parties")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tag", "party"], name="party_tagged_once")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.party_id}"
