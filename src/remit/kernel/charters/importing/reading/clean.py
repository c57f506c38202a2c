"""From a `Source` to the lines that a reader would read: portal furniture gone, torn pages joined, offsets kept."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from remit.kernel.charters.importing.draft import Span
from remit.kernel.charters.importing.reading.lexicon import word_list
from remit.kernel.charters.importing.reading.script import Script, fold, simplify
from remit.kernel.charters.importing.reading.strand import EMPTY, Strand, join
from remit.kernel.charters.importing.source import Block, Source

_BLANKS = " \n\r"  # as `Strand.strip` has them
LineKind = Literal["line", "heading", "table"]


@dataclass(slots=True)  # not frozen, for its speed; nobody changes one
class Line:
    """One line of the page. `bullet`: the item's sign stood alone on the line before. `fresh`: a portal's notice stood before it, another paper begins."""

    strand: Strand
    kind: LineKind = "line"
    level: int = 0
    bullet: bool = False
    fresh: bool = False
    page: int | None = None
    table: Block | None = None


class Page:
    """The source's text in simplified signs and one width, with the ranges that are no part of the document."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.simple: str
        self.script: Script
        self.simple, self.script = simplify(source.text)
        self.folded = fold(self.simple)
        # A filter of the portal that took these pages writes 学_ for 学习.
        self.simple, self.folded = self.simple.replace("学_", "学习"), self.folded.replace("学_", "学习")
        self._holes = _holes(self.folded, source.text)
        self._cells: dict[Span, Strand] = {}
        self._hole_ends = [end for _, end in self._holes]

    def strand(self, start: int, end: int) -> Strand:
        """The text between two offsets, trimmed, without holes."""
        if not self._holes:
            return self._plain(start, end)
        holes: list[tuple[int, int]] = []
        index = bisect_right(self._hole_ends, start)
        while index < len(self._holes) and self._holes[index][0] < end:
            low, high = self._holes[index]
            holes.append((max(low, start) - start, min(high, end) - start))
            index += 1
        if not holes:
            return self._plain(start, end)
        return Strand(self.simple[start:end], self.folded[start:end], ((start, end),)).without(holes).strip()

    def cell(self, start: int, end: int) -> Strand:
        """The same for the cell of a table, which is asked for again and again."""
        known = self._cells.get((start, end))
        if known is None:
            known = self._cells[start, end] = self.strand(start, end)
        return known

    def _plain(self, start: int, end: int) -> Strand:
        fold = self.folded[start:end]
        left, right = len(fold) - len(fold.lstrip(_BLANKS)), len(fold.rstrip(_BLANKS))
        if left >= right:
            return EMPTY
        if left or right < len(fold):
            start, end, fold = start + left, start + right, fold[left:right]
        return Strand(self.simple[start:end], fold, ((start, end),))


_LINK = r"(?:https?://|www\.)[A-Za-z0-9./?=&%_~:#+-]{3,200}"
_PAGE = r"第\s?\d{1,3}\s?页\s?[,/]?\s?共\s?\d{1,3}\s?页"
# Each with a sign that it can't do without: a search through the whole text for what is not there costs more than all else.
_HOLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (sign, re.compile(pattern))
    for sign, pattern in (
        ("(", r"\((?:来自|来源|摘自|转载自?|出自|原文|更多|文章来源|本文来自)[:\s][^()]{0,80}\)"),
        ("http", rf"\(?{_LINK}\)?"),
        ("www.", rf"\(?{_LINK}\)?"),
        ("@", r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.]{2,20}"),
        ("<", r"</?[A-Za-z][^<>\n]{0,60}>"),
        ("&", "&(?:nbsp|amp|lt|gt|quot|emsp|ensp);"),
        ("`", "`"),
        ("楼", r"\d{4}-\d\d?-\d\d?(?:\s\d\d?:\d\d)?\s*\|?\s*#\d+楼"),
        ("\\", r"\\(?<=[\u4e00-\u9fff]\\)(?=[\u4e00-\u9fff])"),
        # A page's number that the break left inside a sentence: 客户投- 3 -诉.
        ("页", rf"{_PAGE}(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff,、]){_PAGE}"),
    )
)
_INVISIBLE = re.compile(r"[\ufeff\u200b-\u200f\u00ad\ufffd]")
_PAGE_IN_SENTENCE = re.compile(r"[-—–]\s?\d{1,3}\s?[-—–]")
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňḿ"
_GLOSS = re.compile(rf"(?<=[\u4e00-\u9fff])\((?=[a-zü]{{0,5}}[{_TONED}])[a-zü{_TONED}]{{1,7}}\)")
_TONELESS = re.compile(r"(?<=[\u4e00-\u9fff])\((?:[bpmfdtnlgkhjqxrzcswy]|zh|ch|sh)?[aeiouü][aeiouün]{0,3}g?\)")
# A sign that a portal's filter put into a word: 管-理, 交接-班.
_HYPHEN = re.compile(r"(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff])")


def _holes(folded: str, text: str) -> list[Span]:
    found = [match.span() for match in _INVISIBLE.finditer(folded)]
    for sign, pattern in _HOLES:
        if sign in folded:
            found += [match.span() for match in pattern.finditer(folded)]
    found += [match.span() for match in _PAGE_IN_SENTENCE.finditer(folded) if _tears(folded, *match.span())]
    glosses = [match.span() for match in _GLOSS.finditer(folded)] if "(" in folded else []
    if len(glosses) >= 3:  # the neutral tone has no mark; only a text full of glosses may lose unmarked ones
        glosses += [match.span() for match in _TONELESS.finditer(folded)]
    hyphens = [m.span() for m in _HYPHEN.finditer(folded) if _is_torn_word(folded, m.start())] if "-" in folded else []
    found = sorted(found + glosses + hyphens)
    merged: list[Span] = []
    for start, end in found:
        if merged and start < merged[-1][1]:
            continue
        merged.append((start, end))
    return merged


def _tears(folded: str, start: int, end: int) -> bool:
    """Whether a page's number stands between Chinese signs of one sentence, and is no date and no number of a phone."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if "\u4e00" <= after <= "\u9fff":
        return not (before.isascii() and before.isalnum())
    return (
        ("\u4e00" <= before <= "\u9fff" or before in ",、")
        and before != ""
        and not (after.isascii() and after.isalnum())
    )


_TORN_WORDS = word_list("""
    管理 理员 接班 服务 工作 客户 公司 部门 员工 负责 销售 信息 人员 业务 制度 安全 检查 培训 计划 财务 产品
""")


def _is_torn_word(folded: str, position: int) -> bool:
    return folded[position - 1] + folded[position + 1] in _TORN_WORDS


_FURNITURE = re.compile(
    r"(?:下载|立即下载|点此处?下载|免费下载|点击下载).{0,30}(?:文档|格式|word|\.docx?|附件)?$|.{0,40}word格式文档$|将本文档下载.{0,40}|文档为\w{2,5}格式|合集下载|相关主题"
    r"|(?:上传人|上传者|文档编号|上传时间|文件大小|页数|浏览次数|阅读次数|下载次数|收藏|点赞|分享到?|举报|格式|发布时间|更新时间|最后更新|最近更新|发布者|作者|来源|编辑|责任编辑|时间|简介)[:].{0,160}"
    r"|.{0,60}_第\d{1,4}页|第\d+页\s*[/共,]*\s*(?:第?\d+页)?|点击查看更多.*|共\d+页.{0,20}|[-—–·\s]{0,4}\d{1,4}[-—–·\s]{0,4}|第\s*\d{1,4}\s*页(?:\s*[,/]?\s*共\s*\d{1,4}\s*页)?|(?:page|Page|PAGE)\s*\d+(?:\s*(?:of|/)\s*\d+)?|\d{1,4}\s*/\s*\d{1,4}|1\."
    r"|(?:文档|文件)?(?:大小|页数|上传者|上传人|评分|浏览|积分|价格|热度)[:].{0,120}|\(.{1,40}(?:修订|修正|试行|附件|通过|印发|发布|实施|讨论稿|征求意见稿|版)\)|版本(?:号)?[:]?\s?[vV]?\d[\d.]*.{0,20}|第\s?\d{1,3}\s?版(?:\s?[·,].{0,30})?|[\u4e00-\u9fff]{2,10}(?:编制|制定|编印|印发|发布),?\s?\d{4}\s?年.{0,12}|有意者.{0,100}|(?:标签|关键[词字]|Tags?)[:].{0,80}|>{2,}.{0,60}|阅读(?:剩余|全文|更多|原文).{0,20}|(?:点击)?(?:查看|展开|加载)(?:更多|全文|剩余).{0,20}"
    r"|(?:公司|单位|通讯|联系)?地址[:].{0,60}(?:邮编|电话|传真|技术支持|邮箱).{0,100}|资源描述[:]?|展开阅读全文|相关资源|猜你喜欢|相关搜索|当前位置[:].*|.{0,6}ICP备.*|声明[:].{0,300}|版权声明.*|免责声明.*|.{0,20}版权所有.*|Copyright.*|本文(?:由|来自|来源|档由).{0,80}|.{0,24}(?:原文地址|文章地址|转载请注明).*"
    r"|(?:相关|最新|热门|推荐)(?:文档|文章|范文|阅读|推荐|资料|下载)(?:推荐)?[:]?|(?:上一篇|下一篇)[:].*|(?:更多)?相关推荐[:]?|.{0,60}小编(?:为|给)[你您大].{0,200}|(?:本文|以下)是(?:小编|由).{0,120}"
    r"|.{0,30}(?:扫码|关注)(?:.{0,10}公众号).{0,30}|加载中.*|返回(?:顶部|首页).*|首页\s*>.*|您?的?当前位置.*|打印本页.*|字号[:].*|\d{4}-\d\d?-\d\d?.{0,30}#\d+楼|(?:全文|正文)共?\d*字?.{0,10}|_{3,}|-{3,}|={3,}|\*{3,}|\.{3,}"
    r"|[〇零一二三四五六七八九十\d]{2,4}年[一二三四五六七八九十\d]{1,3}月[一二三四五六七八九十\d]{1,3}日|特此(?:通知|公告)|仅供(?:参考|学习).{0,20}|.{0,10}(?:范文|文库|文档)网.{0,30}|精心整理.{0,60}|.{0,4}如有侵权.{0,60}|.{0,30}侵犯您的权益.{0,80}|(?:\d[、.]\s?)*(?:下载文档|仅?[\"“]?仅?部分预览|如文档侵犯).{0,120}"
)
# From such a line on the portal shows other documents.
_END = re.compile(
    r"(?:【[^】]{1,40}】)?(?:相关文章|相关(?:范文|文档|文章|资源|阅读)?推荐|更多相关推荐|猜你喜欢|展开阅读全文|热门(?:推荐|文章|范文)|看了.{0,6}还看了?|你可能(?:也|还)?喜欢|您可能感兴趣.{0,8}|延伸阅读|推荐(?:阅读|文章|范文))[:]?"
)
_TEASER = re.compile(r"(?:\.{4,}|…{2,})$")
# A table of contents: page numbers after dots, or several of them in brackets on one line.
_CONTENTS = re.compile(r"(?:\.{3,}|…+|·{3,})\s*\(?\d{1,3}\)?$|(?:[\u4e00-\u9fff]\s?\(\d{1,3}\).{1,60}?){3}")
_CONTENTS_PAGE = re.compile(r"[\u4e00-\u9fff]\s?\(\d{1,3}\)")
_NOTICE = re.compile(r"(?:\d[、.]\s?)*(?:下载文档|仅?[\"“]?仅?部分预览|如文档侵犯)")
_CHARTER_HEAD = re.compile("(?:职责|说明书|权限)$")
_FIRST_ITEM = re.compile(r"[(一1][)一、.]")
_LEADING_NUMBER = re.compile(r"(\d{1,3})、")
_LONE_BULLET = re.compile(r"[lnuØüv§•·●■◆▪►▶○◇★☆➢✓√]")


def read_lines(page: Page) -> list[Line]:
    """The document's lines in order, furniture dropped, chunks of a paging portal joined. Tables stay whole."""
    lines = _bulleted(_raw_lines(page))
    lines = _without_running_heads(_without_repeated_edges(lines))
    lines = _without_furniture(lines)
    return _rejoined_chunks(lines)


def _raw_lines(page: Page) -> Iterator[Line]:
    text = page.source.text
    blocks: Sequence[Block] = page.source.blocks
    if not blocks and text.strip():
        blocks = (Block("paragraph", text, 0, len(text)),)
    for block in blocks:
        if block.kind == "table" and block.cells:
            yield Line(page.strand(block.start, block.end), "table", page=block.page, table=block)
            continue
        start = max(block.start, 0)
        end = min(block.end, len(text))
        while start < end:
            stop = text.find("\n", start, end)
            stop = end if stop < 0 else stop
            strand = page.strand(start, stop)
            if strand.fold:
                yield Line(strand, "heading" if block.kind == "heading" else "line", block.level, page=block.page)
            start = stop + 1


def _bulleted(lines: Iterable[Line]) -> list[Line]:
    """A bullet alone on its line belongs to the next one (a Wingdings l, a dot)."""
    found: list[Line] = []
    bullet = False
    for line in lines:
        if len(line.strand) == 1 and _LONE_BULLET.fullmatch(line.strand.fold):
            bullet = True
            continue
        found.append(replace(line, bullet=True) if bullet and line.kind == "line" else line)
        bullet = False
    return found


def _without_furniture(lines: list[Line]) -> list[Line]:
    found: list[Line] = []
    fresh = ended = False
    for index, line in enumerate(lines):
        words = line.strand.fold
        if ended and not _begins_paper(lines, index):
            continue
        ended = False
        if line.kind == "table" or len(words) > 400:
            if line.kind == "table" or len(_CONTENTS_PAGE.findall(words)) * 60 < len(words):
                found.append(line)
            continue
        if len(words) < 30 and _END.fullmatch(words) and index > len(lines) * 0.3:
            ended = True
            continue
        if _FURNITURE.fullmatch(words) and not _is_row_number(lines, index):
            fresh = fresh or _NOTICE.match(words) is not None
            continue
        if (len(words) > 40 and _TEASER.search(words)) or _CONTENTS.search(words):
            continue
        found.append(replace(line, fresh=True) if fresh else line)
        fresh = False
    return found


def _begins_paper(lines: list[Line], index: int) -> bool:
    """After the portal's end: a charter's heading with its first item under it, which is no teaser."""
    words = lines[index].strand.fold
    if len(words) > 40 or index + 1 >= len(lines) or not _CHARTER_HEAD.search(words):
        return False
    below = lines[index + 1].strand.fold
    return _FIRST_ITEM.match(below) is not None and _TEASER.search(below) is None


def _is_row_number(lines: list[Line], index: int) -> bool:
    """A lone small number is a page's, unless it counts the rows of a table that lost its grid."""
    words = lines[index].strand.fold
    if not words.isdecimal() or len(words) > 2:
        return False
    near = [line.strand.fold for line in lines[max(index - 8, 0) : index + 9]]
    value = int(words)
    return str(value + 1) in near or (value > 1 and str(value - 1) in near)


_PAGE_NUMBER = re.compile(
    r"第\s*\d{1,4}\s*页.{0,16}|[-—–]\s*\d{1,4}\s*[-—–]|(?:page|Page|PAGE)\s*\d+.{0,8}|\d{1,3}\s*/\s*\d{1,3}"
)


def _without_repeated_edges(lines: list[Line]) -> list[Line]:
    """Where page numbers stand in the text: a short line beside one that stands there again is the page's head. The first stays."""
    numbers = {
        index for index, line in enumerate(lines) if len(line.strand) < 24 and _PAGE_NUMBER.fullmatch(line.strand.fold)
    }
    if len(numbers) < 2:
        return lines
    seen: set[str] = set()
    found: list[Line] = []
    for index, line in enumerate(lines):
        words = line.strand.fold
        at_edge = len(words) < 60 and (index - 1 in numbers or index + 1 in numbers)
        if index not in numbers and not (at_edge and words in seen):
            found.append(line)
        seen.add(words)
    return found


def _without_running_heads(lines: list[Line]) -> list[Line]:
    """Headers and footers: what stands at the edge of three pages or more, but for its digits."""
    if not any(line.page for line in lines):
        return lines
    edges: Counter[str] = Counter()
    at_edge: list[str | None] = []
    for index, line in enumerate(lines):
        first = index == 0 or lines[index - 1].page != line.page
        last = index == len(lines) - 1 or lines[index + 1].page != line.page
        key = re.sub(r"\d+", "#", line.strand.fold) if (first or last) and len(line.strand) < 60 else None
        at_edge.append(key)
        if key:
            edges[key] += 1
    return [line for line, key in zip(lines, at_edge, strict=True) if not key or edges[key] < 3]


def _cut_by_length(lengths: list[int]) -> bool:
    """Whether nearly all have one length: only a machine cuts so."""
    middle = sorted(lengths)[len(lengths) // 2]
    return sum(abs(length - middle) <= 8 for length in lengths) >= 0.85 * len(lengths)


def _is_torn(words: str) -> bool:
    """Sentences, and at the end none: no item of a list breaks off so."""
    return "。" in words and not words.endswith(("。", ";", ":", "!", ")"))


def _rejoined_chunks(lines: list[Line]) -> list[Line]:
    """Some portals print a document as numbered chunks cut anywhere, "7、" before the seventh. Number off, chunks joined."""
    chunks: list[int] = []
    for index, line in enumerate(lines):
        match = _LEADING_NUMBER.match(line.strand.fold)
        if match and int(match[1]) == len(chunks) + 1 and len(line.strand) > 80:
            chunks.append(index)
    if chunks and chunks[-1] + 1 < len(lines):
        last = _LEADING_NUMBER.match(lines[chunks[-1] + 1].strand.fold)
        if last and int(last[1]) == len(chunks) + 1:
            chunks.append(chunks[-1] + 1)  # the rest of the paper, shorter than a chunk
    torn = sum(_is_torn(lines[index].strand.fold) for index in chunks[:-1])
    whole = len(chunks) - 1
    by_length = whole >= 3 and 2 * torn >= whole and _cut_by_length([len(lines[i].strand) for i in chunks[:-1]])
    if whole < 2 or not (by_length or torn == whole):
        return lines
    found = lines[: chunks[0]]
    parts: list[Strand] = []
    heads = set(chunks)
    for index in range(chunks[0], chunks[-1] + 1):
        strand = lines[index].strand
        match = _LEADING_NUMBER.match(strand.fold) if index in heads else None
        parts.append(strand.cut(match.end()) if match else strand)
    found.append(Line(join(parts)))
    return found + lines[chunks[-1] + 1 :]
