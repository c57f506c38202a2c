"""Questions about runs and bills: what a run came to, and a bill in the words by which it can be worked out again."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from remit.kernel.billing.models import Bill, Charge, FeeRun
from remit.lib.amounts import format_amount


@dataclass(frozen=True, slots=True)
class FeeTotal:
    name: str
    count: int
    net: Decimal
    tax: Decimal
    amount: Decimal
    open_amount: Decimal


def fee_totals(run: FeeRun) -> list[FeeTotal]:
    """By fee, in the order of the bill."""
    rows = (
        Charge.objects.filter(run=run)
        .values("tariff__name", "tariff__position", "tariff__code")
        .annotate(count=Count("pk"), net=Sum("net"), tax=Sum("tax"), amount=Sum("amount"), open=Sum("open_amount"))
        .order_by("tariff__position", "tariff__code")
    )
    return [
        FeeTotal(row["tariff__name"], row["count"], row["net"], row["tax"], row["amount"], row["open"]) for row in rows
    ]


def charges_of(bills: Iterable[Bill]) -> QuerySet[Charge]:
    return (
        Charge.objects.filter(bill__in=list(bills))
        .select_related("tariff")
        .order_by("bill", "tariff__position", "tariff__code", "period_from", "pk")
    )


def plain(text: str) -> str:
    """ "12.000" as 12, "2.80" as 2.8."""
    number = Decimal(text)
    return f"{number.normalize():f}" if number else "0"


def said(line: dict[str, Any], currency: str = "CNY") -> str:
    """A line of an explanation as a sentence: what was counted, at which price, and what it comes to."""
    if line["kind"] == "reading":
        return _reading_said(line)
    values = {
        "quantity": plain(line.get("quantity", "0")), "price": plain(line.get("price", "0")), "days": line.get("days"),
        "of_days": line.get("of_days"), "amount": format_amount(Decimal(line.get("amount", "0")), currency),
        "since": line.get("since"), "until": line.get("until"), "band": line.get("band", ""),
        "cost": line.get("of_amount", ""), "all": plain(line.get("of_quantity", "0")), "paper": line.get("paper", ""),
    }  # fmt: skip
    match line["kind"]:
        case "days":
            text = _("%(quantity)s × %(price)s, %(days)s of %(of_days)s days: %(amount)s")
        case "tier":
            text = _("%(quantity)s × %(price)s: %(amount)s")
        case "band":
            text = _("%(band)s: %(quantity)s × %(price)s: %(amount)s")
        case "minimum":
            text = _("Up to the minimum: %(amount)s")
        case "share":
            text = _("Share of %(cost)s (%(paper)s): %(quantity)s of %(all)s: %(amount)s")
        case "once":
            text = _("Once, %(quantity)s × %(price)s: %(amount)s")
        case "percentage":
            text = _("%(price)s of %(quantity)s: %(amount)s")
        case _:
            text = "%(amount)s"
    sentence = text % values
    if Decimal(line.get("discount") or "0"):
        sentence += " " + _("less %(n)s %%") % {"n": plain(line["discount"])}
    return sentence


def _reading_said(line: dict[str, Any]) -> str:
    text = _("Meter %(meter)s: %(from)s on %(since)s, %(to)s on %(until)s, × %(factor)s: %(used)s")
    if line.get("rolled"):
        text = _("Meter %(meter)s: %(from)s on %(since)s, round to %(to)s on %(until)s, × %(factor)s: %(used)s")
    values = {name: plain(line[name]) for name in ("from", "to", "factor", "used")}
    sentence = text % {"meter": line["meter"], "since": line["since"], "until": line["until"], **values}
    return f"{sentence} ({_('estimated')})" if line.get("how") == "estimate" else sentence
