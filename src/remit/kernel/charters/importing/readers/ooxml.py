"""The few moves through WordprocessingML that its readers share, and opening a .docx package."""

import posixpath
import zipfile
from collections.abc import Iterator

from lxml import etree

from remit.kernel.charters.importing.readers.limits import open_zip, read_entry
from remit.kernel.charters.importing.readers.refusals import refuse

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
W = f"{{{_MAIN}}}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


def child(element: etree._Element, name: str) -> etree._Element | None:
    return element.find(W + name)


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return element.iterchildren(W + name)


def value(element: etree._Element, name: str) -> str:
    """The w:val of the child of that name, "" where there is none."""
    found = element.find(W + name)
    return "" if found is None else found.get(W + "val", "")


def integer(text: str | None, default: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return default


def is_on(element: etree._Element | None) -> bool:
    """A toggle such as w:b: present without a value means on (17.17.4)."""
    return element is not None and element.get(W + "val", "1") not in {"0", "false", "off", "none"}


class WordPackage:
    """The three parts of a .docx that hold its text. Raises UnreadableDocument as `limits.open_zip` does."""

    def __init__(self, data: bytes) -> None:
        with open_zip(data) as archive:
            main = self._main_part(archive)
            folder = posixpath.dirname(main)
            document = self._parse(read_entry(archive, main))
            self.styles = self._parse(read_entry(archive, posixpath.join(folder, "styles.xml")))
            self.numbering = self._parse(read_entry(archive, posixpath.join(folder, "numbering.xml")))
        body = None if document is None else child(document, "body")
        if body is None:
            raise refuse("damaged")
        self.body = body

    def _main_part(self, archive: zipfile.ZipFile) -> str:
        relations = self._parse(read_entry(archive, "_rels/.rels"))
        for relation in relations.iter(_RELATIONS + "Relationship") if relations is not None else ():
            if relation.get("Type", "").endswith("/officeDocument"):
                return relation.get("Target", "").lstrip("/")
        return "word/document.xml"

    @staticmethod
    def _parse(data: bytes | None) -> etree._Element | None:
        if data is None:
            return None
        # Entities stay unexpanded and nothing is fetched; libxml2's own limits on depth and size hold (no huge_tree).
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        return etree.fromstring(data.replace(_STRICT, _MAIN.encode()), parser)
