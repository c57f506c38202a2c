"""What the walk over a document finds before it is understood: items in sections of positions."""

from dataclasses import dataclass, field

from remit.kernel.charters.importing.draft import Every, Within
from remit.kernel.charters.importing.reading.lexicon import Label, Section
from remit.kernel.charters.importing.reading.strand import Strand


@dataclass(slots=True)
class RawItem:
    """Something a position's section holds, before it is understood. `numbered`: it stood as an item of its own."""

    strand: Strand
    section: Section
    numbered: bool
    every: Every | None = None  # from the heading over its list (1.每天:)
    stated: bool = False  # the rhythm is said of this very item, in a table's column for it
    within: Within | None = None  # the deadline that a table's row states beside it
    bound: str = ""  # the limit that a table's cell states beside it
    part: bool = False  # it follows the name of a part of the requirements (学历:)


@dataclass(slots=True)
class RawPosition:
    """`topic` is what its heading says about it (岗位职责); `labelled`: a form named it; `fields`: a form's other values."""

    title: str
    department: str | None
    title_strand: Strand | None
    start: int
    topic: str = ""
    whole_department: bool = False
    sure: bool = True
    end: int = 0
    items: list[RawItem] = field(default_factory=list)
    fields: dict[Label, list[Strand]] = field(default_factory=dict)
    purpose: list[Strand] = field(default_factory=list)
    kpis: list["RawKpi"] = field(default_factory=list)
    labelled: bool = False
    manual: bool | None = None  # not yet asked

    @property
    def filled(self) -> bool:
        return bool(self.items or self.kpis)

    def holds(self, section: Section) -> bool:
        return any(item.section == section for item in self.items)

    def reaches(self, strand: Strand) -> None:
        """The strand belongs to the position, whose span grows to hold it."""
        self.end = max(self.end, strand.end)


@dataclass(slots=True)
class RawKpi:
    """A row of a table of figures: its cells by what their column is called."""

    name: Strand
    weight: str = ""
    target: str = ""
    definition: str = ""
