"""The charter format: what a charter says of one position, as a YAML file that a manager can read and change.

`charter_from_yaml` and `charter_to_yaml` are each other's reverse. The parts are those of the classic 职务说明书 (S-001). Pure:
no Django, no database; a stored version of a charter is `spec.model_dump(mode="json")`, read back by `model_validate`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    StringConstraints,
    WithJsonSchema,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from remit.kernel.authority.spec import DurationText, GrantSpec, Strict
from remit.kernel.charters.figures import Target, parse_target, parse_weight, percent_text
from remit.kernel.charters.writing import write_yaml
from remit.lib.printable import one_line, printable
from remit.lib.recurrence import parse_recurrence
from remit.lib.yaml_reader import load, located, validate

Every = Literal["day", "workday", "week", "half-month", "month", "quarter", "half-year", "year"]
DutyGroup = Literal["finance", "customer", "internal", "learning"]
BindingKind = Literal["routine", "procedure", "record", "control", "metric", "norm"]
Direction = Literal["higher", "lower"]
EvidenceKind = Literal["text", "number", "yes_no", "date", "file", "photo", "record"]


def _stripped(max_length: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=max_length)


Line = Annotated[str, _stripped(120), AfterValidator(printable), AfterValidator(one_line)]
Text = Annotated[str, _stripped(4000), AfterValidator(printable)]
ItemId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Weight = Annotated[
    Decimal,
    BeforeValidator(lambda value: parse_weight(value) if isinstance(value, str) else value),
    Field(gt=0, le=1),
    PlainSerializer(percent_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,3}(\.\d{1,2})? ?%$", "examples": ["25 %"]}),
]
TargetText = Annotated[str, AfterValidator(lambda text: str(parse_target(text)))]
RecurrenceText = Annotated[str, _stripped(80), AfterValidator(lambda text: str(parse_recurrence(text)))]


# --- the parts of a charter ----------------------------------------------------------------------------------------------------


class BindingSpec(Strict):
    """What makes a duty run."""

    kind: BindingKind = Field(
        description="routine 例行工作、procedure 流程步骤、record 台账、control 核准把关、metric 指标、norm 行为规范"
    )
    name: Line | None = Field(default=None, description="由哪一个例行工作、流程、台账或指标承载")
    reason: Text | None = Field(default=None, description="为什么这样绑定，一句话")


class EvidenceSpec(Strict):
    """One thing that shows that a duty was done. Written as bare text where a few words are enough."""

    kind: EvidenceKind = Field(
        default="text",
        description="text 文字、number 数字、yes_no 是否、date 日期、file 文件、photo 照片、record 台账记录的编号",
    )
    label: Annotated[str, _stripped(40), AfterValidator(printable), AfterValidator(one_line)]

    @model_validator(mode="before")
    @classmethod
    def from_bare_text(cls, value: Any) -> Any:
        return {"label": value} if isinstance(value, str) else value

    @model_serializer(mode="wrap")
    def as_bare_text(self, handler: SerializerFunctionWrapHandler) -> Any:
        plain: dict[str, Any] = handler(self)
        return plain["label"] if plain.get("kind", "text") == "text" else plain

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string", "minLength": 1, "maxLength": 40}, handler(core)]}


class DutySpec(Strict):
    id: ItemId = Field(description="编号，如 d1；换了次序也不变，版本之间据此比较")
    text: Text = Field(description="职责原文，一条一句")
    group: DutyGroup | None = Field(
        default=None, description="类别：finance 财务和业务拓展、customer 客户、internal 内部管理、learning 学习创新"
    )
    every: Every | None = Field(default=None, description="多久一次；workday 为每个工作日")
    when: RecurrenceText | None = Field(
        default=None,
        description="究竟哪一天，比 every 更细：每两周的周一 18:00、每月第3个工作日、春节、中秋前3个工作日",
    )
    within: DurationText | None = Field(default=None, description="多长时间内完成，如 3 workdays")
    evidence: Annotated[tuple[EvidenceSpec, ...], Field(max_length=8)] = Field(
        default=(), description="办完时要留下什么作为凭据"
    )
    binding: BindingSpec | None = Field(default=None, description="由什么让它运行起来")


class AuthoritySpec(Strict):
    id: ItemId = Field(description="编号，如 a1")
    text: Text = Field(description="授权条款原文")
    grants: tuple[GrantSpec, ...] = Field(
        default=(), description="系统据以执行的授权；一条条款可以给出几项，也可以没有"
    )


class KpiSpec(Strict):
    id: ItemId = Field(description="编号，如 k1")
    name: Line = Field(description="指标名称")
    definition: Text | None = Field(default=None, description="怎样计算")
    weight: Weight | None = Field(default=None, description="权重，如 25 %；全部相加应为 100 %")
    target: TargetText | None = Field(default=None, description="目标，如 < 0.5 %")
    direction: Direction | None = Field(default=None, description="higher 越高越好、lower 越低越好")
    source: Line | None = Field(default=None, description="数据来源：指标或台账的名称")

    @property
    def goal(self) -> Target | None:
        return parse_target(self.target) if self.target else None


class _Requirement(Strict):
    """A line with a kind. Written as bare text where the kind is the usual one."""

    @model_validator(mode="before")
    @classmethod
    def from_bare_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @model_serializer(mode="wrap")
    def as_bare_text(self, handler: SerializerFunctionWrapHandler) -> Any:
        plain: dict[str, Any] = handler(self)
        return plain["text"] if set(plain) == {"text"} else plain

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string", "minLength": 1, "maxLength": 4000}, handler(core)]}


class QualificationSpec(_Requirement):
    """岗位资格要求."""

    kind: Literal["education", "experience", "training", "certificate", "other"] = Field(
        default="other",
        description="education 教育背景、experience 经验、training 岗前培训、certificate 证书、other 其他",
    )
    text: Text


class SkillSpec(_Requirement):
    """岗位技能要求."""

    kind: Literal["knowledge", "ability"] = Field(
        default="ability", description="knowledge 专业知识、ability 素质与能力"
    )
    text: Text


class GuidanceSpec(Strict):
    received: Text | None = Field(default=None, description="所受上级的指导（书面、口头）")
    given: Text | None = Field(default=None, description="所予下级的指导")


class WorkConditionsSpec(Strict):
    general: Text | None = Field(default=None, description="工作条件：时间、设备")
    place: Text | None = Field(default=None, description="工作场所")
    environment: Text | None = Field(default=None, description="工作环境")
    hazards: Text | None = Field(default=None, description="危险性")


# --- the charter ----------------------------------------------------------------------------------------------------------------

ItemT = TypeVar("ItemT", DutySpec, AuthoritySpec, KpiSpec)


def _ids_differ(items: tuple[ItemT, ...]) -> tuple[ItemT, ...]:
    seen: set[str] = set()
    for at, item in enumerate(items):
        if item.id in seen:
            raise located(f"编号“{item.id}”重复了。", at, "id")
        seen.add(item.id)
    return items


class CharterSpec(Strict):
    """岗位说明书: what one position is for, does, may decide and is measured by."""

    format: Literal["charter/1"] = Field(default="charter/1", description="格式及其版本")
    title: Line = Field(description="职务名称")
    code: Line | None = Field(default=None, description="职务编号")
    company: Line | None = Field(default=None, description="所属公司；不写则由导入者选定")
    department: Line | None = Field(default=None, description="所属部门")
    level: Line | None = Field(default=None, description="岗位级别")
    series: Line | None = Field(default=None, description="岗位序列")
    tier: Line | None = Field(default=None, description="岗位层级")
    reports_to: tuple[Line, ...] = Field(default=(), description="直属上级的职务名称")
    second_leader: Line | None = Field(default=None, description="双重领导时的另一位上级")
    supervises: tuple[Line, ...] = Field(default=(), description="直接下级的职务名称")
    peers: tuple[Text, ...] = Field(default=(), description="同级沟通")
    guidance: GuidanceSpec = GuidanceSpec()
    purpose: Text | None = Field(default=None, description="岗位目的")
    duties: Annotated[tuple[DutySpec, ...], AfterValidator(_ids_differ)] = Field(default=(), description="工作内容")
    authority: Annotated[tuple[AuthoritySpec, ...], AfterValidator(_ids_differ)] = Field(default=(), description="权限")
    kpis: Annotated[tuple[KpiSpec, ...], AfterValidator(_ids_differ)] = Field(default=(), description="考核指标")
    weights_note: Text | None = Field(default=None, description="权重合计不是 100 % 时，说明为什么")
    qualifications: tuple[QualificationSpec, ...] = Field(default=(), description="岗位资格要求")
    skills: tuple[SkillSpec, ...] = Field(default=(), description="岗位技能要求")
    standards: tuple[Text, ...] = Field(default=(), description="业绩标准")
    difficulties: tuple[Text, ...] = Field(default=(), description="工作难点")
    taboos: tuple[Text, ...] = Field(default=(), description="工作禁忌")
    career: Text | None = Field(default=None, description="职业发展")
    conditions: WorkConditionsSpec = WorkConditionsSpec()

    @model_validator(mode="after")
    def weights_add_up(self) -> Self:
        total = sum((kpi.weight or Decimal(0) for kpi in self.kpis), Decimal(0))
        if total not in (0, 1) and not self.weights_note:
            raise located(f"权重合计为 {percent_text(total)}，不是 100 %；请更正，或用 weights_note 说明原因。", "kpis")
        return self


# Before these keys an empty line: a page of YAML is read by its blocks.
_BLOCKS: Final = ("reports_to", "purpose", "duties", "authority", "kpis", "qualifications", "standards")


def charter_from_yaml(text: str | bytes, file: str = "charter.yaml") -> CharterSpec:
    """Read a charter. Raises BadYaml (remit.lib.yaml_reader) with every fault, its line and a remedy."""
    return validate(CharterSpec, load(text, file))


def charter_to_yaml(spec: CharterSpec, *, schema: str = "charter.json") -> str:
    """The charter as its file, in the order of the format; what has its default is left out.

    `schema` is where an editor finds the JSON Schema, relative to the file.
    """
    plain = {"format": spec.format, **spec.model_dump(mode="json", exclude_defaults=True)}
    text = write_yaml(plain)
    for key in _BLOCKS:  # only a key of the charter itself begins in the first column
        text = text.replace(f"\n{key}:", f"\n\n{key}:", 1)
    return f"# yaml-language-server: $schema={schema}\n{text}"


# --- how much of it runs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many duties are bound, and to what. A norm is bound (it is attested), but nothing runs it."""

    total: int
    bound: int
    by_kind: Mapping[BindingKind, int]

    @property
    def running(self) -> int:
        return self.bound - self.by_kind.get("norm", 0)


def coverage(spec: CharterSpec) -> Coverage:
    kinds: Counter[BindingKind] = Counter(duty.binding.kind for duty in spec.duties if duty.binding)
    return Coverage(len(spec.duties), sum(kinds.values()), dict(kinds))


_PARTS: Final[Sequence[tuple[str, str]]] = (
    ("code", "职务编号"),
    ("department", "所属部门"),
    ("reports_to", "直属上级"),
    ("purpose", "岗位目的"),
    ("duties", "工作内容"),
    ("authority", "权限"),
    ("guidance", "所受与所予的指导"),
    ("peers", "同级沟通"),
    ("qualifications", "岗位资格要求"),
    ("skills", "岗位技能要求"),
    ("standards", "业绩标准"),
    ("difficulties", "工作难点"),
    ("taboos", "工作禁忌"),
    ("career", "职业发展"),
    ("conditions", "工作条件"),
)


def missing_parts(spec: CharterSpec) -> tuple[str, ...]:
    """Which parts of a complete charter (S-001) are still empty, by their Chinese names."""
    empty = CharterSpec(title=spec.title)
    return tuple(label for key, label in _PARTS if getattr(spec, key) == getattr(empty, key))
