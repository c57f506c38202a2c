"""What the collectors' work brought in, and what was given up as lost."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from remit.kernel.billing.access import visible_charges
from remit.kernel.billing.models import Movement, MovementKind
from remit.kernel.dunning.access import visible_reminders
from remit.kernel.organization.models import Person

# A payment within so many days of a reminder came of it: the next step of the ladder would have come by then.
COUNTS_FOR: Final = 30


@dataclass(frozen=True, slots=True)
class Result:
    collector: str
    month: dt.date
    reminders: int
    customers: int
    collected: Decimal


# What was paid of charges that were overdue when the last reminder before it went out; each payment counts for one reminder only.
_RESULTS: Final = """
WITH seen AS ({seen}),
brought AS (
    SELECT coalesce(r.collector_id, 0) AS collector_id, date_trunc('month', v."on")::date AS month, v.payer_id, m.amount
    FROM payments_receipt v
    JOIN billing_movement m ON m.source_kind = 'receipt' AND m.source_key = v.id::text
    JOIN billing_charge c ON c.id = m.charge_id
    JOIN LATERAL (
        SELECT s.collector_id, s."on" FROM seen s WHERE s.payer_id = v.payer_id AND s."on" <= v."on" AND s."on" >= v."on" - %s
        ORDER BY s."on" DESC, s.id DESC LIMIT 1
    ) r ON c.due_on < r."on"
    WHERE v.company_id = %s AND v."on" >= %s AND v."on" < %s AND v.voided_at IS NULL
),
sums AS (SELECT collector_id, month, count(DISTINCT payer_id) AS customers, sum(amount) AS collected FROM brought GROUP BY 1, 2),
sent AS (
    SELECT coalesce(collector_id, 0) AS collector_id, date_trunc('month', "on")::date AS month, count(*) AS reminders FROM seen WHERE "on" >= %s AND "on" < %s GROUP BY 1, 2
)
SELECT coalesce(k.name, ''), month, coalesce(sent.reminders, 0), coalesce(sums.customers, 0), coalesce(sums.collected, 0)
FROM sent FULL JOIN sums USING (collector_id, month) LEFT JOIN organization_person k ON k.id = collector_id
ORDER BY month DESC, 5 DESC, 1
"""


def results(person: Person, company_id: int, since: dt.date, until: dt.date) -> list[Result]:
    """By collector and month, from `since` until the day before `until`. One statement."""
    seen = visible_reminders(person).filter(company=company_id, on__gte=since - dt.timedelta(COUNTS_FOR), on__lt=until)
    rows = seen.order_by().values_list("id", "payer_id", "on", "collector_id")
    sql, values = rows.query.sql_with_params()
    given = [*values, COUNTS_FOR, company_id, since, until, since, until]
    with connection.cursor() as cursor:
        cursor.execute(_RESULTS.format(seen=sql), given)
        return [Result(*row) for row in cursor.fetchall()]


def written_off(person: Person) -> QuerySet[Movement]:
    """The bad debts: what was written off of charges that one sees, with what was put back since."""
    found: QuerySet[Movement] = Movement.objects.filter(
        kind=MovementKind.WRITE_OFF, takes_back=None, charge__in=visible_charges(person)
    )
    return found.select_related("charge__payer", "made_by", "taken_back_by", "entry")
