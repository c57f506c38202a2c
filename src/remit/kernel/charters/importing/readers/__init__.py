"""From any file to a `Source`. What a file is, is judged by its bytes; its limits are checked before it is parsed.

These functions parse in this process. For files from outside use `sandbox.read_guarded`, which bounds time and memory.
"""

from collections.abc import Callable
from pathlib import Path

from remit.kernel.charters.importing.readers.limits import check_size
from remit.kernel.charters.importing.readers.plain import plain_source, read_plain, read_separated
from remit.kernel.charters.importing.readers.refusals import refuse
from remit.kernel.charters.importing.readers.sniffing import sniff
from remit.kernel.charters.importing.source import Source, UnreadableDocument

__all__ = ["read_bytes", "read_path", "read_text"]

Reader = Callable[[bytes, str, str | None], Source]


def read_bytes(data: bytes, name: str, *, encoding: str | None = None) -> Source:
    """Read a file of any supported kind.

    `encoding` overrides the detection for kinds that are text (txt, csv, md, html); others ignore it.
    Raises UnreadableDocument, and nothing else.
    """
    check_size(len(data))
    try:
        return _reader_for(sniff(data, name))(data, name, encoding)
    except UnreadableDocument:
        raise
    except Exception as error:
        # Parsers of other people's formats fail in ways nobody can list; whatever it was, the file can't be read.
        raise refuse("too_heavy" if _is_lack_of_memory(error) else "damaged") from error


def read_path(path: str | Path, *, encoding: str | None = None) -> Source:
    """Read a file by its path. Raises UnreadableDocument, or OSError where the path itself can't be read."""
    path = Path(path)
    check_size(path.stat().st_size)
    return read_bytes(path.read_bytes(), path.name, encoding=encoding)


def read_text(text: str, name: str) -> Source:
    """Read pasted text. Raises UnreadableDocument (no_text, too_large)."""
    check_size(len(text))
    return plain_source(text, name)


def _is_lack_of_memory(error: Exception) -> bool:
    """libxml2 and zlib report it in errors of their own: "Memory allocation failed", "Can't allocate memory"."""
    return isinstance(error, MemoryError) or "memory" in str(error).lower()


def _reader_for(kind: str) -> Reader:
    """Parsers are imported when they are first needed: pdfplumber alone takes 0.3 s."""
    if kind == "text":
        return read_plain
    if kind == "csv":
        return read_separated
    if kind == "markdown":
        from remit.kernel.charters.importing.readers.markdown import read_markdown as reader
    elif kind == "html":
        from remit.kernel.charters.importing.readers.web import read_html as reader
    elif kind == "mhtml":
        from remit.kernel.charters.importing.readers.web import read_mhtml as reader
    elif kind == "docx":
        from remit.kernel.charters.importing.readers.word import read_docx as reader
    elif kind == "doc":
        from remit.kernel.charters.importing.readers.oldword import read_doc as reader
    elif kind == "rtf":
        from remit.kernel.charters.importing.readers.rtf import read_rtf as reader
    elif kind == "pdf":
        from remit.kernel.charters.importing.readers.pdf import read_pdf as reader
    else:
        from remit.kernel.charters.importing.readers.sheets import read_sheets as reader
    return reader
