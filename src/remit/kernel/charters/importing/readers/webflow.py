"""Walks a page's tree and says what it shows: paragraphs, headings, numbered lists, tables."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from remit.kernel.charters.importing.readers.building import BULLET, Slot, SourceBuilder
from remit.kernel.charters.importing.readers.headings import looks_like_heading
from remit.kernel.charters.importing.readers.joining import is_wide
from remit.kernel.charters.importing.readers.numerals import letters, roman
from remit.kernel.charters.importing.readers.trees import is_element

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "iframe",
        "object",
        "svg",
        "canvas",
        "math",
        "select",
        "button",
        "input",
        "textarea",
        "nav",
        "footer",
        "aside",
        "audio",
        "video",
        "rt",
        "rp",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "form",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOLD = frozenset(("b", "strong"))
_SPACES = re.compile(r"[ \t\n\r\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
MAX_SPAN = 500


class WebReader:
    """Collects inline text until a block begins or ends, then gives it to the builder."""

    def __init__(self, builder: SourceBuilder) -> None:
        self._builder = builder
        self._inline: list[str] = []
        self._bold_characters = 0
        self._number = ""
        self._depth = 0

    def read(self, root: etree._Element) -> None:
        body = root.find("body")
        self._walk(body if body is not None else root, bold=False)
        self._flush()

    def _walk(self, element: etree._Element, *, bold: bool) -> None:
        self._words(element.text, bold)
        for inner in element.iterchildren():
            if is_element(inner) and not _is_hidden(inner):
                self._element(inner, bold=bold or inner.tag in _BOLD)
            self._words(inner.tail, bold)

    def _element(self, element: etree._Element, *, bold: bool) -> None:
        tag = str(element.tag)
        if tag == "br":
            self._flush()
        elif tag in _HEADINGS:
            self._heading(element, _HEADINGS[tag])
        elif tag in {"ul", "ol"}:
            self._list(element)
        elif tag == "pre":
            self._flush()
            for line in words_of(element, keep_lines=True).split("\n"):
                self._builder.paragraph(line)
        elif tag == "table" and not _is_layout(element):
            self._flush()
            self._builder.table(_slots(element))
        elif tag in _BLOCKS:
            self._flush()
            self._walk(element, bold=bold)
            self._flush()
        else:
            self._walk(element, bold=bold)

    def _heading(self, element: etree._Element, level: int) -> None:
        self._flush()
        for line in words_of(element).split("\n"):
            self._builder.heading(line, level=level)

    def _list(self, element: etree._Element) -> None:
        """Items numbered as browsers do: start, value, type; reversed lists count up here too, as nobody writes them."""
        self._flush()
        self._depth += 1
        count = _integer(element.get("start"), 1)
        for item in element.iterchildren():
            if item.tag != "li":
                if is_element(item) and not _is_hidden(item):
                    self._element(item, bold=False)
                    self._flush()
                continue
            count = _integer(item.get("value"), count)
            self._number = BULLET if element.tag == "ul" else f"{_numeral(count, element.get('type', '1'))}."
            self._walk(item, bold=False)
            self._flush()
            self._number = ""
            count += 1
        self._depth -= 1

    def _words(self, text: str | None, bold: bool) -> None:
        if text:
            self._inline.append(text)
            self._bold_characters += len(text.strip()) if bold else 0

    def _flush(self) -> None:
        raw = "".join(self._inline)
        words = collapse(raw)
        if words:
            is_bold = self._bold_characters >= len("".join(part.strip() for part in self._inline)) > 0
            if is_bold and looks_like_heading(words) and not self._number:
                self._builder.heading(words)
            else:
                self._builder.paragraph(words, level=self._depth, number=self._number)
            self._number = ""
        self._inline, self._bold_characters = [], 0


def collapse(text: str) -> str:
    """White space as browsers show it; a line break between two Chinese characters of the source shows nothing."""

    def one(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        broken = "\n" in match.group() and before and after and is_wide(before) and is_wide(after)
        return "" if broken else " "

    return _SPACES.sub(one, text).strip()


def words_of(element: etree._Element, *, keep_lines: bool = False) -> str:
    """All that an element shows, blocks and line breaks parted by "\\n"."""
    parts: list[str] = []

    def collect(node: etree._Element) -> None:
        parts.append(node.text or "")
        for inner in node.iterchildren():
            if is_element(inner) and not _is_hidden(inner):
                apart = inner.tag in _BLOCKS or inner.tag in _HEADINGS
                parts.append("\0" if apart or inner.tag == "br" else "")
                if inner.tag == "li":
                    parts.append(_item_number(inner))
                collect(inner)
                parts.append("\0" if apart else "")
            parts.append(inner.tail or "")

    collect(element)
    text = "".join(parts)
    if keep_lines:
        return text.replace("\0", "\n")
    lines = (collapse(line) for line in text.split("\0"))
    return "\n".join(line for line in lines if line)


def _item_number(item: etree._Element) -> str:
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return f"{BULLET} "
    count = _integer(parent.get("start"), 1) + sum(1 for before in item.itersiblings("li", preceding=True))
    return f"{_numeral(_integer(item.get('value'), count), parent.get('type', '1'))}. "


def _is_hidden(element: etree._Element) -> bool:
    if element.tag in _SKIPPED or "hidden" in element.attrib or element.get("aria-hidden") == "true":
        return True
    return bool(_HIDDEN.search(element.get("style", "")))


def _is_layout(table: etree._Element) -> bool:
    """A table that holds another, or has one cell only, arranges a page; it holds no data."""
    if table.find(".//table") is not None:
        return True
    return sum(1 for _ in zip(table.iter("td", "th"), range(2), strict=False)) < 2


def _slots(table: etree._Element) -> list[Slot]:
    """Cells with their spans, by the algorithm of the HTML standard (4.9.12): a cell takes the first free column."""
    slots: list[Slot] = []
    taken: dict[int, int] = {}  # column → first row in which it is free again
    for row, line in enumerate(table.iter("tr")):
        column = 0
        for cell in line.iterchildren("td", "th"):
            if _is_hidden(cell):
                continue
            while taken.get(column, 0) > row:
                column += 1
            columns = min(max(_integer(cell.get("colspan"), 1), 1), MAX_SPAN)
            rows = min(max(_integer(cell.get("rowspan"), 1), 1), MAX_SPAN)
            slots.append(Slot(row, column, words_of(cell), rows, columns))
            for index in range(column, column + columns):
                taken[index] = row + rows
            column += columns
    return slots


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return default


_NUMERALS: dict[str, Callable[[int], str]] = {
    "a": letters,
    "A": lambda n: letters(n).upper(),
    "i": roman,
    "I": lambda n: roman(n).upper(),
}


def _numeral(count: int, kind: str) -> str:
    return _NUMERALS.get(kind, str)(count)
