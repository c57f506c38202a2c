"""Rich Text Format, the part of it that is text: paragraphs, list numbers, tables, Chinese in both of its spellings.

No library on the index keeps the tables and reads \\'xx by the font's charset, so this is our own, after the RTF 1.9
specification. What is not text (pictures, fonts, headers, notes) is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from remit.kernel.charters.importing.readers.building import SourceBuilder
from remit.kernel.charters.importing.readers.headings import looks_like_heading
from remit.kernel.charters.importing.readers.rtftables import RtfTable
from remit.kernel.charters.importing.source import Source

RTF = "application/rtf"
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
_SKIPPED = frozenset(
    [
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "header",
        "headerl",
        "headerr",
        "headerf",
        "footer",
        "footerl",
        "footerr",
        "footerf",
        "footnote",
        "annotation",
        "xe",
        "tc",
        "fldinst",
        "themedata",
        "colorschememapping",
        "datastore",
        "latentstyles",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "generator",
        "xmlnstbl",
        "wgrffmtfilter",
        "mmathPr",
        "filetbl",
        "revtbl",
        "nonshppict",
        "bkmkstart",
        "bkmkend",
    ]
)
_SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "softline": "\n",
}  # fmt: skip
_SYMBOLS = {b"~": " ", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\", b"\n": "\\par", b"\r": "\\par"}
_CHARSETS = {134: "gb18030", 136: "big5hkscs", 128: "cp932", 129: "cp949", 77: "mac_roman", 204: "cp1251"}
_CODEPAGES = {936: "gb18030", 54936: "gb18030", 950: "big5hkscs", 65001: "utf-8", 10000: "mac_roman"}
MAX_DEPTH = 200


@dataclass(slots=True)
class State:
    """What a group inherits and gives back at its closing brace. `number` is the group's part of a list's number."""

    skipped: bool = False
    in_number: bool = False
    in_fonts: bool = False
    in_styles: bool = False
    hidden: bool = False
    deleted: bool = False
    bold: bool = False
    fallback: int = 1
    codec: str = ""


@dataclass(slots=True)
class Paragraph:
    """The paragraph that is being read; `outline` and `in_table` hold until \\pard."""

    parts: list[str] = field(default_factory=list)
    number: list[str] = field(default_factory=list)
    outline: int = 0
    depth: int = 0
    in_table: bool = False
    all_bold: bool = True


def read_rtf(data: bytes, name: str, encoding: str | None = None) -> Source:
    """`encoding`, where given, is taken for \\'xx instead of the document's own."""
    builder = SourceBuilder(name, RTF)
    return _RtfReader(builder, encoding).read(data)


class _RtfReader:
    def __init__(self, builder: SourceBuilder, encoding: str | None) -> None:
        self._builder = builder
        self._forced = encoding
        self._document_codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._outlines: dict[int, int] = {}
        self._style = 0
        self._stack = [State()]
        self._bytes = bytearray()
        self._to_skip = 0
        self._star = False
        self._paragraph = Paragraph()
        self._table = RtfTable()

    def read(self, data: bytes) -> Source:
        for word, parameter, sign, symbol, brace, text in _tokens(data):
            if word:
                self._control(word, parameter)
            elif sign is not None:
                self._byte(sign)
            elif symbol:
                self._symbol(symbol)
            elif brace:
                self._brace(brace)
            elif text and not self._state.in_fonts:
                self._plain(text)
        self._end_paragraph()
        self._end_table()
        return self._builder.finish()

    @property
    def _state(self) -> State:
        return self._stack[-1]

    def _brace(self, brace: bytes) -> None:
        self._flush_bytes()
        self._star = False
        if brace == b"{":
            if len(self._stack) > MAX_DEPTH:
                raise ValueError("groups too deep")
            self._stack.append(replace(self._state))
        elif len(self._stack) > 1:
            self._stack.pop()

    def _plain(self, text: bytes) -> None:
        if self._to_skip:
            dropped = min(self._to_skip, len(text))
            self._to_skip -= dropped
            text = text[dropped:]
        # Some programs write Chinese bytes as they are instead of \'xx.
        self._bytes += text

    def _byte(self, value: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(value)

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._star = True
            return
        self._flush_bytes()
        said = _SYMBOLS.get(symbol, "")
        if self._to_skip:
            self._to_skip -= 1
        elif said == "\\par":
            self._control("par", None)
        elif said:
            self._say(said)

    def _control(self, word: str, parameter: int | None) -> None:
        self._flush_bytes()
        state = self._state
        if word in {"listtext", "pntext"}:
            state.in_number = True
        elif word == "fonttbl":
            state.in_fonts = state.skipped = True
        elif word == "stylesheet":
            state.in_styles = state.skipped = True
        elif self._star or word in _SKIPPED:
            state.skipped = state.skipped or word not in {"shppict", "shpinst", "shptxt"}
        elif word == "shptxt":
            state.skipped = False
        self._star = False
        self._character_control(word, parameter)
        if state.in_styles:
            self._style_control(word, parameter)
        elif not state.skipped and not state.in_number:  # {\listtext\pard …} must not reset the paragraph around it
            self._paragraph_control(word, parameter)

    def _character_control(self, word: str, parameter: int | None) -> None:
        state = self._state
        if word == "u" and parameter is not None:
            self._to_skip = 0
            self._say(chr(parameter % 0x10000))
            self._to_skip = state.fallback
        elif word == "uc":
            state.fallback = min(max(parameter or 0, 0), 10)
        elif word == "ansicpg" and parameter:
            self._document_codec = _CODEPAGES.get(parameter, f"cp{parameter}")
        elif word == "f":
            self._font = parameter or 0
            state.codec = self._fonts.get(self._font, "")
        elif word == "fcharset" and state.in_fonts and parameter in _CHARSETS:
            self._fonts[self._font] = _CHARSETS[parameter]
        elif word == "v":
            state.hidden = parameter != 0
        elif word == "b":
            state.bold = parameter != 0
        elif word == "deleted":
            state.deleted = parameter != 0
        elif word == "plain":
            state.hidden, state.deleted, state.bold, state.codec = False, False, False, ""
        elif word in _SIGNS:
            self._say(_SIGNS[word])

    def _paragraph_control(self, word: str, parameter: int | None) -> None:
        if word in {"par", "sect", "page"}:
            self._end_paragraph()
        elif word == "pard":
            self._paragraph.outline = self._paragraph.depth = 0
            self._paragraph.in_table = False
        elif word == "intbl":
            self._paragraph.in_table = True
        elif word == "outlinelevel":
            self._paragraph.outline = _outline(parameter)
        elif word == "s":
            self._paragraph.outline = self._outlines.get(parameter or 0, 0)
        elif word == "ilvl":
            self._paragraph.depth = (parameter or 0) + 1
        elif word in {"cell", "nestcell"}:
            self._table.end_cell(self._taken_line())
        elif word == "row":
            self._table.end_row()
        else:
            self._table.define(word, parameter)

    def _style_control(self, word: str, parameter: int | None) -> None:
        """Paragraphs may name a heading's style without repeating its outline level."""
        if word == "s":
            self._style = parameter or 0
        elif word == "outlinelevel":
            self._outlines[self._style] = _outline(parameter)

    def _say(self, text: str) -> None:
        state = self._state
        if state.skipped or state.hidden or state.deleted:
            return
        if state.in_number:
            self._paragraph.number.append(text)
            return
        self._paragraph.parts.append(text)
        if text.strip() and not state.bold:
            self._paragraph.all_bold = False

    def _flush_bytes(self) -> None:
        if not self._bytes:
            return
        raw, self._bytes = bytes(self._bytes), bytearray()
        codec = self._forced or self._state.codec or self._document_codec
        try:
            self._say(raw.decode(codec, "replace"))
        except LookupError:
            self._say(raw.decode("cp1252", "replace"))

    def _taken_line(self) -> str:
        self._flush_bytes()
        number = "".join(self._paragraph.number).strip()
        text = _with_surrogates("".join(self._paragraph.parts))
        self._paragraph.parts, self._paragraph.number = [], []
        self._paragraph.all_bold = True
        return f"{number} {text}" if number and text.strip() else text

    def _end_paragraph(self) -> None:
        self._flush_bytes()
        here = self._paragraph
        if here.in_table:
            self._table.add_line(self._taken_line())
            return
        self._end_table()
        number = "".join(here.number).strip()
        text = _with_surrogates("".join(here.parts))
        is_heading = bool(here.outline) or (here.all_bold and not number and looks_like_heading(text))
        here.parts, here.number, here.all_bold = [], [], True
        for index, line in enumerate(text.split("\n")):
            shown = number if index == 0 else ""
            if is_heading:
                self._builder.heading(line, level=here.outline, number=shown)
            else:
                self._builder.paragraph(line, level=here.depth, number=shown)

    def _end_table(self) -> None:
        if not self._table.is_empty:
            self._builder.table(self._table.slots())
            self._table = RtfTable()


Token = tuple[str, int | None, int | None, bytes, bytes, bytes]


def _tokens(data: bytes) -> Iterator[Token]:
    """Control words with their numbers, \\'xx, control symbols, braces, text; \\bin's bytes are jumped over."""
    at = 0
    while match := _TOKEN.match(data, at):
        at = match.end()
        word, number, sign, symbol, brace, text = match.groups()
        if word == b"bin" and number:
            at += max(int(number), 0)
            continue
        yield (
            word.decode("ascii") if word else "",
            int(number) if number else None,
            int(sign, 16) if sign else None,
            symbol or b"",
            brace or b"",
            text or b"",
        )


def _outline(parameter: int | None) -> int:
    """The heading's level, 1 to 9; \\outlinelevel9 is body text."""
    level = parameter or 0
    return level + 1 if 0 <= level < 9 else 0


def _with_surrogates(text: str) -> str:
    """\\u writes a rare character as two surrogates; here they become the one character again."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
