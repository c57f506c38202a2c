"""How the terms of a price step are written: a map of texts, with a `kind`; what is not listed here is an error.

fixed         {kind: fixed, price: "30.00", per: month}
per_quantity  {kind: per_quantity, of: area, price: "2.80", per: month}
metered       {kind: metered, supply: water, method: stepped, tiers: [{upto: "15", price: "2.07"}, {price: "4.07"}],
               bands: {peak: "0.05", valley: "-0.20"}, minimum: "10.00"}
share         {kind: share, by: area}
deposit       {kind: deposit, price: "2000.00"}            once, at the beginning
one_off       {kind: one_off, price: "50.00", of: area}    once, at the beginning
percentage    {kind: percentage, of: [management], rate: "5 %"}

All but a deposit may say `tax` ("6 %"); all but a deposit and a share `tax_included` (true by default) and `discount` ("10 %").
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from remit.lib.yaml_reader import BadYaml, Document, Fault, validate

_PRICE: Final = re.compile(r"-?\d{1,9}(?:\.\d{1,6})?", re.ASCII)
_QUANTITY: Final = re.compile(r"\d{1,9}(?:\.\d{1,3})?", re.ASCII)
_MONEY: Final = re.compile(r"\d{1,12}(?:\.\d{1,2})?", re.ASCII)
_PERCENT: Final = re.compile(r"(\d{1,3}(?:\.\d{1,4})?) ?%", re.ASCII)


def _price(value: object) -> Decimal:
    if not isinstance(value, str) or _PRICE.fullmatch(value) is None:
        raise ValueError("单价写成不多于六位小数的数，如“2.80”。")
    return Decimal(value)


def _price_from_zero(value: object) -> Decimal:
    price = _price(value)
    if price < 0:
        raise ValueError("单价不能为负；优惠请写 discount。")
    return price


def _quantity(value: object) -> Decimal:
    if not isinstance(value, str) or _QUANTITY.fullmatch(value) is None or not Decimal(value):
        raise ValueError("数量写成大于零、不多于三位小数的数，如“180”。")
    return Decimal(value)


def _money(value: object) -> Decimal:
    if not isinstance(value, str) or _MONEY.fullmatch(value) is None:
        raise ValueError("金额写成不多于两位小数的数，如“10.00”。")
    return Decimal(value)


def _percent(value: object) -> Decimal:
    found = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if found is None or Decimal(found[1]) > 100:
        raise ValueError("比例写成“6 %”，在 0 与 100 % 之间。")
    return Decimal(found[1])


_AS_TEXT: Final = PlainSerializer(lambda value: f"{value:f}", str)
Signed = Annotated[Decimal, BeforeValidator(_price, json_schema_input_type=str), _AS_TEXT]
Price = Annotated[Decimal, BeforeValidator(_price_from_zero, json_schema_input_type=str), _AS_TEXT]
Quantity = Annotated[Decimal, BeforeValidator(_quantity, json_schema_input_type=str), _AS_TEXT]
Money = Annotated[Decimal, BeforeValidator(_money, json_schema_input_type=str), _AS_TEXT]
Percent = Annotated[
    Decimal, BeforeValidator(_percent, json_schema_input_type=str), PlainSerializer(lambda value: f"{value:f} %", str)
]
Per = Literal["day", "month", "year"]
# A measure of what is charged for: its area, how many there are, or one of the company's own figures of it.
Measure = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]


class _Terms(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Taxed(_Terms):
    """The discount goes off first; then the tax is taken out of what is left, or put on top of it."""

    tax: Percent = Decimal(0)
    tax_included: bool = True
    discount: Percent = Decimal(0)


class Fixed(_Taxed):
    kind: Literal["fixed"]
    price: Price
    per: Per = "month"


class PerQuantity(_Taxed):
    kind: Literal["per_quantity"]
    of: Measure
    price: Price
    per: Per = "month"


class Tier(_Terms):
    """Up to and including so much a month; the last tier has no end."""

    upto: Quantity | None = None
    price: Price


class Metered(_Taxed):
    """`stepped`: each part of the consumption at the price of its tier; `slab`: all of it at the price of the tier it ends in.

    A band's price comes on top of the tiers' (and may be negative), or stands alone where there are none. `minimum` is the least
    that a charge comes to before discount and tax, where there was a reading.
    """

    kind: Literal["metered"]
    supply: Measure
    method: Literal["stepped", "slab"] = "stepped"
    tiers: tuple[Tier, ...] = Field((), max_length=12)
    bands: dict[Measure, Signed] = Field(default_factory=dict, max_length=8)
    minimum: Money = Decimal(0)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not self.tiers and not self.bands:
            raise ValueError("计量收费须写 tiers（阶梯）或 bands（分时）之一。")
        if not self.tiers and any(price < 0 for price in self.bands.values()):
            raise ValueError("没有阶梯价时，分时单价不能为负。")
        limits = [tier.upto for tier in self.tiers]
        if limits and limits[-1] is not None:
            raise ValueError("最后一档不写 upto：其余用量都按它计价。")
        below = [limit for limit in limits[:-1] if limit is not None]
        if len(below) < len(limits) - 1 or any(low >= high for low, high in pairwise(below)):
            raise ValueError("除最后一档外，各档须写 upto，并逐档增大。")
        return self


class Share(_Terms):
    """A part of a bill that is shared out. The parts add up to the supplier's sum to the cent: no discount, the tax within.

    By a measure and the days it counted, or by `consumption`: what the meters of `supply` counted meanwhile.
    """

    kind: Literal["share"]
    by: Measure
    supply: Measure | None = None
    tax: Percent = Decimal(0)

    @model_validator(mode="after")
    def _knows_its_meters(self) -> Self:
        if (self.by == "consumption") != (self.supply is not None):
            raise ValueError("按用量（consumption）分摊时要写 supply，且只有这时才写。")
        return self


class Deposit(_Terms):
    kind: Literal["deposit"]
    price: Price
    of: Measure | None = None


class OneOff(_Taxed):
    kind: Literal["one_off"]
    price: Price
    of: Measure | None = None


class Percentage(_Taxed):
    """So much of what these tariffs come to in the same run for the same thing and payer, their tax included."""

    kind: Literal["percentage"]
    of: tuple[Code, ...] = Field(min_length=1, max_length=20)
    rate: Percent


Terms: TypeAlias = Fixed | PerQuantity | Metered | Share | Deposit | OneOff | Percentage
KINDS: Final[dict[str, type[Terms]]] = {
    "fixed": Fixed,
    "per_quantity": PerQuantity,
    "metered": Metered,
    "share": Share,
    "deposit": Deposit,
    "one_off": OneOff,
    "percentage": Percentage,
}


def read_terms(data: Mapping[str, Any]) -> Terms:
    """The terms as they are written. Raises BadYaml (a ValueError) with every fault at once, in Chinese."""
    kind = data.get("kind")
    schema = KINDS.get(kind) if isinstance(kind, str) else None
    if schema is None:
        known = f"可用：{'、'.join(KINDS)}。"
        raise BadYaml([Fault("", 0, 0, "kind", f"没有“{kind}”这种收费方式。" if kind else "缺少“kind”。", known)])
    try:
        return validate(schema, Document("", dict(data), {}, {}))
    except BadYaml as bad:
        # There is no file that a line could be looked up in.
        raise BadYaml([Fault("", 0, 0, one.path, one.message_zh, one.hint) for one in bad.faults]) from bad


def terms_data(terms: Terms) -> dict[str, Any]:
    """As `read_terms` takes them: texts, what is at its default left out."""
    return {"kind": terms.kind, **terms.model_dump(mode="json", exclude_defaults=True)}
