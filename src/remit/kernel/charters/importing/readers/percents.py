"""Which cells of an .xlsx or .ods show percent. calamine gives values without their formats, and 25 % would read as 0.25."""

import posixpath
import re
import zipfile

from lxml import etree

from remit.kernel.charters.importing.readers.building import MAX_CELLS
from remit.kernel.charters.importing.readers.limits import read_entry
from remit.kernel.charters.importing.readers.refusals import refuse

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_P = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_T = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_BUILT_IN = {"9", "10"}  # ECMA-376 part 1, 18.8.30: 0%, 0.00%
_REFERENCE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")


def percent_cells(archive: zipfile.ZipFile) -> dict[str, set[tuple[int, int]]]:
    """(row, column) from 0 of every cell in a percent format, by sheet name. {} where the file says nothing of it."""
    content = _parse(archive, "content.xml")
    if content is not None:
        return {table.get(_T + "name", ""): _open_document_cells(table) for table in content.iter(_T + "table")}
    styles = _parse(archive, "xl/styles.xml")
    workbook = _parse(archive, "xl/workbook.xml")
    relations = _parse(archive, "xl/_rels/workbook.xml.rels")
    if styles is None or workbook is None or relations is None:
        return {}
    wanted = _percent_styles(styles)
    if not wanted:
        return {}
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations.iter(_P + "Relationship")}
    found: dict[str, set[tuple[int, int]]] = {}
    for sheet in workbook.iter(_S + "sheet"):
        target = targets.get(sheet.get(_R + "id", ""), "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        root = _parse(archive, path)
        if root is not None:
            found[sheet.get("name", "")] = _cells(root, wanted)
    return found


def _percent_styles(styles: etree._Element) -> set[str]:
    """Indices into cellXfs, as cells name them, whose number format shows percent."""
    formats = set(_BUILT_IN)
    for number_format in styles.iter(_S + "numFmt"):
        if "%" in number_format.get("formatCode", ""):
            formats.add(number_format.get("numFmtId", ""))
    cell_formats = styles.find(_S + "cellXfs")
    entries = [] if cell_formats is None else [*cell_formats.iterchildren(_S + "xf")]
    return {str(index) for index, entry in enumerate(entries) if entry.get("numFmtId") in formats}


def _cells(root: etree._Element, wanted: set[str]) -> set[tuple[int, int]]:
    found = set()
    for cell in root.iter(_S + "c"):
        match = _REFERENCE.match(cell.get("r", "")) if cell.get("s") in wanted else None
        if match:
            column = 0
            for letter in match.group(1):
                column = column * 26 + ord(letter) - ord("A") + 1
            found.add((int(match.group(2)) - 1, column - 1))
    return found


def _open_document_cells(table: etree._Element) -> set[tuple[int, int]]:
    """Rows and cells that repeat stand once in the file, with a count; the long empty tails of sheets do so too."""
    found = set()
    row = 0
    for line in table.iter(_T + "table-row"):
        rows = _count(line, "number-rows-repeated")
        column = 0
        for cell in line.iterchildren(_T + "table-cell", _T + "covered-table-cell"):
            columns = _count(cell, "number-columns-repeated")
            if cell.get(_O + "value-type") == "percentage":
                if rows * columns > MAX_CELLS:
                    raise refuse("too_long")
                found.update((row + down, column + right) for down in range(rows) for right in range(columns))
            column += columns
        row += rows
    return found


def _count(element: etree._Element, name: str) -> int:
    text = element.get(_T + name, "1")
    return min(int(text), MAX_CELLS) if text.isdecimal() else 1


def _parse(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    data = read_entry(archive, name)
    if data is None:
        return None
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
