"""How two lists of clauses correspond, and how two texts differ word by word. Plain text, no charter."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

# Below these shares of common characters two texts are two clauses, not one that was rewritten.
SAME_ID_RATIO: Final = 0.3
OTHER_ID_RATIO: Final = 0.55
# Character by character up to here; beyond it sentence by sentence, or the comparison of two long texts takes seconds.
CELLS_MAX: Final = 1_000_000

_WORDS: Final = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+)*|\s+|.", re.ASCII | re.DOTALL)
_SENTENCES: Final = re.compile(r"[^。；;！？!?\n]*(?:[。；;！？!?\n]+|$)")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the difference. Without the added pieces they read as the old text, without the removed as the new one."""

    kind: Literal["same", "removed", "added"]
    text: str


def word_diff(before: str, after: str) -> tuple[Segment, ...]:
    """The difference by words; a Chinese character is a word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) * len(new) > CELLS_MAX:
        old, new = _SENTENCES.findall(before), _SENTENCES.findall(after)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    segments: list[Segment] = []
    removed = added = ""

    def flush() -> None:
        nonlocal removed, added
        if removed:
            segments.append(Segment("removed", removed))
        if added:
            segments.append(Segment("added", added))
        removed = added = ""

    for at, (code, old_from, old_to, new_from, new_to) in enumerate(codes):
        # One character that happens to stay between two changes only makes the reader stumble.
        is_island = code == "equal" and 0 < at < len(codes) - 1 and len("".join(old[old_from:old_to])) == 1
        if code == "equal" and not is_island:
            flush()
            segments.append(Segment("same", "".join(old[old_from:old_to])))
        else:
            removed += "".join(old[old_from:old_to])
            added += "".join(new[new_from:new_to])
    flush()
    return tuple(segments)


def match(before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> dict[int, int]:
    """Which old (id, text) each new one was: the equal ones, those with equal texts, then the likest. Places, new → old."""
    pairs: dict[int, int] = {}
    _pair_equal(pairs, before, after)
    _pair_equal(pairs, [("", text) for _id, text in before], [("", text) for _id, text in after])
    likeness = [
        (ratio, at, old_at)
        for at in _rest(after, pairs)
        for old_at in _rest(before, pairs.values())
        if (ratio := _likeness(before[old_at], after[at])) > 0
    ]
    taken = set(pairs.values())
    for _ratio, at, old_at in sorted(likeness, key=lambda one: (-one[0], one[1], one[2])):
        if at not in pairs and old_at not in taken:
            pairs[at] = old_at
            taken.add(old_at)
    return pairs


def moved_places(pairs: Mapping[int, int]) -> set[int]:
    """The new places of what changed its order: all but a longest run that kept it."""
    places = sorted(pairs)
    tails: list[int] = []  # the smallest old place that ends a rising run of each length
    tail_places: list[int] = []
    came_from: dict[int, int | None] = {}
    for at in places:
        length = bisect_left(tails, pairs[at])
        came_from[at] = tail_places[length - 1] if length else None
        tails[length : length + 1] = [pairs[at]]
        tail_places[length : length + 1] = [at]
    kept: set[int] = set()
    step = tail_places[-1] if tail_places else None
    while step is not None:
        kept.add(step)
        step = came_from[step]
    return set(places) - kept


def _pair_equal(pairs: dict[int, int], before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]) -> None:
    waiting: dict[tuple[str, str], list[int]] = {}
    for old_at in _rest(before, pairs.values()):
        waiting.setdefault(before[old_at], []).append(old_at)
    for at in _rest(after, pairs):
        if waiting.get(after[at]):
            pairs[at] = waiting[after[at]].pop(0)


def _rest(clauses: Sequence[object], taken: Iterable[int]) -> list[int]:
    gone = set(taken)
    return [at for at in range(len(clauses)) if at not in gone]


def _likeness(old: tuple[str, str], new: tuple[str, str]) -> float:
    """0 where the two can't be one clause; otherwise more for the likelier. One id counts more than any likeness."""
    (old_id, old_text), (new_id, new_text) = old, new
    is_same_id = old_id == new_id != ""
    floor = SAME_ID_RATIO if is_same_id else OTHER_ID_RATIO
    matcher = SequenceMatcher(None, old_text[:500], new_text[:500], autojunk=False)
    # The quick ratios are upper bounds and spare nearly all pairs the slow one.
    if matcher.real_quick_ratio() < floor or matcher.quick_ratio() < floor:
        return 0
    ratio = matcher.ratio()
    return ratio + is_same_id if ratio >= floor else 0
