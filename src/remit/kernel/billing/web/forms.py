"""The form by which a meter is installed, and the one by which fees are asked for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.kernel.billing.models import Billable, Meter
from remit.kernel.billing.models.meters import SUPPLIES


class InstallForm(forms.Form):
    number = forms.CharField(label=_("Number"), max_length=40)
    supply = forms.ChoiceField(label=_("Supply"), choices=tuple(SUPPLIES.items()))
    billable = forms.CharField(
        label=_("Charged to"),
        max_length=40,
        required=False,
        help_text=_("The number of the unit; empty for a common meter."),
    )
    parent = forms.CharField(
        label=_("Main meter"), max_length=40, required=False, help_text=_("Its number, if there is one.")
    )
    group = forms.CharField(
        label=_("Round"), max_length=200, required=False, help_text=_("For a common meter: where it is read.")
    )
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    on = forms.DateField(label=_("Installed on"), widget=forms.DateInput(attrs={"type": "date"}))
    first = forms.CharField(label=_("First figure"), max_length=20, required=False)
    digits = forms.IntegerField(label=_("Digits before the point"), min_value=1, max_value=9, initial=5)
    factor = forms.CharField(label=_("Factor"), max_length=12, required=False)

    def __init__(self, *args: Any, company_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company_id = company_id

    def clean_billable(self) -> int | None:
        return self._found(Billable, self.cleaned_data["billable"], str(_("There is no unit of this number.")))

    def clean_parent(self) -> int | None:
        return self._found(Meter, self.cleaned_data["parent"], str(_("There is no meter of this number.")))

    def _found(self, model: Any, number: str, refusal: str) -> int | None:
        if not number:
            return None
        pk: int | None = (
            model.objects.filter(company=self.company_id, number=number).values_list("pk", flat=True).first()
        )
        if pk is None:
            raise forms.ValidationError(refusal)
        return pk

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {**given, "on": given["on"].isoformat(), "first": {"": given["first"]} if given["first"] else None}


class RunForm(forms.Form):
    period = forms.CharField(label=_("Month"), widget=forms.TextInput(attrs={"type": "month"}))
    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=12, initial=1)
    group = forms.CharField(
        label=_("Only below"),
        max_length=200,
        required=False,
        help_text=_("A building, such as 一期/3幢; empty for all."),
    )
    tariffs = forms.CharField(
        label=_("Only these fees"), max_length=200, required=False, help_text=_("Their codes; empty for all.")
    )


class ReadingsFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"), help_text=_("XLSX or CSV, in any encoding; the first row names the columns."),
    )  # fmt: skip
