"""Mails out: single ones for what cannot wait, and the daily one of each workday; sent one by one, each while its row is locked.

A worker that is killed leaves every mail either sent and marked, or to be sent: what it had begun may go out twice at most, and
then with the same Message-ID. Nothing is sent where no mail server is set (settings.EMAIL_HOST), nor in a company's quiet hours.
"""

import datetime as dt
import logging
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from remit.kernel.accounts.actor import system
from remit.kernel.audit.actions import record
from remit.kernel.organization.models import Unit
from remit.kernel.work.calendars import shifts_of_all
from remit.kernel.work.models import Channel, Mail, MailHours, Notice
from remit.kernel.work.notices.kinds import USUAL
from remit.kernel.work.notices.queries import channels_of
from remit.kernel.work.queries import day_count
from remit.kernel.work.texts import in_language
from remit.lib import clock

logger = logging.getLogger(__name__)
SENDER: Final = system("send mail")
# Who has not come by for longer is not written to about it any more: a server that was down for weeks must not flood anybody.
FRESH: Final = dt.timedelta(days=3)
# After how long a mail that was not taken is tried again; after the last one it is given up.
AGAIN_AFTER: Final = tuple(dt.timedelta(minutes=n) for n in (1, 5, 30, 120, 480))
LINES_IN_A_DIGEST: Final = 30
MOST_IN_A_RUN: Final = 200

# How each kind comes where the person has chosen nothing.
_CHOSEN: Final = """
    LEFT JOIN work_noticechoice choice ON choice.person_id = notice.person_id AND choice.kind = notice.kind
    JOIN jsonb_each_text(%(usual)s::jsonb) AS usual(kind, channel) ON usual.kind = notice.kind
"""
_REACHABLE: Final = """
    JOIN organization_person person ON person.id = notice.person_id AND person.email <> ''
        AND (person.left_on IS NULL OR person.left_on > %(today)s)
"""
_SINGLE: Final = f"""
INSERT INTO work_mail (key, person_id, company_id, notice_id, made_at, try_after, tries, error)
SELECT 'notice:' || notice.id, notice.person_id, notice.company_id, notice.id, %(now)s, %(now)s, 0, ''
FROM work_notice notice {_REACHABLE} {_CHOSEN}
WHERE notice.read_at IS NULL AND notice.at > %(since)s AND COALESCE(choice.channel, usual.channel) = 'mail'
ORDER BY notice.id
ON CONFLICT (key) DO NOTHING
"""  # noqa: S608 - the parts stand above
_DIGESTS: Final = f"""
INSERT INTO work_mail (key, person_id, company_id, made_at, try_after, tries, error)
SELECT DISTINCT 'digest:' || notice.person_id || ':' || %(today)s, notice.person_id, person.company_id, %(now)s::timestamptz,
    %(now)s::timestamptz, 0, ''
FROM work_notice notice {_REACHABLE} {_CHOSEN}
WHERE notice.read_at IS NULL AND notice.at > %(since)s AND COALESCE(choice.channel, usual.channel) = 'digest'
    AND person.company_id = ANY(%(companies)s)
    AND NOT EXISTS (SELECT 1 FROM work_mail before WHERE before.person_id = notice.person_id AND before.notice_id IS NULL
        AND before.made_at >= notice.at)
ON CONFLICT (key) DO NOTHING
"""  # noqa: S608 - the parts stand above


def is_set_up() -> bool:
    return bool(settings.EMAIL_HOST)


def queue_mails() -> int:
    """A row for every mail that is to go out now: two statements, whatever the number of people. Returns how many are new."""
    now = clock.now()
    values: dict[str, Any] = {
        "now": now,
        "today": timezone.localdate(now).isoformat(),
        "since": now - FRESH,
        "usual": _usual(),
        "companies": companies_at_their_morning(now),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SINGLE, values)
        count = cursor.rowcount
        if values["companies"]:
            # A long holiday must not swallow what came on its first day.
            cursor.execute(_DIGESTS, {**values, "since": now - 5 * FRESH})
            count += cursor.rowcount
    return int(count)


def _usual() -> str:
    pairs = ", ".join(f'"{kind.value}": "{channel.value}"' for kind, channel in USUAL.items())
    return f"{{{pairs}}}"


def _hours_by_company() -> list[tuple[int, MailHours]]:
    """Every open company with its hours for mails. Two queries."""
    own = {row.company_id: row for row in MailHours.objects.all()}
    companies = Unit.objects.filter(kind="company").values_list("pk", flat=True)
    return [(pk, own.get(pk) or MailHours(company_id=pk)) for pk in companies]


def companies_at_their_morning(now: dt.datetime) -> list[int]:
    """The companies for which it is a workday and the hour of the daily mail has come."""
    hours = [(pk, row) for pk, row in _hours_by_company() if row.digest_at <= timezone.localtime(now).time()]
    shifts = shifts_of_all(pk for pk, _row in hours)
    return [pk for pk, _row in hours if shifts[pk].of_company.is_workday(timezone.localdate(now))]


def companies_at_rest(now: dt.datetime) -> list[int]:
    """The companies in whose quiet hours it is now."""
    return [pk for pk, row in _hours_by_company() if row.is_quiet(timezone.localtime(now).time())]


# --- send --------------------------------------------------------------------------------------------------------------------


def waiting_mails() -> QuerySet[Mail]:
    return Mail.objects.filter(sent_at=None, given_up_at=None, try_after__lte=clock.now()).order_by("try_after", "id")


def send_mails(most: int = MOST_IN_A_RUN) -> int:
    """Send what waits, over one connection, each in a transaction of its own. Returns how many went out.

    A server that can't be reached ends the run: the rest waits for the next one without losing a try.
    """
    resting = companies_at_rest(clock.now())
    ids = list(waiting_mails().exclude(company__in=resting).values_list("pk", flat=True)[:most])
    if not ids:
        return 0
    server = get_connection(timeout=settings.EMAIL_TIMEOUT)
    try:
        server.open()
    except OSError as error:  # smtplib's own errors are among them
        logger.warning("the mail server can't be reached: %s", error)
        return 0
    try:
        return sum(_send(pk, server) for pk in ids)
    finally:
        server.close()


def _send(pk: int, server: Any) -> bool:
    with transaction.atomic():
        found = Mail.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            pk=pk, sent_at=None, given_up_at=None
        )
        mail = found.select_related("person__user", "company", "notice").first()
        if mail is None:
            return False  # another worker has it, or had it
        if mail.notice is not None and mail.notice.read_at is not None:
            return _end(mail, "read meanwhile")
        message = compose(mail)
        if message is None:
            return _end(mail, "nothing left to tell")
        message.connection = server
        refused = reason_not_taken(message)
        if refused is not None:
            return _failed(mail, refused)
        mail.sent_at = clock.now()
        mail.tries += 1
        mail.save(update_fields=["sent_at", "tries"])
        record(
            SENDER,
            "notice.mail",
            subject=("mail", mail.pk, f"{mail.person.name} {mail.key}"),
            company_id=mail.company_id,
            changes={"key": mail.key},
        )
        return True


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What a server said instead of taking a mail, and whether it would say so again."""

    text: str
    for_good: bool


def reason_not_taken(message: EmailMessage) -> NotTaken | None:
    """Send it over its connection; None where the server took it."""
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        return NotTaken(f"{code} {_plain(said)}", code >= 500)
    except smtplib.SMTPResponseException as error:
        return NotTaken(f"{error.smtp_code} {_plain(error.smtp_error)}", error.smtp_code >= 500)
    except OSError as error:
        return NotTaken(str(error), for_good=False)
    return None


def _plain(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _end(mail: Mail, why: str) -> bool:
    mail.given_up_at, mail.error = clock.now(), why
    mail.save(update_fields=["given_up_at", "error"])
    return False


def _failed(mail: Mail, refused: NotTaken) -> bool:
    mail.error = refused.text.replace("\x00", "")[:200]
    mail.tries += 1
    if refused.for_good or mail.tries > len(AGAIN_AFTER):
        mail.given_up_at = clock.now()
    else:
        mail.try_after = clock.now() + AGAIN_AFTER[mail.tries - 1]
    mail.save(update_fields=["error", "tries", "try_after", "given_up_at"])
    logger.warning("mail %s was not taken: %s", mail.pk, mail.error)
    return False


# --- words -------------------------------------------------------------------------------------------------------------------


def compose(mail: Mail) -> EmailMessage | None:
    """The mail in the language of its reader; None where there is nothing to say any more."""
    person = mail.person
    with translation.override(person.user.language if person.user is not None else settings.LANGUAGE_CODE):
        if mail.notice is not None:
            subject, lines = in_language(mail.notice.labels), _one(mail.notice)
        else:
            notices = list(_for_digest(mail))
            if not notices:
                return None
            subject = ngettext("%(n)s notice for you", "%(n)s notices for you", len(notices)) % {"n": len(notices)}
            lines = _daily(mail, notices)
        if settings.PUBLIC_URL:
            lines += ["", _("How notices come to you: %(url)s") % {"url": f"{settings.PUBLIC_URL}/work/notices/ways/"}]
    return EmailMessage(
        subject=" ".join(subject.split())[:200],
        body="\n".join(lines) + "\n",
        to=[person.email],
        headers={
            "Message-ID": f"<remit-{mail.pk}-{mail.made_at:%Y%m%d%H%M%S}@{_domain()}>",
            "Date": format_datetime(mail.made_at),
            "Auto-Submitted": "auto-generated",  # so that nobody's absence note answers it
            "X-Auto-Response-Suppress": "All",
        },
    )


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"


def _address(notice: Notice) -> list[str]:
    return [f"{settings.PUBLIC_URL}{notice.link}"] if settings.PUBLIC_URL else []


def _one(notice: Notice) -> list[str]:
    return [in_language(notice.labels), in_language(notice.provenances), *_address(notice)]


def _for_digest(mail: Mail) -> Iterable[Notice]:
    """What is unread and goes by the daily mail, newer than the daily mail before."""
    before = Mail.objects.filter(person=mail.person_id, notice=None, made_at__lt=mail.made_at).order_by("-id").first()
    unread = Notice.objects.filter(person=mail.person_id, read_at=None, at__lte=mail.made_at)
    if before is not None:
        unread = unread.filter(at__gt=before.made_at)
    daily = [kind.value for kind, channel in channels_of(mail.person).items() if channel is Channel.DIGEST]
    return unread.filter(kind__in=daily).order_by("-id")


def _daily(mail: Mail, notices: list[Notice]) -> list[str]:
    count = day_count(mail.person)
    lines = [
        _("Good morning, %(name)s.") % {"name": mail.person.name},
        _("To do: %(total)s, of these overdue: %(overdue)s, due today: %(today)s.")
        % {"total": count.total, "overdue": count.overdue, "today": count.due_today},
    ]
    for notice in notices[:LINES_IN_A_DIGEST]:
        lines += ["", *_one(notice)]
    if len(notices) > LINES_IN_A_DIGEST:
        more = len(notices) - LINES_IN_A_DIGEST
        lines += ["", ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}]
    return lines
