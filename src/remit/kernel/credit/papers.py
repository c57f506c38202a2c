"""Statements of account as papers (对账单), one or many in a file. Their texts are Chinese, as their readers keep them."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from remit.kernel.credit.models import AccountStatement
from remit.kernel.documents.rendering import pdf
from remit.lib.amounts import capital_rmb

KINDS: Final = {"charged": "应收", "settled": "收款", "relieved": "减免"}
AGES: Final = (
    ("not_due", "未到期"),
    ("to_30", "逾期30天内"),
    ("to_90", "31至90天"),
    ("to_360", "91至360天"),
    ("older", "360天以上"),
    ("ahead", "减：预收"),
)
LINES_MAX: Final = 400
IN_ONE_FILE: Final = 300


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def statement_data(row: AccountStatement) -> dict[str, Any]:
    """One sheet, as text. The statement comes with party and company."""
    lines = [
        [
            day,
            f"{KINDS[kind]}　{what}",
            _money(abs(Decimal(amount))) if side else "",
            "" if side else _money(-Decimal(amount)),
        ]
        for day, kind, what, amount in row.lines[:LINES_MAX]
        for side in [kind == "charged"]
    ]
    return {
        "company": row.company.name,
        "number": row.number,
        "customer": row.party.name,
        "customer_number": row.party.number,
        "span": f"{_day(row.since)}至{_day(row.until)}",
        "until": _day(row.until),
        "opening": _money(row.opening),
        "charged": _money(row.charged),
        "settled": _money(row.settled),
        "relieved": _money(row.relieved),
        "closing": _money(row.closing),
        "capital": f"人民币{capital_rmb(row.closing)}",
        "side": "贵方应付我方" if row.closing > 0 else ("我方预收贵方" if row.closing < 0 else "双方两清"),
        "lines": lines,
        "left_out": max(len(row.lines) - LINES_MAX, 0),
        "items": [[title, due, _money(Decimal(amount))] for title, due, amount in row.items[:LINES_MAX]],
        "ages": [[label, _money(Decimal(row.aged.get(key, "0")))] for key, label in AGES],
    }


def statements_pdf(rows: Iterable[AccountStatement]) -> bytes:
    """Each begins on a page of its own and counts its own pages. Raises BadPaperData."""
    return pdf.render("account-statement", {"sheets": [statement_data(row) for row in rows]})
