"""At which price, how often, and what happens to who pays late. The terms themselves are read by `lib.tariffs`."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from remit.kernel.billing.models.billable import Billable
from remit.kernel.organization.models import Unit


class Cycle(models.IntegerChoices):
    """For how many months one charge stands; 0: once, at the beginning."""

    ONCE = 0, _("once")
    MONTH = 1, _("monthly")
    QUARTER = 3, _("quarterly")
    HALF_YEAR = 6, _("half-yearly")
    YEAR = 12, _("yearly")


def cycles() -> list[tuple[int, str]]:
    return [(cycle.value, str(cycle.label)) for cycle in Cycle]


class LateFeePolicy(models.Model):
    """What becomes due by itself on what is overdue: `rate` of the open principal for each day (0.0005 is 0.5 ‰) after `grace_days`
    that cost nothing, at most `cap` of the principal as it was billed (0.2 is 20 %; None: no cap). Never on late fees themselves."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    rate = models.DecimalField(max_digits=9, decimal_places=7)
    grace_days = models.PositiveSmallIntegerField(default=0)
    cap = models.DecimalField(max_digits=6, decimal_places=4, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "name"], name="late_fee_policy_named_once"),
            models.CheckConstraint(
                condition=models.Q(rate__gte=0) & models.Q(rate__lt=1), name="late_fee_rate_below_1"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Tariff(models.Model):
    """A kind of fee (物业费, 水费, 专线月租): how often, when it is due, into which account. `kind` is that of its terms; a price that
    changes is a new step, so that a period with a step in it is charged by days. `role` is the ledger's account of the income."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    cycle = models.PositiveSmallIntegerField(choices=cycles, default=Cycle.MONTH)
    due_days = models.PositiveSmallIntegerField(default=15)  # after the first day of the period that the run is for
    role = models.CharField(max_length=30, default="revenue")
    late_fee = models.ForeignKey(LateFeePolicy, models.PROTECT, null=True, related_name="tariffs")
    position = models.PositiveSmallIntegerField(default=100)  # order on the bill
    ended_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="tariff_code_once")]

    def __str__(self) -> str:
        return self.name


class TariffPrice(models.Model):
    """The terms of a tariff from a day on, until the next step."""

    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="prices")
    since = models.DateField()
    terms = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tariff", "since"], name="tariff_price_since_once")]

    def __str__(self) -> str:
        return f"{self.tariff_id} {self.since:%Y-%m-%d}"


class Assignment(models.Model):
    """A tariff applies to a billable from `since` until the day before `until`; `factor` times what it comes to."""

    billable = models.ForeignKey(Billable, models.PROTECT, related_name="assignments")
    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="assignments")
    since = models.DateField()
    until = models.DateField(null=True)
    factor = models.DecimalField(max_digits=9, decimal_places=4, default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["billable", "tariff", "since"], name="assignment_since_once"),
            models.UniqueConstraint(
                fields=["billable", "tariff"], condition=models.Q(until=None), name="assignment_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")), name="assignment_lasts_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.billable_id}: {self.tariff_id}"


class ClearingRule(models.Model):
    """In which order a company clears what a payer owes: kinds of charges, first to last. None: the law's order."""

    company = models.OneToOneField(Unit, models.PROTECT, primary_key=True, related_name="+")
    kinds = models.JSONField()

    def __str__(self) -> str:
        return "、".join(self.kinds)
