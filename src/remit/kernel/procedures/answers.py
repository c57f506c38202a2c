"""The answers of a form: typed by the fact of their kind, checked by the field's rules, every fault at once. No queries but
those by which people, positions and units are found."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.authority.facts import BadFact, BadFacts, Fact, FactValue, describe, restore_facts, to_json
from remit.kernel.procedures.compiled import label
from remit.kernel.procedures.format import FormField

LINES_MAX: Final = 50
FILES_MAX: Final = 20
NUMBERS: Final = frozenset({"money", "percent", "days", "count"})
# Kinds whose value is a list of ids of stored files.
FILE_KINDS: Final = frozenset({"file", "photo"})
ADDRESS_LENGTH: Final = 200
# A device that knows its place no better than this knows the town, not the place.
ACCURACY_MAX: Final = 5_000


def fact_of(field: FormField) -> Fact:
    """The fact by which a field is asked and shown. A list reads as a long text, a pick, a place and files as a text."""
    kind: Any = {"list": "long_text", "pick": "text", "file": "text", "photo": "text", "place": "text"}.get(
        field.kind, field.kind
    )
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
    if field.kind in FILE_KINDS:
        return _files(field, value)
    if field.kind == "place":
        return _place(field, value)
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
        raise fact.fail(_("a photo is missing") if field.kind == "photo" else _("a file is missing"))
    if ids and field.kind == "photo" and len(ids) < (field.min or 0):
        raise fact.fail(_("at least %(n)d") % {"n": field.min})
    if field.max is not None and len(ids) > field.max:
        raise fact.fail(_("at most %(n)d") % {"n": field.max})
    return {field.name: ids} if ids else {}


def _place(field: FormField, value: Any) -> dict[str, Any]:
    """{"source": "device", "latitude": "30.274100", "longitude": …, "accuracy": 25 (metres), "address": …}, or, where no device
    said so, {"source": "typed", "address": …}. Degrees are WGS 84, as text with six decimals."""
    fact = fact_of(field)
    given = {"address": value} if isinstance(value, str) else value
    if given is not None and not isinstance(given, dict):
        raise fact.fail(_("expected a place"))
    parts = {name: part for name, part in (given or {}).items() if part not in (None, "")}
    if parts.keys() - {"address", "latitude", "longitude", "accuracy"}:
        raise fact.fail(_("expected a place"))
    address = str(Fact(field.name, "text", fact.label, required=False).parse(parts.pop("address", None)) or "")
    if len(address) > ADDRESS_LENGTH:
        raise fact.fail(_("at most %(n)d characters") % {"n": ADDRESS_LENGTH})
    if not parts:
        if not field.typed and (address or field.required):
            raise fact.fail(_("the place has to come from the device, not from the keyboard"))
        if not address and field.required:
            raise fact.fail(_("use the device's place, or type where you are"))
        return {field.name: {"source": "typed", "address": address}} if address else {}
    latitude, longitude = _degrees(fact, parts.get("latitude"), 90), _degrees(fact, parts.get("longitude"), 180)
    accuracy = _degrees(fact, parts.get("accuracy", 0), 10**9)
    if accuracy < 0 or accuracy > ACCURACY_MAX:
        raise fact.fail(_("the device does not know its place well enough; try again outdoors"))
    found = {
        "source": "device",
        "latitude": f"{latitude:.6f}",
        "longitude": f"{longitude:.6f}",
        "accuracy": round(accuracy),
    }
    return {field.name: found | ({"address": address} if address else {})}


def _degrees(fact: Fact, value: Any, most: int) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise fact.fail(_("expected a place")) from error
    if isinstance(value, bool) or not number.is_finite() or abs(number) > most:
        raise fact.fail(_("expected a place"))
    return number


def shown_answers(fields: Iterable[FormField], values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(label, text) of the answers, as a person reads them; files stand apart."""
    fields = [
        field for field in fields if field.kind not in FILE_KINDS and values.get(field.name) not in (None, "", [])
    ]
    facts = {field.name: fact_of(field) for field in fields if field.kind not in ("list", "place")}
    plain = dict(zip(facts, (text for _label, text in describe(facts, restore_facts(facts, values))), strict=True))
    return tuple((label(field.labels), _shown(field, values[field.name], plain)) for field in fields)


def _shown(field: FormField, value: Any, plain: Mapping[str, str]) -> str:
    if field.kind == "list":
        return "；".join(value)
    if field.kind == "moment":
        return timezone.localtime(dt.datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")
    return place_text(value) if field.kind == "place" else plain[field.name]


def place_text(place: Mapping[str, Any]) -> str:
    """The address; from a device also where on the globe, and how exactly."""
    if place["source"] == "typed":
        return _("%(address)s (typed)") % {"address": place["address"]}
    spot = f"{Decimal(place['latitude']):.5f}, {Decimal(place['longitude']):.5f} ±{place['accuracy']} m"
    return f"{place['address']} ({spot})" if place.get("address") else spot
