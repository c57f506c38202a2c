"""Word 97–2003 .doc: converted to .docx by msdoc2docx, then read as one. Renamed HTML or RTF never comes here."""

import tempfile
from dataclasses import replace
from pathlib import Path

from doc2docx import convert
from doc2docx.errors import EncryptedDocumentError

from remit.kernel.charters.importing.readers.refusals import refuse
from remit.kernel.charters.importing.readers.word import read_docx
from remit.kernel.charters.importing.source import Source

DOC = "application/msword"


def read_doc(data: bytes, name: str, encoding: str | None = None) -> Source:
    """`encoding` is ignored: the format declares its own. The converter works on files only, hence the folder."""
    with tempfile.TemporaryDirectory(prefix="remit-doc-") as folder:
        source, target = Path(folder, "in.doc"), Path(folder, "out.docx")
        source.write_bytes(data)
        try:
            convert(source, target)
        except EncryptedDocumentError as error:
            raise refuse("encrypted") from error
        return replace(read_docx(target.read_bytes(), name), media_type=DOC)
