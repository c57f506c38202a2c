"""The lines of an agreement: read from what a form or a program sends, added up to the cent, and measured against the price list."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from remit.kernel.agreements.models import ListPrice
from remit.lib.amounts import AMOUNT_MAX, parse_amount, round_cents
from remit.lib.printable import made_one_line

LINES_MAX: Final = 200
PLAN_MAX: Final = 60
HUNDRED: Final = Decimal(100)
_LENGTHS: Final = {"goods": 120, "quality": 80, "spec": 80, "unit": 20}
_HUNDREDTH: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as read. `unit_price` includes the tax; `discount` and `tax_rate` are percents."""

    goods: str
    quality: str
    spec: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    tax_rate: Decimal

    @property
    def price(self) -> Decimal:
        """What a unit costs after the discount."""
        return self.unit_price * (HUNDRED - self.discount) / HUNDRED

    @property
    def total(self) -> Decimal:
        return round_cents(self.quantity * self.price)

    @property
    def net(self) -> Decimal:
        return round_cents(self.total * HUNDRED / (HUNDRED + self.tax_rate))

    @property
    def tax(self) -> Decimal:
        return self.total - self.net


@dataclass(frozen=True, slots=True)
class Totals:
    net: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """How far the lines go below the list: the greatest discount in percent (rounded up), and whether any line lies below its floor.

    Where a company keeps a list, goods that do not stand in it count as below the floor: else another spelling would do away with it.
    """

    discount: Decimal
    below_floor: bool


def read_lines(given: object) -> list[Line]:
    """Rows {goods, quality, spec, unit, quantity, unit_price, discount, tax_rate}. Raises ValueError, which names the line."""
    rows = given if isinstance(given, list) else []
    if len(rows) > LINES_MAX:
        raise ValueError(_("At most %(n)d lines.") % {"n": LINES_MAX})
    lines = []
    for number, row in enumerate(rows, 1):
        try:
            lines.append(_line(row if isinstance(row, dict) else {}))
        except ValueError as error:
            raise ValueError(_("Line %(n)d: %(why)s") % {"n": number, "why": error}) from error
    if totals_of(lines).total > AMOUNT_MAX:
        raise ValueError(_("The amount is too large."))
    return lines


def _line(row: Mapping[str, Any]) -> Line:
    words = {name: made_one_line(str(row.get(name) or ""), most) for name, most in _LENGTHS.items()}
    if not words["goods"]:
        raise ValueError(_("the goods have no name"))
    quantity = _number(row.get("quantity"), _("quantity"), places=4)
    if not quantity:
        raise ValueError(_("the quantity is nothing"))
    discount = _number(row.get("discount") or "0", _("discount"), places=2)
    tax_rate = _number(row.get("tax_rate") or "0", _("tax rate"), places=2)
    if discount > HUNDRED or tax_rate > HUNDRED:
        raise ValueError(_("a discount or a tax rate is at most 100 %"))
    price = _number(row.get("unit_price"), _("price"), places=4)
    return Line(**words, quantity=quantity, unit_price=price, discount=discount, tax_rate=tax_rate)


def _number(given: object, what: str, *, places: int) -> Decimal:
    text = str(given if given is not None else "").replace(",", "").replace("¥", "").removesuffix("%").strip()
    try:
        number = Decimal(text)
        fits = number.is_finite() and 0 <= number < Decimal(10) ** 12 and number == round(number, places)
    except (InvalidOperation, ValueError):
        fits = False
    if isinstance(given, bool | float) or not fits:
        raise ValueError(_("“%(text)s” is no %(what)s") % {"text": text[:20], "what": what})
    return number


def totals_of(lines: Iterable[Line]) -> Totals:
    rows = list(lines)
    net, tax = sum((line.net for line in rows), Decimal("0.00")), sum((line.tax for line in rows), Decimal("0.00"))
    return Totals(net, tax, net + tax)


def list_prices(company_id: int, day: dt.date) -> dict[str, ListPrice]:
    """The list of a day by goods. One query."""
    rows = ListPrice.objects.filter(company=company_id, start__lte=day).order_by("goods", "-start").distinct("goods")
    return {row.goods: row for row in rows}


def measure(lines: Iterable[Line], prices: Mapping[str, ListPrice]) -> Measure:
    discount, below = Decimal(0), False
    for line in lines:
        listed = prices.get(line.goods)
        found = line.discount
        if listed is not None and listed.price:
            found = max(found, (listed.price - line.price) * HUNDRED / listed.price)
        below = below or (line.price < listed.floor if listed is not None else bool(prices))
        discount = max(discount, found)
    return Measure(discount.quantize(_HUNDREDTH, rounding=ROUND_CEILING), below)


def said(lines: Iterable[Line]) -> str:
    """For whoever has to approve them: a line each."""
    return "\n".join(
        _("%(goods)s %(quantity)s %(unit)s × %(price)s, discount %(discount)s %%: %(total)s")
        % {
            "goods": line.goods,
            "quantity": f"{line.quantity.normalize():f}",
            "unit": line.unit,
            "price": f"{line.unit_price.normalize():f}",
            "discount": f"{line.discount.normalize():f}",
            "total": f"{line.total:,.2f}",
        }
        for line in lines
    )


@dataclass(frozen=True, slots=True)
class Due:
    due_on: dt.date
    amount: Decimal
    note: str


def read_plan(given: object, total: Decimal) -> list[Due]:
    """Rows {due_on, amount, note}, by day. They add up to the total or there are none. Raises ValueError."""
    rows = given if isinstance(given, list) else []
    if len(rows) > PLAN_MAX:
        raise ValueError(_("At most %(n)d payments.") % {"n": PLAN_MAX})
    plan = []
    for row in rows:
        values = row if isinstance(row, dict) else {}
        try:
            due_on = dt.date.fromisoformat(str(values.get("due_on") or ""))
        except ValueError as error:
            raise ValueError(_("A payment has no day on which it is due.")) from error
        amount = parse_amount(str(values.get("amount") or ""))
        if amount <= 0:
            raise ValueError(_("A payment of nothing is none."))
        plan.append(Due(due_on, amount, made_one_line(str(values.get("note") or ""), 120)))
    if plan and sum(due.amount for due in plan) != total:
        raise ValueError(
            _("The payments come to %(plan)s, the agreement to %(total)s.")
            % {"plan": f"{sum(due.amount for due in plan):,.2f}", "total": f"{total:,.2f}"}
        )
    return sorted(plan, key=lambda due: due.due_on)


def read_price(text: str) -> Decimal:
    """A price of up to four decimals. Raises ValueError."""
    return _number(text, _("price"), places=4)
