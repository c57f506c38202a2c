"""Tables: what their cells say, row by row, as steps that the outline takes.

Three shapes are known. A table of limits (事项 | 部门经理 | 总经理); a table of posts (岗位 | 职责 | 权限), a row each; and the form,
whose cells are labels, values and sections in reading order, merged at will, with tables of figures in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from remit.kernel.charters.importing.draft import Every, Within
from remit.kernel.charters.importing.reading.deadline import find_within
from remit.kernel.charters.importing.reading.entries import Entry, cell_entries
from remit.kernel.charters.importing.reading.frequency import heading_rhythm
from remit.kernel.charters.importing.reading.grids import (
    FigureHead,
    Rows,
    Slice,
    by_post,
    ends_figures,
    figure_head,
    figure_of_row,
    limit_grants,
    words_of,
)
from remit.kernel.charters.importing.reading.headings import (
    classify,
    is_part_label,
    is_plain_title,
    label_of,
    section_of,
    tidy_name,
)
from remit.kernel.charters.importing.reading.item_rows import ItemHead, ends_items, item_head, item_of_row
from remit.kernel.charters.importing.reading.lexicon import Label, Section
from remit.kernel.charters.importing.reading.limit_rows import LimitHead, ends_limits, limit_head, limit_of_row
from remit.kernel.charters.importing.reading.markers import leading_marker
from remit.kernel.charters.importing.reading.numerals import NUMBER
from remit.kernel.charters.importing.reading.strand import Strand
from remit.kernel.charters.importing.reading.unread import is_price_list, without_twins
from remit.kernel.charters.importing.source import Block, Cell

StepKind = Literal["post", "department", "section", "field", "entry", "figure", "grant", "topic", "next"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a table says. `post` begins a position; `next` lets no later label reach into the cell before; `topic` begins a list anew."""

    kind: StepKind
    strand: Strand | None = None
    section: Section | None = None
    label: Label | None = None
    entry: Entry | None = None
    weight: str = ""
    target: str = ""
    definition: str = ""
    bound: str = ""  # the limit that a table's cell states, with the unit that its head may hold


_NOISE = re.compile(
    r"\d{1,3}(?:\.\d+)?%?|[-—/\\×√]+|(?:占用|占|所占|工作)?(?:工作)?时间(?:百分)?比?(?:例|重)?:?\s?\d{0,3}%?|(?:职责|任务|序|项)[一二三四五六七八九十\d]{0,3}[:：]?|工作(?:职责|任务)?[一二三四五六七八九十\d]{1,3}|频次:?|日常(?:性)?|周期性|临时性|不定期|定期|全责|部分|支持|承办|协助|随时|实时|按需|(?:完成)?时[限间](?:要求)?|频率|周期|期限"
)
_RHYTHM = re.compile(
    r"(?:频[次率]|周期|时间)?:?(每?(?:个?工作日|日|天|周|半月|双周|两周|月|季度?|半年|年)(?:[度常末底初]|[一二两三四五1-9]次)?|日常)"
)
_DEADLINE = re.compile(
    rf"(?:时限|期限)?:?[^,。;、\d]{{0,5}}{NUMBER}个?(?:分钟|小时|工作[日天]|[天日周月])(?:以内|之内|内)"
    "(?:完成|办结|答复|回复|响应|到达|处理|反馈|上报|提交|到场|办理|解决)?|当[日天](?:完成|办结)?"
)
_COLUMN_NAMES = re.compile("项目|内容|栏目|说明|详情|具体内容|信息|字段|值|名称|类别|序号|备注|要求|描述")
_SIGNED_HERE = re.compile("(?:签(?:字|名|章):?)?(?:日期:?(?:年月日)?|年月日)")
_SKIPPED_COLUMNS = re.compile(
    "序号|编号|备注|说明|签字|姓名|人数|编制|职级|等级|频[次率]|周期|时[限间]|其[他它]|标准|表单|依据"
)


def table_steps(block: Block, slice_: Slice) -> Iterator[Step]:
    rows = _rows(block)
    grants = limit_grants(rows, slice_)
    if grants:
        for post, members in by_post(grants):
            yield Step("post", slice_(post.start, post.end), section="authority")
            for grant in members:
                yield Step("grant", grant.strand, bound=grant.bound)
        return
    heads = [figure_head(rows, index, slice_) for index in range(len(rows))]
    if not any(heads[:6]):
        posts = _post_head(rows, slice_)
        if posts is not None:
            yield from _posts(rows, posts, slice_)
            return
        named = _sections_down(rows, slice_)
        if named is not None:
            yield from _posts_with_sections(rows, named, slice_)
            return
        if _is_roster(rows, slice_) or is_price_list(rows, slice_):
            return
    yield from _form(rows, heads, slice_)


def _rows(block: Block) -> Rows:
    by_row: dict[int, list[Cell]] = {}
    for cell in block.cells:
        if cell.text.strip():
            by_row.setdefault(cell.row, []).append(cell)
    return [without_twins(sorted(by_row[row], key=lambda cell: cell.column)) for row in sorted(by_row)]


# ---------------------------------------------------------------- posts


def _post_head(rows: Rows, slice_: Slice) -> int | None:
    """The row that heads a table of posts: all its cells name columns, one of them the post, one what it holds."""
    for index, row in enumerate(rows[:4]):
        if len(row) < 2 or index + 1 >= len(rows):
            continue
        heads = [(cell, words_of(cell, slice_)) for cell in row]
        titles = [cell for cell, words in heads if label_of(words) == "title"]
        if not titles:
            continue
        sections = [
            cell for cell, words in heads if section_of(words) in ("duties", "authority", "kpi", "qualification")
        ]
        named = all(label_of(words) or section_of(words) or _SKIPPED_COLUMNS.search(words) for _, words in heads)
        below = {cell.column: cell for cell in rows[index + 1]}
        filled = titles[0].column in below and not label_of(words_of(below[titles[0].column], slice_))
        if sections and named and filled:
            return index
    return None


def _is_roster(rows: Rows, slice_: Slice) -> bool:
    """岗位 | 人数 | 工资: posts below one another, and nothing that any of them does."""
    head = {cell.column: words_of(cell, slice_) for cell in rows[0]} if rows else {}
    titles = [column for column, words in head.items() if label_of(words) == "title"]
    if not titles or len(rows) < 3 or any(section_of(words) for words in head.values()):
        return False
    below = [words_of(cell, slice_) for row in rows[1:] for cell in row if cell.column == titles[0]]
    return len(below) >= 2 and all(is_plain_title(words) for words in below)


def _posts(rows: Rows, head: int, slice_: Slice) -> Iterator[Step]:
    for row in rows[:head]:
        yield from _row_of_form(row, slice_)
    labels = {cell.column: label_of(words_of(cell, slice_)) for cell in rows[head]}
    sections = {cell.column: section_of(words_of(cell, slice_)) for cell in rows[head]}
    last_post = ""
    for row in rows[head + 1 :]:
        rhythm, within = _row_rhythm(row, slice_), _row_deadline(row, slice_)
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
                if words_of(cell, slice_) != last_post:
                    last_post = words_of(cell, slice_)
                    yield Step("post", strand, section="duties")
            elif label and label != "skip":
                yield Step("field", strand, label=label)
            elif section:
                yield Step("section", section=section)
                yield from (
                    Step("entry", entry=replace(entry, every=rhythm, within=within))
                    for entry in cell_entries(strand, items=section not in ("qualification", "kpi"))
                )


def _sections_down(rows: Rows, slice_: Slice) -> int | None:
    """The column of the posts in 岗位 | 类别 | 内容, where the cells beside each post name the sections of its charter."""
    if len(rows) < 3 or len(rows[0]) < 3:
        return None
    column = rows[0][0].column
    heads = [words_of(cell, slice_) for cell in rows[0]]
    if label_of(heads[0]) != "title" or any(section_of(words) for words in heads):
        return None
    posts = [words_of(row[0], slice_) for row in rows[1:] if row[0].column == column]
    beside = [cell for row in rows[1:] for cell in row if cell.column == rows[0][1].column]
    sections = sum(1 for cell in beside if section_of(words_of(cell, slice_)) in ("duties", "authority"))
    return column if 2 * sections > len(beside) and all(is_plain_title(tidy_name(post)) for post in posts) else None


def _posts_with_sections(rows: Rows, column: int, slice_: Slice) -> Iterator[Step]:
    for row in rows[1:]:
        if row[0].column == column:
            yield Step("post", slice_(row[0].start, row[0].end), section="duties")
        beside = [cell for cell in row if cell.column > column]
        yield from _row_of_form(beside, slice_, rhythm=_row_rhythm(row, slice_), within=_row_deadline(row, slice_))


# ---------------------------------------------------------------- forms


def _form(rows: Rows, heads: list[FigureHead | None], slice_: Slice) -> Iterator[Step]:
    """Row by row; a section in a cell at the left holds what stands beside it, merged over rows or not."""
    if rows and len(rows[0]) > 1 and all(_COLUMN_NAMES.fullmatch(words_of(cell, slice_)) for cell in rows[0]):
        rows, heads = rows[1:], heads[1:]  # 项目 | 内容: says what the columns are, and nothing else
    in_runs = False
    head: FigureHead | None = None
    limits: LimitHead | None = None
    items: ItemHead | None = None
    section: Section | None = None
    last_post = ""
    for index, (row, found) in enumerate(zip(rows, heads, strict=True)):
        if limits and not ends_limits(limits, row, slice_):
            granted = limit_of_row(limits, row, slice_)
            if granted:
                yield Step("grant", granted.strand, bound=granted.bound)
            continue
        limits = None if found else limit_head(rows, index, slice_)
        if limits and not limits.own_section and section != "authority":
            limits = None
        if limits:
            head, section = None, "authority"
            yield Step("section", section="authority")
            continue
        if found:
            head, last_post, items = found, "", None
            yield Step("section", section="kpi")
            continue
        if items and not ends_items(row, slice_):
            yield from _item_row(items, row, slice_)
            continue
        items = item_head(rows, index, slice_) if len(row) > 2 else None
        if items:
            head, section = None, items.section
            yield Step("section", section=items.section)
            continue
        if head and not ends_figures(head, row, slice_):
            post = head.cell(row, "post")
            if post and words_of(post, slice_) != last_post:
                last_post = words_of(post, slice_)
                yield Step("post", slice_(post.start, post.end), section="kpi")
            yield from _figure_row(head, row, slice_)
            continue
        head = None
        if row is rows[0] and len(row) == 1 and len(rows) > 1 and _is_caption(row[0], slice_):
            continue
        if len(row) == 2 and _SIGNED_HERE.fullmatch(words_of(row[1], slice_)):
            continue  # 行政部 | 日期: is where somebody signs
        rhythm = _row_rhythm(row, slice_)
        within = _row_deadline(row, slice_)
        for step in _row_of_form(row, slice_, rhythm=rhythm, within=within, in_runs=in_runs):
            if step.kind == "section":
                in_runs, section = step.section in ("qualification", "kpi"), step.section
            yield step


def _item_row(head: ItemHead, row: list[Cell], slice_: Slice) -> Iterator[Step]:
    found = item_of_row(head, row, slice_)
    if found:
        for entry in cell_entries(slice_(found.cell.start, found.cell.end), items=True):
            yield Step("entry", entry=replace(entry, every=found.every, within=found.within))


def _figure_row(head: FigureHead, row: list[Cell], slice_: Slice) -> Iterator[Step]:
    figure = figure_of_row(head, row, slice_)
    if figure:
        yield Step("figure", figure.name, weight=figure.weight, target=figure.target, definition=figure.definition)
    elif len(row) == 1:
        # A row of one cell between the figures may name the next post (客服主管考核指标); a note says nothing here.
        strand = slice_(row[0].start, row[0].end).strip()
        heading = classify(strand.fold) if "\n" not in strand.fold else None
        if heading and heading.kind in ("position", "department", "section"):
            yield Step("entry", entry=Entry(strand, heading_level=1))


def _is_caption(cell: Cell, slice_: Slice) -> bool:
    """A title across the table that says nothing to the outline (2024年度岗位KPI)."""
    words = words_of(cell, slice_)
    if len(words) > 30 or re.search("[。;:]", words) or leading_marker(words) or label_of(words) or section_of(words):
        return False
    return classify(slice_(cell.start, cell.end).fold.strip()) is None


def _row_rhythm(row: list[Cell], slice_: Slice) -> Every | None:
    for cell in row:
        match = _RHYTHM.fullmatch(words_of(cell, slice_))
        if match:
            return heading_rhythm(match[1])
    return None


def _row_deadline(row: list[Cell], slice_: Slice) -> Within | None:
    for cell in row:
        words = words_of(cell, slice_)
        if len(words) <= 16 and _DEADLINE.fullmatch(words):
            return find_within(words)
    return None


def _row_of_form(
    row: list[Cell],
    slice_: Slice,
    *,
    rhythm: Every | None = None,
    within: Within | None = None,
    in_runs: bool = False,
) -> Iterator[Step]:
    label: Label | None = None
    valued = False  # the cell before named what this one holds
    part = False
    fields = any(label_of(words_of(cell, slice_)) for cell in row)
    for cell in row:
        strand = slice_(cell.start, cell.end).strip()
        words = words_of(cell, slice_)
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
        if len(row) > 1 and cell is row[0] and words in ("其他", "其它"):
            continue
        if is_part_label(words) and not part:
            part, label, valued, in_runs = True, None, False, True
            yield Step("entry", entry=Entry(_flat(strand)))
            continue
        if label is not None:
            yield Step("field", strand, label=label)
            label, valued = None, False
            continue
        if _NOISE.fullmatch(words) or _RHYTHM.fullmatch(words) or (within and _DEADLINE.fullmatch(words)):
            continue
        if len(row) == 1 and words.strip(":") in ("其他", "其它"):
            yield Step("section", section="aside")
            return
        if cell is not row[-1] and _heads_items(cell, row, slice_):
            yield Step("topic")
            continue
        if fields and len(words) <= 10 and len(row) > 2:
            label, valued = "skip", True  # between the fields of a form: the name of one that no list knows
            continue
        yield from _content(strand, len(row) == 1, rhythm, within, items=not (part or in_runs))
        part = False


def _heads_items(cell: Cell, row: list[Cell], slice_: Slice) -> bool:
    """团队管理 | 1、…: a short cell beside the numbered items that it names, merged over their rows or not."""
    words = words_of(cell, slice_)
    beside = row[row.index(cell) + 1]
    if len(words) > 12 or re.search("[。;,:]", words):
        return False
    first = leading_marker(slice_(beside.start, beside.end).fold)
    return first is not None and not first.weak and first.value <= 1


def _content(
    strand: Strand, alone: bool, rhythm: Every | None, within: Within | None, *, items: bool
) -> Iterator[Step]:
    heading = classify(strand.fold) if "\n" not in strand.fold else None
    if heading and (heading.sure or alone) and heading.kind in ("position", "department"):
        yield Step("entry", entry=Entry(strand, heading_level=1))
        return
    for entry in cell_entries(strand, items=items):
        yield Step("entry", entry=replace(entry, every=rhythm, within=within))


def _flat(strand: Strand) -> Strand:
    """A label broken over two lines (学\\n历) as one."""
    return strand.without([match.span() for match in re.finditer(r"\s+", strand.fold)])
