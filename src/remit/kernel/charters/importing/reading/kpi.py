"""Targets and weights of performance figures, from the cell of a table or from a sentence."""

import re
from collections.abc import Iterator
from decimal import Decimal

from remit.kernel.charters.importing.draft import Op, Target
from remit.kernel.charters.importing.reading.numerals import ARABIC_NUMBER, HAN_NUMBER, NUMBER, parse_number
from remit.kernel.charters.importing.reading.strand import Strand

_BEFORE: dict[str, Op] = {
    "不低于": ">=", "不少于": ">=", "不小于": ">=", "至少": ">=", "≥": ">=", ">=": ">=", "=>": ">=", "达到": ">=", "达": ">=",
    "不高于": "<=", "不超过": "<=", "不大于": "<=", "不多于": "<=", "不得超过": "<=", "≤": "<=", "<=": "<=", "=<": "<=",
    "控制在": "<=", "低于": "<", "小于": "<", "少于": "<", "<": "<", "高于": ">", "大于": ">", "超过": ">", "多于": ">", ">": ">",
    "不得低于": ">=", "不能低于": ">=", "保持在": ">=", "=": "=", "为": "=",
}  # fmt: skip
_AFTER: dict[str, Op] = {
    "以上": ">=",
    "及以上": ">=",
    "以下": "<=",
    "以内": "<=",
    "之内": "<=",
    "及以下": "<=",
    "内": "<=",
}
_BEFORE_WORDS = "|".join(sorted(map(re.escape, _BEFORE), key=len, reverse=True))
_VALUE = rf"(?P<n>[百千]分之{HAN_NUMBER}|{HAN_NUMBER}成[一二三四五六七八九半]?(?=以[上下内]|$|[,。;])|{NUMBER})\s?(?P<unit>%|‰)?"
_MEASURE = "小时|分钟|万元|人次|[件次人名个份单笔家台元分天起项例宗户场篇张票秒条度户岁]"
_TARGET = re.compile(
    rf"(?P<before>{_BEFORE_WORDS})?\s*{_VALUE}\s*(?P<measure>{_MEASURE})?\s*(?P<after>及以上|及以下|以上|以下|以内|之内|内(?![部容]))?"
)
_PLAIN = re.compile(rf"{ARABIC_NUMBER}\s?(?:[%‰]|{_MEASURE})?")
_LEAD = re.compile(
    r"^(?:保证|确保|保持|控制|实现|完成|达到|提高|提升|降低|使|将|把|力争|维持|每年完成|每月完成|每季度?完成|年度?完成)+"
)
_COUNTED = re.compile(
    rf"^(?:每[年月周日天]|每季度?|每半年|年度|月度|季度)?(?:至少|不少于|累计|共)?(?:完成|开发|拜访|签订|组织|开展|实现|新增|举办)(?P<n>{NUMBER})\s?(?:个|家|次|份|场|人|名|件|单|万元|元)(?P<name>[^,。;:()]{{2,20}})$"
)


_SHARE_CELL = re.compile(rf"({ARABIC_NUMBER})\s?(%|分)?")


def parse_share(text: str) -> Decimal | None:
    """A weight as a fraction: 30%, 0.3, 30 and 30分 are all three tenths. None for what is no share."""
    match = _SHARE_CELL.fullmatch(text.strip())
    if not match:
        return None
    value = Decimal(match[1].replace(",", ""))
    if match[2] or value > 1:
        value /= 100
    return value if 0 <= value <= 1 else None


def parse_target(text: str) -> Target | None:
    """The target in a table's cell: ≥95%, <5‰为3, 98%以上, 100%. A sign stays as it is written."""
    text = text.strip()
    for match in _TARGET.finditer(text[:60]):
        value = _value(match)
        if value is None:
            continue
        op = _op(match)
        if op is None and (_PLAIN.fullmatch(text) or match["unit"]):
            op = "="
        if op is not None:
            return Target(op, value)
    return None


def find_target(text: str, *, counts: bool = False, bare: bool = False) -> tuple[Target, int, int] | None:
    """A target that a sentence states and where it stands: a bounded rate; with `counts` a bounded number of things too.

    `bare`: the text is a figure and its bound and no more, so that a number needs no unit.
    """
    for match in _TARGET.finditer(text):
        value, op = _value(match), _op(match)
        measured = match["unit"] or (counts and match["measure"] and match["before"])
        measured = measured or (bare and match.end() == len(text.rstrip()) and match.start() > 1)
        if value is not None and op is not None and measured:
            return Target(op, value), match.start(), match.end()
    return None


def figure_of(text: str, *, counts: bool = False, bare: bool = False) -> tuple[str, int, int, Target] | None:
    """The figure that a target sentence is about: its name, the name's place in the text, and the target.

    控制欠费率在5‰以内 is (欠费率, 2, 5, ≤ 0.005); 每年完成2个项目 is (项目, …, = 2). None where nothing is measured.
    """
    counted = _COUNTED.match(text.rstrip("。;"))
    if counted:
        number = parse_number(counted["n"])
        if number is not None:
            return counted["name"], counted.start("name"), counted.end("name"), Target("=", number)
    found = find_target(text, counts=counts, bare=bare)
    if not found:
        plain = _BARE_FIGURE.fullmatch(text) if bare else None
        stated = parse_target(plain["value"]) if plain else None
        return (plain["name"], 0, plain.end("name"), stated) if plain and stated else None
    target, position, _ = found
    start = max(text.rfind(sign, 0, position) for sign in "。;") + 1
    name = text[start:position]
    lead = _LEAD.match(name)
    if lead:
        start += lead.end()
        name = name[lead.end() :]
    # A definition between commas follows the name of the figure (客户满意度,客户对…的评价达98%).
    name = re.split("[,:]", name, maxsplit=1)[0]
    name = _strip_tail(name)
    return (name, start, start + len(name), target) if 2 <= len(name) <= 30 else None


# 压疮发生率 0: a name, a blank, a figure, and nothing else.
_BARE_FIGURE = re.compile(rf"(?P<name>[^\d,;。:\s]{{2,24}})[:\s]+(?P<value>{ARABIC_NUMBER}\s?[%‰]?)")
_PLAIN_RATE = re.compile(r"\s*([^\d,;。:]{1,20}率):?\s?(\d{1,3}(?:\.\d{1,4})?)%[,;。]?")
_CLAUSE = re.compile(r"[,;。]")
_FIGURE_END = re.compile(
    "(?:[率度数量额值分比]|时间|时长|成本|指数|销售|利润|收入|回款|业绩|次数|天数|费用|情况|完成|质量|效率|准确性|及时性)$"
)


def figures_in(strand: Strand) -> Iterator[tuple[Strand, Target]]:
    """Every figure that an item measures: one a clause (流失率为30%以下,新客户开发率达70%以上)."""
    begin = 0
    for clause_end in [*(match.end() for match in _CLAUSE.finditer(strand.fold)), len(strand)]:
        # No name and definition of a figure is longer; without the bound a long line would be read again and again.
        begin = max(begin, clause_end - 200)
        figure = figure_of(strand.fold[begin:clause_end], counts=True)
        plain = None if figure else _PLAIN_RATE.fullmatch(strand.fold[begin:clause_end])
        if figure:
            _, start, end, target = figure
            yield strand.cut(begin + start, begin + end), target
            begin = clause_end
        elif plain:
            yield strand.cut(begin, begin + plain.end(1)).strip(), Target("=", Decimal(plain[2]) / 100)
            begin = clause_end


_SHARED = re.compile(
    r"\s*(?P<name>[^,;。\d()]{2,24}?)\s?(?:\((?:权重|占比?|比重)?:?|(?:权重|占比?|比重)?:?)(?P<share>\d{1,3})%\)?\s?:?\s?(?P<rest>[^,;。]*)"
)


def weighted_figures(strand: Strand) -> list[tuple[Strand, Decimal, str]]:
    """Figures that state their share: 回款率(权重30%):目标值≥95%, or a run whose shares make a hundred (及时率30%,好评率70%).

    Each as its name, its weight and the words after it. Empty where the percentages are no shares.
    """
    found: list[tuple[Strand, Decimal, str]] = []
    total = 0
    labelled = False
    begin = 0
    for end in [*(match.start() for match in _CLAUSE.finditer(strand.fold)), len(strand)]:
        match = _SHARED.fullmatch(strand.fold, begin, end)
        if match:
            found.append(
                (strand.cut(match.start("name"), match.end("name")), Decimal(match["share"]) / 100, match["rest"])
            )
            total += int(match["share"])
            labelled = labelled or "(" in match[0] or "重" in match[0]
        elif end > begin:
            return []
        begin = end + 1
    bare = len(found) > 1 and total == 100 and not any(rest for _, _, rest in found)
    return found if labelled or bare else []


def figure_names(strand: Strand) -> Iterator[Strand]:
    """A bare list of figures (客户满意度、投诉处理及时率): its members, as far as they sound like figures."""
    begin = 0
    for match in [*re.finditer(r"[、,;。\n]", strand.fold), None]:
        part = strand.cut(begin, match.start() if match else len(strand)).strip(" :")
        begin = match.end() if match else 0
        if 2 <= len(part) <= 24 and _FIGURE_END.search(part.fold):
            yield part


def _strip_tail(name: str) -> str:
    return re.sub(
        "(?:应|需|要|须|必须|能)?(?:控制在|保持在|维持在|控制|保持|达到|达|每[年月周日天次]|每季度?|不|在|为|至)*$",
        "",
        name,
    )


def _value(match: re.Match[str]) -> Decimal | None:
    words = match["n"]
    if words[1:].startswith("分之"):
        number = parse_number(words[3:])
        return None if number is None else number / (100 if words[0] == "百" else 1000)
    if "成" in words:  # 九成 and 九成五
        tenths, _, rest = words.partition("成")
        whole, part = parse_number(tenths), parse_number(rest.replace("半", "五") or "零")
        return None if whole is None or part is None or whole > 10 else whole / 10 + part / 100
    number = parse_number(words)
    if number is None or (words[0] in "一二两三四五六七八九十百千万半" and not match["measure"]):
        return None
    if match["unit"] == "%":
        return number / 100
    return number / 1000 if match["unit"] == "‰" else number


def _op(match: re.Match[str]) -> Op | None:
    if match["after"]:
        return _AFTER[match["after"]]
    return _BEFORE.get(match["before"] or "")
