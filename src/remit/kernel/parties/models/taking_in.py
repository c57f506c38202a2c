"""Customers taken in from a file: the file on its way, what it did, so that it can be undone, and how a person's columns are read."""

from typing import ClassVar, Final

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models.party import Party


class ImportRun(models.Model):
    """One file that was taken in. Undone, its new customers are gone and the others are as they were."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.file_name


class UploadStage(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("To be looked at")
    WAITING = "waiting", _("In the queue")
    WRITING = "writing", _("Being taken in")
    DONE = "done", pgettext_lazy("file", "Taken in")
    FAILED = "failed", _("Not taken in")
    DROPPED = "dropped", pgettext_lazy("file", "Dropped")


# While a job is at it, or will be.
RUNNING: Final = (UploadStage.CHECKING, UploadStage.WAITING, UploadStage.WRITING)


def upload_stages() -> list[tuple[str, str]]:
    return [(stage.value, str(stage.label)) for stage in UploadStage]


class Upload(models.Model):
    """A file that somebody sent and nobody has taken in yet: a draft of one person, no fact of business. Gone after a day.

    `mapping` maps headers to fields; empty until the file was read. A small file is read anew for each page. A large one is worked on by
    jobs: `progress` counts rows by phase, `report` is what the check found (importing.reporting), `wrong` the numbers of the rows with
    a fault and `errors` the file of them; `refusal` is why it was not taken in, `run` what it became.
    """

    token = models.CharField(max_length=24, unique=True)
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    data = models.BinaryField()
    is_large = models.BooleanField()
    mapping = models.JSONField(default=dict)
    stage = models.CharField(max_length=8, choices=upload_stages)
    progress = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    wrong = models.JSONField(default=list)
    errors = models.BinaryField(default=b"")
    refusal = models.TextField(blank=True)
    run = models.ForeignKey(ImportRun, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)  # the work that goes on
    looked_at = models.DateTimeField(null=True)  # its page, as long as work goes on

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="upload_by_person"),
            models.Index(fields=["made_at"], name="upload_by_time"),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportedParty(models.Model):
    """A customer that a run made (`before` None) or changed (`before`: how it was). `version` is the one it had afterwards: as
    long as it still has it, nobody has done anything with it."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="parties")
    party = models.ForeignKey(Party, models.CASCADE, related_name="imports")
    before = models.JSONField(null=True)
    version = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "party"], name="imported_once_a_run")]

    def __str__(self) -> str:
        return f"{self.party_id} by {self.run_id}"


class ColumnMapping(models.Model):
    """Which column means what, as a person last said for a file with these headers."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    headers = models.CharField(max_length=64)  # digest of the headers in their order
    fields = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "headers"], name="mapping_once")]

    def __str__(self) -> str:
        return f"mapping of {self.person_id}"
