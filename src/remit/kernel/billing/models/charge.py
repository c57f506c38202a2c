"""What is owed, and what happened to it since. The amounts of a charge never change; `open_amount` is what its movements leave."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from remit.kernel.billing.models.billable import Billable
from remit.kernel.billing.models.tariff import Tariff
from remit.kernel.ledger.models import Entry
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models import Party


class ChargeKind(models.TextChoices):
    PRINCIPAL = "principal", _("Fee")
    LATE_FEE = "late_fee", _("Late fee")
    RECOVERY = "recovery", _("Cost of recovery")
    DEPOSIT = "deposit", _("Deposit")


class MovementKind(models.TextChoices):
    """A positive amount of each makes less open, a negative one more."""

    PAYMENT = "payment", _("Payment")
    WAIVER = "waiver", _("Waiver")
    WRITE_OFF = "write_off", _("Write-off")
    REVERSAL = "reversal", _("Reversal")
    RETURN = "return", _("Returned payment")
    RECOVERY = "recovered", _("Recovery of a write-off")


class RunState(models.TextChoices):
    MADE = "made", _("Made")
    SENT = "sent", _("Sent")
    REVERSED = "reversed", _("Reversed")


def charge_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in ChargeKind]


def movement_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in MovementKind]


def run_states() -> list[tuple[str, str]]:
    return [(state.value, str(state.label)) for state in RunState]


class FeeRun(models.Model):
    """The fees of a period (from `period_from` until the day before `period_until`) for a scope: a beginning of groups, and tariffs (none
    named: all). What it made can be reversed until it was sent."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period_from = models.DateField()
    period_until = models.DateField()
    group = models.CharField(max_length=200, blank=True)
    tariffs = models.JSONField(default=list, db_default=[])  # codes
    state = models.CharField(max_length=8, choices=run_states, default=RunState.MADE)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "-period_from", "-id"], name="run_by_period")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(period_until__gt=models.F("period_from")), name="run_lasts_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_from:%Y-%m}"


class BillNumber(models.Model):
    """The last number of a company's bills in a year; locked while numbers are taken from it."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "year"], name="bill_number_series")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Bill(models.Model):
    """Charges put together for one payer and one billable, "ZD-2026-0001". What is still open is asked of its charges."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.CharField(max_length=24)
    payer = models.ForeignKey(Party, models.PROTECT, related_name="bills", db_index=False)
    billable = models.ForeignKey(Billable, models.PROTECT, null=True, related_name="bills", db_index=False)
    run = models.ForeignKey(FeeRun, models.PROTECT, null=True, related_name="bills", db_index=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY")
    issued_on = models.DateField()
    due_on = models.DateField()
    sent_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "number"], name="bill_number_once")]
        indexes: ClassVar = [
            models.Index(fields=["payer", "-issued_on", "-id"], name="bill_by_payer"),
            models.Index(fields=["run", "id"], name="bill_by_run"),
        ]

    def __str__(self) -> str:
        return self.number


class Charge(models.Model):
    """One thing owed. `net` + `tax` = `amount` > 0. `period_from` … `period_until` (half-open) is what it stands for; `quantity` and
    `explanation` are how it was worked out, line by line. A late fee names the charge `of` which it is. `entry` is the ledger's entry that it
    is part of. The same fee of the same thing and period stands once among the charges that were not reversed."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    payer = models.ForeignKey(Party, models.PROTECT, related_name="charges", db_index=False)
    billable = models.ForeignKey(Billable, models.PROTECT, null=True, related_name="charges", db_index=False)
    tariff = models.ForeignKey(Tariff, models.PROTECT, null=True, related_name="charges", db_index=False)
    run = models.ForeignKey(FeeRun, models.PROTECT, null=True, related_name="charges", db_index=False)
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="charges")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", db_index=False)
    of = models.ForeignKey("self", models.PROTECT, null=True, related_name="late_fees", db_index=False)
    kind = models.CharField(max_length=9, choices=charge_kinds, default=ChargeKind.PRINCIPAL)
    title = models.CharField(max_length=120)
    period_from = models.DateField()
    period_until = models.DateField()
    quantity = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    net = models.DecimalField(max_digits=18, decimal_places=2)
    tax = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    open_amount = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY")
    due_on = models.DateField()
    explanation = models.JSONField(default=list, db_default=[])
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["billable", "tariff", "period_from", "payer"],
                condition=models.Q(reversed_at=None, billable__isnull=False, tariff__isnull=False, of=None),
                name="charge_once",
            ),
            models.CheckConstraint(
                condition=models.Q(amount=models.F("net") + models.F("tax")) & models.Q(amount__gt=0),
                name="charge_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(open_amount__gte=0) & models.Q(open_amount__lte=models.F("amount")),
                name="charge_open_within_amount",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="late_fee", of__isnull=False)
                | (~models.Q(kind="late_fee") & models.Q(of=None)),
                name="charge_late_fee_of",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["payer", "due_on", "id"], condition=models.Q(open_amount__gt=0), name="charge_open_by_payer"
            ),
            models.Index(
                fields=["company", "due_on", "id"], condition=models.Q(open_amount__gt=0), name="charge_open_by_company"
            ),
            models.Index(fields=["of", "id"], condition=models.Q(of__isnull=False), name="charge_by_principal"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def on_paper(self) -> str:
        """What its payer reads, on papers that are Chinese: a late fee bears the name of the fee that was late."""
        return f"{self.title}（滞纳金）" if self.kind == ChargeKind.LATE_FEE else self.title


class Movement(models.Model):
    """What made a charge more or less open: only ever added. `on` is the day it counts from (a backdated payment counts from when it was
    made), `source` what it came from ("receipt", "17"); a movement that takes another back names it."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="movements", db_index=False)
    kind = models.CharField(max_length=9, choices=movement_kinds)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    on = models.DateField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", db_index=False)
    source_kind = models.CharField(max_length=20)
    source_key = models.CharField(max_length=40)
    takes_back = models.OneToOneField("self", models.PROTECT, null=True, related_name="taken_back_by")
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(amount=0), name="movement_not_zero")]
        indexes: ClassVar = [
            models.Index(fields=["charge", "on", "id"], name="movement_by_charge"),
            models.Index(fields=["source_kind", "source_key"], name="movement_by_source"),
        ]

    def __str__(self) -> str:
        return f"{self.charge_id}: {self.kind} {self.amount}"
