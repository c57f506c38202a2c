"""Meters and what they showed."""

from typing import ClassVar, Final

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from remit.kernel.billing.models.billable import Billable
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person, Unit


class ReadingKind(models.TextChoices):
    READ = "read", pgettext_lazy("kind of reading", "Read")
    ESTIMATE = "estimate", pgettext_lazy("kind of reading", "Estimated")
    INITIAL = "initial", pgettext_lazy("kind of reading", "First")
    FINAL = "final", pgettext_lazy("kind of reading", "Last")


class ReadingState(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("state of a reading", "Accepted")
    HELD = "held", pgettext_lazy("state of a reading", "Held")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a reading", "Corrected")


SUPPLIES: Final = {"water": _("Water"), "electricity": _("Electricity"), "gas": _("Gas"), "heat": _("Heat")}


def reading_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in ReadingKind]


def reading_states() -> list[tuple[str, str]]:
    return [(state.value, str(state.label)) for state in ReadingState]


class Meter(models.Model):
    """A water, electricity or gas meter, or another one that a pack names (S-087).

    One with a `billable` is charged for by the tariffs assigned to that; one without is common, such as the lamps of a stair, or a
    main meter, which its sub-meters point at by `parent`. `digits` are those before the point; after the highest figure it goes
    round to 0. `factor` turns what it shows into units (a current transformer's 40). `bands` are its registers, [""] for one.
    A new meter in the place of an old one names it in `replaces`; the old one is `removed_on` that day.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    supply = models.CharField(max_length=40)
    billable = models.ForeignKey(Billable, models.PROTECT, null=True, related_name="meters")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    group = models.CharField(max_length=200, blank=True)  # whose round it is read on: the billable's, or its own
    place = models.CharField(max_length=120, blank=True)
    digits = models.PositiveSmallIntegerField(default=5)
    factor = models.DecimalField(max_digits=10, decimal_places=3, default=1)
    bands = models.JSONField(default=list)
    installed_on = models.DateField()
    removed_on = models.DateField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="meter_number_once"),
            models.CheckConstraint(condition=models.Q(factor__gt=0, digits__range=(1, 9)), name="meter_can_count"),
            models.CheckConstraint(
                condition=models.Q(removed_on=None) | models.Q(removed_on__gte=models.F("installed_on")),
                name="meter_removed_after",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "group", "number"], name="meter_by_round"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def supply_said(self) -> str:
        """In words where we have them; a pack's own supplies are called as it wrote them."""
        return str(SUPPLIES.get(self.supply, self.supply))


class Reading(models.Model):
    """What one register of a meter showed on a day. Rows only grow: a correction withdraws the wrong one and adds the right one.

    `used` are the units since `previous` (a value, on `previous_on`), factor and rollover counted in; None for a first reading and
    for one that is withdrawn. A `held` reading is looked at before it is billed; `reason` says why, in the words of `hold_reasons`
    or of who corrected it.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    meter = models.ForeignKey(Meter, models.PROTECT, related_name="readings")
    band = models.CharField(max_length=40, blank=True)
    on = models.DateField()
    value = models.DecimalField(max_digits=13, decimal_places=3)
    kind = models.CharField(max_length=10, choices=reading_kinds)
    state = models.CharField(max_length=10, choices=reading_states)
    reason = models.CharField(max_length=200, blank=True)
    rolled = models.BooleanField(default=False)
    previous_on = models.DateField(null=True)
    previous = models.DecimalField(max_digits=13, decimal_places=3, null=True)
    used = models.DecimalField(max_digits=16, decimal_places=3, null=True)
    photo = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meter", "band", "on"], condition=~models.Q(state="withdrawn"), name="reading_once_a_day"
            ),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="reading_not_negative"),
            models.CheckConstraint(
                condition=models.Q(used=None) | models.Q(previous__isnull=False, previous_on__isnull=False),
                name="reading_used_since",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "state", "on"], name="reading_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.band} {self.value}"


class SharedCost(models.Model):
    """A supplier's bill that a tariff of kind share parts among the billables of a group, to the cent (S-093).

    `amount` is what the bill comes to, tax included. Once a run has shared it out it stays as it is until the run is reversed.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    tariff = models.ForeignKey("billing.Tariff", models.PROTECT, related_name="+")
    group = models.CharField(max_length=200, blank=True)  # the billables below this path; "": all of the company
    since = models.DateField()
    until = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    paper = models.CharField(max_length=80, blank=True)  # the supplier's bill, by its number
    run = models.ForeignKey("billing.FeeRun", models.PROTECT, null=True, related_name="shared_costs")
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tariff", "group", "since"], name="shared_cost_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, until__gt=models.F("since")), name="shared_cost_of_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.since}: {self.amount}"
