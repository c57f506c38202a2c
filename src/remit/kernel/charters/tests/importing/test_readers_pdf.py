"""A PDF gives back the paragraphs that its pages broke, without what is printed on every page."""

from pathlib import Path

import pytest

from remit.kernel.charters.importing.readers import read_bytes, read_path
from remit.kernel.charters.importing.source import UnreadableDocument
from remit.kernel.charters.tests.importing.packages import grid, pdf_of, promise_holds, texts

CORPUS = Path(__file__).parents[6] / "tests" / "corpus"
LONG = "The clerk answers every call within the hour and writes down what was asked, by whom and what was promised, so that "


def test_broken_lines_are_one_paragraph_and_items_stay_apart() -> None:
    source = read_bytes(pdf_of(f"1. {LONG * 3} it is known.\n\n2. Short.\n\n3. Also short."), "a.pdf")
    assert len(source.blocks) == 3
    assert source.blocks[0].text.startswith("1. The clerk") and source.blocks[0].text.endswith("it is known.")
    assert "that The clerk answers" in source.blocks[0].text
    assert promise_holds(source)


def test_headers_footers_and_page_numbers_go_and_pages_are_noted() -> None:
    source = read_bytes(
        pdf_of(
            "#set page(header: [Acme Hotel, internal], footer: context [Page #counter(page).display()])\n"
            "Alpha one.\n#pagebreak()\nBeta two.\n#pagebreak()\nGamma three."
        ),
        "a.pdf",
    )
    assert [(block.text, block.page) for block in source.blocks] == [
        ("Alpha one.", 1),
        ("Beta two.", 2),
        ("Gamma three.", 3),
    ]


def test_on_two_pages_only_what_stands_at_the_same_height_is_a_header() -> None:
    headed = "#set page(header: [Acme Hotel, internal])\nAlpha one.\n#pagebreak()\nBeta two."
    assert texts(read_bytes(pdf_of(headed), "a.pdf")) == ["Alpha one.", "Beta two."]
    titled = "#text(size: 16pt)[Job sheet]\n\nAlpha one.\n#pagebreak()\n#text(size: 16pt)[Job sheet]\n\nBeta two."
    assert texts(read_bytes(pdf_of(titled), "a.pdf")) == ["Job sheet", "Alpha one.", "Job sheet", "Beta two."]


def test_a_ruled_table_keeps_its_merged_cells_and_goes_on_over_the_page() -> None:
    rows = ", ".join(f"[item {index}], [{index}%], [=]" for index in range(60))
    source = read_bytes(
        pdf_of(f"Before.\n#table(columns: 3, table.header([Name], table.cell(colspan: 2)[Weight]), {rows})\nAfter."),
        "a.pdf",
    )
    assert [block.kind for block in source.blocks] == ["paragraph", "table", "paragraph"]
    cells = grid(source)
    assert cells[:3] == [(0, 0, 1, 1, "Name"), (0, 1, 1, 2, "Weight"), (1, 0, 1, 1, "item 0")]
    assert cells[-1] == (60, 2, 1, 1, "=")
    assert promise_holds(source)


def test_larger_and_bold_lines_are_headings_with_a_level_by_their_size() -> None:
    words = "#text(size: 18pt)[Front Office]\n\n#text(size: 14pt)[Clerk]\n\n*Duties*\n\nPlain words that go on for a while here."
    source = read_bytes(pdf_of(words), "a.pdf")
    assert [(block.kind, block.level) for block in source.blocks] == [
        ("heading", 1), ("heading", 2), ("heading", 0), ("paragraph", 0),
    ]  # fmt: skip


def test_chinese_lines_are_joined_without_spaces() -> None:
    source = read_path(CORPUS / "school_admissions.pdf")
    assert (
        "1、制定年度招生方案、宣传计划和经费预算，经校务会批准后执行，并对执行中的偏差及时提出调整意见，确保各学部的招生计划如期完成；"
        in texts(source)
    )
    assert "启明双语学校" not in source.text
    assert "第 1 页" not in source.text
    assert promise_holds(source)


def test_a_blank_page_and_too_many_pages_are_refused_each_in_its_words() -> None:
    for source, code in (("#pagebreak()", "no_text"), ("x\n#pagebreak()\n" * 301, "too_many_pages")):
        with pytest.raises(UnreadableDocument) as refusal:
            read_bytes(pdf_of(source), "a.pdf")
        assert refusal.value.code == code
