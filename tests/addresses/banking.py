"""Accounts at banks and direct debit: for whoever works with them; for everybody else they are not there."""

from typing import Any, Final

from remit.kernel.organization.queries import today
from tests.addresses.address import Address, deed, record
from tests.world import World

WHO: Final = "周岚"
ACCOUNT: Final = {"pk": "banking.bank"}
STATEMENT: Final = {**ACCOUNT, "file": "banking.statement"}
SENT: Final = {"pk": "banking.sent"}
MADE: Final = {"pk": "banking.made"}
RETURN: Final = {**SENT, "file": "banking.answer"}
DRAWN: Final = {"pk": "banking.reconciliation"}


def _account(_world: World) -> dict[str, Any]:
    return {"name": "一般户", "number": "4000021509200012345", "bank_name": "工商银行", "since": "2026-01-01"}


def _match(world: World) -> dict[str, Any]:
    return {"line": world.banking["line"], "leg": world.banking["leg"]}


def _recipe(_world: World) -> dict[str, Any]:
    return {
        "skip": "0",
        "date": "日期",
        "date_format": "YYYY-MM-DD",
        "income": "收入",
        "expense": "支出",
        "balance": "余额",
    }


def _wish(world: World) -> dict[str, Any]:
    return {"account": world.banking["bank"], "description": world.banking["description"], "on": "2099-01-04",
            "due_until": "2026-03-13", "amount": "20.00"}  # fmt: skip


def _reason(_world: World) -> dict[str, Any]:
    return {"reason": "日期不对"}


BANKING: Final[list[Address]] = [
    record("banking:accounts", WHO),
    record("banking:account-new", WHO),
    deed("banking:account-new", WHO, _account),
    record("banking:account", WHO, at=ACCOUNT),
    deed("banking:upload", WHO, at=ACCOUNT),
    record("banking:file", WHO, at=STATEMENT),
    deed("banking:file", WHO, at=STATEMENT),
    record("banking:recipe", WHO, at=STATEMENT),
    deed("banking:recipe", WHO, _recipe, at=STATEMENT),
    deed("banking:match", WHO, _match, at=ACCOUNT),
    record("banking:matched", WHO, at=ACCOUNT),
    deed("banking:unmatch", WHO, at={**ACCOUNT, "matching": "banking.matching"}),
    record("banking:reconciliation", WHO, at=ACCOUNT),
    deed("banking:reconciliation", WHO, at=ACCOUNT),
    deed("banking:check", WHO, at=DRAWN),
    Address("banking:paper", WHO, may=404, colleague=404, stranger=404, at=DRAWN),  # not checked yet, so there is none
    record("banking:batches", WHO),
    record("banking:batch-new", WHO),
    deed("banking:batch-new", WHO, _wish),
    record("banking:batch", WHO, at=SENT),
    deed("banking:batch-send", WHO, at=MADE, may=200),
    deed("banking:batch-fetch", WHO, _reason, at=SENT, may=200),
    deed("banking:batch-drop", WHO, _reason, at=MADE),
    deed("banking:return-upload", WHO, at=SENT),
    record("banking:return", WHO, at=RETURN),
    deed("banking:return", WHO, at=RETURN),
    record("banking:item", WHO, at={"pk": "banking.debit"}),
    deed("banking:item", WHO, lambda _w: {"answer": "约好下周"}, at={"pk": "banking.debit"}),
    deed("banking:bounce", WHO, lambda _w: {"on": today(), "code": "退回"}, at={"pk": "banking.collected"}),
    record("banking:formats", WHO),
    record("banking:format-new", WHO),
    deed("banking:format-new", WHO, lambda _w: {"text": "format: bank/1"}, may=422),
]
