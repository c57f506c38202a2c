"""Money that goes out, each against a voucher that was audited before."""

from typing import ClassVar

from django.db import models

from remit.kernel.ledger.models import Entry
from remit.kernel.organization.models import Person, Unit
from remit.kernel.treasury.models.cheque import Cheque


class Way(models.TextChoices):
    CHEQUE = "cheque"
    TRANSFER = "transfer"


class Payment(models.Model):
    """What is owed by `voucher` was paid, in full or in part, and by whom that was looked at and signed (R-082). `entry` is its posting;
    one that was taken back (a void cheque) has the counter entry, too."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    voucher = models.ForeignKey(Entry, models.PROTECT, related_name="payments")
    way = models.CharField(max_length=8)
    payee = models.CharField(max_length=120)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    on = models.DateField()
    reference = models.CharField(max_length=60, blank=True)  # the bank's, of a transfer
    cheque = models.OneToOneField(Cheque, models.PROTECT, null=True, related_name="payment")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="+")
    taken_back = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="+")
    paid_at = models.DateTimeField()
    paid_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_positive"),
            models.CheckConstraint(condition=~models.Q(payee=""), name="payment_bears_its_payee"),
            models.CheckConstraint(
                condition=models.Q(way="cheque", cheque__isnull=False)
                | (models.Q(way="transfer", cheque__isnull=True) & ~models.Q(reference="")),
                name="payment_way_is_whole",
            ),
            models.UniqueConstraint(
                fields=["company", "reference"], condition=~models.Q(reference=""), name="payment_reference_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="payment_newest")]

    def __str__(self) -> str:
        return f"{self.payee} {self.amount}"
