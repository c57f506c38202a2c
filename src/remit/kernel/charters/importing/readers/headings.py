"""Telling a heading by its looks, where nothing in the file declares it one."""

import re

MAX_HEADING_CHARACTERS = 40
_SENTENCE = re.compile(r"[。；;！？!?…]")


def looks_like_heading(text: str) -> bool:
    """Short and without a sentence's end: to be asked of lines in bold, or set larger than the rest."""
    words = text.strip()
    return 0 < len(words) <= MAX_HEADING_CHARACTERS and not _SENTENCE.search(words)
