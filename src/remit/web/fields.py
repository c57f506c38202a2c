"""Fields of forms that more than one room has."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


class Picker(forms.Select):
    """A list that searches by name, pinyin and initials as one types. It holds what is chosen, and takes any id; the action judges."""

    def __init__(self, url_name: str) -> None:
        attributes = {
            "data-picker": reverse_lazy(url_name),
            "data-placeholder": _("Name, pinyin or initials"),
            "data-none": _("Nothing found"),
            "data-remove": _("Remove"),
        }
        super().__init__(attrs=attributes)


class Reference(forms.IntegerField):
    """The id of a row, chosen with a picker. What is offered is sent along for browsers without scripts."""

    def __init__(self, url_name: str, label: Any, *, required: bool = True, help_text: Any = "") -> None:
        super().__init__(label=label, required=required, help_text=help_text, min_value=1, widget=Picker(url_name))

    def offer(self, choices: Iterable[tuple[Any, Any]]) -> None:
        self.widget.choices = [("", "—"), *choices]
