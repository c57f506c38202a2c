"""The forms of the room. They check shape; what the rules are, the actions know."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.kernel.parties.models import Party
from remit.web.fields import Reference


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MandateForm(forms.Form):
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

    def offer(self, party: Party | None) -> None:
        """The customer that is chosen, for browsers without scripts and for the picker's label."""
        field = self.fields["party"]
        if party is not None and isinstance(field, Reference):
            field.offer([(party.pk, party.name)])
