"""Prose cut into its sentences, and which of them say what somebody has to do."""

import re
from collections.abc import Iterator

from remit.kernel.charters.importing.reading.strand import Strand

_STOP = re.compile("[。;!?]")
_GOES_ON = re.compile(r"\s?(?:使得?|从而|以便|以达到|以确保)")
_LIST_LEAD = re.compile(
    "(?:^|,)[^,。;:]{0,14}?(?:其|他们的?|该岗位)?(?:主要|具体)?(?:职责|工作|任务|内容)?(?:包括|如下|有以下|主要有)[^,。;:]{0,6}:(?=.{4})"
)
_TALK = re.compile("我(?!们?(?:公司|司|院|校|店|部|行|厂|方|局|单位))|[你您]|吧$|呢$|填写\\)")
_DEFINES = re.compile(
    "是指|(?:是|作为|属于)[^,。;]{0,40}(?:职位|岗位|角色|之一|桥梁|部分|环节|关键|基础|前提|保障|人物|联系人|主要人员|责任人)|扮演|至关重要|有助于|重要(?:的)?作用|本文|这就要求|晋升|发展空间|不可或缺|顾名思义|说明书|以下(?:是|为)|如下$"
)
_PRAISES = re.compile(
    "非常重要|关系到|越来越|随着|近年来|众所周知|意味着|广阔的?.{0,4}前景|提供了.{0,12}机会|带来更多|希望对|使用频率|怎么写|欢迎(?:阅读|参考)|供大家|下面(?:是|整理)|范文|以下是|面试|薪资|五险"
)
# Captions, lead-ins, notes: lines that stand among the duties and charge nobody.
_NO_SENTENCE = re.compile(
    "^版本|^注[:意]|特?制[定订]本[\u4e00-\u9fff]{2,6}$|^为了?(?:明确|规范|加强|进一步|健全|完善|做好|确保|理顺|落实)[^。]{4,80},(?:特|现)[^,。]{0,4}(?:制[定订]|明确|规定|将)|(?:公司|说明书|确认书|表格|即|如下|包括|分为|划分为)$|^[^,。;:]{2,10}(?:方式|宗旨|策略|口号|原则|目标|规范|说明):|没有.{0,6}权|统称为|以下简称|(?:上述|以上)任务|^[^\u4e00-\u9fff]*$"
)
_REQUIRES = re.compile(
    "^(?:[^,。;]{0,18}?(?:还|也|同时)?(?:需要|须|需|应该|应当|应|必须|要求))?(?:具备|具有|拥有)|^(?:[^,。;]{0,18}?(?:需要|须|需|应该|应当|应|必须|要求))(?:掌握|熟悉|懂|会|对[^,。;]{2,20}(?:熟悉|了解|具有))|^要求(?:对|具|熟|有|掌)"
)
_REQUIRES_LEAD = re.compile(
    "^[^,。;]{0,18}?(?:还|也|同时)?(?:需要|须|需|应该|应当|应|必须|要求)(?=具|拥|掌|熟|懂|会|对|有)"
)
_REQUIRES_TAIL = re.compile(",(?:以|从而|来)[^,。;]*$")


def sentences(strand: Strand) -> Iterator[Strand]:
    """The sentences of a paragraph, without the sign at their end. Signs inside brackets and quotes cut nothing."""
    begin = 0
    bracketed = "(" in strand.fold or "“" in strand.fold
    for match in _STOP.finditer(strand.fold):
        part = strand.fold[begin : match.start()] if bracketed else ""
        if (part.count("(") > part.count(")") and len(part) < 200) or (
            part.count("“") > part.count("”") and len(part) < 200
        ):
            continue
        if match[0] == ";" and match.start() - begin < 400 and _GOES_ON.match(strand.fold, match.end()):
            continue
        if match[0] != "?":
            yield from _kept(strand.cut(begin, match.start()))
        begin = match.end()
    yield from _kept(strand.cut(begin))


def _kept(strand: Strand) -> Iterator[Strand]:
    strand = strand.strip(" ,、。;")
    lead = _LIST_LEAD.search(strand.fold, 0, 80)
    if lead:
        yield from _kept(strand.cut(0, lead.start()))
        strand = strand.cut(lead.end())
    if len(strand) >= 4 and not strand.fold.endswith((":", "?")):
        yield strand


def is_requirement(text: str) -> bool:
    """Whether a sentence of prose says what the holder has to be, not to do."""
    return _REQUIRES.match(text) is not None


def requirement_in(strand: Strand) -> Strand:
    """The requirement without its 他们需要."""
    match = _REQUIRES_LEAD.match(strand.fold)
    strand = strand.cut(match.end()) if match else strand
    tail = _REQUIRES_TAIL.search(strand.fold)
    return strand.cut(0, tail.start()) if tail else strand


def obliges(text: str) -> bool:
    """Whether a sentence of prose is a duty: it has a verb of duty and is no praise or definition."""
    if _TALK.search(text):
        return False
    if "是指" in text:
        return False
    if _DEFINES.search(text):
        return re.search("负责|职责是|承担|应承担", text) is not None and not re.search(
            "扮演|之一", text.split("负责")[0]
        )
    return len(text) >= 4 and _PRAISES.search(text) is None and _NO_SENTENCE.search(text) is None
