"""Mailboxes from which cases are opened, and every mail that came in by them."""

from typing import ClassVar, Final

from django.db import models

from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person, Unit
from remit.kernel.procedures.models.case import Case
from remit.kernel.procedures.models.procedure import Procedure

# So often it is tried to tell a writer of the end.
MOST_ENDINGS: Final = 6


class Mailbox(models.Model):
    """An IMAP mailbox of a company. Its mails become cases of `procedure`, taken in by `keeper` in the right of his position.

    `answers` fills the intake form: a field's name → "@sender", "@subject", "@text", or "=" and a fixed value. `password` is sealed.
    `uid_validity` and `last_uid` say how far it has been read (RFC 3501, 2.3.1.1); None before the first time.
    """

    SECURITIES: ClassVar = ("tls", "starttls", "none")

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    address = models.EmailField(unique=True)
    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField()
    security = models.CharField(max_length=8)
    username = models.CharField(max_length=200)
    password = models.TextField()
    folder = models.CharField(max_length=100, default="INBOX")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+")
    keeper = models.ForeignKey(Person, models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.address


class IncomingMail(models.Model):
    """A mail that came in, whatever became of it: it opened a case, was noted on one, was refused, or is an automatic one that is
    kept and not acted on. `file` is the mail itself as it came (its beginning, where it was too large); `files` are its attachments.
    """

    STATES: ClassVar = ("opened", "noted", "refused", "ignored")

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="mails")
    message_id = models.CharField(max_length=255)
    state = models.CharField(max_length=8)
    reason = models.CharField(max_length=200, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="mails")
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    files = models.JSONField(default=list)
    received_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    answer_after = models.DateTimeField(null=True)  # an answer is owed, from then on; None: none is
    answer_tries = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    # That the case has ended: not before, how often it was not taken, when it went out; once, however often it is taken up again.
    ending_after = models.DateTimeField(null=True)
    ending_tries = models.PositiveSmallIntegerField(default=0)
    ending_sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "message_id"], name="incoming_mail_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["opened", "noted"], case__isnull=False)
                | models.Q(state__in=["refused", "ignored"], case=None),
                name="incoming_mail_has_its_case",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["mailbox", "-id"], name="incoming_mail_by_mailbox"),
            models.Index(fields=["case", "id"], condition=models.Q(case__isnull=False), name="incoming_mail_by_case"),
            models.Index(fields=["mailbox", "sender", "taken_at"], name="incoming_mail_by_sender"),
            models.Index(
                fields=["answer_after"],
                condition=models.Q(answer_after__isnull=False, answered_at=None),
                name="incoming_mail_to_answer",
            ),
            models.Index(
                fields=["case"],
                condition=models.Q(
                    state="opened", answered_at__isnull=False, ending_sent_at=None, ending_tries__lt=MOST_ENDINGS
                ),
                name="incoming_mail_to_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"
