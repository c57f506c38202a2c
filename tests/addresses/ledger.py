"""The books: for whoever keeps, audits or closes them; for everybody else there are none."""

from typing import Any, Final

from tests.addresses.address import Address, deed, page, record
from tests.world import World

WHO: Final = "林晓岚"
ENTRY: Final = {"pk": "entry"}
VOLUME: Final = {"pk": "volume"}


def _month(world: World) -> dict[str, Any]:
    return {"company": world.firm.health.pk, "month": "2026-01-01", "reason": "补账"}


def _volume(world: World) -> dict[str, Any]:
    months = {"since": "2010-01", "until": "2010-12"}
    return {
        "company": world.firm.health.pk,
        "kind": "tax",
        "title": "纳税申报表",
        "pages": "9",
        "place": "档案室",
        **months,
    }


def _voucher(_world: World) -> dict[str, Any]:
    lines = {"account": ["560204", "1001"], "debit": ["5", ""], "credit": ["", "5"], "note": ["", ""]}
    return {"on": "2026-02-06", "summary": "办公费", "papers": "1", **lines}


def _account(world: World) -> dict[str, Any]:
    return {"company": world.firm.health.pk, "code": "560298", "name": "其他办公费"}


def _role(world: World) -> dict[str, Any]:
    return {"company": world.firm.health.pk, "role": "late_fee_income", "code": "530199"}


LEDGER: Final[list[Address]] = [
    record("ledger:trial", WHO),
    record("ledger:journal", WHO),
    record("ledger:account", WHO, at={"pk": "account"}),
    record("ledger:entry", WHO, at=ENTRY),
    record("ledger:original", WHO, at={**ENTRY, "paper": "paper"}),
    record("ledger:voucher-new", WHO),
    deed("ledger:voucher-new", WHO, _voucher),
    record("ledger:archive", WHO),
    deed("ledger:archive", WHO, _volume, colleague=302, stranger=302),  # told on the page that it is not theirs
    deed(
        "ledger:archive-lend",
        WHO,
        lambda w: {"borrower": w.firm["吴越"].pk, "due_on": "2099-01-01", "purpose": "查账"},
        at=VOLUME,
    ),
    deed("ledger:archive-take-back", WHO, at=VOLUME),
    deed("ledger:archive-move", WHO, lambda _w: {"place": "档案室 2 柜"}, at=VOLUME),
    deed("ledger:archive-destroy", WHO, lambda _w: {"reason": "保管期满"}, at=VOLUME),
    page("ledger:found", WHO),
    deed(
        "ledger:found", WHO, lambda w: {"company": w.firm.property.pk, "month": "2026-01"}, colleague=302, stranger=302
    ),
    record("ledger:chart", WHO),
    deed("ledger:put-account", WHO, _account, colleague=302, stranger=302),  # told on the page that it is not theirs
    deed("ledger:set-role", WHO, _role, colleague=302, stranger=302),
    record("ledger:opening", WHO),
    deed("ledger:opening", WHO, lambda _w: {"account": ["1001", "3001"], "debit": ["5", ""], "credit": ["", "5"]}),
    deed(
        "ledger:carry-forward",
        WHO,
        lambda w: {"company": w.firm.health.pk, "year": "2026"},
        colleague=302,
        stranger=302,
    ),
    deed("ledger:close", WHO, _month, colleague=302, stranger=302),  # told on the page that it is not theirs
    deed("ledger:reopen", WHO, _month, colleague=302, stranger=302),
    deed("ledger:audit", WHO, lambda _w: {"verdict": "returned", "note": "缺发票"}, at=ENTRY),
    deed("ledger:attach", WHO, at=ENTRY),
    deed("ledger:reverse", WHO, lambda _w: {"on": "2026-02-06", "reason": "重复"}, at=ENTRY),
]
