"""Who acts at the terminal, and what `key=value` means. Needs Django; imported inside commands."""

import json
from dataclasses import replace
from typing import Any

from remit.cli.answers import CliError
from remit.kernel.accounts.actor import Actor, system
from remit.kernel.organization.models import Unit
from remit.kernel.organization.queries import actor_for, find_person


def actor_named(reference: str) -> Actor:
    """The person that was named, at the command line's door; without a name the operator, who is the system here.

    Raises LookupError with a sentence where nobody or more than one fits.
    """
    if not reference:
        return replace(system("operator"), door="cli")
    return actor_for(find_person(reference), "cli")


def company_named(reference: str) -> Unit:
    """By name or code; without either the only company there is. Raises CliError."""
    companies = list(Unit.objects.filter(kind="company", closed_on=None).order_by("path", "id"))
    named = [unit for unit in companies if reference in (unit.code, unit.name)]
    if len(named) == 1:
        return named[0]
    if not reference and len(companies) == 1:
        return companies[0]
    known = "、".join(f"{unit.name}({unit.code})" for unit in companies) or "还没有,先运行 remit init"
    what = f"没有或不止一个公司叫“{reference}”" if reference else "有不止一个公司" if companies else "还没有公司"
    raise CliError(f"{what};用 --company 指明:{known}。", 2)


def given_facts(pairs: list[str]) -> dict[str, Any]:
    """`amount=38000` is text, as in a form; `scope:=[…]` is JSON, for facts that are lists or objects. Raises CliError."""
    given: dict[str, Any] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip(":"):
            raise CliError(f"“{pair}”不是 key=value 的写法,例如 amount=380(列表和对象写作 key:=JSON)。", 2)
        plain = name.removesuffix(":")
        if plain in given:
            raise CliError(f"“{plain}”给了两次。", 2)
        if not name.endswith(":"):
            given[plain] = value
            continue
        try:
            given[plain] = json.loads(value)
        except json.JSONDecodeError as error:
            raise CliError(f"“{plain}:=”后面不是 JSON(第 {error.pos + 1} 个字符):{error.msg}。", 2) from error
    return given
