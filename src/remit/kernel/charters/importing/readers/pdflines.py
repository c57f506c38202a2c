"""The lines and the ruled tables of a PDF page, and which lines were one paragraph before the page broke them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from pdfplumber.page import Page
from pdfplumber.table import Table

from remit.kernel.charters.importing.readers.building import Slot
from remit.kernel.charters.importing.readers.headings import looks_like_heading
from remit.kernel.charters.importing.readers.joining import join_two

_ENDS = tuple("。；;！？!?：:")
_STARTS_ITEM = re.compile(
    r"^\s*(?:[（(]?\s*(?:\d{1,3}|[一二三四五六七八九十]{1,4}|[a-zA-Z])\s*[)）、.．]|第[一二三四五六七八九十\d]{1,4}[条章节篇部]|[①-⑳⑴-⒇⒈-⒛•●◆■□▪★※→-])"
)
_BOLD = re.compile(r"bold|black|heavy|semibold|黑体|hei", re.IGNORECASE)
_SNAP_POINTS = 3.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or the paragraph that lines were merged into. `top` and `bottom` are shares of the page's height, the
    horizontal figures are points; `size` is that of most characters, rounded to half points."""

    text: str
    page: int
    top: float
    bottom: float
    left: float
    right: float
    column_left: float
    column_right: float
    size: float
    bold: bool
    height: float  # of the page, in points

    def is_heading(self, body: float) -> bool:
        """Larger than the text, or in bold, and short."""
        return (self.bold or self.size > body + 0.9) and looks_like_heading(self.text)


@dataclass(frozen=True, slots=True)
class PageTable:
    slots: tuple[Slot, ...]
    page: int
    first_page: int
    top: float
    rows: int
    columns: int
    box: tuple[float, float, float, float]

    @property
    def text(self) -> str:
        return "".join(slot.text for slot in self.slots)


def tables_of(page: Page) -> list[PageTable]:
    """Tables with rulings and more than one cell; a frame around text is none."""
    found = [_table(page, table) for table in page.find_tables() if len(table.cells) > 1]
    return [table for table in found if table.text.strip()]


def lines_of(page: Page, tables: Iterable[PageTable]) -> list[Line]:
    """The lines outside the tables, from top to bottom."""
    boxes = [table.box for table in tables]

    def outside(thing: dict[str, Any]) -> bool:
        if thing.get("object_type") != "char":
            return True
        x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
        return not any(x0 <= x <= x1 and top <= y <= bottom for x0, top, x1, bottom in boxes)

    raw = [line for line in page.filter(outside).extract_text_lines(strip=True) if line["text"].strip()]
    if not raw:
        return []
    left, right = min(line["x0"] for line in raw), max(line["x1"] for line in raw)
    return [_line(line, page, left, right) for line in raw]


def merge_lines(lines: list[Line]) -> list[Line]:
    """Paragraphs. A line goes on in the next where it fills the column and nothing says that a new one begins."""
    merged: list[Line] = []
    last: Line | None = None
    for line in lines:
        if last is not None and _goes_on(last, line):
            head = merged[-1]
            merged[-1] = replace(head, text=join_two(head.text, line.text))
        else:
            merged.append(line)
        last = line
    return merged


def _goes_on(above: Line, below: Line) -> bool:
    if abs(above.size - below.size) > 0.6 or above.bold != below.bold or _STARTS_ITEM.match(below.text):
        return False
    if above.page == below.page:
        gap = (below.top - above.bottom) * above.height
        if gap > above.size * 1.3 or gap < -above.size:
            return False
    fills = above.right > above.column_right - above.size * 2.2
    if not fills:
        return False
    indented = below.left - below.column_left > below.size * 1.5
    if indented and not _STARTS_ITEM.match(above.text):
        # A first-line indent begins a paragraph, unless the line above is indented alike (a hanging list).
        return abs(above.left - below.left) < below.size * 0.5 and not above.text.endswith(_ENDS)
    if above.text.endswith(_ENDS):
        # A sentence that ends exactly at the margin: only an unindented line below it can be its continuation.
        return not indented and above.left - below.left > below.size * 0.5
    return True


def _line(line: dict[str, Any], page: Page, left: float, right: float) -> Line:
    chars = [char for char in line["chars"] if char["text"].strip()]
    sizes = Counter(round(float(char["size"]) * 2) / 2 for char in chars)
    bold = sum(1 for char in chars if _BOLD.search(str(char["fontname"])))
    height = float(page.height) or 1.0
    return Line(
        text=str(line["text"]),
        page=page.page_number,
        top=float(line["top"]) / height,
        bottom=float(line["bottom"]) / height,
        left=float(line["x0"]),
        right=float(line["x1"]),
        column_left=float(left),
        column_right=float(right),
        size=sizes.most_common(1)[0][0] if sizes else 0.0,
        bold=bool(chars) and bold * 2 > len(chars),
        height=height,
    )


def _table(page: Page, table: Table) -> PageTable:
    """The grid is made by all edges together, so that merged cells get their spans."""
    columns = _edges(x for cell in table.cells for x in (cell[0], cell[2]))
    rows = _edges(y for cell in table.cells for y in (cell[1], cell[3]))
    slots = []
    for x0, top, x1, bottom in table.cells:
        column, row = _nearest(columns, x0), _nearest(rows, top)
        spans = max(_nearest(rows, bottom) - row, 1), max(_nearest(columns, x1) - column, 1)
        slots.append(Slot(row, column, _cell_text(page, (x0, top, x1, bottom)), *spans))
    return PageTable(
        slots=tuple(sorted(slots, key=lambda slot: (slot.row, slot.column))),
        page=page.page_number,
        first_page=page.page_number,
        top=table.bbox[1] / (float(page.height) or 1.0),
        rows=max(len(rows) - 1, 1),
        columns=max(len(columns) - 1, 1),
        box=table.bbox,
    )


def _cell_text(page: Page, box: tuple[float, float, float, float]) -> str:
    """The words in a cell, broken lines put together as they are outside."""
    x0, top, x1, bottom = box
    inside = page.filter(
        lambda thing: (
            thing.get("object_type") == "char"
            and x0 <= (thing["x0"] + thing["x1"]) / 2 <= x1
            and top <= (thing["top"] + thing["bottom"]) / 2 <= bottom
        )
    )
    raw = [line for line in inside.extract_text_lines(strip=True) if line["text"].strip()]
    if not raw:
        return ""
    left, right = min(line["x0"] for line in raw), max(line["x1"] for line in raw)
    # The column is the cell, less the padding that its longest line leaves.
    lines = [_line(line, page, left, max(right, x1 - 12)) for line in raw]
    return "\n".join(line.text for line in merge_lines(lines))


def _edges(values: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SNAP_POINTS:
            edges.append(value)
    return edges


def _nearest(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - value))
