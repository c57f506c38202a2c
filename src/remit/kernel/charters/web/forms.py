"""Forms of the charters' pages other than those of single items. They check shape; the rules are the actions' business."""

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.charters.models import DraftCharter
from remit.kernel.organization.models import Position, Unit
from remit.kernel.organization.queries import today

LINE_MAX = 120


def split_names(text: str) -> list[str]:
    """ "客服总监、销售总监" as a list; commas of both widths and line breaks part names, too."""
    return [name for part in re.split(r"[、,，;；\n]", text) if (name := part.strip())]


class NamesField(forms.CharField):
    """Titles in one line, parted by 、."""

    def clean(self, value: Any) -> list[str]:
        names = split_names(super().clean(value) or "")
        long = next((name for name in names if len(name) > LINE_MAX), None)
        if long is not None:
            raise forms.ValidationError(_("“%(name)s…” is too long for a title.") % {"name": long[:20]})
        return names


class HeadForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title of the position"), max_length=LINE_MAX)
    department = forms.CharField(label=gettext_lazy("Department"), max_length=LINE_MAX, required=False)
    code = forms.CharField(label=gettext_lazy("Number"), max_length=40, required=False)
    level = forms.CharField(label=gettext_lazy("Level"), max_length=LINE_MAX, required=False)
    reports_to = NamesField(
        label=gettext_lazy("Superiors"), required=False, help_text=gettext_lazy("Several are parted by 、.")
    )
    supervises = NamesField(label=gettext_lazy("Subordinates"), required=False)
    purpose = forms.CharField(
        label=gettext_lazy("What the position is for"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    weights_note = forms.CharField(
        label=gettext_lazy("Why the weights do not add up to 100 %"), required=False, max_length=400
    )

    @staticmethod
    def initial_of(draft: DraftCharter) -> dict[str, Any]:
        header = draft.header
        return {
            **{name: header.get(name) or "" for name in ("code", "level", "purpose", "weights_note")},
            "title": draft.title,
            "department": draft.department,
            "reports_to": "、".join(header.get("reports_to") or []),
            "supervises": "、".join(header.get("supervises") or []),
        }

    def data_of_head(self) -> dict[str, Any]:
        return {name: value or None for name, value in self.cleaned_data.items()} | {
            "reports_to": self.cleaned_data["reports_to"],
            "supervises": self.cleaned_data["supervises"],
        }


class SplitForm(forms.Form):
    texts = forms.CharField(
        label=gettext_lazy("The parts, one a line"), max_length=8000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean_texts(self) -> list[str]:
        texts = [line.strip() for line in str(self.cleaned_data["texts"]).splitlines() if line.strip()]
        if len(texts) < 2:
            raise forms.ValidationError(_("Put the second part into a line of its own."))
        return texts


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class ActivationForm(forms.Form):
    """Where a reviewed draft takes effect. `places` are those of the company that the document was imported for."""

    effective_on = DayField(label=gettext_lazy("Takes effect on"))
    position = forms.TypedChoiceField(label=gettext_lazy("Position"), required=False, coerce=int, empty_value=None)
    unit = forms.TypedChoiceField(label=gettext_lazy("Department"), coerce=int)
    superior = forms.TypedChoiceField(label=gettext_lazy("Answers to"), required=False, coerce=int, empty_value=None)
    headcount = forms.IntegerField(label=gettext_lazy("Places"), min_value=1, max_value=500, required=False)
    accept_conflicts = forms.BooleanField(
        label=gettext_lazy("I know of these conflicts and accept them"), required=False
    )

    def __init__(
        self,
        units: list[Unit],
        positions: list[Position],
        sent: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(sent, initial=initial, prefix=prefix, label_suffix="")
        self.by_position = {position.pk: position for position in positions}
        named = [(position.pk, f"{position.unit.name} · {position.title}") for position in positions]
        self.fields["position"].choices = [("", _("a new position")), *named]  # type: ignore[attr-defined]  # a choice field
        self.fields["superior"].choices = [("", "—"), *named]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [(unit.pk, _indented(unit)) for unit in units]  # type: ignore[attr-defined]
        if self.initial.get("effective_on") is None:
            self.initial["effective_on"] = today()

    def facts(self) -> dict[str, Any]:
        """The facts of charter.activate, apart from the draft. An existing position stands in its own unit."""
        cleaned = self.cleaned_data
        position = self.by_position.get(cleaned["position"] or 0)
        facts: dict[str, Any] = {
            "effective_on": cleaned["effective_on"],
            "unit": position.unit_id if position else cleaned["unit"],
            "accept_conflicts": cleaned["accept_conflicts"] or None,
        }
        if position is not None:
            return {**facts, "position": position.pk}
        return {**facts, "superior": cleaned["superior"], "headcount": cleaned["headcount"]}


def _indented(unit: Unit) -> str:
    return "\u3000" * max(0, unit.depth - 1) + unit.name


class RevisionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Charter"),
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 30, "spellcheck": "false", "class": "input", "aria-label": gettext_lazy("Charter")}
        ),
    )
    effective_on = DayField(label=gettext_lazy("Takes effect on"), initial=today)
    accept_conflicts = forms.BooleanField(
        label=gettext_lazy("I know of these conflicts and accept them"), required=False
    )


class PlaceForm(forms.Form):
    position = forms.TypedChoiceField(label=gettext_lazy("Position without a charter"), coerce=int)
    start = DayField(label=gettext_lazy("From"))
    accept_conflicts = forms.BooleanField(
        label=gettext_lazy("I know of these conflicts and accept them"), required=False
    )

    def __init__(
        self, positions: list[Position], sent: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(sent, initial=initial, label_suffix="")
        named = [(position.pk, f"{position.unit.name} · {position.title}") for position in positions]
        self.fields["position"].choices = named  # type: ignore[attr-defined]  # a choice field
