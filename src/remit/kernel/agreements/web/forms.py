"""The forms of the room. They check shape; what the rules are, the actions know."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.kernel.agreements.models import AgreementKind
from remit.kernel.agreements.terms import LONGEST, TERMS
from remit.kernel.parties.models import Party
from remit.web.fields import Reference


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _OfCustomer(forms.Form):
    """A form with the field `party`."""

    def offer(self, party: Party | None) -> None:
        """The customer that is chosen, for browsers without scripts and for the picker's label."""
        field = self.fields["party"]
        if party is not None and isinstance(field, Reference):
            field.offer([(party.pk, party.name)])


class MandateForm(_OfCustomer):
    party = Reference("parties:picker", _("Customer"))
    bank_name = forms.CharField(label=_("Bank"), max_length=80)
    bank_code = forms.CharField(label=_("Bank code"), max_length=20, required=False)
    holder = forms.CharField(label=_("Account holder"), max_length=120)
    account = forms.CharField(
        label=_("Account number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        help_text=_("Kept sealed; pages show its last four figures."),
    )
    number = forms.CharField(
        label=_("Number"), max_length=40, required=False, help_text=_("The bank's; empty: ours, the next one")
    )
    signed_on = forms.DateField(label=_("Signed on"), widget=_day())
    valid_from = forms.DateField(label=_("Good from"), required=False, widget=_day())
    limit_amount = forms.CharField(label=_("At most a debit"), required=False, help_text=_("Empty: no limit"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class AgreementForm(_OfCustomer):
    """What stands above the lines. The terms are those of its kind."""

    party = Reference("parties:picker", _("Customer"))
    title = forms.CharField(label=_("Title"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    valid_until = forms.DateField(label=_("Offer good until"), required=False, widget=_day())
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=_day(), help_text=_("Empty: it has no term"))
    renew_days = forms.IntegerField(
        label=_("Days before the end"),
        required=False,
        min_value=0,
        max_value=365,
        help_text=_("So long before, somebody is asked about renewal"),
    )
    reason = forms.CharField(
        label=_("Why at this price"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever has to approve a discount reads it"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for term in TERMS[kind]:
            widget = forms.Textarea(attrs={"rows": 2}) if term.is_long else forms.TextInput()
            self.fields[f"term_{term.name}"] = forms.CharField(
                label=str(term.label), required=False, max_length=LONGEST, widget=widget
            )
        if kind != AgreementKind.QUOTE:
            del self.fields["valid_until"]
        if kind != AgreementKind.CONTRACT:
            del self.fields["ends_on"], self.fields["renew_days"]
        self.term_names = [f"term_{term.name}" for term in TERMS[kind]]

    @property
    def term_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.term_names]

    def facts(self) -> dict[str, Any]:
        """Without the lines and payments, which stand in no field of the form."""
        plain = ("party", "title", "valid_until", "ends_on", "renew_days", "reason")
        terms = {name.removeprefix("term_"): self.cleaned_data.get(name) or "" for name in self.term_names}
        return {**{name: self.cleaned_data.get(name) for name in plain}, "terms": terms}
