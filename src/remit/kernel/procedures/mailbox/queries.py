"""Questions about mails."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from remit.kernel.documents.models import StoredFile
from remit.kernel.procedures.models import Case, IncomingMail

MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail on the page of its case; `shown_files` are (id, name) of its attachments."""

    pk: int
    sender: str
    sender_name: str
    subject: str
    text: str
    received_at: dt.datetime
    shown_files: list[tuple[int, str]]


def mails_of(case: Case) -> list[ShownMail]:
    """The newest first. One query, one more where there are attachments."""
    mails = list(IncomingMail.objects.filter(case=case).order_by("-id")[:MOST_SHOWN])
    ids = {pk for mail in mails for pk in mail.files}
    names = dict(StoredFile.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return [
        ShownMail(
            pk=mail.pk,
            sender=mail.sender,
            sender_name=mail.sender_name,
            subject=mail.subject,
            text=mail.text,
            received_at=mail.received_at,
            shown_files=[(pk, names[pk]) for pk in mail.files if pk in names],
        )
        for mail in mails
    ]
