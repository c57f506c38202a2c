"""Headings: which of them begin a position, a section, or something that is no charter."""

import re

from remit.kernel.charters.importing.reading.entries import Entry
from remit.kernel.charters.importing.reading.forms import Forms
from remit.kernel.charters.importing.reading.headings import (
    Heading,
    classify,
    is_title,
    label_of,
    section_of,
    split_title,
)
from remit.kernel.charters.importing.reading.ledger import GRANTED
from remit.kernel.charters.importing.reading.lexicon import Section
from remit.kernel.charters.importing.reading.raw import RawPosition

# 所属:城南项目部, whatever a paper calls its fields: nobody writes so under a line that is no heading.
_FIELD = re.compile(r"[\u4e00-\u9fff]{2,6}:\s?[^,。;:]{2,20}")
_OPENING_SECTIONS = ("duties", "authority", "purpose")


class Posts(Forms):
    """What a heading does to the walk's memory."""

    def _heading(self, heading: Heading, entry: Entry, following: Entry | None) -> bool:
        if heading.kind == "section":
            assert heading.section is not None  # noqa: S101 - a section heading names its section
            section = heading.section
            if heading.topic == "权责" and self.current and self.current.holds("duties"):
                section = "authority"  # the duties are said: what is left of the word is what the holder may do
            if not self._is_item_here(entry):
                if self.current and heading.topic.startswith("部门") and self.department and self.current.filled:
                    self.current = None
                self._section(section, entry)
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
        forms = (
            section_of(first) in _OPENING_SECTIONS
            or label_of(first) in ("department", "reports_to")
            or _FIELD.fullmatch(following.words) is not None
            or following.table is not None
        )
        if self.section == "qualification" and not forms:
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
        inside = self.aside_depth is not None and (
            entry.depth > self.aside_depth or (entry.style is None and not forms)
        )
        if inside and self.current is not None:
            return False  # before any position, what looks like a rule's title is only the name of the paper
        if entry.style is not None and self._is_item_here(entry) and entry.depth not in self.titled_depths:
            return False
        holds = following.style is not None and following.depth > entry.depth
        prose = forms or (following.style is None and len(following.words) >= 16)
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
            # 门店采购员验货工作职责 inside the charter of the 采购员: one of its parts.
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
        if (
            heading.sure
            and section in ("duties", "authority", "kpi", "qualification")
            and self._goes_on(title, section)
        ):
            return True
        if department and department != self.department and heading.sure and not self._inside_department(department):
            self.department = department
        self._open(title, department, entry.strand, heading.topic, sure=heading.sure)
        return True

    def _goes_on(self, title: str, section: Section) -> bool:
        """店长权限, 附:经理考核指标: another section of a charter that has been read."""
        known = self._known(title, section)
        if known is None or (section == "duties" and known.topic != GRANTED):
            return False
        self.current, self.section = known, section
        self.label, self.part, self.rhythm, self.aside_depth, self.passage = None, False, None, None, None
        self.last.clear()
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
