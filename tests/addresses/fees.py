"""Meters, readings and fee runs. For who neither reads nor bills they are not there."""

from typing import Any, Final

from tests.addresses.address import Address, deed, record
from tests.world import World

WHO: Final = "高岚"
METER: Final = {"pk": "meter"}
RUN: Final = {"pk": "fee_run"}


def _cost(_world: World) -> dict[str, Any]:
    return {"tariff": "gt", "period": "2025-12", "amount": "300"}


FEES: Final[list[Address]] = [
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
