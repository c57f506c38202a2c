"""The one way in: a `Source` becomes a `DraftDocument`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from remit.kernel.charters.importing.draft import DraftDocument, DraftPosition
from remit.kernel.charters.importing.reading.assemble import Assembler
from remit.kernel.charters.importing.reading.clean import Page, read_lines
from remit.kernel.charters.importing.reading.entries import read_entries
from remit.kernel.charters.importing.reading.lexicon import BARE_RANK
from remit.kernel.charters.importing.reading.outline import Outline
from remit.kernel.charters.importing.source import Source

# Ranks of the whole company: no department goes before them.
_COMPANY_RANKS = frozenset(
    (
        "总经理",
        "副总经理",
        "总裁",
        "副总裁",
        "董事长",
        "副总",
        "总助",
        "总经理助理",
        "校长",
        "院长",
        "行长",
        "厂长",
        "店长",
        "馆长",
        "园长",
        "理事长",
        "会长",
        "社长",
        "局长",
    )
)


def read_charters(source: Source) -> DraftDocument:
    """Every position of the document with its duties, authority, figures and requirements.

    Never fails: a document without positions gives a draft without positions and a warning that says so.
    """
    page = Page(source)
    raw = Outline(page.cell, source.name).feed(read_entries(read_lines(page)))
    assembler = Assembler(source.text)
    found = (assembler.position(position) for position in raw)
    # Requirements alone make no charter: nobody is charged with anything.
    positions = [position for position in found if position.duties or position.authority or position.kpis]
    warnings = () if positions else ("没有在文档里找到岗位：请确认文档含有岗位名称和职责条目。",)
    return DraftDocument(source.name, page.script, tuple(_with_full_names(positions)), warnings)


def _with_full_names(positions: Sequence[DraftPosition]) -> list[DraftPosition]:
    """部门经理 is that department's: the title as the document has it elsewhere, or the department's name before the rank."""
    titles: defaultdict[str | None, set[str]] = defaultdict(set)
    for position in positions:
        titles[position.department].add(position.title)
    return [
        replace(
            position,
            reports_to=tuple(
                dict.fromkeys(
                    _full_name(name, position.department, titles[position.department]) for name in position.reports_to
                )
            ),
        )
        for position in positions
    ]


def _full_name(name: str, department: str | None, titles: set[str]) -> str:
    if (
        not department
        or name in titles
        or name in _COMPANY_RANKS
        or name.startswith(("分管", "主管"))
        or not BARE_RANK.fullmatch(name)
    ):
        return name
    return f"{department}{name}"
