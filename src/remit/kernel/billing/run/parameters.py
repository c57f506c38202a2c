"""The tariffs of a run, their price steps as the statements take them, and for which days each is charged."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from remit.kernel.billing.models import Cycle, Tariff, TariffPrice
from remit.lib.tariffs import Deposit, Fixed, Metered, OneOff, Percentage, PerQuantity, Share, Terms, read_terms

FAR: Final = dt.date(9999, 12, 31)
STANDING: Final = ("fixed", "per_quantity")
ONCE: Final = ("deposit", "one_off")


@dataclass(frozen=True, slots=True)
class Charged:
    """A tariff in a run: its steps by day, and the days that it is charged for (half-open)."""

    tariff: Tariff
    steps: tuple[tuple[dt.date, Terms], ...]
    first: dt.date
    after: dt.date


def add_months(day: dt.date, months: int) -> dt.date:
    """The first of the month so many months on."""
    n = day.year * 12 + day.month - 1 + months
    return dt.date(n // 12, n % 12 + 1, 1)


def charged_days(cycle: int, since: dt.date, until: dt.date) -> tuple[dt.date, dt.date]:
    """What a run for [since, until), whole months, charges: the cycles that it touches, each counted from January.

    A quarter is charged as a whole by the first run that touches it; whoever comes later in it is charged by the next run.
    """
    if cycle == Cycle.ONCE:
        return since, until
    months = (since.month - 1) % cycle
    first = add_months(since, -months)
    last = add_months(until, -1)
    return first, add_months(last, cycle - (last.month - 1) % cycle)


def charged_tariffs(company_id: int, since: dt.date, until: dt.date, codes: Sequence[str]) -> list[Charged]:
    """The tariffs of the company (those with these codes, or all) that are in force in the period. Two queries."""
    tariffs = Tariff.objects.filter(company=company_id).order_by("position", "code")
    if codes:
        tariffs = tariffs.filter(code__in=codes)
    steps: dict[int, list[tuple[dt.date, Terms]]] = defaultdict(list)
    for price in TariffPrice.objects.filter(tariff__in=tariffs).order_by("since"):
        steps[price.tariff_id].append((price.since, read_terms(price.terms)))
    charged = []
    for tariff in tariffs:
        if tariff.ended_on is not None and tariff.ended_on <= since:
            continue
        first, after = charged_days(tariff.cycle, since, until)
        after = min(after, tariff.ended_on) if tariff.ended_on is not None else after
        charged.append(Charged(tariff, tuple(steps[tariff.pk]), first, after))
    return charged


def measure_of(terms: Terms) -> str:
    """What of a billable the terms go by; "" where it is nothing."""
    match terms:
        case PerQuantity():
            return terms.of
        case Deposit() | OneOff():
            return terms.of or ""
        case Share():
            return terms.by
    return ""


def parameters(
    company_id: int, until: dt.date, group: str, charged: Iterable[Charged], codes: Mapping[str, int]
) -> dict[str, Any]:
    """What every statement takes. `codes`: the ids of the company's tariffs, for percentages."""
    below = group.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "/%"
    arrays: dict[str, list[Any]] = defaultdict(list)
    names = ("tariff", "since", "until", "from", "upto", "price", "of", "per", "tax", "included", "discount", "method",
             "minimum", "supply")  # fmt: skip
    arrays |= {f"step_{name}": [] for name in names}
    arrays |= {f"tier_{name}": [] for name in ("tariff", "since", "no", "above", "upto", "price")}
    arrays |= {f"band_{name}": [] for name in ("tariff", "since", "name", "price")}
    arrays |= {f"base_{name}": [] for name in ("tariff", "since", "of")}
    for one in charged:
        ends = [*(since for since, _terms in one.steps[1:]), FAR]
        for (since, terms), end in zip(one.steps, ends, strict=True):
            _add_step(arrays, one, since, end, terms)
            _add_parts(arrays, one.tariff.pk, since, terms, codes)
    return {"company": company_id, "until": until, "scope": group, "below": below, **arrays}


def _add_step(arrays: dict[str, list[Any]], one: Charged, since: dt.date, end: dt.date, terms: Terms) -> None:
    price = getattr(terms, "price", Decimal(0)) if not isinstance(terms, Percentage) else terms.rate / 100
    values = {
        "tariff": one.tariff.pk, "since": since, "until": end, "from": one.first, "upto": one.after, "price": price,
        "of": measure_of(terms), "per": terms.per if isinstance(terms, Fixed | PerQuantity) else "",
        "tax": getattr(terms, "tax", Decimal(0)), "included": getattr(terms, "tax_included", True),
        "discount": getattr(terms, "discount", Decimal(0)),
        "method": terms.method if isinstance(terms, Metered) else "",
        "minimum": terms.minimum if isinstance(terms, Metered) else Decimal(0),
        "supply": (terms.supply or "") if isinstance(terms, Metered | Share) else "",
    }  # fmt: skip
    for name, value in values.items():
        arrays[f"step_{name}"].append(value)


def _add_parts(
    arrays: dict[str, list[Any]], tariff_id: int, since: dt.date, terms: Terms, codes: Mapping[str, int]
) -> None:
    def add(kind: str, **values: Any) -> None:
        for name, value in {"tariff": tariff_id, "since": since, **values}.items():
            arrays[f"{kind}_{name}"].append(value)

    if isinstance(terms, Metered):
        above = Decimal(0)
        for number, tier in enumerate(terms.tiers, 1):
            add("tier", no=number, above=above, upto=tier.upto, price=tier.price)
            above = tier.upto or above
        for band, price in terms.bands.items():
            add("band", name=band, price=price)
    if isinstance(terms, Percentage):
        for code in terms.of:
            if code in codes:
                add("base", of=codes[code])
