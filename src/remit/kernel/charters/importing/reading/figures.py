"""Tables of figures, as a grid of cells or as the run of lines that is left where the grid got lost."""

import re
from collections.abc import Sequence
from functools import lru_cache

from remit.kernel.charters.importing.reading.headings import key_of

_COLUMNS: dict[str, str] = {
    "number": "序号 指标编号 编号 no 项次 kpi编号",
    "name": "kpi 指标 指标名称 考核指标 kpi指标 考核项目 关键绩效指标 绩效指标 考核内容 关键业绩指标 考核指标名称 kpi指标名称 评估指标 评价项目 评估项目 关键绩效 考核要素 绩效项目 绩效考核指标 考核指标项 衡量指标 评核项目 评核指标 业绩指标名称 考评项目 考评指标 评估内容 项目 指标项 评价指标 kpi名称 关键指标 业绩指标 考核要点 kpis indicator kra 指标内容 考核因素 考核项",
    "weight": "权重 权重% 权重(%) 比重 分值 占比 权数 标准分 权重占比 所占权重 weight 分数 满分 配分 指标权重 考核权重 分值占比 所占比重 所占分值 权重分 权重系数 权重值 考核分值 基础分 标准分值 权重比例 比例 百分比 占总分比例 分值权重 分值(%) 配重",
    "target": "目标值 目标 标准 考核标准 考核结果设定 指标值 评分标准 目标标准 考核目标 衡量标准 达标值 要求 绩效目标 target 绩效目标值 目标要求 指标标准 年度目标 月度目标 目标值(标准) 基准值 评价标准 计划值 达标线 达标标准 达成标准 合格标准 合格线 合格值 目标分 目标水平 期望值 考核值 考核要求 标准值 指标要求 考核目标值 完成标准 量化标准 达标要求 指标目标 目标设定 达成目标 考核基准",
    "definition": "定义 计算公式 指标定义 计算方法 公式 说明 指标说明 指标解释 定义/公式 指标定义/公式 算法 definition 考核方法 统计方法 指标定义与公式 评分办法 扣分标准 未达标扣分 计分方法 评分规则 评分方法 计分规则 加减分 评分细则 计分办法 扣分规则 评价方法 评分方式 计算方式",
    "other": "信息来源 数据来源 考核周期 备注 考核人 考核部门 得分 考核方式 来源 数据提供部门 周期 频率 自评 上级评分 实际完成 完成情况 评分 考核得分 资料来源 考核频率 责任人 考核者 类别 维度 指标类别 考核维度 指标类型 考核主体",
}
COLUMNS: dict[str, str] = {word: column for column, words in _COLUMNS.items() for word in words.split()}
_LAST_BRACKET = re.compile(r"\(.*\)$")
_LATIN = re.compile("[a-z]")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]+")
_SHARE = re.compile(r"\d{1,3}(?:\.\d+)?\s?%|0?\.\d+")
_TARGET = re.compile(
    r"[<>≤≥=].{0,20}\d|.{0,12}(?:不低于|不高于|不超过|以上|以下|以内).{0,12}|[<>≤≥=]{1,2}\s?\d.*|\d{1,3}(?:\.\d+)?[%‰]"
)
_ROW_NUMBER = re.compile(r"(?:kpi|KPI)?[-.]?\d{1,2}")


@lru_cache(maxsize=2048)
def column_of(text: str) -> str | None:
    """The kind of column that a head cell names, or None."""
    if len(text) > 24:
        return None
    key = key_of(text)
    found = COLUMNS.get(key) or COLUMNS.get(_LAST_BRACKET.sub("", key))
    if found or not _LATIN.search(key):
        return found
    return COLUMNS.get(_NOT_HAN.sub("", key)) or COLUMNS.get(_HAN.sub("", key))  # bilingual: Weight 权重


def head_length(lines: Sequence[str]) -> int:
    """How many of the first lines are the head of a table of figures that lost its grid; 0 where they are none."""
    columns: list[str] = []
    for line in lines[:9]:
        column = column_of(line) if len(line) <= 10 else None
        if column is None:
            break
        columns.append(column)
    return len(columns) if "name" in columns and "weight" in columns and len(columns) >= 2 else 0


def row_starts(lines: Sequence[str]) -> list[int]:
    """Where the numbered rows begin: 1, 2, 3, … alone on their lines, each a little after the one before."""
    starts: list[int] = []
    expected = 1
    for index, line in enumerate(lines):
        if line == str(expected):
            starts.append(index)
            expected += 1
        elif starts and index - starts[-1] > 8:
            break
    return starts


def row_cells(lines: Sequence[str]) -> tuple[int, str, str]:
    """Of one row's lines (without its number): the index of the name, the weight and the target, empty where missing."""
    name, weight, target = -1, "", ""
    for index, line in enumerate(lines[:6]):
        if name < 0:
            if not _SHARE.fullmatch(line) and not _ROW_NUMBER.fullmatch(line):
                name = index
        elif not weight and _SHARE.fullmatch(line):
            weight = line
        elif (not target and _TARGET.match(line) and not _SHARE.fullmatch(line)) or (
            weight and not target and _SHARE.fullmatch(line)
        ):
            target = line
    return name, weight, target
