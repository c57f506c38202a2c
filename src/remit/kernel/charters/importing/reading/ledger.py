"""The memory of the walk: the open position and section, the running lists, and how both change."""

from remit.kernel.charters.importing.draft import Every, Within
from remit.kernel.charters.importing.reading.entries import Entry
from remit.kernel.charters.importing.reading.grids import Slice
from remit.kernel.charters.importing.reading.headings import MAX_HEADING, classify
from remit.kernel.charters.importing.reading.lexicon import Label, Section
from remit.kernel.charters.importing.reading.raw import RawItem, RawPosition
from remit.kernel.charters.importing.reading.strand import Strand

GRANTED = "授权"  # the topic of a position that only a table of limits has named so far
_ANOTHER_RANK = ("副", "助理", "代理", "见习", "总", "高级", "正", "大", "子公司", "各")


def _says_more(long: str, short: str) -> bool:
    """门店店长 says more than 店长, 副店长 says something else."""
    if len(long) <= len(short) or not long.endswith(short):
        return False
    return not long[: -len(short)].endswith(_ANOTHER_RANK)


class Ledger:
    """`positions` has what was found so far; the other fields say where in the document the walk is."""

    def __init__(self, slice_: Slice, file_name: str = "") -> None:
        self.slice = slice_
        self.file_heading = classify(file_name.rsplit(".", 1)[0][-MAX_HEADING:]) if file_name else None
        self.positions: list[RawPosition] = []
        self.department: str | None = None
        self.current: RawPosition | None = None
        self.section: Section = "duties"
        self.aside_depth: int | None = None  # inside something that is no charter, down from this depth
        self.label: Label | None = None  # a label whose value is still to come
        self.part = False
        self.rhythm: tuple[int, Every] | None = None
        self.last: dict[int, tuple[str | None, int]] = {}  # depth -> style and number of the list's latest item
        self.titled_depths: set[int] = set()
        self.latest_heading = ""
        self.passage: int | None = None  # inside a talk script or the like: entries from this depth on are part of it
        self.opened_by_form = False  # a label named the position, and no section of it has begun
        self.section_named = False  # whether any heading like 岗位职责 has been met
        self.orphans: list[Entry] = []  # items of a page that came before its title page
        self.astray = False
        self.tail: tuple[str, int] | None = (
            None  # the latest number of the duties, when another section interrupted them
        )

    def _new_part(self) -> None:
        self.current, self.department, self.section = None, None, "duties"
        self.aside_depth, self.label, self.part, self.rhythm = None, None, False, None
        self.passage, self.tail = None, None
        self.last.clear()
        self.titled_depths.clear()

    def _open(
        self,
        title: str,
        department: str | None,
        strand: Strand | None,
        topic: str = "",
        *,
        whole: bool = False,
        sure: bool = True,
    ) -> RawPosition:
        """Begin a position; `whole`: a department described as a whole; `sure`: its heading said 岗位职责 or the like."""
        start = strand.start if strand else 0
        opened = RawPosition(
            title, department, strand, start, topic=topic, whole_department=whole, sure=sure, end=start
        )
        self.current = opened
        self.positions.append(opened)
        self.astray, self.opened_by_form = False, False
        self.aside_depth, self.label, self.part, self.rhythm = None, None, False, None
        self.passage, self.tail = None, None
        self.last.clear()
        return opened

    def _open_at(self, strand: Strand, title: str, department: str | None, topic: str, *, whole: bool) -> RawPosition:
        """A position without a heading of its own: it starts where its first item does."""
        opened = self._open(title, department, None, topic, whole=whole)
        opened.start = strand.start
        return opened

    def _known(self, title: str, without: Section | None = None) -> RawPosition | None:
        """A position met before under this title, or under one that says more or less (店长, 门店店长); the latest of them.

        `without`: only one whose charter still lacks that section.
        """
        near = [
            position
            for position in self.positions[-200:]
            if position.filled
            and (without is None or not (position.kpis if without == "kpi" else position.holds(without)))
        ]
        same = [position for position in near if position.title == title]
        if same:
            return same[-1]
        alike = [
            position for position in near if _says_more(position.title, title) or _says_more(title, position.title)
        ]
        titles = {position.title for position in alike}
        return alike[-1] if len(titles) == 1 else None

    def _section(self, section: Section, entry: Entry) -> None:
        """What follows belongs to this section; a department's own 职责 begins the department's position."""
        if self.section == "duties" and section != "duties" and self.last:
            style, value = self.last[max(self.last)]
            self.tail = (style, value) if style else None
        self.section = section
        self.section_named, self.opened_by_form = True, False
        self.label, self.part, self.rhythm, self.passage = None, False, None, None
        self.aside_depth = entry.depth if section == "aside" else None
        self.last.clear()
        if self.current is None and self.department and section in ("duties", "authority", "purpose"):
            self._open(self.department, self.department, entry.strand, "", whole=True)

    def _seen(self, entry: Entry) -> None:
        """An item of a list: lists deeper than it are over."""
        self.last[entry.depth] = (entry.style, entry.value)
        for depth in [d for d in self.last if d > entry.depth]:
            del self.last[depth]

    def _add(
        self,
        position: RawPosition,
        strand: Strand,
        section: Section,
        *,
        numbered: bool,
        every: Every | None = None,
        within: Within | None = None,
    ) -> None:
        if section == "aside":
            return
        rhythm = every or (self.rhythm[1] if self.rhythm else None)
        position.items.append(
            RawItem(strand, section, numbered, every=rhythm, stated=every is not None, within=within, part=self.part)
        )
        position.reaches(strand)
