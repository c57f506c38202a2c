"""Reads .docx: what the page shows, in its order, with automatic numbers.

Walks the XML itself: python-docx passes over content controls, text boxes and tracked changes, where forms of personnel
departments keep half of their words. Left out: headers and footers, deletions, hidden text, the table of contents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter

from lxml import etree

from remit.kernel.charters.importing.readers.building import Slot, SourceBuilder, with_number
from remit.kernel.charters.importing.readers.headings import looks_like_heading
from remit.kernel.charters.importing.readers.numbering import Numbering
from remit.kernel.charters.importing.readers.ooxml import MC, W, WordPackage, child, children, integer, value
from remit.kernel.charters.importing.readers.runs import paragraph_text
from remit.kernel.charters.importing.readers.wordstyles import Styles
from remit.kernel.charters.importing.source import Source

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WRAPPERS = {W + name for name in ("sdtContent", "ins", "moveTo", "smartTag", "customXml")}
MAX_COLUMN_SPAN = 500


@dataclass(slots=True)
class Grid:
    """A table while it is read: its cells, and which of them still reaches down in each column."""

    slots: list[Slot] = field(default_factory=list)
    open: dict[int, int] = field(default_factory=dict)
    nested: list[tuple[int, etree._Element]] = field(default_factory=list)


def read_docx(data: bytes, name: str, encoding: str | None = None) -> Source:
    """`encoding` is ignored: the package declares its own."""
    return WordReader(WordPackage(data), SourceBuilder(name, DOCX)).read()


class WordReader:
    def __init__(self, package: WordPackage, builder: SourceBuilder) -> None:
        self._body = package.body
        self._builder = builder
        self._styles = Styles(package.styles)
        self._numbering = Numbering(package.numbering, self._styles.lists)
        self._carried = ""

    def read(self) -> Source:
        self._flow(self._body)
        return self._builder.finish()

    def _flow(self, parent: etree._Element) -> None:
        for element in _blocks(parent):
            if element.tag == W + "p":
                self._paragraph(element)
            else:
                self._table(element)

    def _paragraph(self, element: etree._Element) -> None:
        style = self._styles.of(element)
        if style.is_contents:
            return
        text = self._carried + paragraph_text(element)
        self._carried = ""
        if _mark_is_deleted(element):
            self._carried = text
            return
        number, depth = self._number(element)
        level = self._styles.outline_level(element)
        is_heading = bool(level) or (not number and style.all_bold(element) and looks_like_heading(text))
        for index, line in enumerate(text.split("\n")):
            shown = number if index == 0 else ""
            if is_heading:
                self._builder.heading(line, level=level, number=shown)
            else:
                self._builder.paragraph(line, level=depth, number=shown)
        for box in _text_boxes(element):
            self._flow(box)

    def _number(self, element: etree._Element) -> tuple[str, int]:
        """The automatic number and the list's depth (1 the highest). Word numbers an empty paragraph too, so it counts."""
        list_id, level = self._styles.list_of(element, self._numbering)
        if not list_id or list_id == "0":
            return "", 0
        return self._numbering.number(list_id, level), level + 1

    def _table(self, element: etree._Element) -> None:
        rows = [row for row in _inside(element, "tr") if child(row, "trPr") is None or not _is_deleted(row)]
        cells = [[*_inside(row, "tc")] for row in rows]
        if len(cells) == 1 and len(cells[0]) == 1:
            self._flow(cells[0][0])  # a frame around text is no table
            return
        grid = Grid()
        for index, row in enumerate(rows):
            self._row(grid, index, row, cells[index])
        # A nested table is read after its row: what a form says below it belongs to other labels.
        begin = 0
        for last, group in groupby(grid.nested, key=itemgetter(0)):
            self._builder.table(_part(grid.slots, begin, last))
            begin = last + 1
            for _, nested in group:
                self._table(nested)
        self._builder.table(_part(grid.slots, begin, len(rows)))

    def _row(self, grid: Grid, index: int, row: etree._Element, cells: list[etree._Element]) -> None:
        properties = child(row, "trPr")
        column = integer(value(properties, "gridBefore"), 0) if properties is not None else 0
        column = min(max(column, 0), MAX_COLUMN_SPAN)
        for cell in cells:
            details = child(cell, "tcPr")
            span = min(max(integer(value(details, "gridSpan"), 1), 1), MAX_COLUMN_SPAN) if details is not None else 1
            merge = child(details, "vMerge") if details is not None else None
            at = grid.open.get(column)
            if merge is not None and merge.get(W + "val", "continue") != "restart" and at is not None:
                above = grid.slots[at]
                grid.slots[at] = Slot(above.row, above.column, above.text, index - above.row + 1, above.column_span)
            else:
                text = self._cell_text(cell, grid, index)
                if merge is not None:
                    grid.open[column] = len(grid.slots)
                else:
                    grid.open.pop(column, None)
                grid.slots.append(Slot(index, column, text, 1, span))
            column += span

    def _cell_text(self, cell: etree._Element, grid: Grid, row: int) -> str:
        """The cell's paragraphs as lines, numbers included. Nested tables are kept for after the row."""
        lines: list[str] = []
        for element in _blocks(cell):
            if element.tag == W + "tbl":
                grid.nested.append((row, element))
                continue
            text = paragraph_text(element)
            number, _ = self._number(element)
            lines.append(with_number(number, text.strip()) if text.strip() else "")
            for box in _text_boxes(element):
                lines += [paragraph_text(inner) for inner in _blocks(box) if inner.tag == W + "p"]
        return "\n".join(lines)


def _part(slots: list[Slot], first: int, last: int) -> Iterator[Slot]:
    """The cells of these rows; one that reaches below them is cut there."""
    for slot in slots:
        if first <= slot.row <= last:
            yield replace(slot, row_span=min(slot.row_span, last - slot.row + 1))


def _blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables below `parent`, through content controls and insertions, not through deletions."""
    for element in parent.iterchildren():
        if element.tag in {W + "p", W + "tbl"}:
            yield element
        elif element.tag == W + "sdt":
            gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
            if gallery is None or gallery.get(W + "val") != "Table of Contents":
                for content in children(element, "sdtContent"):
                    yield from _blocks(content)
        elif element.tag in _WRAPPERS:
            yield from _blocks(element)
        elif element.tag == MC + "AlternateContent":
            for choice in [*element.iterchildren(MC + "Choice")][:1]:
                yield from _blocks(choice)


def _inside(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, through content controls."""
    for element in parent.iterchildren():
        if element.tag == W + name:
            yield element
        elif element.tag in _WRAPPERS or element.tag == W + "sdt":
            yield from _inside(element, name)


def _is_deleted(row: etree._Element) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _mark_is_deleted(paragraph: etree._Element) -> bool:
    """The paragraph's end was deleted: what follows belongs to it."""
    return paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None


def _text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Boxes anchored in the paragraph; Word writes each twice, the second time for old programs (mc:Fallback)."""
    for box in paragraph.iter(W + "txbxContent"):
        ancestors = []
        for above in box.iterancestors():
            if above is paragraph:
                break
            ancestors.append(above.tag)
        if MC + "Fallback" not in ancestors and W + "txbxContent" not in ancestors and W + "del" not in ancestors:
            yield box
