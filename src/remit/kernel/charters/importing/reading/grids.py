"""Tables whose columns say what their cells are: figures (指标 | 权重 | 目标值) and limits (事项 | 部门经理 | 总经理)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from remit.kernel.charters.importing.reading.figures import column_of
from remit.kernel.charters.importing.reading.headings import (
    is_part_label,
    is_plain_title,
    key_of,
    label_of,
    section_of,
    tidy_name,
)
from remit.kernel.charters.importing.reading.kpi import parse_share, parse_target
from remit.kernel.charters.importing.reading.limits import find_limits
from remit.kernel.charters.importing.reading.strand import Strand, join
from remit.kernel.charters.importing.source import Cell

Slice = Callable[[int, int], Strand]
Rows = list[list[Cell]]


_BLANK = re.compile(r"\s+")


def words_of(cell: Cell, slice_: Slice) -> str:
    """The cell's words (folded, simplified) without any white space."""
    fold = slice_(cell.start, cell.end).fold
    return fold if fold.isalnum() else _BLANK.sub("", fold)


# ---------------------------------------------------------------- figures

_TOTAL = re.compile(r"(?:合计|总计|小计|总分|备注|合\s*计).*|[\d.%\s]+")
_SIGNED = re.compile(".{0,12}(?:签字|签名|签章|盖章|确认|日期|签署)(?::.*)?")


@dataclass(frozen=True, slots=True)
class FigureHead:
    """What the columns of a table of figures are; `last`: the row after which they hold no longer."""

    columns: Mapping[str, Cell]
    last: int

    def cell(self, row: list[Cell], kind: str) -> Cell | None:
        """The row's cell under the head cell of that kind; under a wide head the longest, of several targets the first."""
        head = self.columns.get(kind)
        if head is None:
            return None
        under = [cell for cell in row if head.column <= cell.column < head.column + max(head.column_span, 1)]
        if kind == "target" and len(under) > 1:
            stated = [cell for cell in under if parse_target(cell.text)]
            under = stated[:1] or under
        return max(under, key=lambda cell: len(cell.text)) if under else None


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of a table of figures; `post` is set where a column names whose figures they are."""

    name: Strand
    weight: str
    target: str
    definition: str


def figure_head(rows: Rows, index: int, slice_: Slice) -> FigureHead | None:
    """The columns that the row at `index` heads, where it names the figure's column and its weight or target."""
    row = rows[index]
    if len(row) < 2 or not any(column_of(words_of(cell, slice_)) == "name" for cell in row):
        return None
    kinds: dict[str, list[Cell]] = {}
    sections = [cell for cell in row if cell.row_span > 1 and cell is row[0] and section_of(words_of(cell, slice_))]
    for cell in row:
        words = words_of(cell, slice_)
        kind = "post" if label_of(words) == "title" else column_of(words)
        if kind and cell not in sections:
            kinds.setdefault(kind, []).append(cell)
    if "name" not in kinds or not ({"weight", "target"} & kinds.keys()):
        return None
    last = sections[0].row + sections[0].row_span - 1 if sections else rows[-1][0].row
    below = [row for row in rows[index + 1 : index + 40] if row[0].row <= last]
    columns = {kind: _best(kind, heads, below, slice_) for kind, heads in kinds.items()}
    return FigureHead(columns, last)


def _best(kind: str, heads: list[Cell], below: Rows, slice_: Slice) -> Cell:
    """Of several columns of one kind the one that says most: 考核项目 over merged cells, 评分标准 beside 目标值."""
    if len(heads) == 1:
        return heads[0]

    def filled(head: Cell) -> int:
        words = [words_of(cell, slice_) for row in below for cell in row if cell.column == head.column]
        return sum(1 for text in words if kind != "target" or parse_target(text)) if kind != "weight" else 0

    return max(heads, key=filled)


def figure_of_row(head: FigureHead, row: list[Cell], slice_: Slice) -> Figure | None:
    """The figure in the row, or None where the row is a total, a signature or a note."""
    name = head.cell(row, "name")
    if name is None:
        return None
    words = slice_(name.start, name.end).fold.strip()
    if not words or column_of(words) == "name" or _TOTAL.fullmatch(words) or _SIGNED.fullmatch(words):
        return None
    found = {kind: _cell_words(head.cell(row, kind), slice_) for kind in ("weight", "target", "definition")}
    if not found["weight"] and not found["target"] and len(row) < 2:
        return None
    return Figure(slice_(name.start, name.end), **found)


def _cell_words(cell: Cell | None, slice_: Slice) -> str:
    return slice_(cell.start, cell.end).fold.replace("\n", " ").strip() if cell else ""


def ends_figures(head: FigureHead, row: list[Cell], slice_: Slice) -> bool:
    """Whether the row is a form's again: it begins with a label or a section, and measures nothing."""
    first = words_of(row[0], slice_)
    if row[0].row > head.last:
        return True
    if not (label_of(first) or section_of(first) or is_part_label(first)):
        return False
    weight = head.cell(row, "weight")
    target = head.cell(row, "target")
    return not (
        (weight and parse_share(words_of(weight, slice_)) is not None)
        or (target and target is not row[0] and parse_target(words_of(target, slice_)))
    )


# ---------------------------------------------------------------- limits

_MATTER_HEAD = re.compile(
    "(?:审批|审核|授权|权限|业务|费用|决策|管理|核准|支出|开支|批准|事务|经费)?(?:事项|项目|内容|类别|科目|类型|权限|名称|种类|事由|范围)"
)
_NUMBER_HEAD = re.compile("序号|编号|no|备注|说明|条款")
_NOTHING = re.compile(r"[-—–/\\×xX无\s]*")
_TICK = re.compile("[√✓●○◎★☆▲△■□vV]+")
_GRANT = re.compile("审批|批准|核准|审核|决定|终审|签批|无限|全额|不限")
# What a post is paid or is made up of bounds nothing that it decides.
_PAY = re.compile("工资|薪|津贴|补贴|奖金|提成|人数|编制|定员|年龄|工龄|学历|工时|分值|考核")
_MONEY = re.compile("(万)?元")
_AMOUNT = re.compile(r"(?:≤|<=|<)?\d[\d,.]*(?:万?元|%|天|折)")
_BARE_NUMBER = re.compile(r"(?:≤|<=|<)?\d[\d,.]*万?")


@dataclass(frozen=True, slots=True)
class Grant:
    """What one cell of a table of limits grants: the post, the words, and the bound where the words leave out its unit."""

    post: Cell
    strand: Strand
    bound: str


def limit_grants(rows: Rows, slice_: Slice) -> list[Grant] | None:
    """The grants of a table of limits, post by post; None where the table is none.

    Two ways round: matters down and posts across, or posts down and matters across.
    """
    for index in range(min(3, len(rows) - 1)):
        for read in (_matters_down, _posts_down):
            found = read(rows, index, slice_)
            if found is not None:
                ordered = sorted(enumerate(found), key=lambda pair: (_order(found, pair[1]), pair[0]))
                return [grant for _, grant in ordered]
    return None


def _order(grants: list[Grant], grant: Grant) -> int:
    return next(index for index, other in enumerate(grants) if other.post is grant.post)


def _matters_down(rows: Rows, index: int, slice_: Slice) -> list[Grant] | None:
    heads = {cell.column: cell for cell in rows[index]}
    posts = {column: cell for column, cell in heads.items() if is_plain_title(tidy_name(words_of(cell, slice_)))}
    if len(posts) < 2:
        return None
    before = [cell for column, cell in heads.items() if column < min(posts)]
    if not before or not any(_MATTER_HEAD.fullmatch(key_of(words_of(cell, slice_))) for cell in before):
        return None
    first = max(cell.column for cell in before if not _NUMBER_HEAD.fullmatch(key_of(words_of(cell, slice_))))
    unit = _unit_above(rows[: index + 1], slice_)
    grants: list[Grant] = []
    filled = 0
    for row in rows[index + 1 :]:
        cells = {cell.column: cell for cell in row}
        matter = cells.get(first)
        for column, post in posts.items():
            if matter is None or column not in cells or _NOTHING.fullmatch(words_of(cells[column], slice_)):
                continue
            filled += 1
            grant = _grant(post, matter, cells[column], unit, slice_)
            if grant:
                grants.append(grant)
    return grants if grants and 2 * len(grants) >= filled else None


def _posts_down(rows: Rows, index: int, slice_: Slice) -> list[Grant] | None:
    head = rows[index]
    titles = [cell for cell in head if label_of(words_of(cell, slice_)) == "title"]
    if not titles or any(section_of(words_of(cell, slice_)) for cell in head):
        return None  # a column of duties makes it a table of posts
    named = titles[0].column
    matters = {
        cell.column: cell
        for cell in head
        if cell.column > named and not label_of(words_of(cell, slice_)) and not column_of(words_of(cell, slice_))
    }
    below = [cell for row in rows[index + 1 :] for cell in row if cell.column == named]
    if not matters or len(below) < 2 or not all(is_plain_title(tidy_name(words_of(cell, slice_))) for cell in below):
        return None
    unit = _unit_above(rows[: index + 1], slice_)
    grants: list[Grant] = []
    filled = 0
    for row in rows[index + 1 :]:
        cells = {cell.column: cell for cell in row}
        post = cells.get(named)
        for column, matter in matters.items():
            if post is None or column not in cells or _NOTHING.fullmatch(words_of(cells[column], slice_)):
                continue
            filled += 1
            grant = _grant(post, matter, cells[column], unit, slice_)
            if grant and grant.bound:
                grants.append(grant)
    return grants if len(grants) >= 2 and 2 * len(grants) >= filled else None


def _unit_above(rows: Rows, slice_: Slice) -> str:
    """元 or 万元, where a caption or a head of the table says it for all bare numbers."""
    match = _MONEY.search(" ".join(words_of(cell, slice_) for row in rows for cell in row))
    return match[0] if match else ""


def _grant(post: Cell, matter: Cell, cell: Cell, unit: str, slice_: Slice) -> Grant | None:
    """What the cell of this post and this matter grants; None for words that bound and decide nothing."""
    if _PAY.search(words_of(matter, slice_)):
        return None
    words = words_of(cell, slice_)
    name = slice_(matter.start, matter.end)
    if _TICK.fullmatch(words):
        return Grant(post, name, "")
    bound = limit_in_cell(name, words, unit)
    if _BARE_NUMBER.fullmatch(words) or _AMOUNT.fullmatch(words):
        return Grant(post, join([name, slice_(cell.start, cell.end)]), bound) if bound else None
    if not find_limits(words) and not _GRANT.search(words) and not re.search(r"\d.*以[上内下]|超过", words):
        return None
    return Grant(post, join([name, slice_(cell.start, cell.end)]), words)


def limit_in_cell(matter: Strand, words: str, unit: str) -> str:
    """The limit that a cell states, as a clause would: 5 in a column of 万元 as 5万元以内; "" for a number without a unit."""
    if _BARE_NUMBER.fullmatch(words):
        own = _MONEY.search(matter.fold)
        unit = own[0] if own else unit
        return f"{words}{unit}以内" if unit else ""
    return f"{words}以内" if _AMOUNT.fullmatch(words) else words


def by_post(grants: list[Grant]) -> Iterator[tuple[Cell, list[Grant]]]:
    """The grants of each post together, in the table's order."""
    for _, group in groupby(grants, key=lambda grant: grant.post.start):
        members = list(group)
        yield members[0].post, members
