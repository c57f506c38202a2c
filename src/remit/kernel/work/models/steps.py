"""What happened to a work item between its opening and its end, who watches it, and the files that show that it was done."""

from typing import ClassVar

from django.db import models

from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person
from remit.kernel.work.models.item import WorkItem


class WorkStep(models.Model):
    """One line of an item's history, as people read it. `kind` is one of the deeds in deeds.STEP_WORDS; `to` who got it."""

    item = models.ForeignKey(WorkItem, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["item", "id"], name="work_step_by_item")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.item_id}"


class WorkWatch(models.Model):
    """Somebody follows an item: may read it, and finds it under what he watches."""

    item = models.ForeignKey(WorkItem, models.CASCADE, related_name="watches")
    person = models.ForeignKey(Person, models.PROTECT, related_name="work_watched")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "person"], name="work_watched_once")]

    def __str__(self) -> str:
        return f"{self.person_id} watches {self.item_id}"


class WorkFile(models.Model):
    """A file that was handed in as evidence; `label` is the evidence it stands for. A file belongs to one item."""

    item = models.ForeignKey(WorkItem, models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    label = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.label} of {self.item_id}"
