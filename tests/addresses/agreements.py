"""Agreements and mandates. For a colleague without a part in the customer, and for a stranger, they are not there."""

from typing import Any, Final

from tests.addresses.address import Address, deed, page, record
from tests.world import World

WHO: Final = "陈立"


def _mandate(world: World) -> dict[str, Any]:
    return {"party": world.customer, "bank_name": "中国银行", "holder": "欧阳淑芬", "account": "456789012345678",
            "signed_on": "2026-01-05"}  # fmt: skip


AGREEMENTS: Final[list[Address]] = [
    *[page("agreements:mandates", WHO, query) for query in ("", "?state=all", "?q=ouyang")],
    record("agreements:mandate-new", "周岚"),
    deed("agreements:mandate-new", WHO, _mandate),
    deed("agreements:mandate-revoke", WHO, lambda _w: {"on": "2026-11-01", "reason": "换卡"}, at={"pk": "mandate"}),
]
