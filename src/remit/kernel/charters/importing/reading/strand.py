"""A run of text that remembers where in the source each of its signs stands.

Cleaning cuts things out and joins what a page break tore; a `Strand` carries the spans through all of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from remit.kernel.charters.importing.draft import Span


# Not frozen, although nobody changes one: a document makes tens of thousands, and frozen ones cost twice the time.
@dataclass(slots=True)
class Strand:
    """`text` (simplified) and `fold` (one width of signs) have one length, which is also that of all `pieces` together."""

    text: str
    fold: str
    pieces: tuple[Span, ...]

    def __len__(self) -> int:
        return len(self.fold)

    @property
    def start(self) -> int:
        return self.pieces[0][0] if self.pieces else 0

    @property
    def end(self) -> int:
        return self.pieces[-1][1] if self.pieces else 0

    def cut(self, start: int, end: int | None = None) -> "Strand":
        """The part from `start` to `end` (offsets into the strand)."""
        size = len(self.fold)
        stop = size if end is None else end
        if start <= 0 and stop >= size:
            return self
        if 0 <= start < stop <= size and len(self.pieces) == 1:
            first = self.pieces[0][0]
            return Strand(self.text[start:stop], self.fold[start:stop], ((first + start, first + stop),))
        pieces: list[Span] = []
        passed = 0
        for first, last in self.pieces:
            length = last - first
            low, high = max(start - passed, 0), min(stop - passed, length)
            if low < high:
                pieces.append((first + low, first + high))
            passed += length
            if passed >= stop:
                break
        return Strand(self.text[start:stop], self.fold[start:stop], tuple(pieces))

    def strip(self, signs: str = " \n\r") -> "Strand":
        """Without the given signs at both ends."""
        fold = self.fold
        if not fold or (fold[0] not in signs and fold[-1] not in signs):
            return self
        left = len(fold) - len(fold.lstrip(signs))
        return self.cut(left, max(len(fold.rstrip(signs)), left))

    def without(self, holes: Iterable[tuple[int, int]]) -> "Strand":
        """With the given ranges (ascending, apart) cut out."""
        parts: list[Strand] = []
        position = 0
        for start, end in holes:
            parts.append(self.cut(position, start))
            position = end
        parts.append(self.cut(position))
        return join(parts)


EMPTY = Strand("", "", ())


def join(parts: Iterable[Strand]) -> Strand:
    """The parts one after another, with nothing between them."""
    found = [part for part in parts if part.fold]
    if len(found) == 1:
        return found[0]
    return Strand(
        "".join(part.text for part in found),
        "".join(part.fold for part in found),
        tuple(piece for part in found for piece in part.pieces),
    )
