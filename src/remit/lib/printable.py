"""What a text of a charter may hold: characters that a database stores, a file keeps and a paper shows."""

import re
from typing import Final

# NUL, the other control characters but for tab and line feed, halves of surrogate pairs, and what Unicode calls no character.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text as it is. ValueError where it holds a control character."""
    if _UNPRINTABLE.search(text):
        raise ValueError("文字里有控制字符，请删去。")
    return text


def one_line(text: str) -> str:
    """The text as it is. ValueError where it has several lines."""
    if len(text.splitlines()) > 1:
        raise ValueError("这里只能写一行。")
    return text


def made_printable(text: str) -> str:
    """The text with a blank for each control character, and none at its ends."""
    return _UNPRINTABLE.sub(" ", text).strip()


def made_one_line(text: str, most: int = 120) -> str:
    """The text in one line of at most `most` characters, its white space single blanks."""
    return made_printable(" ".join(text.split()))[:most].strip()
