"""The forms about banks. They check shape; what the rules are, the actions know."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from remit.kernel.payments.models import BankAccount, BankDescription

BYTES_MAX: Final = 20 * 1024 * 1024


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Plain(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class AccountForm(Plain):
    name = forms.CharField(label=_("Name"), max_length=60)
    number = forms.CharField(label=_("Account number"), max_length=40)
    bank_name = forms.CharField(label=_("Bank"), max_length=80)
    bank_code = forms.CharField(label=_("Bank code"), max_length=20, required=False)
    ledger_account = forms.CharField(
        label=_("Account of the ledger"),
        max_length=20,
        required=False,
        help_text=_("Its code; empty: the one of the role “bank”"),
    )
    creditor_id = forms.CharField(
        label=_("Creditor number"), max_length=35, required=False, help_text=_("How the bank knows who debits")
    )
    since = forms.DateField(label=_("Compared from"), widget=_day(), help_text=_("What was before is taken as agreed."))


class FileForm(Plain):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(
            attrs={"data-max-bytes": BYTES_MAX, "data-too-large": _("This file is larger than 20 MB.")}
        ),
    )


class RecipeForm(Plain):
    """One choice of a column for each meaning; the headers are those of the file that was sent."""

    skip = forms.IntegerField(label=_("Lines above the headers"), min_value=0, max_value=50)
    date = forms.ChoiceField(label=_("Date"))
    date_format = forms.ChoiceField(
        label=_("Written as"),
        choices=[
            (one, one)
            for one in (
                "YYYY-MM-DD",
                "YYYYMMDD",
                "YYYY/MM/DD",
                "YYYY.MM.DD",
                "YYYY年MM月DD日",
                "DD/MM/YYYY",
                "MM/DD/YYYY",
            )
        ],
    )
    amount = forms.ChoiceField(label=_("Amount"), required=False)
    direction = forms.ChoiceField(label=_("Direction"), required=False)
    incoming = forms.CharField(
        label=_("Words for money that came in"), required=False, help_text=_("With commas between, such as: credit, C")
    )
    income = forms.ChoiceField(label=pgettext_lazy("money", "Received"), required=False)
    expense = forms.ChoiceField(label=_("Paid"), required=False)
    balance = forms.ChoiceField(label=_("Balance"), required=False)
    name = forms.ChoiceField(label=_("Other party"), required=False)
    account = forms.ChoiceField(label=_("Account of the other party"), required=False)
    reference = forms.ChoiceField(label=_("Reference"), required=False)
    text = forms.ChoiceField(label=_("Text"), required=False)
    bank_id = forms.ChoiceField(label=_("Number of the movement"), required=False)

    COLUMNS: Final = (
        *("date", "amount", "direction", "income", "expense", "balance"),
        *("name", "account", "reference", "text", "bank_id"),
    )

    def offer(self, headers: Sequence[str]) -> None:
        for name in self.COLUMNS:
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", "—"), *((header, header) for header in headers)]

    def as_recipe(self) -> dict[str, Any]:
        told = {name: value for name, value in self.cleaned_data.items() if value not in ("", None, 0)}
        if "incoming" in told:
            words = str(told["incoming"]).replace("，", ",").replace("、", ",").split(",")
            told["incoming"] = [word.strip() for word in words if word.strip()]
        return told


class BatchForm(Plain):
    account = forms.TypedChoiceField(label=_("Bank account"), coerce=int)
    description = forms.TypedChoiceField(label=_("Bank’s files"), coerce=int)
    due_until = forms.DateField(label=_("Due by"), widget=_day())
    on = forms.DateField(label=_("Collected on"), widget=_day())
    group = forms.CharField(
        label=_("Place"),
        max_length=200,
        required=False,
        help_text=_("Where the group begins so, such as a building; empty: everything"),
    )

    def offer(self, accounts: Iterable[BankAccount], descriptions: Iterable[BankDescription]) -> None:
        for name, rows in (("account", accounts), ("description", descriptions)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [(row.pk, str(row)) for row in rows]


class FollowUpForm(Plain):
    answer = forms.CharField(label=_("What came of it"), max_length=200)
    release = forms.BooleanField(label=_("Debit again under this mandate"), required=False)


class FormatForm(Plain):
    text = forms.CharField(
        label=_("Description"),
        widget=forms.Textarea(attrs={"rows": 28, "class": "input mono", "spellcheck": "false"}),
        max_length=40_000,
    )
