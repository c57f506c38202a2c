"""What bounds an authority: 500元以下, 不超过2万元, 9折, 三天以内, 20人以下."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from remit.kernel.charters.importing.draft import BoundFound, LimitUnit
from remit.kernel.charters.importing.reading.numerals import ARABIC_NUMBER, HAN_NUMBER, NUMBER, parse_number

_MONEY = "元人民币|新?台币|港币|港元|元港币|元|块钱|块|圆|人民币|RMB|rmb|CNY|cny"
_COUNT = "户|人次|人|名|件|次|份|个(?![月小工星礼部岗])|单|笔|台|套|间|位|箱|盒|张"
_UNIT = rf"(?P<unit>{_MONEY}|个?百分点|个点|%|‰|个?工作[日天]|个?小时|天|日|周|星期|个月|{_COUNT})"
_OVER = "(?:不超过|不得超过|不能超过|不超出|不高于|不大于|不多于|未超过|最高|最长|最多|至多|上限为?|限额为?|以?内?限|≤|<=|<|低于|少于|小于|不足|不满|未满)"
_STRICT = re.compile("^(?:<|低于|少于|小于|不足|不满|未满)$")
_AMOUNT = re.compile(
    rf"(?P<before>{_OVER})?\s*(?P<sign>¥|RMB|rmb|人民币|新?台币|港币|港元|HK\$|NT\$|\$)?\s?"
    rf"(?:(?P<from>{NUMBER})\s?(?:{_MONEY})?\s?[-~—至到]\s?)?(?P<n>{NUMBER})\s?(?:{_UNIT})?"
    r"(?P<inclusive>\s?\(?含(?:本数)?[^)]{0,6}\)?)?\s?(?P<after>以内|之内|及以内|及以下|以下|之下|为限|封顶|内(?![部容外控勤在]))?"
    r"(?P<above>以上|及以上|之上|起)?"
)
_DISCOUNT = re.compile(rf"(?P<n>{ARABIC_NUMBER}|{HAN_NUMBER})\s?折(?![旧损合算扣抵叠])(?P<strict>以上)?")
_GRANTS = re.compile("有权|审批|批准|签批|核准|额度|权限|限额|免单|减免|赠送|奖励|处罚|补偿|赔付|赔偿")
_FLOATS = re.compile("[上下]浮|浮动|让利|下调|折让|优惠")  # 可下浮5%: so far and no further
# 责令停班半天: how long a sanction or a leave lasts bounds it even where no word says so; 报站长批准停班三天 is another's.
_LASTS = re.compile("(?:停[班课工岗职业运学机]|[准放休请]假|调休|顺延|延期|宽限|延长)(?:期限?|时间)?(?:为|至)?$")
_ANOTHERS = re.compile("(?:报|请示|呈|提请)[^,。;]*$")
_HINT = re.compile(r"[\d零一二两三四五六七八九十百千万半]")


def find_limits(text: str) -> tuple[BoundFound, ...]:
    """The bounds in the text (folded, simplified) of an authority, in its order."""
    if not _HINT.search(text):
        return ()
    found = sorted([*_discounts(text), *_amounts(text)], key=lambda pair: pair[0])
    # A bilingual item says its bound twice.
    return tuple(dict.fromkeys(bound for _, bound in found))


def _discounts(text: str) -> Iterator[tuple[int, BoundFound]]:
    for match in _DISCOUNT.finditer(text):
        rate = _discount_rate(match["n"])
        if rate is not None:
            yield match.start(), BoundFound(Decimal(100) - rate, "%", "<=")


def _discount_rate(words: str) -> Decimal | None:
    """9, 8.5 and 85 折, 九折 and 八五折: what is paid, in percent."""
    value = parse_number(words)
    if value is None or value <= 0:
        return None
    if value < 10:
        return value * 10
    return value if value < 100 and value % 10 else None


def _amounts(text: str) -> Iterator[tuple[int, BoundFound]]:
    grants = _GRANTS.search(text) is not None
    for match in _AMOUNT.finditer(text):
        unit, scale = _unit(match)
        number = parse_number(match["n"])
        if unit is None or number is None or match["above"]:
            continue
        bounded = match["before"] or match["after"]
        # An amount of money that stands in a permission bounds it even where no word says so.
        floats = unit == "%" and _FLOATS.search(text, max(match.start() - 4, 0), match.start("n"))
        lasts = (
            unit == "day"
            and _LASTS.search(text, max(match.start() - 8, 0), match.start("n"))
            and not _ANOTHERS.search(text, 0, match.start("n"))
        )
        if not bounded and not floats and not lasts and not (grants and unit == "CNY"):
            continue
        yield match.start(), BoundFound(number * scale, unit, _op(match))


def _unit(match: re.Match[str]) -> tuple[LimitUnit | None, Decimal]:
    word = match["unit"]
    if word is None:
        return ("CNY", Decimal(1)) if match["sign"] else (None, Decimal(1))
    if re.fullmatch(_MONEY, word):
        return "CNY", Decimal(1)
    if word == "%" or word.endswith("点"):
        return "%", Decimal(1)
    if word == "‰":
        return "%", Decimal("0.1")
    if word in ("天", "日") or word.endswith(("工作日", "工作天")):
        return "day", Decimal(1)
    if word in ("周", "星期"):
        return "day", Decimal(7)
    if word == "个月":
        return "day", Decimal(30)
    if word.endswith("小时"):
        return None, Decimal(1)
    return "count", Decimal(1)


def _op(match: re.Match[str]) -> Literal["<", "<="]:
    if match["inclusive"]:
        return "<="
    if match["before"] and _STRICT.match(match["before"]):
        return "<"
    return "<" if match["after"] in ("以下", "之下") and not match["before"] else "<="
