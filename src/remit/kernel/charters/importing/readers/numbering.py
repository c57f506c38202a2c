"""Automatic numbers of a .docx: ECMA-376 part 1, 17.9. The text of the file lacks them; the page shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from remit.kernel.charters.importing.readers.building import BULLET
from remit.kernel.charters.importing.readers.numerals import numeral
from remit.kernel.charters.importing.readers.ooxml import W, child, children, integer, is_on, value

MAX_LEVEL = 8
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """How a level counts. `text` holds places such as "%1.%2"; `restart` is w:lvlRestart (None: after any higher level)."""

    format: str = "decimal"
    text: str = "%1."
    start: int = 1
    restart: int | None = None
    legal: bool = False
    style: str = ""


@dataclass(slots=True)
class ListDefinition:
    """A w:num: its levels, whose counters it shares, and what it starts anew when it is first used."""

    abstract_id: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts through a document: ask `number()` for the paragraphs in their order."""

    def __init__(self, root: etree._Element | None, style_lists: dict[str, str]) -> None:
        """`root` is w:numbering; `style_lists` maps the id of a numbering style to the numId that it names."""
        self._lists: dict[str, ListDefinition] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._used: set[str] = set()
        if root is not None:
            self._read(root, style_lists)

    def level_of_style(self, list_id: str, style: str) -> int:
        """The level that a style without an own one has in its list: that whose w:pStyle names it."""
        found = self._lists.get(list_id)
        levels = found.levels.items() if found else ()
        return next((index for index, level in levels if level.style == style), 0)

    def number(self, list_id: str, level: int) -> str:
        """The next number of that list at that level (0 the highest), as the page shows it; "" where none shows."""
        found = self._lists.get(list_id)
        level = min(max(level, 0), MAX_LEVEL)
        if found is None or level not in found.levels:
            return ""
        counters = self._counters.setdefault(found.abstract_id, {})
        if list_id not in self._used:
            self._used.add(list_id)
            for index in found.starts:
                counters.pop(index, None)
        counters[level] = counters[level] + 1 if level in counters else self._start(found, level)
        for deeper in [index for index in counters if index > level]:
            restart = found.levels[deeper].restart if deeper in found.levels else None
            if restart is None or (restart and level < restart):
                del counters[deeper]
        return self._show(found, level, counters)

    def _start(self, found: ListDefinition, level: int) -> int:
        return found.starts.get(level, found.levels[level].start)

    def _show(self, found: ListDefinition, level: int, counters: dict[int, int]) -> str:
        own = found.levels[level]
        if own.format == "bullet":
            return BULLET
        if own.format == "none" and "%" not in own.text:
            return own.text.strip()

        def place(match: re.Match[str]) -> str:
            index = int(match.group(1)) - 1
            if index not in found.levels:
                return ""
            count = counters.get(index, self._start(found, index))
            shown = found.levels[index].format
            return numeral(count, "decimal" if own.legal and shown != "none" else shown)

        return _PLACE.sub(place, own.text).strip()

    def _read(self, root: etree._Element, style_lists: dict[str, str]) -> None:
        abstracts = {element.get(W + "abstractNumId", ""): element for element in children(root, "abstractNum")}
        numbers = {element.get(W + "numId", ""): element for element in children(root, "num")}

        def abstract_of(number: etree._Element, depth: int = 0) -> tuple[str, etree._Element | None]:
            """The abstract definition, through a style's link where there is one (17.9.21)."""
            abstract_id = value(number, "abstractNumId")
            abstract = abstracts.get(abstract_id)
            linked = value(abstract, "numStyleLink") if abstract is not None else ""
            target = numbers.get(style_lists.get(linked, ""))
            if linked and target is not None and target is not number and depth < 5:
                return abstract_of(target, depth + 1)
            return abstract_id, abstract

        for list_id, element in numbers.items():
            abstract_id, abstract = abstract_of(element)
            if abstract is None:
                continue
            definition = ListDefinition(abstract_id, dict(_levels(abstract)))
            for override in children(element, "lvlOverride"):
                index = integer(override.get(W + "ilvl"), 0)
                definition.levels.update(_levels(override))
                start = child(override, "startOverride")
                if start is not None:
                    definition.starts[index] = integer(start.get(W + "val"), 1)
            self._lists[list_id] = definition


def _levels(parent: etree._Element) -> Iterator[tuple[int, Level]]:
    for element in children(parent, "lvl"):
        level = Level(
            format=_format(element),
            text=value(element, "lvlText"),
            start=integer(value(element, "start"), 0),
            legal=is_on(child(element, "isLgl")),
            style=value(element, "pStyle"),
        )
        restart = child(element, "lvlRestart")
        if restart is not None:
            level = replace(level, restart=integer(restart.get(W + "val"), 0))
        yield integer(element.get(W + "ilvl"), 0), level


def _format(level: etree._Element) -> str:
    """Word wraps formats newer than 2007 in mc:AlternateContent with a plain one to fall back on."""
    found = next(iter(level.iter(W + "numFmt")), None)
    return found.get(W + "val", "decimal") if found is not None else "decimal"
