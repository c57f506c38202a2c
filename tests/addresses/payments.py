"""What is owed and what came in. For a colleague without a part in the fees, and for a stranger, it is not there."""

from typing import Any, Final

from tests.addresses.address import Address, deed, page, record
from tests.world import World

WHO: Final = "周岚"
PAYER: Final = {"pk": "charged.payer"}
CHARGE: Final = {"pk": "charged.charge"}
RECEIPT: Final = {"pk": "charged.receipt"}


def _money(_world: World) -> dict[str, Any]:
    return {"amount": "12.50", "method": "cash", "on": "2026-03-20"}


def _fee(_world: World) -> dict[str, Any]:
    return {"kind": "principal", "title": "维修费", "amount": "80", "on": "2026-03-01", "due_on": "2026-03-20"}


def _given(_world: World) -> dict[str, Any]:
    return {"amount": "1", "method": "cash", "reason": "多收"}


PAYMENTS: Final[list[Address]] = [
    *[page("payments:owed", WHO, query) for query in ("", "?over=all", "?over=60&q=ouyang")],
    *[page("payments:receipts", WHO, query) for query in ("", "?mine=1", "?q=SJ-2026-0001")],
    record("payments:account", WHO, at=PAYER),
    record("payments:charge-add", WHO, at=PAYER),
    record("payments:charge", WHO, at=CHARGE),
    record("payments:receipt", WHO, at=RECEIPT),
    record("payments:receipt-paper", WHO, at=RECEIPT),
    deed("payments:take", WHO, _money, at=PAYER),
    deed("payments:charge-add", WHO, _fee, at=PAYER),
    deed("payments:charge-waive", WHO, _given, at=CHARGE),
    deed("payments:charge-write-off", WHO, _given, at=CHARGE),
    deed("payments:charge-reverse", WHO, _given, at=CHARGE),
    deed("payments:restore", WHO, _given, at={"pk": "charged.waiver"}),
    deed("payments:receipt-allocate", WHO, at=RECEIPT),
    deed("payments:receipt-refund", WHO, _given, at=RECEIPT),
    deed("payments:receipt-void", WHO, _given, at=RECEIPT),
]
