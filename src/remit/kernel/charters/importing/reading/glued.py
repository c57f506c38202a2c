"""Headings that lost their line break: before a sentence, behind an item, twice over."""

import re
from dataclasses import replace

from remit.kernel.charters.importing.reading.entries import Entry
from remit.kernel.charters.importing.reading.headings import classify, is_plain_title, is_title, section_of
from remit.kernel.charters.importing.reading.lexicon import HEADING_NOUN_END, SECTIONS

_SECTION_STARTS = frozenset(word[:2] for word in SECTIONS)
_NO_HEADING = ":是的为及和与、,。;/()"
_TWICE = re.compile(r"([^,。;:]{2,14}?)\1")
_DEPARTMENT_FIRST = re.compile(r"(.{2,24}?(?:职责|权限|说明书|描述))(?=([\u4e00-\u9fff]{2,12}):?$)")
# The item that closes nearly every list; what follows it in the same breath is something else.
_LAST_ITEM = re.compile(
    r"(?:.{0,6}完成)?[^,。;]{0,16}(?:交办|安排|交代|布置|部署|交给)的?(?:其他|其它|各项|临时|一切)?[^,。;]{0,8}(?:工作|任务|事项|事宜)(?:任务)?。(?=.{6})"
)
_PAPER = re.compile(r"([\u4e00-\u9fff]{4,14}(?:办法|制度|规定|细则|守则))(?=[\u4e00-\u9fff]{6})")
# In a department's list: 2.业务员负责…, 1.部主任全面负责…
_HOLDER = re.compile(
    "([\u4e00-\u9fff]{2,12}?)(?=(?:主要|全面|具体|直接|协助)?负责(?!人|的)|(?:直接)?[向对][\u4e00-\u9fff]{2,14}负责)"
)
_TOPIC_END = re.compile("(?:职责|职能|人员配备|说明书|描述|权限)")
_LEAD_VERB = re.compile("负责|通过|根据|按照|协调|定期|针对|利用|主动|及时")


def split_glued(
    entry: Entry, latest_heading: str, title: str, following: Entry | None, *, whole_department: bool
) -> list[Entry]:
    """The entry as the entries that it should have been; mostly itself alone."""
    words = entry.words
    if len(words) < 8 or len(words) > 20_000:
        return [entry]
    cut = _head_end(entry, latest_heading, title, following, whole_department) or _tail_start(words, entry)
    if not cut:
        return [entry]
    return [replace(entry, strand=entry.strand.cut(0, cut).strip()), Entry(entry.strand.cut(cut).strip())]


def _head_end(entry: Entry, latest_heading: str, title: str, following: Entry | None, whole_department: bool) -> int:
    words = entry.words
    if (
        entry.style is None
        and len(latest_heading) >= 5
        and words.startswith(latest_heading)
        and len(words) > len(latest_heading) + 1
    ):
        return len(latest_heading)
    if entry.style is None:
        first = _DEPARTMENT_FIRST.match(words)
        if first and is_title(first[2]) and classify(first[1]):
            return first.end()
        paper = _PAPER.match(words)
        if paper and words[paper.end() : paper.end() + 2] == words[:2]:
            return paper.end()
    named = _named_head(words, entry.style == "part")
    if named:
        return named
    for size in (8, 7, 6, 5, 4, 3, 2) if words[:2] in _SECTION_STARTS else ():
        head = words[:size]
        if size < 4 and not (title and words[size:].lower().startswith(title.lower())):
            continue
        if len(words) > size + 6 and words[size] not in _NO_HEADING and section_of(head):
            rest = words[size:]
            if entry.style in ("chapter", "inner", "plain") or (len(title) > 2 and rest.startswith(title)):
                return size
    if entry.style in ("chapter", "inner", "plain", "decimal") and len(words) > 12:
        # 1. 销售经理销售经理是…: the title, and a sentence that begins with it.
        twice = _TWICE.match(words)
        if twice and is_title(twice[1]):
            return twice.end(1)
        holder = _HOLDER.match(words) if whole_department else None
        if holder and is_plain_title(holder[1]):
            return holder.end(1)
        lead = _LEAD_VERB.search(words, 4, 22)
        prose_follows = following is not None and following.style is None and len(following.words) > 20
        if (
            lead
            and prose_follows
            and not re.search("[,。;:]", words[: lead.start()])
            and HEADING_NOUN_END.search(words[: lead.start()])
        ):
            return lead.start()
    return 0


def _named_head(words: str, part: bool) -> int:
    """大客户经理岗位职责大客户经理是…: a heading, and a sentence that begins with its name (or, after 第三篇, any sentence)."""
    for match in _TOPIC_END.finditer(words, 2, 40):
        heading = classify(words[: match.end()])
        if heading is None or not heading.sure or heading.kind not in ("position", "department"):
            continue
        rest = words[match.end() :].lstrip()
        if len(rest) > 6 and (
            rest.startswith(heading.name) or (part and rest[0] not in _NO_HEADING and _has_sentence(rest))
        ):
            again = _TOPIC_END.match(rest) if part else None
            return match.end() if again is None else 0
    return 0


def _has_sentence(rest: str) -> bool:
    return re.search("[,。;]", rest[:80]) is not None


def _tail_start(words: str, entry: Entry) -> int:
    last = _LAST_ITEM.match(words)
    if last and entry.style is not None:
        return last.end()
    stop = words.rstrip("。 ").rfind("。") + 1
    tail = words[stop:].strip()
    if not stop or not 3 <= len(tail) <= 40 or tail.endswith("。"):
        return 0
    heading = classify(tail)
    if heading and (heading.kind in ("position", "department") and (heading.sure or tail.endswith(":"))):
        return stop
    return stop if heading and heading.kind == "section" and entry.style is not None and len(tail) >= 4 else 0
