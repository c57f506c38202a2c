"""A real SMTP server on a port of its own, as small as RFC 5321 allows: it takes mails, keeps them, and refuses whom it is told to."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from tests.line_server import listening


@dataclass
class Post:
    """What came in, in order; `refused` maps an address to the answer for its RCPT; `drop_after` cuts the line after so many mails."""

    mails: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    drop_after: int | None = None
    port: int = 0


class _Talk(socketserver.StreamRequestHandler):
    post: Post

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        self.say("220 ready")
        to = ""
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words[:4].upper()
            if verb == "QUIT":
                self.say("221 bye")
                return
            if verb == "RCPT":
                to = words.partition("<")[2].partition(">")[0]
                self.say(self.post.refused.get(to, "250 ok"))
            elif verb == "DATA":
                self.say("354 go on")
                self.take(to)
                if self.post.drop_after is not None and len(self.post.mails) >= self.post.drop_after:
                    return  # the line is cut before the answer: the sender does not know that the mail has arrived
                self.say("250 taken")
            else:
                self.say("250 ok")

    def take(self, to: str) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        mail = message_from_bytes(b"".join(lines), policy=default)
        assert isinstance(mail, EmailMessage)
        self.post.mails.append(mail)
        self.post.to.append(to)


@contextmanager
def smtp_server() -> Iterator[Post]:
    post = Post()
    with listening(type("Talk", (_Talk,), {"post": post})) as post.port:
        yield post
