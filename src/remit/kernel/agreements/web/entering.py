"""Lines and payments as a form sends them: columns of fields of one name, an index a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.agreements.lines import LINES_MAX, PLAN_MAX, Totals, read_lines, totals_of
from remit.kernel.agreements.models import AgreementVersion, PlanLine
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import dry_run
from remit.lib.refusals import Refusal

LINE: Final = ("goods", "quality", "spec", "unit", "quantity", "unit_price", "discount", "tax_rate")
DUE: Final = ("due_on", "amount", "note")
EMPTY: Final = dict.fromkeys(LINE, "")
EMPTY_DUE: Final = dict.fromkeys(DUE, "")


def _rows(data: QueryDict, names: tuple[str, ...], prefix: str, most: int) -> list[dict[str, str]]:
    columns = {name: data.getlist(f"{prefix}{name}")[:most] for name in names}
    count = max((len(column) for column in columns.values()), default=0)
    return [
        {name: column[n].strip() if n < len(column) else "" for name, column in columns.items()} for n in range(count)
    ]


def entered_lines(data: QueryDict) -> list[dict[str, str]]:
    return _rows(data, LINE, "line_", LINES_MAX)


def entered_plan(data: QueryDict) -> list[dict[str, str]]:
    return _rows(data, DUE, "due_", PLAN_MAX)


def filled(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """A row that nobody began is none."""
    return [row for row in rows if any(row.values())]


def rearranged(data: QueryDict) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """After "add a line", "remove line 3" and the like."""
    lines, plan, verb = entered_lines(data), entered_plan(data), data.get("rows", "")
    what, _dash, place = verb.partition("-")
    n = int(place) if place.isascii() and place.isdigit() and len(place) < 5 else -1
    if verb == "line":
        lines.append(dict(EMPTY))
    elif verb == "due":
        plan.append(dict(EMPTY_DUE))
    elif what == "unline" and n < len(lines) and n >= 0:
        del lines[n]
    elif what == "undue" and n < len(plan) and n >= 0:
        del plan[n]
    return lines or [dict(EMPTY)], plan


def as_entered(version: AgreementVersion) -> list[dict[str, str]]:
    """The lines of a version as the form shows them."""
    texts = ("goods", "quality", "spec", "unit")
    numbers = ("quantity", "unit_price", "discount", "tax_rate")
    return [
        {name: getattr(line, name) for name in texts} | {name: _plain(getattr(line, name)) for name in numbers}
        for line in version.lines.order_by("position")
    ]


def plan_as_entered(plan: list[PlanLine]) -> list[dict[str, str]]:
    return [{"due_on": due.due_on.isoformat(), "amount": f"{due.amount:f}", "note": due.note} for due in plan]


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


@dataclass(frozen=True, slots=True)
class Added:
    """What the lines come to, or what is wrong with them; and what would come of saving them."""

    totals: Totals | None
    line_totals: list[Decimal | None]
    fault: str = ""
    verdict: str = ""  # "granted", "approval", "refused"
    sentence: str = ""


def added_up(actor: Actor, action: str, facts: Mapping[str, Any], rows: list[dict[str, str]]) -> Added:
    """The totals as the server counts them, with the decision that saving would meet."""
    singles: list[Decimal | None] = []
    for row in rows:
        try:
            singles.append(read_lines([row])[0].total if any(row.values()) else None)
        except ValueError:
            singles.append(None)
    try:
        lines = read_lines(filled(rows))
    except ValueError as error:
        return Added(None, singles, str(error))
    if not lines:
        return Added(None, singles)
    verdict = sentence = ""
    try:
        decision = dry_run(actor, action, {**facts, "title": "—", "lines": filled(rows)})
        verdict, sentence = decision.outcome, decision.sentence
    except BadFacts:
        sentence = _("Choose the customer to see whether somebody has to approve the price.")
    except Refusal as error:
        verdict, sentence = "refused", error.sentence
    return Added(totals_of(lines), singles, verdict=verdict, sentence=sentence)
