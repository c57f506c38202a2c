"""Whose a customer is: collaborators, and every change of owner, in batches that can be taken back."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models.party import Party


class Collaborator(models.Model):
    """Somebody who reads a customer's file and adds to it, beside the owner."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, related_name="collaborators")
    person = models.ForeignKey(Person, models.PROTECT, related_name="collaborations")
    added_at = models.DateTimeField(db_default=Now())
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "party"], name="collaborates_once")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.party_id}"


class TransferKind(models.TextChoices):
    TRANSFER = "transfer", _("Transfer")
    HANDOVER = "handover", _("Handover")
    ALLOCATION = "allocation", _("Allocation")
    POOL = "pool", _("Put into the pool")
    CLAIM = "claim", _("Claimed from the pool")
    RECYCLE = "recycle", _("Recycled into the pool")
    RETURN = "return", _("Handed back")


def transfer_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in TransferKind]


class Transfer(models.Model):
    """One change of owners, of one customer or of many. `returned_by` is the transfer that took it back."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=transfer_kinds)
    giver = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    count = models.PositiveIntegerField(default=0)
    moved = models.JSONField(default=dict)  # what a handover moved beside the customers, by the name of what it is
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    returned_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="returns")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["taker", "kind", "made_at"], name="transfer_by_taker")]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d}"


class TransferLine(models.Model):
    """One customer of a transfer: from whom, to whom; None is the pool."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="lines")
    party = models.ForeignKey(Party, models.CASCADE, related_name="transfer_lines")
    before = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["transfer", "party"], name="transfer_line_once")]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.before_id} → {self.after_id}"


class PoolPolicy(models.Model):
    """How a company's common pool works: how many one person may claim in thirty days, and after how many days without any
    contact a customer of each grade falls back (0: never), or after how many days since his contract ended. And how many days a new owner has for the first contact (R-020)."""

    company = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    claims_in_30_days = models.PositiveSmallIntegerField(default=30)
    idle_days_a = models.PositiveSmallIntegerField(default=0)
    idle_days_b = models.PositiveSmallIntegerField(default=0)
    idle_days_c = models.PositiveSmallIntegerField(default=180)
    idle_days_d = models.PositiveSmallIntegerField(default=90)
    idle_days_none = models.PositiveSmallIntegerField(default=90)
    contract_ended_days = models.PositiveSmallIntegerField(default=0)
    first_contact_days = models.PositiveSmallIntegerField(default=7)

    def __str__(self) -> str:
        return f"pool of {self.company_id}"
