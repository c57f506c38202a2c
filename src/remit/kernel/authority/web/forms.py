"""Forms made from the facts of an action. What a field accepts is the fact's own rule, so a form can't know better than the gate."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from remit.kernel.authority.access import visible_people, visible_positions, visible_units
from remit.kernel.authority.facts import BadFact, Fact, FactKind, FactValue, asked, restore_facts
from remit.kernel.authority.registry import ActionType
from remit.kernel.authority.web.pickers import search_units
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import search_people, search_positions
from remit.web.acting import number_or_none

# A picker works as a plain list, too, where scripts don't: so many names are sent along.
NAMES_SENT_ALONG: Final = 200
UNITS: Final[Mapping[FactKind, str | Promise]] = {
    "money": pgettext_lazy("unit of an amount", "yuan"),
    "percent": "%",
    "days": pgettext_lazy("unit of a duration", "days"),
}
PICKERS: Final[Mapping[FactKind, str]] = {
    "person": "authority:people-json",
    "position": "authority:positions-json",
    "unit": "authority:units-json",
}
# Whom, and what, a person may be shown by name.
VISIBLE: Final[Mapping[FactKind, Callable[[Person], QuerySet[Any]]]] = {
    "person": visible_people,
    "position": visible_positions,
    "unit": visible_units,
}


class FactField(forms.Field):
    """A form field that takes exactly what its fact takes."""

    def __init__(self, fact: Fact, widget: forms.Widget, *, required: bool) -> None:
        super().__init__(widget=widget, label=str(fact.label), help_text=str(fact.help), required=required)
        self.fact = fact

    def clean(self, value: Any) -> FactValue:
        """Raises ValidationError with the fact's own sentence. What is not required here may stay empty."""
        if value in (None, "") and not self.required:
            return None
        if self.fact.kind == "data":
            value = _from_json(value)
        try:
            return self.fact.parse(value)
        except BadFact as error:
            # The label stands beside the field already.
            raise forms.ValidationError(error.message.removeprefix(f"{self.fact.label}:")) from error


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise forms.ValidationError(_("This is not written as it has to be (JSON).")) from error


@dataclass(frozen=True, slots=True)
class FactRowOfForm:
    """A field as the template draws it: with a unit behind it, or as it is."""

    bound: BoundField
    unit: str
    is_bounded: bool
    value: str
    error: str


class ActionForm(forms.Form):
    """The facts of one action. `facts()` are the typed values once it is valid."""

    def __init__(self, shown: Sequence[Fact], person: Person, *, required: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shown = shown
        for fact in shown:
            self.fields[fact.name] = FactField(fact, widget_for(fact, person), required=required and fact.required)
        self._offer_names(person)

    def _offer_names(self, person: Person) -> None:
        """A picker keeps what was chosen, even where it is not among the names sent along; never one that the person may not see."""
        for fact in self.shown:
            widget = self.fields[fact.name].widget
            chosen = str(self[fact.name].value() or "")
            if fact.kind in PICKERS and isinstance(widget, forms.Select):
                known = {str(key) for key, _label in widget.choices}
                if chosen not in known and _is_seen(fact, chosen, person):
                    widget.choices = [*widget.choices, (chosen, fact.show(int(chosen)))]

    def rows(self) -> Iterable[FactRowOfForm]:
        for fact in self.shown:
            bound = self[fact.name]
            value = bound.value()
            yield FactRowOfForm(
                bound=bound,
                unit=str(UNITS.get(fact.kind, "")),
                is_bounded=fact.is_bounded,
                value="" if value is None else str(value),
                error=" ".join(str(message) for message in bound.errors),
            )

    def facts(self) -> dict[str, FactValue]:
        return {name: value for name, value in self.cleaned_data.items() if value is not None}

    def add_faults(self, faults: Mapping[str, str]) -> None:
        """What the gate found wrong (somebody may have left the company since the form was drawn)."""
        for name, message in faults.items():
            self.add_error(name if name in self.fields else None, message)


def form_for(
    action: ActionType,
    person: Person,
    data: Mapping[str, Any] | None = None,
    *,
    initial: Mapping[str, Any] | None = None,
    only: Iterable[str] | None = None,
    prefix: str | None = None,
    required: bool = True,
) -> ActionForm:
    """The form of an action, its facts in the order of declaration; `only` names those that are wanted.

    Facts that are records or data of another page (kind "id", and optional "data") are left out. One query for each kind of
    picker that occurs.
    """
    wanted = set(only) if only is not None else set(action.facts)
    shown = [
        fact
        for name, fact in asked(action.facts).items()
        if name in wanted and fact.kind != "id" and (fact.kind != "data" or fact.required)
    ]
    return ActionForm(shown, person, required=required, data=data, initial=initial, prefix=prefix, label_suffix="")


def form_values(action: ActionType, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored facts as the form's fields show them: "true" for yes, a moment on the company's clock."""
    restored = restore_facts(action.facts, stored)
    shown: dict[str, Any] = {}
    for name, value in restored.items():
        if isinstance(value, bool):
            shown[name] = "true" if value else "false"
        elif isinstance(value, dt.datetime):
            shown[name] = timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
        elif value is not None:
            shown[name] = value
    return shown


def widget_for(fact: Fact, person: Person) -> forms.Widget:
    if fact.secret:
        return forms.PasswordInput(attrs={"autocomplete": "new-password"})
    if fact.kind in PICKERS:
        return _picker(fact, person)
    if fact.kind == "choice":
        return _choice(fact)
    if fact.kind == "yes_no":
        answers = [("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]
        return forms.RadioSelect(choices=answers if fact.required else [("", "—"), *answers])
    if fact.kind in ("long_text", "data"):
        return forms.Textarea(attrs={"rows": 3})
    if fact.kind == "date":
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if fact.kind == "moment":
        return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.TextInput(attrs={"autocomplete": "off"})


def _is_seen(fact: Fact, chosen: str, person: Person) -> bool:
    pk = number_or_none(chosen)
    if pk is None:
        return False
    return VISIBLE[fact.kind](person).filter(pk=pk).exists()


def _choice(fact: Fact) -> forms.Widget:
    return forms.Select(choices=[("", "—"), *((key, str(label)) for key, label in fact.choices)])


def _picker(fact: Fact, person: Person) -> forms.Widget:
    found: Iterable[tuple[int, str]]
    if fact.kind == "person":
        found = search_people("").filter(company=person.company).values_list("pk", "name")[:NAMES_SENT_ALONG]
    elif fact.kind == "position":
        positions = search_positions("").filter(company=person.company)[:NAMES_SENT_ALONG]
        found = [(position.pk, f"{position.unit.name} {position.title}") for position in positions]
    else:
        units = search_units("").filter(pk__in=visible_units(person))[:NAMES_SENT_ALONG]
        found = [(unit.pk, unit.name) for unit in units]
    attributes = {
        "class": "input",
        "data-picker": reverse_lazy(PICKERS[fact.kind]),
        "data-placeholder": gettext_lazy("Name, pinyin or initials"),
        "data-none": gettext_lazy("Nothing found"),
        "data-remove": gettext_lazy("Remove"),
    }
    return forms.Select(attrs=attributes, choices=[("", "—"), *found])
