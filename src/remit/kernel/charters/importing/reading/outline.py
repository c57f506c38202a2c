"""Which entry belongs to which position, and to which part of its charter: a walk over the entries with a small memory.

The walk is one object in layers: `Ledger` remembers, `Forms` reads fields and tables, `Posts` judges headings, `Outline` goes
from entry to entry and judges what stands under the headings.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from remit.kernel.charters.importing.reading.entries import Entry
from remit.kernel.charters.importing.reading.figures import column_of
from remit.kernel.charters.importing.reading.frequency import heading_rhythm
from remit.kernel.charters.importing.reading.glued import split_glued
from remit.kernel.charters.importing.reading.headings import (
    Heading,
    classify,
    is_department,
    is_title,
    label_of,
    section_of,
    split_title,
    tidy_name,
)
from remit.kernel.charters.importing.reading.kpi import figure_of
from remit.kernel.charters.importing.reading.lexicon import DUTY_START, HEADING_NOUN_END
from remit.kernel.charters.importing.reading.posts import Posts
from remit.kernel.charters.importing.reading.raw import RawItem, RawPosition

_REQUIREMENT = re.compile(
    "具备|具有|熟悉|能力|经验|学历|专业|证书|良好|较强|掌握|了解|善于|能够|精通|优先|年龄|身体|责任[心感]|意识|精神|岁|本科|大专|熟练|素质|品德|普通话|男|女|吃苦|敬业|资格"
)
_PROSE = re.compile(r"[。;]")
_CALLED = re.compile('(?:统称|简称|以下称)为?[“"]?([\u4e00-\u9fff]{2,10})[”"]?(?=[。,;)])')
_POST = re.compile(r"([^,。;:]{1,30}(?:\([^()]{1,60}\))?[^,。;:()]{0,10}岗位)(?:是|主要)")
_SUBJECT = re.compile("([\u4e00-\u9fff]{2,12}?部)(?:负责|的任务|主要负责|是)")
# 本规定由人事部负责解释: is about the paper, and no item of the list that it closes.
_OF_THE_PAPER = re.compile(
    "(?:本|此)(?:规定|制度|办法|职责|手册|责任制|说明书|细则|规程|文件|标准|通知|分工)[^,。;]{0,6}?(?:由[^,。;]{2,20}(?:解释|修订|制定)|[自从][^,。;]{2,24}(?:施行|执行|实施|生效))"
)
# Short, followed by prose, and a duty all the same.
_OWN_DUTY = re.compile("对.+进行|完成|负责|协助|遵守|服从")


def _is_prose(entry: Entry) -> bool:
    """An unnumbered paragraph that is no field and no section of a form."""
    first = entry.words[:24].split(":")[0]
    return (
        entry.style is None
        and entry.table is None
        and len(entry.words) > 20
        and not label_of(first)
        and not section_of(first)
    )


class Outline(Posts):
    """Feed the entries in order; what comes back are the positions that hold something."""

    def feed(self, entries: Sequence[Entry]) -> list[RawPosition]:
        index = 0
        while index < len(entries):
            entry = entries[index]
            following = entries[index + 1] if index + 1 < len(entries) else None
            index += 1
            if entry.table is not None:
                self._table(entry.table)
                continue
            words = entry.strand.fold
            column = column_of(words) if len(words) <= 24 else None
            if column == "name" or (column == "number" and self.current):
                used = self._lost_table(entries, index - 1)
                if used:
                    index += used - 1
                    continue
            self._entry(entry, following)
        self._settle_orphans()
        return [position for position in self.positions if position.filled]

    def _entry(self, entry: Entry, following: Entry | None) -> None:
        words = entry.words
        if entry.fresh:
            self._new_part()
            self.astray = True
        if entry.style == "part":
            before = self.current
            self._new_part()
            if not words:
                # 范文二 without a title of its own is another charter of the same post.
                if before is not None and before.filled:
                    self._open_at(
                        entry.strand, before.title, before.department, before.topic, whole=before.whole_department
                    )
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
        if children and words.endswith(("如下:", "如左:")) and "。" not in words:
            self.last.clear()
            return True
        if _PROSE.search(words.rstrip("。;")) or len(words) > 40:
            return False
        if entry.style is None:
            lead_in = words.endswith(":") and children
            if lead_in or (entry.heading_level and len(words) < 20):
                self.last.clear()
                return True
            return False
        begins_anew = (
            following is not None and following.style == entry.style and following.value == 1 and entry.value != 1
        )
        if begins_anew and len(words) <= 12 and not words.endswith(("。", ";")):
            children = True  # (九)基本要求 and then (一)…: a heading over a list of the same kind
        prose_follows = self.section == "duties" and following is not None and _is_prose(following)
        verb = DUTY_START.match(words)
        noun = len(words) <= 12 and not words.endswith("。") and (verb is None or len(verb[0]) == 1)
        if (
            entry.depth in self.titled_depths
            and noun
            and children
            and following is not None
            and not following.heading_level
        ):
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
        if words[0] == "对" and "进行" in words:
            return True
        if words.rstrip("。;:") in ("其他", "其它", "其余"):
            return False
        return words.endswith(("。", ";")) or "," in words or not HEADING_NOUN_END.search(words.rstrip(":。;"))

    def _content(self, entry: Entry) -> None:
        if self.astray:
            self.orphans += [entry] if entry.style is not None else []
            return
        if self.aside_depth is not None or self.passage is not None or _OF_THE_PAPER.match(entry.words):
            return
        self._back_in_place(entry)
        if entry.style is None and self.section == "duties":
            self._by_subject(entry)
        position = self.current or self._open_unnamed(entry)
        if position is None:
            return
        if self._restarts(entry):
            position = self._open_at(
                entry.strand, position.title, position.department, position.topic, whole=position.whole_department
            )
        if entry.style is not None:
            self._seen(entry)
        else:
            self._renamed(position, entry.words)
        if self.section == "purpose" and entry.style is not None and (position.purpose or entry.value == 1):
            self.section = "duties"  # an overview is no list
        if self.section == "purpose":
            position.purpose.append(entry.strand)
            position.reaches(entry.strand)
        else:
            self._add(
                position,
                entry.strand,
                self.section,
                numbered=entry.style is not None,
                every=entry.every,
                within=entry.within,
            )

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

    def _open_unnamed(self, entry: Entry) -> RawPosition | None:
        """Duties under no title: the department's, where one is known, or those of the post that the file is named after."""
        if self.department:
            return self._open_at(entry.strand, self.department, self.department, "", whole=True)
        named = self.file_heading
        if named is None or named.kind not in ("position", "department") or self.positions or not self.section_named:
            return None
        title, department = split_title(named.name, None)
        whole = named.kind == "department"
        return self._open_at(entry.strand, title, named.name if whole else department, "", whole=whole)

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
        self._open_at(entry.strand, match[1], match[1], "", whole=True)

    def _settle_orphans(self) -> None:
        """Items of a page that stood before its title page join the position that the title page opened."""
        filled = sorted(
            (position for position in self.positions if position.filled), key=lambda position: position.start
        )
        starts = [position.start for position in filled]
        for entry in self.orphans:
            index = bisect_left(starts, entry.strand.end)
            if index < len(filled):
                filled[index].items.append(RawItem(entry.strand, "duties", numbered=True))

    def _restarts(self, entry: Entry) -> bool:
        """A list that begins again at 1 right after its last item, without a heading, is another position's."""
        if entry.value != 1 or entry.style in (None, "bullet") or self.current is None or self.section != "duties":
            return False
        last = self.last.get(entry.depth)
        return last is not None and last[0] == entry.style and last[1] >= 3 and min(self.last) == entry.depth
