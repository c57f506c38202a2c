"""From lines to entries: one numbered item, heading or paragraph each, put back together where a page tore it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from remit.kernel.charters.importing.draft import Every, Within
from remit.kernel.charters.importing.reading.clean import Line
from remit.kernel.charters.importing.reading.decimals import lost_decimals
from remit.kernel.charters.importing.reading.headings import key_of, section_of
from remit.kernel.charters.importing.reading.lexicon import TITLE_END
from remit.kernel.charters.importing.reading.markers import Marker, Style, inline_markers
from remit.kernel.charters.importing.reading.run_in import run_in_apart
from remit.kernel.charters.importing.reading.strand import Strand
from remit.kernel.charters.importing.reading.wrapping import labels_apart, next_marks, unwrapped
from remit.kernel.charters.importing.source import Block


@dataclass(slots=True)  # not frozen, for its speed; nobody changes one
class Entry:
    """`strand` is the text without its number, `depth` the rank of its list, `fresh` a line after a portal's notice."""

    strand: Strand
    style: Style | None = None
    value: int = 0
    depth: int = 0
    heading_level: int = 0
    fresh: bool = False
    every: Every | None = None  # the rhythm that a table's row states beside it
    within: Within | None = None  # and the deadline
    table: Block | None = None

    @property
    def words(self) -> str:
        return self.strand.fold


def read_entries(lines: Sequence[Line]) -> list[Entry]:
    return _Sequencer(unwrapped(labels_apart(run_in_apart(lines)))).entries()


def cell_entries(strand: Strand, *, items: bool) -> list[Entry]:
    """The entries in a table's cell. `items`: every line without a number is an item of its own."""
    lines: list[Line] = []
    begin = 0
    for part in strand.fold.split("\n"):
        line = strand.cut(begin, begin + len(part)).strip()
        begin += len(part) + 1
        if line.fold:
            lines.append(Line(line))
    joined = unwrapped(labels_apart(lines))
    if items:
        joined = [(line, mark) if mark else (replace(line, bullet=True), None) for line, mark in joined]
    return _Sequencer(joined).entries()


# ---------------------------------------------------------------- numbers

_STRONG = re.compile(r"[。;!?:.…)”』】\s](?=\s*$)")
_HEADLIKE_END = re.compile(
    rf"(?:要点|模板|模版|范本|技能|职责|内容|要求|权限|权力|资格|条件|如下|包括|任务|目标|范围|标准|说明|概述|流程|描述|{TITLE_END})\d?:?\s*$"
)


class _Sequencer:
    """Walks over the lines, keeps the open lists on a stack, and takes a number inside a line only where it is expected."""

    def __init__(self, lines: Sequence[tuple[Line, Marker | None]]) -> None:
        self.lines = lines
        self.open: list[tuple[Style, int]] = []
        self.out: list[Entry] = []

    def entries(self) -> list[Entry]:
        following = next_marks([mark for _, mark in self.lines])
        for (line, mark), after in zip(self.lines, following, strict=True):
            if line.table is not None:
                self.out.append(Entry(line.strand, table=line.table))
                self.open.clear()
                continue
            self._line(line, mark, after)
        return self.out

    def _line(self, line: Line, mark: Marker | None, after: Marker | None) -> None:
        strand = line.strand
        opens = (
            mark is not None and mark.value == 1 and after is not None and (after.style, after.value) == (mark.style, 2)
        )
        if mark and mark.weak and not opens and not self._expected(mark):
            mark = None
        if line.bullet and not mark:
            mark = Marker("bullet", 0, 0, 0)
        heads = [mark] if mark else []
        if len(strand.fold) > 12:
            heads = self._with_inline(strand.fold, heads, after)
        elif mark:
            self._push(mark)
        self._emit(strand, heads, line)

    def _with_inline(self, text: str, heads: list[Marker], after: Marker | None) -> list[Marker]:
        candidates = inline_markers(text, heads[0].end if heads else 0)
        if heads:
            self._push(heads[0])
        if not candidates:
            return heads
        later: dict[Style, int] = {}
        expects: list[int | None] = [None] * len(candidates)
        for index in range(len(candidates) - 1, -1, -1):
            candidate = candidates[index]
            expects[index] = later.get(candidate.style)
            later[candidate.style] = candidate.value
        for candidate, next_value in zip(candidates, expects, strict=True):
            if next_value is None and after and after.style == candidate.style:
                next_value = after.value
            taken = self._taken(text, candidate, next_value, heads[-1].end if heads else 0)
            if taken:
                self._push(taken)
                heads.append(taken)
        decimals = lost_decimals(text) if len(text) > 60 else []
        if decimals:
            low, high = decimals[0].start, decimals[-1].end
            heads = sorted([*(h for h in heads if not low <= h.start < high), *decimals], key=lambda mark: mark.start)
        return heads

    def _taken(self, text: str, mark: Marker, next_value: int | None, floor: int) -> Marker | None:
        before = text[max(mark.start - 24, floor) : mark.start]
        strong = _STRONG.search(before) is not None or mark.start == floor
        if mark.style == "part":
            return mark
        if self._expected(mark) and mark.value > 1:
            return mark if strong or _starts_item(text, mark.end) else None
        headlike = _HEADLIKE_END.search(before) is not None
        if mark.style == "bullet":
            return mark if next_value == 0 and (not text[mark.start].isspace() or mark.start - floor <= 20) else None
        if mark.style in ("chapter", "inner") and mark.value == 1:
            return mark if strong or headlike else None
        loose = mark.style in ("bracket", "circle") and strong  # rare signs: nothing else looks like them
        if (
            mark.value == 1
            and (next_value == 2 or loose)
            and (strong or headlike or self._after_short_head(text, floor, mark))
        ):
            return mark
        if (mark.value == 1 and strong and headlike) or (
            mark.value == 1 and section_of(text[max(floor, mark.start - 24) : mark.start])
        ):
            return mark
        if mark.value == 1 and strong and section_of(text[mark.end : mark.end + 20]):
            return mark
        if (
            mark.style == "plain"
            and 10 < mark.value < 100
            and mark.value % 10 == 1
            and next_value == 2
            and _HEADLIKE_END.search(before)
        ):
            # 岗位职责21、…2、…: the heading's own number and the first item's ran together.
            first = mark.start + len(str(mark.value)) - 1
            return replace(mark, value=1, start=first)
        return None

    def _after_short_head(self, text: str, floor: int, mark: Marker) -> bool:
        """客户类(1)…: a numbered heading, short and without a sign, whose list follows on the same line."""
        if mark.start - floor > 24:
            return False
        head = text[floor : mark.start].rstrip("。: ")
        return 2 <= len(head) <= 18 and not re.search("[。;,、:]", head) and floor > 0

    def _expected(self, mark: Marker) -> bool:
        return any(style == mark.style and last + 1 == mark.value for style, last in self.open)

    def _push(self, mark: Marker) -> None:
        for index, (style, _) in enumerate(self.open):
            if style == mark.style:
                del self.open[index:]
                break
        else:
            if mark.style in ("part", "chapter"):
                self.open.clear()
        if len(self.open) > 8:
            self.open.clear()
        self.open.append((mark.style, mark.value))

    def _emit(self, strand: Strand, heads: list[Marker], line: Line) -> None:
        level = line.level if line.kind == "heading" else 0
        if not heads:
            self.out.append(Entry(strand, heading_level=level, fresh=line.fresh))
            return
        if heads[0].start > 0:
            before = strand.cut(0, heads[0].start).strip()
            if before.fold:
                self.out.append(Entry(before, heading_level=level))
        stops = [mark.start for mark in heads[1:]] + [len(strand)]
        for mark, stop in zip(heads, stops, strict=True):
            body = strand.cut(mark.end, stop).strip()
            fresh = line.fresh and mark is heads[0]
            self.out.append(Entry(body, mark.style, mark.value, self._depth_of(mark), heading_level=level, fresh=fresh))

    def _depth_of(self, mark: Marker) -> int:
        return _RANK[mark.style]


# Where lists stand in each other in nearly every document; equal styles never nest.
_RANK: dict[Style, int] = {
    "part": 0, "chapter": 1, "inner": 2, "task": 2, "plain": 3, "decimal": 4, "bracket": 5, "circle": 6, "letter": 7, "bullet": 8,
}  # fmt: skip


def _starts_item(text: str, position: int) -> bool:
    return (
        position < len(text) and "\u4e00" <= text[position] <= "\u9fff" and key_of(text[position : position + 2]) != ""
    )
