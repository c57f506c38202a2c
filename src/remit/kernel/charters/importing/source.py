"""What a reader makes of a file: one plain text, and the blocks that it consists of.

Every later step speaks of the document in offsets into `Source.text`, so that whatever was read can be shown
beside the very words it came from. Pure data: no Django, no parser.
"""

from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["paragraph", "heading", "table"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table, where it stands in the grid and in the text.

    A merged cell appears once, at its first row and column, with its spans; `start:end` is its text in `Source.text`.
    """

    row: int
    column: int
    text: str
    start: int
    end: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading or a table, in the document's order.

    `number` is the automatic number as the word processor shows it ("一、", "1.2", "(3)"), which the text itself lacks;
    readers put it into `text` too, so that `Source.text` reads as the page does.
    `level` is the heading's level (1 the highest) or the list's depth, 0 where there is none.
    """

    kind: BlockKind
    text: str
    start: int
    end: int
    level: int = 0
    number: str = ""
    cells: tuple[Cell, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A document as read. `text[block.start:block.end] == block.text` holds for every block."""

    name: str
    media_type: str
    text: str
    blocks: tuple[Block, ...]
    encoding: str | None = None
    warnings: tuple[str, ...] = field(default=())


class UnreadableDocument(Exception):
    """A file that can't be read. `message` says what is wrong and what to do, in a sentence for the person who sent it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
