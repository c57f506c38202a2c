"""What a change of a clause means beside its words: limits, deadlines, weights, what has to follow. One sentence each."""

from collections.abc import Iterable, Iterator

from remit.kernel.authority.spec import GrantSpec
from remit.kernel.charters.figures import percent_text
from remit.kernel.charters.format import AuthoritySpec, BindingSpec, DutySpec, KpiSpec
from remit.kernel.charters.wording import (
    BINDINGS,
    DUTY_GROUPS,
    EVERY,
    RIGHTS,
    Labels,
    bound_words,
    condition_words,
    evidence_words,
    grant_words,
    limit_name,
    obligation_words,
    scope_words,
    validity_words,
    window_words,
    within_words,
)

NONE = "无"


def duty_meaning(old: DutySpec, new: DutySpec) -> tuple[str, ...]:
    return _changes(
        ("类别", DUTY_GROUPS.get(old.group or ""), DUTY_GROUPS.get(new.group or "")),
        ("频次", old.when or EVERY.get(old.every or ""), new.when or EVERY.get(new.every or "")),
        ("期限", old.within and within_words(old.within), new.within and within_words(new.within)),
        ("凭据", _evidence_words(old), _evidence_words(new)),
        ("绑定", _binding_words(old.binding), _binding_words(new.binding)),
    )


def _evidence_words(duty: DutySpec) -> str:
    return "、".join(evidence_words(one.label, one.kind) for one in duty.evidence)


def _binding_words(binding: BindingSpec | None) -> str:
    return " ".join(filter(None, (BINDINGS[binding.kind], binding.name))) if binding else ""


def kpi_meaning(old: KpiSpec, new: KpiSpec) -> tuple[str, ...]:
    directions = {"higher": "越高越好", "lower": "越低越好"}
    return _changes(
        ("权重", _weight_words(old), _weight_words(new)),
        ("目标", _goal_words(old), _goal_words(new)),
        ("方向", directions.get(old.direction or ""), directions.get(new.direction or "")),
        ("定义", old.definition, new.definition),
        ("数据来源", old.source, new.source),
    )


def _weight_words(kpi: KpiSpec) -> str:
    return percent_text(kpi.weight) if kpi.weight else ""


def _goal_words(kpi: KpiSpec) -> str:
    return kpi.goal.label if kpi.goal else ""


def authority_meaning(old: AuthoritySpec, new: AuthoritySpec, labels: Labels) -> tuple[str, ...]:
    """Grants correspond by action and by their order within it."""
    return tuple(_grant_changes(old.grants, new.grants, labels))


def _grant_changes(old: tuple[GrantSpec, ...], new: tuple[GrantSpec, ...], labels: Labels) -> Iterator[str]:
    rest = list(old)
    several = len({grant.action for grant in (*old, *new)}) > 1
    for grant in new:
        before = next((one for one in rest if one.action == grant.action), None)
        if before is None:
            yield f"新增授权 {grant_words(grant, labels)}"
            continue
        rest.remove(before)
        prefix = f"{labels.action(grant.action)}：" if several else ""
        for sentence in _one_grant(before, grant, labels):
            yield prefix + sentence
    for grant in rest:
        yield f"取消授权 {grant_words(grant, labels)}"


def _one_grant(old: GrantSpec, new: GrantSpec, labels: Labels) -> tuple[str, ...]:
    facts = dict.fromkeys((*old.limits, *new.limits))

    def limits() -> Iterator[tuple[str, str | None, str | None]]:
        for fact in facts:
            name = limit_name(new if fact in new.limits else old, fact, labels)
            before, after = old.limits.get(fact), new.limits.get(fact)
            yield f"{name}上限", before and bound_words(before), after and bound_words(after)

    def joined(words: Iterable[str]) -> str:
        return "；".join(words)

    return _changes(
        ("权利", RIGHTS[old.right], RIGHTS[new.right]),
        *limits(),
        ("条件", joined(condition_words(old, labels)), joined(condition_words(new, labels))),
        ("范围", scope_words(old), scope_words(new)),
        (
            "累计",
            joined(window_words(old, window, labels) for window in old.windows),
            joined(window_words(new, window, labels) for window in new.windows),
        ),
        (
            "事后",
            joined(obligation_words(old, one, labels) for one in old.then),
            joined(obligation_words(new, one, labels) for one in new.then),
        ),
        ("有效期", validity_words(old), validity_words(new)),
    )


def _changes(*pairs: tuple[str, str | None, str | None]) -> tuple[str, ...]:
    return tuple(f"{name} {old or NONE} → {new or NONE}" for name, old, new in pairs if (old or "") != (new or ""))
