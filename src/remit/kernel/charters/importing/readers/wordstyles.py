"""What a paragraph inherits from its style: outline level, list, bold. ECMA-376 part 1, 17.7."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from remit.kernel.charters.importing.readers.numbering import Numbering
from remit.kernel.charters.importing.readers.ooxml import W, child, children, integer, is_on, value
from remit.kernel.charters.importing.readers.runs import runs_with_words

_HEADING = re.compile(r"^(?:heading|标题|標題|见出し)\s*([1-9])$", re.IGNORECASE)
_TITLE = re.compile(r"^(?:title|标题|標題)$", re.IGNORECASE)
_CONTENTS = re.compile(r"^(?:toc|目录|目錄)\s*\d$", re.IGNORECASE)
_BODY_TEXT_LEVEL = 9
_MAX_INHERITANCE = 20


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style with what its ancestors add, as far as readers care."""

    name: str = ""
    bold: bool = False
    is_contents: bool = False

    def all_bold(self, paragraph: etree._Element) -> bool:
        """Whether every word stands in bold, by the run's own setting or the style's."""
        runs = runs_with_words(paragraph)
        return bool(runs) and all(self._is_bold(run) for run in runs)

    def _is_bold(self, run: etree._Element) -> bool:
        properties = child(run, "rPr")
        own = None if properties is None else child(properties, "b")
        return self.bold if own is None else is_on(own)


class Styles:
    def __init__(self, root: etree._Element | None) -> None:
        """`root` is w:styles, or None where the package has none."""
        self._styles = (
            {} if root is None else {style.get(W + "styleId", ""): style for style in children(root, "style")}
        )
        defaults = (
            key
            for key, style in self._styles.items()
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in {"1", "true"}
        )
        self._default = next(defaults, "")
        self._known: dict[str, Style] = {}
        self.lists = dict(self._numbering_styles())

    def of(self, paragraph: etree._Element) -> Style:
        key = self._key(paragraph)
        if key not in self._known:
            chain = [*self._chain(key)]
            name = value(chain[0], "name") if chain else ""
            bolds = (style.find(f"{W}rPr/{W}b") for style in chain)
            bold = is_on(next((found for found in bolds if found is not None), None))
            self._known[key] = Style(name, bold, bool(_CONTENTS.match(name)))
        return self._known[key]

    def outline_level(self, paragraph: etree._Element) -> int:
        """1 to 9 for a heading, 0 for text: the paragraph's own outline level, else the style's, else by its name."""
        own = paragraph.find(f"{W}pPr/{W}outlineLvl")
        found = [own] if own is not None else []
        chain = [*self._chain(self._key(paragraph))]
        for style in chain:
            level = style.find(f"{W}pPr/{W}outlineLvl")
            found += [level] if level is not None else []
        if found:
            level_value = integer(found[0].get(W + "val"), _BODY_TEXT_LEVEL)
            return level_value + 1 if 0 <= level_value < _BODY_TEXT_LEVEL else 0
        for style in chain:
            name = value(style, "name")
            match = _HEADING.match(name)
            if match:
                return int(match.group(1))
            if _TITLE.match(name):
                return 1
        return 0

    def list_of(self, paragraph: etree._Element, numbering: Numbering) -> tuple[str, int]:
        """The numId and level (0 the highest) by the paragraph or, failing that, its style; ("", 0) for none."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        level = integer(value(own, "ilvl"), -1) if own is not None else -1
        if own is not None and value(own, "numId"):
            return value(own, "numId"), max(level, 0)
        for style in self._chain(self._key(paragraph)):
            properties = style.find(f"{W}pPr/{W}numPr")
            if properties is None or not value(properties, "numId"):
                continue
            list_id = value(properties, "numId")
            if level < 0:
                level = integer(value(properties, "ilvl"), -1)
            if level < 0:
                level = numbering.level_of_style(list_id, self._key(paragraph))
            return list_id, level
        return "", 0

    def _key(self, paragraph: etree._Element) -> str:
        properties = child(paragraph, "pPr")
        return (value(properties, "pStyle") if properties is not None else "") or self._default

    def _chain(self, key: str) -> Iterator[etree._Element]:
        """The style and what it is based on, nearest first; a circle ends."""
        for _ in range(_MAX_INHERITANCE):
            style = self._styles.get(key)
            if style is None:
                return
            yield style
            key = value(style, "basedOn")

    def _numbering_styles(self) -> Iterator[tuple[str, str]]:
        for key, style in self._styles.items():
            found = style.find(f"{W}pPr/{W}numPr")
            if style.get(W + "type") == "numbering" and found is not None:
                yield key, value(found, "numId")
