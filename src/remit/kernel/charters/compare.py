"""Two versions of a charter, clause by clause: what came, went, changed or moved, word by word, and what it means.

A clause keeps its identity by its id; where a new import has numbered anew, by its text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from remit.kernel.charters.diffing import Segment, match, moved_places, word_diff
from remit.kernel.charters.format import AuthoritySpec, CharterSpec, DutySpec, KpiSpec
from remit.kernel.charters.meaning import authority_meaning, duty_meaning, kpi_meaning
from remit.kernel.charters.wording import QUALIFICATIONS, SKILLS, Labels

ChangeKind = Literal["added", "removed", "changed", "moved"]
Part = Literal["header", "duty", "authority", "kpi", "qualification"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `id` is the clause's id (the new one, where there is one) or the header's key; `label` names it.

    `meaning` says in sentences what else than the words has changed: "金额上限 ≤ ¥100 → ≤ ¥200".
    """

    kind: ChangeKind
    part: Part
    id: str
    label: str
    before: str | None
    after: str | None
    words: tuple[Segment, ...] = ()
    meaning: tuple[str, ...] = ()


def compare(before: CharterSpec, after: CharterSpec, labels: Labels | None = None) -> tuple[Change, ...]:
    """All differences between two charters, in the order of the charter; none for two equal ones."""
    labels = labels or Labels()
    return (
        *_header_changes(before, after),
        *_clause_changes("duty", before.duties, after.duties, labels),
        *_clause_changes("authority", before.authority, after.authority, labels),
        *_clause_changes("kpi", before.kpis, after.kpis, labels),
        *_clause_changes("qualification", _requirements(before), _requirements(after), labels),
    )


# --- the header ----------------------------------------------------------------------------------------------------------------

_HEADER: Final = (
    ("title", "职务名称"),
    ("code", "职务编号"),
    ("company", "所属公司"),
    ("department", "所属部门"),
    ("level", "岗位级别"),
    ("series", "岗位序列"),
    ("tier", "岗位层级"),
    ("reports_to", "直属上级"),
    ("second_leader", "另一位上级"),
    ("supervises", "直接下级"),
    ("peers", "同级沟通"),
    ("guidance.received", "所受上级的指导"),
    ("guidance.given", "所予下级的指导"),
    ("purpose", "岗位目的"),
    ("weights_note", "权重说明"),
    ("standards", "业绩标准"),
    ("difficulties", "工作难点"),
    ("taboos", "工作禁忌"),
    ("career", "职业发展"),
    ("conditions.general", "工作条件"),
    ("conditions.place", "工作场所"),
    ("conditions.environment", "工作环境"),
    ("conditions.hazards", "危险性"),
)


def _header_changes(before: CharterSpec, after: CharterSpec) -> Iterator[Change]:
    for key, label in _HEADER:
        old, new = _header_text(before, key), _header_text(after, key)
        if old == new:
            continue
        kind: ChangeKind = "added" if not old else "removed" if not new else "changed"
        yield Change(kind, "header", key, label, old or None, new or None, word_diff(old, new))


def _header_text(spec: CharterSpec, key: str) -> str:
    value: object = spec
    for name in key.split("."):
        value = getattr(value, name)
    if isinstance(value, tuple):
        return ("\n" if any("、" in one or len(one) > 20 for one in value) else "、").join(value)
    return str(value or "")


# --- clauses -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Requirement:
    id: str
    text: str


Clause = DutySpec | AuthoritySpec | KpiSpec | _Requirement


def _requirements(spec: CharterSpec) -> tuple[_Requirement, ...]:
    """Qualifications and skills have no ids; their kind is what they have in common."""
    named = [(QUALIFICATIONS[line.kind], line.text) for line in spec.qualifications]
    named += [(SKILLS[line.kind], line.text) for line in spec.skills]
    return tuple(_Requirement(kind, text) for kind, text in named)


def _text(clause: Clause) -> str:
    return clause.name if isinstance(clause, KpiSpec) else clause.text


_LABELS: Final = {"duty": "职责", "authority": "权限", "kpi": "指标"}


def _clause_changes(part: Part, before: Sequence[Clause], after: Sequence[Clause], labels: Labels) -> list[Change]:
    pairs = match([(clause.id, _text(clause)) for clause in before], [(clause.id, _text(clause)) for clause in after])
    moved = moved_places(pairs)
    found: list[tuple[tuple[int, int, int], Change]] = []
    for at, new in enumerate(after):
        if at not in pairs:
            found.append(((at, 0, 0), _change("added", part, new, None, new)))
            continue
        old = before[pairs[at]]
        meaning = _meaning(old, new, labels)
        if meaning or _text(old) != _text(new):
            found.append(((at, 0, 0), _change("changed", part, new, old, new, meaning)))
        elif at in moved:
            found.append(((at, 0, 0), _change("moved", part, new, old, new)))
    place_of = {old_at: at for at, old_at in pairs.items()}
    for old_at, old in enumerate(before):
        if old_at not in place_of:
            # A removed clause stands after the one that it followed.
            place = max((place_of[earlier] for earlier in range(old_at) if earlier in place_of), default=-1)
            found.append(((place, 1, old_at), _change("removed", part, old, old, None)))
    return [change for _place, change in sorted(found, key=lambda one: one[0])]


def _change(
    kind: ChangeKind, part: Part, shown: Clause, old: Clause | None, new: Clause | None, meaning: tuple[str, ...] = ()
) -> Change:
    before, after = _text(old) if old else None, _text(new) if new else None
    label = shown.id if isinstance(shown, _Requirement) else f"{_LABELS[part]} {shown.id}"
    return Change(kind, part, shown.id, label, before, after, word_diff(before or "", after or ""), meaning)


def _meaning(old: Clause, new: Clause, labels: Labels) -> tuple[str, ...]:
    if isinstance(old, DutySpec) and isinstance(new, DutySpec):
        return duty_meaning(old, new)
    if isinstance(old, AuthoritySpec) and isinstance(new, AuthoritySpec):
        return authority_meaning(old, new, labels)
    if isinstance(old, KpiSpec) and isinstance(new, KpiSpec):
        return kpi_meaning(old, new)
    return () if old.id == new.id else (f"类别 {old.id} → {new.id}",)
