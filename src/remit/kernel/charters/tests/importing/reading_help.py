"""Small documents for the tests of the reading: plain text and tables as the readers would deliver them."""

from collections.abc import Sequence

from remit.kernel.charters.importing.draft import DraftDocument, DraftPosition
from remit.kernel.charters.importing.reading import read_charters
from remit.kernel.charters.importing.source import Block, BlockKind, Cell, Source


def text_source(text: str, name: str = "paper.txt") -> Source:
    """One paragraph a line, offsets as the readers give them."""
    blocks: list[Block] = []
    position = 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block("paragraph", line, position, position + len(line)))
        position += len(line) + 1
    return Source(name, "text/plain", text, tuple(blocks))


class SourceWriter:
    """Builds a source of headings, paragraphs and tables, cell by cell."""

    def __init__(self, name: str = "paper.docx") -> None:
        self.name = name
        self.text = ""
        self.blocks: list[Block] = []

    def line(
        self, words: str, kind: BlockKind = "paragraph", level: int = 0, page: int | None = None
    ) -> "SourceWriter":
        start = len(self.text)
        self.text += words + "\n"
        self.blocks.append(Block(kind, words, start, start + len(words), level=level, page=page))
        return self

    def table(self, rows: Sequence[Sequence[str | tuple[str, int] | None]]) -> "SourceWriter":
        """A row is its cells; a pair is words and how many columns they span; None lies under a merged cell."""
        start = len(self.text)
        cells: list[Cell] = []
        for number, row in enumerate(rows):
            column = 0
            for cell in row:
                words, span = cell if isinstance(cell, tuple) else (cell or "", 1)
                if words:
                    begin = len(self.text)
                    self.text += words
                    cells.append(Cell(number, column, words, begin, len(self.text), 1, span))
                self.text += "\t"
                column += span
            self.text += "\n"
        end = len(self.text)
        self.blocks.append(Block("table", self.text[start:end], start, end, cells=tuple(cells)))
        return self

    def source(self) -> Source:
        return Source(self.name, "application/x-test", self.text, tuple(self.blocks))


def read_text(text: str, name: str = "paper.txt") -> DraftDocument:
    return read_charters(text_source(text, name))


def only(draft: DraftDocument) -> DraftPosition:
    assert len(draft.positions) == 1, [position.title for position in draft.positions]
    return draft.positions[0]


def duties(position: DraftPosition) -> list[str]:
    return [duty.text for duty in position.duties]


def powers(position: DraftPosition) -> list[str]:
    return [item.text for item in position.authority]


def all_spans(draft: DraftDocument) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for position in draft.positions:
        found.append(position.span)
        found += [span for span in (position.title_span, position.purpose_span) if span]
        for item in (*position.duties, *position.authority, *position.kpis, *position.qualifications):
            found += item.spans
    return found
