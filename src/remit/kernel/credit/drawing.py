"""Drawing statements of account up: of one customer or of a whole company, one statement of SQL however many there are."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

# Everything that moved a customer's account, from the day of its entry: a charge makes him owe more; money he paid, and what he was let
# off, less. What a receipt cleared is no movement of the account: the receipt itself is.
# What a charge is called on a paper that its payer reads (papers.py): a late fee bears the name of the fee that was late.
_TITLE: Final = "c.title || CASE c.kind WHEN 'late_fee' THEN '（滞纳金）' ELSE '' END"
MOVED: Final = """
    SELECT c.payer_id AS party_id, c.company_id, e."on", 'charged' AS what, {title} AS title, c.amount, e.id
    FROM billing_charge c JOIN ledger_entry e ON e.id = c.entry_id
    WHERE c.company_id = %(company)s AND c.currency = 'CNY' AND e."on" <= %(until)s {charge}
    UNION ALL
    SELECT c.payer_id, c.company_id, e."on", 'relieved', {title}, m.amount, e.id
    FROM billing_movement m JOIN billing_charge c ON c.id = m.charge_id JOIN ledger_entry e ON e.id = m.entry_id
    WHERE c.company_id = %(company)s AND c.currency = 'CNY' AND m.source_kind <> 'receipt' AND e."on" <= %(until)s {charge}
    UNION ALL
    SELECT r.payer_id, r.company_id, e."on", 'settled', r.number, r.amount, e.id
    FROM payments_receipt r JOIN ledger_entry e ON e.id = r.entry_id
    WHERE r.company_id = %(company)s AND r.currency = 'CNY' AND e."on" <= %(until)s {receipt}
    UNION ALL
    SELECT r.payer_id, r.company_id, v."on", 'settled', r.number, -r.amount, v.id
    FROM payments_receipt r
    JOIN ledger_entry v ON v.company_id = r.company_id AND v.source_kind = 'void' AND v.source_key = r.number
    WHERE r.company_id = %(company)s AND r.currency = 'CNY' AND v."on" <= %(until)s {receipt}
    UNION ALL
    SELECT r.payer_id, r.company_id, e."on", 'settled', r.number, -f.amount, e.id
    FROM payments_refund f JOIN payments_receipt r ON r.id = f.receipt_id JOIN ledger_entry e ON e.id = f.entry_id
    WHERE r.company_id = %(company)s AND r.currency = 'CNY' AND e."on" <= %(until)s {receipt}
"""
_DRAW: Final = """
WITH moved AS ({moved}),
sums AS (
    SELECT party_id,
        coalesce(sum(CASE what WHEN 'charged' THEN amount ELSE -amount END) FILTER (WHERE "on" < %(since)s), 0) AS opening,
        coalesce(sum(amount) FILTER (WHERE what = 'charged' AND "on" >= %(since)s), 0) AS charged,
        coalesce(sum(amount) FILTER (WHERE what = 'settled' AND "on" >= %(since)s), 0) AS settled,
        coalesce(sum(amount) FILTER (WHERE what = 'relieved' AND "on" >= %(since)s), 0) AS relieved,
        coalesce(jsonb_agg(jsonb_build_array("on"::text, what, title,
            (CASE what WHEN 'charged' THEN amount ELSE -amount END)::text) ORDER BY "on", id, title) FILTER (WHERE "on" >= %(since)s), '[]') AS lines
    FROM moved GROUP BY party_id
),
left_open AS (
    SELECT c.payer_id AS party_id, {title} AS title, c.due_on, c.id,
        c.amount - coalesce((SELECT sum(m.amount) FROM billing_movement m JOIN ledger_entry me ON me.id = m.entry_id
                             WHERE m.charge_id = c.id AND me."on" <= %(until)s), 0) AS amount
    FROM billing_charge c JOIN ledger_entry e ON e.id = c.entry_id
    WHERE c.company_id = %(company)s AND c.currency = 'CNY' AND e."on" <= %(until)s {charge}
),
aged AS (
    SELECT party_id, jsonb_agg(jsonb_build_array(title, due_on::text, amount::text) ORDER BY due_on, id) AS items,
        jsonb_build_object(
            'not_due', coalesce(sum(amount) FILTER (WHERE due_on >= %(until)s), 0)::text,
            'to_30', coalesce(sum(amount) FILTER (WHERE %(until)s - due_on BETWEEN 1 AND 30), 0)::text,
            'to_90', coalesce(sum(amount) FILTER (WHERE %(until)s - due_on BETWEEN 31 AND 90), 0)::text,
            'to_360', coalesce(sum(amount) FILTER (WHERE %(until)s - due_on BETWEEN 91 AND 360), 0)::text,
            'older', coalesce(sum(amount) FILTER (WHERE %(until)s - due_on > 360), 0)::text
        ) AS ages, sum(amount) AS total
    FROM left_open WHERE amount <> 0 GROUP BY party_id
)
INSERT INTO credit_accountstatement
    (company_id, party_id, since, until, opening, charged, settled, relieved, closing, lines, items, aged, made_at, made_by_id)
SELECT %(company)s, s.party_id, %(since)s, %(until)s, s.opening, s.charged, s.settled, s.relieved,
    s.opening + s.charged - s.settled - s.relieved, s.lines, coalesce(a.items, '[]'),
    coalesce(a.ages, '{{"not_due": "0", "to_30": "0", "to_90": "0", "to_360": "0", "older": "0"}}'::jsonb)
        || jsonb_build_object('ahead', (coalesce(a.total, 0) - (s.opening + s.charged - s.settled - s.relieved))::text),
    %(at)s, %(by)s
FROM sums s LEFT JOIN aged a USING (party_id)
WHERE (s.opening <> 0 OR s.lines <> '[]') AND NOT EXISTS
    (SELECT 1 FROM parties_party p WHERE p.id = s.party_id AND p.erased_at IS NOT NULL)
ORDER BY s.party_id
ON CONFLICT ON CONSTRAINT account_statement_once DO NOTHING
RETURNING id
"""


def draw(
    company_id: int,
    since: dt.date,
    until: dt.date,
    *,
    at: dt.datetime,
    by: int | None,
    party_ids: Sequence[int] | None = None,
) -> list[int]:
    """A statement for each customer who owed or was owed something, or for whom something moved; `party_ids` only these. Whoever has one
    to this last day keeps it. One statement; returns the ids of the new ones."""
    some = {"charge": "AND c.payer_id = ANY(%(parties)s)", "receipt": "AND r.payer_id = ANY(%(parties)s)"}
    none = {"charge": "", "receipt": ""}
    only = some if party_ids is not None else none
    sql = _DRAW.format(moved=MOVED.format(**only, title=_TITLE), charge=only["charge"], title=_TITLE)
    values: dict[str, Any] = {"company": company_id, "since": since, "until": until, "at": at, "by": by}
    if party_ids is not None:
        values["parties"] = list(party_ids)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [pk for (pk,) in cursor.fetchall()]
