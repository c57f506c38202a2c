"""What `remit verify` asks of the books, over all of them, in one statement a question."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from django.utils import timezone

from remit.kernel.audit.statements import ask
from remit.kernel.ledger.actions import CONTENT
from remit.kernel.ledger.hooks import checks, sub_ledgers
from remit.kernel.ledger.models import Book, Period
from remit.kernel.ledger.queries import balance_of
from remit.lib import clock
from remit.lib.amounts import format_amount

_UNBALANCED: Final = """
SELECT e.id FROM ledger_entry e LEFT JOIN ledger_leg l ON l.entry_id = e.id
GROUP BY e.id HAVING count(l.id) <> e.leg_count OR coalesce(sum(l.amount), 0) <> 0 ORDER BY e.id LIMIT 20
"""
_GAPS: Final = """
SELECT n.company_id, n.month, n.word, n.last, count(e.id)
FROM ledger_entrynumber n
LEFT JOIN ledger_entry e ON (e.company_id, e.month, e.word) = (n.company_id, n.month, n.word)
GROUP BY n.id HAVING count(e.id) <> n.last OR coalesce(max(e.number), 0) <> n.last ORDER BY 1, 2, 3
"""


def faults() -> Iterator[str]:
    """Sentences, each with what to do. Reads only."""
    for (pk,) in ask(_UNBALANCED):
        yield f"账簿:第 {pk} 号分录组借贷不平。从备份恢复。"
    for company, month, word, last, count in ask(_GAPS):
        yield f"账簿:公司 {company} {month:%Y-%m} 的“{word}”字凭证应有 {last} 张,实有 {count} 张。从备份恢复。"
    for period in Period.objects.exclude(closed_at=None).order_by("company", "month"):
        if ask(CONTENT, [period.company_id, period.month])[0] != (period.entries, period.total, period.digest):
            yield f"账簿:公司 {period.company_id} 已结账的 {period} 变了样。从备份恢复,或查明是谁绕过系统改的。"
    for check in checks:
        yield from check()
    yield from _apart(timezone.localdate(clock.now()))


def _apart(day: dt.date) -> Iterator[str]:
    """Accounts whose detail is kept in another room."""
    for company_id in Book.objects.order_by("company").values_list("company_id", flat=True):
        for detail in sub_ledgers:
            for code, amount, sentence in detail(company_id, day):
                balance = balance_of(company_id, code, day)
                if balance != amount:
                    values = f"{format_amount(balance)} ≠ {format_amount(amount)}"
                    yield f"账簿:公司 {company_id} 科目 {code} 与明细不符({values}):{sentence}"
