"""When goods may leave: what was agreed on paying, what of an order was billed, and who let it go."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import pgettext_lazy

from remit.kernel.agreements.models import Agreement
from remit.kernel.billing.models import Charge
from remit.kernel.organization.models import Person, Unit


class TermsKind(models.TextChoices):
    PREPAID = "prepaid", pgettext_lazy("terms of payment", "Paid before it leaves")
    DEPOSIT = "deposit", pgettext_lazy("terms of payment", "A part paid before it leaves")
    CREDIT = "credit", pgettext_lazy("terms of payment", "On credit, within the limit")


def terms_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in TermsKind]


class PaymentTerms(models.Model):
    """What of an order has to be paid before its goods leave. Without a row: all of it. The one laid down last counts."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="payment_terms", db_index=False)
    kind = models.CharField(max_length=7, choices=terms_kinds)
    percent = models.DecimalField(max_digits=5, decimal_places=2, default=100)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="prepaid", percent=100)
                | models.Q(kind="deposit", percent__gt=0, percent__lt=100)
                | models.Q(kind="credit", percent=0),
                name="payment_terms_percent_fits",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["agreement", "-id"], name="payment_terms_newest")]

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.kind}"


class OrderCharge(models.Model):
    """A charge that bills an order, or a part of it: so much of the order is owed, and no longer only promised."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="order_charges")
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="of_order")
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.charge_id}"


class Shipment(models.Model):
    """The goods of an order were let go, once: under which terms, what was paid at that moment, and whether that was enough. Only added."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="shipment")
    terms = models.CharField(max_length=7, choices=terms_kinds)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    wanted = models.DecimalField(max_digits=18, decimal_places=2)
    paid = models.DecimalField(max_digits=18, decimal_places=2)
    as_agreed = models.BooleanField()
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="shipment_newest")]

    def __str__(self) -> str:
        return f"{self.agreement_id}"
