"""The rows of a form that say which lines differ, as customers and clerks fill it in."""

from typing import Any

from django.http import QueryDict

ROWS_MAX = 50


def differences_in(data: QueryDict) -> list[dict[str, Any]]:
    """Rows of which something is filled in; what is wrong with them the action says."""
    rows = zip(data.getlist("line"), data.getlist("amount"), data.getlist("remark"), strict=False)
    return [
        {"line": line, "amount": amount, "remark": remark}
        for line, amount, remark in list(rows)[:ROWS_MAX]
        if line.strip() or amount.strip()
    ]
