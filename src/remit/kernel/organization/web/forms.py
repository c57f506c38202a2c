"""The forms of the room. They check shape; what the rules are, the actions know."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.kernel.organization.models import Person, Position, Unit
from remit.kernel.organization.models.unit import UnitKind
from remit.kernel.organization.queries import today
from remit.web.fields import Reference

Choice = tuple[Any, Any]


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _day(label: Any, *, required: bool = True, help_text: Any = "", **more: Any) -> forms.DateField:
    return forms.DateField(label=label, required=required, help_text=help_text, widget=_day_input(), **more)


def people_field(label: Any, **more: Any) -> Reference:
    return Reference("authority:people-json", label, **more)


def position_field(label: Any, **more: Any) -> Reference:
    return Reference("authority:positions-json", label, **more)


def unit_field(label: Any, **more: Any) -> Reference:
    return Reference("authority:units-json", label, **more)


class OfferingForm(forms.Form):
    """A form with pickers: `offers` maps a field to the choices that are sent along."""

    def __init__(self, *args: Any, offers: Mapping[str, Iterable[Choice]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name, choices in (offers or {}).items():
            field = self.fields[name]
            if isinstance(field, Reference):
                field.offer(choices)


def position_choice(position: Position | None) -> list[Choice]:
    return [(position.pk, f"{position.unit.name} {position.title}")] if position is not None else []


def unit_choice(unit: Unit | None) -> list[Choice]:
    return [(unit.pk, unit.name)] if unit is not None else []


# --- units -------------------------------------------------------------------------------------------------------------------


class UnitForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"))
    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Short and lasting: lists and imports name it by this.")
    )
    start = _day(_("From"), initial=today)

    def __init__(self, *args: Any, kinds: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - declared above
        kind.choices = [(one, UnitKind(one).label) for one in kinds]


class UnitChangeForm(OfferingForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    parent = unit_field(_("Belongs to"), required=False)
    start = _day(_("From"), initial=today, help_text=_("Today or earlier. How it was before stays readable."))


class CloseForm(forms.Form):
    end = _day(_("On"), initial=today, help_text=_("On that day it is no longer there."))


# --- positions ---------------------------------------------------------------------------------------------------------------


class PositionForm(OfferingForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    code = forms.CharField(label=_("Code"), max_length=40)
    headcount = forms.IntegerField(label=_("Places"), min_value=1, max_value=9999, initial=1)
    is_head = forms.BooleanField(label=_("Heads the unit"), required=False)
    superior = position_field(_("Superior"), required=False)
    second_superior = position_field(
        _("Second superior"), required=False, help_text=_("Where a post answers to two. Requests climb the first line.")
    )
    start = _day(_("From"), initial=today)


class PositionChangeForm(OfferingForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    unit = unit_field(_("Unit"))
    headcount = forms.IntegerField(label=_("Places"), min_value=1, max_value=9999)
    is_head = forms.BooleanField(label=_("Heads the unit"), required=False)
    superior = position_field(_("Superior"), required=False)
    second_superior = position_field(_("Second superior"), required=False)
    start = _day(_("From"), initial=today, help_text=_("Today or earlier. How it was before stays readable."))

    def facts(self) -> dict[str, Any]:
        """An emptied line is said: what is not given stays as it is."""
        data = dict(self.cleaned_data)
        return {
            **data,
            "no_superior": data["superior"] is None,
            "no_second_superior": data["second_superior"] is None,
        }


class AppointForm(OfferingForm):
    person = people_field(_("Person"))
    start = _day(_("From"), initial=today)
    end = _day(_("Until (not included)"), required=False)
    is_main = forms.BooleanField(
        label=_("Main position"),
        required=False,
        initial=True,
        help_text=_("By which the person is introduced; it takes the place of the one of now."),
    )


class EndAppointmentForm(forms.Form):
    person = forms.IntegerField(widget=forms.HiddenInput)
    end = _day(_("On"), initial=today, help_text=_("On that day the person no longer holds the position."))


# --- people ------------------------------------------------------------------------------------------------------------------


class HireForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    employee_no = forms.CharField(label=_("Employee number"), max_length=40)
    company = forms.TypedChoiceField(label=_("Company"), coerce=int)
    joined_on = _day(_("Joined on"), initial=today)
    mobile = forms.CharField(label=_("Mobile"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)

    def __init__(self, *args: Any, companies: Iterable[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        company = self.fields["company"]
        assert isinstance(company, forms.ChoiceField)  # noqa: S101 - declared above
        company.choices = list(companies)


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    mobile = forms.CharField(label=_("Mobile"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)

    def facts(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {**data, "no_mobile": not data["mobile"], "no_email": not data["email"]}


class LeaveForm(forms.Form):
    left_on = _day(
        _("Gone from"),
        initial=today,
        help_text=_("The first day on which the person no longer works here. It may lie ahead."),
    )


# --- acting ------------------------------------------------------------------------------------------------------------------


class DeputyForm(OfferingForm):
    """Of one position and, unless it is vacant, one holder; both are settled before the form is drawn."""

    deputy = people_field(_("Deputy"))
    starts_at = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ends_at = forms.DateTimeField(
        label=_("Until (not included)"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)
    extent = forms.ChoiceField(
        label=_("What is handed over"),
        choices=[("all", _("Everything that the position may do")), ("some", _("Only some actions"))],
        widget=forms.RadioSelect,
        initial="all",
    )
    actions = forms.MultipleChoiceField(
        label=_("Only these actions"), required=False, widget=forms.CheckboxSelectMultiple
    )
    amount = forms.DecimalField(
        label=_("Up to an amount of"), required=False, min_value=0, max_digits=14, decimal_places=2,
        help_text=_("Empty: as far as the position may."),
    )  # fmt: skip

    def __init__(self, *args: Any, grants: Iterable[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["actions"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = list(grants)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("extent") == "some" and not data.get("actions"):
            self.add_error("actions", _("Choose at least one action."))
        return data

    def facts(self, position_id: int, principal_id: int | None, bounded: frozenset[str]) -> dict[str, Any]:
        """`bounded` are the actions that an amount can bound; others are handed over as they are."""
        data = self.cleaned_data
        scope = []
        for action in data["actions"] if data["extent"] == "some" else []:
            limited = data["amount"] is not None and action in bounded
            scope.append({"action": action, "limits": {"amount": f"<= {data['amount']:f} CNY"} if limited else {}})
        return {
            "position": position_id,
            "principal": principal_id,
            "deputy": data["deputy"],
            "starts_at": data["starts_at"],
            "ends_at": data["ends_at"],
            "reason": data["reason"],
            "scope": scope or None,
        }


# --- import ------------------------------------------------------------------------------------------------------------------


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"), help_text=_("XLSX with the four sheets, or one of them as CSV; up to 50 MB.")
    )
    on = _day(_("Changes hold from"), initial=today, help_text=_("Today or earlier. New entries have their own dates."))

    def clean_on(self) -> dt.date:
        on: dt.date = self.cleaned_data["on"]
        if on > today():
            raise forms.ValidationError(_("A change like this takes effect today or earlier; enter it on the day."))
        return on


def person_choice(person: Person | None) -> list[Choice]:
    return [(person.pk, person.name)] if person is not None else []
