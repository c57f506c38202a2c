"""Direct debit: batches to the bank, what is asked for in them, and what came back."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from remit.kernel.agreements.models import Mandate
from remit.kernel.billing.models import Charge
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models import Party
from remit.kernel.payments.models.bank import BankAccount


class BatchState(models.TextChoices):
    MADE = "made", _("Made")
    SENT = "sent", _("At the bank")
    SETTLED = "settled", _("Settled")
    DROPPED = "dropped", _("Dropped")


class ItemState(models.TextChoices):
    OPEN = "open", _("Open")
    COLLECTED = "collected", _("Collected")
    FAILED = "failed", _("Failed")


class NextStep(models.TextChoices):
    NOTHING = "", "—"
    CALL = "call", _("Call the customer")
    RENEW_MANDATE = "renew_mandate", _("Renew the mandate")
    RETRY = "retry", _("Try again")
    STOP = "stop", _("Debit no more")


def batch_states() -> list[tuple[str, str]]:
    return [(state.value, str(state.label)) for state in BatchState]


def item_states() -> list[tuple[str, str]]:
    return [(state.value, str(state.label)) for state in ItemState]


def next_steps() -> list[tuple[str, str]]:
    return [(step.value, str(step.label)) for step in NextStep]


class DebitNumber(models.Model):
    """The last number of a company's batches in a year."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "year"], name="debit_number_series")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class DebitBatch(models.Model):
    """What the bank is asked to collect on a day, "DK-2026-0001": charges that were due by `due_until`, of the things whose group begins with
    `group`. `bank_text` is the description by which its file is written and its return read, as it was then. `count` and `amount` are the
    file's control sums. The file leaves once, `copies` counts how often it was fetched again."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.CharField(max_length=24)
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="batches")
    bank_name = models.CharField(max_length=60)
    bank_text = models.TextField()
    on = models.DateField()
    due_until = models.DateField()
    group = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=batch_states, default=BatchState.MADE)
    count = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    copies = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "number"], name="debit_batch_number_once")]
        indexes: ClassVar = [models.Index(fields=["company", "-on", "-id"], name="debit_batch_by_day")]

    def __str__(self) -> str:
        return self.number


class DebitReturn(models.Model):
    """A return file that was taken in for a batch. The same file again changes nothing."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    batch = models.ForeignKey(DebitBatch, models.PROTECT, related_name="returns")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    collected = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "sha256"], name="debit_return_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.collected} + {self.failed}"


class DebitItem(models.Model):
    """One customer's sum in a batch, under a mandate. Failed, it has the bank's `code` and what is done `next`; a customer whose debit is to
    stop, or whose mandate is to be renewed, is not debited under that mandate before the item is `released`."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    batch = models.ForeignKey(DebitBatch, models.PROTECT, related_name="items", db_index=False)
    sequence = models.PositiveIntegerField()
    reference = models.CharField(max_length=35)
    payer = models.ForeignKey(Party, models.PROTECT, related_name="debits", db_index=False)
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="debits", db_index=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    state = models.CharField(max_length=9, choices=item_states, default=ItemState.OPEN)
    settled_on = models.DateField(null=True)
    code = models.CharField(max_length=35, blank=True)
    message = models.CharField(max_length=120, blank=True)
    next = models.CharField(max_length=13, choices=next_steps, blank=True, default="")
    retry_on = models.DateField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "sequence"], name="debit_item_sequence_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="debit_item_above_0"),
            models.CheckConstraint(
                condition=models.Q(state="open", settled_on=None)
                | (~models.Q(state="open") & ~models.Q(settled_on=None)),
                name="debit_item_settled_on_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["payer", "-id"], name="debit_item_by_payer"),
            models.Index(fields=["batch", "state", "sequence"], name="debit_item_by_state"),
            models.Index(
                fields=["mandate", "-id"],
                condition=models.Q(state="failed", released_at=None),
                name="debit_item_holding",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DebitCharge(models.Model):
    """So much of a charge is in an item. While it `is_open` no other batch asks for the charge."""

    item = models.ForeignKey(DebitItem, models.PROTECT, related_name="charges")
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="+", db_index=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["charge"], condition=models.Q(is_open=True), name="charge_in_one_open_batch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charge_id}: {self.amount}"
