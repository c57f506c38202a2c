"""The cashier's office: for who pays or counts there and who reads the books; for everybody else there is none."""

from typing import Any, Final

from tests.addresses.address import Address, deed, record
from tests.world import World

WHO: Final = "林晓岚"
DRAWER: Final = {"pk": "drawer"}


def _book(world: World) -> dict[str, Any]:
    return {
        "company": world.firm.health.pk,
        "first": "70001",
        "last": "70002",
        "keeper": world.firm["吴越"].pk,
        "on": "2026-02-07",
    }


def _drawer(world: World) -> dict[str, Any]:
    return {"company": world.firm.health.pk, "name": "前台", "keeper": world.firm["吴越"].pk}


def _count(world: World) -> dict[str, Any]:
    return {"company": world.firm.health.pk, "cashier": world.firm["吴越"].pk, "amount": "5"}


TREASURY: Final[list[Address]] = [
    record("treasury:payments", WHO),
    record("treasury:cheques", WHO),
    record("treasury:counts", WHO),
    record("treasury:drawers", WHO),
    record("treasury:funds", WHO),
    record("treasury:drawer", WHO, at=DRAWER),
    deed("treasury:drawers", WHO, _drawer, colleague=302, stranger=302),  # told on the page that it is not theirs
    deed("treasury:drawer-close", WHO, lambda _w: {"on": "2026-02-06", "reason": "找零"}, at=DRAWER),
    deed("treasury:drawer-reopen", WHO, lambda _w: {"reason": "漏记"}, at=DRAWER),
    deed(
        "treasury:drawer-deposit",
        WHO,
        lambda w: {"bank": w.banking["bank"], "amount": "1", "on": "2026-02-06", "slip": "JK1"},
        at=DRAWER,
    ),
    record("treasury:pay", WHO, at={"pk": "owed"}),
    deed("treasury:pay", WHO, lambda _w: {"way": "transfer"}, at={"pk": "owed"}, may=422),
    deed("treasury:take-book", WHO, _book, colleague=302, stranger=302),
    deed("treasury:counts", WHO, _count, colleague=302, stranger=302),
    deed("treasury:void", WHO, lambda _w: {"on": "2026-02-07", "reason": "写错"}, at={"pk": "cheque"}),
]
