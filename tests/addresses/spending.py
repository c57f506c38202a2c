"""Claims: everybody has his own; those of others are for who reviews, pays and books them, and who stands above the claimant."""

from typing import Any, Final

from tests.addresses.address import Address, deed, page, record
from tests.world import World

WHO: Final = "周岚"
FILED: Final = {"pk": "claimed.filed"}
REVIEWED: Final = {"pk": "claimed.reviewed"}


def _claim(_world: World) -> dict[str, Any]:
    line = {
        "on": "2026-02-06",
        "purpose": "打车",
        "account": "560102",
        "amount": "30",
        "invoice_code": "",
        "invoice_number": "",
    }
    return {"title": "拜访客户", **{f"line_{name}": value for name, value in line.items()}}


SPENDING: Final[list[Address]] = [
    *[page(f"spending:{name}") for name in ("mine", "claims", "new")],
    Address("spending:lines", "陈立", "POST", facts=_claim),
    deed("spending:new", "陈立", _claim, colleague=302, stranger=422),
    record("spending:claim", WHO, at=FILED),
    record("spending:paper", WHO, at=FILED),
    record("spending:original", WHO, at={**FILED, "file": "claimed.file"}),
    deed("spending:review", WHO, at=FILED),
    *[deed(f"spending:{name}", WHO, lambda _w: {"reason": "缺票"}, at=FILED) for name in ("return", "reject")],
    deed("spending:withdraw", "陈立", at=FILED),
    deed("spending:pay", WHO, lambda _w: {"way": "cash", "on": "2026-02-07"}, at=REVIEWED),
]
