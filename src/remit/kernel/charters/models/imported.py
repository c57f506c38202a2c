"""Documents that were read for charters."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person, Unit


class ImportedDocument(models.Model):
    """A document as it was read. `text` is what spans refer to, `blocks` its paragraphs and tables (importing.source.Block).

    `undone_at`: the import was taken back; what it had made is closed, the document stays readable.
    """

    name = models.CharField(max_length=255)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")  # None: pasted text
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    media_type = models.CharField(max_length=120)
    encoding = models.CharField(max_length=40, blank=True)
    script = models.CharField(max_length=4)
    text = models.TextField()
    blocks = models.JSONField()
    warnings = models.JSONField(default=list)
    read_at = models.DateTimeField(db_default=Now())
    read_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="import_by_company")]

    def __str__(self) -> str:
        return self.name
