"""Rulings: every decision that was asked for in earnest, with its facts and what came of it."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.authority.models.grant import Grant
from remit.kernel.organization.models import Person, Position, Unit


class Ruling(models.Model):
    """Who asked to do what with which facts, and what the authority in force answered.

    Windows add up the granted ones; "what would this new limit have stopped in the last 90 days" replays all of them.
    """

    action = models.CharField(max_length=80)
    company = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="rulings")
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    behalf_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    facts = models.JSONField()
    outcome = models.CharField(max_length=10)
    grant = models.ForeignKey(Grant, models.PROTECT, null=True, related_name="uses")
    inherent = models.CharField(max_length=200, blank=True)
    door = models.CharField(max_length=10)
    request = models.ForeignKey("authority.Request", models.PROTECT, null=True, related_name="rulings")
    event_id = models.BigIntegerField(null=True)  # audit.Event of the act itself
    idempotency_key = models.CharField(max_length=80, null=True)  # noqa: DJ001 - null, so that absent keys don't collide
    answer = models.JSONField(default=dict)  # what the first call returned, for a repeated one
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["granted", "approval", "refused", "approved"]),
                name="ruling_outcome_known",
            ),
            models.UniqueConstraint(fields=["person", "idempotency_key"], name="asked_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["grant", "at"], name="ruling_by_grant"),
            models.Index(fields=["action", "at"], name="ruling_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.outcome}"
