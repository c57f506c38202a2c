"""Requests for approval (审批): the exact facts that are asked for, and every step on their way."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.authority.models.grant import Grant
from remit.kernel.organization.models import Person, Position, Unit


class Request(models.Model):
    """Somebody asks to do an action that exceeds his authority. Never deleted: withdrawn and superseded ones stay readable.

    Open while `closed_at` is empty. `outcome`: approved, rejected, withdrawn, superseded. After an approval the action runs
    once; `executed_at` says when, `failure` why it no longer could. `amends` leads to the request whose change this one is,
    `difference` names the facts that changed ({"amount": ["800", "900"]}): only they need approval.
    """

    number = models.CharField(max_length=30, unique=True)
    action = models.CharField(max_length=80)
    company = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    requester = models.ForeignKey(Person, models.PROTECT, related_name="requests")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    facts = models.JSONField()
    facts_digest = models.CharField(max_length=64)
    asked_at = models.DateTimeField(db_default=Now())
    door = models.CharField(max_length=10)
    amends = models.ForeignKey("self", models.PROTECT, null=True, related_name="amendments")
    difference = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    executed_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    event_id = models.BigIntegerField(null=True)  # audit.Event of the act, once it ran

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None, outcome="")
                | models.Q(closed_at__isnull=False) & ~models.Q(outcome=""),
                name="request_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(executed_at=None) | models.Q(outcome="approved"), name="request_runs_when_approved"
            ),
            models.UniqueConstraint(
                fields=["amends"], condition=models.Q(closed_at=None), name="request_one_open_amendment"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["requester", "-id"], name="request_by_requester"),
            models.Index(fields=["company", "-id"], name="request_by_company"),
        ]

    def __str__(self) -> str:
        return self.number


class Step(models.Model):
    """One rung of a request: a position is asked from `asked_at` on, and is to answer by `due_at`.

    `outcome`: approved, rejected, climbed (nobody answered in time; the next step asks one level up), returned (a question;
    the clock stands still until `answered_at`), withdrawn, superseded. A returned step stays open.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="steps")
    rung = models.PositiveSmallIntegerField(default=1)
    position = models.ForeignKey(Position, models.PROTECT, related_name="steps")
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="+")  # covers the facts
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    question = models.TextField(blank=True)
    question_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    questioned_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="decisions")
    behalf_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "rung"], name="one_step_a_rung"),
            models.UniqueConstraint(fields=["request"], condition=models.Q(closed_at=None), name="one_open_step"),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, outcome="")
                | models.Q(closed_at__isnull=False) & ~models.Q(outcome=""),
                name="step_closed_with_outcome",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["position", "due_at"], condition=models.Q(closed_at=None), name="open_step_by_post"),
            models.Index(fields=["due_at"], condition=models.Q(closed_at=None), name="open_step_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}.{self.rung}"

    @property
    def waits_for_answer(self) -> bool:
        return self.questioned_at is not None and self.answered_at is None and self.closed_at is None


class RequestNumber(models.Model):
    """The last request number of a year; see MatterNumber."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}/{self.last}"
