"""Word templates that people upload, and the form that we build ourselves."""

import io
import zipfile
from collections.abc import Sequence

import docx
import pytest

from remit.kernel.documents.errors import BadPaperData, BadTemplate
from remit.kernel.documents.rendering.docx import render
from remit.kernel.documents.rendering.docx_form import Form, FormCell, FormTable, build


def template(*paragraphs: str, rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word file as a secretary would write it."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, words in zip(table.rows, rows, strict=True):
            for cell, word in zip(row.cells, words, strict=True):
                cell.text = word
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def text_of(paper: bytes) -> str:
    document = docx.Document(io.BytesIO(paper))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_a_letter_is_filled_with_what_was_typed_to_the_letter() -> None:
    letter = template("{{ customer.name }} 您好", "{% if late %}逾期 {{ days }} 天{% endif %}")
    filled = text_of(render(letter, {"customer": {"name": "<陳 & 龘> {{ 7 }}"}, "late": True, "days": 3}))
    assert "<陳 & 龘> {{ 7 }} 您好" in filled
    assert "逾期 3 天" in filled


def test_a_table_row_repeats_for_each_line() -> None:
    bill = template(
        rows=[
            ("项目", "金额"),
            ("{%tr for line in lines %}", ""),
            ("{{ line.name }}", "{{ line.sum }}"),
            ("{%tr endfor %}", ""),
        ]
    )
    filled = text_of(render(bill, {"lines": [{"name": "物业费", "sum": "¥120.00"}, {"name": "水费", "sum": "¥8.50"}]}))
    assert "物业费\n¥120.00\n水费\n¥8.50" in filled


def test_a_name_that_is_not_there_is_named() -> None:
    with pytest.raises(BadPaperData, match="customr"):
        render(template("{{ customr }}"), {"customer": "甲"})
    assert "无" in text_of(render(template("{{ customr|default('无') }}"), {}))


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name.__init__.__globals__ }}",
        "{{ name.ljust(1000000000) }}",
        "{{ range(1000000000)|list }}",
        "{{ 'x' * 1000000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 10 ** 1000000000 }}",
        "{{ name|center(1000000000) }}",
        "{{ cycler('a') }}",
        "{% include 'settings.py' %}",
        "{% for x in rows %}",
    ],
)
def test_a_template_may_only_show_data(tag: str) -> None:
    with pytest.raises((BadTemplate, BadPaperData)):
        render(template(tag), {"name": "甲", "rows": [1]})


def test_files_that_are_no_templates_are_refused() -> None:
    for raw in (b"", b"not a zip", template("a")[:200]):
        with pytest.raises(BadTemplate):
            render(raw, {})
    empty_archive = io.BytesIO()
    with zipfile.ZipFile(empty_archive, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(BadTemplate):
        render(empty_archive.getvalue(), {})


def test_bombs_and_macros_are_refused_unopened() -> None:
    bomb = io.BytesIO(template("a"))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/zeros.bin", b"\0" * 20_000_000)
    with pytest.raises(BadTemplate):
        render(bomb.getvalue(), {})
    macros = io.BytesIO(template("a"))
    with zipfile.ZipFile(macros, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    with pytest.raises(BadTemplate):
        render(macros.getvalue(), {})
    with pytest.raises(BadTemplate):
        render(b"x" * 10_000_001, {})


def test_a_form_has_merged_labels_and_page_numbers() -> None:
    rows = [
        [FormCell("工作内容", down=2, label=True), FormCell("1"), FormCell("接待客户\n记录诉求")],
        [FormCell("2"), FormCell("回访")],
        [FormCell("其他", across=3, label=True)],
    ]
    form = Form("职务说明书", "恒远公司", "第 3 版", "KF-02", [FormTable((30, 10, 100), rows)])
    document = docx.Document(io.BytesIO(build(form)))
    table = document.tables[0]
    assert table.cell(0, 0)._tc is table.cell(1, 0)._tc
    assert table.cell(2, 0)._tc is table.cell(2, 2)._tc
    assert table.cell(0, 2).text == "接待客户\n记录诉求"
    assert [paragraph.text for paragraph in document.paragraphs[:3]] == ["恒远公司", "职务说明书", "第 3 版"]
    footer = document.sections[0].footer._element.xml
    assert "NUMPAGES" in footer
    assert "KF-02" in footer


def test_a_form_whose_rows_leave_holes_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="fill"):
        build(Form("a", "", "", "", [FormTable((10, 10), [[FormCell("x")]])]))
