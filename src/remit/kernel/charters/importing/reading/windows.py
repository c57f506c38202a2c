"""Cumulative limits of an authority: 同一客户一年不超过三次, 每月累计2000元以内."""

import re
from typing import Literal

from remit.kernel.charters.importing.draft import BoundFound, WindowFound, WindowPeriod
from remit.kernel.charters.importing.reading.numerals import NUMBER, parse_number

_PERIODS: dict[str, WindowPeriod] = {
    "日": "day", "天": "day", "周": "week", "月": "month", "季": "quarter", "年": "year",
}  # fmt: skip
_CUSTOMER = "(?:同一|每一?[个位名]?|单[个一]?|一个)(?:客户|顾客|会员|用户|业主|消费者|单位)"
# 一年不超过三次 counts; 三天内 and 两个月内 are deadlines.
_PERIOD = r"(?<![\d二两三四五六七八九十百几])(?:每一?个?|一个?|全|当|本|单)(?P<period>[日天周月季年])(?:度)?|(?<![\d一二两三四五六七八九十个])(?P<bare>[月季年])度?(?=累计|合计|总额)"
_WINDOW = re.compile(
    rf"(?P<customer>{_CUSTOMER})?[^,。;、\d]{{0,4}}?(?:{_PERIOD})(?:之?内|里|中)?[^,。;、\d]{{0,8}}?"
    rf"(?P<sum>累计|合计|总额|总计|总共|共)?[^,。;、\d]{{0,6}}?(?P<over>不(?:得|能)?(?:超过|多于|高于)|最多|至多|以|限)?\s?¥?(?P<n>{NUMBER})\s?(?P<unit>万?元|次|件|份|个|单|笔)"
    r"(?P<after>以内|之内|以下|为限|封顶)?"
)


def find_windows(text: str) -> tuple[WindowFound, ...]:
    """What may be given in a period, all told or per customer, as the text (folded, simplified) of an authority says it."""
    found: list[WindowFound] = []
    for match in _WINDOW.finditer(text[:600]):
        number = parse_number(match["n"])
        bounded = match["over"] or match["after"] or match["sum"]
        if number is None or not bounded or (match["over"] == "以" and not match["after"]):
            continue
        money = match["unit"].endswith("元")
        scale = 10_000 if match["unit"] == "万元" else 1
        op: Literal["<", "<="] = "<" if match["after"] == "以下" and not match["over"] else "<="
        bound = BoundFound(number * scale, "CNY" if money else "count", op)
        period = _PERIODS[match["period"] or match["bare"]]
        found.append(WindowFound(period, bound, per_customer=bool(match["customer"])))
    return tuple(dict.fromkeys(found))
