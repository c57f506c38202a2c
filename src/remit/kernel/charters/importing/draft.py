"""What the importer finds in a document: draft positions, every item with its source span, a confidence and a reason.

Pure data: no Django. `Span` is a pair of offsets into `Source.text`, end exclusive; an item that a page break tore apart has
several.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Span = tuple[int, int]
Every = Literal["day", "week", "half-month", "month", "quarter", "half-year", "year"]
WithinUnit = Literal["minute", "hour", "day", "workday", "week", "month"]
LimitUnit = Literal["CNY", "%", "day", "count"]
Op = Literal["<", "<=", "=", ">=", ">"]
WindowPeriod = Literal["day", "week", "month", "quarter", "year"]
BindingKind = Literal["routine", "procedure", "record", "control", "metric", "norm"]
Right = Literal["decide", "propose"]


@dataclass(frozen=True, slots=True)
class Within:
    """A deadline that the text states: 三天之内 is Within(3, "day")."""

    n: Decimal
    unit: WithinUnit


@dataclass(frozen=True, slots=True)
class BoundFound:
    """A bound on an authority: 500元以下 is BoundFound(500, "CNY", "<"), 100元以内 has "<=", 9折 is (10, "%", "<=")."""

    max: Decimal
    unit: LimitUnit
    op: Literal["<", "<="] = "<="


@dataclass(frozen=True, slots=True)
class WindowFound:
    """A cumulative limit: 同一客户一年不超过三次 is at most 3 a year, counted for each customer."""

    period: WindowPeriod
    bound: BoundFound
    per_customer: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    op: Op
    value: Decimal


@dataclass(frozen=True, slots=True)
class ProposedBinding:
    """What would make a duty run, and why the importer thinks so (`reason`: one Chinese sentence)."""

    kind: BindingKind
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """What every item has. `text` is in simplified Chinese, without its number, put back together; `original` is as it stands."""

    text: str
    spans: tuple[Span, ...]
    confidence: float
    original: str = ""


@dataclass(frozen=True, slots=True)
class DraftDuty(Found):
    every: Every | None = None
    within: Within | None = None
    binding: ProposedBinding | None = None


@dataclass(frozen=True, slots=True)
class DraftAuthority(Found):
    """`conditions`, `report_to`, `countersigned_by` hold the words of the text (确有质量问题; 客服总监; 总经理, 销售人)."""

    limits: tuple[BoundFound, ...] = ()
    right: Right = "decide"
    scope: Literal["own_group", "own_department", "own_customers", "anywhere"] | None = None
    conditions: tuple[str, ...] = ()
    report_to: tuple[str, ...] = ()
    countersigned_by: tuple[str, ...] = ()
    finding: bool = False  # the person responsible has to be determined afterwards (鉴定责任人)
    windows: tuple[WindowFound, ...] = ()
    within: Within | None = None  # the time for what has to follow


@dataclass(frozen=True, slots=True)
class DraftKpi(Found):
    """`text` is the KPI's name. `weight` is a fraction; a target in percent is a fraction too (0.5 % is 0.005)."""

    weight: Decimal | None = None
    target: Target | None = None
    definition: str = ""


@dataclass(frozen=True, slots=True)
class DraftQualification(Found):
    pass


@dataclass(frozen=True, slots=True)
class DraftPosition:
    title: str
    department: str | None
    span: Span  # from the heading to the end of what belongs to it
    title_span: Span | None
    confidence: float
    reports_to: tuple[str, ...] = ()
    supervises: tuple[str, ...] = ()
    purpose: str | None = None
    purpose_span: Span | None = None
    duties: tuple[DraftDuty, ...] = ()
    authority: tuple[DraftAuthority, ...] = ()
    kpis: tuple[DraftKpi, ...] = ()
    qualifications: tuple[DraftQualification, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftDocument:
    name: str
    script: Literal["hans", "hant"]
    positions: tuple[DraftPosition, ...]
    warnings: tuple[str, ...] = field(default=())
