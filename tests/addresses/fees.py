"""Meters, readings and fee runs. For who neither reads nor bills they are not there."""

from typing import Any, Final

from tests.addresses.address import Address, deed, page, record
from tests.world import World

WHO: Final = "高岚"
METER: Final = {"pk": "meter"}
RUN: Final = {"pk": "fee_run"}


def _cost(_world: World) -> dict[str, Any]:
    return {"tariff": "gt", "period": "2025-12", "amount": "300"}


def _unit(_world: World) -> dict[str, Any]:
    return {"number": "9-901", "name": "九幢901", "count": "1"}


def _price(_world: World) -> dict[str, Any]:
    plain = {"cycle": "1", "since": "2026-01-01", "due": "15", "position": "10"}
    return {**plain, "code": "TC", "name": "停车费", "kind": "fixed", "price": "300", "per": "month"}


def _late(world: World) -> dict[str, Any]:
    return {"company": world.company, "name": "滞纳金", "rate": "0.05"}


def _order(world: World) -> dict[str, Any]:
    return {"company": world.company, "kinds": "principal,late_fee,recovery,deposit"}


KEEPER: Final = "周岚"
UNIT: Final = {"pk": "billable"}
KEEPING: Final[list[Address]] = [
    *[page("billing:objects", KEEPER, query) for query in ("", "?only=unpaid", "?only=free&q=1", "?format=xlsx")],
    record("billing:object", KEEPER, at=UNIT),
    record("billing:object-new", KEEPER),
    deed("billing:object-new", KEEPER, _unit),
    record("billing:object-change", KEEPER, at=UNIT),
    deed("billing:object-change", KEEPER, _unit, at=UNIT),
    deed("billing:occupy", KEEPER, lambda _w: {"payer": "YZ-0001", "since": "2026-03-01"}, at=UNIT),
    deed("billing:vacate", KEEPER, lambda _w: {"until": "2026-03-01"}, at=UNIT),
    deed("billing:object-close", KEEPER, lambda _w: {"on": "2026-03-01", "reason": "拆除"}, at=UNIT),
    deed("billing:assign", KEEPER, lambda w: {"tariff": w.tariff, "since": "2027-03-01"}, at=UNIT),
    deed("billing:unassign", KEEPER, lambda w: {"tariff": w.tariff, "until": "2026-03-01"}, at=UNIT),
    record("billing:tariffs", KEEPER),
    Address(
        "billing:tariff", KEEPER, stranger=404, at={"pk": "tariff"}
    ),  # what a fee costs is no secret within the company
    record("billing:tariff-new", KEEPER),
    deed("billing:tariff-new", KEEPER, _price),
    record("billing:tariff-price", KEEPER, at={"pk": "tariff"}),
    deed("billing:late-fee", KEEPER, _late, colleague=302, stranger=302),  # told on the page that it is not theirs
    deed("billing:clearing", KEEPER, _order, colleague=302, stranger=302),
]
FEES: Final[list[Address]] = [
    *KEEPING,
    *[
        record(f"billing:{name}", WHO)
        for name in ("meters", "meter-new", "balance", "rounds", "round", "held", "readings-import")
    ],
    *[record(f"billing:{name}", WHO) for name in ("readings-template", "runs", "run-preview")],
    record("billing:meter", WHO, at=METER),
    record("billing:reading-photo", WHO, at={"pk": "reading_with_photo"}),
    record("billing:run", WHO, at=RUN),
    record("billing:run-notices", WHO, at=RUN),
    record("billing:bill", WHO, at={"pk": "bill"}),
    record("billing:bill-notice", WHO, at={"pk": "bill"}),
    deed("billing:meter-replace", WHO, lambda _w: {"on": "2025-12-10", "number": "S-9", "last-": "130"}, at=METER),
    deed("billing:reading-enter", WHO, lambda _w: {"on": "2025-12-20", "value": "130"}, at=METER),
    deed("billing:reading-release", WHO, lambda _w: {"reason": "已核实"}, at={"pk": "held_reading"}),
    deed("billing:reading-correct", WHO, lambda _w: {"value": "120", "reason": "抄错"}, at={"pk": "held_reading"}),
    deed("billing:estimate", WHO, lambda _w: {"supply": "water", "on": "2025-12-31", "reason": "无人"}),
    deed("billing:run-make", WHO, lambda _w: {"period": "2025-12"}),
    deed("billing:share-cost", WHO, _cost),
    deed("billing:run-send", WHO, at=RUN),
    deed("billing:run-reverse", WHO, lambda _w: {"reason": "录错"}, at=RUN),
]
