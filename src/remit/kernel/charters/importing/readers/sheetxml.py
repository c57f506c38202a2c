"""What must be known of an .xlsx or .ods before calamine reads it, straight from the XML.

Which cells show percent: calamine gives values without their formats, and 25 % would read as 0.25. And how far the cells
reach: calamine lays a sheet out in full, so that two cells in opposite corners take all memory, and Rust then ends the
process.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterable

from lxml import etree

from remit.kernel.charters.importing.readers.building import MAX_CELLS
from remit.kernel.charters.importing.readers.limits import read_entry
from remit.kernel.charters.importing.readers.refusals import refuse

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT_S = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_STRICT_R = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_P = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_T = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_BUILT_IN = {"9", "10"}  # ECMA-376 part 1, 18.8.30: 0%, 0.00%
_REFERENCE = re.compile(r"^([A-Za-z]{1,7})([0-9]{1,10})$")
Position = tuple[int, int]


def percent_cells(archive: zipfile.ZipFile) -> dict[str, set[Position]]:
    """(row, column) from 0 of every cell in a percent format, by sheet name.

    Raises UnreadableDocument("too_long") where a sheet's used area is larger than MAX_CELLS.
    """
    content = _parse(archive, "content.xml")
    if content is not None:
        return {table.get(_T + "name", ""): _open_document_percents(table) for table in content.iter(_T + "table")}
    styles = _parse(archive, "xl/styles.xml")
    wanted = set() if styles is None else _percent_styles(styles)
    found = {}
    for name, root in _sheets(archive):
        cells = {position: cell for cell in root.iter(_S + "c") if (position := _position(cell)) is not None}
        check_extent(cells)
        found[name] = {position for position, cell in cells.items() if cell.get("s") in wanted}
    return found


def check_extent(positions: Iterable[Position]) -> None:
    """Raises UnreadableDocument("too_long") where the smallest rectangle around the cells is larger than MAX_CELLS."""
    rows, columns = set(), set()
    for row, column in positions:
        rows.add(row)
        columns.add(column)
    if rows and (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1) > MAX_CELLS:
        raise refuse("too_long")


def _sheets(archive: zipfile.ZipFile) -> Iterable[tuple[str, etree._Element]]:
    workbook = _parse(archive, "xl/workbook.xml")
    relations = _parse(archive, "xl/_rels/workbook.xml.rels")
    if workbook is None or relations is None:
        return
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations.iter(_P + "Relationship")}
    for sheet in workbook.iter(_S + "sheet"):
        target = targets.get(sheet.get(_R + "id", ""), "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        root = _parse(archive, path)
        if root is not None:
            yield sheet.get("name", ""), root


def _percent_styles(styles: etree._Element) -> set[str]:
    """Indices into cellXfs, as cells name them, whose number format shows percent."""
    formats = set(_BUILT_IN)
    for number_format in styles.iter(_S + "numFmt"):
        if "%" in number_format.get("formatCode", ""):
            formats.add(number_format.get("numFmtId", ""))
    cell_formats = styles.find(_S + "cellXfs")
    entries = [] if cell_formats is None else [*cell_formats.iterchildren(_S + "xf")]
    return {str(index) for index, entry in enumerate(entries) if entry.get("numFmtId") in formats}


def _position(cell: etree._Element) -> Position | None:
    match = _REFERENCE.match(cell.get("r", ""))
    if match is None:
        return None
    column = 0
    for letter in match.group(1).upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match.group(2)) - 1, column - 1


def _open_document_percents(table: etree._Element) -> set[Position]:
    """Rows and cells that repeat stand once in the file, with a count; the long empty tails of sheets do so too."""
    found: set[Position] = set()
    corners: list[Position] = []
    row = 0
    for line in table.iter(_T + "table-row"):
        rows = _count(line, "number-rows-repeated")
        column = 0
        for cell in line.iterchildren(_T + "table-cell", _T + "covered-table-cell"):
            columns = _count(cell, "number-columns-repeated")
            if cell.get(_O + "value-type") is not None or len(cell):
                corners += [(row, column), (row + rows - 1, column + columns - 1)]
                check_extent(corners[-2:])
            if cell.get(_O + "value-type") == "percentage":
                found.update((row + down, column + right) for down in range(rows) for right in range(columns))
            column += columns
        row += rows
    check_extent(corners)
    return found


def _count(element: etree._Element, name: str) -> int:
    text = element.get(_T + name, "1")
    return int(text) if text.isdecimal() and len(text) < 12 else 1


def _parse(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    data = read_entry(archive, name)
    if data is None:
        return None
    data = data.replace(_STRICT_S, _S.strip("{}").encode()).replace(_STRICT_R, _R.strip("{}").encode())
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
