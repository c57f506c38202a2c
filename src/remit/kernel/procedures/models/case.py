"""Cases: one run of a procedure about a subject, its steps, and the dated moments from which its clock is read."""

from typing import ClassVar

from django.db import models

from remit.kernel.authority.models import Request
from remit.kernel.organization.models import Person, Position, Unit
from remit.kernel.parties.models import Party
from remit.kernel.procedures.models.procedure import Procedure, ProcedureVersion


class Case(models.Model):
    """One case (事项). `step` is the step that is open, "" once it has ended; `outcome` then names how.

    `started_at` is when the clock began (a call may be entered later than it came), `handler` holds the case and `position` is
    the desk from which. Without `opened_by` a plan, or the customer himself, opened it. `due_at` is a projection of the moments and the calendar, for lists and the timer; pages read the clock
    itself (clocks.py). `values` are the answers of all forms so far, by field.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="cases")
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="cases")
    number = models.CharField(max_length=24)
    title = models.CharField(max_length=200)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="cases")
    subject = models.CharField(max_length=200)
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="cases_opened")
    handler = models.ForeignKey(Person, models.PROTECT, related_name="cases_handled")
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    values = models.JSONField(default=dict)
    step = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    responded_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    reopenings = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="case_number_once"),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, outcome="") & ~models.Q(step="")
                | models.Q(closed_at__isnull=False, step="") & ~models.Q(outcome=""),
                name="case_open_or_ended",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["company", "due_at", "id"], condition=models.Q(closed_at=None), name="open_case_by_due"
            ),
            models.Index(fields=["company", "-id"], name="case_by_company"),
            models.Index(fields=["handler", "-id"], name="case_by_handler"),
            models.Index(fields=["opened_by", "-id"], name="case_by_opener"),
            models.Index(fields=["party", "-id"], condition=models.Q(party__isnull=False), name="case_by_party"),
            models.Index(fields=["procedure", "started_at"], name="case_by_procedure"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class StepRun(models.Model):
    """One performer's run of one step. A loop back, or a reopening, makes a new run; `round` counts them.

    `request` is the approval for which the step's action waits; until it is decided the answers stand in `values`.
    `rung` is how far the overdue step has climbed, `climb_at` when it climbs next. Closed without `closed_by`, it fell away.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="runs")
    step = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField(default=1)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    excepted = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    rung = models.PositiveSmallIntegerField(default=0)
    climb_at = models.DateTimeField(null=True)
    values = models.JSONField(default=dict)
    outcome = models.CharField(max_length=40, blank=True)
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="case_steps")
    called_at = models.DateTimeField(null=True)  # when the customer was called, in a step that is done by telephone
    matter_number = models.CharField(max_length=30, blank=True)  # what the step's action was entered as
    event_id = models.BigIntegerField(null=True)  # audit.Event of that action
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(person=None, position__isnull=False) | models.Q(person__isnull=False, position=None),
                name="step_run_one_performer",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["position", "case"], name="step_run_by_position"),
            models.Index(fields=["person", "case"], name="step_run_by_person"),
            models.Index(fields=["closed_by", "case"], name="step_run_by_doer"),
            models.Index(fields=["climb_at"], condition=models.Q(closed_at=None), name="step_run_to_climb"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"


class CaseMoment(models.Model):
    """Something that the clock of a case is read from, or (`moved`) by which version it was worked on until then (`version`),
    or (`called`) why the customer was called in his time of rest. Rows are added and never changed."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="moments")
    kind = models.CharField(max_length=10)  # paused, resumed, ended, reopened, moved, called
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class CaseNumber(models.Model):
    """The last number of a company, a prefix and a year."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "prefix", "year"], name="case_number_series")
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}: {self.last}"
