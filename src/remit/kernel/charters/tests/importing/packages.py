"""Small files of every kind, made here so that a test shows what stands in them."""

import io
import zipfile
from collections.abc import Mapping

import typst
from openpyxl import Workbook

from remit.kernel.charters.importing.source import Source

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{WORD}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def zipped(entries: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, compression)
    return out.getvalue()


def docx_of(body: str, *, numbering: str = "", styles: str = "", prolog: str = "") -> bytes:
    """A .docx with that content in w:body, w:numbering and w:styles."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": TYPES,
        "word/document.xml": f"{prolog}<w:document {SPACES}><w:body>{body}</w:body></w:document>",
    }
    if numbering:
        parts["word/numbering.xml"] = f"<w:numbering {SPACES}>{numbering}</w:numbering>"
    if styles:
        parts["word/styles.xml"] = f"<w:styles {SPACES}>{styles}</w:styles>"
    return zipped(parts)


def p(text: str, *, style: str = "", number: tuple[int, int] | None = None, bold: bool = False) -> str:
    """A paragraph; `number` is (numId, level from 0)."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        properties += f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r>{look}<w:t>{text}</w:t></w:r></w:p>"


def level(index: int, kind: str, text: str, extra: str = "") -> str:
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{extra}<w:lvlText w:val="{text}"/></w:lvl>'


def abstract(key: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{key}">{"".join(levels)}</w:abstractNum>'


def num(key: int, of: int, restart_level: int | None = None) -> str:
    again = (
        ""
        if restart_level is None
        else f'<w:lvlOverride w:ilvl="{restart_level}"><w:startOverride w:val="1"/></w:lvlOverride>'
    )
    return f'<w:num w:numId="{key}"><w:abstractNumId w:val="{of}"/>{again}</w:num>'


def cell(content: str, *, span: int = 1, merge: str = "") -> str:
    """A table cell; `merge` is restart or continue."""
    joined = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{joined}</w:tcPr>{content}</w:tc>'


def table(*rows: tuple[str, ...]) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def xlsx_of(rows: list[list[object]], *, title: str = "考核表", percents: tuple[str, ...] = ()) -> bytes:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for reference in percents:
        sheet[reference].number_format = "0.0%"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def pdf_of(source: str) -> bytes:
    """A PDF from typst source, in typst's own Latin fonts (small and quick; Chinese stands in the corpus)."""
    return bytes(typst.compile(source.encode(), ignore_system_fonts=True))


def texts(source: Source) -> list[str]:
    return [block.text for block in source.blocks]


def grid(source: Source, index: int = 0) -> list[tuple[int, int, int, int, str]]:
    """(row, column, row span, column span, text) of every cell of the document's table of that index."""
    tables = [block for block in source.blocks if block.kind == "table"]
    return [(c.row, c.column, c.row_span, c.column_span, c.text) for c in tables[index].cells]


def promise_holds(source: Source) -> bool:
    """What every reader promises: offsets that cut each block and each cell out of the text, in order, without overlap."""
    at = 0
    for block in source.blocks:
        if block.start < at or source.text[block.start : block.end] != block.text or not block.text.strip("\n\t"):
            return False
        inside = block.start
        for part in block.cells:
            if part.start < inside or part.end > block.end or source.text[part.start : part.end] != part.text:
                return False
            inside = part.end
        at = block.end
    return bool(source.blocks)
