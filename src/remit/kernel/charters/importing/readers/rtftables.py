"""Tables of an RTF document. Rows define their own cells by right edges; columns are what all rows' edges make together."""

from dataclasses import dataclass, field

from remit.kernel.charters.importing.readers.building import Slot

_TOLERANCE_TWIPS = 30


@dataclass(slots=True)
class _Shape:
    """A cell as the row defines it: its right edge in twips, and whether it continues the one beside or above it."""

    edge: int
    joins_left: bool = False
    joins_above: bool = False


@dataclass(slots=True)
class RtfTable:
    _shapes: list[_Shape] = field(default_factory=list)
    _next: _Shape = field(default_factory=lambda: _Shape(0))
    _lines: list[str] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _rows: list[list[tuple[_Shape, str]]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self._rows and not self._cells

    def define(self, word: str, parameter: int | None) -> None:
        """Take note of a control word that shapes cells; others are ignored."""
        if word == "trowd":
            self._shapes, self._next = [], _Shape(0)
        elif word == "clmrg":
            self._next.joins_left = True
        elif word == "clvmrg":
            self._next.joins_above = True
        elif word == "cellx":
            self._next.edge = parameter or 0
            self._shapes.append(self._next)
            self._next = _Shape(0)

    def add_line(self, line: str) -> None:
        """A paragraph inside a cell that goes on."""
        self._lines.append(line)

    def end_cell(self, line: str) -> None:
        self._cells.append("\n".join([*self._lines, line]))
        self._lines = []

    def end_row(self) -> None:
        """Rows without a definition (broken files) have their cells side by side."""
        shapes = [*self._shapes]
        while len(shapes) < len(self._cells):
            shapes.append(_Shape((shapes[-1].edge if shapes else 0) + 1000))
        self._rows.append([*zip(shapes, self._cells, strict=False)])
        self._cells, self._lines = [], []

    def slots(self) -> list[Slot]:
        if self._cells:
            self.end_row()
        edges = self._edges()
        slots: list[Slot] = []
        above: dict[int, int] = {}  # column → index of the slot that a cell below may continue
        for row, cells in enumerate(self._rows):
            column = 0
            for shape, text in cells:
                until = max(_index(edges, shape.edge) + 1, column + 1)
                if shape.joins_left and slots and slots[-1].row == row:
                    left = slots[-1]
                    slots[-1] = Slot(row, left.column, left.text, left.row_span, until - left.column)
                elif shape.joins_above and column in above:
                    upper = slots[above[column]]
                    slots[above[column]] = Slot(
                        upper.row, upper.column, upper.text, row - upper.row + 1, upper.column_span
                    )
                else:
                    above[column] = len(slots)
                    slots.append(Slot(row, column, text, 1, until - column))
                column = until
        return slots

    def _edges(self) -> list[int]:
        """All right edges, those that differ by a hair taken as one."""
        edges: list[int] = []
        for edge in sorted({shape.edge for cells in self._rows for shape, _ in cells}):
            if not edges or edge - edges[-1] > _TOLERANCE_TWIPS:
                edges.append(edge)
        return edges


def _index(edges: list[int], edge: int) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - edge))
