"""A mail as it came → who says what. Never trusts it: bombs are refused before a parser sees them, and no charset is believed.

Pure: no Django, no queries. What can't be read raises Unreadable; the caller keeps the mail and says why.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import default
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import Final

from remit.lib.archives import open_zip
from remit.lib.printable import made_one_line, made_printable

HEADERS_MAX: Final = 256 * 1024  # bytes
BOUNDARY_LINES_MAX: Final = 2_000
NESTED_MAX: Final = 20
PARTS_MAX: Final = 100
ATTACHMENTS_MAX: Final = 20
ATTACHMENT_BYTES_MAX: Final = 10 * 1024 * 1024
TEXT_MAX: Final = 20_000  # characters
# What mail programs call GB2312 and GBK is the larger GB 18030 as often as not.
WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "hz-gb-2312": "hz"}
# Where the answer ends and what is quoted begins.
_QUOTED: Final = re.compile(
    r"^\s*(?:-{2,}\s*(?:原始邮件|原始郵件|Original Message|回复的原邮件).*|On .{5,80} wrote:|.{0,80}写道[:：]|.{0,80}寫道[:：]|发件人[:：].*|>.*)$",
    re.IGNORECASE,
)
_ID: Final = re.compile(r"<[^<>\s]{1,250}>")
_AUTOMATIC: Final = frozenset({"bulk", "junk", "list", "auto_reply"})


class Unreadable(Exception):
    """Not to be read; the message is the reason's key (receiving.REASONS)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """`refers_to` are the ids of earlier mails, `automatic` says by what it is known as one that nobody wrote ("" for a letter),
    `left_out` names attachments that were not kept apart."""

    message_id: str
    sender: str
    sender_name: str
    subject: str
    text: str
    refers_to: tuple[str, ...]
    automatic: str
    attachments: tuple[Attachment, ...]
    left_out: tuple[str, ...]


def read_mail(raw: bytes) -> Reading:
    """Raises Unreadable."""
    _refuse_bombs(raw)
    try:
        message = message_from_bytes(raw, policy=default)
        parts = list(_leaves(message))
        sender_name, sender = _sender(message)
        attachments, left_out = _attachments(parts)
        return Reading(
            message_id=message_id_of(raw, message),
            sender=sender,
            sender_name=sender_name,
            subject=_line(_header(message, "subject"), 300),
            text=_text(parts),
            refers_to=tuple(_ID.findall(_header(message, "in-reply-to") + " " + _header(message, "references")))[-50:],
            automatic=_automatic(message, sender),
            attachments=tuple(attachments),
            left_out=tuple(left_out),
        )
    except Unreadable:
        raise
    except RecursionError as error:
        raise Unreadable("too deep") from error
    except Exception as error:  # the standard parser has many ways to stumble over what breaks the rules
        raise Unreadable("broken") from error


def message_id_of(raw: bytes, message: Message | None = None) -> str:
    """The mail's own id; for one without, its digest: fetched again, it has the same."""
    found = _ID.search(_header(message, "message-id")) if message is not None else None
    return found[0] if found else f"<sha256-{hashlib.sha256(raw).hexdigest()}>"


def _refuse_bombs(raw: bytes) -> None:
    """By counting bytes: a parser would take minutes, or run out of stack."""
    ends = [place for place in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if place >= 0]
    if min(ends, default=len(raw)) > HEADERS_MAX:
        raise Unreadable("headers")
    if len(re.findall(rb"boundary\s*=", raw, re.IGNORECASE)) > NESTED_MAX:
        raise Unreadable("too deep")
    if len(re.findall(rb"content-type\s*:\s*message/", raw, re.IGNORECASE)) > NESTED_MAX:
        raise Unreadable("too deep")
    boundaries = re.findall(rb'boundary\s*=\s*"?([^"\s;]{1,200})', raw, re.IGNORECASE)
    if sum(raw.count(b"--" + boundary) for boundary in set(boundaries)) > BOUNDARY_LINES_MAX:
        raise Unreadable("too many parts")


def _leaves(message: Message) -> Iterator[Message]:
    for count, part in enumerate(message.walk(), 1):
        if count > PARTS_MAX:
            raise Unreadable("too many parts")
        if not part.is_multipart():
            yield part


# --- words -------------------------------------------------------------------------------------------------------------------


def decoded(data: bytes, charset: str | None) -> str:
    """By the charset that is named, if it is one and fits; else by what fits: UTF-8, GB 18030; at last with signs for the lost."""
    named = WIDER.get((charset or "").lower(), charset or "utf-8")
    for one in (named, "utf-8", "gb18030"):
        try:
            return data.decode(one)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _header(message: Message | None, name: str) -> str:
    """A header's text. Raw bytes (old Chinese programs write GBK there) are read as text is; unknown charsets too."""
    return _spoken(_written(message, name))


def _written(message: Message | None, name: str) -> str:
    """As it stands in the mail, in one line."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name), "") if message else ""
    return re.sub(r"\r?\n[ \t]*", " ", raw)


def _spoken(text: str) -> str:
    """Without the encodings of RFC 2047."""
    if any("\udc80" <= char <= "\udcff" for char in text):
        return decoded(text.encode("utf-8", "surrogateescape"), None)
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(decoded(piece, charset) if isinstance(piece, bytes) else piece for piece, charset in pieces)


def _line(text: str, longest: int) -> str:
    return made_one_line(text, longest)


def _sender(message: Message) -> tuple[str, str]:
    text = _written(message, "from") or _written(message, "sender")
    # A name may hold commas and brackets once it is decoded, so it is taken apart first; raw bytes it can only read decoded.
    pairs = getaddresses([text if text.isascii() else _spoken(text)])
    name, address = next(((name, address) for name, address in pairs if "@" in address), ("", ""))
    address = unicodedata.normalize("NFKC", address).strip().lower()
    if not re.fullmatch(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,180}", address):
        address = ""
    return _line(_spoken(name), 120), address


def _automatic(message: Message, sender: str) -> str:
    """By what it shows that a program wrote it, so that no program is answered (RFC 3834)."""
    submitted = _header(message, "auto-submitted").strip().lower()
    if submitted and submitted != "no":
        return f"Auto-Submitted: {_line(submitted, 40)}"
    precedence = _header(message, "precedence").strip().lower()
    if precedence in _AUTOMATIC:
        return f"Precedence: {precedence}"
    for name in ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond"):
        if _header(message, name):
            return name.title()
    if _header(message, "return-path").strip() == "<>":
        return "Return-Path: <>"
    local = sender.partition("@")[0]
    return local if local in {"mailer-daemon", "postmaster", "no-reply", "noreply"} else ""


class _Words(HTMLParser):
    """What a browser would show, roughly: text, with lines where blocks begin."""

    SILENT: Final = frozenset({"script", "style", "head", "title"})
    BLOCKS: Final = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "blockquote", "table"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT and self._silent:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def _is_text(part: Message, subtype: str) -> bool:
    return part.get_content_type() == f"text/{subtype}" and not _file_name(part) and _disposition(part) != "attachment"


def _disposition(part: Message) -> str:
    return str(part.get("content-disposition", "")).partition(";")[0].strip().lower()


def _text(parts: list[Message]) -> str:
    plain = [part for part in parts if _is_text(part, "plain")]
    if plain:
        text = "\n".join(_part_text(part) for part in plain)
    else:
        words = _Words()
        for part in parts:
            if _is_text(part, "html"):
                words.feed(_part_text(part)[: 20 * TEXT_MAX])
        words.close()
        text = re.sub(r"[ \t\xa0]+", " ", "".join(words.words))
    return _own_words(made_printable(re.sub(r"\n\s*\n\s*\n+", "\n\n", text.replace("\r\n", "\n"))))[:TEXT_MAX].strip()


def _own_words(text: str) -> str:
    """Without what is quoted at the end; a mail that only quotes keeps all of it."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _QUOTED.match(line) and any(one.strip() for one in lines[:number]):
            return "\n".join(lines[:number])
    return text


def _part_text(part: Message) -> str:
    data = part.get_payload(decode=True)
    return decoded(data, part.get_content_charset()) if isinstance(data, bytes) else ""


# --- attachments -------------------------------------------------------------------------------------------------------------


def _file_name(part: Message) -> str:
    """As its sender called it, with whatever charset the name is in."""
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        name = ""
    return _line(_spoken(name), 200)


def _attachments(parts: list[Message]) -> tuple[list[Attachment], list[str]]:
    found: list[Attachment] = []
    left_out: list[str] = []
    for part in parts:
        name = _file_name(part)
        if _is_text(part, "plain") or _is_text(part, "html") or not (name or _disposition(part) == "attachment"):
            continue
        name = name or f"attachment-{len(found) + 1}"
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes) or not data:
            continue
        if len(found) >= ATTACHMENTS_MAX or len(data) > ATTACHMENT_BYTES_MAX or not _is_safe(data):
            left_out.append(name)
            continue
        found.append(Attachment(name, part.get_content_type(), data))
    return found, left_out


def _is_safe(data: bytes) -> bool:
    """Whether an archive (so are DOCX and XLSX) unpacks to no more than is sensible; anything else is only kept, never unpacked."""
    if not data.startswith(b"PK\x03\x04"):
        return True
    try:
        open_zip(data).close()
    except ValueError:
        return False
    return True
