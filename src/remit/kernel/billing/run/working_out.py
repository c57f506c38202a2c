"""What a run comes to, worked out into a table of the transaction's own: for a preview, which writes nothing, and for the run."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from remit.kernel.billing.models import Tariff
from remit.kernel.billing.run import statements
from remit.kernel.billing.run.parameters import ONCE, STANDING, Charged, charged_tariffs, parameters

ODD_SHOWN: Final = 200
# A charge is far from the one before where it is more than this many times it, or less than that part of it, and so much money apart.
FAR_TIMES: Final = 3
FAR_LEAST: Final = Decimal(50)

_TABLE: Final = """
CREATE TEMPORARY TABLE fee_line (
    tariff_id bigint, billable_id bigint, payer_id bigint, period_from date, period_until date, quantity numeric, net numeric,
    tax numeric, amount numeric, explanation jsonb
) ON COMMIT DROP
"""

# Never twice: what a living charge stands for already is left out.
_KEEP: Final = """
INSERT INTO fee_line SELECT tariff_id, billable_id, payer_id, period_from, period_until, quantity, net, tax, amount, explanation
FROM ({statement}) AS worked WHERE amount > 0 AND NOT EXISTS (
    SELECT 1 FROM billing_charge c WHERE c.billable_id = worked.billable_id AND c.tariff_id = worked.tariff_id
        AND c.reversed_at IS NULL AND c.of_id IS NULL AND c.period_from < worked.period_until AND c.period_until > worked.period_from
)
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which fees: of a company, for whole months, below a group ("" for all), by these tariffs (none named: all)."""

    company_id: int
    since: dt.date
    until: dt.date
    group: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Worked:
    """What `fee_line` was made of."""

    wanted: Wanted
    charged: tuple[Charged, ...]
    parameters: dict[str, Any]


def rows_of(sql: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def work_out(wanted: Wanted) -> Worked:
    """Fill `fee_line`; it lives as long as the transaction. One statement for each way of working out that occurs, and one for the
    readings."""
    charged = tuple(charged_tariffs(wanted.company_id, wanted.since, wanted.until, wanted.codes))
    codes = dict(Tariff.objects.filter(company=wanted.company_id).values_list("code", "pk"))

    def given(kinds: Sequence[str]) -> dict[str, Any] | None:
        some = [one for one in charged if one.tariff.kind in kinds and one.steps]
        return parameters(wanted.company_id, wanted.until, wanted.group, some, codes) if some else None

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS fee_line")
        cursor.execute(_TABLE)
        plain, parted = _by_parts([one for one in charged if one.tariff.kind in STANDING and one.steps])
        for some, statement in ((plain, statements.STANDING_PLAIN), (parted, statements.STANDING)):
            if some:
                values = parameters(wanted.company_id, wanted.until, wanted.group, some, codes)
                cursor.execute(_KEEP.format(statement=statement), values)
        for kinds, statement in (
            (ONCE, statements.ONCE), (("metered",), statements.METERED), (("share",), statements.SHARE),
            (("percentage",), statements.PERCENTAGE),
        ):  # fmt: skip
            if (some_values := given(kinds)) is not None:
                if statement == statements.METERED:
                    cursor.execute("DROP TABLE IF EXISTS fee_span")
                    cursor.execute(statements.SPANS, some_values)
                    cursor.execute("ANALYZE fee_span (n, tariff_id)")
                cursor.execute(_KEEP.format(statement=statement), some_values)
        cursor.execute("ANALYZE fee_line (tariff_id, billable_id, payer_id)")
    every = parameters(wanted.company_id, wanted.until, wanted.group, charged, codes)
    return Worked(wanted, charged, every)


def _by_parts(charged: Sequence[Charged]) -> tuple[list[Charged], list[Charged]]:
    """Those of one month at one price, whose only line is their charge, and the others."""
    plain = [
        one
        for one in charged
        if (one.first.year, one.first.month)
        == ((one.after - dt.timedelta(1)).year, (one.after - dt.timedelta(1)).month)
        and not any(one.first < since < one.after for since, _terms in one.steps)
    ]
    return plain, [one for one in charged if one not in plain]


# --- what it comes to -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Total:
    tariff_id: int
    name: str
    count: int
    net: Decimal
    tax: Decimal
    amount: Decimal


_TOTALS: Final = """
SELECT t.id, t.name, count(*), round(sum(f.net), 2), round(sum(f.tax), 2), round(sum(f.amount), 2)
FROM fee_line f JOIN billing_tariff t ON t.id = f.tariff_id GROUP BY t.id, t.name, t.position, t.code ORDER BY t.position, t.code
"""


def totals() -> list[Total]:
    """By tariff, in the order of the bill."""
    return [Total(*row) for row in rows_of(_TOTALS)]


@dataclass(frozen=True, slots=True)
class Odd:
    """One that somebody should look at before the run is made. `amount` and `before` only where the two are far apart."""

    reason: str
    billable_id: int
    number: str
    name: str
    tariff: str
    amount: Decimal | None = None
    before: Decimal | None = None


_LEFT_OUT: Final = f"""
WITH {statements.STEP},
tariff AS (SELECT DISTINCT ON (tariff_id) tariff_id, first, after, supply, measure FROM step ORDER BY tariff_id, since DESC),
due AS (
    SELECT a.tariff_id, b.id AS billable_id, b.number, b.name, t.first, t.after, t.supply, y.kind, y.name AS tariff,
        (SELECT s.measure FROM step s WHERE s.tariff_id = a.tariff_id AND s.since < t.after ORDER BY s.since DESC LIMIT 1) AS measure,
        b.area, b.count, b.measures
    FROM billing_assignment a
    JOIN billing_tariff y ON y.id = a.tariff_id AND y.id = ANY(%(all_tariffs)s::bigint[])
    LEFT JOIN tariff t ON t.tariff_id = a.tariff_id
    JOIN billing_billable b ON b.id = a.billable_id AND {statements.IN_SCOPE} AND (b.closed_on IS NULL OR b.closed_on > %(since)s)
    WHERE a.since < coalesce(t.after, %(until)s) AND (a.until IS NULL OR a.until > %(since)s)
        AND (y.kind NOT IN ('deposit', 'one_off') OR a.since >= %(since)s AND a.since < %(until)s)
        AND y.kind <> 'percentage'
        AND NOT EXISTS (SELECT 1 FROM fee_line f WHERE f.tariff_id = a.tariff_id AND f.billable_id = a.billable_id)
        AND NOT EXISTS (SELECT 1 FROM billing_charge c WHERE c.tariff_id = a.tariff_id AND c.billable_id = a.billable_id
            AND c.reversed_at IS NULL AND c.of_id IS NULL AND c.period_from < coalesce(t.after, %(until)s)
            AND c.period_until > coalesce(t.first, %(since)s))
),
judged AS (
    SELECT d.*, CASE
        WHEN d.first IS NULL OR d.measure IS NULL THEN 'no_price'
        WHEN NOT EXISTS (SELECT 1 FROM billing_occupancy o WHERE o.billable_id = d.billable_id AND o.since < d.after
            AND (o.until IS NULL OR o.until > d.first)) THEN 'no_payer'
        WHEN d.kind = 'metered' AND EXISTS (SELECT 1 FROM billing_reading r JOIN billing_meter m ON m.id = r.meter_id
            WHERE m.billable_id = d.billable_id AND m.supply = d.supply AND r.state = 'held' AND r."on" < d.after) THEN 'held'
        WHEN d.kind = 'metered' AND EXISTS (SELECT 1 FROM billing_reading r JOIN billing_meter m ON m.id = r.meter_id
            WHERE m.billable_id = d.billable_id AND m.supply = d.supply AND r.state = 'accepted' AND r.used IS NOT NULL
            AND r."on" >= d.first AND r."on" < d.after) THEN
            CASE WHEN (SELECT sum(r.used) FROM billing_reading r JOIN billing_meter m ON m.id = r.meter_id
                WHERE m.billable_id = d.billable_id AND m.supply = d.supply AND r.state = 'accepted'
                AND r."on" >= d.first AND r."on" < d.after) > 0 THEN 'moved' END
        WHEN d.kind = 'metered' THEN 'no_reading'
        WHEN d.kind = 'share' THEN 'no_cost'
        WHEN d.measure = 'area' AND d.area IS NULL OR d.measure NOT IN ('', 'area', 'count') AND NOT d.measures ? d.measure
            THEN 'no_measure'
        END AS reason
    FROM due d
)
SELECT reason, billable_id, number, name, tariff, count(*) OVER (PARTITION BY reason) FROM judged WHERE reason IS NOT NULL
ORDER BY reason, number, tariff LIMIT {ODD_SHOWN}
"""  # noqa: S608 - only our own text is put in

_FAR: Final = f"""
SELECT b.id, b.number, b.name, t.name, round(f.amount, 2), c.amount, count(*) OVER ()
FROM fee_line f
JOIN billing_billable b ON b.id = f.billable_id
JOIN billing_tariff t ON t.id = f.tariff_id AND t.kind NOT IN ('deposit', 'one_off')
CROSS JOIN LATERAL (
    SELECT amount FROM billing_charge c WHERE c.billable_id = f.billable_id AND c.tariff_id = f.tariff_id AND c.payer_id = f.payer_id
        AND c.reversed_at IS NULL AND c.of_id IS NULL AND c.period_from < f.period_from ORDER BY c.period_from DESC LIMIT 1
) c
WHERE abs(f.amount - c.amount) >= {FAR_LEAST} AND (f.amount > {FAR_TIMES} * c.amount OR {FAR_TIMES} * f.amount < c.amount)
ORDER BY abs(f.amount - c.amount) DESC LIMIT {ODD_SHOWN}
"""  # noqa: S608 - only our own text is put in


def odd_ones(worked: Worked) -> tuple[dict[str, int], list[Odd]]:
    """How many of each reason there are, and the first of them: what was left out, and what is far from the last time."""
    wanted = worked.wanted
    values = {**worked.parameters, "since": wanted.since, "all_tariffs": [one.tariff.pk for one in worked.charged]}
    counts: dict[str, int] = {}
    odd = []
    for row in rows_of(_LEFT_OUT, values):
        counts[row[0]] = row[5]
        odd.append(Odd(*row[:5]))
    for row in rows_of(_FAR):
        counts["far"] = row[6]
        odd.append(Odd("far", *row[:6]))
    return counts, odd
