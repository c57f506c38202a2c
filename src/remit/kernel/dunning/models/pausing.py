"""What keeps the ladder from going on: holds, disputes, promises and plans of instalments. Whether one is in force is asked by the day."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from remit.kernel.billing.models import Bill
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models import Party


class HoldKind(models.TextChoices):
    HOLD = "hold", _("Hold on dunning")
    DISPUTE = "dispute", _("Disputed bill")


def hold_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in HoldKind]


class Hold(models.Model):
    """A customer left alone from `since` up to `until`, or a `bill` in dispute, which does not count until that is settled. It ends early with
    `ended_on`, from which day on the ladder goes on, and the words that ended it."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    payer = models.ForeignKey(Party, models.PROTECT, related_name="holds", db_index=False)
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=7, choices=hold_kinds)
    reason = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    explanation = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="hold", bill=None, until__isnull=False)
                | models.Q(kind="dispute", bill__isnull=False),
                name="hold_has_an_end_or_a_bill",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="hold_lasts_a_day"
            ),
            models.UniqueConstraint(
                fields=["bill"], condition=models.Q(kind="dispute", ended_on=None), name="bill_disputed_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["payer", "-since", "-id"], name="hold_by_payer")]

    def __str__(self) -> str:
        return f"{self.payer_id}: {self.kind}"


class PaymentPlan(models.Model):
    """What a customer promised to pay, at once or in instalments. It pauses the ladder up to `last_on` as long as what came in since `since` covers
    the instalments that are due; the day after one was missed it does not, without anybody's doing."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    payer = models.ForeignKey(Party, models.PROTECT, related_name="payment_plans", db_index=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    since = models.DateField()
    last_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, last_on__gte=models.F("since")), name="payment_plan_is_whole"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["payer", "-last_on", "-id"], name="payment_plan_by_payer")]

    def __str__(self) -> str:
        return f"{self.payer_id}: {self.amount}"


class Instalment(models.Model):
    """One part of a plan; a promise has one."""

    plan = models.ForeignKey(PaymentPlan, models.PROTECT, related_name="instalments", db_index=False)
    due_on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="instalment_above_0")]
        indexes: ClassVar = [models.Index(fields=["plan", "due_on"], name="instalment_by_plan")]

    def __str__(self) -> str:
        return f"{self.due_on:%Y-%m-%d}: {self.amount}"
