"""The answers of a form: typed by the fact of their kind, checked by the field's rules, every fault at once. No queries but
those by which people, positions and units are found."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from remit.kernel.authority.facts import BadFact, BadFacts, Fact, FactValue, to_json
from remit.kernel.procedures.compiled import label
from remit.kernel.procedures.format import FormField

LINES_MAX: Final = 50
FILES_MAX: Final = 20
NUMBERS: Final = frozenset({"money", "percent", "days", "count"})


def fact_of(field: FormField) -> Fact:
    """The fact by which a field is asked and shown. A list reads as a long text, a pick and a file as a text."""
    kind: Any = {"list": "long_text", "pick": "text", "file": "text"}.get(field.kind, field.kind)
    choices = tuple((choice.key, label(choice.labels)) for choice in field.choices)
    return Fact(field.name, kind, label(field.labels), required=field.required, choices=choices)


def is_asked(when: Mapping[str, Iterable[Any]], answers: Mapping[str, Any]) -> bool:
    return all(answers.get(name) in values for name, values in when.items())


def parse_answers(fields: Iterable[FormField], given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The answers in their stored form; what the form does not ask for (a `when` that does not hold) is left out.

    `before` are the answers of earlier forms, from which a pick chooses. Raises BadFacts with each fault by field.
    """
    fields = list(fields)
    answers: dict[str, Any] = {}
    faults: dict[str, str] = {}
    known = {field.name for field in fields}
    for name in given:
        if name not in known:
            faults[name] = _("%(name)s is no field of this form.") % {"name": name}
    for field in fields:
        if not is_asked(field.when, answers):
            continue
        try:
            value = _parse(field, given.get(field.name), {**before, **answers})
        except BadFact as fault:
            faults[field.name] = fault.message
        else:
            answers |= value
    if faults:
        raise BadFacts(faults)
    return answers


def _parse(field: FormField, value: Any, answers: Mapping[str, Any]) -> dict[str, Any]:
    if field.kind == "list":
        return _list(field, value)
    if field.kind == "file":
        return _files(field, value)
    fact = fact_of(field)
    parsed = fact.parse(value)
    if parsed is None:
        return {}
    if field.kind == "pick" and parsed not in answers.get(field.of or "", ()):
        raise fact.fail(_("choose one of the entries"))
    _within(field, fact, parsed)
    return to_json({field.name: parsed})


def _within(field: FormField, fact: Fact, value: FactValue) -> None:
    """A number by its size, a text by its length."""
    size: Any = value if field.kind in NUMBERS else len(value) if isinstance(value, str) else None
    if not isinstance(size, int | Decimal):
        return
    is_text = isinstance(value, str)
    if field.min is not None and size < field.min:
        raise fact.fail((_("at least %(n)d characters") if is_text else _("at least %(n)d")) % {"n": field.min})
    if field.max is not None and size > field.max:
        raise fact.fail((_("at most %(n)d characters") if is_text else _("at most %(n)d")) % {"n": field.max})


def _list(field: FormField, value: Any) -> dict[str, Any]:
    fact = fact_of(field)
    lines = value.splitlines() if isinstance(value, str) else value if isinstance(value, list) else []
    entries = list(dict.fromkeys(str(fact.parse(line)) for line in lines if str(line).strip()))
    least = max(field.min or 0, 1 if field.required else 0)
    if len(entries) < least:
        raise fact.fail(_("at least %(n)d different entries, one a line") % {"n": least})
    if len(entries) > (field.max or LINES_MAX):
        raise fact.fail(_("at most %(n)d entries") % {"n": field.max or LINES_MAX})
    return {field.name: entries} if entries else {}


def _files(field: FormField, value: Any) -> dict[str, Any]:
    """Files are kept before the act; here their ids stand."""
    fact = fact_of(field)
    ids = value if isinstance(value, list) else []
    if not all(isinstance(pk, int) and not isinstance(pk, bool) for pk in ids) or len(ids) > FILES_MAX:
        raise fact.fail(_("expected files"))
    if field.required and not ids:
        raise fact.fail(_("a file is missing"))
    return {field.name: ids} if ids else {}
