"""Segments: filters of the customer list that were given a name, for oneself or for a department."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.organization.models import Person, Unit


class Segment(models.Model):
    """A named set of customers: whom `wanted` picks (the shape of `queries.Wanted`), today and on any later day.

    `person` keeps it. `unit` None: it is his alone; else everybody who holds a post in that unit or below it sees it, each with
    the customers that he may see.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=40)
    wanted = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "name"], name="segment_name_once")]

    def __str__(self) -> str:
        return self.name
