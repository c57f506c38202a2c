"""PDF: ruled tables, and lines put together into the paragraphs they were broken from.

Page headers, footers and page numbers go; a scan is refused, for without words there is nothing to read.
"""

import io
import logging
import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TypeGuard

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from remit.kernel.charters.importing.readers.building import Slot, SourceBuilder
from remit.kernel.charters.importing.readers.limits import MAX_PDF_PAGES
from remit.kernel.charters.importing.readers.pdflines import Line, PageTable, lines_of, merge_lines, tables_of
from remit.kernel.charters.importing.readers.refusals import refuse
from remit.kernel.charters.importing.source import Source

# pdfminer warns of every oddity of a file, a line for each; what matters comes back as an exception.
logging.getLogger("pdfminer").setLevel(logging.ERROR)

PDF = "application/pdf"
_MARGIN_SHARE = 0.12
_SAME_HEIGHT = 0.002
_PAGE_NUMBER = re.compile(
    r"^(?:第?\s*\d{1,4}\s*页?\s*(?:[/／,，|]\s*共?\s*\d{1,4}\s*页?|共\s*\d{1,4}\s*页)?|[-—–·]\s*\d{1,4}\s*[-—–·]|page\s+\d+(\s+of\s+\d+)?)$",
    re.IGNORECASE,
)
_UNMAPPED = re.compile(r"\(cid:\d+\)")
Item = Line | PageTable


def read_pdf(data: bytes, name: str, encoding: str | None = None) -> Source:
    """`encoding` is ignored. Raises UnreadableDocument: encrypted, too_many_pages, scan, garbled, no_text."""
    try:
        document = pdfplumber.open(io.BytesIO(data))
    except PdfminerException as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in (error.__context__, error.__cause__, *error.args)):
            raise refuse("encrypted") from error
        raise refuse("damaged") from error
    with document:
        pages: list[list[Item]] = []
        characters = images = 0
        for page in document.pages:
            if len(pages) >= MAX_PDF_PAGES:
                raise refuse("too_many_pages")
            characters += len(page.chars)
            images += len(page.images)
            pages.append(_items(page))
            page.close()  # the parsed objects of a page weigh megabytes
    if characters == 0:
        raise refuse("scan" if images else "no_text")
    _refuse_garbled(pages)
    builder = SourceBuilder(name, PDF)
    body = _body_size(pages)
    items = _joined_tables(_without_furniture(pages))
    levels = _heading_levels(items, body)
    for item in items:
        _emit(builder, item, body, levels)
    return builder.finish()


def _items(page: Page) -> list[Item]:
    """Lines and tables of a page, from top to bottom."""
    tables = tables_of(page)
    lines = lines_of(page, tables)
    return sorted([*lines, *tables], key=lambda item: item.top)


def _refuse_garbled(pages: list[list[Item]]) -> None:
    """Fonts without a map to Unicode give (cid:12) for every character."""
    text = "".join(item.text for items in pages for item in items)
    unmapped = sum(len(match.group()) for match in _UNMAPPED.finditer(text))
    if unmapped * 3 > len(text):
        raise refuse("garbled")


def _without_furniture(pages: list[list[Item]]) -> list[list[Item]]:
    """Without lone page numbers and what repeats, no larger than the text, at the edge of half of the pages.

    Two pages prove less than three: there it must also stand at the same height of both.
    """
    body = _body_size(pages)

    def shape(line: Line) -> str:
        return re.sub(r"\d+", "#", line.text)

    def at_edge(item: Item) -> TypeGuard[Line]:
        return isinstance(item, Line) and (item.top < _MARGIN_SHARE or item.bottom > 1 - _MARGIN_SHARE)

    tops: defaultdict[str, list[float]] = defaultdict(list)
    for items in pages:
        for key, top in {shape(item): item.top for item in items if at_edge(item)}.items():
            tops[key].append(top)

    def is_furniture(item: Item) -> bool:
        if not at_edge(item):
            return False
        seen = tops[shape(item)]
        proven = len(seen) >= 3 or (len(seen) == 2 and abs(seen[0] - seen[1]) < _SAME_HEIGHT)
        repeats = proven and len(seen) * 2 >= len(pages) and item.size <= body + 0.4
        return repeats or bool(_PAGE_NUMBER.match(item.text))

    return [[item for item in items if not is_furniture(item)] for items in pages]


def _joined_tables(pages: list[list[Item]]) -> list[Item]:
    """All items in order, paragraphs merged; a table that goes on over the page is one table again."""
    items: list[Item] = []
    lines: list[Line] = []
    for page in pages:
        for item in page:
            if isinstance(item, Line):
                lines.append(item)
                continue
            items += merge_lines(lines)
            continues = not lines and items and item is page[0] and _continues(items[-1], item)
            lines = []
            if continues and isinstance(before := items[-1], PageTable):
                items[-1] = _appended(before, item)
            else:
                items.append(item)
    return items + merge_lines(lines)


def _continues(before: Item, table: PageTable) -> bool:
    return isinstance(before, PageTable) and before.page != table.page and before.columns == table.columns


def _appended(before: PageTable, table: PageTable) -> PageTable:
    """The rows of both; the header that is repeated on the new page is left out."""

    def row(part: PageTable, index: int) -> list[tuple[int, str]]:
        return [(slot.column, slot.text) for slot in part.slots if slot.row == index]

    skipped = 1 if row(before, 0) == row(table, 0) else 0
    moved = tuple(
        Slot(slot.row - skipped + before.rows, slot.column, slot.text, slot.row_span, slot.column_span)
        for slot in table.slots
        if slot.row >= skipped
    )
    return replace(before, page=table.page, slots=before.slots + moved, rows=before.rows + table.rows - skipped)


def _body_size(pages: list[list[Item]]) -> float:
    """The size, in points, in which most characters outside tables are set."""
    sizes: Counter[float] = Counter()
    for items in pages:
        for item in items:
            if isinstance(item, Line):
                sizes[item.size] += len(item.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _heading_levels(items: list[Item], body: float) -> dict[float, int]:
    """Level by size: the largest headings are 1, the next 2. Those in bold only, as large as the text, have none."""
    sizes = {item.size for item in items if isinstance(item, Line) and item.is_heading(body) and item.size > body}
    return {size: level for level, size in enumerate(sorted(sizes, reverse=True), start=1)}


def _emit(builder: SourceBuilder, item: Item, body: float, levels: dict[float, int]) -> None:
    if isinstance(item, PageTable):
        builder.table(item.slots, page=item.first_page)
    elif item.is_heading(body):
        builder.heading(item.text, level=levels.get(item.size, 0), page=item.page)
    else:
        builder.paragraph(item.text, page=item.page)
