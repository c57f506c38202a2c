"""Which entry belongs to which position, and to which part of its charter: a walk over the entries with a small memory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from remit.kernel.charters.importing.draft import Every
from remit.kernel.charters.importing.reading.entries import Entry
from remit.kernel.charters.importing.reading.figures import column_of, head_length, row_cells, row_starts
from remit.kernel.charters.importing.reading.frequency import heading_rhythm
from remit.kernel.charters.importing.reading.glued import split_glued
from remit.kernel.charters.importing.reading.headings import (
    MAX_HEADING,
    Heading,
    classify,
    is_department,
    is_part_label,
    is_sure_part,
    is_title,
    label_of,
    section_of,
    split_title,
    tidy_name,
)
from remit.kernel.charters.importing.reading.kpi import figure_of
from remit.kernel.charters.importing.reading.lexicon import DUTY_START, HEADING_NOUN_END, Label, Section
from remit.kernel.charters.importing.reading.strand import EMPTY, Strand
from remit.kernel.charters.importing.reading.tables import Slice, Step, table_steps
from remit.kernel.charters.importing.source import Block


@dataclass(slots=True)
class RawItem:
    """Something a position's section holds, before it is understood. `numbered`: it stood as an item of its own."""

    strand: Strand
    section: Section
    numbered: bool
    every: Every | None = None  # from the heading over its list (1.每天:)
    part: bool = False  # it follows the name of a part of the requirements (学历:)
    lead: str = ""


@dataclass(slots=True)
class RawPosition:
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


@dataclass(slots=True)
class RawKpi:
    """A row of a table of figures: its cells by what their column is called."""

    name: Strand
    weight: str = ""
    target: str = ""
    definition: str = ""


_REQUIREMENT = re.compile(
    "具备|具有|熟悉|能力|经验|学历|专业|证书|良好|较强|掌握|了解|善于|能够|精通|优先|年龄|身体|责任[心感]|意识|精神|岁|本科|大专|熟练|素质|品德|普通话|男|女|吃苦|敬业|资格"
)
_LABELLED = re.compile(r"^([^:。;,]{1,24}):\s*")
_PROSE = re.compile(r"[。;]")
_CALLED = re.compile('(?:统称|简称|以下称)为?[“"]?([\u4e00-\u9fff]{2,10})[”"]?(?=[。,;)])')
_POST = re.compile(r"([^,。;:]{1,30}(?:\([^()]{1,60}\))?[^,。;:()]{0,10}岗位)(?:是|主要)")
_SUBJECT = re.compile("([\u4e00-\u9fff]{2,12}?部)(?:负责|的任务|主要负责|是)")


def _same_post(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one) or one.startswith(other)


def _is_prose(entry: Entry) -> bool:
    """An unnumbered paragraph that is no field and no section of a form."""
    first = entry.words[:24].split(":")[0]
    return entry.style is None and len(entry.words) > 20 and not label_of(first) and not section_of(first)


_OPENING_SECTIONS = ("duties", "authority", "purpose")


# Short, followed by prose, and a duty all the same.
_OWN_DUTY = re.compile("对.+进行|完成|负责|协助|遵守|服从")


class Outline:
    """Feed the entries in order; `positions` has what was found."""

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
        self.section_named = False  # whether any heading like 岗位职责 has been met
        self.orphans: list[Entry] = []  # items of a page that came before its title page
        self.astray = False
        self.tail: tuple[str, int] | None = (
            None  # the latest number of the duties, when another section interrupted them
        )

    # ------------------------------------------------------------ entries

    def feed(self, entries: Sequence[Entry]) -> list[RawPosition]:
        index = 0
        while index < len(entries):
            entry = entries[index]
            following = entries[index + 1] if index + 1 < len(entries) else None
            index += 1
            if entry.table is not None:
                self._table(entry.table)
                continue
            if (self.current and column_of(entry.words) == "number") or column_of(entry.words) == "name":
                used = self._lost_table(entries, index - 1)
                if used:
                    index += used - 1
                    continue
            self._entry(entry, following)
        self._settle_orphans()
        return [position for position in self.positions if position.filled]

    # ------------------------------------------------------------ tables

    def _table(self, block: Block) -> None:
        self.label = None
        steps = list(table_steps(block, self.slice))
        for index, step in enumerate(steps):
            following = steps[index + 1].entry if index + 1 < len(steps) else None
            self._step(step, following)
        self.label, self.part = None, False

    def _step(self, step: Step, following: Entry | None) -> None:
        strand = step.strand
        if step.kind == "post" and strand:
            self._post(strand, step.section or "duties")
        elif step.kind == "department" and strand:
            self.department = tidy_name(strand.fold) or None
        elif step.kind == "section" and step.section:
            self._section(step.section, Entry(EMPTY))
        elif step.kind == "field" and strand and step.label:
            self._field(step.label, strand)
        elif step.kind == "figure" and strand:
            self._figure(step, strand)
        elif step.kind == "entry" and step.entry:
            self._entry(step.entry, following)
        elif step.kind == "next":
            self.label = None

    def _post(self, strand: Strand, section: Section) -> None:
        """A row of a table of posts; a post met before, in another table, goes on."""
        name = tidy_name(strand.fold.replace("\n", ""))
        if not 2 <= len(name) <= 30:
            return
        title, department = split_title(name, self.department)
        known = [p for p in self.positions[-200:] if p.title == title and section == "kpi"]
        if known:
            self.current = known[-1]
        else:
            self._open(title, department, strand, "岗位")
        self.section = section

    def _figure(self, step: Step, strand: Strand) -> None:
        if self.current is None:
            if not self.department:
                return
            self._open(self.department, self.department, None, "", whole=True)
            assert self.current is not None  # noqa: S101 - _open sets it
            self.current.start = strand.start
        self.current.kpis.append(RawKpi(strand, step.weight, step.target, step.definition))
        self.current.end = max(self.current.end, strand.end)

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
                self.current.end = max(self.current.end, near[low + name].strand.end)
                end = low + name + 1
        while end < len(words) and end < head + starts[-1] + 6 and not classify(words[end]) and near[end].style is None:
            end += 1
        return end

    def _entry(self, entry: Entry, following: Entry | None) -> None:
        words = entry.words
        if entry.fresh:
            self._new_part()
            self.astray = True
        if entry.style == "part":
            self._new_part()
            if not words:
                return
        if not words:
            return
        parts = split_glued(
            entry,
            self.latest_heading,
            self.current.title if self.current else "",
            following,
            whole_department=self._among_posts(entry),
        )
        if len(parts) > 1:
            for part, after in zip(parts, [*parts[1:], following], strict=True):
                self._entry(part, after)
            return
        if self._labelled(entry):
            return
        heading = classify(words)
        if heading and self._heading(heading, entry, following):
            self.latest_heading = (
                words if heading.topic and heading.kind in ("position", "department") else self.latest_heading
            )
            return
        if self.label is not None and self._value(entry):
            return
        if self._topic(entry, following):
            return
        if following is not None and entry.value == 1 and following.style == entry.style and self._restarts(entry):
            sibling = classify(following.words)
            if sibling and sibling.kind == "passage":
                self.passage = entry.depth
        self._content(entry)

    def _among_posts(self, entry: Entry) -> bool:
        """Whether a numbered item can be about a post of the department at hand."""
        return self.current is None or self.current.whole_department or entry.depth in self.titled_depths

    def _new_part(self) -> None:
        self.current, self.department, self.section = None, None, "duties"
        self.aside_depth, self.label, self.part, self.rhythm = None, None, False, None
        self.passage, self.tail = None, None
        self.last.clear()
        self.titled_depths.clear()

    # ------------------------------------------------------------ forms

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
        if match and section:
            self._section(section, entry)
            if value is not None and len(value):
                self._content(Entry(value))
            return True
        if self.current and (
            (is_part_label(name) and self.section == "qualification") or (entry.style is None and is_sure_part(name))
        ):
            if self.section != "qualification":
                self._section("qualification", entry)
            self.part, self.label = True, None
            if value is not None and len(value):
                self._add(value, "qualification", numbered=False)
            return bool(match) or entry.style is None
        return False

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
            self.department = tidy_name(value.fold) or None
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
        self._open(name, department, value)
        self.current.labelled = True  # type: ignore[union-attr]  # _open has just set it

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

    # ------------------------------------------------------------ positions and sections

    def _open(
        self,
        title: str,
        department: str | None,
        strand: Strand | None,
        topic: str = "",
        *,
        whole: bool = False,
        sure: bool = True,
    ) -> None:
        start = strand.start if strand else 0
        self.current = RawPosition(
            title, department, strand, start, topic=topic, whole_department=whole, sure=sure, end=start
        )
        self.positions.append(self.current)
        self.astray = False
        self.aside_depth, self.label, self.part, self.rhythm = None, None, False, None
        self.passage, self.tail = None, None
        self.last.clear()

    def _section(self, section: Section, entry: Entry) -> None:
        if self.section == "duties" and section != "duties" and self.last:
            style, value = self.last[max(self.last)]
            self.tail = (style, value) if style else None
        self.section = section
        self.section_named = True
        self.label, self.part, self.rhythm, self.passage = None, False, None, None
        self.aside_depth = entry.depth if section == "aside" else None
        self.last.clear()
        if self.current is None and self.department and section in ("duties", "authority", "purpose"):
            self._open(self.department, self.department, entry.strand, "", whole=True)

    def _heading(self, heading: Heading, entry: Entry, following: Entry | None) -> bool:
        if heading.kind == "section":
            assert heading.section is not None  # noqa: S101 - a section heading names its section
            if not self._is_item_here(entry):
                if self.current and heading.topic.startswith("部门") and self.department and self.current.filled:
                    self.current = None
                self._section(heading.section, entry)
                return True
            return False
        if heading.kind == "passage":
            if (
                entry.style not in (None, "chapter", "inner")
                or self.section not in ("duties", "aside")
                or self.label is not None
            ):
                return False
            if self.passage is None or entry.style is None or entry.depth < self.passage:
                opens = following is not None and following.style is not None and following.value <= 1
                self.passage = following.depth if following and opens else entry.depth + 1 if entry.style else 99
            return True
        if heading.kind == "other":
            if entry.style not in (None, "chapter", "part", "inner") or self.label is not None:
                return False
            if (
                entry.style is None
                and self.current
                and self.current.filled
                and re.search("流程|规范|准则|须知|守则|注意|目的$", heading.topic)
            ):
                self.passage = None
                return True
            self.aside_depth, self.section, self.label = entry.depth, "aside", None
            return True
        if not heading.sure and not self._bare_title_counts(heading, entry, following):
            return False
        return self._position(heading, entry)

    def _is_item_here(self, entry: Entry) -> bool:
        """A word like 沟通 or 目标 as one item of a running list is an item, not a section."""
        last = self.last.get(entry.depth)
        return bool(
            self.current
            and self.current.filled
            and last
            and last == (entry.style, entry.value - 1)
            and entry.style not in (None, "chapter", "inner")
        )

    def _bare_title_counts(self, heading: Heading, entry: Entry, following: Entry | None) -> bool:
        """A title without 岗位职责 is a heading where it stands alone and something follows that it can hold."""
        if following is not None and entry.heading_level:
            return True
        if self.label is not None or following is None:
            return False
        first = following.words.split(":")[0]
        forms = following.style is None and (
            section_of(first) in _OPENING_SECTIONS or label_of(first) in ("department", "reports_to")
        )
        if self.section == "qualification" and not (forms and entry.style is None):
            return False
        if (
            heading.kind == "department"
            and entry.style is None
            and not entry.words.endswith(":")
            and not entry.heading_level
        ):
            below = classify(following.words)
            return below is not None and below.kind == "position" and following.style is None
        if entry.style in ("bullet", "circle", "bracket", "letter"):
            return False
        inside = self.aside_depth is not None and (entry.depth > self.aside_depth or (entry.style is None and not forms))
        if inside and self.current is not None:
            return False  # before any position, what looks like a rule's title is only the name of the paper
        if entry.style is not None and self._is_item_here(entry) and entry.depth not in self.titled_depths:
            return False
        holds = following.style is not None and following.depth > entry.depth
        prose = following.style is None and (len(following.words) >= 16 or forms)
        restart = entry.style is None and following.style is not None and following.value <= 1
        return holds or prose or restart or following.table is not None

    def _position(self, heading: Heading, entry: Entry) -> bool:
        name = heading.name
        section = heading.section or "duties"
        if (
            heading.sure
            and self.current
            and not is_title(name)
            and heading.kind == "position"
            and self.current.title in name
        ):
            # 服务厅客户经理发展工作职责 inside the charter of the 客户经理: one of its parts.
            self._section(section, entry)
            return True
        if re.fullmatch("[A-Za-z]+", name):
            name = f"{name.upper()}岗位"
        self.section = section
        if heading.kind == "department":
            if self.department and self.department.endswith(name) and len(name) < len(self.department):
                name = self.department
            if name.endswith("部门") and self.department == name[:-1]:
                name = name[:-1]
            same = self.current is not None and self.current.title == name and not self.current.filled
            self.department = name
            self.titled_depths.clear()
            if not same:
                self._open(name, name, entry.strand, heading.topic, whole=True, sure=heading.sure)
            return True
        title, department = split_title(name, self.department)
        if heading.sure and department and not self.department and name != title:
            self.department = department
        if not heading.sure and entry.style is not None:
            self.titled_depths.add(entry.depth)
        current = self.current
        if current and self._continues(current, title, heading):
            self.section = section
            self.label, self.part, self.rhythm, self.aside_depth = None, False, None, None
            self.last.clear()
            return True
        if department and department != self.department and heading.sure and not self._inside_department(department):
            self.department = department
        self._open(title, department, entry.strand, heading.topic, sure=heading.sure)
        return True

    def _inside_department(self, department: str) -> bool:
        return bool(self.department and self.department.endswith(department))

    def _continues(self, current: RawPosition, title: str, heading: Heading) -> bool:
        """Whether a heading with the same title goes on with the position: another topic, or nothing under it yet."""
        if current.title != title:
            return False
        return not current.filled or (
            bool(current.topic)
            and bool(heading.topic)
            and current.topic != heading.topic
            and not re.search("说明书|描述", heading.topic)
        )

    # ------------------------------------------------------------ what stands under the headings

    def _topic(self, entry: Entry, following: Entry | None) -> bool:
        """A heading over items that names no section: 一、客户资料管理, 1.每天:, 注意事项如下:."""
        words = entry.words
        if self.passage is not None and self._leaves_passage(entry, words):
            self.passage = None
        rhythm = heading_rhythm(words)
        children = (
            following is not None
            and following.style is not None
            and (entry.style is None or following.depth > entry.depth)
        )
        if rhythm and children:
            self.rhythm = (entry.depth, rhythm)
            self._seen(entry)
            return True
        if self.rhythm and entry.style is not None and entry.depth <= self.rhythm[0]:
            self.rhythm = None
        if _PROSE.search(words.rstrip("。;")) or len(words) > 40:
            return False
        if entry.style is None:
            lead_in = words.endswith(":") and children
            if lead_in or (entry.heading_level and len(words) < 20):
                self.last.clear()
                return True
            return False
        if following is not None and following.style == entry.style and following.value == 1 and entry.value != 1:
            children = (
                children or len(words) <= 12
            )  # (九)基本要求 and then (一)… : a heading over a list of the same kind
        prose_follows = self.section == "duties" and following is not None and _is_prose(following)
        verb = DUTY_START.match(words)
        noun = len(words) <= 12 and not words.endswith("。") and (verb is None or len(verb[0]) == 1)
        if entry.depth in self.titled_depths and noun and children and following is not None and not following.heading_level:
            return self._position(Heading("position", name=tidy_name(words), section="duties", sure=False), entry)
        manual = self.current is not None and self.current.whole_department
        light = prose_follows and manual and not ("," in words or len(words) >= 15 or _OWN_DUTY.match(words))
        if (children or (prose_follows and len(words) <= 20)) and (light or not self._is_obligation(words)):
            self._seen(entry)
            if following is not None and following.style == entry.style:
                del self.last[entry.depth]
            for depth in [d for d in self.last if d > entry.depth]:
                del self.last[depth]
            return True
        return False

    def _leaves_passage(self, entry: Entry, words: str) -> bool:
        """A shallower number, a short line of its own, or prose after the passage's list end a passage."""
        assert self.passage is not None  # noqa: S101 - asked only inside one
        if entry.style is not None:
            return entry.depth < self.passage
        return (len(words) < 20 and not _PROSE.search(words.rstrip("。;"))) or self.passage < 99

    def _is_obligation(self, words: str) -> bool:
        """A heading that is itself a full duty: it has a verb and is more than a name."""
        if not DUTY_START.match(words):
            return False
        if re.match("对.+进行", words):
            return True
        if words.rstrip("。;:") in ("其他", "其它", "其余"):
            return False
        return words.endswith(("。", ";")) or "," in words or not HEADING_NOUN_END.search(words.rstrip(":。;"))

    def _seen(self, entry: Entry) -> None:
        self.last[entry.depth] = (entry.style, entry.value)
        for depth in [d for d in self.last if d > entry.depth]:
            del self.last[depth]

    def _content(self, entry: Entry) -> None:
        if self.astray:
            self.orphans += [entry] if entry.style is not None else []
            return
        if self.aside_depth is not None or self.passage is not None:
            return
        self._back_in_place(entry)
        if entry.style is None and self.section == "duties":
            self._by_subject(entry)
        if self.current is None:
            if not self._open_unnamed(entry):
                return
        elif self._restarts(entry):
            self._open_at(
                entry,
                self.current.title,
                self.current.department,
                self.current.topic,
                whole=self.current.whole_department,
            )
        assert self.current is not None  # noqa: S101 - one of the branches has opened it
        if entry.style is not None:
            self._seen(entry)
        if entry.style is None:
            self._renamed(self.current, entry.words)
        if self.section == "purpose" and entry.style is not None and (self.current.purpose or entry.value == 1):
            self.section = "duties"  # an overview is no list
        if self.section == "purpose":
            self.current.purpose.append(entry.strand)
            self.current.end = max(self.current.end, entry.strand.end)
            return
        self._add(entry.strand, self.section, numbered=entry.style is not None, every=entry.every)

    def _renamed(self, current: RawPosition, words: str) -> None:
        """Prose that says what the post is called: 以下统称为客户经理, 客户关系岗位是…."""
        called = _CALLED.search(words[:120])
        if called and is_title(called[1]) and called[1] in current.title:
            current.title = called[1]
        subject = _POST.match(words)
        if subject and not current.labelled:
            name = re.sub(r"\([^()]{10,}\)", "", subject[1])
            core = current.title.removesuffix("岗位").lower()
            if core in name.lower() and len(name) <= 24:
                current.title = name

    def _open_unnamed(self, entry: Entry) -> bool:
        """Duties under no title: the department's, where one is known, or those of the post that the file is named after."""
        named = (
            self.file_heading if self.file_heading and self.file_heading.kind in ("position", "department") else None
        )
        if self.department:
            self._open_at(entry, self.department, self.department, "", whole=True)
        elif named and not self.positions and self.section_named:
            title, department = split_title(named.name, None)
            whole = named.kind == "department"
            self._open_at(entry, title, named.name if whole else department, "", whole=whole)
        else:
            return False
        return True

    def _open_at(self, entry: Entry, title: str, department: str | None, topic: str, *, whole: bool) -> None:
        """A position without a heading of its own: it starts where its first item does."""
        self._open(title, department, None, topic, whole=whole)
        assert self.current is not None  # noqa: S101 - _open sets it
        self.current.start = entry.strand.start

    def _back_in_place(self, entry: Entry) -> None:
        """Pages out of order: a number that nothing in the requirements leads to goes on with the duties or the figures."""
        if entry.style is None or self.section not in ("qualification", "authority") or entry.depth in self.last:
            return
        if self.tail and (entry.style, entry.value) == (self.tail[0], self.tail[1] + 1):
            self.tail, self.section, self.part = None, "duties", False
        elif (
            self.section == "qualification" and (entry.value > 1 or self.part) and not _REQUIREMENT.search(entry.words)
        ):
            self.section, self.part = "kpi" if figure_of(entry.words) else "duties", False

    def _by_subject(self, entry: Entry) -> None:
        """Prose whose first words are a department (客户服务部负责…) is about that department."""
        match = _SUBJECT.match(entry.words)
        current = self.current
        if not match or not is_department(match[1]):
            return
        if current and (current.title == match[1] or any(item.numbered for item in current.items)):
            return
        self.department = match[1]
        self._open_at(entry, match[1], match[1], "", whole=True)

    def _settle_orphans(self) -> None:
        """Items of a page that stood before its title page join the position that the title page opened."""
        for entry in self.orphans:
            after = [p for p in self.positions if p.filled and p.start >= entry.strand.end]
            if after:
                after[0].items.append(RawItem(entry.strand, "duties", numbered=True))

    def _restarts(self, entry: Entry) -> bool:
        """A list that begins again at 1 right after its last item, without a heading, is another position's."""
        if entry.value != 1 or entry.style in (None, "bullet") or self.current is None or self.section != "duties":
            return False
        last = self.last.get(entry.depth)
        return last is not None and last[0] == entry.style and last[1] >= 3 and min(self.last) == entry.depth

    def _add(self, strand: Strand, section: Section, *, numbered: bool, every: Every | None = None) -> None:
        assert self.current is not None  # noqa: S101 - callers open a position first
        if section == "aside":
            return
        self.current.items.append(
            RawItem(strand, section, numbered, every=every or (self.rhythm[1] if self.rhythm else None), part=self.part)
        )
        self.current.end = max(self.current.end, strand.end)
