"""How a bank's files are described: one YAML file a bank, for the batch that goes out and the return that comes back.

format: bank/1
id: example_fixed
name: 示例银行（GBK 定长）
batch:
  layout: fixed                   # delimited, fixed, xlsx, pain.008
  encoding: gbk                   # utf-8, gbk, gb18030; widths count bytes of it
  header:
    - {kind: constant, text: H, width: 1}
    - {field: batch, width: 20}
    - {field: count, kind: number, width: 6}
    - {field: sum, kind: cents, width: 15}
  rows:
    - {field: reference, width: 24}
    - {field: account, width: 32}
    - {field: holder, width: 60}
    - {field: amount, kind: cents, width: 12}
return:
  layout: fixed
  encoding: gbk
  rows:
    - {field: reference, width: 24}
    - {field: amount, kind: cents, width: 12}
    - {field: outcome, kind: codes, codes: {"0000": collected, "*": failed}, width: 4}
    - {field: code, width: 4}
reasons:
  "1001": {label: 余额不足, next: retry, days: 3}
  "1002": {label: 账号不存在, next: renew_mandate}
otherwise: call
"""

from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from remit.lib.yaml_reader import load, located, validate

Encoding = Literal["utf-8", "gbk", "gb18030"]
Next = Literal["call", "renew_mandate", "retry", "stop"]
Kind = Literal["text", "number", "cents", "yuan", "date", "codes", "constant"]
Name = Annotated[str, Field(min_length=1, max_length=60)]

HEAD_FIELDS: Final = (
    "batch",
    "date",
    "made_on",
    "creditor",
    "creditor_account",
    "creditor_bank_code",
    "creditor_id",
    "currency",
)
SUM_FIELDS: Final = ("count", "sum")
ORDER_FIELDS: Final = [
    "sequence",
    "reference",
    "holder",
    "account",
    "amount",
    "bank_name",
    "bank_code",
    "payer",
    "mandate",
    "signed_on",
    "purpose",
    "currency",
]
RESULT_FIELDS: Final = ("sequence", "reference", "holder", "account", "amount", "outcome", "code", "message", "on")
RETURN_SUMS: Final = (*SUM_FIELDS, "collected_count", "collected_sum", "failed_count", "failed_sum")
# The kinds that a field may have; the first is meant where the description says none.
KINDS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("count", "sequence", "collected_count", "failed_count"), ("number",)),
    **dict.fromkeys(("sum", "amount", "collected_sum", "failed_sum"), ("yuan", "cents")),
    **dict.fromkeys(("date", "made_on", "signed_on", "on"), ("date",)),
    "outcome": ("codes",),
}
DATE_TOKENS: Final = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d"}


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Strict):
    """One column. `width` counts bytes (fixed layout only); `cut` shortens a text that is too long instead of refusing it."""

    field: str | None = None
    kind: Kind | None = None
    text: Annotated[str, Field(max_length=60)] = ""  # of a constant
    title: Annotated[str, Field(max_length=60)] = ""  # of a sheet's column
    width: Annotated[int | None, Field(ge=1, le=400)] = None
    align: Literal["left", "right"] | None = None
    pad: Literal["blank", "zero"] | None = None
    format: Annotated[str, Field(pattern=r"^(YYYY|YY|MM|DD|[-/.年月日])+$", max_length=20)] = "YYYYMMDD"
    codes: dict[Annotated[str, Field(max_length=20)], Annotated[str, Field(max_length=60)]] = Field(
        default_factory=dict
    )
    optional: bool = False
    cut: bool = False

    @property
    def shape(self) -> str:
        """The kind, also where the description leaves it to the field."""
        return self.kind or KINDS.get(self.field or "", ("text",))[0]

    @property
    def label(self) -> str:
        return self.title or self.field or "固定内容"

    @model_validator(mode="after")
    def fits(self) -> Self:
        if self.field is None:
            if self.kind != "constant":
                raise ValueError("要写 field；只有 kind: constant 可以不写。")
            return self
        if self.kind == "constant":
            raise ValueError("固定内容（constant）不写 field。")
        # Any field may come as a code of the bank's own, but for what is counted.
        if self.field in KINDS and self.shape not in (*KINDS[self.field], "codes"):
            raise ValueError(f"“{self.field}”的 kind 可以是 {'、'.join(KINDS[self.field])}。")
        if self.field not in KINDS and self.shape not in ("text", "codes"):
            raise ValueError(f"“{self.field}”的 kind 可以是 text、codes。")
        if (self.shape == "codes") != bool(self.codes):
            raise ValueError("kind: codes 要写 codes 对照表，其他的不写。")
        return self


class Described(Strict):
    """What the layouts have in common; which fields stand where is judged by the file's own kind."""

    layout: Literal["delimited", "fixed", "xlsx"]
    encoding: Encoding = "utf-8"
    separator: Annotated[str, Field(min_length=1, max_length=1)] = "|"
    quote: bool = False
    line_end: Literal["crlf", "lf"] = "crlf"
    ending: Annotated[str, Field(pattern=r"^[a-z0-9]{1,8}$")] = "txt"
    titles: bool = False  # a row of titles above the rows
    header: tuple[Column, ...] = ()
    rows: Annotated[tuple[Column, ...], Field(min_length=1)]
    trailer: tuple[Column, ...] = ()

    def check(self, head: tuple[str, ...], row: tuple[str, ...]) -> None:
        """Raises a located error for the first column that doesn't belong where it stands."""
        if self.titles and self.layout == "fixed":
            raise located("定长文件没有标题行。", "titles")
        for part, known in (("header", head), ("rows", row), ("trailer", head)):
            seen = set[str]()
            for place, column in enumerate(getattr(self, part)):
                if column.field is not None and column.field not in known:
                    raise located(f"这里没有“{column.field}”，可用：{'、'.join(known)}。", part, place, "field")
                if column.field in seen:
                    raise located(f"“{column.field}”写了两次。", part, place, "field")
                seen |= {column.field} if column.field else set()
                if (self.layout == "fixed") != (column.width is not None):
                    raise located("定长文件的每一列都要写 width（字节数），其他文件不写。", part, place)
                if self.titles and part == "rows" and not column.title:
                    raise located("titles: true 时每一列都要写 title。", part, place)

    def has(self, field: str) -> bool:
        return any(column.field == field for column in self.rows)


class BatchFile(Described):
    @model_validator(mode="after")
    def is_whole(self) -> Self:
        self.check((*HEAD_FIELDS, *SUM_FIELDS), tuple(ORDER_FIELDS))
        missing = [field for field in ("account", "amount") if not self.has(field)]
        if missing or not (self.has("reference") or self.has("sequence")):
            raise ValueError("rows 至少要有 account、amount，以及 reference 或 sequence。")
        return self


class ReturnFile(Described):
    """`unlisted`: what became of orders that the file doesn't name. `refuse` where it must name every one; `open` leaves them to a
    later file."""

    unlisted: Literal["refuse", "collected", "open"] = "refuse"

    @model_validator(mode="after")
    def is_whole(self) -> Self:
        self.check(("batch", "date", *RETURN_SUMS), RESULT_FIELDS)
        if not self.has("outcome") or not (self.has("reference") or self.has("sequence")):
            raise ValueError("rows 至少要有 outcome，以及 reference 或 sequence。")
        for place, column in enumerate(self.rows):
            strange = sorted(set(column.codes.values()) - {"collected", "failed", "open"})
            if column.field == "outcome" and strange:
                raise located(f"outcome 只有 collected、failed、open，没有“{strange[0]}”。", "rows", place, "codes")
        return self


class Pain008(Strict):
    """ISO 20022: the standard says what stands where."""

    layout: Literal["pain.008"]
    version: Literal["001.02", "001.08"] = "001.02"
    scheme: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,4}$")] = "SEPA"
    instrument: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,35}$")] = "CORE"
    clearing: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,5}$")] = (
        "CNAPS"  # of which system a bank code is that is no BIC
    )
    ending: Literal["xml"] = "xml"


class Pain002(Strict):
    layout: Literal["pain.002"]
    unlisted: Literal["refuse", "collected", "open"] = "refuse"


class Reason(Strict):
    """What a code of the bank means, and what is done next. `days` after which a debit is tried again."""

    label: Name
    next: Next
    days: Annotated[int | None, Field(ge=1, le=90)] = None

    @model_validator(mode="after")
    def has_a_day(self) -> Self:
        if (self.next == "retry") != (self.days is not None):
            raise ValueError("next: retry 要写 days（几天后再扣），其他的不写。")
        return self


class BankFormat(Strict):
    format: Literal["bank/1"]
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    name: Name
    batch: Annotated[BatchFile | Pain008, Field(discriminator="layout")]
    result: Annotated[ReturnFile | Pain002, Field(discriminator="layout", alias="return")]
    reasons: dict[Annotated[str, Field(max_length=20)], Reason] = Field(default_factory=dict)
    otherwise: Next = "call"  # for a code that the table doesn't have

    def reason_for(self, code: str) -> Reason:
        """What to do about a code; an unknown one is told as it is."""
        days = 3 if self.otherwise == "retry" else None
        return self.reasons.get(code) or Reason(label=code[:60] or "银行未说明原因", next=self.otherwise, days=days)


def read_format(text: str | bytes, file: str) -> BankFormat:
    """A description from YAML. Raises yaml_reader.BadYaml with every fault, its line and what was probably meant."""
    return validate(BankFormat, load(text, file))


def shipped() -> list[Path]:
    """The descriptions that come with the program, to begin with."""
    return sorted((Path(__file__).parent / "banks").glob("*.yaml"))


def schema() -> dict[str, Any]:
    return BankFormat.model_json_schema(by_alias=True)
