"""Notices: what somebody is told of, and the mails in which it leaves the house."""

import datetime as dt
from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from remit.kernel.organization.models import Person, Unit


class NoticeKind(models.TextChoices):
    OVERDUE = "overdue", _("A case below me is overdue")
    APPROVAL = "approval", _("My decision or my answer is asked")
    ANSWER = "answer", _("What I asked for was decided")
    OWED = "owed", _("A report, a signature or a finding is asked of me")
    TASK = "task", _("A task was given to me, changed or fed back")
    HANDED = "handed", _("Work was handed to me")
    CASE = "case", _("A case that concerns me has moved")
    ACTING = "acting", _("I act for somebody")
    SUMMARY = "summary", _("A summary is missing")
    FILE = "file", _("A file that I sent was checked or taken in")


class Channel(models.TextChoices):
    APP = "app", _("only here")
    MAIL = "mail", _("by mail at once")
    DIGEST = "digest", _("in the daily mail")


def notice_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in NoticeKind]


def channels() -> list[tuple[str, str]]:
    return [(channel.value, str(channel.label)) for channel in Channel]


class Notice(models.Model):
    """One thing that one person should know, until he has read it.

    `topic` names what it is about ("step:12"); while a notice about it is unread, the person is not told a second time: the text is
    renewed instead. `labels` and `provenances` map a language code to the text of the day; `link` is the page where it is seen to.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="notices")
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=notice_kinds)
    topic = models.CharField(max_length=120)
    labels = models.JSONField()
    provenances = models.JSONField()
    link = models.CharField(max_length=200)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "topic"], condition=models.Q(read_at=None), name="notice_once_while_unread"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="notice_by_person"),
            models.Index(fields=["topic"], condition=models.Q(read_at=None), name="notice_by_topic"),
            models.Index(fields=["at"], condition=models.Q(read_at=None), name="notice_unread_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} for {self.person_id}"


class NoticeChoice(models.Model):
    """How somebody wants to be told of a kind; kinds without a row go the way of notices.kinds.USUAL."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=notice_kinds)
    channel = models.CharField(max_length=6, choices=channels)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "kind"], name="notice_choice_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}: {self.channel}"


QUIET_FROM: Final = dt.time(21)
QUIET_UNTIL: Final = dt.time(7, 30)
DIGEST_AT: Final = dt.time(8)


class MailHours(models.Model):
    """When a company's mails go out: never from `quiet_from` to `quiet_until` (over midnight; equal: no such hours), the daily one
    at `digest_at` of each workday. A company without a row has the defaults above."""

    company = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    quiet_from = models.TimeField(default=QUIET_FROM)
    quiet_until = models.TimeField(default=QUIET_UNTIL)
    digest_at = models.TimeField(default=DIGEST_AT)

    def __str__(self) -> str:
        return f"mail hours of {self.company_id}"

    def is_quiet(self, time: dt.time) -> bool:
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= time < self.quiet_until
        return time >= self.quiet_from or time < self.quiet_until


class Mail(models.Model):
    """A mail that is to be sent, or was. `key` ("notice:12", "digest:7:2026-11-23") is what makes it one mail, however often somebody asks for it.

    Sent while its row is locked: two workers never send the same. `try_after` puts off what a server would not take now;
    `given_up_at` ends the tries, `error` says why.
    """

    key = models.CharField(max_length=80, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+")  # None: the daily mail
    made_at = models.DateTimeField()
    try_after = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["try_after", "id"], condition=models.Q(sent_at=None, given_up_at=None), name="mail_to_send"
            ),
            models.Index(fields=["person", "-id"], name="mail_by_person"),
        ]

    def __str__(self) -> str:
        return self.key
