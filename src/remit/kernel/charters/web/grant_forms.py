"""The form of one grant: the action, how far it goes by each of its figures, under which conditions, and what must follow.

Which fields there are depends on the action; the page asks for the form anew when another one is chosen.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from pydantic import ValidationError

from remit.kernel.authority.facts import BOUNDED, Fact
from remit.kernel.authority.reading import family_label, granted_label
from remit.kernel.authority.registry import ActionType
from remit.kernel.authority.spec import GrantSpec
from remit.kernel.charters.drafted_grants import general_action, general_condition_words
from remit.kernel.charters.importing.draft import DraftAuthority
from remit.kernel.charters.review_queries import is_general
from remit.kernel.charters.versions import GENERAL_FACTS
from remit.lib.calendars import parse_duration
from remit.lib.limits import parse_bound

# Chosen in place of an action: a form of its own for a matter that the system has no action for.
GENERAL: Final = "general"
OPS: Final = [("<=", "≤"), ("<", "<")]
UNITS: Final = {"money": "CNY", "percent": "%", "days": "day", "count": "count"}
UNIT_WORDS: Final = {
    "money": pgettext_lazy("unit of an amount", "yuan"),
    "percent": "%",
    "days": pgettext_lazy("unit of a duration", "days"),
    "count": pgettext_lazy("unit of a count", "times"),
}
SPANS: Final = [
    ("minute", gettext_lazy("minutes")),
    ("hour", gettext_lazy("hours")),
    ("workday", gettext_lazy("working days")),
    ("day", gettext_lazy("calendar days")),
    ("week", gettext_lazy("weeks")),
    ("month", gettext_lazy("months")),
]
SCOPES: Final = [
    ("anywhere", gettext_lazy("anywhere")),
    ("own_company", gettext_lazy("own company")),
    ("own_department", gettext_lazy("own department")),
    ("own_group", gettext_lazy("own group")),
    ("own_customers", gettext_lazy("own customers")),
]
PERIODS: Final = [
    ("", "—"),
    ("day", gettext_lazy("a day")),
    ("week", gettext_lazy("a week")),
    ("month", gettext_lazy("a month")),
    ("quarter", gettext_lazy("a quarter")),
    ("year", gettext_lazy("a year")),
    ("ever", gettext_lazy("all told")),
]
DUTIES_AFTER: Final = [
    ("", "—"),
    ("report_to", gettext_lazy("report to")),
    ("countersigned_by", gettext_lazy("countersigned by")),
    ("finding_by", gettext_lazy("responsibility determined by")),
]
MOST_ROWS: Final = 8


def action_choices(actions: Mapping[str, ActionType], chosen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """All actions by family, then the general request; a family right ("staff.*") only where it is chosen already."""
    families: dict[str, list[tuple[str, str]]] = {}
    for name, action in sorted(actions.items(), key=lambda one: (one[1].origin == "kernel", one[0])):
        families.setdefault(family_label(action.family), []).append((name, str(action.label)))
    shown = list(families.items())
    if chosen and chosen not in actions and not is_general(chosen):
        shown.insert(0, (_("As it is now"), [(chosen, granted_label(chosen, actions))]))
    return [(_("No action fits"), [(GENERAL, _("A general request"))]), *shown]


class GrantForm(forms.Form):
    """One grant. `data()` is its GrantSpec as JSON once the form is valid; `text` is the clause that it belongs to."""

    right = forms.ChoiceField(
        label=gettext_lazy("Right"),
        choices=[("decide", gettext_lazy("decides")), ("propose", gettext_lazy("may propose only"))],
    )
    scope = forms.ChoiceField(label=gettext_lazy("Over whom or what"), choices=SCOPES)
    start = forms.DateField(
        label=gettext_lazy("Holds from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    end = forms.DateField(
        label=gettext_lazy("until before"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(
        self,
        action: str,
        actions: Mapping[str, ActionType],
        text: str,
        grant: Mapping[str, Any] | None,
        *,
        sent: QueryDict | None = None,
        is_redrawn: bool = False,
        prefix: str | None = None,
    ) -> None:
        """`action` is the one whose facts the form shows, `grant` what it begins with, `sent` what came from the page.

        Redrawn, it takes over what fits of what was sent, and finds no fault with it.
        """
        super().__init__(data=None if is_redrawn else sent, prefix=prefix, label_suffix="")
        self._sent = sent
        self.action, self.actions, self.text = action, actions, text
        self.was = dict(grant or {})
        chosen = GENERAL if is_general(action) and action not in actions else action
        self.fields["action"] = forms.ChoiceField(
            label=_("Action"), choices=action_choices(actions, chosen), initial=chosen or GENERAL
        )
        self.order_fields(["action"])
        for name in ("right", "scope", "start", "end"):
            self.fields[name].initial = self.was.get(name)
        self._add_facts()
        self._add_windows()
        self._add_after()
        for name, field in self.fields.items():
            if name.startswith(("op-", "window", "then")):  # they stand in a line, without a label of their own
                field.widget.attrs["aria-label"] = field.label
        if is_redrawn and sent is not None:
            self._take_over(sent)

    def _take_over(self, sent: QueryDict) -> None:
        for name, field in self.fields.items():
            key = self.add_prefix(name)
            if key in sent:
                field.initial = sent.getlist(key) if isinstance(field, forms.MultipleChoiceField) else sent[key]

    @property
    def drawn_for(self) -> str:
        """The action that was chosen when the fields were drawn: goes along, so that a change of it is noticed."""
        return str(self["action"].value() or "")

    @cached_property
    def facts(self) -> list[Fact]:
        """The facts of the action; of a general request those that every one has, and the conditions of this clause."""
        known = self.actions.get(self.action)
        if known is not None:
            return list(known.facts.values())
        if not is_general(self.action) and self.action != GENERAL:
            return []
        names = {"amount": _("Amount"), "percent": _("Percent"), "days": _("Days"), "count": _("Count")}
        facts = [Fact(str(one["name"]), one["kind"], names.get(str(one["name"]), "")) for one in GENERAL_FACTS]  # type: ignore[arg-type]  # the kinds are those of facts
        words = general_condition_words(self.text)
        for name in self.was.get("conditions", {}):
            facts.append(Fact(name, "yes_no", words.get(name) or _("The condition of the clause"), required=False))
        return facts

    def _add_facts(self) -> None:
        limits, conditions = self.was.get("limits", {}), self.was.get("conditions", {})
        for fact in self.facts:
            if fact.kind in BOUNDED:
                bound = parse_bound(limits[fact.name]) if fact.name in limits else None
                self.fields[f"op-{fact.name}"] = forms.ChoiceField(
                    choices=OPS, required=False, initial=str(bound.op) if bound else "<=", label=_("Comparison")
                )
                self.fields[f"max-{fact.name}"] = forms.CharField(
                    required=False,
                    max_length=20,
                    label=str(fact.label),
                    initial=f"{bound.max:f}" if bound else "",
                    widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
                )
            elif fact.kind == "yes_no":
                now = {True: "yes", False: "no"}.get((conditions.get(fact.name) or [None])[0], "")
                self.fields[f"if-{fact.name}"] = forms.ChoiceField(
                    label=str(fact.label),
                    required=False,
                    initial=now,
                    choices=[("", _("either way")), ("yes", _("only if yes")), ("no", _("only if no"))],
                )
            elif fact.kind == "choice":
                self.fields[f"if-{fact.name}"] = forms.MultipleChoiceField(
                    label=str(fact.label),
                    required=False,
                    initial=[str(value) for value in conditions.get(fact.name, [])],
                    choices=[(key, str(label)) for key, label in fact.choices],
                    widget=forms.CheckboxSelectMultiple,
                )

    def _add_windows(self) -> None:
        """The cumulative limits that there are, and an empty one."""
        bounded = [("count", _("number of times"))]
        bounded += [(f.name, str(f.label)) for f in self.facts if f.kind == "money"]
        per = [
            ("", _("all told")),
            *((f.name, _("for each: %(fact)s") % {"fact": f.label}) for f in self.facts if f.per),
        ]
        windows = list(self.was.get("windows", []))
        for n in range(self._rows("window", len(windows) + 1)):
            window = windows[n] if n < len(windows) else {}
            bound = parse_bound(window["max"]) if window else None
            what = window.get("fact", "amount") if window.get("measure", "amount") == "amount" else "count"
            self.fields[f"window{n}-period"] = forms.ChoiceField(
                choices=PERIODS, required=False, initial=window.get("period"), label=_("In")
            )
            self.fields[f"window{n}-per"] = forms.ChoiceField(
                choices=per, required=False, initial=window.get("per") or "", label=_("Counted")
            )
            self.fields[f"window{n}-what"] = forms.ChoiceField(
                choices=bounded, required=False, initial=what, label=_("What")
            )
            self.fields[f"window{n}-op"] = forms.ChoiceField(
                choices=OPS, required=False, initial=str(bound.op) if bound else "<=", label=_("Comparison")
            )
            self.fields[f"window{n}-max"] = forms.CharField(
                required=False, max_length=20, initial=f"{bound.max:f}" if bound else "", label=_("At most")
            )

    def _add_after(self) -> None:
        """What must follow a use, as many as there are, and an empty one."""
        obligations = list(self.was.get("then", []))
        for n in range(self._rows("then", len(obligations) + 1)):
            one = obligations[n] if n < len(obligations) else {}
            kind = next((k for k, _label in DUTIES_AFTER if k and one.get(k)), "")
            who = one.get(kind) if kind else ""
            span = parse_duration(one.get("within") or "3 workdays")
            self.fields[f"then{n}-kind"] = forms.ChoiceField(
                choices=DUTIES_AFTER, required=False, initial=kind, label=_("Afterwards")
            )
            self.fields[f"then{n}-who"] = forms.CharField(
                required=False,
                max_length=300,
                initial="、".join(map(self._shown, who))
                if isinstance(who, list | tuple)
                else self._shown(str(who or "")),
                label=_("Who"),
            )
            self.fields[f"then{n}-n"] = forms.IntegerField(
                required=False, min_value=1, max_value=999, initial=span.n, label=_("Within")
            )
            self.fields[f"then{n}-unit"] = forms.ChoiceField(
                choices=SPANS, required=False, initial=str(span.unit), label=_("Unit of time")
            )

    def _rows(self, prefix: str, least: int) -> int:
        """As many as were sent, so that nothing of a form that was redrawn gets lost."""
        name = "period" if prefix == "window" else "kind"
        sent = sum(self.add_prefix(f"{prefix}{n}-{name}") in (self._sent or ()) for n in range(MOST_ROWS))
        return min(max(least, sent), MOST_ROWS)

    # --- what a template draws --------------------------------------------------------------------------------------------

    def limit_rows(self) -> Iterable[tuple[Any, Any, Any]]:
        for fact in self.facts:
            if fact.kind in BOUNDED:
                yield self[f"op-{fact.name}"], self[f"max-{fact.name}"], UNIT_WORDS[fact.kind]

    def condition_rows(self) -> Iterable[Any]:
        return (self[f"if-{fact.name}"] for fact in self.facts if f"if-{fact.name}" in self.fields)

    def window_rows(self) -> Iterable[dict[str, Any]]:
        return self._drawn("window", ("period", "per", "what", "op", "max"))

    def after_rows(self) -> Iterable[dict[str, Any]]:
        return self._drawn("then", ("kind", "who", "n", "unit"))

    @property
    def has_more(self) -> bool:
        """Whether there is something in the part that is folded away."""
        was = any(self.was.get(name) for name in ("windows", "then", "start", "end"))
        return was or any(name.startswith(("window", "then", "end")) for name in (self.errors if self.is_bound else ()))

    def _drawn(self, prefix: str, names: tuple[str, ...]) -> Iterable[dict[str, Any]]:
        for n in range(MOST_ROWS):
            if f"{prefix}{n}-{names[0]}" in self.fields:
                yield {name: self[f"{prefix}{n}-{name}"] for name in names}

    # --- from the form to the grant ------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        data = {
            "action": self._action_name(cleaned),
            "right": cleaned.get("right"),
            "scope": cleaned.get("scope"),
            "limits": self._limits(cleaned),
            "conditions": self._conditions(cleaned),
            "windows": self._windows(cleaned),
            "then": self._after(cleaned),
            "start": cleaned.get("start"),
            "end": cleaned.get("end"),
        }
        if self._sent is not None and self._sent.get(self.add_prefix("drawn_for")) != cleaned.get("action"):
            # Without scripts the fields below are still those of the other action: a limit would be lost unnoticed.
            self.add_error("action", _("Another action has other limits: look through them below, then save again."))
        if not self.errors:
            try:
                spec = GrantSpec.model_validate({name: value for name, value in data.items() if value is not None})
            except ValidationError as error:
                for fault in error.errors():
                    self.add_error("end" if not fault["loc"] else None, str(fault["msg"]).removeprefix("Value error, "))
            else:
                cleaned["grant"] = spec.model_dump(mode="json", exclude_defaults=True)
        return cleaned

    def _action_name(self, cleaned: Mapping[str, Any]) -> str:
        chosen = str(cleaned.get("action") or "")
        if chosen != GENERAL:
            return chosen
        was = str(self.was.get("action") or "")
        return was if is_general(was) else general_action(DraftAuthority(self.text, (), 1.0)).name

    def _limits(self, cleaned: Mapping[str, Any]) -> dict[str, str]:
        limits = {}
        for fact in self.facts:
            text = str(cleaned.get(f"max-{fact.name}") or "")
            if fact.kind in BOUNDED and text and (bound := self._bound(f"max-{fact.name}", text, fact.kind, cleaned)):
                limits[fact.name] = bound
        return limits

    def _bound(self, field: str, text: str, kind: str, cleaned: Mapping[str, Any], op: str = "") -> str:
        """ "<= 500 CNY"; "" with an error beside the field where it is no number of that kind."""
        sign = op or str(cleaned.get(field.replace("max-", "op-", 1)) or "<=")
        number = text.replace(",", "").replace("，", "").removeprefix("¥").removesuffix("%").removesuffix("元").strip()
        try:
            return str(parse_bound(f"{sign} {number} {UNITS[kind]}"))
        except ValueError as error:
            wrong = not number.replace(".", "", 1).isdecimal()
            self.add_error(field, _("Write a number, such as 500.") if wrong else str(error))
            return ""

    def _conditions(self, cleaned: Mapping[str, Any]) -> dict[str, list[bool | str]]:
        conditions: dict[str, list[bool | str]] = {}
        for fact in self.facts:
            value = cleaned.get(f"if-{fact.name}")
            if fact.kind == "yes_no" and value:
                conditions[fact.name] = [value == "yes"]
            elif fact.kind == "choice" and value:
                conditions[fact.name] = list(value)
        return conditions

    def _windows(self, cleaned: Mapping[str, Any]) -> list[dict[str, Any]]:
        windows = []
        for n in range(MOST_ROWS):
            period, text = cleaned.get(f"window{n}-period"), str(cleaned.get(f"window{n}-max") or "")
            if not period and not text:
                continue
            if not period or not text:
                missing = "max" if period else "period"
                self.add_error(f"window{n}-{missing}", _("Give both the period and the limit."))
                continue
            what = str(cleaned.get(f"window{n}-what") or "count")
            kind = "count" if what == "count" else "money"
            bound = self._bound(f"window{n}-max", text, kind, cleaned, str(cleaned.get(f"window{n}-op") or "<="))
            measured = {"measure": "count"} if what == "count" else {"measure": "amount", "fact": what}
            per = cleaned.get(f"window{n}-per") or None
            if bound:
                windows.append({"period": period, "max": bound, "per": per, **measured})
        return windows

    def _after(self, cleaned: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = []
        for n in range(MOST_ROWS):
            kind = cleaned.get(f"then{n}-kind")
            if not kind:
                continue
            names = [
                self._named(part.strip())
                for part in str(cleaned.get(f"then{n}-who") or "").replace(",", "、").replace("，", "、").split("、")
            ]
            names = [name for name in names if name]
            if not names:
                self.add_error(f"then{n}-who", _("Name a position, or write “superior”."))
                continue
            number, unit = cleaned.get(f"then{n}-n") or 3, cleaned.get(f"then{n}-unit") or "workday"
            within = f"{number} {unit}{'' if number == 1 else 's'}"
            found.append({kind: names if kind == "countersigned_by" else names[0], "within": within})
        return found

    def _shown(self, performer: str) -> str:
        """A performer as people write it: the superior, a person named in a fact by the fact's label, a position's title."""
        if performer == "superior":
            return _("superior")
        name = performer.removeprefix("fact:")
        return next((str(f.label) for f in self.facts if performer.startswith("fact:") and f.name == name), performer)

    def _named(self, text: str) -> str:
        """The reverse of `_shown`; a title wins over nothing, a fact's label over a title."""
        if text in ("superior", _("superior"), "上级", "直属上级"):
            return "superior"
        fact = next((f for f in self.facts if f.kind == "person" and str(f.label) == text), None)
        return f"fact:{fact.name}" if fact else text[:120]
