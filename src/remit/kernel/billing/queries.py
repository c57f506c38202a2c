"""Questions to what is owed."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from remit.kernel.audit.statements import ask
from remit.kernel.ledger.queries import accounts_for

# What stood open at the end of a day: every charge and every movement counts from its entry's day.
_OWED: Final = """
SELECT coalesce((SELECT sum(c.amount) FROM billing_charge c JOIN ledger_entry e ON e.id = c.entry_id
                 WHERE c.company_id = %s AND e."on" <= %s), 0)
     - coalesce((SELECT sum(m.amount) FROM billing_movement m JOIN ledger_entry e ON e.id = m.entry_id
                 WHERE e.company_id = %s AND e."on" <= %s), 0)
"""
_WRONG: Final = """
SELECT c.id FROM billing_charge c LEFT JOIN
    (SELECT charge_id, sum(amount) AS amount FROM billing_movement GROUP BY charge_id) m ON m.charge_id = c.id
WHERE c.open_amount <> c.amount - coalesce(m.amount, 0) ORDER BY c.id LIMIT 20
"""


def owed_on(company_id: int, day: dt.date) -> Decimal:
    """What all payers together owed the company at the end of the day. One statement."""
    return Decimal(ask(_OWED, [company_id, day, company_id, day])[0][0])


def sub_ledger(company_id: int, day: dt.date) -> Iterator[tuple[str, Decimal, str]]:
    """The control account of receivables and what the charges add up to."""
    code = accounts_for(company_id, ["receivable"])["receivable"]
    yield code, owed_on(company_id, day), _("what the charges leave open")


def charges_that_do_not_add_up() -> list[int]:
    """Those whose open amount is not what their movements leave; none, unless somebody wrote past the verbs. At most twenty."""
    return [pk for (pk,) in ask(_WRONG)]
