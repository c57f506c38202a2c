"""Rows that hold one item each, with what is said of it beside it: 序号 | 工作模块 | 工作内容 | 频次 | 时限."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from remit.kernel.charters.importing.draft import Every, Within
from remit.kernel.charters.importing.reading.deadline import find_within
from remit.kernel.charters.importing.reading.frequency import find_every, heading_rhythm
from remit.kernel.charters.importing.reading.grids import Rows, Slice, words_of
from remit.kernel.charters.importing.reading.headings import is_part_label, label_of, section_of
from remit.kernel.charters.importing.reading.lexicon import Section
from remit.kernel.charters.importing.source import Cell

_NUMBER = re.compile(r"序号?|编号|项次|no\.?", re.IGNORECASE)
_ABOUT = re.compile(
    "(?:工作|职责|任务|业务|岗位)?(?:模块|类别|分类|类型|项目|维度|板块|领域|方面|大类|性质|占比|比重|标准)|备注|说明"
    "|(?:时间)?(?:占比|比重|权重)|(?:配合|协助|协作|责任|主责)(?:部门|岗位|人)|(?:输出|交付)(?:成果|物|文件)?|(?:使用|相关)?(?:表单|记录|依据|文件)"
)
_RHYTHM = re.compile("(?:工作|执行|发生)?(?:频[次率度]|周期)")
_TIME = re.compile("(?:完成|办理|处理|工作)?(?:时[限间]|期限|时间要求)(?:要求)?")
_UNREAD_ROW = re.compile("(?:合计|总计|备注|注:).*")


@dataclass(frozen=True, slots=True)
class ItemHead:
    """What the columns of such rows are, by their columns in the table; -1 where there is none."""

    section: Section
    item: int
    rhythm: int
    time: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item: its cell, and what the columns beside it say of it."""

    cell: Cell
    every: Every | None
    within: Within | None


def item_head(rows: Rows, index: int, slice_: Slice) -> ItemHead | None:
    """The columns that the row at `index` heads, where one names the items and the others only say something of them."""
    row = rows[index]
    if len(row) < 3 or index + 1 >= len(rows):
        return None
    named: list[tuple[Cell, Section]] = []
    rhythm = time = -1
    numbered = False
    for cell in row:
        words = words_of(cell, slice_)
        section = section_of(words)
        if section in ("duties", "authority"):
            named.append((cell, section))
        elif _RHYTHM.fullmatch(words):
            rhythm = cell.column
        elif _TIME.fullmatch(words):
            time = cell.column
        elif _NUMBER.fullmatch(words):
            numbered = True
        elif not _ABOUT.fullmatch(words):
            return None
    if len(named) != 1 or not (numbered or rhythm >= 0 or time >= 0):
        return None
    cell, section = named[0]
    below: Mapping[int, Cell] = {other.column: other for other in rows[index + 1]}
    if cell.column not in below or label_of(words_of(below[cell.column], slice_)):
        return None
    return ItemHead(section, cell.column, rhythm, time)


def item_of_row(head: ItemHead, row: list[Cell], slice_: Slice) -> ItemRow | None:
    """The row's item, or None where it has none (a total, a note, another group's name)."""
    cells: Mapping[int, Cell] = {cell.column: cell for cell in row}
    item = cells.get(head.item)
    if item is None or _UNREAD_ROW.fullmatch(words_of(row[0], slice_)):
        return None
    every = within = None
    if head.rhythm in cells:
        words = words_of(cells[head.rhythm], slice_)
        every = find_every(words) or heading_rhythm(words)
    if head.time in cells:
        words = words_of(cells[head.time], slice_)
        within = find_within(words)
        every = every or find_every(words)
    return ItemRow(item, every, within)


def ends_items(row: list[Cell], slice_: Slice) -> bool:
    """Whether the row is a form's again: it begins with a label or a section."""
    first = words_of(row[0], slice_)
    return bool(label_of(first) or section_of(first) or is_part_label(first))
