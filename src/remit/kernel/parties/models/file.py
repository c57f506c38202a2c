"""Files in a customer's file: agreements, the originals that were checked, photos."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models.party import Party


class FileKind(models.TextChoices):
    AGREEMENT = "agreement", _("Agreement")
    ORIGINAL = "original", _("Original of the registration")
    LICENCE = "licence", _("Licence or certificate")
    PHOTO = "photo", _("Photo")
    OTHER = "other", _("Other")


def file_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in FileKind]


class PartyFile(models.Model):
    """One file of a customer. It is read by whoever reads the customer's file. Originals are kept (R-046): only who keeps the
    customer's file takes one out, and the event says so."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=file_kinds, default=FileKind.OTHER)
    note = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField(db_default=Now())
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["party", "-id"], name="file_by_party")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.party_id}"
