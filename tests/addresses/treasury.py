"""The cashier's office: for who pays or counts there and who reads the books; for everybody else there is none."""

from typing import Any, Final

from tests.addresses.address import Address, deed, record
from tests.world import World

WHO: Final = "林晓岚"


def _book(world: World) -> dict[str, Any]:
    return {
        "company": world.firm.health.pk,
        "first": "70001",
        "last": "70002",
        "keeper": world.firm["吴越"].pk,
        "on": "2026-02-07",
    }


def _count(world: World) -> dict[str, Any]:
    return {"company": world.firm.health.pk, "cashier": world.firm["吴越"].pk, "amount": "5"}


TREASURY: Final[list[Address]] = [
    record("treasury:payments", WHO),
    record("treasury:cheques", WHO),
    record("treasury:counts", WHO),
    record("treasury:pay", WHO, at={"pk": "owed"}),
    deed("treasury:pay", WHO, lambda _w: {"way": "transfer"}, at={"pk": "owed"}, may=422),
    deed("treasury:take-book", WHO, _book, colleague=302, stranger=302),
    deed("treasury:counts", WHO, _count, colleague=302, stranger=302),
    deed("treasury:void", WHO, lambda _w: {"on": "2026-02-07", "reason": "写错"}, at={"pk": "cheque"}),
]
