"""The deadline that a duty states: 三天之内, 1小时内, 2个工作日内, 不超过30分钟."""

import re

from remit.kernel.charters.importing.draft import Within, WithinUnit
from remit.kernel.charters.importing.reading.numerals import NUMBER, parse_number

_UNITS: dict[str, WithinUnit] = {
    "分钟": "minute",
    "分": "minute",
    "min": "minute",
    "小时": "hour",
    "钟头": "hour",
    "h": "hour",
    "工作日": "workday",
    "工作天": "workday",
    "天": "day",
    "日": "day",
    "周": "week",
    "星期": "week",
    "礼拜": "week",
    "月": "month",
}
_UNIT = "(?P<unit>分钟|分(?![之部公店])|min|小时|钟头|h|工作[日天]|天|日|周|星期|礼拜|月)"
_RANGE = rf"(?:{NUMBER}\s?[-~至到]\s?)?"
_INSIDE = re.compile(
    rf"(?<![每\d.第假班]){_RANGE}(?P<n>{NUMBER})\s?个?{_UNIT}(?:时间)?(?:之内|以内|内(?!部|容|外|控|勤|在|训|审(?![核批查定])))(?!的?[事病请年休婚丧产]?假)"
)
_AT_MOST = re.compile(
    rf"(?<![扣加计评得]分)(?:不超过|时限(?:为|是|:)?[^,。;\d]{{0,10}}?|不得超过|不能超过|最迟|至迟|最长)(?P<n>{NUMBER})\s?个?{_UNIT}"
)


def find_within(text: str) -> Within | None:
    """The first stated span in the text (folded, simplified), or None."""
    if "内" not in text and "超过" not in text and "最" not in text and "至迟" not in text and "时限" not in text:
        return None
    match = _INSIDE.search(text) or _AT_MOST.search(text)
    if not match:
        return None
    number = parse_number(match["n"])
    unit = _UNITS[match["unit"]]
    return Within(number, unit) if number else None
