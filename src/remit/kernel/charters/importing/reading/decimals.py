"""Two-part numbers whose dot got lost on the way: 1、1负责… 1、2建立… 13管理… 2财务主管 21协助….

Each number is looked for only where the sequence wants it, in a bounded stretch after the one before.
"""

import re
from dataclasses import dataclass

from remit.kernel.charters.importing.reading.headings import is_title
from remit.kernel.charters.importing.reading.markers import Marker

_FIRST = re.compile(
    r"(?<!\d)(?P<section>\d{1,2})[、. ]?\s?(?P<title>[\u4e00-\u9fff()A-Z\d]{2,20}?)\s?(?P=section)[、.]?1(?=[\u4e00-\u9fff])"
)
_REACH = 700
_SECOND_REACH = 400


@dataclass(frozen=True, slots=True)
class _Spot:
    start: int
    end: int


def lost_decimals(text: str) -> list[Marker]:
    """The numbers of all such sections in a line (folded): `plain` ones for the headings, `decimal` ones for the items."""
    found: list[Marker] = []
    position = 0
    while True:
        first = _FIRST.search(text, position)
        if not first:
            return found
        section = int(first["section"])
        if not is_title(re.sub(r"\(.*", "", first["title"])) or not _item(text, section, 2, first.end(), _SECOND_REACH):
            position = first.start() + 1
            continue
        found.append(Marker("plain", section, first.start(), first.start("title")))
        position = _section(text, section, first, found)


def _section(text: str, section: int, first: re.Match[str], found: list[Marker]) -> int:
    """Collect the items of one section and of those that follow it; the place where the sequence ends."""
    start = text.index(str(section), first.end("title"))
    found.append(Marker("decimal", 1, start, first.end()))
    position, item = first.end(), 1
    while True:
        following = _item(text, section, item + 1, position, _REACH)
        heading = _heading(text, section, position, following.start if following else position + _REACH)
        if heading:
            number, title_start, title_end, first_item = heading
            found.append(Marker("plain", number, title_start, title_end))
            item = 0 if number != section else item
            section = number
            found.append(Marker("decimal", item + 1, first_item.start, first_item.end))
            position, item = first_item.end, _last_number(text[first_item.start : first_item.end], section, item + 1)
        elif following:
            found.append(Marker("decimal", item + 1, following.start, following.end))
            position, item = following.end, item + 1
        else:
            return position


def _last_number(words: str, section: int, otherwise: int) -> int:
    rest = re.sub(r"\D", "", words).removeprefix(str(section))
    return int(rest) if rest else otherwise


def _item(text: str, section: int, item: int, position: int, reach: int) -> _Spot | None:
    match = re.compile(rf"(?<!\d){section}[、. ]?{item}[、. ]?(?=[\u4e00-\u9fff])").search(
        text, position, min(position + reach, len(text))
    )
    return _Spot(match.start(), match.end()) if match else None


def _heading(text: str, section: int, position: int, limit: int) -> tuple[int, int, int, _Spot] | None:
    """A section's heading before `limit`: the next section's with its first item, or this one's again with a later item."""
    found: list[tuple[int, int, int, _Spot]] = []
    for number in (section, section + 1):
        item = "1" if number != section else r"\d{1,2}"
        match = re.compile(
            rf"(?<!\d){number}[、. ]\s?(?P<title>[\u4e00-\u9fff()A-Z]{{2,20}}\d?(?:\(\))?)\s?(?P<first>{number}[、.]?{item})(?=[\u4e00-\u9fff])"
        ).search(text, position, min(limit + 40, len(text)))
        if match and match.start() < limit:
            found.append((number, match.start(), match.start("title"), _Spot(match.start("first"), match.end())))
    return min(found, key=lambda hit: hit[1]) if found else None
