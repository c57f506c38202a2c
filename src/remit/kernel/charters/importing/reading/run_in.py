"""Run-in headings: a post and what is said of it on one line.

大堂副理(上级:前厅部经理;下级:接待员)      a heading with the fields of a form in brackets
投诉专员:受理各渠道投诉,1小时内联系客户    a notice that gives each post its own paragraph
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from remit.kernel.charters.importing.reading.clean import Line
from remit.kernel.charters.importing.reading.headings import classify, is_plain_title, label_of, section_of
from remit.kernel.charters.importing.reading.lexicon import DUTY_START

_NUMBER = r"(?:\(?[一二三四五六七八九十\d]{1,3}[)、.]\s*)?"
_FIELDS_BEHIND = re.compile(rf"{_NUMBER}(?P<post>[\u4e00-\u9fffA-Za-z/]{{2,16}})\s?\((?P<fields>[^()]{{4,80}})\)\s*:?")
_FIELD = re.compile(r"\s*(?P<label>[^:;]{2,6}):(?P<value>[^:;]{2,40})(?:;|$)")
_POST_FIRST = re.compile(rf"{_NUMBER}(?P<post>[\u4e00-\u9fff/]{{2,16}}):\s?(?P<said>\S.{{9,}})", re.DOTALL)
# 中心主任王建国: the holder's name behind the title.
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_NO_DUTY = re.compile("接受|与|向|对(?=其)|听取")


def run_in_apart(lines: Sequence[Line]) -> list[Line]:
    """The lines with every run-in heading as a line of its own, its fields behind it."""
    posts = _posts_first(lines)
    return [part for index, line in enumerate(lines) for part in _parts(line, posts.get(index))]


def _parts(line: Line, post: tuple[int, int, int] | None) -> Iterator[Line]:
    strand = line.strand
    if post:
        start, end, said = post
        yield replace(line, strand=strand.cut(start, end), kind="heading")
        yield replace(line, strand=strand.cut(said), kind="line", bullet=False)
        return
    fields = _fields_behind(line)
    if not fields:
        yield line
        return
    yield replace(line, strand=strand.cut(0, fields[0][0] - 1).strip(), kind="heading")
    for start, end in fields:
        yield replace(line, strand=strand.cut(start, end).strip(), kind="line", bullet=False)


def _fields_behind(line: Line) -> list[tuple[int, int]]:
    """Where the fields in a heading's brackets stand; empty where the line is no such heading."""
    words = line.strand.fold
    may_be = len(words) < 100 and "(" in words and ":" in words and line.kind != "table"
    match = _FIELDS_BEHIND.fullmatch(words.strip()) if may_be else None
    if match is None or not is_plain_title(match["post"]):
        return []
    shift = len(words) - len(words.lstrip())
    begin, end = shift + match.start("fields"), shift + match.end("fields")
    fields = list(_FIELD.finditer(words, begin, end))
    if not fields or fields[-1].end() != end or not all(label_of(one["label"]) for one in fields):
        return []
    return [(one.start("label"), one.end("value")) for one in fields]


def _posts_first(lines: Sequence[Line]) -> dict[int, tuple[int, int, int]]:
    """{index of the line: (start and end of the post, start of what is said of it)}.

    Only where two lines or more are so, and no line is a proper heading: under one, 客服主管:… is whom the holder deals with.
    """
    found: dict[int, tuple[int, int, int]] = {}
    titles: set[str] = set()
    for index, line in enumerate(lines):
        words = line.strand.fold
        match = _POST_FIRST.match(words) if line.kind != "table" and ":" in words[:24] else None
        if match is None or label_of(match["post"]) or section_of(match["post"]):
            continue
        title = _without_holder(match["post"])
        if title and DUTY_START.match(match["said"]) and not _NO_DUTY.match(match["said"]):
            found[index] = (match.start("post"), match.start("post") + len(title), match.start("said"))
            titles.add(title)
    return found if len(titles) > 1 and not any(map(_is_proper_heading, lines)) else {}


def _is_proper_heading(line: Line) -> bool:
    heading = classify(line.strand.fold) if line.kind != "table" and len(line.strand.fold) <= 40 else None
    return bool(heading and heading.sure and heading.topic and heading.kind in ("position", "department"))


def _without_holder(post: str) -> str:
    """The title, without the name of who holds it; empty where it is none."""
    if is_plain_title(post):
        return post
    return next((post[:-size] for size in (2, 3) if post[-size:][:1] in _SURNAMES and is_plain_title(post[:-size])), "")
