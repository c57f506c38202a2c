"""Whom a batch debits, and with what: charges that are due, by payer, under a living mandate and within its limit. In statements over sets."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from remit.kernel.agreements.queries import mandates_on
from remit.kernel.audit.statements import ask
from remit.kernel.payments.models import BankAccount
from remit.lib.ids import number_for

SERIES: Final = "DK"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a batch is for: charges due by a day, of things whose group begins so, collected on a day."""

    account: BankAccount
    on: dt.date
    due_until: dt.date
    group: str = ""

    @property
    def values(self) -> dict[str, Any]:
        return {
            "company": self.account.company_id,
            "currency": self.account.currency,
            "day": self.on,
            "until": self.due_until,
            "group": self.group,
        }


# A customer's charges are taken oldest first, whole, as far as the mandate's limit goes. Held back: who is to be debited no more, or only
# under a new mandate, or not before a day.
_DUE: Final = """
mandate AS ({mandates}),
due AS (
    SELECT c.id, c.payer_id, c.open_amount, c.due_on, m.id AS mandate_id, m.limit_amount,
        sum(c.open_amount) OVER (PARTITION BY c.payer_id ORDER BY c.due_on, c.id) AS running,
        EXISTS (
            SELECT FROM payments_debititem i WHERE i.mandate_id = m.id AND i.state = 'failed' AND i.released_at IS NULL
            AND (i.next IN ('stop', 'renew_mandate') OR i.retry_on > %(day)s)
        ) AS is_held
    FROM billing_charge c
    LEFT JOIN mandate m ON m.party_id = c.payer_id
    LEFT JOIN billing_billable b ON b.id = c.billable_id
    WHERE c.company_id = %(company)s AND c.open_amount > 0 AND c.reversed_at IS NULL AND c.due_on <= %(until)s
        AND c.currency = %(currency)s AND (%(group)s = '' OR starts_with(b."group", %(group)s))
        AND NOT EXISTS (SELECT FROM payments_debitcharge d WHERE d.charge_id = c.id AND d.is_open)
),
chosen AS (
    SELECT * FROM due WHERE mandate_id IS NOT NULL AND NOT is_held AND (limit_amount IS NULL OR running <= limit_amount)
)
"""


def _with_due(wish: Wish, rest: str, **more: object) -> list[tuple[Any, ...]]:
    """Run a statement over `due` and `chosen`."""
    mandates, params = (
        mandates_on(wish.account.company_id, wish.on).values("id", "party_id", "limit_amount").query.sql_with_params()
    )
    named = {f"m{n}": value for n, value in enumerate(params)}
    text = mandates % tuple(f"%({name})s" for name in named)
    return ask(f"WITH {_DUE.format(mandates=text)} {rest}", {**wish.values, **named, **more})  # type: ignore[arg-type]  # psycopg takes names, too


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a batch would ask for, and what stays out and why: sums and payers."""

    payers: int
    amount: Decimal
    without_mandate: tuple[int, Decimal]
    held_back: tuple[int, Decimal]
    over_limit: tuple[int, Decimal]


_OUTLOOK: Final = """
SELECT count(DISTINCT payer_id) FILTER (WHERE mandate_id IS NOT NULL AND NOT is_held AND (limit_amount IS NULL OR running <= limit_amount)),
    coalesce(sum(open_amount) FILTER (WHERE mandate_id IS NOT NULL AND NOT is_held AND (limit_amount IS NULL OR running <= limit_amount)), 0),
    count(DISTINCT payer_id) FILTER (WHERE mandate_id IS NULL),
    coalesce(sum(open_amount) FILTER (WHERE mandate_id IS NULL), 0),
    count(DISTINCT payer_id) FILTER (WHERE mandate_id IS NOT NULL AND is_held),
    coalesce(sum(open_amount) FILTER (WHERE mandate_id IS NOT NULL AND is_held), 0),
    count(DISTINCT payer_id) FILTER (WHERE mandate_id IS NOT NULL AND NOT is_held AND running > limit_amount),
    coalesce(sum(open_amount) FILTER (WHERE mandate_id IS NOT NULL AND NOT is_held AND running > limit_amount), 0)
FROM due
"""


def outlook(wish: Wish) -> Outlook:
    """One statement."""
    n, amount, *out = _with_due(wish, _OUTLOOK)[0]
    return Outlook(n, amount, (out[0], out[1]), (out[2], out[3]), (out[4], out[5]))


_ITEMS: Final = """
, payer AS (
    SELECT payer_id, mandate_id, sum(open_amount) AS amount, row_number() OVER (ORDER BY payer_id) AS sequence
    FROM chosen GROUP BY payer_id, mandate_id
), item AS (
    INSERT INTO payments_debititem (company_id, batch_id, sequence, reference, payer_id, mandate_id, amount, state, code, message, next, answer)
    SELECT %(company)s, %(batch)s, sequence, %(number)s || '-' || lpad(sequence::text, 5, '0'), payer_id, mandate_id, amount, 'open', '', '', '', ''
    FROM payer RETURNING id, payer_id
), charge AS (
    INSERT INTO payments_debitcharge (item_id, charge_id, amount, is_open)
    SELECT item.id, chosen.id, chosen.open_amount, true FROM chosen JOIN item ON item.payer_id = chosen.payer_id
    RETURNING amount
)
SELECT (SELECT count(*) FROM item), (SELECT coalesce(sum(amount), 0) FROM charge)
"""


def fill(wish: Wish, batch_id: int, number: str) -> tuple[int, Decimal]:
    """Write the items of a batch and their charges in one statement. How many, and the sum."""
    count, amount = _with_due(wish, _ITEMS, batch=batch_id, number=number)[0]
    return int(count), Decimal(amount)


_NUMBER: Final = """
INSERT INTO payments_debitnumber (company_id, year, last) VALUES (%s, %s, 1)
ON CONFLICT (company_id, year) DO UPDATE SET last = payments_debitnumber.last + 1 RETURNING last
"""


def next_number(company_id: int, year: int) -> str:
    """Who takes one waits for who took one before him: two batches are never made at the same time."""
    return number_for(SERIES, year, int(ask(_NUMBER, [company_id, year])[0][0]))
