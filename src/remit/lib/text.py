"""Chinese text: folding for comparison, the two scripts, pinyin, and the two labels every list shows.

Search over these is in `search`; what pypinyin reads wrong is in `pinyin_tables`.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin
from pypinyin import pinyin as pypinyin_readings
from pypinyin.seg.simpleseg import seg

from remit.lib.pinyin_tables import COMPOUND_SURNAMES, SURNAMES, SYLLABLES

_TO_SIMPLIFIED: Final = OpenCC("t2s")
_TO_TRADITIONAL: Final = OpenCC("s2t")
# White space and what is invisible: zero-width marks and soft hyphens come along with pasted text.
_UNSEEN: Final = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
# What OpenCC cannot be given: half a surrogate pair is no text, and C++ ends a string at NUL.
_NO_TEXT: Final = re.compile("[\ud800-\udfff\0]")


def to_simplified(text: str) -> str:
    """Simplified characters, phrase by phrase: 應收帳款 → 应收帐款. Halves of surrogate pairs and NULs become �."""
    return str(_TO_SIMPLIFIED.convert(_NO_TEXT.sub("\ufffd", text)))


def to_traditional(text: str) -> str:
    """Traditional characters: 账款 → 賬款, 后天 → 後天. Halves of surrogate pairs and NULs become �."""
    return str(_TO_TRADITIONAL.convert(_NO_TEXT.sub("\ufffd", text)))


def has_traditional(text: str) -> bool:
    """Whether something in the text would be written otherwise in simplified characters."""
    return to_simplified(text) != _NO_TEXT.sub("\ufffd", text)


def fold(text: str) -> str:
    """The text as search and comparison see it: simplified, half-width, lower case, without white space, 帐 as 账.

    Two texts that a reader takes for the same name fold to the same: "ＡＢＣ 應收帳款" and "abc应收账款". Not for display.
    """
    bare = _UNSEEN.sub("", unicodedata.normalize("NFKC", text).lower())
    # t2s leaves 帐 where people write 账; 帐篷 loses nothing by it, as both sides of a comparison are folded.
    return to_simplified(bare).replace("帐", "账")


# --- pinyin --------------------------------------------------------------------------------------------------------------


class Pinyin(NamedTuple):
    """How a name is read: without tones or gaps ("zengxiaoming"), by initials ("zxm"), and all `variants` of both.

    Latin words and figures stay as they are, in `initials` too ("ABC银行" → "abcyinhang", "abcyh"); ü is v. `variants`
    begins with (full, initials) and holds one pair for each reading of the first character.
    """

    full: str
    initials: str
    variants: tuple[tuple[str, str], ...]


def pinyin(name: str, person: bool = False) -> Pinyin:
    """How a name is read; a `person`'s name begins with a surname, which may have a reading of its own (曾 is zeng)."""
    variants = tuple((join_syllables(reading), initials_of(reading)) for reading in readings(name, person))
    return Pinyin(*variants[0], variants)


def join_syllables(reading: tuple[str, ...]) -> str:
    return "".join(reading)


def initials_of(reading: tuple[str, ...]) -> str:
    """First letters of the syllables; words that are no syllable (Latin, figures) whole."""
    return "".join(part[0] if part in SYLLABLES else part for part in reading)


@lru_cache(maxsize=20_000)
def readings(name: str, person: bool = False) -> tuple[tuple[str, ...], ...]:
    """Every way to read a name, the likeliest first; each a tuple of syllables, Latin words and figures. Never empty.

    Only the first character's readings are varied: names are searched from their beginning, and all readings of all
    characters would be thousands.
    """
    runs = list(_runs(name))
    main = tuple(part for run in runs for part in _read_run(run, is_name=person and run is runs[0]))
    first = runs[0][0] if runs else ""
    if not _is_han(first):
        return (main,)
    others = ((head, *main[1:]) for head in _heads(first) if head != main[0])
    return (main, *others)


@lru_cache(maxsize=8_000)
def _heads(char: str) -> tuple[str, ...]:
    """Every reading of one character."""
    found = pypinyin_readings(char, style=Style.NORMAL, heteronym=True)[0]
    return tuple(head for head in found if head in SYLLABLES)


_RUN: Final = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[a-z]+|[0-9]+")


def _runs(name: str) -> Iterator[str]:
    """Runs of Han characters, of Latin letters and of figures; what is neither is no part of a reading."""
    decomposed = unicodedata.normalize("NFKC", name).lower().replace("ü", "v")
    return iter(_RUN.findall(to_simplified(decomposed)))


def _is_han(char: str) -> bool:
    return bool(char) and not char.isascii()


def _read_run(run: str, is_name: bool) -> list[str]:
    if not _is_han(run[0]):
        return [run]
    read = list(chain.from_iterable(map(_read_word, seg(run))))
    if is_name:
        compound = COMPOUND_SURNAMES.get(run[:2])
        if compound and len(run) > 2:
            read[:2] = compound
        elif run[0] in SURNAMES:
            read[0] = SURNAMES[run[0]]
    return read


@lru_cache(maxsize=50_000)
def _read_word(word: str) -> tuple[str, ...]:
    """One word of a run, as pypinyin cuts it. Names are made of few words: reading each only once makes a file of names five times
    as fast."""
    # Character by character where pypinyin knows none: by itself it would glue rare neighbours into one syllable.
    read = lazy_pinyin([word], style=Style.NORMAL)
    return tuple(chain.from_iterable([part] if part.isascii() else part for part in read))


def sort_key(name: str, person: bool = False) -> str:
    """What a list of names is ordered by, compared byte by byte: pinyin, syllable for syllable; figures by their value.

    李安 (li an) comes before 连 (lian), 2号楼 before 10号楼. The name itself is at the end, so that equal readings have an order.
    """
    parts = (part.zfill(8) if part.isdecimal() else part for part in readings(name, person)[0])
    return f"{' '.join(parts)}  {name}"  # two blanks sort before the one blank of a longer name


# --- labels --------------------------------------------------------------------------------------------------------------

_WEEKDAYS: Final = "一二三四五六日"


def relative_day_label(day: date, today: date) -> str:
    """今天, 明天, 昨天; else "11月23日 星期一", with the year when it isn't this one ("2027年1月4日 星期一")."""
    near = {0: "今天", 1: "明天", -1: "昨天"}.get((day - today).days)
    if near:
        return near
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日 星期{_WEEKDAYS[day.weekday()]}"


def remaining_label(remaining: timedelta) -> str:
    """Such as "剩 1 小时 20 分", "剩 2 天 3 小时", "已超 45 分", "剩不到 1 分": the two largest units, days of 24 hours, rounded down."""
    prefix = "已超" if remaining < timedelta() else "剩"
    minutes = abs(remaining) // timedelta(minutes=1)
    if not minutes:
        return f"{prefix}不到 1 分"
    amounts = ((minutes // 1440, "天"), (minutes // 60 % 24, "小时"), (minutes % 60, "分"))
    start = next(index for index, (amount, _) in enumerate(amounts) if amount)
    return " ".join([prefix, *(f"{amount} {unit}" for amount, unit in amounts[start : start + 2] if amount)])
