"""Charts of accounts as YAML beside the code: 小企业会计准则 is the default."""

from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field, StringConstraints, model_validator

from remit.kernel.authority.spec import Strict
from remit.lib.yaml_reader import load, located, validate

FOLDER: Final = Path(__file__).parent
DEFAULT: Final = "small_enterprise"
# 4 digits, then two for each level below (4-2-2-2).
CODE: Final = r"^\d{4}(\d\d){0,3}$"

Text = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Kind = Literal["asset", "liability", "equity", "cost", "income", "expense"]


class ChartAccount(NamedTuple):
    """`parent` is the code of the account above; `kind` one of AccountKind."""

    code: str
    name: str
    kind: str
    parent: str | None
    is_leaf: bool
    role: str


class ChartFile(Strict):
    """charts/*.yaml: the kind by the code's first digits, and [code, name, role?] of each account, the summing ones before theirs."""

    format: Literal["chart/1"]
    name: Text
    kinds: dict[str, Kind]
    accounts: Annotated[tuple[tuple[str, ...], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _hangs_together(self) -> "ChartFile":
        seen: set[str] = set()
        roles: set[str] = set()
        for nth, row in enumerate(self.accounts):
            if not 2 <= len(row) <= 3:
                raise located("每个科目写编码、名称和可省的角色。", "accounts", nth)
            code, role = row[0], row[2] if len(row) == 3 else ""
            above = parent_of(code)
            if code in seen or kind_of(code, self.kinds) is None or (above is not None and above not in seen):
                raise located(f"科目 {code} 重复、没有类别,或上级科目不在它前面。", "accounts", nth)
            if role in roles:
                raise located(f"角色 {role} 写了两次。", "accounts", nth)
            seen.add(code)
            roles |= {role} - {""}
        return self


def parent_of(code: str) -> str | None:
    """The code of the account above: 22210102 → 222101 → 2221 → None."""
    return code[:-2] if len(code) > 4 else None


def kind_of(code: str, kinds: dict[str, Kind]) -> str | None:
    """By the longest beginning that the chart names."""
    return next((kinds[code[:n]] for n in (2, 1) if code[:n] in kinds), None)


@cache
def chart(name: str = DEFAULT) -> tuple[ChartAccount, ...]:
    """The accounts of a shipped chart in the order of their codes. Raises BadYaml."""
    path = FOLDER / f"{name}.yaml"
    file = validate(ChartFile, load(path.read_text(encoding="utf-8"), path.name))
    summing = {parent_of(row[0]) for row in file.accounts}
    return tuple(
        ChartAccount(
            row[0],
            row[1],
            kind_of(row[0], file.kinds) or "",
            parent_of(row[0]),
            row[0] not in summing,
            row[2] if len(row) == 3 else "",
        )
        for row in sorted(file.accounts)
    )
