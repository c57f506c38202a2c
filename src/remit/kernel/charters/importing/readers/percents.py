"""Which cells of an .xlsx show percent. calamine gives values without their formats, and 25 % would read as 0.25."""

import posixpath
import re
import zipfile

from lxml import etree

from remit.kernel.charters.importing.readers.limits import read_entry

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_P = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_BUILT_IN = {"9", "10"}  # ECMA-376 part 1, 18.8.30: 0%, 0.00%
_REFERENCE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")


def percent_cells(archive: zipfile.ZipFile) -> dict[str, set[tuple[int, int]]]:
    """(row, column) from 0 of every cell in a percent format, by sheet name. {} where the file is no .xlsx."""
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


def _parse(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    data = read_entry(archive, name)
    if data is None:
        return None
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
