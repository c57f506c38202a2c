"""Agreements and mandates. For a colleague without a part in the customer, and for a stranger, they are not there."""

from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.addresses.address import Address, deed, page, record
from tests.world import World

WHO: Final = "陈立"


def _mandate(world: World) -> dict[str, Any]:
    return {"party": world.customer, "bank_name": "中国银行", "holder": "欧阳淑芬", "account": "456789012345678",
            "signed_on": "2026-01-05"}  # fmt: skip


def _quote(world: World) -> dict[str, Any]:
    return {"party": world.customer, "kind": "quote", "title": "礼茶", "line_goods": "礼茶", "line_quantity": "2",
            "line_unit_price": "99"}  # fmt: skip


def _changed(_world: World) -> dict[str, Any]:
    return {"title": "礼茶", "line_goods": "礼茶", "line_quantity": "2", "line_unit_price": "99", "version": "1"}


def _template(_world: World) -> dict[str, Any]:
    return {"kind": "contract", "file": SimpleUploadedFile("合同.docx", b"not a Word file")}


QUOTE: Final = {"pk": "quote"}
CONTRACT: Final = {"pk": "contract"}
SIGNED: Final = {"pk": "signed"}
LINK: Final = {"token": "paper_link"}
AGREEMENTS: Final[list[Address]] = [
    *[
        page("agreements:list", WHO, query)
        for query in ("", "?scope=open", "?kind=contract", "?q=ouyang", "?scope=ending", "?scope=due")
    ],
    page("agreements:new", WHO),
    deed("agreements:new", WHO, _quote),
    deed("agreements:lines", WHO, lambda _w: {"kind": "quote", "rows": "line"}, may=200, colleague=200, stranger=200),
    deed(
        "agreements:totals", WHO, lambda _w: {"kind": "quote", "line_goods": "茶"}, may=200, colleague=200, stranger=200
    ),
    page("agreements:register", WHO),
    page("agreements:register", WHO, "?only=custody"),
    page("agreements:register-xlsx", WHO),
    record("agreements:seals", "周岚"),
    deed("agreements:seals", "周岚", lambda _w: {"seal": "contract", "paper": "投标书", "reason": "投标"}),
    page("agreements:prices", WHO),
    deed(
        "agreements:prices",
        "周岚",
        lambda _w: {"goods": "礼茶", "price": "100", "floor": "90"},
        colleague=302,
        stranger=403,
    ),
    record("agreements:templates", "周岚"),
    deed("agreements:templates", "周岚", _template, may=422),
    *[record(f"agreements:{name}", WHO, at=QUOTE) for name in ("detail", "change", "paper")],
    Address(
        "agreements:paper-docx", WHO, may=404, colleague=404, stranger=404, at=QUOTE
    ),  # the company has no template
    record("agreements:signed-paper", WHO, at=SIGNED),
    deed("agreements:change", WHO, _changed, at=QUOTE),
    deed("agreements:send", WHO, at=QUOTE),
    deed("agreements:convert", WHO, lambda _w: {"to": "contract"}, at=QUOTE),
    deed("agreements:review", "周岚", lambda _w: {"side": "sales", "passed": "yes"}, at=CONTRACT),
    deed("agreements:sign", "周岚", at=CONTRACT, may=422),  # nobody has reviewed it
    deed("agreements:cancel", WHO, lambda _w: {"reason": "不做了"}, at=QUOTE),
    deed("agreements:custody", "周岚", lambda _w: {"kept_at": "财务部铁柜", "copies": "2"}, at=SIGNED),
    deed("agreements:payment", WHO, lambda _w: {"line": "1", "received": "已到账"}, at=SIGNED, may=422),  # it has none
    deed("agreements:seal", "周岚", lambda _w: {"seal": "contract", "paper": "合同", "reason": "签约"}, at=SIGNED),
    deed("agreements:share", WHO, lambda _w: {"days": "7"}, at=SIGNED),
    deed("agreements:withdraw-link", WHO, lambda _w: {"link": "0"}, at=SIGNED, may=422),
    *[page("agreements:mandates", WHO, query) for query in ("", "?state=all", "?q=ouyang")],
    record("agreements:mandate-new", "周岚"),
    deed("agreements:mandate-new", WHO, _mandate),
    deed("agreements:mandate-revoke", WHO, lambda _w: {"on": "2026-11-01", "reason": "换卡"}, at={"pk": "mandate"}),
]

# Open to everybody who has the address.
PAPERS: Final[list[Address]] = [page(f"papers:{name}", WHO, nobody=200, at=LINK) for name in ("shown", "paper")]
