"""How a procedure is written: one YAML file, steps with performer, form, deadline, outcomes, action and gates.

format: procedure/1
id: complaint
labels: {zh-hans: 投诉处理}
prefix: TS
subject: party                              # or text
within: 10 workdays                         # the whole case; there is no case without
intake: {by: [anyone], fields: [...]}
steps:
  - id: judge
    labels: {zh-hans: 投诉判断}
    by: [{relation: handler}]
    within: 1 hour
    fields: [{name: established, kind: yes_no, labels: {zh-hans: 是否成立}}]
    outcomes: [{id: yes, labels: {zh-hans: 成立}, next: investigate}, {id: no, labels: {zh-hans: 不成立}, next: declined}]
ends:
  - {id: declined, labels: {zh-hans: 不成立,已解释}}
"""

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from remit.kernel.authority.spec import ACTION_PATTERN, DurationText, FactName, Strict
from remit.lib.spans import parse_spans

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
FieldKind = Literal[
    "text", "long_text", "money", "percent", "days", "count", "choice", "yes_no", "date", "moment", "person", "position", "unit",
    "list", "pick", "file", "place", "photo",
]  # fmt: skip
Relation = Literal[
    "handler", "handler_superior", "handler_peer", "opener", "owner", "owner_superior", "head_of", "person_in"
]
# The kinds of entries that a customer's timeline has (parties.models.activity.ActivityKind).
TimelineKind = Literal["note", "call", "visit", "message", "letter", "email", "need", "competitor"]
# Where a relation needs the name of the field that holds the department or the person.
WITH_FIELD: Final = frozenset({"head_of", "person_in"})
# What an action's facts can take beside the fields of the forms.
SUBJECT: Final = "@subject"
NUMBER: Final = "@number"


def _no_long_ladder(rungs: tuple[int, ...]) -> tuple[int, ...]:
    if list(rungs) != sorted(set(rungs)) or rungs[0] < 100 or rungs[-1] > 1000:
        raise ValueError("升级阶梯要从 100 起逐级递增，不超过 1000（期限的百分比）。")
    return rungs


def _a_prefix(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2,4}", text):
        raise ValueError("编号前缀是两到四个大写字母，如 TS。")
    return text


def _hours(text: str) -> str:
    if not parse_spans(text):
        raise ValueError("写明可以打电话的时段，如 09:00-11:30 14:00-17:30。")
    return text


def _a_value(value: Any) -> Any:
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


HoursText = Annotated[str, AfterValidator(_hours)]
Value = Annotated[bool | str, BeforeValidator(_a_value)]


class Labels(Strict):
    """A name in the languages of the product; the simplified Chinese one is always there."""

    zh_hans: Annotated[str, Field(alias="zh-hans", min_length=1, max_length=80)]
    zh_hant: Annotated[str | None, Field(alias="zh-hant", max_length=80)] = None
    en: Annotated[str | None, Field(max_length=120)] = None

    def by_language(self) -> dict[str, str]:
        return self.model_dump(by_alias=True, exclude_none=True)


class Script(Strict):
    """What a caller says, in each language; {customer}, {caller}, {company} and {field} stand for what is known."""

    zh_hans: Annotated[str, Field(alias="zh-hans", min_length=1, max_length=600)]
    zh_hant: Annotated[str | None, Field(alias="zh-hant", max_length=600)] = None
    en: Annotated[str | None, Field(max_length=1200)] = None

    def by_language(self) -> dict[str, str]:
        return self.model_dump(by_alias=True, exclude_none=True)


class Choice(Strict):
    key: Key
    labels: Labels


class FormField(Strict):
    """One field of a form. A `list` has one entry a line, a `pick` chooses one entry of the list field `of`, a `file` is evidence,
    and so are a `place` (where the device stands, or typed unless `typed` is false) and a `photo` (pictures; `taken_within` bounds
    how long ago those were taken that say when).

    `when` makes it asked for only where another field of the same form has one of the values. What is written in a field that is
    `to_customer` reaches the customer as it stands.
    """

    name: FactName
    kind: FieldKind
    labels: Labels
    help: Labels | None = None
    say: Script | None = None  # stands above the answer while the customer is on the line
    required: bool = True
    when: dict[FactName, list[Value]] = Field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    of: FactName | None = None
    min: Annotated[int | None, Field(ge=0)] = None  # entries of a list, characters of a text, least number
    max: Annotated[int | None, Field(ge=1)] = None
    typed: bool = True
    taken_within: DurationText | None = None
    to_customer: bool = False


class Performer(Strict):
    """Who does a step: a position by title (the first of several titles that the company has), or a relation to the case."""

    position: tuple[Annotated[str, Field(min_length=1, max_length=120)], ...] = ()
    relation: Relation | None = None
    field: FactName | None = None
    other_than: Literal["handler", "opener"] | None = None


class Deed(Strict):
    """A business action that the step carries out with facts from the forms; authority decides as everywhere."""

    name: Annotated[str, Field(pattern=ACTION_PATTERN, max_length=80)]
    when: dict[FactName, list[Value]] = Field(default_factory=dict)
    facts: dict[FactName, Annotated[str, Field(min_length=1, max_length=80)]]


class Outcome(Strict):
    """`next` names a step or an end; several steps are branches that are worked on at the same time, until a step `wait_for`s them."""

    id: Key
    labels: Labels
    next: Key | Annotated[tuple[Key, ...], Field(max_length=6)]
    when: dict[FactName, list[Value]] = Field(default_factory=dict)  # possible only where the form says so

    @property
    def targets(self) -> tuple[str, ...]:
        return (self.next,) if isinstance(self.next, str) else self.next


class TimelineEntry(Strict):
    """What of the step's form is written into the customer's timeline, as what kind of entry; left out where nothing of it was
    answered. `at` is the field that says when it happened, `next_step` the one with what comes next."""

    kind: TimelineKind
    fields: Annotated[tuple[FactName, ...], Field(min_length=1)]
    at: FactName | None = None
    next_step: FactName | None = None


class Telephone(Strict):
    """The customer is called in this step, in these hours only; the conversation is begun on the page, which then shows the script.

    The customer's own hours go before these, and a moment that was agreed with him (the field `agreed`) before both. A call of more
    than so many `minutes` is told as a long one, and the script has at most so many `questions` (R-025).
    """

    hours: HoursText
    workdays_only: bool = True
    purpose: Literal["service", "marketing"] = "service"
    agreed: FactName | None = None
    minutes: Annotated[int, Field(ge=1, le=60)] = 5
    questions: Annotated[int, Field(ge=1, le=20)] = 8


class ForCustomer(Strict):
    """What the customer is shown on the page of his case while a step is worked on, or when the case has ended: the words, and the
    answers that are told to him. `confirms` is the yes-no field of the step that he may answer there himself."""

    says: Labels
    tells: Annotated[tuple[FactName, ...], Field(max_length=6)] = ()
    confirms: FactName | None = None


class Step(Strict):
    """`by` with several performers asks them side by side; `need` says whether all have to answer or the first is enough.

    Where all answer, the outcome that stands last in the file holds. `handler` makes whoever does the step the case's handler.
    `wait_for` names the last step of each branch that comes together here; with `wait: any` the first is enough, and what is still
    open in the others falls away.
    """

    id: Key
    labels: Labels
    by: Annotated[tuple[Performer, ...], Field(min_length=1)]
    need: Literal["all", "any"] = "all"
    within: DurationText
    clock: Literal["working", "all_day"] | None = None  # as the procedure, where it says nothing
    pauses: tuple[Labels, ...] = ()  # for which reasons the clock may be stopped
    fields: tuple[FormField, ...] = ()
    actions: tuple[Deed, ...] = ()  # the first whose `when` holds is carried out
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1)]
    tell: tuple[Performer, ...] = ()  # who gets a notice when the step is done
    handler: bool = False
    telephone: Telephone | None = None
    timeline: tuple[TimelineEntry, ...] = ()
    wait_for: Annotated[tuple[Key, ...], Field(max_length=6)] = ()
    wait: Literal["all", "any"] = "all"
    customer: ForCustomer | None = None


class Gate(Strict):
    """What has to be so before a case can end this way: a field filled (with one of the values), or a step done."""

    field: FactName | None = None
    values: list[Value] = Field(default_factory=list)
    step: Key | None = None
    message: Labels


class Paper(Strict):
    """The record of the case as a PDF under a name of its own, with a place for each signature."""

    labels: Labels
    signed_by: Annotated[tuple[Labels, ...], Field(max_length=6)] = ()


class End(Strict):
    """`produces` are papers that are kept with the case when it ends this way."""

    id: Key
    labels: Labels
    gates: tuple[Gate, ...] = ()
    produces: Annotated[tuple[Paper, ...], Field(max_length=4)] = ()
    customer: ForCustomer | None = None


class FirstResponse(Strict):
    within: DurationText
    step: Key = "intake"


class Public(Strict):
    """The intake as customers find it on their company's page: its name there, the `fields` that they see, `contact`, the text field
    into which name, telephone and mail go, and what the others are `set` to."""

    labels: Labels | None = None
    fields: Annotated[tuple[FactName, ...], Field(min_length=1)]
    contact: FactName | None = None
    set: dict[FactName, Value] = Field(default_factory=dict)


class Intake(Strict):
    """Who may open a case ("anyone", or titles), and what is asked for. With `public` customers may, too."""

    by: Annotated[tuple[str, ...], Field(min_length=1)]
    fields: tuple[FormField, ...] = ()
    public: Public | None = None


class Reopening(Strict):
    """A closed case may be taken up again at a step, within a time after its end; the clock goes on where it stood."""

    at: Key
    within: DurationText


class Satisfaction(Strict):
    """The customer is asked how content he is, from 1 to 5. At `low` or less somebody has to look into it, `within` a time."""

    low: Annotated[int, Field(ge=1, le=4)] = 2
    by: Performer
    within: DurationText = "2 workdays"


class DayOut(Strict):
    """By which answers the open steps stand on the day of who is out: the moment that was agreed, and where."""

    at: FactName
    where: FactName | None = None


class Repeat(Strict):
    """Another case of the same customer, begun within so many days of the end of one and alike in these fields, says that it was not
    done well (S-053)."""

    days: Annotated[int, Field(ge=1, le=366)]
    same: Annotated[tuple[FactName, ...], Field(max_length=3)] = ()


class ProcedureSpec(Strict):
    format: Literal["procedure/1"] = "procedure/1"
    id: Key
    labels: Labels
    description: Annotated[str, Field(max_length=2000)] = ""
    prefix: Annotated[str, AfterValidator(_a_prefix)]
    subject: Literal["party", "text"] = "text"
    within: DurationText
    clock: Literal["working", "all_day"] = (
        "working"  # all_day: every hour of every day counts, whatever calendar the department has
    )
    first_response: FirstResponse | None = None
    ladder: Annotated[tuple[int, ...], Field(min_length=1, max_length=6), AfterValidator(_no_long_ladder)] = (
        100,
        150,
        200,
    )
    intake: Intake
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=40)]
    ends: Annotated[tuple[End, ...], Field(min_length=1, max_length=20)]
    reopening: Reopening | None = None
    class_field: FactName | None = None  # the field by which statistics are divided
    report: tuple[FactName, ...] = ()  # by what else the report counts (choices), and which words it quotes (texts)
    day: DayOut | None = None
    satisfaction: Satisfaction | None = None
    repeat: Repeat | None = None
    # What is not said to customers.
    avoid: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Field(max_length=20)] = ()

    def step(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.id == key), None)

    def is_all_day(self, step: Step | None = None) -> bool:
        """Whether the term of the step, or of the whole, is counted by the clock on the wall."""
        return ((step.clock if step else None) or self.clock) == "all_day"

    def end(self, key: str) -> End | None:
        return next((end for end in self.ends if end.id == key), None)

    def all_fields(self) -> dict[str, FormField]:
        """By name; the intake's first. A name stands for the same thing wherever it is asked."""
        fields = [*self.intake.fields, *(field for step in self.steps for field in step.fields)]
        return {field.name: field for field in fields}
