"""From what the importer found in a document to a charter, ready to be reviewed item by item."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

from remit.kernel.charters.drafted_grants import (
    DraftedGrants,
    KnownAction,
    all_general,
    grants_from_draft,
    within_text,
)
from remit.kernel.charters.figures import parse_target, percent_text, plain_number
from remit.kernel.charters.format import AuthoritySpec, BindingSpec, CharterSpec, DutySpec, KpiSpec, QualificationSpec
from remit.kernel.charters.importing.draft import (
    DraftDuty,
    DraftKpi,
    DraftPosition,
    DraftQualification,
    Found,
)
from remit.lib.printable import made_one_line, made_printable

__all__ = ["Converted", "ConvertedItem", "charter_from_draft"]

# Below this the reader itself was not sure what it read.
DOUBTFUL: Final = 0.6
ItemPart = Literal["duty", "authority", "kpi", "qualification"]
ItemSpec: TypeAlias = DutySpec | AuthoritySpec | KpiSpec | QualificationSpec


@dataclass(frozen=True, slots=True)
class ConvertedItem:
    """One item of the charter beside what it was made from. `looks`: why a person has to look, in Chinese; () if not."""

    part: ItemPart
    item: ItemSpec
    source: Found
    confidence: float
    looks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Converted:
    """`items` in the order of the charter; `looks` concern the charter as a whole. `general` are the actions to be declared
    (by name) before the charter can be in force."""

    spec: CharterSpec
    items: tuple[ConvertedItem, ...]
    looks: tuple[str, ...]
    general: Mapping[str, KnownAction]


def charter_from_draft(position: DraftPosition, actions: Mapping[str, KnownAction]) -> Converted:
    """The draft as a charter. Never fails: what doesn't fit the format is cut or left out, and `looks` say so."""
    duties = [_duty(number, duty) for number, duty in enumerate(_worth(position.duties), 1)]
    drafted = [(clause, grants_from_draft(clause, actions)) for clause in _worth(position.authority)]
    authority = [_clause(number, clause, grants) for number, (clause, grants) in enumerate(drafted, 1)]
    kpis = [_kpi(number, kpi) for number, kpi in enumerate(_worth(position.kpis), 1)]
    qualifications = [_qualification(line) for line in _worth(position.qualifications)]
    note, looks = _weights_note(kpis)
    spec = CharterSpec(
        title=made_one_line(position.title) or "未命名岗位",
        department=made_one_line(position.department or "") or None,
        reports_to=_lines(position.reports_to),
        supervises=_lines(position.supervises),
        purpose=_text(position.purpose or "") or None,
        duties=tuple(one.item for one in duties if isinstance(one.item, DutySpec)),
        authority=tuple(one.item for one in authority if isinstance(one.item, AuthoritySpec)),
        kpis=tuple(one.item for one in kpis if isinstance(one.item, KpiSpec)),
        weights_note=note,
        qualifications=tuple(one.item for one in qualifications if isinstance(one.item, QualificationSpec)),
    )
    if position.confidence < DOUBTFUL:
        looks = ("这里是不是一个岗位，请确认", *looks)
    general = all_general(grants for _clause, grants in drafted)
    return Converted(spec, (*duties, *authority, *kpis, *qualifications), looks, general)


# --- items --------------------------------------------------------------------------------------------------------------------


def _duty(number: int, found: DraftDuty) -> ConvertedItem:
    looks: list[str] = []
    binding = found.binding
    if binding is None:
        looks.append("没有看出由什么让它运行")
    item = DutySpec(
        id=f"d{number}",
        text=_text(found.text),
        every=found.every,
        within=within_text(found.within, looks),
        binding=BindingSpec(kind=binding.kind, reason=_text(binding.reason) or None) if binding else None,
    )
    return _converted("duty", item, found, found.confidence, looks)


def _clause(number: int, found: Found, drafted: DraftedGrants) -> ConvertedItem:
    item = AuthoritySpec(id=f"a{number}", text=_text(found.text), grants=drafted.grants)
    return _converted("authority", item, found, drafted.confidence, list(drafted.looks))


def _kpi(number: int, found: DraftKpi) -> ConvertedItem:
    looks: list[str] = []
    weight = found.weight
    if weight is not None and not 0 < weight <= 1:
        looks.append(f"权重 {percent_text(weight)} 不在 0 与 100 % 之间，没有采用")
        weight = None
    item = KpiSpec(
        id=f"k{number}",
        name=made_one_line(found.text),
        definition=_text(found.definition) or None,
        weight=weight.quantize(Decimal("0.0001")) or None if weight else None,
        target=_target_text(found, looks),
        direction={"<": "lower", ">": "higher"}.get(found.target.op[0]) if found.target else None,  # type: ignore[arg-type]  # the two values are the literals
    )
    return _converted("kpi", item, found, found.confidence, looks)


_QUALIFICATION_KINDS: Final = (
    ("training", re.compile("培训")),
    ("certificate", re.compile("证书?(?:$|[,，、）)])|资格证|执业资格|职称|驾照")),
    ("experience", re.compile("经验|经历|[年月]以上.{0,12}工作")),
    ("education", re.compile("学历|大专|专科|本科|硕士|博士|高中|中专|学士|专业毕业|等?相关专业")),
)


def _qualification(found: DraftQualification) -> ConvertedItem:
    text = _text(found.text)
    kind: Any = next((kind for kind, pattern in _QUALIFICATION_KINDS if pattern.search(text)), "other")
    return _converted("qualification", QualificationSpec(kind=kind, text=text), found, found.confidence, [])


def _converted(part: ItemPart, item: ItemSpec, found: Found, confidence: float, looks: list[str]) -> ConvertedItem:
    if found.confidence < DOUBTFUL:
        looks.append("原文不太清楚，请对照")
    if len(found.text) > len(item.name if isinstance(item, KpiSpec) else item.text) + 10:
        looks.append("文字太长，后面的没有放进来")
    return ConvertedItem(part, item, found, confidence, tuple(looks))


# --- figures ------------------------------------------------------------------------------------------------------------------


def _target_text(found: DraftKpi, looks: list[str]) -> str | None:
    """The target with its unit, which the draft has taken out: 0.005 was 0.5 %, 4.5 was 4.5 分."""
    if found.target is None:
        return None
    value = found.target.value
    words = f"{found.original} {found.definition} {found.text}".replace("％", "%").replace(" ", "")
    percent = f"{plain_number(value * 100)}%"
    is_percent = percent in words or (0 < value < 1 and plain_number(value) not in words)
    if is_percent:
        written = f"{found.target.op} {percent}"
    else:
        unit = re.search(
            rf"(?<!\d){re.escape(plain_number(value))}(分|次|个|人|天|日|元|万元|家|起|件|户|小时|分钟)", words
        )
        written = f"{found.target.op} {plain_number(value)}{f' {unit[1]}' if unit else ''}"
    try:
        return str(parse_target(written))
    except ValueError:
        looks.append(f"目标“{written}”写不进格式，没有采用")
        return None


def _weights_note(kpis: list[ConvertedItem]) -> tuple[str | None, tuple[str, ...]]:
    weights = [one.item.weight for one in kpis if isinstance(one.item, KpiSpec) and one.item.weight]
    total = sum(weights, Decimal(0))
    if total in (0, 1):
        return None, ()
    note = f"原文各项权重合计为 {percent_text(total)}"
    return note, (f"{note}，不是 100 %",)


# --- text ---------------------------------------------------------------------------------------------------------------------


def _text(text: str, most: int = 4000) -> str:
    return made_printable(text)[:most].strip()


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for text in texts if (line := made_one_line(text))))


def _worth(found: tuple[Any, ...]) -> list[Any]:
    """Without items of which nothing printable is left."""
    return [one for one in found if _text(one.text)]
