"""Which script a text is in, and the same text in simplified Chinese and in one width of signs.

Every step after this one compares offsets, so both results have exactly the length of what came in.
"""

import re
from functools import lru_cache
from operator import ne
from typing import Literal

import opencc

Script = Literal["hans", "hant"]

# Signs that mean the same in two widths; Chinese signs without a narrow twin (。、《》“”) stay.
_WIDE = "：；，（）！？．％＜＞＋－～＂＇＃＆＊／＝＠［］＿｛｜｝￥　\xa0\u2002\u2003\u2009\u200a\t"
_NARROW = ":;,()!?.%<>+-~\"'#&*/=@[]_{|}¥       "
_FOLD = {ord(wide): narrow for wide, narrow in zip(_WIDE, _NARROW, strict=True)}
_FOLD.update({0xFF10 + i: chr(0x30 + i) for i in range(10)})
_FOLD.update({0xFF21 + i: chr(0x41 + i) for i in range(26)})
_FOLD.update({0xFF41 + i: chr(0x61 + i) for i in range(26)})
_FOLD.update({ord("〔"): "(", ord("〕"): ")", ord("﹑"): "、", ord("｡"): "。", ord("﹔"): ";", ord("﹕"): ":"})

# A tenth of the signs changing is far more than a simplified text ever shows, far less than a traditional one does.
_TRADITIONAL_SHARE = 0.04
# OpenCC leaves 著 alone, which traditional texts write for 着 too; where it means a work or fame it stays.
_ZHE = re.compile("(?<![名显显卓土原论专编译巨昭拙合])著(?![名作者述称录])")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_UNSAFE = re.compile(r"[\x00\ud800-\udfff]")


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """Full-width letters, digits and signs as narrow ones; the length stays."""
    return text.translate(_FOLD)


def simplify(text: str) -> tuple[str, Script]:
    """The text in simplified Chinese, sign for sign, and the script that it was in."""
    result = _convert(text)
    if result == text:
        return result, "hans"
    changed = sum(map(ne, text, result))
    han = len(text) - len(_HAN.sub("", text))
    return result, "hant" if han and changed / han > _TRADITIONAL_SHARE else "hans"


def _convert(text: str) -> str:
    convert = _converter().convert
    # A lone surrogate or a NUL would end or break the C++ conversion; neither is a word of any text.
    safe = _UNSAFE.sub(" ", text)
    result: str = convert(safe)
    if len(result) == len(text):
        return _ZHE.sub("着", result)
    # A phrase changed its length somewhere: line by line, and a line that still does stays as it was.
    lines = safe.split("\n")
    return "\n".join(_same_length(line, convert(line)) for line in lines)


def _same_length(before: str, after: str) -> str:
    return after if len(after) == len(before) else before
