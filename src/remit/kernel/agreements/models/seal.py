"""Seals and the log of their use (S-177)."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from remit.kernel.agreements.models.agreement import Agreement
from remit.kernel.organization.models import Person, Unit


class SealKind(models.TextChoices):
    COMPANY = "company", _("Company seal")
    FINANCE = "finance", _("Finance seal")
    CONTRACT = "contract", _("Contract seal")
    PERSON = "person", _("Legal representative's seal")


def seal_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in SealKind]


class Seal(models.Model):
    """One seal of a company, and who keeps it where."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=seal_kinds)
    keeper = models.ForeignKey(Person, models.PROTECT, related_name="+")
    place = models.CharField(max_length=120, blank=True)
    since = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "kind"], name="seal_once_a_kind")]

    def __str__(self) -> str:
        return self.get_kind_display()


class SealUse(models.Model):
    """One use: on what, why, by whom, and who kept the seal then. Entries are added, none is changed."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.CharField(max_length=24)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="uses")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="seal_uses")
    paper = models.CharField(max_length=200)
    reason = models.CharField(max_length=400)
    keeper = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "number"], name="seal_use_number_once")]
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="seal_use_by_company")]

    def __str__(self) -> str:
        return self.number
