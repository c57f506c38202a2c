"""How a plan is written: one YAML file of a pack's folder plans/.

format: plan/1
id: callback_members
labels: {zh-hans: 会员例行回访}
procedure: callback
population: {tags: [会员]}
sample: all                                  # or "10 %", "3 per owner"
every: {A: month, B: quarter, C: half_year}  # or once: true, or on: {birthday: customer, days_before: 3}, {contract_end: true, days_before: 30}
performer: {relation: owner}                 # or {position: [客服专员]}
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from remit.kernel.authority.spec import FactName, Strict
from remit.kernel.procedures.format import Key, Labels
from remit.lib.lunar import Festival

Period = Literal["week", "half_month", "month", "quarter", "half_year", "year"]
Graded = Literal["A", "B", "C", "D", "none", "other"]
Title = Annotated[str, Field(min_length=1, max_length=120)]
# What a company may say otherwise than the pack.
ADJUSTABLE: Final = ("population", "sample", "every", "once", "on", "spread", "performer")
# What the answers of the intake may be taken from, where the case follows another one; beside these its fields ("@shortcoming").
EARLIER: Final = ("@title", "@number", "@subject", "@ended", "@handler")


@dataclass(frozen=True, slots=True)
class Sample:
    """Of whom the plan speaks: everybody, so many percent, or so many of each owner's."""

    kind: Literal["all", "percent", "per_owner"]
    n: Decimal = Decimal(0)


def read_sample(text: str) -> Sample:
    """ "all", "10 %", "3 per owner". Raises ValueError."""
    text = " ".join(text.split())
    if text == "all":
        return Sample("all")
    if found := re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?) ?%", text):
        percent = Decimal(found[1])
        if 0 < percent <= 100:
            return Sample("percent", percent)
    if found := re.fullmatch(r"(\d{1,4}) per owner", text):
        count = Decimal(found[1])
        if count:
            return Sample("per_owner", count)
    raise ValueError("抽样写成 all、“10 %”或“3 per owner”。")


def _a_sample(text: str) -> str:
    read_sample(text)
    return text


NEAR_DAYS: Final = 60  # before a birthday or a festival; a contract's end is prepared for longer


def _festivals(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in list(Festival):
            raise ValueError(f"不认识的节日“{name}”，可用：{'、'.join(Festival)}。")
    return names


class Population(Strict):
    """Which customers; every condition narrows. `team`: owned by somebody at, or below, a position of these titles. `segment`: in
    the shared segment of that name, as it stands on the day; where the company has none, nobody."""

    grades: tuple[Literal["A", "B", "C", "D", "none"], ...] = ()
    tags: tuple[Annotated[str, Field(min_length=1, max_length=40)], ...] = ()
    kind: Literal["person", "organization"] | None = None
    statuses: tuple[Literal["prospect", "active", "lost"], ...] = ("prospect", "active")
    team: tuple[Title, ...] = ()
    segment: Annotated[str, Field(min_length=1, max_length=40)] | None = None


class Occasion(Strict):
    """What a case is opened on: a birthday, a festival, the end of the customer's contract, or that of a case of another procedure."""

    birthday: Literal["customer", "contact"] | None = None
    festival: Annotated[tuple[str, ...], AfterValidator(_festivals)] = ()
    contract_end: bool = False
    case_ended: Key | None = None
    outcomes: tuple[Key, ...] = ()
    days_before: Annotated[int, Field(ge=0, le=180)] = 0
    days_after: Annotated[int, Field(ge=0, le=365)] = 0

    @model_validator(mode="after")
    def is_one(self) -> Self:
        if (self.birthday is not None) + bool(self.festival) + self.contract_end + (self.case_ended is not None) != 1:
            raise ValueError("on 只写一样：birthday、festival、contract_end 或 case_ended。")
        if self.days_before > NEAR_DAYS and not self.contract_end:
            raise ValueError(f"days_before 至多 {NEAR_DAYS} 天；只有 contract_end 可以更早。")
        if self.days_before if self.case_ended else self.days_after or self.outcomes:
            raise ValueError(
                "days_after 与 outcomes 只属于 case_ended，days_before 只属于 birthday、festival 和 contract_end。"
            )
        return self


class PlanPerformer(Strict):
    """Who handles the cases: the customer's owner, a colleague at the owner's desk, the handler of the case that ended or a
    colleague of his, or the holders of a position in turn (the first of the titles that the company has)."""

    relation: Literal["owner", "owner_peer", "handler", "handler_peer"] | None = None
    position: tuple[Title, ...] = ()

    @model_validator(mode="after")
    def is_one(self) -> Self:
        if (self.relation is None) == (not self.position):
            raise ValueError("performer 要么写 relation，要么写 position。")
        return self


class PlanSpec(Strict):
    format: Literal["plan/1"] = "plan/1"
    id: Key
    labels: Labels
    description: Annotated[str, Field(max_length=2000)] = ""
    procedure: Key
    population: Population = Population()
    sample: Annotated[str, AfterValidator(_a_sample)] = "all"
    every: dict[Graded, Period] = Field(default_factory=dict)
    once: bool = False
    on: Occasion | None = None
    spread: Annotated[int | None, Field(ge=1, le=366)] = None  # over how many days the openings are spread
    performer: PlanPerformer
    answers: dict[FactName, Annotated[str, Field(min_length=1, max_length=400)]] = Field(default_factory=dict)
    coverage: Annotated[int | None, Field(ge=1, le=100)] = None  # percent of the population that must be reached

    @model_validator(mode="after")
    def has_one_time(self) -> Self:
        if bool(self.every) + self.once + (self.on is not None) != 1:
            raise ValueError("every（频率）、once（一次）、on（时机）三者写一样。")
        after_a_case = self.on is not None and self.on.case_ended is not None
        if self.performer.relation in ("handler", "handler_peer") and not after_a_case:
            raise ValueError("relation: handler 只用于 on: {case_ended: …}。")
        if after_a_case and read_sample(self.sample).kind == "per_owner":
            raise ValueError("按已结束的事项抽样时只能写 all 或百分比。")
        if self.coverage == 100 and self.sample != "all":
            raise ValueError("coverage: 100 要求 sample: all。")
        return self


def adjusted(spec: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The plan as a company has it: its own words replace the pack's. A new time replaces the old one, whatever kind it was."""
    times = {"every", "once", "on"}
    kept = {key: value for key, value in spec.items() if not (times & changes.keys() and key in times)}
    return {**kept, **changes}
