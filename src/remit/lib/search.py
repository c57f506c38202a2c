"""Finding a name by characters, pinyin or initials: tokens for a full-text index, and matching in memory.

The index is a tsvector of `search_tokens(name)` with GIN; a question is `query_tokens(typed).tsquery()`, rechecked with LIKE
on the folded name for each of its `literals`. Token alphabet: characters and pairs of characters as they are, `p` + one
syllable or two, `i` + two or three initials.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from remit.lib.pinyin_tables import SYLLABLE_BEGINNINGS, SYLLABLES
from remit.lib.text import fold, initials_of, readings

# Names longer than this are indexed by their beginning: the tokens of one row stay bounded.
_NAME_LENGTH_MAX: Final = 200
_TYPED_LENGTH_MAX: Final = 60
_SEGMENTATIONS_MAX: Final = 4
_SYLLABLE_LENGTH_MAX: Final = 6
# In every second company name: they narrow nothing and their lists in the index are the longest.
_STOP_PAIRS: Final = frozenset({"有限", "限公", "公司", "限责", "责任", "任公", "股份", "份有"})
_LATIN_OR_OTHER: Final = re.compile(r"[a-z]+|[^a-z]+")


def search_tokens(name: str, person: bool = False) -> list[str]:
    """What a name is found by, sorted, each token once. A `person`'s surname is read as one."""
    folded = _searchable(name)[:_NAME_LENGTH_MAX]
    tokens = {*folded, *_pairs(folded)}
    for reading in readings(name[:_NAME_LENGTH_MAX], person):
        tokens.update(f"p{syllable}" for syllable in reading)
        tokens.update(f"p{one}{two}" for one, two in pairwise(reading))
        initials = initials_of(reading)
        tokens.update(f"i{gram}" for size in (2, 3) for gram in _grams(initials, size))
    return sorted(tokens)


def _searchable(text: str) -> str:
    """Folded, without apostrophes: xi'an is typed for 西安, and O'Brien without one."""
    return fold(text).replace("'", "").replace("’", "")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What was typed, as a question to the index.

    `groups`: all must hold; each is a choice of alternatives, each a set of tokens that must all be there; a token that ends
    in ":*" is a beginning. `literals`: folded pieces that the folded name must contain (the index knows pairs only, so 恒精恒
    would find 精恒精). Empty when nothing searchable was typed.
    """

    groups: tuple[tuple[tuple[str, ...], ...], ...]
    literals: tuple[str, ...]

    def tsquery(self) -> str:
        """The question as text for `%s::tsquery`; "" when there is none."""
        return " & ".join(
            "(" + " | ".join(" & ".join(map(_quoted, tokens)) for tokens in alternatives) + ")"
            for alternatives in self.groups
        )


def _quoted(token: str) -> str:
    bare, is_prefix = (token[:-2], ":*") if token.endswith(":*") and len(token) > 2 else (token, "")
    escaped = bare.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'{is_prefix}"


def query_tokens(typed: str) -> SearchQuery:
    """Turn what somebody typed into a question: words apart, 王海 by characters, wanghai by pinyin, wh by initials, mixtures too."""
    groups: list[tuple[tuple[str, ...], ...]] = []
    literals: list[str] = []
    for word in _words(typed):
        for run in _LATIN_OR_OTHER.findall(word):
            if run.isascii() and run.isalpha():
                groups.append(tuple(dict.fromkeys(_latin_alternatives(run))))
            else:
                literals.append(run)
                groups.append((_literal_tokens(run),))
    return SearchQuery(tuple(groups), tuple(literals))


def _words(typed: str) -> list[str]:
    words = (_searchable(word).replace("ü", "v") for word in typed[:_TYPED_LENGTH_MAX].split())
    return [word for word in words if word]


def _literal_tokens(run: str) -> tuple[str, ...]:
    pairs = tuple(dict.fromkeys(_pairs(run)))
    telling = tuple(pair for pair in pairs if pair not in _STOP_PAIRS)
    return telling or pairs or (run,)


def _latin_alternatives(run: str) -> Iterator[tuple[str, ...]]:
    """The ways in which typed letters can be meant: as letters, as pinyin with an unfinished last syllable, as initials."""
    yield tuple(dict.fromkeys(_pairs(run))) or (run,)
    yield (f"p{run}:*",)  # a Latin word of the name, or one syllable
    for pieces in _segmentations(run):
        *finished, last = pieces
        if all(piece in SYLLABLES for piece in finished):
            if finished:
                yield (*(f"p{one}{two}" for one, two in pairwise(finished)), f"p{finished[-1]}{last}:*")
        else:  # zengxm: syllables and initials mixed
            whole = (f"p{piece}" for piece in finished if piece in SYLLABLES)
            yield (*whole, *_initial_tokens("".join(piece[0] for piece in pieces)))
    if len(run) > 1:
        yield _initial_tokens(run)


def _initial_tokens(initials: str) -> tuple[str, ...]:
    return tuple(f"i{gram}" for gram in _grams(initials, min(3, len(initials))))


@lru_cache(maxsize=4096)
def _segmentations(run: str) -> tuple[tuple[str, ...], ...]:
    """Up to four ways to cut typed letters, fewest pieces first; the last piece may be unfinished.

    Into syllables where that is possible, and then at most one piece more than needed (xianshi: xian shi, xi an shi); into
    syllables and single initials, in the fewest pieces, only where it isn't: else wang would be read as w ang, too, and
    find 吴昂.
    """
    syllables = _cut(run, may_abbreviate=False)
    if syllables:
        return tuple(way for way in syllables if len(way) <= len(syllables[0]) + 1)
    mixed = _cut(run, may_abbreviate=True)
    return tuple(way for way in mixed if len(way) == len(mixed[0]))


def _cut(run: str, may_abbreviate: bool) -> list[tuple[str, ...]]:
    # best[n]: the best ways to cut the first n letters; bounded, so long input costs no more than its length.
    best: list[list[tuple[str, ...]]] = [[] for _ in range(len(run) + 1)]
    best[0] = [()]
    for end in range(1, len(run) + 1):
        found = []
        for start in range(max(0, end - _SYLLABLE_LENGTH_MAX), end):
            piece = run[start:end]
            is_piece = piece in SYLLABLES or (
                piece in SYLLABLE_BEGINNINGS and (end == len(run) or (may_abbreviate and len(piece) == 1))
            )
            if is_piece:
                found += [(*way, piece) for way in best[start]]
        best[end] = sorted(found, key=len)[:_SEGMENTATIONS_MAX]
    return best[-1]


def _pairs(text: str) -> Iterator[str]:
    return _grams(text, 2)


def _grams(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(len(text) - size + 1))


# --- in memory -----------------------------------------------------------------------------------------------------------


def matches(query: str, name: str, person: bool = False) -> bool:
    """Whether every word of the query is in the name: by characters, pinyin, initials or a mixture (zengxm → 曾小明)."""
    return score(query, name, person) > 0


def score(query: str, name: str, person: bool = False) -> int:
    """How well a name answers what was typed: 100 the name itself, 0 not at all. An empty query is answered by every name.

    Characters before pinyin, the beginning before the middle, the whole before a part. For lists that fit in memory.
    """
    worst = 100
    for word in _words(query):
        worst = min(worst, _score_word(word, name, person))
        if not worst:
            break
    return worst


def _score_word(word: str, name: str, person: bool) -> int:
    folded = _searchable(name)
    place = folded.find(word)
    if place >= 0:
        return 100 if word == folded else 90 if place == 0 else 80 - min(place, 9)
    runs = _LATIN_OR_OTHER.findall(word)
    if len(runs) > 1:  # wang海波: every piece for itself
        return min(49, *(_score_word(run, name, person) for run in runs))
    if not (word.isascii() and word.isalpha()):
        return 0
    return max(_score_reading(word, reading) for reading in readings(name, person))


def _score_reading(letters: str, reading: tuple[str, ...]) -> int:
    """Whole syllables before initials (wang is 王海 rather than 吴昂), the beginning before the middle, all before a part."""
    for spellings, whole, beginning, middle in ((_in_full, 70, 65, 50), (_abbreviated, 60, 55, 40)):
        for start in range(len(reading)):
            end = _spelled_until(letters, reading, start, spellings)
            if end:
                return middle - min(start, 9) if start else whole if end == len(reading) else beginning
    return 0


def _spelled_until(
    letters: str, reading: tuple[str, ...], start: int, spellings: Callable[[str], tuple[str, ...]]
) -> int:
    """Where in the reading the letters run out when they spell it from `start`; 0 when they don't spell it."""
    places = {0}
    for index in range(start, len(reading)):
        syllable, reached = reading[index], set()
        for place in places:
            if syllable.startswith(letters[place:]):  # the last one may be unfinished
                return index + 1
            for spelling in spellings(syllable):
                if letters.startswith(spelling, place):
                    reached.add(place + len(spelling))
        places = reached
    return 0


def _in_full(syllable: str) -> tuple[str, ...]:
    return (syllable,)


def _abbreviated(syllable: str) -> tuple[str, ...]:
    return (syllable, syllable[:2], syllable[0]) if syllable[:2] in {"zh", "ch", "sh"} else (syllable, syllable[0])
