"""An IMAP mailbox as this room needs it (RFC 3501): what is new, how large it is, the mail as it came. Standard library only."""

import datetime as dt
import imaplib
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from remit.kernel.accounts.sealing import MAILBOX, unseal
from remit.kernel.procedures.models import Mailbox

TIMEOUT_SECONDS: Final = 20
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE: Final = re.compile(rb'INTERNALDATE "[^"]{20,30}"')


class MailboxUnreachable(Exception):
    """The server can't be reached, or does not let us in; the message is what it said."""


class Imap:
    """One folder that is open. `validity` changes where the server numbers its mails anew."""

    def __init__(self, server: imaplib.IMAP4, folder: str) -> None:
        self._server = server
        quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
        self._ask(server.select(f'"{quoted}"'))
        self.validity = int(self._number(server.response("UIDVALIDITY")[1]))

    @staticmethod
    def _ask(answer: tuple[str, list[Any]]) -> list[Any]:
        kind, data = answer
        if kind != "OK":
            said = data[0] if data else b""
            raise MailboxUnreachable(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))
        return data

    @staticmethod
    def _number(data: list[Any] | None) -> int:
        return int(data[-1]) if data and data[-1] else 0

    def uids_after(self, last: int) -> list[int]:
        """Ascending. "n:*" names the newest mail even where it is older than n, so that is left out here."""
        data = self._ask(self._server.uid("SEARCH", f"UID {last + 1}:*"))
        return sorted(uid for uid in map(int, (data[0] or b"").split()) if uid > last)

    def unread_uids(self) -> list[int]:
        data = self._ask(self._server.uid("SEARCH", "UNSEEN"))
        return sorted(map(int, (data[0] or b"").split()))

    def size_and_date(self, uid: int) -> tuple[int, dt.datetime | None]:
        """(0, None) for a mail that is gone meanwhile."""
        data = self._ask(self._server.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)"))
        said = b" ".join(line if isinstance(line, bytes) else line[0] for line in data if line)
        size, date = _SIZE.search(said), _DATE.search(said)
        parts = imaplib.Internaldate2tuple(date[0]) if date else None
        moment = dt.datetime.fromtimestamp(time.mktime(parts), dt.UTC) if parts else None
        return int(size[1]) if size else 0, moment

    def content(self, uid: int, most: int | None = None) -> bytes:
        """The mail, or its first bytes; it stays unread."""
        part = "BODY.PEEK[]" if most is None else f"BODY.PEEK[]<0.{most}>"
        data = self._ask(self._server.uid("FETCH", str(uid), f"({part})"))
        return next((line[1] for line in data if isinstance(line, tuple)), b"")

    def mark_read(self, uid: int) -> None:
        self._ask(self._server.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Imap]:
    """Raises MailboxUnreachable for everything that goes wrong on the line, also within."""
    try:
        server = _connect(mailbox)
        try:
            server.login(mailbox.username, unseal(mailbox.password, MAILBOX))
            yield Imap(server, mailbox.folder)
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()
    except (imaplib.IMAP4.error, OSError) as error:
        said = error.args[0] if error.args else error
        raise MailboxUnreachable(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error)) from error


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    if mailbox.security == "tls":
        return imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_SECONDS
        )
    server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT_SECONDS)
    if mailbox.security == "starttls":
        server.starttls(ssl.create_default_context())
    return server
