"""The forms of the four kinds of items. Each gives `data()`, what the item becomes; what is wrong stands beside its field."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.loading import all_actions
from remit.kernel.charters.figures import parse_target, parse_weight
from remit.kernel.charters.models import DraftItem
from remit.kernel.charters.review_queries import is_general
from remit.kernel.charters.reviewing import text_of
from remit.kernel.charters.web.grant_forms import GENERAL, SPANS, GrantForm
from remit.kernel.charters.wording import BINDINGS, DUTY_GROUPS, EVERY, QUALIFICATIONS
from remit.lib.calendars import parse_duration
from remit.lib.recurrence import parse_recurrence

MOST_GRANTS: Final = 12
TEXT_MAX: Final = 4000
LINE_MAX: Final = 120


def _text(label: Any, *, rows: int = 3) -> forms.CharField:
    return forms.CharField(label=label, max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": rows}))


class DutyForm(forms.Form):
    text = _text(gettext_lazy("Duty"))
    every = forms.ChoiceField(label=gettext_lazy("How often"), required=False, choices=[("", "—"), *EVERY.items()])
    when = forms.CharField(
        label=gettext_lazy("Exactly when"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": "每两周的周一 18:00"}),
    )
    within_n = forms.IntegerField(label=gettext_lazy("To be done within"), required=False, min_value=1, max_value=999)
    within_unit = forms.ChoiceField(
        label=gettext_lazy("Unit of time"),
        required=False,
        choices=SPANS,
        widget=forms.Select(attrs={"aria-label": gettext_lazy("Unit of time")}),
    )
    binding = forms.ChoiceField(
        label=gettext_lazy("What makes it run"),
        required=False,
        choices=[("", gettext_lazy("nothing yet")), *BINDINGS.items()],
    )
    binding_name = forms.CharField(
        label=gettext_lazy("Name of it"),
        required=False,
        max_length=LINE_MAX,
        help_text=gettext_lazy("The routine, procedure, book or metric that carries this duty."),
    )
    group = forms.ChoiceField(label=gettext_lazy("Class"), required=False, choices=[("", "—"), *DUTY_GROUPS.items()])

    def clean_when(self) -> str:
        """The rule in its one form. Raises ValidationError with examples."""
        text: str = self.cleaned_data["when"]
        try:
            return str(parse_recurrence(text)) if text else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def data_of_item(self) -> dict[str, Any]:
        """None takes a field away."""
        cleaned = self.cleaned_data
        number, unit = cleaned["within_n"], cleaned["within_unit"] or "workday"
        binding = None
        if cleaned["binding"]:
            was = self.initial.get("_binding") or {}
            reason = was.get("reason") if was.get("kind") == cleaned["binding"] else None
            binding = {"kind": cleaned["binding"], "name": cleaned["binding_name"] or None, "reason": reason}
        return {
            "text": cleaned["text"],
            "every": cleaned["every"] or None,
            "when": cleaned["when"] or None,
            "within": f"{number} {unit}{'' if number == 1 else 's'}" if number else None,
            "binding": binding,
            "group": cleaned["group"] or None,
        }

    @staticmethod
    def initial_of(data: Mapping[str, Any]) -> dict[str, Any]:
        span = parse_duration(data["within"]) if data.get("within") else None
        binding = data.get("binding") or {}
        return {
            "text": data.get("text"),
            "every": data.get("every"),
            "when": data.get("when"),
            "within_n": span.n if span else None,
            "within_unit": str(span.unit) if span else "workday",
            "binding": binding.get("kind"),
            "binding_name": binding.get("name"),
            "group": data.get("group"),
            "_binding": binding,
        }


class KpiForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Indicator"), max_length=LINE_MAX)
    weight = forms.CharField(label=gettext_lazy("Weight"), required=False, max_length=10, help_text="25 %")
    target = forms.CharField(label=gettext_lazy("Target"), required=False, max_length=40, help_text=">= 90 %，= 0 次")
    direction = forms.ChoiceField(
        label=gettext_lazy("Better is"),
        required=False,
        choices=[("", "—"), ("higher", gettext_lazy("higher")), ("lower", gettext_lazy("lower"))],
    )
    definition = forms.CharField(
        label=gettext_lazy("How it is computed"),
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    source = forms.CharField(label=gettext_lazy("Where the figures come from"), required=False, max_length=LINE_MAX)

    def clean_weight(self) -> str:
        text = str(self.cleaned_data["weight"]).strip()
        if text.replace(".", "", 1).isdecimal():
            text += " %"
        if text and not 0 < _parsed(parse_weight, text) <= 1:
            raise forms.ValidationError(_("A weight lies above 0 and is at most 100 %."))
        return text

    def clean_target(self) -> str:
        text = str(self.cleaned_data["target"]).strip()
        return str(_parsed(parse_target, text)) if text else ""

    def data_of_item(self) -> dict[str, Any]:
        return {name: value or None for name, value in self.cleaned_data.items()}

    @staticmethod
    def initial_of(data: Mapping[str, Any]) -> dict[str, Any]:
        return dict(data)


def _parsed(parse: Any, text: str) -> Any:
    try:
        return parse(text)
    except ValueError as error:
        raise forms.ValidationError(str(error)) from error


class QualificationForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(QUALIFICATIONS.items()))
    text = _text(gettext_lazy("Requirement"), rows=2)

    def data_of_item(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    @staticmethod
    def initial_of(data: Mapping[str, Any]) -> dict[str, Any]:
        return {"kind": data.get("kind", "other"), "text": data.get("text")}


class ClauseForm(forms.Form):
    """A clause of authority with the forms of its grants."""

    text = _text(gettext_lazy("Clause"))

    def __init__(
        self, item_data: Mapping[str, Any], sent: QueryDict | None = None, *, is_redrawn: bool = False
    ) -> None:
        """Redrawn: with one more grant (`more`), or with the fields of another action; nothing is judged."""
        given = str(sent.get("text") or "") if sent is not None else str(item_data.get("text") or "")
        super().__init__(None if is_redrawn else sent, initial={"text": given}, label_suffix="")
        was = list(item_data.get("grants", []))
        wanted = _number(sent.get("grants"), len(was)) if sent is not None else len(was)
        self.count = min(wanted + (sent is not None and "more" in sent), MOST_GRANTS)
        self.grants = [
            _grant_form(n, was[n] if n < len(was) else None, given, sent, is_redrawn=is_redrawn)
            for n in range(self.count)
            if sent is None or not sent.get(f"g{n}-drop")
        ]

    def is_valid(self) -> bool:
        """Every form is asked, so that every fault is told at once."""
        return all([super().is_valid(), *(form.is_valid() for form in self.grants)])

    def data_of_item(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"], "grants": [form.cleaned_data["grant"] for form in self.grants]}


def _grant_form(
    n: int, was: Mapping[str, Any] | None, text: str, sent: QueryDict | None, *, is_redrawn: bool
) -> GrantForm:
    prefix = f"g{n}"
    is_sent = sent is not None and f"{prefix}-action" in sent
    action = (
        str(sent[f"{prefix}-action"]) if sent is not None and is_sent else str((was or {}).get("action") or GENERAL)
    )
    if action == GENERAL and was and is_general(str(was.get("action", ""))):
        action = str(was["action"])
    if was is not None and was.get("action") != action:
        was = None  # another action has other facts: nothing of the old grant fits
    return GrantForm(
        action, all_actions(), text, was, sent=sent if is_sent else None, is_redrawn=is_redrawn, prefix=prefix
    )


def _number(text: Any, default: int) -> int:
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 3 else default


ItemForm = DutyForm | KpiForm | QualificationForm | ClauseForm
_PLAIN: Final[Mapping[str, type[DutyForm | KpiForm | QualificationForm]]] = {
    "duty": DutyForm,
    "kpi": KpiForm,
    "qualification": QualificationForm,
}


def form_of(item: DraftItem, sent: QueryDict | None = None, *, is_redrawn: bool = False) -> ItemForm:
    """The form of an item, filled in with what was sent, or with what it is."""
    if item.part == "authority":
        return ClauseForm(item.data, sent, is_redrawn=is_redrawn)
    kind = _PLAIN[item.part]
    return kind(sent, initial=kind.initial_of(item.data), label_suffix="")


def split_proposal(item: DraftItem) -> str:
    """The item's sentences, one a line: where somebody would most likely cut it."""
    text = text_of(item)
    for sign in "。；;\n":
        text = text.replace(sign, f"{sign}\n")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        lines = [line.strip() for line in text_of(item).replace("，", "，\n").replace(",", ",\n").splitlines()]
    return "\n".join(line for line in lines if line)
