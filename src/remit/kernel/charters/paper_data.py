"""A charter as what a paper shows: every word ready, nothing left to decide. PDF and DOCX are set from the same data."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from remit.kernel.authority.spec import GrantSpec
from remit.kernel.charters.figures import percent_text
from remit.kernel.charters.format import AuthoritySpec, CharterSpec, DutySpec, KpiSpec
from remit.kernel.charters.wording import (
    BINDINGS,
    DUTY_GROUPS,
    EVERY,
    QUALIFICATIONS,
    RIGHTS,
    SKILLS,
    Labels,
    condition_words,
    evidence_words,
    limit_words,
    obligation_words,
    rhythm_words,
    scope_words,
    validity_words,
    window_words,
)

DECLARATION: Final = (
    "本人已逐条阅读并理解上述岗位职责、权限与考核指标，将按其要求履行职责，在授权范围内行使权限，"
    "并接受公司依照本岗位说明书及有关制度进行的考核与奖惩。"
)


@dataclass(frozen=True, slots=True)
class PaperMeta:
    """What a paper says about the charter beside its text. Dates as they are to be printed ("2026年11月23日")."""

    company: str = ""
    version: str = ""  # "第 3 版"
    effective: str = ""
    reference: str = ""  # stands in every footer: by it the paper is found again
    archive: str = ""
    language: str = "zh-hans"
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature under a paper. `method` says how it was given ("登录密码确认"); `png` is there if it was drawn.

    `word` is what the seal says: 已确认, 已审核.
    """

    role: str  # 任职人签字, 审核人, 行政部
    name: str
    position: str
    date: str  # short, for the seal: "2026.11.23"
    day: str  # in full, with time: "2026年11月23日 09:12"
    method: str
    word: str
    png: bytes | None = None


def charter_data(spec: CharterSpec, meta: PaperMeta) -> dict[str, Any]:
    """For templates/charter.typ and for the DOCX."""
    return {
        "language": meta.language,
        "company": meta.company or spec.company or "",
        "title": spec.title,
        "note": _note(meta),
        "reference": meta.reference,
        "header": _header(spec, meta),
        "purpose": spec.purpose or "",
        "duties": _duty_groups(spec.duties),
        "authority": [_authority_row(number, clause, meta.labels) for number, clause in enumerate(spec.authority, 1)],
        "kpis": [_kpi_row(number, kpi) for number, kpi in enumerate(spec.kpis, 1)],
        "weights_note": spec.weights_note or "",
        "requirements": _requirements(spec),
        "other": _other(spec),
        "signatures": [{"role": role, "signed": None} for role in ("任职人签字", "审核人", "行政部")],
    }


def confirmation_data(
    spec: CharterSpec, meta: PaperMeta, signatures: Sequence[Signature], holder: str
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """For templates/confirmation.typ: the data, and the drawn signatures by the names under which the data know them."""
    images = {f"signature-{n}.png": one.png for n, one in enumerate(signatures) if one.png is not None}
    signed = {one.role: _signed(n, one) for n, one in enumerate(signatures)}
    roles = list(dict.fromkeys(("任职人签字", "审核人", *signed)))
    company = meta.company or spec.company or ""
    header = [
        [["姓名", holder or "（本人手签）"], ["岗位", spec.title]],
        [["所属部门", spec.department or ""], ["直属上级", "、".join(spec.reports_to)]],
        [["职务编号", spec.code or ""], ["说明书版本", meta.version]],
    ]
    return {
        "language": meta.language,
        "company": company,
        "title": spec.title,
        "note": "",
        "reference": meta.reference,
        "header": header,
        "purpose": spec.purpose or "",
        "duties": [
            _noted(number, duty.text, rhythm_words(duty.every, duty.when, duty.within))
            for number, duty in enumerate(spec.duties, 1)
        ],
        "authority": [
            _noted(n, clause.text, _limits(clause, meta.labels)) for n, clause in enumerate(spec.authority, 1)
        ],
        "kpis": [_noted(number, kpi.name, _kpi_figures(kpi)) for number, kpi in enumerate(spec.kpis, 1)],
        "declaration": DECLARATION,
        "signatures": [{"role": role, "signed": signed.get(role)} for role in roles],
        "effective": meta.effective or "　　　　年　　月　　日",
        "archive": meta.archive,
    }, images


def _signed(number: int, one: Signature) -> dict[str, Any]:
    image = f"signature-{number}.png" if one.png is not None else None
    return {
        "name": one.name,
        "position": one.position,
        "date": one.date,
        "day": one.day,
        "method": one.method,
        "word": one.word,
        "image": image,
    }


def _note(meta: PaperMeta) -> str:
    effective = f"自 {meta.effective} 起生效" if meta.effective else ""
    return " · ".join(filter(None, (meta.version, effective)))


def _header(spec: CharterSpec, meta: PaperMeta) -> list[list[list[str]]]:
    """Rows of two (label, value) pairs. Rows that a company leaves empty altogether are not printed."""
    rows = [
        [["职务名称", spec.title], ["职务编号", spec.code or ""]],
        [["所属部门", spec.department or ""], ["所属公司", meta.company or spec.company or ""]],
        [["直属上级", "、".join(spec.reports_to)], ["直接下级", "、".join(spec.supervises)]],
        [["岗位级别", spec.level or ""], ["序列与层级", " · ".join(filter(None, (spec.series, spec.tier)))]],
    ]
    return rows[:3] + [row for row in rows[3:] if any(value for _label, value in row)]


def _duty_groups(duties: Sequence[DutySpec]) -> list[dict[str, Any]]:
    """Duties in their classes, in the order in which the classes first appear; numbers run through."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for duty in duties:
        groups.setdefault(DUTY_GROUPS.get(duty.group or "", ""), []).append(
            {"text": duty.text, "every": duty.when or EVERY.get(duty.every or "", ""), "runs": _runs(duty)}
        )
    number = 0
    for rows in groups.values():
        for row in rows:
            number += 1
            row["number"] = str(number)
    labels = [label for label in groups if label]
    # A numbered class reads as a heading, to people and to importers; a bare one as a duty without a verb.
    headings = {label: f"{'一二三四五'[at]}、{label}" for at, label in enumerate(labels)}
    return [{"label": headings.get(label, ""), "rows": rows} for label, rows in groups.items()]


def _runs(duty: DutySpec) -> list[str]:
    """["每周 · 1 个工作日内", "例行工作：投诉周报"]."""
    binding = duty.binding
    carried = "：".join(filter(None, (BINDINGS[binding.kind], binding.name))) if binding else ""
    shown_by = "、".join(evidence_words(one.label, one.kind) for one in duty.evidence)
    rhythm = " · ".join(rhythm_words(duty.every, duty.when, duty.within))
    return [line for line in (rhythm, carried, f"凭据：{shown_by}" if shown_by else "") if line]


def _authority_row(number: int, clause: AuthoritySpec, labels: Labels) -> dict[str, Any]:
    return {
        "number": str(number),
        "text": clause.text,
        "limits": _limits(clause, labels),
        "conditions": _by_grant(clause, labels, _around),
    }


def _limits(clause: AuthoritySpec, labels: Labels) -> list[str]:
    return _by_grant(clause, labels, _limits_of_one)


def _by_grant(
    clause: AuthoritySpec, labels: Labels, words_of: Callable[[GrantSpec, Labels], Iterable[str]]
) -> list[str]:
    """The lines of all grants of a clause; where they differ, each with the name of its action before it."""
    lines: dict[str, list[str]] = {}
    for grant in clause.grants:
        for words in words_of(grant, labels):
            lines.setdefault(words, []).append(labels.action(grant.action))
    return [
        words if len(names) == len(clause.grants) else f"{'、'.join(names)}：{words}" for words, names in lines.items()
    ]


def _limits_of_one(grant: GrantSpec, labels: Labels) -> Iterable[str]:
    """What has neither limit nor window is unlimited and says nothing."""
    yield from limit_words(grant, labels)
    yield from (window_words(grant, window, labels) for window in grant.windows)
    if grant.right == "propose":
        yield RIGHTS["propose"]


def _around(grant: GrantSpec, labels: Labels) -> Iterable[str]:
    yield from condition_words(grant, labels)
    if grant.scope != "anywhere":
        yield f"限{scope_words(grant)}"
    yield from (obligation_words(grant, one, labels) for one in grant.then)
    if validity_words(grant):
        yield validity_words(grant)


def _kpi_row(number: int, kpi: KpiSpec) -> dict[str, Any]:
    source = f"数据来源：{kpi.source}" if kpi.source else ""
    return {
        "number": str(number),
        "name": kpi.name,
        "weight": percent_text(kpi.weight) if kpi.weight else "",
        "target": kpi.goal.label if kpi.goal else "",
        "definition": "\n".join(filter(None, (kpi.definition, source))),
    }


def _kpi_figures(kpi: KpiSpec) -> list[str]:
    weight = f"权重 {percent_text(kpi.weight)}" if kpi.weight else ""
    return [words for words in (weight, f"目标 {kpi.goal.label}" if kpi.goal else "") if words]


def _noted(number: int, text: str, notes: Sequence[str]) -> dict[str, Any]:
    return {"number": f"{number}.", "text": text, "notes": list(notes)}


def _requirements(spec: CharterSpec) -> list[dict[str, Any]]:
    """Qualifications and skills, each kind one cell."""
    sections = (
        ("岗位资格要求", QUALIFICATIONS, [(line.kind, line.text) for line in spec.qualifications]),
        ("岗位技能要求", SKILLS, [(line.kind, line.text) for line in spec.skills]),
    )
    return [
        {
            "label": label,
            "rows": [
                [name, "\n".join(text for kind, text in found if kind == key)]
                for key, name in names.items()
                if any(kind == key for kind, _text in found)
            ],
        }
        for label, names, found in sections
        if found
    ]


def _other(spec: CharterSpec) -> list[list[str]]:
    place = spec.conditions
    pairs = (
        ("双重领导", f"同时受{spec.second_leader}领导" if spec.second_leader else ""),
        ("所受上级指导", spec.guidance.received),
        ("同级沟通", "\n".join(spec.peers)),
        ("所予下级指导", spec.guidance.given),
        ("业绩标准", "\n".join(spec.standards)),
        ("工作难点", "\n".join(spec.difficulties)),
        ("工作禁忌", "\n".join(spec.taboos)),
        ("职业发展", spec.career),
        ("工作条件", place.general),
        ("工作场所", place.place),
        ("工作环境", place.environment),
        ("危险性", place.hazards),
    )
    return [[label, text] for label, text in pairs if text]
