"""How a grant of authority is written: the `authority:` part of a charter, and of nothing else.

action: staff.reward                   # or a family: staff.*
right: decide                          # or propose: 建议权, 申请权
limits: {amount: "<= 100 CNY"}         # fact: bound; < and <= are different
conditions: {defect_proven: [true]}    # fact: the values under which it holds
scope: own_group
windows: [{per: customer, period: month, measure: amount, max: "<= 1000 CNY"}]
then:
  - {report_to: 客服部总监, within: 1 workday}
  - {countersigned_by: [总经理, "fact:seller", "fact:staff"], within: 3 workdays}
  - {finding_by: 客服部总监, within: 3 workdays}
"""

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from remit.lib.calendars import parse_duration
from remit.lib.limits import parse_bound
from remit.lib.printable import one_line, printable

ACTION_PATTERN = r"^(\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.\*)?)$"

Right = Literal["decide", "propose"]
Scope = Literal["anywhere", "own_company", "own_department", "own_group", "own_customers"]
Period = Literal["day", "week", "month", "quarter", "year", "ever"]


def _a_bound(text: str) -> str:
    parse_bound(text)
    return text


def _a_duration(text: str) -> str:
    parse_duration(text)
    return text


def _a_condition(value: Any) -> Any:
    """A charter's YAML is read as text; of all texts only these two stand for a yes-no fact ("no" may be a choice)."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


BoundText = Annotated[str, AfterValidator(_a_bound)]
DurationText = Annotated[str, AfterValidator(_a_duration)]
ConditionValue = Annotated[bool | str, BeforeValidator(_a_condition)]
FactName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
# A position by title ("总经理", "财务部/出纳"), the holder's superior ("superior"), or a person named in a fact ("fact:seller").
Performer = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(printable),
    AfterValidator(one_line),
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WindowSpec(Strict):
    """A cumulative limit: what one holder may give in a period, all told or per customer, so that a split sum is noticed."""

    period: Period
    measure: Literal["amount", "count"] = "amount"
    fact: FactName = "amount"  # which fact is summed where the measure is an amount
    per: FactName | None = None  # the fact by which it is counted apart: customer
    max: BoundText


class ObligationSpec(Strict):
    """What has to follow a use of the grant. Exactly one of the three kinds."""

    report_to: Performer | None = None
    countersigned_by: tuple[Performer, ...] = ()
    finding_by: Performer | None = None  # who determines the person responsible (S-046); unclear → the company bears it
    within: DurationText = "3 workdays"

    @model_validator(mode="after")
    def exactly_one(self) -> Self:
        if sum(map(bool, (self.report_to, self.countersigned_by, self.finding_by))) != 1:
            raise ValueError("an obligation is one of report_to, countersigned_by, finding_by")
        return self


class GrantSpec(Strict):
    action: Annotated[str, Field(pattern=ACTION_PATTERN, max_length=80)]
    right: Right = "decide"
    limits: dict[FactName, BoundText] = Field(default_factory=dict)
    conditions: dict[FactName, list[ConditionValue]] = Field(default_factory=dict)
    scope: Scope = "anywhere"
    windows: tuple[WindowSpec, ...] = ()
    then: tuple[ObligationSpec, ...] = ()
    start: dt.date | None = None
    end: dt.date | None = None

    @model_validator(mode="after")
    def ends_after_start(self) -> Self:
        if self.start and self.end and self.end <= self.start:
            raise ValueError("a grant ends after it starts")
        return self
