"""Read the mailboxes: what is new since the last time, one mail after the other, each kept as it came before anything is made of it."""

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Final

from django.db import OperationalError, transaction

from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.documents.actions import store
from remit.kernel.procedures.mailbox.imap import Imap, MailboxUnreachable, opened
from remit.kernel.procedures.mailbox.receiving import ROOM
from remit.kernel.procedures.models import Mailbox
from remit.lib import clock

logger = logging.getLogger(__name__)
ACTOR: Final = system("fetch mail")
MAIL_BYTES_MAX: Final = 20 * 1024 * 1024
KEPT_OF_A_LARGER_ONE: Final = 64 * 1024
MOST_IN_A_RUN: Final = 200


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one mailbox: how many mails were taken in, in which states; and why it stopped, "" where it did not."""

    address: str
    states: dict[str, int]
    error: str = ""

    @property
    def count(self) -> int:
        return sum(self.states.values())


def fetch_all() -> list[Fetched]:
    """Every active mailbox; one that can't be reached stops no other."""
    return [fetch(mailbox) for mailbox in Mailbox.objects.filter(is_active=True).order_by("pk")]


def fetch(mailbox: Mailbox, most: int = MOST_IN_A_RUN) -> Fetched:
    """Killed at any point, it goes on the next time where it stood: the place is noted after the mail was taken in."""
    states: dict[str, int] = {}
    error = ""
    try:
        with opened(mailbox) as box:
            is_known = mailbox.uid_validity == box.validity
            # The first time, and where the server has numbered anew: what was read before has been dealt with by somebody.
            uids = box.uids_after(mailbox.last_uid) if is_known else box.unread_uids()
            for uid in uids[:most]:
                state = _take(mailbox, box, uid)
                if state:
                    states[state] = states.get(state, 0) + 1
                if is_known:
                    _stand_at(mailbox, box, uid)
                box.mark_read(uid)
            if not is_known and len(uids) <= most:
                _stand_at(mailbox, box, max([*uids, *box.uids_after(0)], default=0))
    except MailboxUnreachable as failure:
        error = str(failure).replace("\x00", "")[:200] or "?"
        logger.warning("mailbox %s: %s", mailbox.pk, error)
    mailbox.checked_at, mailbox.error = clock.now(), error
    mailbox.save(update_fields=["checked_at", "error"])
    return Fetched(mailbox.address, states, error)


def _stand_at(mailbox: Mailbox, box: Imap, uid: int) -> None:
    mailbox.uid_validity, mailbox.last_uid = box.validity, uid
    mailbox.save(update_fields=["uid_validity", "last_uid"])


def _take(mailbox: Mailbox, box: Imap, uid: int) -> str:
    """The state that the mail came to; "" for one that was known, or that is gone."""
    size, received_at = box.size_and_date(uid)
    is_large = size > MAIL_BYTES_MAX
    raw = box.content(uid, KEPT_OF_A_LARGER_ONE if is_large else None)
    if not raw:
        return ""
    fault = "too large" if is_large else ""
    try:
        return take_in(mailbox, raw, received_at, fault)
    except OperationalError:
        raise  # the database is away: everything stays where it is until the next run
    except Exception:
        logger.exception("mail %s of mailbox %s", uid, mailbox.pk)
        return take_in(mailbox, raw, received_at, "failed")


def take_in(mailbox: Mailbox, raw: bytes, received_at: dt.datetime | None, fault: str = "") -> str:
    """Keep the mail and do what is to be done, in one transaction."""
    with transaction.atomic():
        file = store(raw, "mail.eml", "message/rfc822", actor=ACTOR, room=ROOM, company_id=mailbox.company_id)
        facts = {"mailbox": mailbox.pk, "file": file.pk, "received_at": received_at, "fault": fault}
        done = perform(ACTOR, "mailbox.receive", {name: value for name, value in facts.items() if value})
        if done.changes.get("known"):
            transaction.set_rollback(True)
        return str(done.changes.get("state", ""))
