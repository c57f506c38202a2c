"""Markdown: headings, lists with their numbers, pipe tables; emphasis and links lose their marks."""

import re

from remit.kernel.charters.importing.readers.building import BULLET, Slot, SourceBuilder, clean
from remit.kernel.charters.importing.readers.charset import decode
from remit.kernel.charters.importing.readers.joining import join_lines
from remit.kernel.charters.importing.source import Source

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})\s*$")
_RULE = re.compile(r"^ {0,3}([-*_])(\s*\1){2,}\s*$")
_ITEM = re.compile(r"^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$")
_TABLE_LINE = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_LONGEST_RULING = 1_000
_FENCE = re.compile(r"^\s*(```|~~~)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_IMAGE = re.compile(r"!\[([^\]]{0,500})\]\([^)]{0,1000}\)")
_LINK = re.compile(r"(?<!!)\[([^\]]{0,500})\]\([^)]{0,1000}\)")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|\*|__|~~|`)(?=\S)([^\n]{0,300}?\S)\1")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")
_SAFE = 0xF0000  # escaped signs wait here, in a private area, until the unescaped ones have been taken for marks
_SAFE_SIGN = re.compile("[\U000f0000-\U000f007f]")
_ENDS_SENTENCE = tuple("。；;：:！？!?")


def read_markdown(data: bytes, name: str, encoding: str | None = None) -> Source:
    text, found = decode(data, encoding)
    reader = _MarkdownReader(SourceBuilder(name, "text/markdown"))
    reader.read(without_comments(clean(text)).split("\n"))
    return reader.builder.finish(found)


def without_comments(text: str) -> str:
    """Without <!-- … -->; one that never ends stays. (A pattern would look for the end again from every beginning.)"""
    kept, at = [], 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin)) >= 0:
        kept.append(text[at:begin])
        at = end + 3
    return "".join([*kept, text[at:]])


def plain_words(text: str) -> str:
    """A line without the marks of Markdown and of tags inside it."""
    text = _ESCAPE.sub(lambda match: chr(_SAFE + ord(match.group(1))), text)
    text = _TAG.sub("", _BREAK.sub("\n", text))
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    for _ in range(3):  # ***both*** and **a `b` c** nest this deep at most
        text = _EMPHASIS.sub(r"\2", text)
    return _SAFE_SIGN.sub(lambda match: chr(ord(match.group()) - _SAFE), text)


class _MarkdownReader:
    def __init__(self, builder: SourceBuilder) -> None:
        self.builder = builder
        self._lines: list[str] = []
        self._number = ""
        self._level = 0

    def read(self, lines: list[str]) -> None:
        index, fenced = 0, False
        while index < len(lines):
            line = lines[index]
            if _FENCE.match(line):
                self._flush()
                fenced = not fenced
            elif fenced:
                self.builder.paragraph(line)
            elif "|" in line and index + 1 < len(lines) and _is_ruling(lines[index + 1]):
                index = self._table(lines, index)
                continue
            else:
                self._line(line)
            index += 1
        self._flush()

    def _line(self, line: str) -> None:
        heading, item = _HEADING.match(line), _ITEM.match(line)
        if not line.strip() or (_RULE.match(line) and not self._lines):
            self._flush()
        elif heading:
            self._flush()
            self.builder.heading(plain_words(heading.group(2)), level=len(heading.group(1)))
        elif self._lines and not self._number and _UNDERLINE.match(line):
            words = plain_words(join_lines(self._lines))
            self._lines = []
            self.builder.heading(words, level=1 if line.strip().startswith("=") else 2)
        elif item:
            self._flush()
            mark = item.group(2)
            self._number = BULLET if mark in "-*+" else mark
            self._level = len(item.group(1).expandtabs(4)) // 2 + 1
            self._lines = [item.group(3)]
        else:
            # People who write Markdown as they type a memo end every line with a full stop and mean a new paragraph.
            if self._lines and self._lines[-1].rstrip().endswith(_ENDS_SENTENCE):
                self._flush()
            self._lines.append(line.lstrip("> \t"))

    def _table(self, lines: list[str], index: int) -> int:
        """Emit the table that starts at `index` and return the index of the first line after it."""
        self._flush()
        rows = [_pipe_cells(lines[index])]
        index += 2
        while index < len(lines) and "|" in lines[index] and lines[index].strip():
            rows.append(_pipe_cells(lines[index]))
            index += 1
        self.builder.table(
            Slot(row, column, plain_words(cell)) for row, cells in enumerate(rows) for column, cell in enumerate(cells)
        )
        return index

    def _flush(self) -> None:
        if self._lines:
            for part in plain_words(join_lines(self._lines)).split("\n"):
                self.builder.paragraph(part, level=self._level, number=self._number)
                self._number = ""
        self._lines, self._number, self._level = [], "", 0


def _is_ruling(line: str) -> bool:
    """|---|:--:|. Longer lines are none, and would take the pattern quadratic time."""
    return "|" in line and len(line) < _LONGEST_RULING and bool(_TABLE_LINE.match(line))


def _pipe_cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]
