"""Rows of a form that grant, one matter a row, with its limit beside it: 权限事项 | 限额(元) | 条件."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

from remit.kernel.charters.importing.reading.grids import Rows, Slice, limit_in_cell, words_of
from remit.kernel.charters.importing.reading.headings import is_part_label, label_of, section_of
from remit.kernel.charters.importing.reading.strand import Strand, join
from remit.kernel.charters.importing.source import Cell

_POWERS = "审批|审核|授权|权限|核准|批准|决策|决定|支配|处置"
_MATTER = re.compile(rf"(?:{_POWERS})?(?:事项|项目|内容|条款|类别|科目|名称|范围)|职权|权限|权力|授权")
_LIMIT = re.compile(
    rf"(?:{_POWERS}|单笔|单次|每次|最高|金额)*(?:限额|额度|上限|金额|限度)(?:\(?(?:单位:)?(?:人民币)?万?元?\)?|/万?元)"
)
_MORE = re.compile(r".{0,4}(?:条件|前提|事后|会签|报告|报备|备案|上报).{0,4}")
_OTHER = re.compile(
    r"序号?|编号|no\.?|.{0,2}(?:备注|说明|依据|审批人|批准人|期限|时限|表单|方式|频次).{0,2}", re.IGNORECASE
)
_NO_MATTER = re.compile(r"[\d.、()（）第条款项\-—–/\s]*")
_NO_LIMIT = re.compile(r"[-—–/\\×无\s]*")


@dataclass(frozen=True, slots=True)
class LimitHead:
    """What the columns of such rows are, by their columns in the table; `last`: the row after which they hold no longer."""

    matter: int
    limit: int
    more: tuple[int, ...]
    unit: str
    last: int
    own_section: bool  # the head stands beside a cell that says 权限, or says so itself


def limit_head(rows: Rows, index: int, slice_: Slice) -> LimitHead | None:
    """The columns that the row at `index` heads, where it names a matter and a limit and nothing unknown."""
    row, below = rows[index], rows[index + 1 :]
    if len(row) < 2 or not below:
        return None
    stands_left = below[0][0].column > row[0].column  # merged down, or with nothing below it
    section = row[0] if stands_left and section_of(words_of(row[0], slice_)) == "authority" else None
    heads = [(cell, words_of(cell, slice_)) for cell in row if cell is not section]
    matters = [cell for cell, words in heads if _MATTER.fullmatch(words)]
    limits = [(cell, words) for cell, words in heads if _LIMIT.fullmatch(words)]
    more = tuple(cell.column for cell, words in heads if _MORE.fullmatch(words))
    known = (
        len(matters) + len(limits) + sum(1 for _, words in heads if _MORE.fullmatch(words) or _OTHER.fullmatch(words))
    )
    if len(matters) != 1 or len(limits) != 1 or known < len(heads):
        return None
    limit, words = limits[0]
    unit = "万元" if "万" in words else "元" if "元" in words else ""
    says_so = any(re.search("审批|授权|权限|核准|批准|职权", words) for _, words in heads)
    beside = list(takewhile(lambda other: section is None or other[0].column > section.column, below))
    return LimitHead(matters[0].column, limit.column, more, unit, beside[-1][0].row, section is not None or says_so)


@dataclass(frozen=True, slots=True)
class LimitRow:
    """What one row grants: its words, and the limit with the unit that the head may hold ("" for none)."""

    strand: Strand
    bound: str


def limit_of_row(head: LimitHead, row: list[Cell], slice_: Slice) -> LimitRow | None:
    """What the row grants; None where it only points at a clause by its number, or is empty."""
    cells: Mapping[int, Cell] = {cell.column: cell for cell in row}
    matter = cells.get(head.matter)
    if matter is None or _NO_MATTER.fullmatch(words_of(matter, slice_)):
        return None
    limit = cells.get(head.limit)
    words = words_of(limit, slice_) if limit else ""
    told = [matter]
    if limit and not _NO_LIMIT.fullmatch(words):
        told.append(limit)
    told += [
        cells[column]
        for column in head.more
        if column in cells and not _NO_LIMIT.fullmatch(words_of(cells[column], slice_))
    ]
    name = slice_(matter.start, matter.end)
    return LimitRow(join(slice_(cell.start, cell.end).strip() for cell in told), limit_in_cell(name, words, head.unit))


def ends_limits(head: LimitHead, row: list[Cell], slice_: Slice) -> bool:
    """Whether the row is a form's again: it begins with a label or a section."""
    first = words_of(row[0], slice_)
    return row[0].row > head.last or bool(label_of(first) or section_of(first) or is_part_label(first))
