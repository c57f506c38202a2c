"""Work items (待办): one thing for one person, or one desk, to do by a time."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.charters.models import Charter
from remit.kernel.organization.models import Person, Position, Unit


class WorkItem(models.Model):
    """Something that is to be done, and where it comes from.

    `source_kind` and `source_key` name what asked for it (sources.SOURCES says which kinds there are; the key is the id of a row,
    or several with points between); one source has one item. `labels` and `provenances` map a language code to the text of the day it was opened. `action` is the business action it
    is about, "" where there is none: a deputy to whom only some actions were handed over sees only their items.
    `excepted` may not do it though he holds the position: nobody decides on, or countersigns, what he did himself.
    Closed without `done_by`, it fell away (withdrawn, passed one level up), or was missed (`is_missed`).

    A routine's occurrence names its `charter` and `duty`, the day it is for (`occurs_on`), and the `post` by which it is asked: a
    person's item whose post is vacant stands at the position above. `term` says how `due_at` follows from the calendar (calendars.due_of
    has its forms; "" is a moment that no calendar moves), `lapses_at` when it counts as missed. `evidence` is what has to be there when it is done
    ([{"kind", "label"}], as in charters), `result` what was there.
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
    post = models.ForeignKey(Position, models.PROTECT, null=True, related_name="+")
    charter = models.ForeignKey(Charter, models.PROTECT, null=True, related_name="+")
    duty = models.CharField(max_length=40, blank=True)
    occurs_on = models.DateField(null=True)
    term = models.CharField(max_length=20, blank=True)
    counted_from = models.DateTimeField(null=True)
    lapses_at = models.DateTimeField(null=True)
    evidence = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="work_given")
    claimed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    snoozed_until = models.DateTimeField(null=True)
    is_missed = models.BooleanField(default=False)
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
            models.CheckConstraint(
                condition=models.Q(is_missed=False) | models.Q(done_at__isnull=False, done_by=None),
                name="work_item_missed_is_closed",
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
            models.Index(fields=["post", "occurs_on"], condition=models.Q(post__isnull=False), name="work_by_post"),
            models.Index(
                fields=["lapses_at"], condition=models.Q(done_at=None, lapses_at__isnull=False), name="work_by_lapse"
            ),
            models.Index(fields=["given_by", "id"], condition=models.Q(given_by__isnull=False), name="work_by_giver"),
            models.Index(fields=["person", "done_at"], condition=models.Q(is_missed=True), name="work_missed"),
        ]

    def __str__(self) -> str:
        return f"{self.source_kind} {self.source_key}"

    @property
    def is_open(self) -> bool:
        return self.done_at is None
