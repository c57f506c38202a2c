"""The words of one Word paragraph: what its runs show, after tracked changes."""

from __future__ import annotations

from lxml import etree

from remit.kernel.charters.importing.readers.building import BULLET
from remit.kernel.charters.importing.readers.ooxml import MC, W, child, is_on
from remit.kernel.charters.importing.readers.trees import is_element

_LEFT_OUT = {
    W + name
    for name in (
        "del",
        "moveFrom",
        "pPr",
        "rPr",
        "instrText",
        "delText",
        "txbxContent",
        "rt",
        "sdtPr",
        "drawing",
        "pict",
    )
} | {MC + "Fallback"}
_SIGNS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "ptab": "\t"}
# Wingdings and Symbol as forms use them: ticks, boxes, bullets.
_SYMBOLS = {0xFE: "☑", 0xFD: "☒", 0xA8: "□", 0x6F: "□", 0x52: "☑", 0xFC: "✓", 0xFB: "✗", 0xD0: "—", 0xB7: BULLET}
_SYMBOLS |= dict.fromkeys((0x6C, 0x6E, 0x75, 0x76, 0xA7, 0xD8, 0x9F), BULLET)


def paragraph_text(paragraph: etree._Element) -> str:
    """With "\\n" for soft line breaks and "\\t" for tabs; without text boxes, fields' instructions and deletions."""
    parts: list[str] = []
    _collect(paragraph, parts)
    return "".join(parts)


def _collect(element: etree._Element, parts: list[str]) -> None:
    for inner in element.iterchildren():
        tag = inner.tag
        if tag in _LEFT_OUT or not is_element(inner):
            continue
        if tag == W + "t":
            parts.append(inner.text or "")
        elif tag in _SIGNS:
            parts.append(_SIGNS[tag])
        elif tag == W + "sym":
            parts.append(_symbol(inner))
        elif tag == W + "r" and _is_hidden(inner):
            continue
        else:
            _collect(inner, parts)


def _symbol(element: etree._Element) -> str:
    try:
        code = int(element.get(W + "char", ""), 16)
    except ValueError:
        return ""
    return _SYMBOLS.get(code & 0xFF, "") if code >= 0xF000 else chr(code) if code < 0xD800 else ""


def _is_hidden(run: etree._Element) -> bool:
    properties = child(run, "rPr")
    return properties is not None and is_on(child(properties, "vanish"))


def runs_with_words(paragraph: etree._Element) -> list[etree._Element]:
    """The runs that show words, in order."""
    return [
        run for run in paragraph.iter(W + "r") if any((text.text or "").strip() for text in run.iterchildren(W + "t"))
    ]
