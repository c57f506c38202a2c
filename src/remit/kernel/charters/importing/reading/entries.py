"""From lines to entries: one numbered item, heading or paragraph each, put back together where a page tore it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from remit.kernel.charters.importing.draft import Every
from remit.kernel.charters.importing.reading.clean import Line
from remit.kernel.charters.importing.reading.decimals import lost_decimals
from remit.kernel.charters.importing.reading.headings import classify, is_part_label, key_of, label_of, section_of
from remit.kernel.charters.importing.reading.lexicon import LABELS, SECTIONS, TITLE_END
from remit.kernel.charters.importing.reading.markers import Marker, Style, inline_markers, leading_marker
from remit.kernel.charters.importing.reading.strand import Strand, join
from remit.kernel.charters.importing.source import Block

# An item longer than this is no item; the bound keeps a text without any sign from being joined into one.
_LONGEST_ITEM = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """`strand` is the text without its number. `depth` counts the lists it stands in; `restart` says that a list began anew."""

    strand: Strand
    style: Style | None = None
    value: int = 0
    depth: int = 0
    restart: bool = False
    heading_level: int = 0
    fresh: bool = False
    every: Every | None = None  # the rhythm that a table's row states beside it
    table: Block | None = None

    @property
    def words(self) -> str:
        return self.strand.fold


def read_entries(lines: Sequence[Line]) -> list[Entry]:
    return _Sequencer(_unwrapped(_labels_apart(lines))).entries()


def cell_entries(strand: Strand, *, items: bool) -> list[Entry]:
    """The entries in a table's cell. `items`: every line without a number is an item of its own."""
    lines: list[Line] = []
    begin = 0
    for part in strand.fold.split("\n"):
        line = strand.cut(begin, begin + len(part)).strip()
        begin += len(part) + 1
        if len(line):
            lines.append(Line(line))
    joined = _unwrapped(_labels_apart(lines))
    if items:
        joined = [line if leading_marker(line.strand.fold) else replace(line, bullet=True) for line in joined]
    return _Sequencer(joined).entries()


# ---------------------------------------------------------------- lines that hold several fields

_LABEL_WORDS = sorted(
    {*LABELS, *(w for w in SECTIONS if len(w) > 2 and not w.isascii()), "权限", "权力"} - {"title", "position"},
    key=len,
    reverse=True,
)
_INLINE_LABEL = re.compile(rf"(?:(?<=[\s。;)无])|^)(?:该|主要)?(?:{'|'.join(map(re.escape, _LABEL_WORDS))})\s?:")


def _form_cells(words: str) -> list[tuple[int, int]]:
    """The cells of a form's row whose columns are wide blanks (岗位名称   客服主管   所属部门   客服部)."""
    if " " not in words or len(words) > 200:
        return []
    if "   " in words and label_of(words[:40].split("   ", 1)[0]):
        return [match.span() for match in re.finditer(r"\S+(?: {1,2}\S+)*", words)]
    # One blank between the columns: then only where the words are labels and values in turn.
    first, _, rest = words.partition(" ")
    if re.search("[。;:]", words) or not rest:
        return []
    if is_part_label(first) and " " not in rest.strip():
        return [(0, len(first)), (len(first), len(words))]
    if not label_of(first):
        return []
    found: list[tuple[int, int]] = []
    for match in re.finditer(r"\S+", words):
        named = label_of(match[0])
        if found and not named and not label_of(words[found[-1][0] : found[-1][1]]):
            found[-1] = (found[-1][0], match.end())
        else:
            found.append(match.span())
    return found


def _labels_apart(lines: Sequence[Line]) -> Iterator[Line]:
    """职位名称:… 所属部门:… on one line become two lines."""
    for line in lines:
        words = line.strand.fold
        if line.kind == "table" or (len(words) > 2000 and ":" not in words):
            yield line
            continue
        cells = _form_cells(words)
        if cells:
            for start, end in cells:
                yield replace(line, strand=line.strand.cut(start, end).strip(), kind="line")
            continue
        if ":" not in words:
            yield line
            continue
        starts = [match.start() for match in _INLINE_LABEL.finditer(words) if match.start() > 0]
        if not starts:
            yield line
            continue
        previous = 0
        for start in [*starts, len(words)]:
            part = line.strand.cut(previous, start).strip()
            if len(part):
                yield replace(line, strand=part)
            previous = start


# ---------------------------------------------------------------- lines that a page or a column broke

_OPEN_END = re.compile(r"[,、(《“〈/]$|(?<![内外责])(?:的|和|与|及|或|并|对|在|为|将|以及|按照|根据|进行)$")
_CLOSED_END = re.compile(r"[。;!?:.…]$")
_ENDS_AN_ITEM = re.compile("(?![^,。;:]{1,8}:).{1,39}[。;]")  # and is no 注意:…
_CONTINUES = re.compile(r"^[,。;、)》”?!:]")


def _unwrapped(lines: Iterator[Line]) -> list[Line]:
    items = list(lines)
    marks = [leading_marker(item.strand.fold) if item.kind != "table" else None for item in items]
    following = _next_marks(marks)
    width = _column_width(items)
    endings = [
        _CLOSED_END.search(item.strand.fold) is not None for item, mark in zip(items, marks, strict=True) if mark
    ]
    closed = sum(endings) > 0.6 * len(endings)
    found: list[Line] = []
    parts: list[Strand] = []
    size = 0
    owner: Marker | None = None  # the number of the item that the growing line began with

    for index, item in enumerate(items):
        if (
            parts
            and _belongs(item, marks[index], found[-1], parts[-1], owner, following[index], width, closed)
            and size < _LONGEST_ITEM
        ):
            parts.append(_glued(parts[-1], item.strand))
            size += len(item.strand)
            continue
        if len(parts) > 1:
            found[-1] = replace(found[-1], strand=join(parts))
        found.append(item)
        parts, size = ([], 0) if item.kind == "table" else ([item.strand], len(item.strand))
        owner = marks[index]
    if len(parts) > 1:
        found[-1] = replace(found[-1], strand=join(parts))
    return found


def _next_marks(marks: list[Marker | None]) -> list[Marker | None]:
    found: list[Marker | None] = [None] * len(marks)
    following: Marker | None = None
    for index in range(len(marks) - 1, -1, -1):
        found[index] = following
        following = marks[index] or following
    return found


def _column_width(lines: Sequence[Line]) -> int:
    """The width of the column where the text was broken to one, else 0."""
    lengths = Counter(len(line.strand) for line in lines if line.kind == "line" and 18 <= len(line.strand) <= 70)
    total = sum(lengths.values())
    if total < 8:
        return 0
    best = max(lengths, key=lambda length: sum(lengths[length + d] for d in (-2, -1, 0, 1)))
    share = sum(lengths[best + d] for d in (-2, -1, 0, 1)) / total
    longer = sum(count for length, count in lengths.items() if length > best + 2) / total
    return best if share > 0.3 and longer < 0.1 else 0


def _belongs(
    line: Line,
    mark: Marker | None,
    head: Line,
    before: Strand,
    owner: Marker | None,
    following: Marker | None,
    width: int,
    closed: bool,
) -> bool:
    """Whether the line goes on with what the line before began. `closed`: this document ends its items with a sign."""
    words, tail = line.strand.fold, before.fold
    if line.kind != "line" or head.kind != "line" or line.bullet:
        return False
    if _CONTINUES.match(words):
        return True
    if (mark and not mark.weak) or len(tail) < 4:
        return False
    listed = owner is not None and owner.style != "bullet" and following is not None and following.style == owner.style
    listed = listed and 0 < following.value - owner.value <= 3  # type: ignore[union-attr]  # `listed` says that both are there
    if _CLOSED_END.search(tail):
        # Between two numbers of one list: a semicolon that the column's width broke after, or a full line.
        return bool(
            listed
            and words.endswith(("。", ";"))
            and ((tail.endswith(";") and words.endswith("。")) or (width and len(tail) >= width - 8))
        )
    if not words.endswith(("。", ";")) and (
        _looks_like_heading(words) or (len(tail) < 60 and _looks_like_heading(tail))
    ):
        return False
    if mark and owner and mark.style == owner.style and mark.value == owner.value + 1:
        return False
    if _OPEN_END.search(tail) or tail.count("(") > tail.count(")") or tail.count("《") > tail.count("》"):
        return True
    # The line itself may hold the next items, so the number after it may be a little further on than by one.
    turned = line.page != head.page  # a page ends where it ends, a short lead title stays on its own line
    if len(tail) >= (4 if turned else 15) and (
        listed or (owner is not None and closed and _ENDS_AN_ITEM.fullmatch(words) is not None)
    ):
        return True
    return bool(width) and len(tail) >= width - 3


def _looks_like_heading(words: str) -> bool:
    if not words:
        return False
    head, sign, _ = words.partition(":")
    if sign and len(head) <= 14 and (label_of(head) or section_of(head)):
        return True
    if label_of(words):
        return True
    heading = classify(words)
    return heading is not None and (heading.kind in ("section", "position", "department") or len(words) < 16)


def _glued(before: Strand, after: Strand) -> Strand:
    """The second line, with the line break as a space where two Latin words would run together."""
    if (
        before.fold[-1:].isascii()
        and before.fold[-1:].isalnum()
        and after.fold[:1].isascii()
        and after.fold[:1].isalnum()
    ):
        gap = after.start - before.end
        if gap >= 1:
            return Strand(" " + after.text, " " + after.fold, ((after.start - 1, after.start), *after.pieces))
    return after


# ---------------------------------------------------------------- numbers

_STRONG = re.compile(r"[。;!?:.…)”』】\s](?=\s*$)")
_HEADLIKE_END = re.compile(
    rf"(?:要点|模板|模版|范本|技能|职责|内容|要求|权限|权力|资格|条件|如下|包括|任务|目标|范围|标准|说明|概述|流程|描述|{TITLE_END})\d?:?\s*$"
)


class _Sequencer:
    """Walks over the lines, keeps the open lists on a stack, and takes a number inside a line only where it is expected."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.open: list[tuple[Style, int]] = []
        self.out: list[Entry] = []

    def entries(self) -> list[Entry]:
        marks = [leading_marker(line.strand.fold) if line.kind != "table" else None for line in self.lines]
        following = _next_marks(marks)
        for line, mark, after in zip(self.lines, marks, following, strict=True):
            if line.table is not None:
                self.out.append(Entry(line.strand, table=line.table))
                self.open.clear()
                continue
            self._line(line, mark, after)
        return self.out

    def _line(self, line: Line, mark: Marker | None, after: Marker | None) -> None:
        strand = line.strand
        opens = mark is not None and mark.value == 1 and after is not None and (after.style, after.value) == (mark.style, 2)
        if mark and mark.weak and not opens and not self._expected(mark):
            mark = None
        if line.bullet and not mark:
            mark = Marker("bullet", 0, 0, 0)
        heads = [mark] if mark else []
        if len(strand) > 12:
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
            mark.value == 1 and section_of(text[floor : mark.start][-24:])
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
        if heads[0].start > 0 and len(strand.cut(0, heads[0].start).strip()):
            self.out.append(Entry(strand.cut(0, heads[0].start).strip(), heading_level=level))
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
