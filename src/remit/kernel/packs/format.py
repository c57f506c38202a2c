"""What a pack may contain: its own page, actions, rules on separate duties, fields of the customer file, and charters.

A pack states what is so. It names kernel functions and parameters, holds no expressions, and unknown keys are errors.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from remit.kernel.authority.spec import ACTION_PATTERN, Strict

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
FactKind = Literal[
    "money", "percent", "days", "count", "text", "long_text", "choice", "yes_no", "date", "moment", "person", "position",
    "unit",
]  # fmt: skip


class Labels(Strict):
    """A name in the languages of the product; the simplified Chinese one is always there."""

    zh_hans: Annotated[str, Field(alias="zh-hans", min_length=1, max_length=80)]
    zh_hant: Annotated[str | None, Field(alias="zh-hant", max_length=80)] = None
    en: Annotated[str | None, Field(max_length=120)] = None

    def by_language(self) -> dict[str, str]:
        return self.model_dump(by_alias=True, exclude_none=True)


class PackPage(Strict):
    """pack.yaml."""

    format: Literal["pack/1"] = "pack/1"
    name: Name
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    labels: Labels
    description: Annotated[str, Field(min_length=1, max_length=2000)]
    requires: tuple[Name, ...] = ()


class ChoiceSpec(Strict):
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    labels: Labels


class FactSpec(Strict):
    """One fact of a declared action. `concerns`: the person, position or unit on which a grant's scope is judged."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    kind: FactKind
    labels: Labels
    required: bool = True
    choices: tuple[ChoiceSpec, ...] = ()
    concerns: bool = False
    owner: bool = False
    per: bool = False

    @model_validator(mode="after")
    def fits_its_kind(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("choices 只属于 kind: choice，而且不能为空。")
        if self.concerns and self.kind not in ("person", "position", "unit"):
            raise ValueError("concerns 只能用于 person、position 或 unit。")
        return self

    def as_row(self) -> dict[str, object]:
        return {
            "name": self.name,
            "kind": self.kind,
            "labels": self.labels.by_language(),
            "required": self.required,
            "choices": [[choice.key, choice.labels.by_language()] for choice in self.choices],
            "concerns": self.concerns,
            "owner": self.owner,
            "per": self.per,
        }


class ActionSpec(Strict):
    """An action whose effect is its entry in the register of matters. `words`: how charters speak of it ("退货", "退+款")."""

    name: Annotated[str, Field(pattern=ACTION_PATTERN, max_length=80)]
    labels: Labels
    words: tuple[str, ...] = ()
    facts: Annotated[tuple[FactSpec, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def is_well_formed(self) -> Self:
        names = [fact.name for fact in self.facts]
        if len(set(names)) != len(names):
            raise ValueError("同一个动作里有重名的事实。")
        if "." not in self.name or self.name.endswith("*") or self.name.startswith("general."):
            raise ValueError("动作名要写成“族.动词”，如 remedy.refund；general. 留给通用申请。")
        if sum(fact.concerns for fact in self.facts) > 1:
            raise ValueError("最多一个事实可以标 concerns。")
        return self


class ActionsFile(Strict):
    """actions.yaml."""

    actions: tuple[ActionSpec, ...]


class SeparationSpec(Strict):
    code: Name
    name: Annotated[str, Field(min_length=1, max_length=120)]
    first: Annotated[tuple[Annotated[str, Field(pattern=ACTION_PATTERN)], ...], Field(min_length=1)]
    second: Annotated[tuple[Annotated[str, Field(pattern=ACTION_PATTERN)], ...], Field(min_length=1)]
    control: Annotated[str, Field(max_length=200)] = ""


class SeparationFile(Strict):
    """separation.yaml: pairs of duties that should not meet in one person."""

    rules: tuple[SeparationSpec, ...]


class FieldSpec(Strict):
    """One field that the pack adds to the customer file. `for`: of persons or organizations alone. `seen`: by everybody who reads
    the file, by the keeper and the line above, or by the keeper and collaborators alone. `masked`: others ask for the value, and
    each look leaves an event."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    kind: Literal["text", "long_text", "choice", "yes_no", "date", "count", "money"]
    labels: Labels
    help: Labels | None = None
    choices: tuple[ChoiceSpec, ...] = ()
    party_kind: Annotated[Literal["person", "organization"] | None, Field(alias="for")] = None
    seen: Literal["file", "line", "keeper"] = "file"
    masked: bool = False
    required: bool = False

    @model_validator(mode="after")
    def fits_its_kind(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("choices 只属于 kind: choice，而且不能为空。")
        if len({choice.key for choice in self.choices}) != len(self.choices):
            raise ValueError("choices 里有重复的 key。")
        return self

    def as_row(self) -> dict[str, object]:
        return {
            "name": self.name,
            "kind": self.kind,
            "labels": self.labels.by_language(),
            "help": self.help.by_language() if self.help is not None else {},
            "choices": [[choice.key, choice.labels.by_language()] for choice in self.choices],
            "party_kind": self.party_kind or "",
            "seen": self.seen,
            "is_masked": self.masked,
            "is_required": self.required,
        }


class FieldsFile(Strict):
    """fields.yaml: what the customer file has beside the kernel's own fields."""

    fields: Annotated[tuple[FieldSpec, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def names_once(self) -> Self:
        names = [field.name for field in self.fields]
        if len(set(names)) != len(names):
            raise ValueError("fields 里有重名的字段。")
        return self
