"""What fees are called on pages: kinds, measures, and the terms of a price as a sentence."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from remit.kernel.billing.models import LateFeePolicy
from remit.kernel.billing.models.meters import SUPPLIES
from remit.kernel.billing.queries_runs import plain

TARIFF_KINDS: Final = {
    "fixed": pgettext_lazy("tariff", "Fixed sum"),
    "per_quantity": pgettext_lazy("tariff", "By area or number"),
    "metered": pgettext_lazy("tariff", "By meter"),
    "share": pgettext_lazy("tariff", "Share of a common cost"),
    "percentage": pgettext_lazy("tariff", "Part of other fees"),
    "deposit": pgettext_lazy("tariff", "Deposit"),
    "one_off": pgettext_lazy("tariff", "Once"),
}
MEASURES: Final = {"area": pgettext_lazy("measure", "square metre"), "count": pgettext_lazy("measure", "piece")}
PERIODS: Final = {
    "day": pgettext_lazy("a price for", "day"),
    "month": pgettext_lazy("a price for", "month"),
    "year": pgettext_lazy("a price for", "year"),
}
# Of a shared cost: by what it is shared.
KEYS: Final = {
    "area": gettext_lazy("Area"),
    "count": pgettext_lazy("measure", "Number"),
    "consumption": gettext_lazy("Consumption"),
}


def measure_said(measure: str) -> str:
    return str(MEASURES.get(measure, measure))


def _tiers_said(terms: Mapping[str, Any]) -> str:
    parts = []
    for tier in terms.get("tiers", ()):
        price = plain(tier["price"])
        if tier.get("upto"):
            parts.append(_("up to %(upto)s: %(price)s") % {"upto": plain(tier["upto"]), "price": price})
        else:
            parts.append(_("beyond: %(price)s") % {"price": price} if parts else price)
    parts += [f"{band} {plain(price)}" for band, price in terms.get("bands", {}).items()]
    return f"{SUPPLIES.get(terms['supply'], terms['supply'])}: {', '.join(parts)}"


def terms_said(terms: Mapping[str, Any]) -> str:
    """ "¥2.8 per square metre and month, tax of 6 % included"; of a meter its tiers and bands."""
    kind, price = terms["kind"], f"¥{plain(terms.get('price', '0'))}"
    match kind:
        case "fixed":
            text = _("%(price)s per %(period)s") % {"price": price, "period": PERIODS[terms.get("per", "month")]}
        case "per_quantity":
            values = {
                "price": price,
                "measure": measure_said(terms["of"]),
                "period": PERIODS[terms.get("per", "month")],
            }
            text = _("%(price)s per %(measure)s and %(period)s") % values
        case "metered":
            text = _tiers_said(terms)
        case "share":
            by = terms["by"]
            text = _("Shared by %(by)s") % {"by": KEYS.get(by, by)}
        case "percentage":
            text = _("%(rate)s of %(fees)s") % {"rate": terms["rate"], "fees": ", ".join(terms["of"])}
        case _:
            measure = terms.get("of")
            text = (
                _("%(price)s per %(measure)s") % {"price": price, "measure": measure_said(measure)}
                if measure
                else price
            )
    return text + _aside(terms)


def _aside(terms: Mapping[str, Any]) -> str:
    """Minimum, discount and tax, where there are any."""
    said = []
    if float(terms.get("minimum") or 0):
        said.append(_("at least ¥%(sum)s") % {"sum": plain(terms["minimum"])})
    for key, text in (("discount", _("%(rate)s off")), ("tax", _("tax %(rate)s"))):
        rate = str(terms.get(key) or "0 %")
        if float(rate.rstrip(" %")):
            said.append(text % {"rate": rate})
            if key == "tax" and terms.get("tax_included") is False:
                said[-1] = _("tax %(rate)s on top") % {"rate": rate}
    return "".join(f", {part}" for part in said)


def late_fee_said(policy: LateFeePolicy) -> str:
    """ "0.05 % a day, at most 20 % of the fee"."""
    text = _("%(rate)s %% a day") % {"rate": plain(str(policy.rate * 100))}
    if policy.grace_days:
        text += _(", after %(n)d days that cost nothing") % {"n": policy.grace_days}
    if policy.cap is not None:
        text += _(", at most %(cap)s %% of the fee") % {"cap": plain(str(policy.cap * 100))}
    return text
