"""Views of the case list that somebody has given a name."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.organization.models import Person, Unit


class SavedView(models.Model):
    """A named view of the case list: which cases, in which order, with which columns (`wanted`, in the shape of `views.View`).

    `person` keeps it. `unit` None: it is his alone; else everybody who holds a post in that unit or below it sees it, each with the
    cases that he may see. The default one is what its keeper's list opens with.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=40)
    wanted = models.JSONField(default=dict)
    is_default = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "name"], name="saved_view_name_once"),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(is_default=True), name="saved_view_default_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
