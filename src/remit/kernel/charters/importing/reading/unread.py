"""Cells that a reader of Chinese passes over: the English twin of a Chinese cell, and lists of prices."""

import re

from remit.kernel.charters.importing.reading.grids import Rows, Slice, words_of
from remit.kernel.charters.importing.reading.headings import is_part_label, label_of, section_of
from remit.kernel.charters.importing.reading.markers import leading_marker
from remit.kernel.charters.importing.source import Cell

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile("[A-Za-z]{2,}")
_SENTENCE_WORDS = 4


def without_twins(row: list[Cell]) -> list[Cell]:
    """The row without what it says in English beside the same in Chinese (1. Answer the phone. | 1. 接听电话。)."""
    if len(row) < 2:
        return row
    latin = [cell for cell in row if len(cell.text) > 8 and not _HAN.search(cell.text)]
    if not latin:
        return row
    twins = [cell for cell in latin if _has_twin(cell, row)]
    return [cell for cell in row if cell not in twins] if twins else row


def _has_twin(cell: Cell, row: list[Cell]) -> bool:
    words = len(_LATIN_WORD.findall(cell.text))
    if words < 2 or _is_name(cell.text):
        return False
    mark = leading_marker(cell.text)
    index = row.index(cell)
    for other in [*row[max(index - 1, 0) : index], *row[index + 1 : index + 2]]:
        if not _HAN.search(other.text) or _is_name(other.text):
            continue
        twin = leading_marker(other.text)
        if words >= _SENTENCE_WORDS or (mark and twin and (mark.style, mark.value) == (twin.style, twin.value)):
            return True
    return False


def _is_name(text: str) -> bool:
    """Whether the cell names what stands beside it, in whatever language."""
    return bool(label_of(text) or section_of(text) or is_part_label(text))


_PRICED = re.compile("收费|计费|计价|计量单位|单价|价目|资费|费率|房价|售价")
_PRICE_HEAD = re.compile(
    r"(?:收费|计费|计价|资费|费用)?(?:标准|单价|价格|费率|价目|资费|房价|售价|金额)(?:\([^()]{1,12}\))?"
)
_PRICE = re.compile(r"¥?\d[\d,.]*(?:[-~]\d[\d,.]*)?(?:%|‰|元.{0,12})?|免费|面议|[-—/]+")


def is_price_list(rows: Rows, slice_: Slice) -> bool:
    """收费项目 | 计费单位 | 标准: what things cost, which charges nobody with anything."""
    if len(rows) < 3 or len(rows[0]) < 2:
        return False
    heads = [(cell.column, words_of(cell, slice_)) for cell in rows[0]]
    if not any(_PRICED.search(words) for _, words in heads):
        return False
    prices = [column for column, words in heads if _PRICE_HEAD.fullmatch(words)]
    if not prices:
        return False
    below = [words_of(cell, slice_) for row in rows[1:] for cell in row if cell.column == prices[-1]]
    return len(below) >= 2 and all(_PRICE.fullmatch(words) for words in below)
