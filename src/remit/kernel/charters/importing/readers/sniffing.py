"""What a file is, judged by its bytes. The name only tells kinds of text apart (csv, md), never binary from text."""

import re
import zipfile
from pathlib import PurePosixPath

from remit.kernel.charters.importing.readers.limits import open_zip
from remit.kernel.charters.importing.readers.refusals import refuse

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"8BPS")
_PROGRAMS = (b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!/")
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"MSCF")
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype\s+html|html|head|body|meta|title|div|table|p|h[1-6]|ul|ol|section|article)\b",
    re.IGNORECASE | re.DOTALL,
)
_MHTML = re.compile(rb"^(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:mime-version|content-type):", re.IGNORECASE)


def sniff(data: bytes, name: str) -> str:
    """One of docx, doc, rtf, pdf, sheet, html, mhtml, markdown, csv, text.

    Raises UnreadableDocument for what is none of them (image, executable, archive, slides, …), and for packages that
    `limits.open_zip` refuses.
    """
    head = data[:4096]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _package(data)
    if head.startswith(OLE):
        return _compound(data)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith(b"{\\rtf"):
        return "rtf"
    _refuse_what_is_no_document(head)
    if _is_mhtml(bare):
        return "mhtml"
    if _HTML.match(_squeeze(bare)):
        return "html"
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if suffix in {".md", ".markdown"}:
        return "markdown"
    return "csv" if suffix in {".csv", ".tsv"} else "text"


def _refuse_what_is_no_document(head: bytes) -> None:
    is_riff_image = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    is_heif = head[4:8] == b"ftyp"
    is_bitmap = head[:2] == b"BM" and head[6:10] == b"\0\0\0\0"
    if head.startswith(_IMAGES) or is_riff_image or is_heif or is_bitmap:
        raise refuse("image")
    if head.startswith(_PROGRAMS) or (head.startswith(b"MZ") and b"\0" in head):
        raise refuse("executable")
    if head.startswith(_ARCHIVES):
        raise refuse("archive")


def _package(data: bytes) -> str:
    with open_zip(data) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" in names:
            if any(name.startswith("word/") for name in names):
                return "docx"
            if any(name.startswith("xl/") for name in names):
                return "sheet"
            if any(name.startswith("ppt/") for name in names):
                raise refuse("slides")
        if "OFD.xml" in names:
            raise refuse("ofd")
        if "mimetype" in names:
            return _open_document(archive)
    raise refuse("archive")


def _open_document(archive: zipfile.ZipFile) -> str:
    try:
        kind = archive.read("mimetype")[:100].decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
        raise refuse("damaged") from error
    if kind.startswith("application/vnd.oasis.opendocument.spreadsheet"):
        return "sheet"
    if kind.startswith("application/vnd.oasis.opendocument.presentation"):
        raise refuse("slides")
    if kind.startswith("application/vnd.oasis.opendocument"):
        raise refuse("open_document")
    raise refuse("archive")


def _compound(data: bytes) -> str:
    """An OLE file is told by the names of its streams, which its directory holds in UTF-16."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        raise refuse("encrypted")
    if has("WordDocument"):
        return "doc"
    if has("Workbook") or has("Book"):
        return "sheet"
    if has("PowerPoint Document"):
        raise refuse("slides")
    raise refuse("not_text")


def _is_mhtml(head: bytes) -> bool:
    if not _MHTML.match(head.replace(b"\r\n", b"\n")):
        return False
    low = head.lower()
    return b"mime-version" in low and (b"multipart/" in low or b"text/html" in low)


def _squeeze(head: bytes) -> bytes:
    """UTF-16 pages have a zero beside every letter of their tags."""
    return head[2:].replace(b"\0", b"") if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else head
