"""Drawers of cash, the days that were closed in them, and what was carried to the bank."""

from decimal import Decimal
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q

from remit.kernel.ledger.models import Account, Entry
from remit.kernel.organization.models import Person, Unit
from remit.kernel.payments.models import BankAccount

# The notes and coins of the yuan, largest first: what a count says the number of.
FACES: Final = tuple(
    Decimal(face) for face in ("100", "50", "20", "10", "5", "1", "0.5", "0.1", "0.05", "0.02", "0.01")
)


class Drawer(models.Model):
    """The cash that one cashier keeps: one account of the books, and that of no other drawer."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    keeper = models.ForeignKey(Person, models.PROTECT, related_name="+")
    account = models.OneToOneField(Account, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "keeper"], name="drawer_one_a_keeper")]

    def __str__(self) -> str:
        return self.name


class DrawerDay(models.Model):
    """A day as it was closed (日清月结): what the books said, what lay there by face value, and the entry of what differed.

    Only added; a day that was reopened says by whom and why, and is closed anew by another row.
    """

    drawer = models.ForeignKey(Drawer, models.PROTECT, related_name="days")
    on = models.DateField()
    opening = models.DecimalField(max_digits=18, decimal_places=2)
    received = models.DecimalField(max_digits=18, decimal_places=2)
    paid = models.DecimalField(max_digits=18, decimal_places=2)
    counted = models.DecimalField(max_digits=18, decimal_places=2)
    notes = models.JSONField()  # {"100": 12, "0.5": 3}: how many of each face value
    reason = models.CharField(max_length=200, blank=True)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reopen_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["drawer", "on"], condition=Q(reopened_at=None), name="drawer_day_closed_once"
            ),
            models.CheckConstraint(condition=Q(counted__gte=0), name="drawer_count_not_negative"),
            models.CheckConstraint(
                condition=Q(entry__isnull=False) | Q(counted=F("opening") + F("received") - F("paid")),
                name="drawer_difference_entered",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["drawer", "-on", "-id"], name="drawer_day_newest")]

    def __str__(self) -> str:
        return f"{self.drawer_id} {self.on}"

    @property
    def by_books(self) -> Decimal:
        """What should have lain there."""
        return self.opening + self.received - self.paid

    @property
    def difference(self) -> Decimal:
        """Too much is positive."""
        return self.counted - self.by_books


class Deposit(models.Model):
    """Cash that was carried to the bank, by the bank's slip."""

    drawer = models.ForeignKey(Drawer, models.PROTECT, related_name="deposits")
    bank = models.ForeignKey(BankAccount, models.PROTECT, related_name="+")
    on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    slip = models.CharField(max_length=40)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank", "slip"], name="deposit_slip_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="deposit_above_nothing"),
        ]
        indexes: ClassVar = [models.Index(fields=["drawer", "-id"], name="deposit_newest")]

    def __str__(self) -> str:
        return f"{self.slip} {self.amount}"
