"""The forms of the room. They check shape; what the rules are, the actions know."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from remit.kernel.payments.actions.receipts import BY_HAND


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _amount() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class PaymentForm(forms.Form):
    amount = forms.CharField(label=_("Amount"), max_length=40, widget=_amount())
    method = forms.ChoiceField(label=_("How"), choices=BY_HAND)
    on = forms.DateField(
        label=_("Day"), widget=_day(), help_text=_("An earlier day counts from that day, for late fees too.")
    )
    reference = forms.CharField(label=_("Reference of the bank or the till"), max_length=80, required=False)
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class ChargeForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=(("principal", _("Fee")), ("recovery", _("Cost of recovery")), ("deposit", _("Deposit"))),
    )
    title = forms.CharField(label=_("For what"), max_length=120)
    amount = forms.CharField(label=_("Amount, tax included"), max_length=40, widget=_amount())
    tax = forms.CharField(label=_("Tax rate"), max_length=8, required=False, help_text=_("Percent; empty: none"))
    on = forms.DateField(label=_("Day"), widget=_day())
    due_on = forms.DateField(label=_("Due on"), widget=_day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
