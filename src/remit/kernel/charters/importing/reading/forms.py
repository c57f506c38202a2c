"""Fields of forms and rows of tables: what they add to the walk's memory."""

import re
from abc import abstractmethod
from collections.abc import Sequence

from remit.kernel.charters.importing.reading.entries import Entry
from remit.kernel.charters.importing.reading.figures import head_length, row_cells, row_starts
from remit.kernel.charters.importing.reading.headings import (
    Heading,
    classify,
    is_part_label,
    is_sure_part,
    label_of,
    section_of,
    split_title,
    tidy_name,
)
from remit.kernel.charters.importing.reading.ledger import GRANTED, Ledger
from remit.kernel.charters.importing.reading.lexicon import Label, Section
from remit.kernel.charters.importing.reading.raw import RawItem, RawKpi
from remit.kernel.charters.importing.reading.strand import EMPTY, Strand
from remit.kernel.charters.importing.reading.tables import Step, table_steps
from remit.kernel.charters.importing.source import Block

_UNKNOWN_FIELD = re.compile("[^:。;,]{2,8}:[^:。;,]{0,20}")
_LABELLED = re.compile(r"^([^:。;,]{1,24}):\s*")


def _same_post(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one) or one.startswith(other)


class Forms(Ledger):
    """Labels with their values, sections named by a label, and tables step by step."""

    @abstractmethod
    def _entry(self, entry: Entry, following: Entry | None) -> None:
        """Take one entry; `following` is the next one, where a table or the text has one."""

    @abstractmethod
    def _position(self, heading: Heading, entry: Entry) -> bool:
        """Begin the position that the heading names, or go on with it."""

    @abstractmethod
    def _content(self, entry: Entry) -> None:
        """Take an entry that is no heading and no field."""

    # ------------------------------------------------------------ tables

    def _table(self, block: Block) -> None:
        self.label = None
        steps = list(table_steps(block, self.slice))
        for index, step in enumerate(steps):
            following = steps[index + 1].entry if index + 1 < len(steps) else None
            self._step(step, following)
        self.label, self.part = None, False
        if steps and steps[-1].kind == "grant":
            self.section = "aside"  # what the paper says after its table of limits is about all of them

    def _step(self, step: Step, following: Entry | None) -> None:
        strand = step.strand
        if step.kind == "post" and strand:
            self._post(strand, step.section or "duties")
        elif step.kind == "department" and strand:
            self.department = tidy_name(strand.fold, field=True) or None
        elif step.kind == "section" and step.section:
            self._section(step.section, Entry(EMPTY))
        elif step.kind == "field" and strand and step.label:
            self._field(step.label, strand)
        elif step.kind == "figure" and strand:
            self._figure(step, strand)
        elif step.kind == "entry" and step.entry:
            self._entry(step.entry, following)
        elif step.kind == "grant" and strand and self.current:
            self.current.items.append(RawItem(strand, "authority", numbered=True, bound=step.bound))
            self.current.reaches(strand)
        elif step.kind == "topic":
            self.last.clear()
        elif step.kind == "next":
            self.label = None

    def _post(self, strand: Strand, section: Section) -> None:
        """A row of a table of posts; a post met before, in another table, goes on."""
        name = tidy_name(strand.fold.replace("\n", ""))
        if not 2 <= len(name) <= 30:
            return
        title, department = split_title(name, self.department)
        known = self._known(title) if section in ("kpi", "authority") else None
        if known:
            self.current = known
        elif section != "duties" or not self._granted(title):
            self._open(title, department, strand, GRANTED if section == "authority" else "岗位")
        self.section = section

    def _granted(self, title: str) -> bool:
        """Go on with a post that only a table of limits has named so far, where there is one."""
        known = next((known for known in self.positions if known.topic == GRANTED and known.title == title), None)
        if known is None or known.holds("duties"):
            return False
        self.current = known
        return True

    def _figure(self, step: Step, strand: Strand) -> None:
        position = self.current
        if position is None and self.department:
            position = self._open_at(strand, self.department, self.department, "", whole=True)
        if position is not None:
            position.kpis.append(RawKpi(strand, step.weight, step.target, step.definition))
            position.reaches(strand)

    def _lost_table(self, entries: Sequence[Entry], index: int) -> int:
        """A table of figures one cell a line: how many entries it took, 0 where there is none."""
        near = entries[index : index + 400]
        words = [entry.words for entry in near]
        head = head_length(words)
        if not head or self.current is None:
            return 0
        starts = row_starts(words[head:])
        if len(starts) < 2 or starts[0] > 1:
            return 0
        end = head
        for start, stop in zip(starts, [*starts[1:], starts[-1] + 6], strict=True):
            low, high = head + start + 1, head + stop
            name, weight, target = row_cells(words[low:high])
            if name >= 0:
                self.current.kpis.append(RawKpi(near[low + name].strand, weight, target))
                self.current.reaches(near[low + name].strand)
                end = low + name + 1
        while end < len(words) and end < head + starts[-1] + 6 and not classify(words[end]) and near[end].style is None:
            end += 1
        return end

    # ------------------------------------------------------------ fields

    def _labelled(self, entry: Entry) -> bool:
        """A field of a form, with its value on the same line (岗位名称:客服主管) or to come (直接上级)."""
        words = entry.words
        match = _LABELLED.match(words)
        name = match[1] if match else words
        if len(name) > 24:
            return False
        value = entry.strand.cut(match.end()) if match else None
        label = label_of(name)
        if label and (match or entry.style is None):
            self._label(label, value)
            return True
        section = section_of(name)
        if match and not section and self.opened_by_form and entry.style is None and _UNKNOWN_FIELD.fullmatch(words):
            return True  # among the fields of a form, one that no list knows
        if match and section:
            self._section(section, entry)
            if value is not None and len(value):
                self._content(Entry(value))
            return True
        if match and value is not None and len(value) and self._own_section(name, entry):
            self._content(Entry(value))
            return True
        position = self.current
        if position and (
            (is_part_label(name) and self.section == "qualification") or (entry.style is None and is_sure_part(name))
        ):
            if self.section != "qualification":
                self._section("qualification", entry)
            self.part, self.label = True, None
            if value is not None and len(value):
                self._add(position, value, "qualification", numbered=False)
            return bool(match) or entry.style is None
        return False

    def _own_section(self, name: str, entry: Entry) -> bool:
        """店长的权限:有权…: a section that names its post, with its words on the same line."""
        if self.current is None or len(name) > 20:
            return False
        heading = classify(name)
        if heading is None or heading.kind != "position" or not heading.sure or heading.section == "duties":
            return False
        return heading.name == self.current.title and self._position(heading, entry)

    def _label(self, label: Label, value: Strand | None) -> None:
        self.label = label
        self.part = False
        if self.section == "aside":
            self.section = "duties"
        self.aside_depth = None
        if value is not None and len(value):
            self._field(label, value)

    def _value(self, entry: Entry) -> bool:
        """An unnumbered line after a label is its value; a label without one is followed by the next label."""
        if entry.style is not None and self.label != "supervises":
            self.label = None
            return False
        assert self.label is not None  # noqa: S101 - the caller has looked
        self._field(self.label, entry.strand)
        return True

    def _field(self, label: Label, value: Strand) -> None:
        self.label = None
        if label == "skip":
            return
        if label == "title":
            name = tidy_name(value.fold)
            if not 1 < len(name) <= 30:
                return
            self._open_labelled(name, value)
        elif label == "department":
            self.department = tidy_name(value.fold, field=True) or None
            if self.current:
                self.current.department = self.department
        elif self.current:
            self.current.fields.setdefault(label, []).append(value)

    def _open_labelled(self, name: str, value: Strand) -> None:
        """岗位名称:X begins a position, unless its heading has just done so."""
        self._rejoin_title_page(name)
        current = self.current
        _, department = split_title(name, self.department)
        if current and not current.labelled and (not current.filled or _same_post(current.title, name)):
            current.title, current.title_strand, current.labelled = name, value, True
            current.department = department or current.department
            return
        self._open(name, department, value).labelled = True
        self.opened_by_form = True

    def _rejoin_title_page(self, name: str) -> None:
        """The title page of a form came after its other pages: what they held is this position's too."""
        if len(self.positions) < 2 or self.current is None or self.current.filled or self.current.labelled:
            return
        before, latest = self.positions[-2], self.positions[-1]
        if (
            latest is self.current
            and before.filled
            and not before.labelled
            and not before.fields
            and _same_post(before.title, name)
            and "说明书" in before.topic
        ):
            self.positions.pop()
            self.current = before
