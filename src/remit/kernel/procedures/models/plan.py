"""Plans: which cases are opened for which customers by themselves, in which company, and what was opened."""

from typing import ClassVar

from django.db import models

from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models import Party
from remit.kernel.procedures.models.case import Case


class Plan(models.Model):
    """A plan (计划) by its key, as the newest version of its pack has it (plans.format.PlanSpec). It belongs to the group and does
    nothing until a company starts it."""

    key = models.CharField(max_length=40, unique=True)
    labels = models.JSONField()
    origin = models.CharField(max_length=60)
    spec = models.JSONField()

    def __str__(self) -> str:
        return self.key


class CompanyPlan(models.Model):
    """A plan that runs in a company from a day on. `changes` are the company's own words above the pack's, by key of the file.

    `seed` draws the samples and spreads the days: whoever draws again gets the same. `ran_on` is the last day whose cases are all
    open; suspended, nothing is opened and nothing is made up for afterwards.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="runs")
    starts_on = models.DateField()
    seed = models.CharField(max_length=16)
    changes = models.JSONField(default=dict)
    suspended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    ran_on = models.DateField(null=True)
    started_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "plan"], name="plan_once_a_company")]

    def __str__(self) -> str:
        return f"{self.plan_id} in {self.company_id}"


class PlannedCase(models.Model):
    """A case that a plan has opened: for which customer, or after which other case, and for which occurrence ("2026-M11")."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    run = models.ForeignKey(CompanyPlan, models.PROTECT, related_name="planned")
    case = models.OneToOneField(Case, models.PROTECT, related_name="planned")
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(Case, models.PROTECT, null=True, related_name="followed_by")
    occurrence = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "party", "occurrence"], condition=models.Q(after=None), name="planned_once_a_customer"
            ),
            models.UniqueConstraint(
                fields=["run", "after"], condition=models.Q(after__isnull=False), name="planned_once_after_a_case"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["run", "occurrence"], name="planned_by_occurrence")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.occurrence}"
