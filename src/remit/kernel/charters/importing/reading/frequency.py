"""How often a duty recurs: 每周, 每月底, 年度预算, 周报."""

import re

from remit.kernel.charters.importing.draft import Every

# Papers and meetings that recur with the period that stands before them (月工作计划, 周报表).
_PAPER = "(?:计划|预算|总结|报表|汇报|例会|盘点|预测|方案|排班|值班|考核表|对账)"
_GAP = "[^,。;:、()]"

# From the shortest to the longest: of several rhythms in one item the shortest counts.
_RHYTHMS: tuple[tuple[Every, str], ...] = (
    (
        "day",
        "每[一个]{0,2}(?:工作日|营业日|日|天|晚|早|班(?!组))|逐日|天天|日清|日结|日报(?![销刊名])|日终"
        rf"|(?<![今生节每假工作近])日(?:工作|销售|生产)?{_PAPER}|[周月]/日|[一1]日[一二两三\d]次",
    ),
    (
        "week",
        "每[一个]{0,2}(?:周|星期|礼拜)(?!年)|逐周|按周|周报"
        rf"|每[^,。;、]{{0,2}}、周|(?<![双一两两每\d])周(?:工作|销售|生产){{0,2}}{_PAPER}|[一1]周[一二两三四五\d]次",
    ),
    ("half-month", "每半个?月|每隔?[两二2]个?(?:周|星期|礼拜)|双周|半月(?![内以之])|半个月一次"),
    (
        "month",
        "每[一个]{0,2}月|逐月|按月|月报|月度|[下次当本]月|月[底末初终]|[年季、/]月/"
        rf"|(?<![一两二三四五六七八九十个\d])月{_GAP}{{0,6}}?{_PAPER}|[一1]月[一二两三四五\d]次",
    ),
    ("quarter", "每[一个]{0,2}季|逐季|按季|季度|季报|季末|[一1]季[一二两三\\d]次"),
    ("half-year", "每半年|半年度|半年[一1]次|半年(?:工作)?(?:总结|报告|考核)"),
    (
        "year",
        "每[一个]{0,2}学?年(?!龄)|逐年|按年|年度|年[检审报终底末](?!龄)|全年|[一1]年[一二两三四\\d]次"
        rf"|(?<![\d一二两三四五六七八九十几多近往历])年{_GAP}{{0,4}}?(?:{_PAPER}|目标)",
    ),
)
_COMPILED = tuple((every, re.compile(pattern)) for every, pattern in _RHYTHMS)
# Nearly every duty has no rhythm; one look for a sign that all rhythms have saves seven searches.
_HINT = re.compile("[日天周旬月季年班晚]|星期|礼拜")
# "Every two years" is none of the rhythms, and neither is a handbook's yearly-looking name.
_FALSE = re.compile(
    r"[二两三四五六七八九十\d]年一度|《[^》]{0,40}》|周[一二三四五六日末](?!次)|日[常期志程用记历]|年[龄纪轻资]|(?<=年)\d{1,2}月(?:份|底|末|初|[上中下]旬)?"
    r"|(?<!\d)(?:1[0-2]|[1-9])月(?:份|底|末|初|[上中下]旬)|(?<![一二三四五六七八九十每个])(?:十[一二]?|[二三四五六七八九])月(?:份|底|末|初|[上中下]旬)"
)
_HEADING = re.compile(r"(?:每[一个]{0,2}|日常?|周|月度?|季度?|半年|年度?|半月)[^,。;]{0,6}")


def find_every(text: str) -> Every | None:
    """The shortest rhythm that the text (folded, simplified) states, or None."""
    if not _HINT.search(text):
        return None
    text = _FALSE.sub(_keep_each, text)
    for every, pattern in _COMPILED:
        if pattern.search(text):
            return every
    return None


def _keep_each(match: re.Match[str]) -> str:
    # 每周一 is still 每周: only the name of the day goes.
    word = match[0]
    return (
        "周"
        if word.startswith("周") and match.string[max(match.start() - 1, 0) : match.start()] in ("每", "个")
        else "·"
    )


def heading_rhythm(text: str) -> Every | None:
    """The rhythm of a bare heading over a list: 每天, 每周工作, 月度. None for anything longer."""
    text = text.strip(" :")
    if len(text) > 8 or not _HEADING.fullmatch(text):
        return None
    return find_every(text if text.startswith(("每", "半")) else f"每{text}")
