"""Questions to credit: what a customer owes in all and may owe, what of an order is paid. Sets, not loops."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from remit.kernel.agreements.models import Agreement
from remit.kernel.credit.models import TermsKind
from remit.kernel.parties.models import Party

# What is owed, what signed orders promise beyond what was billed of them, what was paid ahead; and the limit that counts on the day.
_EXPOSURE: Final = """
WITH whose(party_id) AS (SELECT unnest(%(parties)s::bigint[])),
owed AS (
    SELECT payer_id, sum(open_amount) AS amount, min(due_on) AS oldest FROM billing_charge
    WHERE open_amount > 0 AND reversed_at IS NULL AND payer_id IN (SELECT party_id FROM whose) GROUP BY 1
),
promised AS (
    SELECT a.party_id, sum(greatest(a.amount - coalesce(b.amount, 0), 0)) AS amount FROM agreements_agreement a
    LEFT JOIN (
        SELECT o.agreement_id, sum(c.amount) AS amount FROM credit_ordercharge o
        JOIN billing_charge c ON c.id = o.charge_id AND c.reversed_at IS NULL GROUP BY 1
    ) b ON b.agreement_id = a.id
    WHERE a.state = 'signed' AND a.kind IN ('order', 'confirmation') AND a.party_id IN (SELECT party_id FROM whose)
    AND NOT EXISTS (SELECT 1 FROM agreements_agreement n WHERE n.source_id = a.id AND n.state = 'signed' AND n.kind = 'order')
    GROUP BY 1
),
ahead AS (
    SELECT payer_id, sum(unallocated) AS amount FROM payments_receipt
    WHERE unallocated > 0 AND voided_at IS NULL AND payer_id IN (SELECT party_id FROM whose) GROUP BY 1
),
limits AS (
    SELECT DISTINCT ON (party_id) party_id, amount, term_days, since, until FROM credit_creditlimit
    WHERE party_id IN (SELECT party_id FROM whose) AND since <= %(day)s AND (until IS NULL OR until >= %(day)s)
    ORDER BY party_id, id DESC
)
SELECT w.party_id, coalesce(o.amount, 0), coalesce(p.amount, 0), coalesce(h.amount, 0), l.amount, l.term_days, o.oldest, l.since, l.until
FROM whose w LEFT JOIN owed o ON o.payer_id = w.party_id LEFT JOIN promised p USING (party_id)
LEFT JOIN ahead h ON h.payer_id = w.party_id LEFT JOIN limits l USING (party_id)
"""
# Of orders: what their charges bill, what of those is settled, the terms laid down last, what the customer paid ahead, and how much of that
# goods of his other orders, let go before they were billed, have taken.
_PAID: Final = """
WITH asked AS (SELECT id, party_id FROM agreements_agreement WHERE id = ANY(%(orders)s)),
billed AS (
    SELECT o.agreement_id, sum(c.amount) AS amount, sum(c.amount - c.open_amount) AS settled FROM credit_ordercharge o
    JOIN billing_charge c ON c.id = o.charge_id AND c.reversed_at IS NULL
    WHERE o.agreement_id IN (SELECT id FROM asked UNION SELECT a.id FROM credit_shipment s JOIN agreements_agreement a ON a.id = s.agreement_id
                             WHERE a.party_id IN (SELECT party_id FROM asked))
    GROUP BY 1
),
taken AS (
    SELECT a.party_id, s.agreement_id, greatest(least(s.wanted, s.amount) - coalesce(b.amount, 0), 0) AS amount FROM credit_shipment s
    JOIN agreements_agreement a ON a.id = s.agreement_id LEFT JOIN billed b ON b.agreement_id = a.id
    WHERE a.party_id IN (SELECT party_id FROM asked)
),
ahead AS (
    SELECT payer_id, sum(unallocated) AS amount FROM payments_receipt
    WHERE unallocated > 0 AND voided_at IS NULL AND payer_id IN (SELECT party_id FROM asked) GROUP BY 1
),
terms AS (
    SELECT DISTINCT ON (agreement_id) agreement_id, kind, percent FROM credit_paymentterms
    WHERE agreement_id IN (SELECT id FROM asked) ORDER BY agreement_id, id DESC
)
SELECT q.id, coalesce(b.settled, 0), coalesce(b.amount, 0), coalesce(h.amount, 0),
    coalesce((SELECT sum(t.amount) FROM taken t WHERE t.party_id = q.party_id AND t.agreement_id <> q.id), 0), terms.kind, terms.percent
FROM asked q LEFT JOIN billed b ON b.agreement_id = q.id LEFT JOIN ahead h ON h.payer_id = q.party_id
LEFT JOIN terms ON terms.agreement_id = q.id
"""
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Exposure:
    """Of one customer: what he owes, has promised to buy, has paid ahead; `limit` None where nobody set one: then nothing is asked."""

    party_id: int
    owed: Decimal
    promised: Decimal
    ahead: Decimal
    limit: Decimal | None
    term_days: int
    oldest: dt.date | None
    since: dt.date | None
    until: dt.date | None

    @property
    def amount(self) -> Decimal:
        """May be below 0 for who has paid ahead more than he owes."""
        return self.owed + self.promised - self.ahead

    def over(self, more: Decimal = ZERO) -> Decimal:
        """By how much the limit is passed, with `more` on top; 0 where it is not, or where there is none."""
        return max(self.amount + more - self.limit, ZERO) if self.limit is not None else ZERO

    def days_past_term(self, day: dt.date) -> int:
        """How long the oldest open charge is due beyond what was granted; 0 where none is, or no term was."""
        if self.limit is None or self.oldest is None:
            return 0
        return max((day - self.oldest).days - self.term_days, 0)


def _asked(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def exposures(party_ids: Sequence[int], day: dt.date) -> dict[int, Exposure]:
    """Of many customers at once. One statement."""
    rows = _asked(_EXPOSURE, {"parties": list(party_ids), "day": day})
    return {
        row[0]: Exposure(row[0], row[1], row[2], row[3], row[4], row[5] or 0, row[6], row[7], row[8]) for row in rows
    }


def over_with(agreement: Agreement, day: dt.date) -> tuple[Decimal, Exposure]:
    """By how much the customer would be over his limit once the agreement is signed. An order takes the place of the confirmation that it
    was made from, so only what it adds to that one counts."""
    exposure = exposures([agreement.party_id], day)[agreement.party_id]
    return exposure.over(agreement.amount - _promised_by_source(agreement)), exposure


def _promised_by_source(agreement: Agreement) -> Decimal:
    source = agreement.source
    if agreement.kind != "order" or source is None or source.kind != "confirmation" or source.state != "signed":
        return ZERO
    if source.successors.filter(kind="order", state="signed").exists():
        return ZERO  # another order stands for it already
    billed = source.order_charges.filter(charge__reversed_at=None).aggregate(amount=Sum("charge__amount"))["amount"]
    return max(source.amount - (billed or ZERO), ZERO)


def hold_customer(party_id: int) -> None:
    """Two acts that count on the same customer's money or limit wait for each other, until the transaction ends."""
    Party.objects.select_for_update(no_key=True).only("pk").get(pk=party_id)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether an order's goods may leave by what was agreed: what had to be paid, what is, and the sentence that says so."""

    kind: str
    wanted: Decimal
    paid: Decimal
    as_agreed: bool
    sentence: str


def readiness(agreement: Agreement, day: dt.date) -> Readiness:
    return readinesses([agreement], day)[agreement.pk]


def readinesses(agreements: Sequence[Agreement], day: dt.date) -> dict[int, Readiness]:
    """Of many orders at once. Two statements."""
    found = {row[0]: row[1:] for row in _asked(_PAID, {"orders": [one.pk for one in agreements]})}
    owing = exposures([one.party_id for one in agreements], day)
    return {one.pk: _judged(one, found[one.pk], owing[one.party_id], day) for one in agreements}


def _judged(agreement: Agreement, row: tuple[Any, ...], exposure: Exposure, day: dt.date) -> Readiness:
    settled, billed, ahead, taken, kind, percent = row
    kind, percent = kind or str(TermsKind.PREPAID), Decimal(100) if percent is None else percent
    wanted = (agreement.amount * percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    paid = settled + min(max(ahead - taken, ZERO), max(agreement.amount - billed, ZERO))
    if kind != TermsKind.CREDIT:
        as_agreed = paid >= wanted
        return Readiness(kind, wanted, paid, as_agreed, _("Paid as agreed.") if as_agreed else _("Not paid as agreed."))
    if exposure.limit is None:
        return Readiness(kind, wanted, paid, as_agreed=False, sentence=_("No credit limit was set for the customer."))
    late, over = exposure.days_past_term(day), exposure.over()
    sentence = _("Within the credit limit.")
    if late:
        sentence = _("An older fee is %(n)d days past its term.") % {"n": late}
    elif over:
        sentence = _("The customer is over the credit limit.")
    return Readiness(kind, wanted, paid, not late and not over, sentence)
