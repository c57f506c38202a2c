"""The answer to who wrote: the number of his case. Sent while the mail's row is locked, so that nobody gets it twice."""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import system
from remit.kernel.audit.actions import record
from remit.kernel.procedures.models import Case, IncomingMail, StatusLink
from remit.kernel.procedures.public.links import address_of
from remit.kernel.work.notices.mailing import AGAIN_AFTER, is_set_up, reason_not_taken
from remit.lib import clock

logger = logging.getLogger(__name__)
MOST_IN_A_RUN: Final = 100
SENDER: Final = system("answer mails")


def send_answers() -> int:
    """Over one connection, each in a transaction of its own. Returns how many went out."""
    if not is_set_up():
        return 0
    waiting = IncomingMail.objects.filter(answered_at=None, answer_after__lte=clock.now()).order_by("answer_after")
    return over_one_line(list(waiting.values_list("pk", flat=True)[:MOST_IN_A_RUN]), _answer)


def over_one_line(ids: list[int], send: Callable[[int, Any], bool]) -> int:
    """Each mail by its id over one connection to the server. Returns how many went out."""
    if not ids:
        return 0
    server = get_connection(timeout=settings.EMAIL_TIMEOUT)
    try:
        server.open()
    except OSError as error:
        logger.warning("the mail server can't be reached: %s", error)
        return 0
    try:
        return sum(send(pk, server) for pk in ids)
    finally:
        server.close()


def _answer(pk: int, server: Any) -> bool:
    with transaction.atomic():
        found = IncomingMail.objects.select_for_update(skip_locked=True, of=("self",)).select_related("case", "mailbox")
        mail = found.filter(pk=pk, answered_at=None, answer_after__isnull=False).first()
        if mail is None:
            return False
        message = compose(mail)
        message.connection = server
        refused = reason_not_taken(message)
        if refused is not None:
            mail.answer_tries += 1
            over = refused.for_good or mail.answer_tries > len(AGAIN_AFTER)
            mail.answer_after = None if over else clock.now() + AGAIN_AFTER[mail.answer_tries - 1]
            mail.save(update_fields=["answer_tries", "answer_after"])
            logger.warning("the answer to mail %s was not taken: %s", mail.pk, refused.text)
            return False
        mail.answered_at = clock.now()
        mail.save(update_fields=["answered_at"])
        record(
            SENDER, "mailbox.answer", subject=("mail", mail.pk, mail.subject or mail.sender), company_id=mail.company_id,
            changes={"case": mail.case.number if mail.case else ""},
        )  # fmt: skip
        return True


def status_address(case: Case) -> str:
    """Where the writer sees how it stands; "" where the server does not know its own name, or the link was withdrawn."""
    link = StatusLink.objects.filter(case=case, withdrawn_at=None).first()
    return address_of(link) if link is not None else ""


def _status_line(case: Case) -> list[str]:
    address = status_address(case)
    if not address:
        return []
    return [_("Here you see how it stands, and can add words and photos: %(address)s") % {"address": address}]


def compose(mail: IncomingMail) -> EmailMessage:
    """In the company's language: nobody knows the writer's."""
    assert mail.case is not None  # noqa: S101 - only what opened a case is answered
    with translation.override(settings.LANGUAGE_CODE):
        values = {"number": mail.case.number, "company": mail.company.name}
        lines = [
            _("We have received your letter; its number is %(number)s.") % values,
            _("Whatever you add, please leave the number in the subject, and it reaches the person in charge.")
            % values,
            *_status_line(mail.case),
            "",
            values["company"],
        ]
    return reply(mail, lines, "case-mail")


def reply(mail: IncomingMail, lines: list[str], kind: str) -> EmailMessage:
    """To the writer, in the thread of his letter. A mail that is sent again bears the same Message-ID."""
    assert mail.case is not None  # noqa: S101 - only what opened a case is answered
    domain = mail.mailbox.address.rpartition("@")[2]
    subject = f"Re: {mail.subject} [{mail.case.number}]"
    references = f"{mail.message_id}" if mail.message_id.startswith("<") else ""
    return EmailMessage(
        subject=subject,
        body="\n".join(lines) + "\n",
        from_email=mail.mailbox.address,
        to=[mail.sender],
        headers={
            "Message-ID": f"<{kind}-{mail.pk}@{domain}>",
            "In-Reply-To": references,
            "References": references,
            "Auto-Submitted": "auto-replied",
            "X-Auto-Response-Suppress": "All",
        },
    )
