"""The fields that packs add to the customer file: how values are read, who sees them, how they are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import BadFact, Fact, restore_facts, to_json
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import contributes, is_above
from remit.kernel.parties.models import CustomField, Party

MASK: Final = "•••"
# How a field is called where it stands among others: in forms, files and addresses.
PREFIX: Final = "x_"


def said(texts: Mapping[str, str]) -> str:
    """A text in the reader's language, else in simplified Chinese."""
    return texts.get(get_language() or "zh-hans") or texts.get("zh-hans", "")


def fields_in_use(party_kind: str = "") -> list[CustomField]:
    """Those of persons or organizations; of both where no kind is said. One query."""
    found = CustomField.objects.filter(is_retired=False)
    return [field for field in found if not party_kind or field.party_kind in ("", party_kind)]


def fact_of(field: CustomField) -> Fact:
    choices = tuple((key, said(labels)) for key, labels in field.choices)
    return Fact(field.name, field.kind, said(field.labels), required=False, choices=choices)  # type: ignore[arg-type]


def read_value(field: CustomField, given: Any) -> Any:
    """The value as it is kept: JSON. Raises ValueError with a sentence."""
    fact = fact_of(field)
    try:
        return to_json({field.name: fact.parse(given)}).get(field.name)
    except BadFact as error:
        raise ValueError(error.message) from error


def merged(party_kind: str, before: Mapping[str, Any], given: Any) -> dict[str, Any]:
    """What stands in the file after `given` (by field; empty takes away). Raises RuleBroken for what no field takes, and where a
    required one would be left empty."""
    known = {field.name: field for field in fields_in_use()}
    after = dict(before)
    for name, value in (given if isinstance(given, dict) else {}).items():
        field = known.get(str(name))
        if field is None or field.party_kind not in ("", party_kind):
            raise RuleBroken(_("There is no field called “%(name)s” for this customer.") % {"name": str(name)[:40]})
        try:
            kept = read_value(field, value)
        except ValueError as error:
            raise RuleBroken(str(error)) from error
        after.pop(field.name, None)
        if kept is not None:
            after[field.name] = kept
    missing = missing_in(known.values(), party_kind, after)
    if missing:
        raise RuleBroken(_("Missing: %(fields)s") % {"fields": "、".join(missing)})
    return after


def missing_in(fields: Iterable[CustomField], party_kind: str, values: Mapping[str, Any]) -> list[str]:
    """The labels of required fields without a value."""
    return [
        said(field.labels)
        for field in fields
        if field.is_required and field.party_kind in ("", party_kind) and field.name not in values
    ]


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field as this reader sees it. `is_masked`: he may ask for the value."""

    name: str
    label: str
    text: str
    is_masked: bool


def text_of(field: CustomField, value: Any) -> str:
    fact = fact_of(field)
    typed = restore_facts({field.name: fact}, {field.name: value})[field.name]
    return fact.show(Decimal(str(value)) if field.kind == "money" else typed)


def shown_fields(person: Person, party: Party, revealed: str = "") -> list[ShownField]:
    """The fields that have a value and that the person sees. One query, two more where a field is not for everybody."""
    if not party.extra:
        return []
    found = []
    for field in CustomField.objects.filter(name__in=list(party.extra)):
        if not sees(person, party, field):
            continue
        masked = field.is_masked and revealed != field.name and not contributes(person, party)
        text = MASK if masked else text_of(field, party.extra[field.name])
        found.append(ShownField(field.name, said(field.labels), text, masked))
    return found


def sees(person: Person, party: Party, field: CustomField) -> bool:
    if field.seen == "file":
        return True
    return contributes(person, party) or (field.seen == "line" and is_above(person, party))


def exported_text(field: CustomField, party: Party, *, in_full: bool) -> str:
    """As it leaves in a file: what others than the keeper don't see plainly is not in it."""
    if field.name not in party.extra or not (in_full or (field.seen == "file" and not field.is_masked)):
        return ""
    return text_of(field, party.extra[field.name])


def filterable(fields: Iterable[CustomField]) -> list[CustomField]:
    """Those by which lists are narrowed: a choice, or yes and no, that every reader of the file sees plainly. A filter on another
    would tell what is masked."""
    return [
        field for field in fields if field.kind in ("choice", "yes_no") and field.seen == "file" and not field.is_masked
    ]


def narrowing(given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """What `extra` has to contain for these (field, value) of a filter; unknown ones count as not given. One query."""
    wanted = dict(given)
    if not wanted:
        return {}
    found: dict[str, Any] = {}
    for field in filterable(CustomField.objects.filter(name__in=wanted, is_retired=False)):
        try:
            found[field.name] = read_value(field, wanted[field.name])
        except ValueError:
            continue
    return found


def put_fields(origin: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Those of a pack, in place of what an earlier version had; what is gone is retired and keeps its values.

    Raises RuleBroken where another pack has a field of the name.
    """
    given = list(rows)
    names = [row["name"] for row in given]
    taken = CustomField.objects.filter(name__in=names).exclude(origin=origin).first()
    if taken is not None:
        raise RuleBroken(
            _("The field %(name)s belongs to %(pack)s already.") % {"name": taken.name, "pack": taken.origin}
        )
    CustomField.objects.filter(origin=origin).exclude(name__in=names).update(is_retired=True)
    for order, row in enumerate(given):
        CustomField.objects.update_or_create(
            name=row["name"], defaults={**row, "origin": origin, "order": order, "is_retired": False}
        )
    return len(given)
