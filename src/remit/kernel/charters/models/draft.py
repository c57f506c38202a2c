"""Draft charters: what was read from a document, item by item, until somebody has looked at each."""

from typing import ClassVar

from django.db import models

from remit.kernel.charters.models.charter import CharterVersion
from remit.kernel.charters.models.imported import ImportedDocument
from remit.kernel.organization.models import Person


class DraftCharter(models.Model):
    """A position that was found. `header` holds the parts of a CharterSpec that are no items (title, reports_to, purpose …).

    `version` is what it became; `dropped_at` says that the reviewer put it aside.
    """

    document = models.ForeignKey(ImportedDocument, models.CASCADE, related_name="drafts")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    department = models.CharField(max_length=120, blank=True)
    header = models.JSONField(default=dict)
    start = models.PositiveIntegerField()  # where it stands in the document's text
    end = models.PositiveIntegerField()
    confidence = models.FloatField()
    version = models.OneToOneField(CharterVersion, models.PROTECT, null=True, related_name="draft")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["document", "order"]

    def __str__(self) -> str:
        return self.title


class DraftItem(models.Model):
    """One duty, clause of authority, KPI or qualification. `data` is its part of the CharterSpec, without the id.

    `spans` are pairs of offsets into the document's text. `state`: proposed until somebody accepts, edits or rejects it.
    `looks` are sentences that say why a person should look twice.
    """

    draft = models.ForeignKey(DraftCharter, models.CASCADE, related_name="items")
    part = models.CharField(max_length=14)  # duty, authority, kpi, qualification
    order = models.PositiveIntegerField()
    data = models.JSONField()
    original = models.TextField(blank=True)
    spans = models.JSONField(default=list)
    confidence = models.FloatField(default=1.0)
    looks = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="proposed")
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["draft", "order", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(part__in=["duty", "authority", "kpi", "qualification"]), name="draft_item_part_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["proposed", "accepted", "edited", "rejected"]),
                name="draft_item_state_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.data.get("text") or self.data.get("name") or "")
