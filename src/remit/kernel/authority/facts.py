"""Facts: the typed values that an action is asked with, and by which a grant is bounded.

One description serves the form, the API's schema, the command line, the import and the decision. Values in memory are Decimal,
int, bool, str, date or ids; `to_json` gives the canonical form that is stored and hashed (amounts as text).
"""

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, TypeAlias

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.organization import queries as organization
from remit.kernel.organization.models import Person, Position, Unit
from remit.lib.amounts import format_amount, parse_amount

FactKind = Literal[
    "money", "percent", "days", "count", "text", "long_text", "choice", "yes_no", "date", "moment",
    "person", "position", "unit", "id", "data",
]  # fmt: skip
# What a grant can bound, and in which unit a bound on it is written.
BOUNDED: Final[Mapping[str, str]] = {"money": "CNY", "percent": "%", "days": "day", "count": "count"}
# Larger numbers are mistakes, and would not fit their columns.
GREATEST_NUMBER: Final = Decimal(10) ** 12
LONGEST_TEXT: Final = 4000

FactValue: TypeAlias = Decimal | int | bool | str | dt.date | dt.datetime | list[Any] | dict[str, Any] | None
Facts: TypeAlias = dict[str, FactValue]
Label: TypeAlias = str | Promise


class BadFact(ValueError):
    """A value that can't be taken: which fact, and a sentence that says what is expected."""

    def __init__(self, fact: str, message: str) -> None:
        super().__init__(message)
        self.fact = fact
        self.message = message


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of an action.

    `concerns` marks the person, position or unit that the act is about: a grant's scope is judged on it, and nobody decides
    about himself. `owner` marks the person who owns the customer in question (scope "own customers").
    `per` marks what a window can count by ("per customer"). `secret` facts (a proof of identity, a reading) reach the action
    and nothing else: neither event nor request keeps them, so an action with one can't wait for approval.
    `quiet` facts are told in words by another one, and requests don't show them raw.
    `derive` works the fact out from the others (the company of the charter that was named): nobody is asked for it, and what
    is given for it doesn't count. It answers None where the others name nothing; the action then refuses in its own words.
    """

    name: str
    kind: FactKind
    label: Label
    required: bool = True
    choices: tuple[tuple[str, Label], ...] = ()
    concerns: bool = False
    owner: bool = False
    per: bool = False
    secret: bool = False
    quiet: bool = False
    help: Label = ""
    derive: "Callable[[Facts], FactValue] | None" = None

    @property
    def is_bounded(self) -> bool:
        return self.kind in BOUNDED

    def parse(self, value: Any) -> FactValue:
        """A value from a form, a JSON body, a command line or a row, as the typed value.

        Raises BadFact. Empty text counts as absent.
        """
        if isinstance(value, str):
            value = value.strip()
        if not is_storable(value):
            raise BadFact(self.name, _("%(fact)s contains a character that cannot be stored.") % {"fact": self.label})
        if value is None or value == "":
            if self.required:
                raise BadFact(self.name, _("%(fact)s is missing.") % {"fact": self.label})
            return None
        return PARSERS[self.kind](self, value)

    def fail(self, expected: str) -> BadFact:
        return BadFact(self.name, f"{self.label}:{expected}")

    def show(self, value: FactValue) -> str:
        """The value as a person reads it; ids become names (one query each)."""
        if value is None:
            return "—"
        shower = SHOWERS.get(self.kind)
        return shower(self, value) if shower else str(value)


# A form or a file never nests deeper; what does is meant to exhaust whoever walks through it.
DEEPEST_DATA: Final = 40
UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def is_storable(value: Any, depth: int = 0) -> bool:
    """Whether the database can keep it: no NUL and no half of a character in any text of it, however deep; no NaN."""
    if isinstance(value, str):
        return UNSTORABLE.search(value) is None
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return depth < DEEPEST_DATA and all(is_storable(k) and is_storable(v, depth + 1) for k, v in value.items())
    if isinstance(value, list):
        return depth < DEEPEST_DATA and all(is_storable(part, depth + 1) for part in value)
    return True


def _money(fact: Fact, value: Any) -> Decimal:
    if isinstance(value, float):
        raise fact.fail(_("an amount is text or a whole number, never a float"))
    try:
        amount = parse_amount(str(value))
    except ValueError as error:
        raise fact.fail(str(error)) from error
    if amount < 0:
        raise fact.fail(_("an amount is not negative"))
    return amount


def _number(fact: Fact, value: Any) -> Decimal:
    text = str(value).rstrip("%").strip()
    if isinstance(value, bool | float) or not re.fullmatch(r"\d{1,12}(\.\d{1,4})?", text):
        raise fact.fail(_("expected a number such as 3 or 2.5"))
    try:
        number = Decimal(text)
    except InvalidOperation as error:  # pragma: no cover - the pattern admits numbers only
        raise fact.fail(_("expected a number such as 3 or 2.5")) from error
    if number > GREATEST_NUMBER:
        raise fact.fail(_("the number is too large"))
    return number


def _count(fact: Fact, value: Any) -> int:
    number = _number(fact, value)
    if number != int(number) or number > 2**31 - 1:
        raise fact.fail(_("expected a whole number"))
    return int(number)


def _text(fact: Fact, value: Any) -> str:
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        raise fact.fail(_("expected text"))
    text = str(value)
    if len(text) > LONGEST_TEXT:
        raise fact.fail(_("at most %(n)d characters") % {"n": LONGEST_TEXT})
    return text


def _choice(fact: Fact, value: Any) -> str:
    for key, label in fact.choices:
        if value in (key, str(label)):
            return key
    options = "、".join(str(label) for _key, label in fact.choices)
    raise fact.fail(_("choose one of: %(options)s") % {"options": options})


YES: Final = frozenset({"true", "yes", "on", "1", "是", "y"})
NO: Final = frozenset({"false", "no", "off", "0", "否", "n"})


def _yes_no(fact: Fact, value: Any) -> bool:
    text = str(value).lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise fact.fail(_("answer yes or no"))


def _date(fact: Fact, value: Any) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        day = dt.date.fromisoformat(str(value))
    except ValueError as error:
        raise fact.fail(_("expected a date such as 2026-11-23")) from error
    if not 1900 <= day.year <= 2199:
        raise fact.fail(_("the year must lie between 1900 and 2199"))
    return day


def _moment(fact: Fact, value: Any) -> dt.datetime:
    try:
        moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    except ValueError as error:
        raise fact.fail(_("expected a time such as 2026-11-23 09:00")) from error
    if not 1900 <= moment.year <= 2199:
        raise fact.fail(_("the year must lie between 1900 and 2199"))
    if moment.tzinfo is None:
        moment = timezone.make_aware(moment)
    return moment


def _reference(
    find: Callable[[str], Any], model: type[Person] | type[Position] | type[Unit]
) -> Callable[[Fact, Any], int]:
    def parse(fact: Fact, value: Any) -> int:
        if isinstance(value, model):
            return int(value.pk)
        if isinstance(value, bool | float):
            raise fact.fail(_("expected a name or a number"))
        if isinstance(value, int) or (
            str(value).isdecimal() and len(str(value)) <= 9 and not _is_code(model, str(value))
        ):
            if not model._default_manager.filter(pk=int(value)).exists():
                raise fact.fail(_("there is no number %(id)s") % {"id": value})
            return int(value)
        try:
            return int(find(str(value)).pk)
        except LookupError as error:
            raise fact.fail(str(error.args[0])) from error

    return parse


def _is_code(model: type[Person] | type[Position] | type[Unit], text: str) -> bool:
    """Whether digits are an employee number or a code rather than a primary key: what people type wins."""
    field = "employee_no" if model is Person else "code"
    return model._default_manager.filter(**{field: text}).exists()


def _find_unit(text: str) -> Unit:
    found = list(Unit.objects.filter(code=text)[:1]) or list(Unit.objects.filter(name=text, closed_on=None)[:2])
    if len(found) != 1:
        raise LookupError(f"没有或不止一个单位叫“{text}”,请用编号指明。")
    return found[0]


def _id(fact: Fact, value: Any) -> int:
    if isinstance(value, bool | float) or not re.fullmatch(r"\d{1,18}", str(value)):
        raise fact.fail(_("expected a number"))
    return int(value)


def _data(fact: Fact, value: Any) -> list[Any] | dict[str, Any]:
    if not isinstance(value, list | dict):
        raise fact.fail(_("expected a list or an object"))
    return value


PARSERS: Final[Mapping[FactKind, Callable[[Fact, Any], FactValue]]] = {
    "money": _money,
    "percent": _number,
    "days": _number,
    "count": _count,
    "text": _text,
    "long_text": _text,
    "choice": _choice,
    "yes_no": _yes_no,
    "date": _date,
    "moment": _moment,
    "person": _reference(organization.find_person, Person),
    "position": _reference(organization.find_position, Position),
    "unit": _reference(_find_unit, Unit),
    "id": _id,
    "data": _data,
}

SHOWERS: Final[Mapping[str, Callable[[Fact, Any], str]]] = {
    "money": lambda _fact, value: format_amount(value),
    "percent": lambda _fact, value: f"{value.normalize():f} %",
    "days": lambda _fact, value: _("%(n)s days") % {"n": f"{value.normalize():f}"},
    "yes_no": lambda _fact, value: _("yes") if value else _("no"),
    "choice": lambda fact, value: str(dict(fact.choices).get(value, value)),
    "person": lambda _fact, value: _name_of(Person, value),
    "position": lambda _fact, value: _name_of(Position, value),
    "unit": lambda _fact, value: _name_of(Unit, value),
}


def _name_of(model: type[Person] | type[Position] | type[Unit], pk: int) -> str:
    found = model._default_manager.filter(pk=pk).first()
    return str(found) if found else f"#{pk}"


def parse_facts(facts: Mapping[str, Fact], given: Mapping[str, Any]) -> Facts:
    """All facts of an action from what was given, every error at once.

    Raises BadFacts, which names each fault by fact; facts that the action does not know are faults too.
    """
    parsed: Facts = {}
    faults: dict[str, str] = {}
    for name in given:
        if name not in facts:
            known = "、".join(asked(facts)) or "—"
            faults[name] = _("%(name)s is no fact of this action; it takes: %(known)s") % {"name": name, "known": known}
    for name, fact in asked(facts).items():
        try:
            parsed[name] = fact.parse(given.get(name))
        except BadFact as error:
            faults[name] = error.message
    if faults:
        raise BadFacts(faults)
    return derived(facts, parsed)


def asked(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facts that somebody has to give; the others are worked out from them."""
    return {name: fact for name, fact in facts.items() if fact.derive is None}


def derived(facts: Mapping[str, Fact], parsed: Facts) -> Facts:
    """All facts, in the order of declaration: those that were read, and those worked out from them."""
    return {name: fact.derive(parsed) if fact.derive else parsed[name] for name, fact in facts.items()}


class BadFacts(ValueError):
    """What was given can't be taken: `faults` maps each fact to its sentence."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(";".join(faults.values()))
        self.faults = faults


def to_json(facts: Mapping[str, FactValue]) -> dict[str, Any]:
    """The canonical JSON form: amounts and numbers as text without exponent, dates as ISO; absent facts are left out."""

    def convert(value: FactValue) -> Any:
        if isinstance(value, Decimal):
            return f"{value:f}"
        if isinstance(value, dt.date | dt.datetime):
            return value.isoformat()
        return value

    return {name: convert(value) for name, value in facts.items() if value is not None}


def restore_facts(facts: Mapping[str, Fact], stored: Mapping[str, Any]) -> Facts:
    """Facts as they were stored, typed again, without asking whether the people and positions still exist. No queries."""
    restored: Facts = {}
    for name, fact in facts.items():
        value = stored.get(name)
        if value is None:
            restored[name] = None
        elif fact.kind in ("money", "percent", "days"):
            restored[name] = Decimal(str(value))
        elif fact.kind in ("date", "moment"):
            restored[name] = PARSERS[fact.kind](fact, value)
        else:
            restored[name] = value
    return restored


def describe(facts: Mapping[str, Fact], values: Mapping[str, FactValue]) -> list[tuple[str, str]]:
    """(label, text) of each fact that has a value, in the order of declaration."""
    return [(str(fact.label), fact.show(values[name])) for name, fact in facts.items() if values.get(name) is not None]


REASON: Final = Fact("reason", "long_text", gettext_lazy("Reason"))
