"""Web pages (.html), their saved archives (.mhtml), and the pages that job sites export under the name of .doc."""

import email
import email.policy
import re
from email.message import Message

from lxml import etree, html

from remit.kernel.charters.importing.readers.building import SourceBuilder
from remit.kernel.charters.importing.readers.charset import codec_for, declared_in_html, decode
from remit.kernel.charters.importing.readers.refusals import refuse
from remit.kernel.charters.importing.readers.webflow import WebReader
from remit.kernel.charters.importing.source import Source

HTML = "text/html"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_html(data: bytes, name: str, encoding: str | None = None) -> Source:
    """The encoding is the given one, the page's byte-order mark, UTF-8 where it decodes, its <meta>, or detected."""
    text, found = _decoded(data, encoding)
    return html_source(text, name, found)


def html_source(text: str, name: str, encoding: str | None) -> Source:
    # lxml refuses text that declares an encoding, and takes NUL for the end of the page.
    text = _DECLARATION.sub("", text, count=1).replace("\0", "")
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:  # lxml says so of a page without any element
        raise refuse("no_text") from error
    builder = SourceBuilder(name, HTML)
    WebReader(builder).read(root)
    return builder.finish(encoding)


def read_mhtml(data: bytes, name: str, encoding: str | None = None) -> Source:
    """The first text/html part of a saved web archive; its own charset unless one is given."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    part = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    if part is None:
        raise refuse("no_text")
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        raise refuse("no_text")
    text, found = _decoded(payload, encoding or _charset(part))
    return html_source(text, name, found)


def _charset(part: "Message[str, str]") -> str | None:
    label = part.get_content_charset()
    return codec_for(label) if label else None


def _decoded(data: bytes, encoding: str | None) -> tuple[str, str]:
    if encoding is None and not data.startswith(_MARKS):
        try:
            # Pages that were saved again in UTF-8 often keep their old <meta>: what decodes as UTF-8 is UTF-8.
            return data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            encoding = declared_in_html(data)
        if encoding == "utf-8":
            encoding = None
    return decode(data, encoding)
