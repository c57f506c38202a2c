"""Build the classic Word form: tables of merged label cells, a title above, page numbers below.

Fonts are those that every office has (宋体, 黑体, Times New Roman), set for both scripts: Word else takes a Latin one.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import docx
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

WASH: Final = "F2F4F7"
_ALIGNMENTS: Final = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


@dataclass(frozen=True, slots=True)
class FormCell:
    """A cell over `across` columns and `down` rows. Each line of `text` is a paragraph."""

    text: str
    across: int = 1
    down: int = 1
    label: bool = False  # grey, centred
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True, slots=True)
class FormTable:
    """One table. `rows` leave out the places that a cell from above or from the left covers already."""

    widths_mm: tuple[int, ...]
    rows: Sequence[Sequence[FormCell]]
    caption: str = ""  # a line above the table; without it the table follows closely, as part of one form


@dataclass(frozen=True, slots=True)
class Form:
    title: str
    above: str  # the company
    note: str  # version and date, below the title
    footer: str
    tables: Sequence[FormTable]


def build(form: Form) -> bytes:
    """The form as .docx. Raises ValueError where the rows of a table don't fill its columns."""
    document = docx.Document()
    _set_page(document)
    _set_fonts(document)
    document.core_properties.title = form.title
    document.core_properties.author = form.above
    for text, size, bold in ((form.above, 11, False), (form.title, 20, True), (form.note, 9, False)):
        if text:
            _heading_line(document, text, size, bold)
    for table in form.tables:
        if table.rows:
            _add_table(document, table)
    _write_footer(document, form.footer)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(20), Mm(18)


def _set_fonts(document: Document) -> None:
    normal = document.styles["Normal"]
    if not isinstance(normal, ParagraphStyle):  # pragma: no cover - the default template has it
        raise TypeError("the default template has no Normal style")
    normal.font.size = Pt(10.5)
    normal.font.name = "Times New Roman"
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    normal.paragraph_format.space_after = Pt(0)


def _heading_line(document: Document, text: str, size: int, bold: bool) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(4)
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    if bold:
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体")


def _add_table(document: Document, form: FormTable) -> None:
    # Without a paragraph between them Word would join two tables; one of a point can't be seen.
    between = document.add_paragraph(form.caption)
    between.paragraph_format.space_before = Pt(10 if form.caption else 0)
    between.paragraph_format.line_spacing = None if form.caption else Pt(1)
    table = document.add_table(rows=len(form.rows), cols=len(form.widths_mm))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for grid_column, width in zip(table.columns, form.widths_mm, strict=True):
        grid_column.width = Mm(width)  # Word goes by the cells, LibreOffice by the columns
    grid = _grid_of(table)
    for row in grid:
        for place, width in zip(row, form.widths_mm, strict=True):
            place.width = Mm(width)
    for at, column, cell in _placed(form):
        target = grid[at][column]
        if cell.across > 1 or cell.down > 1:
            target = target.merge(grid[at + cell.down - 1][column + cell.across - 1])
        _fill_cell(target, cell)


def _grid_of(table: Table) -> list[list[_Cell]]:
    """All cells once: `table.cell` builds the whole list anew at each call."""
    return [list(row.cells) for row in table.rows]


def _placed(form: FormTable) -> Iterator[tuple[int, int, FormCell]]:
    """Each cell with its row and column, as HTML places table cells."""
    covered: set[tuple[int, int]] = set()
    for at, row in enumerate(form.rows):
        column = 0
        for cell in row:
            while (at, column) in covered:
                column += 1
            covered |= {(at + down, column + across) for down in range(cell.down) for across in range(cell.across)}
            yield at, column, cell
    if covered != {(at, column) for at in range(len(form.rows)) for column in range(len(form.widths_mm))}:
        raise ValueError("the rows of the table don't fill its columns")


def _fill_cell(target: _Cell, cell: FormCell) -> None:
    target.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER if cell.label else WD_CELL_VERTICAL_ALIGNMENT.TOP
    lines = cell.text.split("\n")
    for number, line in enumerate(lines):
        paragraph = target.paragraphs[0] if number == 0 else target.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if cell.label else _ALIGNMENTS[cell.align]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(line)
        if cell.label:
            run.bold = True
    if cell.label:
        shade = OxmlElement("w:shd")
        for key, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", WASH)):
            shade.set(qn(key), value)
        target._tc.get_or_add_tcPr().append(shade)


def _write_footer(document: Document, text: str) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for piece in (f"{text} · 第 " if text else "第 ", "PAGE", " 页 · 共 ", "NUMPAGES", " 页"):
        if piece in {"PAGE", "NUMPAGES"}:
            _add_field(paragraph, piece)
        else:
            _small(paragraph.add_run(piece))


def _add_field(paragraph: Paragraph, code: str) -> None:
    """A field that Word computes: the number of this page, or of all."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.append(_small(paragraph.add_run("1"))._r)  # shown until Word has counted
    paragraph._p.append(field)


def _small(run: Run) -> Run:
    run.font.size, run.font.color.rgb = Pt(8), RGBColor(0x52, 0x5D, 0x6D)
    return run
