"""One text by which pickers find a name: folded, full pinyin in every reading, initials."""

from remit.lib.text import fold, pinyin, sort_key

SORT_KEY_LENGTH = 200  # of the column


def search_text(name: str, person: bool = False) -> str:
    """ "林晓岚" → "林晓岚 linxiaolan lxl". What is typed is folded and looked for with LIKE."""
    variants = pinyin(name, person).variants
    return " ".join(dict.fromkeys([fold(name), *(full for full, _i in variants), *(i for _f, i in variants)]))[:400]


def person_sort_key(name: str) -> str:
    return sort_key(name, person=True)[:SORT_KEY_LENGTH]
