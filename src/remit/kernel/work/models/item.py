"""Work items (待办): one thing for one person, or one desk, to do by a time."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.organization.models import Person, Position, Unit


class WorkItem(models.Model):
    """Something that is to be done, and where it comes from.

    `source_kind` and `source_key` name what asked for it (sources.SOURCES says which kinds there are; the key is the id of a row,
    or several with points between); one source has one item. `labels` and `provenances` map a language code to the text of the day it was opened. `action` is the business action it
    is about, "" where there is none: a deputy to whom only some actions were handed over sees only their items.
    `excepted` may not do it though he holds the position: nobody decides on, or countersigns, what he did himself.
    Closed without `done_by`, it fell away (withdrawn, passed one level up).
    """

    source_kind = models.CharField(max_length=20)
    source_key = models.CharField(max_length=80)
    labels = models.JSONField()
    provenances = models.JSONField()
    target = models.BigIntegerField()  # by which the source's page is addressed: the request of a step, …
    action = models.CharField(max_length=80, blank=True)
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="work_items")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="work_items")
    excepted = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    company = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    made_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="work_done")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source_kind", "source_key"], name="work_item_one_a_source"),
            models.CheckConstraint(
                condition=models.Q(position=None, person__isnull=False) | models.Q(position__isnull=False, person=None),
                name="work_item_one_performer",
            ),
            models.CheckConstraint(
                condition=models.Q(done_by=None) | models.Q(done_at__isnull=False), name="work_item_done_at_a_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["position", "due_at", "id"], condition=models.Q(done_at=None), name="open_work_by_position"
            ),
            models.Index(
                fields=["person", "due_at", "id"], condition=models.Q(done_at=None), name="open_work_by_person"
            ),
            models.Index(fields=["done_by", "done_at"], name="work_by_doer"),
        ]

    def __str__(self) -> str:
        return f"{self.source_kind} {self.source_key}"
