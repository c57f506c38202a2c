"""Units: the group, its companies, their departments and teams, to any depth."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from remit.kernel.organization.models.spans import is_a_span


class UnitKind(models.TextChoices):
    GROUP = "group", _("Group")
    COMPANY = "company", _("Company")
    DEPARTMENT = "department", _("Department")
    TEAM = "team", _("Team")


def unit_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in UnitKind]


class Unit(models.Model):
    """One box of the organization as it is today; `UnitSpell` tells how it was on any earlier day.

    `path` is the materialised path of ids from the top ("/1/4/9/"), so that a sub-tree is one prefix. `company` is the nearest
    company at or above the unit; the group itself has none.
    """

    kind = models.CharField(max_length=12, choices=unit_kinds)
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=40, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    company = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=400, db_index=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["parent", "name"], condition=models.Q(closed_on=None), name="unit_name_once"
            ),
            models.UniqueConstraint(fields=["kind"], condition=models.Q(kind="group"), name="one_group"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="unit_path_prefix"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        return self.path.count("/") - 2


class UnitSpell(models.Model):
    """How a unit was called and where it hung, for a span of days."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="spells")
    name = models.CharField(max_length=120)
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    start = models.DateField()
    end = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit"], condition=models.Q(end=None), name="unit_one_open_spell"),
            is_a_span("unit_spell_span"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.start}–{self.end or ''}"
