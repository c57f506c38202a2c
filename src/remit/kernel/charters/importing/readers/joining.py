"""Putting lines that were broken by a page's width back together."""

from collections.abc import Iterable


def is_wide(char: str) -> bool:
    """A character that is written without spaces around it: Han, kana, full-width signs."""
    return (
        "\u2e80" <= char <= "\u9fff"
        or "\uf900" <= char <= "\ufaff"
        or "\uff00" <= char <= "\uffef"
        or char >= "\U00020000"
    )


def join_two(first: str, second: str) -> str:
    """Without a space where either side is Chinese, with one between two Latin words."""
    first, second = first.rstrip(), second.lstrip()
    if not first or not second or is_wide(first[-1]) or is_wide(second[0]) or first[-1] in "“‘—":
        return first + second
    return f"{first} {second}"


def join_lines(lines: Iterable[str]) -> str:
    joined = ""
    for line in lines:
        joined = join_two(joined, line)
    return joined
