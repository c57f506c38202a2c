"""Numbers and bullets before items: what they look like, what they count, where one line holds several."""

import re
from dataclasses import dataclass
from typing import Literal

from remit.kernel.charters.importing.reading.lexicon import DUTY_VERB
from remit.kernel.charters.importing.reading.numerals import parse_number

# part: 第一篇; chapter: 一、; inner: (一); plain: 1、; bracket: (1) or 1); circle: ①; letter: a); decimal: 1.2; task: 职责一
Style = Literal["part", "chapter", "inner", "plain", "bracket", "circle", "letter", "decimal", "task", "bullet"]

_HAN = "[一二三四五六七八九十]{1,3}"
# "1 个工作日内报告" begins with a time, not with a number of its own.
_SPAN = "(?:个(?:工作日|自然日|月|季度|星期|小时)|(?:小时|分钟|年|天|日|周)(?:内|以内|之内))"
_START = re.compile(
    rf"\s*(?:(?P<sample>【?(?:范文|模板|模版|范例|例文|样本)(?:{_HAN}|\d{{1,2}})[】:]?$)|(?P<part>【?(?:第(?:{_HAN}|\d{{1,3}})(?:部分|[篇章部节])|篇(?:{_HAN}|\d{{1,2}}))[:、.\s】]?)"
    rf"|(?P<article>第(?:{_HAN}|\d{{1,3}})条[:、.\s]?)"
    rf"|(?P<task>(?:职责|任务|工作|要点)(?:{_HAN}|\d{{1,2}})[:、.\s])"
    rf"|(?P<chapter>{_HAN}[、.:,](?=\D))|(?P<formal>[壹贰叁参肆伍陆柒捌玖拾]{{1,2}}[、.](?=\D))|(?P<chapter2>{_HAN}\s+(?=[\u4e00-\u9fff]))"
    rf"|(?P<inner>\({_HAN}\)[、.:]?)|(?P<stem>\([甲乙丙丁戊己庚辛壬癸]\)[、.:]?|[甲乙丙丁戊己庚辛][、.])"
    r"|(?P<amount>\d{1,2}[.](?=\d{1,6}(?:\.\d{1,2})?\s?(?:元|万|千|百|%|天|个|年(?!度)|名|人|岁|日|周|次|小时|件)))"
    r"|(?P<decimal>\d{1,2}[.]\d{1,2}(?:[.]\d{1,2})?(?:[.、\s]+|(?=[\u4e00-\u9fff]))(?![%元万倍折年个]))"
    rf"|(?P<plain>\d{{1,3}}(?:[.]{{1,2}}|、|,(?=[\u4e00-\u9fff])|:(?!\d)|\s+(?=[\u4e00-\u9fff])(?!{_SPAN}))(?!\d)|\d{{1,3}}、(?=\d+(?:[.-]\d+)?\s?(?:元|万|%|年|天|个|名|人|岁|次|小时|分钟|级|家|周)))"
    r"|(?P<glued>\d{1,2}(?=[\u4e00-\u9fff])(?![年月日天个周小分元万千百名人次家%季号楼级类项岁种条位点倍折]))"
    r"|(?P<bracket>\(\d{1,3}\)[、.:]?|\d{1,3}\)[、.:]?)"
    r"|(?P<circle>[\u2460-\u2473][、.]?)"
    r"|(?P<letter>(?:\([a-zA-Z]\)|[a-zA-Z][)、.](?![a-zA-Z]))\s?)"
    r"|(?P<roman>(?:[\u2160-\u216b]|[IVX]{1,4}(?=[.、]))[、.]?)"
    r"|(?P<bullet>[•·●■◆▪►▶○◇★☆➢✓√※\uf06c\uf0b7\uf0d8\uf075\uf0fc]\s*|[-*–—]\s+(?=\S)|[-*–—](?=[\u4e00-\u9fff])))"
)
_STYLES: dict[str, Style] = {
    "sample": "part", "part": "part", "article": "chapter", "task": "task", "chapter": "chapter", "chapter2": "chapter", "formal": "chapter", "inner": "inner", "stem": "inner",
    "decimal": "decimal", "plain": "plain", "glued": "plain", "amount": "plain", "bracket": "bracket", "circle": "circle", "letter": "letter",
    "roman": "chapter", "bullet": "bullet",
}  # fmt: skip
# The first sign is taken by a class of its own, and each branch looks back at it: so the search skips to such signs at once.
_INLINE = re.compile(
    r"[【第篇一二三四五六七八九十(\d\u2460-\u2473\sA-Za-z–—•●■◆▪►▶➢✓√-](?:"
    rf"(?P<part>(?:(?<=【)(?:第(?:{_HAN}|\d{{1,2}})篇|篇(?:{_HAN}|\d{{1,2}}))|(?<=第)(?:{_HAN}|\d{{1,2}})篇|(?<=篇)(?:{_HAN}|\d{{1,2}}))[:、])"
    r"|(?P<chapter>(?<=[一二三四五六七八九十])(?<![一二三四五六七八九十第、].)[一二三四五六七八九十]{0,2}、)"
    rf"|(?P<inner>(?<=\(){_HAN}\)[、.]?)"
    r"|(?P<bracket>(?<=\()\d{1,2}\)|(?<=\d)(?<![\d.(/-].)\d?\))|(?P<circle>(?<=[\u2460-\u2473]))"
    r"|(?P<plain>(?<=\d)(?<![\d.A-Za-z/-].)\d{0,2}(?:[.]{1,2}|、)(?!\d)|(?<=[。;\s]\d)\d?\s?(?=[\u4e00-\u9fff])"
    rf"|(?<=[\u4e00-\u9fff]\d)\d?\s?(?={DUTY_VERB}))"
    r"|(?P<letter>(?<=[\s。;:][a-zA-Z])[)、])"
    r"|(?P<bullet>(?<=[\u4e00-\u9fff]\s)[-–—]\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff][-–—])\s+(?=[\u4e00-\u9fff])|(?<=[•●■◆▪►▶➢✓√])\s*))"
)
_STEMS = "甲乙丙丁戊己庚辛壬癸"  # as Taiwan numbers what stands under 一、
_DIGITS = re.compile(r"\d+")
_HAN_DIGITS = re.compile(rf"{_HAN}|[壹贰叁参肆伍陆柒捌玖拾]{{1,2}}")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}


@dataclass(slots=True)  # not frozen, for its speed; nobody changes one
class Marker:
    """`style` and `value` of the number, and where it starts and ends in its line."""

    style: Style
    value: int
    start: int
    end: int
    weak: bool = False  # a number without a sign after it, which counts only in sequence


def leading_marker(text: str) -> Marker | None:
    """The number or bullet that a line (folded) starts with."""
    match = _START.match(text)
    if not match or match.lastgroup is None:
        return None
    name = match.lastgroup
    return Marker(
        _STYLES[name], _value(match[name]), match.start(name), match.end(), weak=name in ("glued", "amount", "chapter2")
    )


def inline_markers(text: str, start: int) -> list[Marker]:
    """Everything after `start` that could be the number of an item; the caller judges by the sequence."""
    found: list[Marker] = []
    for match in _INLINE.finditer(text, start):
        name = match.lastgroup
        if name:
            found.append(Marker(_STYLES[name], _value(match[0]), match.start(), match.end()))
    return found


def _value(words: str) -> int:
    digits = _DIGITS.findall(words)
    if digits:
        return int(digits[-1])
    han = _HAN_DIGITS.search(words)
    if han:
        number = parse_number(han[0])
        return int(number) if number is not None else 0
    stem = _STEMS.find(words.strip(" 、.():") or " ")
    if stem >= 0:
        return stem + 1
    sign = words.strip(" 、.):")
    if len(sign) == 1 and 0x2460 <= ord(sign) <= 0x2473:
        return ord(sign) - 0x245F
    if len(sign) == 1 and 0x2160 <= ord(sign) <= 0x216B:
        return ord(sign) - 0x215F
    if sign in _ROMAN:
        return _ROMAN[sign]
    if len(sign) == 1 and sign.isascii() and sign.isalpha():
        return ord(sign.lower()) - 0x60
    return 0
