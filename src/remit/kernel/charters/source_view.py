"""The original of an import as a page shows it: paragraphs, headings and tables, cut into pieces where items begin and end.

Pure: no Django. What comes out is text and numbers; the template escapes it. Offsets are those of the document's text, so that
a selection in the browser can be named by them.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

# Blocks shown around those that belong to the position: a heading that was missed, a table's title.
CONTEXT_BLOCKS: Final = 3
# How deep headings may stand on the page, whose own headings are above them.
LEVEL_MAX: Final = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text that an item was read from."""

    start: int
    end: int
    item_id: int
    part: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under the same marks. `items` are the ids that it belongs to, `part` is that of the first, "" for none."""

    start: int
    text: str
    part: str = ""
    items: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CellView:
    pieces: tuple[Piece, ...]
    row_span: int
    column_span: int


@dataclass(frozen=True, slots=True)
class BlockView:
    """A block of the original. Exactly one of `pieces` and `rows` is filled; `skipped` counts the blocks left out before it."""

    kind: str
    level: int
    pieces: tuple[Piece, ...]
    rows: tuple[tuple[CellView, ...], ...]
    skipped: int = 0
    page: int | None = None


@dataclass(frozen=True, slots=True)
class SourceView:
    blocks: tuple[BlockView, ...]
    skipped_after: int

    @property
    def is_whole(self) -> bool:
        return not self.skipped_after and not any(block.skipped for block in self.blocks)


class Marks:
    """Marks by the place they cover: a table of thousands of cells asks for those of each."""

    STEP: Final = 256

    def __init__(self, marks: Iterable[Mark]) -> None:
        self.all = sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.item_id))
        self._at: defaultdict[int, list[int]] = defaultdict(list)
        for index, mark in enumerate(self.all):
            for step in range(mark.start // self.STEP, mark.end // self.STEP + 1):
                self._at[step].append(index)

    def within(self, start: int, end: int) -> list[Mark]:
        """Those that touch the stretch, the widest of those that begin together first."""
        steps = range(start // self.STEP, end // self.STEP + 1)
        found = sorted({index for step in steps for index in self._at.get(step, ())})
        return [mark for mark in (self.all[index] for index in found) if mark.start < end and start < mark.end]


def source_view(
    text: str, blocks: Sequence[Mapping[str, Any]], marks: Iterable[Mark], wanted: tuple[int, int] | None
) -> SourceView:
    """The blocks that `wanted` (offsets) touches or an item was read from, with some around them; all of them for None."""
    known = Marks(marks)
    shown: list[BlockView] = []
    last = -1
    for at in _chosen(blocks, known.all, wanted):
        shown.append(_block(text, blocks[at], known, at - last - 1))
        last = at
    return SourceView(tuple(shown), len(blocks) - last - 1)


def _chosen(blocks: Sequence[Mapping[str, Any]], marks: Sequence[Mark], wanted: tuple[int, int] | None) -> list[int]:
    if wanted is None:
        return list(range(len(blocks)))
    starts, ends = [block["start"] for block in blocks], [block["end"] for block in blocks]
    near: set[int] = set()
    for a, b in {wanted, *((mark.start, mark.end) for mark in marks)}:
        first, after = bisect_right(ends, a), bisect_left(starts, b)
        near.update(range(max(0, first - CONTEXT_BLOCKS), min(len(blocks), after + CONTEXT_BLOCKS)))
    # A gap of one block costs as much room as its notice.
    near |= {at for at in range(len(blocks)) if at - 1 in near and at + 1 in near}
    return sorted(near)


def _block(text: str, block: Mapping[str, Any], marks: Marks, skipped: int) -> BlockView:
    level = min(int(block.get("level") or 0), LEVEL_MAX)
    if block["kind"] == "table":
        return BlockView("table", level, (), _rows(text, block["cells"], marks), skipped, block.get("page"))
    pieces = cut(text, block["start"], block["end"], marks)
    return BlockView(str(block["kind"]), level, pieces, (), skipped, block.get("page"))


def _rows(text: str, cells: Sequence[Mapping[str, Any]], marks: Marks) -> tuple[tuple[CellView, ...], ...]:
    rows: dict[int, list[Mapping[str, Any]]] = {}
    for cell in cells:
        rows.setdefault(cell["row"], []).append(cell)
    return tuple(
        tuple(
            CellView(cut(text, cell["start"], cell["end"], marks), cell.get("row_span", 1), cell.get("column_span", 1))
            for cell in sorted(rows[row], key=lambda cell: int(cell["column"]))
        )
        for row in sorted(rows)
    )


def cut(text: str, start: int, end: int, marks: Marks) -> tuple[Piece, ...]:
    """The text from start to end, cut wherever a mark begins or ends. The pieces put together are the text."""
    inside = marks.within(start, end)
    bounds = sorted({start, end, *(at for mark in inside for at in (mark.start, mark.end) if start < at < end)})
    pieces = []
    for a, b in pairwise(bounds):
        over = [mark for mark in inside if mark.start <= a and b <= mark.end]
        ids = tuple(dict.fromkeys(mark.item_id for mark in over))
        pieces.append(Piece(a, text[a:b], over[0].part if over else "", ids))
    return tuple(pieces)
