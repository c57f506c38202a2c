"""Positions: objects of their own, that people come to hold and leave again."""

from typing import ClassVar

from django.db import models

from remit.kernel.organization.models.spans import is_a_span
from remit.kernel.organization.models.unit import Unit


class Position(models.Model):
    """A post in a unit: vacant, held by one, or shared by up to `headcount` people.

    `is_head` marks who leads the unit. `superior` and `second_superior` (double leadership, S-188) are the lines of today;
    `ReportingLine` has them for any day.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="positions")
    company = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=120)
    code = models.CharField(max_length=40, unique=True)
    headcount = models.PositiveSmallIntegerField(default=1)
    is_head = models.BooleanField(default=False)
    superior = models.ForeignKey("self", models.PROTECT, null=True, related_name="subordinates")
    second_superior = models.ForeignKey("self", models.PROTECT, null=True, related_name="second_subordinates")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    # Pinyin, initials and folded title in one text, made by lib.text: what pickers search.
    search = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(headcount__gte=1), name="position_has_room"),
            models.CheckConstraint(
                condition=models.Q(superior=None) | ~models.Q(superior=models.F("id")), name="position_not_own_superior"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PositionSpell(models.Model):
    """What a position was called and where it stood, for a span of days."""

    position = models.ForeignKey(Position, models.CASCADE, related_name="spells")
    title = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    start = models.DateField()
    end = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["position"], condition=models.Q(end=None), name="position_one_open_spell"),
            is_a_span("position_spell_span"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.start}–{self.end or ''}"


class ReportingLine(models.Model):
    """Whom a position answered to, for a span of days. `rank` 1 is the line that approvals climb, 2 the second leader."""

    position = models.ForeignKey(Position, models.CASCADE, related_name="lines")
    superior = models.ForeignKey(Position, models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(default=1)
    start = models.DateField()
    end = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["position", "rank"], condition=models.Q(end=None), name="one_open_line_a_rank"
            ),
            models.CheckConstraint(condition=models.Q(rank__in=[1, 2]), name="line_rank_known"),
            models.CheckConstraint(condition=~models.Q(superior=models.F("position")), name="line_leads_elsewhere"),
            is_a_span("line_span"),
        ]

    def __str__(self) -> str:
        return f"{self.position_id} → {self.superior_id}"
