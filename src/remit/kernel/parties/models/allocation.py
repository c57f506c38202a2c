"""Allocation (S-020): who takes how many customers, a proposal before it is carried out, and the first contact that is owed then."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models.belonging import Transfer
from remit.kernel.parties.models.party import Party

ORDINARY_SHARE = 100


class Capacity(models.Model):
    """What somebody can take on (R-019): `share` in percent of what a colleague with 100 has (0: nothing), and of which grades,
    as their letters, "-" for customers without one; empty: of all. Who has no row has 100 of everything."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.OneToOneField(Person, models.CASCADE, related_name="capacity")
    share = models.PositiveSmallIntegerField(default=ORDINARY_SHARE)
    grades = models.CharField(max_length=5, blank=True)

    def __str__(self) -> str:
        return f"{self.share} % of {self.person_id}"


class AllocationSource(models.TextChoices):
    POOL = "pool", _("The pool")
    SEGMENT = "segment", _("A segment")
    PERSON = "person", _("What somebody has")


def allocation_sources() -> list[tuple[str, str]]:
    return [(source.value, str(source.label)) for source in AllocationSource]


class Allocation(models.Model):
    """A proposal, until `made_by` has confirmed it (`transfer`) or dropped it (`dropped_at`). `about` says in words whose
    customers they are: the pool, the segment's name, a colleague's."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=allocation_sources)
    about = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    transfer = models.OneToOneField(Transfer, models.PROTECT, null=True, related_name="allocation")
    dropped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.source} {self.made_at:%Y-%m-%d}"


class AllocationLine(models.Model):
    """One customer of a proposal: whose it was when it was made, and who is to have it; None: it stays as it is."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    allocation = models.ForeignKey(Allocation, models.CASCADE, related_name="lines")
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    before = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["allocation", "party"], name="allocated_once")]

    def __str__(self) -> str:
        return f"{self.party_id} → {self.taker_id}"


class FirstContact(models.Model):
    """The new owner of a customer owes it a contact by `due_at` (R-020). `activity` is the one that was; closed without one, it
    fell away. One open one a customer; it goes along when the customer changes hands."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, related_name="first_contacts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    activity = models.ForeignKey("parties.Activity", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["party"], condition=models.Q(closed_at=None), name="first_contact_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(activity=None) | models.Q(closed_at__isnull=False),
                name="first_contact_met_is_closed",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "due_at"], name="first_contact_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.party_id}"
