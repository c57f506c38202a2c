"""What customers see and say by themselves: a company's page for matters, the link to one case, their words and their rating."""

from typing import ClassVar

from django.db import models

from remit.kernel.organization.models import Person, Unit
from remit.kernel.procedures.models.case import Case, StepRun


class IntakePage(models.Model):
    """A company's page on which anybody may send a matter in. Which matters, and with which fields, the procedures say (`public`).

    What comes in is `keeper`'s to handle, at his desk. `telephone` is where somebody is told to call whom the page can't serve;
    `purpose` says what the personal data are for, "" for the usual words. `link_days` is how long after its end a case is still
    shown to the customer, `an_hour` how many matters are taken in within an hour.
    """

    company = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    slug = models.CharField(max_length=40, unique=True)
    keeper = models.ForeignKey(Person, models.PROTECT, related_name="+")
    telephone = models.CharField(max_length=40)
    purpose = models.CharField(max_length=400, blank=True)
    link_days = models.PositiveSmallIntegerField(default=30)
    an_hour = models.PositiveSmallIntegerField(default=60)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.slug


class Submission(models.Model):
    """A matter that was sent in on the page. `key` is the form's own: sent twice, it is one case."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    page = models.ForeignKey(IntakePage, models.PROTECT, related_name="submissions")
    key = models.CharField(max_length=40)
    case = models.OneToOneField(Case, models.PROTECT, related_name="submission")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "key"], name="submission_once")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.case_id}"


class StatusLink(models.Model):
    """The address at which the customer sees how his case stands. It is signed, not kept; `serial` counts the links that the case has
    had, and only the last is good, until it is withdrawn. Without `made_by` it went out by itself, with the receipt."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, models.PROTECT, related_name="status_link")
    serial = models.PositiveSmallIntegerField(default=1)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.case_id} {self.serial}"


class CustomerWord(models.Model):
    """What the customer said by himself: a note, or, while a step waits for it (`run`), that the matter is settled or is not.
    Rows are added; the last word on a run holds. An erasure empties `text`."""

    KINDS: ClassVar = ("note", "confirmed", "not_solved")

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="words")
    run = models.ForeignKey(StepRun, models.PROTECT, null=True, related_name="words")
    kind = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    files = models.JSONField(default=list)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Rating(models.Model):
    """How content the customer is with a case, from 1 to 5: one a case, which he may change for some days after `at`."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, models.PROTECT, related_name="rating")
    level = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="rating_from_one_to_five")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.level}"


class PublicTouch(models.Model):
    """Something that came in from outside, to be counted: by the digest of the address, of the number, by case. Kept for a day."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    bucket = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "bucket", "at"], name="public_touch_by_bucket")]

    def __str__(self) -> str:
        return f"{self.bucket} {self.at}"
