"""Grants of authority to positions, and the version of everything that decisions rest on."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.organization.models import Position


class Grant(models.Model):
    """What the holder of a position may decide or propose. Written when a charter is activated, never changed afterwards.

    `limits`, `conditions`, `windows`, `obligations` are as in spec.GrantSpec. Half-open: from `start` up to, not including,
    `end`; a later version of the charter ends it. `source` names the charter version for people, `source_id` links to it.
    """

    position = models.ForeignKey(Position, models.PROTECT, related_name="grants")
    action = models.CharField(max_length=80)
    right = models.CharField(max_length=10, default="decide")
    limits = models.JSONField(default=dict)
    conditions = models.JSONField(default=dict)
    scope = models.CharField(max_length=20, default="anywhere")
    windows = models.JSONField(default=list)
    obligations = models.JSONField(default=list)
    start = models.DateField()
    end = models.DateField(null=True)
    source = models.CharField(max_length=200)
    source_id = models.BigIntegerField(null=True)  # charters.CharterVersion
    clause = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(right__in=["decide", "propose"]), name="grant_right_known"),
            models.CheckConstraint(
                condition=models.Q(end=None) | models.Q(end__gte=models.F("start")), name="grant_span"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["position", "action"], name="grant_by_position"),
            models.Index(fields=["source_id"], name="grant_by_source"),
        ]

    def __str__(self) -> str:
        return f"{self.action} · {self.source} {self.clause}"


class AuthorityState(models.Model):
    """One row: a number that rises with every change of organization, acting, grants or declared actions.

    Decisions take it shared, changes exclusively (queries.lock_authority), so no grant is revoked between a decision and
    its act; processes compare it to know whether their compiled rulebook still holds.
    """

    version = models.BigIntegerField(default=1)
    # How long an approver has, in business time, before a request climbs one rung (lib.durations).
    answer_within = models.CharField(max_length=20, default="1 workday")

    def __str__(self) -> str:
        return str(self.version)


class SeparationRule(models.Model):
    """Two kinds of action that should not meet in one person (职责分离): makes and approves, keeps seal and cheques, …"""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    first = models.JSONField()  # list of action patterns
    second = models.JSONField()
    control = models.CharField(max_length=200, blank=True)  # the compensating control where both must meet
    origin = models.CharField(max_length=60, default="kernel")

    def __str__(self) -> str:
        return self.name
