"""A real IMAP server on a port of its own: the part of RFC 3501 that a reader of one folder needs."""

import re
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.line_server import listening

DATE = "25-Nov-2026 08:30:00 +0800"


@dataclass
class Box:
    """A folder: mails by UID, which are read, and how it was reached. `drop_at` cuts the line when that UID is fetched whole."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    validity: int = 7
    password: str = "kan yi kan"
    drop_at: int | None = None
    port: int = 0
    fetched: list[str] = field(default_factory=list)

    def put(self, raw: bytes, *, is_read: bool = False) -> int:
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = raw
        if is_read:
            self.seen.add(uid)
        return uid


class _Talk(socketserver.StreamRequestHandler):
    box: Box

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _, words = line.decode().strip().partition(" ")
            try:
                if not self.answer(tag, words):
                    return
            except ConnectionError:
                return

    def answer(self, tag: str, words: str) -> bool:
        verb = words.split()[0].upper()
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif verb == "LOGIN" and f'"{self.box.password}"' not in words:
            self.say(f"{tag} NO wrong password")
            return True
        elif verb == "SELECT":
            self.say(f"* {len(self.box.mails)} EXISTS")
            self.say(f"* OK [UIDVALIDITY {self.box.validity}] fine")
        elif verb == "UID":
            if not self.by_uid(words.split(" ", 1)[1]):
                return False
        elif verb == "LOGOUT":
            self.say("* BYE")
            self.say(f"{tag} OK bye")
            return False
        self.say(f"{tag} OK done")
        return True

    def by_uid(self, words: str) -> bool:
        verb, _, rest = words.partition(" ")
        if verb.upper() == "SEARCH":
            self.say("* SEARCH " + " ".join(str(uid) for uid in self.search(rest)))
            return True
        uid = int(rest.split()[0])
        if verb.upper() == "STORE":
            self.box.seen.add(uid)
            return True
        return self.fetch(uid, rest)

    def search(self, rest: str) -> list[int]:
        if rest.upper() == "UNSEEN":
            return [uid for uid in self.box.mails if uid not in self.box.seen]
        first = int(rest.split()[1].split(":")[0])
        newest = max(self.box.mails, default=0)
        return [uid for uid in self.box.mails if uid >= first or uid == newest]  # "n:*" always names the newest

    def fetch(self, uid: int, rest: str) -> bool:
        raw = self.box.mails.get(uid)
        if raw is None:
            return True
        if "RFC822.SIZE" in rest:
            self.say(f'* {uid} FETCH (UID {uid} RFC822.SIZE {len(raw)} INTERNALDATE "{DATE}")')
            return True
        self.box.fetched.append(rest)
        if self.box.drop_at == uid:
            return False
        part = re.search(r"<0\.(\d+)>", rest)
        content = raw[: int(part[1])] if part else raw
        self.wfile.write(f"* {uid} FETCH (UID {uid} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n")
        return True


@contextmanager
def imap_server() -> Iterator[Box]:
    box = Box()
    with listening(type("Talk", (_Talk,), {"box": box})) as box.port:
        yield box
