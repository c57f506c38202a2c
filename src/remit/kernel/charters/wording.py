"""Grants in the words of a charter's reader: for papers, comparisons and pages. All Chinese, as a charter is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from remit.kernel.authority.spec import GrantSpec, ObligationSpec, WindowSpec
from remit.lib.calendars import duration_label, parse_duration
from remit.lib.limits import Unit, parse_bound

EVERY: Final[Mapping[str, str]] = {
    "day": "每日",
    "workday": "每个工作日",
    "week": "每周",
    "half-month": "每半月",
    "month": "每月",
    "quarter": "每季度",
    "half-year": "每半年",
    "year": "每年",
}
# What shows that a duty was done, by its kind.
EVIDENCE: Final[Mapping[str, str]] = {
    "text": "文字",
    "number": "数字",
    "yes_no": "是否",
    "date": "日期",
    "file": "文件",
    "photo": "照片",
    "record": "台账记录",
}
DUTY_GROUPS: Final[Mapping[str, str]] = {
    "finance": "财务和业务拓展类",
    "customer": "客户类",
    "internal": "内部管理类",
    "learning": "学习创新类",
}
BINDINGS: Final[Mapping[str, str]] = {
    "routine": "例行工作",
    "procedure": "流程",
    "record": "台账",
    "control": "把关",
    "metric": "指标",
    "norm": "规范",
}
RIGHTS: Final[Mapping[str, str]] = {"decide": "决定权", "propose": "建议权"}
SCOPES: Final[Mapping[str, str]] = {
    "anywhere": "不限",
    "own_company": "本公司",
    "own_department": "本部门",
    "own_group": "本组",
    "own_customers": "自己的客户",
}
QUALIFICATIONS: Final[Mapping[str, str]] = {
    "education": "教育背景",
    "experience": "经验",
    "training": "岗前培训",
    "certificate": "证书",
    "other": "其他要求",
}
SKILLS: Final[Mapping[str, str]] = {"knowledge": "专业知识", "ability": "素质与能力"}

_UNIT_NAMES: Final = {Unit.AMOUNT: "金额", Unit.PERCENT: "幅度", Unit.DAYS: "天数", Unit.COUNT: "次数"}
_PERIODS: Final = {"day": "每日", "week": "每周", "month": "每月", "quarter": "每季度", "year": "每年", "ever": "总共"}


# Facts that many actions have, for those whose labels aren't at hand.
_USUAL_FACTS: Final = {"amount": "金额", "customer": "客户", "staff": "员工", "person": "人员", "seller": "销售人"}


@dataclass(frozen=True, slots=True)
class Labels:
    """What actions and facts are called on the screen; what isn't listed is called by a general word, or by its name."""

    actions: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (action, fact)

    def action(self, name: str) -> str:
        return self.actions.get(name, name)

    def fact(self, action: str, name: str) -> str:
        return self.facts.get((action, name)) or _USUAL_FACTS.get(name, name)


def within_words(text: str) -> str:
    """ "3 workdays" as "3 个工作日"."""
    return duration_label(parse_duration(text))


def rhythm_words(every: str | None, when: str | None, within: str | None) -> list[str]:
    """When a duty is due: ["每两周的周一 18:00", "1 个工作日内"]. The exact rule stands for the rough one."""
    often = when or (EVERY[every] if every else "")
    return [*([often] if often else []), *([f"{within_words(within)}内"] if within else [])]


def evidence_words(label: str, kind: str) -> str:
    """ "现场照片（照片）"."""
    return label if kind == "text" else f"{label}（{EVIDENCE[kind]}）"


def grant_name(grant: GrantSpec, labels: Labels) -> str:
    """ "奖励员工", "调离员工（建议权）"."""
    return labels.action(grant.action) + (f"（{RIGHTS['propose']}）" if grant.right == "propose" else "")


def limit_name(grant: GrantSpec, fact: str, labels: Labels) -> str:
    """What a limit bounds: "金额"; with the fact's own name where two limits of the grant bound the same kind."""
    if (grant.action, fact) in labels.facts:
        return labels.facts[grant.action, fact]
    units = {name: parse_bound(bound).unit for name, bound in grant.limits.items()}
    name = _UNIT_NAMES[units[fact]]
    return f"{name}（{fact}）" if list(units.values()).count(units[fact]) > 1 else name


def bound_words(bound: str) -> str:
    """ "<= 100 CNY" as "≤ ¥100"."""
    return parse_bound(bound).label()


def limit_words(grant: GrantSpec, labels: Labels) -> tuple[str, ...]:
    """("金额 ≤ ¥100",)."""
    return tuple(f"{limit_name(grant, fact, labels)} {bound_words(bound)}" for fact, bound in grant.limits.items())


def condition_words(grant: GrantSpec, labels: Labels) -> tuple[str, ...]:
    """("确有质量问题", "等级为 A 或 B")."""
    words = []
    for fact, values in grant.conditions.items():
        label = labels.fact(grant.action, fact)
        if values == [True]:
            words.append(label)
        elif values == [False]:
            words.append(f"非“{label}”")
        else:
            words.append(f"{label}为 {' 或 '.join(_value_words(value) for value in values)}")
    return tuple(words)


def _value_words(value: bool | str) -> str:
    return value if isinstance(value, str) else "是" if value else "否"


def window_words(grant: GrantSpec, window: WindowSpec, labels: Labels) -> str:
    """ "每月每客户累计 ≤ ¥1,000"."""
    per = f"每{labels.fact(grant.action, window.per)}" if window.per else ""
    return f"{_PERIODS[window.period]}{per}累计 {bound_words(window.max)}"


def obligation_words(grant: GrantSpec, obligation: ObligationSpec, labels: Labels) -> str:
    """ "1 个工作日内报告客服部总监", "3 个工作日内由总经理、销售人会签"."""
    term = f"{within_words(obligation.within)}内"
    if obligation.report_to:
        return f"{term}报告{_performer(grant, obligation.report_to, labels)}"
    if obligation.finding_by:
        return f"{term}由{_performer(grant, obligation.finding_by, labels)}鉴定责任人"
    return f"{term}由{'、'.join(_performer(grant, who, labels) for who in obligation.countersigned_by)}会签"


def _performer(grant: GrantSpec, performer: str, labels: Labels) -> str:
    if performer == "superior":
        return "直属上级"
    kind, _colon, fact = performer.partition(":")
    return labels.fact(grant.action, fact) if kind == "fact" else performer


def scope_words(grant: GrantSpec) -> str:
    return SCOPES[grant.scope]


def validity_words(grant: GrantSpec) -> str:
    """ "2026-01-01 起，至 2026-12-31 前"; "" for a grant without dates. The end is the first day without it."""
    parts = ((grant.start, "{} 起"), (grant.end, "至 {} 前"))
    return "，".join(words.format(day.isoformat()) for day, words in parts if day)


def grant_words(grant: GrantSpec, labels: Labels) -> str:
    """The whole grant in one line: "奖励员工：金额 ≤ ¥100；本组；1 个工作日内报告客服部总监"."""
    scope = scope_words(grant) if grant.scope != "anywhere" else ""
    parts: Iterable[str] = (
        *limit_words(grant, labels),
        *(window_words(grant, window, labels) for window in grant.windows),
        *condition_words(grant, labels),
        scope,
        *(obligation_words(grant, obligation, labels) for obligation in grant.then),
        validity_words(grant),
    )
    return f"{grant_name(grant, labels)}：{'；'.join(filter(None, parts)) or '不限'}"
