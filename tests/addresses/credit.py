"""Statements, limits and shipments: for who sees the customer or keeps the fees; for everybody else they are not there."""

from typing import Any, Final

from tests.addresses.address import Address, deed, page, record
from tests.world import World

WHO: Final = "周岚"
STATEMENT: Final = {"pk": "charged.statement"}
ORDER: Final = {"pk": "charged.order"}
LINK: Final = {"token": "statement_link"}


def _draw(world: World) -> dict[str, Any]:
    return {"company": world.company, "since": "2026-03-01", "until": "2026-03-20"}


def _limit(_world: World) -> dict[str, Any]:
    return {"number": "KH-0", "amount": "5", "term_days": "30", "since": "2026-03-01", "reason": "试用"}


def _said(_world: World) -> dict[str, Any]:
    return {"way": "telephone", "name": "经理"}


CREDIT: Final[list[Address]] = [
    *[
        page("credit:statements", WHO, query)
        for query in ("", "?state=open&q=ouyang", "?until=2026-03-31", "?format=xlsx")
    ],
    Address("credit:papers", WHO, colleague=404, stranger=404, query="?until=2026-03-31"),
    deed("credit:draw", WHO, _draw, colleague=302, stranger=302),
    record("credit:statement", WHO, at=STATEMENT),
    record("credit:paper", WHO, at=STATEMENT),
    Address("credit:scan", WHO, may=404, colleague=404, stranger=404, at=STATEMENT),  # it has none
    deed("credit:share", WHO, lambda _w: {"days": "7"}, at=STATEMENT),
    deed("credit:answer", WHO, _said, at=STATEMENT),
    deed("credit:explain", WHO, lambda _w: {"explanation": "已减免"}, at={"pk": "charged.differs"}),
    *[page("credit:limits", WHO, query) for query in ("", "?only=over", "?q=ouyang")],
    deed("credit:set-limit", WHO, _limit, may=404, colleague=302, stranger=302),
    *[page("credit:orders", WHO, query) for query in ("", "?gone=1")],
    deed("credit:release-credit", WHO, lambda _w: {"reason": "老客户"}, at=ORDER),
    deed("credit:set-terms", WHO, lambda _w: {"kind": "deposit", "deposit": "30"}, at=ORDER),
    deed("credit:match-charge", WHO, lambda w: {"charge": w.charged["charge"]}, at={"pk": "signed"}),
    deed("credit:ship", WHO, lambda _w: {"reason": "发货"}, at={"pk": "signed"}),
]

# Open to everybody who has the address.
STATEMENTS: Final[list[Address]] = [
    *[page(f"statements:{name}", WHO, nobody=200, at=LINK) for name in ("shown", "paper")],
    Address("statements:shown", WHO, "POST", may=422, colleague=422, stranger=422, nobody=422, at=LINK),
]
