"""Money that came in from a customer, whatever it cleared."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from remit.kernel.ledger.models import Entry
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models import Party


class Method(models.TextChoices):
    CASH = "cash", _("Cash")
    TRANSFER = "transfer", _("Bank transfer")
    CARD = "card", _("Card")
    QR = "qr", _("QR code")
    CHEQUE = "cheque", _("Cheque")
    DEBIT = "debit", _("Direct debit")


def methods() -> list[tuple[str, str]]:
    return [(method.value, str(method.label)) for method in Method]


class ReceiptNumber(models.Model):
    """The last number of a company's receipts in a year; locked while numbers are taken from it, so that none is left out."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "year"], name="receipt_number_series")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Receipt(models.Model):
    """One sum from one payer, "SJ-2026-0001". `unallocated` is what has cleared nothing yet: it is the payer's, and clears what he owes next,
    or is refunded. `on` is the day it counts from; `reference` is what the bank or the till said. `source` names what it came from where that
    was not a person ("debit_item", "17"): the same source makes one receipt once. A receipt is voided by an act of its own, never changed."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=24)
    payer = models.ForeignKey(Party, models.PROTECT, related_name="receipts", db_index=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    unallocated = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3, default="CNY")
    method = models.CharField(max_length=8, choices=methods)
    on = models.DateField()
    reference = models.CharField(max_length=80, blank=True)
    remark = models.CharField(max_length=200, blank=True)
    source_kind = models.CharField(max_length=20, blank=True)
    source_key = models.CharField(max_length=40, blank=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", db_index=False)
    cashier = models.ForeignKey(Person, models.PROTECT, null=True, related_name="receipts_taken", db_index=False)
    made_at = models.DateTimeField(db_default=Now())
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="receipt_number_once"),
            models.UniqueConstraint(
                fields=["company", "source_kind", "source_key"],
                condition=~models.Q(source_kind="") & models.Q(voided_at=None),
                name="receipt_source_once",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0)
                & models.Q(unallocated__gte=0)
                & models.Q(unallocated__lte=models.F("amount")),
                name="receipt_unallocated_within_amount",
            ),
            models.CheckConstraint(
                condition=models.Q(voided_at=None) | ~models.Q(void_reason=""), name="receipt_voided_for_a_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["payer", "-on", "-id"], name="receipt_by_payer"),
            models.Index(fields=["company", "-on", "-id"], name="receipt_by_day"),
            models.Index(fields=["cashier", "on", "id"], name="receipt_by_cashier"),
            models.Index(
                fields=["payer", "id"],
                condition=models.Q(unallocated__gt=0, voided_at=None),
                name="receipt_with_rest",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Refund(models.Model):
    """What of a receipt went back to the payer."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="refunds")
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    method = models.CharField(max_length=8, choices=methods)
    on = models.DateField()
    reason = models.CharField(max_length=200)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_above_0")]

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.amount}"
