"""Lines as they were meant: one field each, and whole again where a page or a column broke them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from remit.kernel.charters.importing.reading.clean import Line
from remit.kernel.charters.importing.reading.headings import classify, is_part_label, label_of, section_of
from remit.kernel.charters.importing.reading.lexicon import LABELS, QUALIFICATION_PARTS, SECTIONS
from remit.kernel.charters.importing.reading.markers import Marker, leading_marker
from remit.kernel.charters.importing.reading.strand import Strand, join

# An item longer than this is no item; the bound keeps a text without any sign from being joined into one.
_LONGEST_ITEM = 2000

# ---------------------------------------------------------------- lines that hold several fields

_LABEL_WORDS = sorted(
    {*LABELS, *(w for w in SECTIONS if len(w) > 2 and not w.isascii()), "权限", "权力"} - {"title", "position"},
    key=len,
    reverse=True,
)
_INLINE_LABEL = re.compile(rf"(?:(?<=[\s。;)无])|^)(?:该|主要)?(?:{'|'.join(map(re.escape, _LABEL_WORDS))})\s?:")


_LONG_LABEL = re.compile(
    rf"(?:{'|'.join(re.escape(word) for word in _LABEL_WORDS if word in LABELS and len(word) > 3)})\s?:"
)


_PART_WORDS = sorted((word for word in QUALIFICATION_PARTS if len(word) > 1), key=len, reverse=True)
_SPACED_PART = re.compile(rf"(?<=\s\s)(?:{'|'.join(map(re.escape, _PART_WORDS))}):")


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


# A bar before a line makes it a heading, as bold letters would.
_BARS = "▌▍▎▏█┃"
_BRACKETED = re.compile(r"[\[【(]([^\[\]【】():。;,]{2,14})[\]】)]:?\s*")


def _decorated(lines: Iterable[Line]) -> Iterator[Line]:
    """▌客服专员 is a heading; 【直接上级】客服主管 becomes two lines, the label and its value."""
    for line in lines:
        first = line.strand.fold[:1]
        if line.kind == "line" and first and first in _BARS:
            rest = line.strand.cut(1).strip()
            if len(rest):
                short = len(rest) <= 30 and not rest.fold.endswith(("。", ";"))
                yield replace(line, strand=rest, kind="heading", level=line.level or 1) if short else line
            continue
        match = _BRACKETED.match(line.strand.fold) if first and first in "[【(" and line.kind == "line" else None
        if match and (label_of(match[1]) or section_of(match[1])):
            yield replace(line, strand=line.strand.cut(match.start(1), match.end(1)).strip())
            rest = line.strand.cut(match.end()).strip()
            if len(rest):
                yield replace(line, strand=rest)
            continue
        yield line


def labels_apart(lines: Sequence[Line]) -> Iterator[Line]:
    """职位名称:… 所属部门:… on one line become two lines."""
    for line in _decorated(lines):
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
        found = {match.start() for match in _INLINE_LABEL.finditer(words)} | {
            m.start() for m in _SPACED_PART.finditer(words)
        }
        if 0 in found and len(words) < 200:  # in a row of fields the blank between them may be lost
            found |= {match.start() for match in _LONG_LABEL.finditer(words)}
        starts = sorted(found - {0})
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


def unwrapped(lines: Iterable[Line]) -> list[tuple[Line, Marker | None]]:
    """The lines put back together, each with the number or bullet that it begins with."""
    items = list(lines)
    marks = [leading_marker(item.strand.fold) if item.kind != "table" else None for item in items]
    following = next_marks(marks)
    width = _column_width(items)
    endings = [
        _CLOSED_END.search(item.strand.fold) is not None for item, mark in zip(items, marks, strict=True) if mark
    ]
    closed = sum(endings) > 0.6 * len(endings)
    found: list[Line] = []
    owners: list[Marker | None] = []
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
        owners.append(owner)
    if len(parts) > 1:
        found[-1] = replace(found[-1], strand=join(parts))
    return list(zip(found, owners, strict=True))


def next_marks(marks: list[Marker | None]) -> list[Marker | None]:
    found: list[Marker | None] = [None] * len(marks)
    following: Marker | None = None
    for index in range(len(marks) - 1, -1, -1):
        found[index] = following
        following = marks[index] or following
    return found


def _column_width(lines: Sequence[Line]) -> int:
    """The width of the column where the text was broken to one, else 0."""
    sizes = [size for line in lines if line.kind == "line" and 18 <= (size := len(line.strand.fold)) <= 70]
    total = len(sizes)
    if total < 8:
        return 0
    lengths = Counter(sizes)
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
    if (mark and not mark.weak) or len(tail) < 4 or "   " in words or "   " in tail:
        return False  # wide blanks are the columns of a table
    listed = (
        owner is not None
        and owner.style != "bullet"
        and following is not None
        and following.style == owner.style
        and 0 < following.value - owner.value <= 3
    )
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
