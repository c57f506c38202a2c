"""What would make a duty run, and one Chinese sentence that says why."""

import re

from remit.kernel.charters.importing.draft import BindingKind, Every, ProposedBinding, Within

_EVERY_WORDS: dict[Every, str] = {
    "day": "每天", "week": "每周", "half-month": "每半月", "month": "每月", "quarter": "每季度", "half-year": "每半年", "year": "每年",
}  # fmt: skip
_CONTROL = re.compile(
    "审核|审批|批准|核准|复核|检查|监督|督导|督促|巡查|巡视|把关|抽查|稽核|验收|监控|审阅|评审|查验|考核"
)
_RECORD = re.compile(
    "建档|档案|登记|台[账帐]|保管|存档|归档|记录|备案|立案|资料(?:的)?(?:收集|整理|管理)|整理|填写|录入|统计|汇总"
)
_PROCEDURE = re.compile(
    "受理|处理|投诉|办理|接待|接听|报修|申请|跟进|回访|解答|咨询|签订|催[收缴]|退换|开具|发放|安排|交办|发现|紧急|突发|遇|当.{1,12}时|配合|协助"
)
_NORM = re.compile(
    "爱岗|敬业|服从|遵守|遵章|守纪|不得|严禁|禁止|礼貌|仪容|仪表|着装|团结|保密|廉洁|态度|学习|坚守|形象|尊重|严格执行|职业道德|必须|不徇私"
)
_RATE = re.compile(
    r"\d+(?:\.\d+)?\s?[%‰]|百分之|(?:满意度|完成率|准确率|及时率|差错率|回收率|投诉率|流失率|合格率|达标率|收缴率|业绩|销售任务|目标任务|指标)"
)


_SHARE = re.compile(r"\d\s?[%‰]|百分之")
_KINDS: tuple[tuple[BindingKind, re.Pattern[str], str], ...] = (
    ("control", _CONTROL, "条文含有“{}”，是对他人工作的把关，应作为控制点留痕。"),
    ("procedure", _PROCEDURE, "条文含有“{}”，由事件引起，应走办理流程。"),
    ("record", _RECORD, "条文含有“{}”，履行结果是一份记录，应落到台账。"),
    ("metric", _RATE, "条文含有“{}”，结果可以用指标衡量。"),
    ("norm", _NORM, "条文含有“{}”，是行为要求，只作规范公示和考评。"),
)
# No word of the kinds is longer (当…时): what begins later than the first one found need not be looked at.
_LONGEST = 16


def propose_binding(text: str, every: Every | None, within: Within | None) -> ProposedBinding | None:
    """The binding that the words of a duty (folded, simplified) suggest; None where none does."""
    if every:
        return ProposedBinding("routine", f"条文写明了“{_EVERY_WORDS[every]}”的节奏，可以按期自动生成任务。")
    if within:
        return ProposedBinding("procedure", "条文给出了办理时限，应由流程计时并在超时前提醒。")
    if ("%" in text or "‰" in text or "百分之" in text) and _SHARE.search(text):
        return ProposedBinding("metric", "条文给出了可以计量的比率，应由指标自动计算。")
    first: re.Match[str] | None = None
    found: tuple[BindingKind, str] | None = None
    for kind, pattern, reason in _KINDS:
        match = pattern.search(text, 0, first.start() + _LONGEST if first else len(text))
        if match and (first is None or match.start() < first.start()):
            first, found = match, (kind, reason)
        if match and kind == "norm" and match.start() < 6:
            first, found = match, (kind, reason)
    return ProposedBinding(found[0], found[1].format(first[0])) if first and found else None
