"""From bytes to text: byte-order marks, strict UTF-8, then the likelier one of GB 18030 and Big5 (HKSCS).

charset-normalizer reads a short GBK table as Korean, so the choice between the two Chinese families is our own: the
share of characters that a Chinese writer uses daily.
"""

import codecs
import re
from functools import lru_cache

from remit.kernel.charters.importing.readers.refusals import refuse

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PUNCTUATION = frozenset("，。、；：？！（）《》“”‘’「」『』【】…—·～％＋－　１２３４５６７８９０")
_SAMPLE_BYTES = 20_000
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,30})""", re.IGNORECASE)
# What pages and mails call gb2312 or big5 is written with the larger sets.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030"}
_WIDER |= {"big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cp950": "big5hkscs", "x-x-big5": "big5hkscs"}
CHINESE = ("gb18030", "big5hkscs")


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text and the name of the encoding it was read in.

    A given `encoding` is taken as said, with what it can't read replaced. Raises UnreadableDocument: encoding (an
    unknown name), not_text (nothing that reads as text).
    """
    if encoding is not None:
        codec = codec_for(encoding)
        if codec is None:
            raise refuse("encoding")
        try:
            return data.decode(codec, "replace"), codec
        except (UnicodeError, ValueError) as error:  # utf-16 with an odd end, punycode and the like
            raise refuse("encoding") from error
    text, found = _detect(data)
    if not _reads_as_text(text):
        raise refuse("not_text")
    return text, found


def codec_for(label: str) -> str | None:
    """Python's codec for a name as pages, mails and people write it; None for one that is unknown or no charset."""
    name = label.strip().lower()
    name = _WIDER.get(name, name)
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # rot13, base64, zip …: codecs, but none of text. The attribute is undocumented and the only sign there is.
    return info.name if getattr(info, "_is_text_encoding", True) else None


def declared_in_html(data: bytes) -> str | None:
    """The codec that a page's <meta charset> names, where it is a known one."""
    found = _META.search(data[:4096])
    return codec_for(found.group(1).decode("ascii")) if found else None


def _detect(data: bytes) -> tuple[str, str]:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data.decode(codec, "replace"), codec.removesuffix("-sig")
    wide = _utf16_without_mark(data)
    if wide:
        return data.decode(wide, "replace"), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        # A file cut off in the middle of a character is still UTF-8.
        if error.start >= len(data) - 3 and error.start > 0:
            return data[: error.start].decode("utf-8"), "utf-8"
    sample = data[:_SAMPLE_BYTES]
    best = max(CHINESE, key=lambda codec: _score(sample, codec))
    return data.decode(best, "replace"), best


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 of a text with some ASCII has zeros in every other byte, and few others (一 is 4E00). No other text has any."""
    sample = data[:4096]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > even * 3:
        return "utf-16-le"
    if even > odd * 3:
        return "utf-16-be"
    return None


@lru_cache(maxsize=2)
def _daily(codec: str) -> frozenset[str]:
    """The characters of the first level: 3,755 of GB 2312 (rows 16-55), 5,401 of Big5 (A440-C67E)."""
    rows = range(0xB0, 0xD8) if codec == "gb18030" else range(0xA4, 0xC7)
    cells = range(0xA1, 0xFF) if codec == "gb18030" else [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    pairs = (bytes((row, cell)).decode(codec, "ignore") for row in rows for cell in cells)
    return frozenset(char for char in pairs if len(char) == 1)


def _score(sample: bytes, codec: str) -> float:
    """1.0 where every character beyond ASCII is a daily one; each that is not costs two."""
    text = sample.decode(codec, "replace")
    if len(sample) == _SAMPLE_BYTES:
        text = text[:-1]
    foreign = [char for char in text if ord(char) > 127]
    daily = _daily(codec)
    good = sum(1 for char in foreign if char in daily or char in _PUNCTUATION)
    return (good - 2 * (len(foreign) - good)) / max(len(foreign), 1)


def _reads_as_text(text: str) -> bool:
    """Not where control characters or unreadable ones are more than one in fifty."""
    sample = text[:_SAMPLE_BYTES]
    odd = sum(1 for char in sample if char == "\ufffd" or (ord(char) < 32 and char not in "\t\n\r\f\v"))
    return odd * 50 <= len(sample)
