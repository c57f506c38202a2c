"""Tables: what their cells say, row by row, as steps that the outline takes.

Three shapes are known. A table of figures (指标 | 权重 | 目标值); a table of posts (岗位 | 职责 | 权限), a row each; and the form,
whose cells are labels, values and sections in reading order, merged at will.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from remit.kernel.charters.importing.draft import Every
from remit.kernel.charters.importing.reading.entries import Entry, cell_entries
from remit.kernel.charters.importing.reading.figures import column_of
from remit.kernel.charters.importing.reading.frequency import heading_rhythm
from remit.kernel.charters.importing.reading.headings import classify, is_part_label, label_of, section_of
from remit.kernel.charters.importing.reading.lexicon import Label, Section
from remit.kernel.charters.importing.reading.strand import Strand
from remit.kernel.charters.importing.source import Block, Cell

StepKind = Literal["post", "department", "section", "field", "entry", "figure", "next"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a table says. `post` begins a position; `next` lets no later label reach into the cell before."""

    kind: StepKind
    strand: Strand | None = None
    section: Section | None = None
    label: Label | None = None
    entry: Entry | None = None
    weight: str = ""
    target: str = ""
    definition: str = ""


Slice = Callable[[int, int], Strand]
Rows = list[list[Cell]]
_NOISE = re.compile(
    r"\d{1,3}(?:\.\d+)?%?|[-—/\\×√]+|(?:占用|占|所占|工作)?(?:工作)?时间(?:百分)?比?(?:例|重)?:?\s?\d{0,3}%?|(?:职责|任务|序|项)[一二三四五六七八九十\d]{0,3}[:：]?|工作(?:职责|任务)?[一二三四五六七八九十\d]{1,3}|频次:?|日常(?:性)?|周期性|临时性|不定期|定期|全责|部分|支持|承办|协助"
)
_RHYTHM = re.compile(r"(?:频[次率]|周期|时间)?:?\s?(每?(?:日|天|周|月|季度?|半年|年)(?:[度常]|[一1]次)?|日常)")
_SKIPPED_COLUMNS = re.compile("序号|编号|备注|说明|签字|姓名|人数|编制|职级|等级")


def table_steps(block: Block, slice_: Slice) -> Iterator[Step]:
    rows = _rows(block)
    figures = _figure_head(rows)
    if figures is not None:
        yield from _figures(rows, figures, slice_)
        return
    posts = _post_head(rows)
    if posts is not None:
        yield from _posts(rows, posts, slice_)
        return
    yield from _form(rows, slice_)


def _rows(block: Block) -> Rows:
    by_row: dict[int, list[Cell]] = {}
    for cell in block.cells:
        if cell.text.strip():
            by_row.setdefault(cell.row, []).append(cell)
    return [sorted(by_row[row], key=lambda cell: cell.column) for row in sorted(by_row)]


def _words(cell: Cell, slice_: Slice) -> str:
    return re.sub(r"\s+", "", slice_(cell.start, cell.end).fold)


# ---------------------------------------------------------------- figures


def _figure_head(rows: Rows) -> int | None:
    """The row that heads a table of figures: it names the figure's column and its weight or target."""
    for index, row in enumerate(rows[:6]):
        columns = {column_of(cell.text) for cell in row}
        if "name" in columns and ("weight" in columns or "target" in columns) and len(row) >= 2:
            return index
    return None


def _figures(rows: Rows, head: int, slice_: Slice) -> Iterator[Step]:
    for row in rows[:head]:
        yield from _row_of_form(row, slice_)
    columns: dict[str, int] = {}
    for cell in rows[head]:
        kind = "post" if label_of(cell.text) == "title" else column_of(cell.text)
        if kind and kind not in columns:
            columns[kind] = cell.column
    post_column = columns.get("post")
    last_post = ""
    for row in rows[head + 1 :]:
        cells = {cell.column: cell for cell in row}
        post = cells.get(post_column) if post_column is not None else None
        if post and _words(post, slice_) != last_post:
            last_post = _words(post, slice_)
            yield Step("post", slice_(post.start, post.end), section="kpi")
        step = _figure(cells, columns, slice_)
        if step:
            yield step
        elif len(row) == 1 and post is None:
            # A row of one cell between the figures may name the next post (客服主管考核指标).
            yield from _row_of_form(row, slice_)


def _figure(cells: dict[int, Cell], columns: dict[str, int], slice_: Slice) -> Step | None:
    def words(kind: str) -> str:
        cell = cells.get(columns.get(kind, -1))
        return slice_(cell.start, cell.end).fold.replace("\n", " ").strip() if cell else ""

    name = cells.get(columns["name"])
    if (
        name is None
        or column_of(name.text) == "name"
        or re.fullmatch(r"(?:合计|总计|小计|总分|备注|合\s*计).*|[\d.%\s]+", words("name"))
    ):
        return None
    if not words("weight") and not words("target") and len(cells) < 2:
        return None
    return Step(
        "figure",
        slice_(name.start, name.end),
        weight=words("weight"),
        target=words("target"),
        definition=words("definition"),
    )


# ---------------------------------------------------------------- posts


def _post_head(rows: Rows) -> int | None:
    """The row that heads a table of posts: all its cells name columns, one of them the post, one what it holds."""
    for index, row in enumerate(rows[:4]):
        if len(row) < 2 or index + 1 >= len(rows):
            continue
        titles = [cell for cell in row if label_of(cell.text) == "title"]
        sections = [cell for cell in row if section_of(cell.text) in ("duties", "authority", "kpi", "qualification")]
        named = all(label_of(cell.text) or section_of(cell.text) or _SKIPPED_COLUMNS.search(cell.text) for cell in row)
        below = {cell.column: cell for cell in rows[index + 1]}
        filled = bool(titles) and titles[0].column in below and not label_of(below[titles[0].column].text)
        if titles and sections and named and filled:
            return index
    return None


def _posts(rows: Rows, head: int, slice_: Slice) -> Iterator[Step]:
    for row in rows[:head]:
        yield from _row_of_form(row, slice_)
    labels = {cell.column: label_of(cell.text) for cell in rows[head]}
    sections = {cell.column: section_of(cell.text) for cell in rows[head]}
    last_post = ""
    for row in rows[head + 1 :]:
        ordered = sorted(
            row,
            key=lambda cell: (labels.get(cell.column) != "department", labels.get(cell.column) != "title", cell.column),
        )
        for cell in ordered:
            strand = slice_(cell.start, cell.end)
            label, section = labels.get(cell.column), sections.get(cell.column)
            if label == "department":
                yield Step("department", strand)
            elif label == "title":
                if _words(cell, slice_) != last_post:
                    last_post = _words(cell, slice_)
                    yield Step("post", strand, section="duties")
            elif label and label != "skip":
                yield Step("field", strand, label=label)
            elif section:
                yield Step("section", section=section)
                yield from (
                    Step("entry", entry=entry)
                    for entry in cell_entries(strand, items=section not in ("qualification", "kpi"))
                )


# ---------------------------------------------------------------- forms


def _form(rows: Rows, slice_: Slice) -> Iterator[Step]:
    """Row by row; a section in a cell at the left holds what stands beside it, merged over rows or not."""
    in_runs = False
    for row in rows:
        rhythm = _row_rhythm(row, slice_)
        for step in _row_of_form(row, slice_, rhythm=rhythm, in_runs=in_runs):
            if step.kind == "section":
                in_runs = step.section in ("qualification", "kpi")
            yield step


def _row_rhythm(row: list[Cell], slice_: Slice) -> Every | None:
    for cell in row:
        match = _RHYTHM.fullmatch(_words(cell, slice_))
        if match:
            return heading_rhythm(match[1])
    return None


def _row_of_form(
    row: list[Cell], slice_: Slice, *, rhythm: Every | None = None, in_runs: bool = False
) -> Iterator[Step]:
    label: Label | None = None
    valued = False  # the cell before named what this one holds
    part = False
    fields = any(label_of(_words(cell, slice_)) for cell in row)
    for cell in row:
        strand = slice_(cell.start, cell.end).strip()
        words = _words(cell, slice_)
        if not words:
            continue
        named = label_of(words)
        if named and not valued:
            label, valued, part = named, True, False
            yield Step("next")
            continue
        section = section_of(words)
        if section:
            in_runs, label, valued, part = section in ("qualification", "kpi"), None, False, False
            yield Step("section", section=section)
            continue
        if is_part_label(words) and not part:
            part, label, valued, in_runs = True, None, False, True
            yield Step("entry", entry=Entry(_flat(strand)))
            continue
        if label is not None:
            yield Step("field", strand, label=label)
            label, valued = None, False
            continue
        if _NOISE.fullmatch(words) or _RHYTHM.fullmatch(words):
            continue
        if len(row) == 1 and words.strip(":") in ("其他", "其它"):
            yield Step("section", section="aside")
            return
        if fields and len(words) <= 10 and len(row) > 2:
            label, valued = "skip", True  # between the fields of a form: the name of one that no list knows
            continue
        yield from _content(strand, len(row) == 1, rhythm, items=not (part or in_runs))
        part = False


def _content(strand: Strand, alone: bool, rhythm: Every | None, *, items: bool) -> Iterator[Step]:
    heading = classify(strand.fold) if "\n" not in strand.fold else None
    if heading and (heading.sure or alone) and heading.kind in ("position", "department"):
        yield Step("entry", entry=Entry(strand, heading_level=1))
        return
    for entry in cell_entries(strand, items=items):
        yield Step("entry", entry=replace(entry, every=rhythm))


def _flat(strand: Strand) -> Strand:
    """A label broken over two lines (学\\n历) as one."""
    return strand.without([match.span() for match in re.finditer(r"\s+", strand.fold)])
