"""Arrears: for who chases them or keeps the fees; a customer's history for who sees the customer."""

from typing import Any, Final

from tests.addresses.address import Address, deed, record
from tests.world import World

WHO: Final = "周岚"
PAYER: Final = {"pk": "chased.payer"}
RUN: Final = {"pk": "chased.run"}


def _promise(_world: World) -> dict[str, Any]:
    return {
        "amount": "10",
        "by": "2020-01-01",
        "count": "2",
        "first_on": "2020-01-01",
        "until": "2020-01-01",
        "reason": "困难",
    }


DUNNING: Final[list[Address]] = [
    *[record(f"dunning:{name}", WHO) for name in ("arrears", "runs", "results", "bad-debts", "ladder")],
    *[record(f"dunning:{name}", WHO, at=RUN) for name in ("run", "texts", "letters", "visits")],
    record("dunning:customer", WHO, at=PAYER),
    deed("dunning:make", WHO, lambda _w: {"on": "2026-03-10"}),
    deed("dunning:ladder", WHO, lambda _w: {"days": "5", "channel": "sms", "minimum": "0"}),
    deed("dunning:answer", WHO, lambda _w: {"outcome": "sent"}, at={"pk": "chased.reminder"}),
    *[deed(f"dunning:{name}", WHO, _promise, at=PAYER) for name in ("hold", "promise", "agree")],
    deed("dunning:dispute", WHO, lambda _w: {"reason": "算错"}, at={"pk": "bill"}),
    deed("dunning:release", WHO, lambda _w: {"explanation": "已说明"}, at={"pk": "chased.hold"}),
]
