"""The forms of a procedure, made from its fields. They check shape; what the rules are, `answers` knows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from remit.kernel.authority.access import visible_people, visible_positions, visible_units
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import search_positions
from remit.kernel.procedures.answers import FILE_KINDS, FILES_MAX
from remit.kernel.procedures.compiled import label
from remit.kernel.procedures.format import FormField
from remit.kernel.procedures.photos import FORMATS, PHOTO_BYTES_MAX
from remit.kernel.procedures.telephone import spoken

UNITS: Final[Mapping[str, Any]] = {
    "money": pgettext_lazy("unit of an amount", "yuan"),
    "percent": "%",
    "days": pgettext_lazy("unit of a duration", "days"),
}
PICKERS: Final = {
    "person": "authority:people-json",
    "position": "authority:positions-json",
    "unit": "authority:units-json",
}
NAMES_SENT_ALONG: Final = 200


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotoInput(ManyFiles):
    """Opens the camera on a phone; elsewhere a picture file is chosen. What was taken is shown small before it is sent (photo.js)."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        control = super().render(name, None, attrs, renderer)
        return render_to_string("procedures/_photo.html", {"control": control})


class PlaceInput(forms.Widget):
    """An address, and, where the device gives it with its holder's consent, where it stands (place.js)."""

    PARTS: Final = ("address", "latitude", "longitude", "accuracy")

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # where the device gives the place, the address may stay empty

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, Any]:
        found = {part: data.get(name if part == "address" else f"{name}.{part}") for part in self.PARTS}
        return {part: value for part, value in found.items() if value not in (None, "")}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = {"name": name, "attrs": attrs or {}, "value": value if isinstance(value, dict) else {}}
        return render_to_string("procedures/_place.html", context)


class Answer(forms.Field):
    """Takes what was typed as it is; the action says what is wrong with it, in one place for every door."""

    def __init__(self, field: FormField, widget: forms.Widget) -> None:
        help_text = label(field.help) if field.help else ""
        super().__init__(
            label=label(field.labels), widget=widget, required=field.required and not field.when, help_text=help_text
        )

    def clean(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Row:
    """A field as the template draws it. `when` says which answer of which field it depends on ("remedy=gift,compensate")."""

    bound: BoundField
    unit: str
    value: str
    error: str
    required: bool
    when: str
    say: str  # what the caller says before he asks


class StepForm(forms.Form):
    def __init__(self, fields: Iterable[FormField], person: Person, before: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(**{"label_suffix": "", **kwargs})
        self.asked = tuple(fields)
        for field in self.asked:
            self.fields[field.name] = Answer(field, _widget(field, person, before))

    def rows(self, known: Mapping[str, str] | None = None) -> Iterable[Row]:
        """`known` are the words for the places in what a caller says."""
        for field in self.asked:
            bound = self[field.name]
            value = bound.value()
            yield Row(
                bound=bound,
                unit=str(UNITS.get(field.kind, "")),
                value="" if value is None else str(value),
                error=" ".join(str(message) for message in bound.errors),
                required=field.required and not field.when,
                when=";".join(
                    f"{name}={','.join(_written(one) for one in values)}" for name, values in field.when.items()
                ),
                say=spoken(label(field.say), known or {}) if field.say else "",
            )

    def answers(self) -> dict[str, Any]:
        """What was filled in, without files."""
        given = {
            field.name: self.fields[field.name].widget.value_from_datadict(self.data, self.files, field.name)
            if field.kind == "place"
            else self.data.get(field.name)
            for field in self.asked
            if field.kind not in FILE_KINDS
        }
        return {name: value for name, value in given.items() if value not in (None, "", {})}

    def uploads(self) -> "dict[str, list[UploadedFile[bytes]]]":
        return {
            field.name: self.files.getlist(field.name)[:FILES_MAX] for field in self.asked if field.kind in FILE_KINDS
        }

    def add_faults(self, faults: Mapping[str, str]) -> str:
        """Each beside its field, without the label that stands there already; what belongs to none is handed back."""
        loose = []
        self.full_clean()
        for name, message in faults.items():
            if name in self.fields:
                self.add_error(name, message.removeprefix(f"{self.fields[name].label}:"))
            else:
                loose.append(message)
        return " ".join(loose)


def form_for(
    fields: Iterable[FormField],
    person: Person,
    before: Mapping[str, Any],
    data: QueryDict | None = None,
    files: Any = None,
    kept: Mapping[str, Any] | None = None,
    **more: Any,
) -> StepForm:
    """`before` are the answers of the case so far, `kept` those that this step gave when it was sent for approval in vain."""
    initial = {name: _shown(value) for name, value in (kept or {}).items()}
    return StepForm(fields, person, before, data=data, files=files, initial=initial, **more)


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return _written(value)
    return "\n".join(map(str, value)) if isinstance(value, list) else value


def _written(value: bool | str) -> str:
    return value if isinstance(value, str) else "true" if value else "false"


def _widget(field: FormField, person: Person, before: Mapping[str, Any]) -> forms.Widget:
    match field.kind:
        case "choice":
            return forms.Select(choices=[("", "—"), *((one.key, label(one.labels)) for one in field.choices)])
        case "yes_no":
            return forms.RadioSelect(choices=[("true", _("yes")), ("false", _("no"))])
        case "pick":
            return forms.RadioSelect(choices=[(entry, entry) for entry in before.get(field.of or "", ())])
        case "long_text":
            return forms.Textarea(attrs={"rows": 3})
        case "list":
            return forms.Textarea(attrs={"rows": 4})
        case "date":
            return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        case "moment":
            return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        case "file":
            return ManyFiles(attrs={"multiple": True})
        case "photo":
            return PhotoInput(
                attrs={
                    "accept": ",".join(FORMATS.values()),
                    "capture": "environment",
                    "multiple": True,
                    "data-max-bytes": PHOTO_BYTES_MAX,
                    "data-too-large": _("A photo may have at most 12 MB."),
                    "data-photo": True,
                }
            )
        case "place":
            return PlaceInput()
        case "person" | "position" | "unit":
            return _picker(field.kind, person)
        case _:
            return forms.TextInput(attrs={"autocomplete": "off"})


def _picker(kind: str, person: Person) -> forms.Widget:
    found: Iterable[tuple[int, str]]
    if kind == "person":
        found = visible_people(person).filter(company=person.company).values_list("pk", "name")[:NAMES_SENT_ALONG]
    elif kind == "position":
        seen = search_positions("").filter(pk__in=visible_positions(person), company=person.company)[:NAMES_SENT_ALONG]
        found = [(one.pk, f"{one.unit.name} {one.title}") for one in seen]
    else:
        units = visible_units(person).filter(company=person.company, closed_on=None)
        found = units.values_list("pk", "name")[:NAMES_SENT_ALONG]
    return forms.Select(
        attrs={
            "class": "input",
            "data-picker": reverse_lazy(PICKERS[kind]),
            "data-placeholder": _("Name, pinyin or initials"),
            "data-none": _("Nothing found"),
            "data-remove": _("Remove"),
        },
        choices=[("", "—"), *found],
    )


class IntakeForm(forms.Form):
    """What every case is opened with, whatever its procedure."""

    title = forms.CharField(label=_("In short"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    party = forms.IntegerField(
        label=_("Customer"),
        required=False,
        min_value=1,
        widget=forms.Select(
            attrs={
                "class": "input",
                "data-picker": reverse_lazy("parties:picker"),
                "data-placeholder": _("Name, pinyin or initials"),
                "data-none": _("Nothing found"),
                "data-remove": _("Remove"),
            }
        ),
    )
    subject = forms.CharField(
        label=_("About whom or what"),
        required=False,
        max_length=200,
        help_text=_("Where there is no customer file, or it is not yours to see."),
    )
    started_at = forms.DateTimeField(
        label=_("Received at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("From then on the clock runs; left empty: from now."),
    )
