"""Puts blocks together into a `Source`, so that every reader keeps the promise about offsets in the same way."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from remit.kernel.charters.importing.readers.refusals import refuse
from remit.kernel.charters.importing.source import Block, BlockKind, Cell, Source

MAX_CHARACTERS = 5_000_000
MAX_CELLS = 200_000
MAX_BLOCKS = 100_000

# PostgreSQL refuses NUL; the other control characters, lone surrogates and zero-width marks are never part of a word.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufeff\u200b\u200c\u200d\u2060\u00ad]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\u0085\u2028\u2029]")
_NO_SPACE_AFTER = tuple("、．）】〕」，：")
BULLET = "•"


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell before it has a place in the text: grid position, words, spans."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1


def clean(text: str) -> str:
    """The text with "\\n" as the only line break and without what nobody sees; tabs and indentation stay."""
    return _INVISIBLE.sub("", _BREAKS.sub("\n", text).replace("\u00a0", " "))


def clean_cell(text: str) -> str:
    """A cell's text: lines stripped, empty ones dropped, no tabs (they part the cells of a row)."""
    lines = (line.strip() for line in clean(text).replace("\t", " ").split("\n"))
    return "\n".join(line for line in lines if line)


def with_number(number: str, text: str) -> str:
    """ "一、" + "总则" is 一、总则, but "1." + "总则" is 1. 总则."""
    if not number or not text:
        return number or text
    return number + text if number.endswith(_NO_SPACE_AFTER) else f"{number} {text}"


class SourceBuilder:
    """Collects blocks in the document's order. Blocks without words are left out."""

    def __init__(self, name: str, media_type: str) -> None:
        self.name = name
        self.media_type = media_type
        self.warnings: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self._cells = 0
        self._blocks: list[Block] = []

    def paragraph(self, text: str, *, level: int = 0, number: str = "", page: int | None = None) -> None:
        self._text_block("paragraph", text, level, number, page)

    def heading(self, text: str, *, level: int = 0, number: str = "", page: int | None = None) -> None:
        self._text_block("heading", text, level, number, page)

    def gap(self) -> None:
        """An empty line as it stands in a plain text, where it is often the only sign of a new section."""
        if self._blocks and not (self._parts and self._parts[-1] == "\n"):
            self._append("\n")

    def table(self, slots: Iterable[Slot], *, page: int | None = None) -> None:
        """A table; `slots` in any order, one for each cell, a merged one at its first row and column."""
        rows: defaultdict[int, list[Slot]] = defaultdict(list)
        for slot in slots:
            self._cells += 1
            if self._cells > MAX_CELLS:
                raise refuse("too_long")
            rows[slot.row].append(slot)
        lines = [sorted(rows[key], key=lambda slot: slot.column) for key in sorted(rows)]
        texts = [[clean_cell(slot.text) for slot in line] for line in lines]
        if not any(any(line) for line in texts):
            return
        start = self._open_block()
        cells: list[Cell] = []
        for index, (line, words) in enumerate(zip(lines, texts, strict=True)):
            if index:
                self._append("\n")
            for position, (slot, word) in enumerate(zip(line, words, strict=True)):
                if position:
                    self._append("\t")
                at = self._length
                self._append(word)
                cells.append(Cell(slot.row, slot.column, word, at, self._length, slot.row_span, slot.column_span))
        text = "\n".join("\t".join(line) for line in texts)
        self._blocks.append(Block("table", text, start, self._length, cells=tuple(cells), page=page))

    def finish(self, encoding: str | None = None) -> Source:
        """The document. Raises UnreadableDocument("no_text") when nothing was collected."""
        if not self._blocks:
            raise refuse("no_text")
        text = "".join(self._parts)[: self._blocks[-1].end]
        return Source(self.name, self.media_type, text, tuple(self._blocks), encoding, tuple(self.warnings))

    def _text_block(self, kind: BlockKind, text: str, level: int, number: str, page: int | None) -> None:
        words = clean(text).strip()
        if not words:
            return
        number = clean(number).strip()
        start = self._open_block()
        self._append(with_number(number, words))
        full = self._parts[-1]
        self._blocks.append(Block(kind, full, start, self._length, level=level, number=number, page=page))

    def _open_block(self) -> int:
        if len(self._blocks) >= MAX_BLOCKS:
            raise refuse("too_long")
        if self._blocks:
            self._append("\n")
        return self._length

    def _append(self, part: str) -> None:
        self._length += len(part)
        if self._length > MAX_CHARACTERS:
            raise refuse("too_long")
        self._parts.append(part)
