"""The form by which a tariff is laid down: its kind says which of the fields count."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from remit.kernel.billing.models import LateFeePolicy, Tariff
from remit.kernel.billing.models.meters import SUPPLIES
from remit.kernel.billing.models.tariff import cycles
from remit.kernel.billing.wording import PERIODS, TARIFF_KINDS

# Which fields belong to which kinds; the page shows only those (static/js/when.js), the server reads only those.
FIELDS: Final = {
    "price": ("fixed", "per_quantity", "deposit", "one_off"),
    "per": ("fixed", "per_quantity"),
    "of": ("per_quantity", "deposit", "one_off"),
    "supply": ("metered",),
    "method": ("metered",),
    "tiers": ("metered",),
    "bands": ("metered",),
    "minimum": ("metered",),
    "by": ("share",),
    "rate": ("percentage",),
    "fees": ("percentage",),
    "tax": ("fixed", "per_quantity", "metered", "share", "one_off", "percentage"),
    "tax_included": ("fixed", "per_quantity", "metered", "one_off", "percentage"),
    "discount": ("fixed", "per_quantity", "metered", "one_off", "percentage"),
}
_DAY: Final = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class TariffForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("Latin letters and digits; it never changes."))
    name = forms.CharField(label=_("Name"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(TARIFF_KINDS.items()))
    cycle = forms.ChoiceField(label=_("How often"), choices=cycles, initial="1")
    since = forms.DateField(label=_("Price from"), widget=_DAY)
    due = forms.IntegerField(
        label=_("Due so many days after the first day of the period"), min_value=0, max_value=366, initial=15
    )
    position = forms.IntegerField(label=_("Place on the bill"), min_value=0, max_value=9999, initial=100)
    price = forms.CharField(label=_("Unit price"), max_length=20, required=False)
    per = forms.ChoiceField(label=_("Price for a"), choices=list(PERIODS.items()), initial="month", required=False)
    of = forms.CharField(
        label=pgettext_lazy("price", "By"), max_length=40, required=False, initial="area",
        help_text=_("area, count, or the name of one of your own figures"),
    )  # fmt: skip
    supply = forms.ChoiceField(label=_("Supply"), choices=list(SUPPLIES.items()), required=False)
    method = forms.ChoiceField(
        label=_("Tiers"), required=False,
        choices=[("stepped", _("Each part at the price of its tier")), ("slab", _("All of it at the price that is reached"))],
    )  # fmt: skip
    tiers = forms.CharField(
        label=_("Prices by tier"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        help_text=_("A line each: up to how much a month, and the price; the last line has the price alone."),
    )  # fmt: skip
    bands = forms.CharField(
        label=_("Prices by time"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text=_("A line each: peak 0.05; on top of the tiers, or alone where there are none."),
    )  # fmt: skip
    minimum = forms.CharField(label=_("At least"), max_length=20, required=False)
    by = forms.CharField(
        label=_("Shared by"), max_length=40, required=False, initial="area",
        help_text=_("area, count, consumption, or the name of one of your own figures"),
    )  # fmt: skip
    rate = forms.CharField(label=_("Percent"), max_length=10, required=False)
    fees = forms.CharField(
        label=_("Of these fees"), max_length=400, required=False, help_text=_("Their codes, with spaces between")
    )
    tax = forms.CharField(label=_("Tax rate (%)"), max_length=10, required=False)
    tax_included = forms.BooleanField(label=_("The price includes the tax"), required=False, initial=True)
    discount = forms.CharField(label=_("Discount (%)"), max_length=10, required=False)

    def __init__(self, *args: Any, company_id: int, tariff: Tariff | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        policies = LateFeePolicy.objects.filter(company=company_id).order_by("name").values_list("name", flat=True)
        choices = [("", "—"), *((name, name) for name in policies)]
        self.fields["late_fee"] = forms.ChoiceField(
            label=_("What is due for being late"), required=False, choices=choices
        )
        supply = self.initial.get("supply")
        if supply and supply not in SUPPLIES:  # a company's own, such as tests of a laboratory
            self.fields["supply"] = forms.CharField(label=_("Supply"), max_length=40)
        if tariff is not None:
            for name in ("code", "kind"):
                self.fields[name].disabled = True

    @property
    def terms_fields(self) -> list[tuple[Any, str]]:
        """The fields of the terms with the kinds for which they are shown."""
        return [(self[name], ",".join(kinds)) for name, kinds in FIELDS.items()]

    def facts(self) -> dict[str, Any]:
        """For `tariff.lay_down`. Raises ValueError with a sentence for tiers and bands that can't be read."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("code", "name", "cycle", "since", "due", "late_fee", "position")},
            "terms": self._terms(given),
        }

    def _terms(self, given: Mapping[str, Any]) -> dict[str, Any]:
        kind = given["kind"]
        said = {name: given[name] for name, kinds in FIELDS.items() if kind in kinds and given[name] not in ("", None)}
        terms: dict[str, Any] = {"kind": kind}
        for name, value in said.items():
            match name:
                case "tiers":
                    terms["tiers"] = _tiers(value)
                case "bands":
                    terms["bands"] = dict(_pair(line) for line in _lines(value))
                case "tax" | "discount" | "rate":
                    terms[name] = f"{str(value).rstrip(' %％')} %"
                case "fees":
                    terms["of"] = re.split(r"[\s,，、]+", value.strip())
                case _:
                    terms[name] = value
        if kind == "share" and terms.get("by") == "consumption":
            terms["supply"] = given["supply"] or "water"
        return terms


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _pair(line: str) -> tuple[str, str]:
    parts = re.split(r"[\s,，:：]+", line)
    if len(parts) != 2:
        raise ValueError(_now("“%(line)s”: expected a name or a limit, and a price.") % {"line": line})
    return parts[0], parts[1]


def _tiers(text: str) -> list[dict[str, str]]:
    *below, last = _lines(text)
    if re.search(r"[\s,，:：]", last):
        raise ValueError(_now("The last line of the tiers has the price alone: it is that of all beyond."))
    pairs = [_pair(line) for line in below]
    return [*({"upto": upto, "price": price} for upto, price in pairs), {"price": last}]


def as_typed(tariff: Tariff, terms: Mapping[str, Any]) -> dict[str, Any]:
    """A tariff and its newest terms, as the form takes them: for a new price to begin with."""
    late_fee = tariff.late_fee.name if tariff.late_fee is not None else ""
    known = {
        "code": tariff.code, "name": tariff.name, "kind": tariff.kind, "cycle": str(tariff.cycle), "due": tariff.due_days,
        "late_fee": late_fee, "position": tariff.position,
    }  # fmt: skip
    # What is not said in the terms is what they default to.
    typed = {"per": "month", "method": "stepped"}
    typed |= {name: str(value) for name, value in terms.items() if name in FIELDS and isinstance(value, str)}
    for name in ("tax", "discount", "rate"):
        if name in typed:
            typed[name] = typed[name].rstrip(" %")
    tiers = terms.get("tiers", ())
    typed["tiers"] = "\n".join(" ".join(filter(None, (tier.get("upto"), tier["price"]))) for tier in tiers)
    typed["bands"] = "\n".join(f"{name} {price}" for name, price in terms.get("bands", {}).items())
    if tariff.kind == "percentage":
        typed["fees"] = " ".join(terms["of"])
    return {**known, **typed, "tax_included": terms.get("tax_included", True)}
