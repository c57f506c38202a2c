"""Questions to what came in."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from remit.kernel.audit.statements import ask
from remit.kernel.ledger.queries import accounts_for

_WRONG: Final = """
SELECT r.id FROM payments_receipt r
LEFT JOIN (SELECT source_key, sum(amount) AS amount FROM billing_movement WHERE source_kind = 'receipt' GROUP BY 1) m
    ON m.source_key = r.id::text
LEFT JOIN (SELECT receipt_id, sum(amount) AS amount FROM payments_refund GROUP BY 1) f ON f.receipt_id = r.id
WHERE CASE WHEN r.voided_at IS NULL THEN r.unallocated <> r.amount - coalesce(m.amount, 0) - coalesce(f.amount, 0)
      ELSE coalesce(m.amount, 0) <> 0 OR r.unallocated <> 0 END
ORDER BY r.id LIMIT 20
"""
# A receipt is there from its entry's day until that of its voiding; what it cleared, and what was refunded, from theirs.
_PREPAID: Final = """
SELECT coalesce((SELECT sum(r.amount) FROM payments_receipt r JOIN ledger_entry e ON e.id = r.entry_id
                 WHERE r.company_id = %(company)s AND e."on" <= %(day)s
                   AND NOT EXISTS (SELECT 1 FROM ledger_entry v WHERE v.company_id = r.company_id AND v.source_kind = 'void'
                                   AND v.source_key = r.number AND v."on" <= %(day)s)), 0)
     - coalesce((SELECT sum(m.amount) FROM billing_movement m JOIN ledger_entry e ON e.id = m.entry_id
                 WHERE e.company_id = %(company)s AND e."on" <= %(day)s AND m.source_kind = 'receipt'), 0)
     - coalesce((SELECT sum(f.amount) FROM payments_refund f JOIN ledger_entry e ON e.id = f.entry_id
                 WHERE e.company_id = %(company)s AND e."on" <= %(day)s), 0)
"""


def prepaid_on(company_id: int, day: dt.date) -> Decimal:
    """What payers had paid at the end of the day that cleared nothing. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_PREPAID, {"company": company_id, "day": day})
        return Decimal(cursor.fetchone()[0])


def sub_ledger(company_id: int, day: dt.date) -> Iterator[tuple[str, Decimal, str]]:
    code = accounts_for(company_id, ["prepayment"])["prepayment"]
    yield code, -prepaid_on(company_id, day), _("what the receipts have not cleared")


def receipts_that_do_not_add_up() -> list[int]:
    """Those whose rest is not what their movements and refunds leave. At most twenty."""
    return [pk for (pk,) in ask(_WRONG)]
