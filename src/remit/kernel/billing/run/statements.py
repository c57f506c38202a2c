"""The same prices as `lib.tariffs.pricing`, for a whole company in one statement for each way of working out.

Each answers rows: tariff_id, billable_id, payer_id, period_from, period_until, quantity, net, tax, amount, explanation. Numbers are
PostgreSQL's numeric, which is as exact as Python's Decimal; tests/test_same_prices.py holds the two together.

Parameters: company, until (the end of the period), scope and below (a group, and what LIKE finds below it), and the price steps as
arrays (`parameters.py`), each with the days that its tariff is charged for: `first` up to before `after`.
"""

from typing import Final

STEP: Final = """
step AS MATERIALIZED (
    SELECT * FROM unnest(%(step_tariff)s::bigint[], %(step_since)s::date[], %(step_until)s::date[], %(step_from)s::date[],
        %(step_upto)s::date[], %(step_price)s::numeric[], %(step_of)s::text[], %(step_per)s::text[], %(step_tax)s::numeric[],
        %(step_included)s::boolean[], %(step_discount)s::numeric[], %(step_method)s::text[], %(step_minimum)s::numeric[],
        %(step_supply)s::text[])
    AS s(tariff_id, since, until, first, after, price, measure, per, tax, included, discount, method, minimum, supply)
)"""

IN_SCOPE: Final = (
    """b.company_id = %(company)s AND (%(scope)s = '' OR b."group" = %(scope)s OR b."group" LIKE %(below)s)"""
)

# How much of a billable a tariff charges for; null where the billable does not say.
_MEASURE: Final = """round(a.factor * CASE {of} WHEN '' THEN 1 WHEN 'area' THEN b.area WHEN 'count' THEN b.count
        ELSE (b.measures ->> {of})::numeric END, 4)"""

# From `stated`, the price less the discount, to what it comes to; both names are columns of the row.
_TAX: Final = "round(stated * tax / (CASE WHEN included THEN 100 + tax ELSE 100 END), 2)"

# A line as `Line.as_data` has it, what is empty as 0.
_LINE: Final = """jsonb_build_object('kind', {kind}, 'since', since, 'until', until, 'quantity', quantity::text, 'price', price::text,
        'discount', discount::text, 'tax_rate', tax::text, 'net', net::text, 'tax', taxed::text, 'amount', (net + taxed)::text{more})"""


def _line(kind: str, more: str = "") -> str:
    return _LINE.format(kind=kind, more=more)


_PRICED: Final = f"""
taxed AS (SELECT *, {_TAX} AS taxed FROM stated),
priced AS (SELECT *, CASE WHEN included THEN stated - taxed ELSE stated END AS net FROM taxed)"""  # noqa: S608 - only our own text is put in

_PART: Final = """
part AS MATERIALIZED (
    SELECT s.tariff_id, s.price, s.measure, s.tax, s.included, s.discount, greatest(s.since, m.first::date, s.first) AS since,
        least(s.until, (m.first + interval '1 month')::date, s.after) AS until,
        CASE s.per WHEN 'day' THEN 1 WHEN 'year' THEN 12 * l.days ELSE l.days END AS of_days
    FROM step s
    CROSS JOIN LATERAL generate_series(date_trunc('month', s.first), s.after - 1, interval '1 month') AS m(first)
    CROSS JOIN LATERAL (SELECT (m.first + interval '1 month')::date - m.first::date AS days) l
    WHERE greatest(s.since, m.first::date, s.first) < least(s.until, (m.first + interval '1 month')::date, s.after)
)"""

_STANDING: Final = f"""
WITH {STEP}, {_PART},
dwelt AS (
    SELECT p.*, a.billable_id, o.payer_id, {_MEASURE.format(of="p.measure")} AS quantity,
        greatest(p.since, a.since, o.since) AS first, least(p.until, a.until, o.until, b.closed_on) AS after
    FROM part p
    JOIN billing_assignment a ON a.tariff_id = p.tariff_id AND a.since < p.until AND (a.until IS NULL OR a.until > p.since)
    JOIN billing_billable b ON b.id = a.billable_id AND {IN_SCOPE}
    JOIN billing_occupancy o ON o.billable_id = b.id AND o.since < p.until AND (o.until IS NULL OR o.until > p.since)
),
stated AS (
    SELECT tariff_id, billable_id, payer_id, price, tax, included, discount, of_days, quantity, first AS since, after AS until,
        after - first AS days, round(price * quantity * (100 - discount) * (after - first) / (100 * of_days), 2) AS stated
    FROM dwelt WHERE quantity IS NOT NULL AND first < after
), {_PRICED}
"""  # noqa: S608 - only our own text is put in

_DAYS: Final = _line("'days'", ", 'days', days, 'of_days', of_days")

# One part of time for every tariff, as in most months: nothing to add up.
STANDING_PLAIN: Final = f"""{_STANDING}
SELECT tariff_id, billable_id, payer_id, since AS period_from, until AS period_until, quantity, net, taxed AS tax,
    net + taxed AS amount, jsonb_build_array({_DAYS}) AS explanation
FROM priced"""  # noqa: S608 - only our own text is put in

STANDING: Final = f"""{_STANDING}
SELECT tariff_id, billable_id, payer_id, min(since) AS period_from, max(until) AS period_until, max(quantity) AS quantity,
    sum(net) AS net, sum(taxed) AS tax, sum(net + taxed) AS amount,
    jsonb_agg({_DAYS} ORDER BY since) AS explanation
FROM priced GROUP BY tariff_id, billable_id, payer_id"""  # noqa: S608 - only our own text is put in

ONCE: Final = f"""
WITH {STEP},
stated AS (
    SELECT s.tariff_id, a.billable_id, o.payer_id, s.price, s.tax, s.included, s.discount, q.quantity, a.since, a.since AS until,
        round(s.price * q.quantity * (100 - s.discount) / 100, 2) AS stated
    FROM step s
    JOIN billing_assignment a ON a.tariff_id = s.tariff_id AND a.since >= s.since AND a.since < s.until
        AND a.since >= s.first AND a.since < s.after
    JOIN billing_billable b ON b.id = a.billable_id AND {IN_SCOPE} AND (b.closed_on IS NULL OR b.closed_on > a.since)
    JOIN billing_occupancy o ON o.billable_id = b.id AND o.since <= a.since AND (o.until IS NULL OR o.until > a.since)
    CROSS JOIN LATERAL (SELECT {_MEASURE.format(of="s.measure")} AS quantity) q
    WHERE q.quantity IS NOT NULL
), {_PRICED}
SELECT tariff_id, billable_id, payer_id, since AS period_from, since + 1 AS period_until, quantity, net, taxed AS tax,
    net + taxed AS amount, jsonb_build_array({_line("'once'")}) AS explanation
FROM priced"""  # noqa: S608 - only our own text is put in

# What was read since the last time and before the end of the period; who pays is who was there the day before. Nothing is worked
# out where a reading is held, and where somebody moved between two readings.
READ: Final = f"""
read AS MATERIALIZED (
    SELECT a.tariff_id, a.billable_id, o.payer_id, r.band, r.previous_on, r."on", m.number, r.previous, r.value, m.factor, r.kind,
        r.rolled, round(r.used * a.factor, 3) AS used, l.billed, o.since > least(r.previous_on + 1, r."on" - 1) AS moved
    FROM (SELECT DISTINCT tariff_id, supply FROM step) s
    JOIN billing_assignment a ON a.tariff_id = s.tariff_id AND a.since < %(until)s
    JOIN billing_billable b ON b.id = a.billable_id AND {IN_SCOPE}
    JOIN billing_meter m ON m.billable_id = b.id AND m.supply = s.supply
    CROSS JOIN LATERAL (
        SELECT max(c.period_until) AS billed FROM billing_charge c
        WHERE c.billable_id = a.billable_id AND c.tariff_id = a.tariff_id AND c.reversed_at IS NULL AND c.of_id IS NULL
    ) l
    JOIN billing_reading r ON r.meter_id = m.id AND r.state = 'accepted' AND r.used IS NOT NULL AND r."on" < %(until)s
        AND r."on" > a.since AND (a.until IS NULL OR r."on" <= a.until) AND (l.billed IS NULL OR r."on" > l.billed)
    JOIN billing_occupancy o ON o.billable_id = b.id AND o.since < r."on" AND (o.until IS NULL OR o.until >= r."on")
    WHERE NOT EXISTS (
        SELECT 1 FROM billing_reading h JOIN billing_meter hm ON hm.id = h.meter_id
        WHERE hm.billable_id = b.id AND hm.supply = s.supply AND h.state = 'held' AND h."on" < %(until)s
    )
)"""  # noqa: S608 - only our own text is put in

# A table of its own, so that the planner knows how many there are; `n` is the key by which its lines find back to it.
SPANS: Final = f"""
CREATE TEMPORARY TABLE fee_span ON COMMIT DROP AS
WITH {STEP}, {READ}
SELECT row_number() OVER () AS n, tariff_id, billable_id, payer_id, least(min(previous_on), max("on") - 1) AS since, max("on") AS until,
    sum(used) AS used, max(billed) AS billed,
    jsonb_agg(jsonb_build_object('kind', 'reading', 'meter', number, 'band', band, 'since', previous_on, 'from', previous::text,
        'until', "on", 'to', value::text, 'factor', factor::text, 'how', kind, 'rolled', rolled, 'used', used::text)
        ORDER BY "on", number, band) AS readings
FROM read GROUP BY tariff_id, billable_id, payer_id HAVING NOT bool_or(moved)"""  # noqa: S608 - only our own text is put in

METERED: Final = f"""
WITH {STEP},
tier AS MATERIALIZED (
    SELECT * FROM unnest(%(tier_tariff)s::bigint[], %(tier_since)s::date[], %(tier_no)s::int[], %(tier_above)s::numeric[],
        %(tier_upto)s::numeric[], %(tier_price)s::numeric[]) AS t(tariff_id, since, no, above, upto, price)
),
rate AS MATERIALIZED (
    SELECT * FROM unnest(%(band_tariff)s::bigint[], %(band_since)s::date[], %(band_name)s::text[], %(band_price)s::numeric[])
    AS t(tariff_id, since, band, price)
),
-- A day's consumption has the price of that day; the first day is the one after the earlier reading. What was used before the
-- first price has it, too. The minimum is that of the terms in force last.
piece AS (
    SELECT p.n, p.tariff_id, p.used, p.readings, s.since AS step_since, s.tax, s.included, s.discount, s.method,
        CASE WHEN s.until > p.until THEN s.minimum END AS minimum,
        greatest(s.since, p.since + 1) AS since, least(s.until, p.until + 1) AS until, p.until - p.since AS days,
        CASE WHEN s.is_first THEN 0 ELSE greatest(s.since - p.since - 1, 0) END AS low,
        least(s.until - p.since - 1, p.until - p.since) AS high,
        greatest(1, (2 * 16 * (p.until - p.since) + 487) / (2 * 487)) AS months
    FROM fee_span p
    JOIN (SELECT *, since = min(since) OVER (PARTITION BY tariff_id) AS is_first FROM step) s
        ON s.tariff_id = p.tariff_id AND s.since <= p.until AND s.until > p.since + 1
),
sized AS (
    SELECT *, round(used * high / days, 3) - round(used * low / days, 3) AS whole FROM piece
),
tiered AS (
    SELECT z.n, z.since, z.until, z.tax, z.included, z.discount, z.minimum, t.no, t.price,
        CASE WHEN z.method = 'slab' THEN z.whole
            ELSE least(z.whole, l.upto) - CASE WHEN t.no = 1 THEN 0 ELSE l.above END END AS quantity,
        z.method = 'slab' OR t.no = 1 AND (l.upto IS NULL OR z.whole <= l.upto) AS even_if_0
    FROM sized z JOIN tier t ON t.tariff_id = z.tariff_id AND t.since = z.step_since
    CROSS JOIN LATERAL (
        SELECT round(t.upto * z.months * z.high / z.days, 3) - round(t.upto * z.months * z.low / z.days, 3) AS upto,
            round(t.above * z.months * z.high / z.days, 3) - round(t.above * z.months * z.low / z.days, 3) AS above
    ) l
    WHERE (t.no = 1 OR z.whole > l.above) AND (z.method <> 'slab' OR l.upto IS NULL OR z.whole <= l.upto)
),
sold AS (
    SELECT n, since, until, tax, included, discount, minimum, no, price, '' AS band, quantity
    FROM tiered WHERE quantity <> 0 OR even_if_0
    UNION ALL
    SELECT p.n, p.since, p.until, p.tax, p.included, p.discount, p.minimum, 100, r.price, r.band,
        round(d.used * p.high / p.days, 3) - round(d.used * p.low / p.days, 3)
    FROM piece p JOIN rate r ON r.tariff_id = p.tariff_id AND r.since = p.step_since
    CROSS JOIN LATERAL (
        SELECT sum(x.used) AS used FROM jsonb_to_recordset(p.readings) AS x(band text, used numeric) WHERE x.band = r.band
    ) d
    WHERE round(d.used * p.high / p.days, 3) <> round(d.used * p.low / p.days, 3)
    UNION ALL  -- nothing was sold in the last piece: the minimum still holds
    SELECT n, since, until, tax, included, discount, minimum, 101, NULL, NULL, NULL FROM piece WHERE minimum > 0
),
stated AS (SELECT *, round(price * quantity * (100 - discount) / 100, 2) AS stated FROM sold), {_PRICED},
summed AS (
    SELECT n, coalesce(sum(stated), 0) AS sold, coalesce(sum(net), 0) AS sold_net, coalesce(sum(taxed), 0) AS sold_tax,
        jsonb_agg({_line("CASE WHEN band = '' THEN 'tier' ELSE 'band' END", ", 'band', band")} ORDER BY since, no, band)
            FILTER (WHERE quantity IS NOT NULL) AS lines,
        max(round(minimum * (100 - discount) / 100, 2)) FILTER (WHERE no = 101) AS least, max(tax) FILTER (WHERE no = 101) AS tax,
        bool_or(included) FILTER (WHERE no = 101) AS included, max(discount) FILTER (WHERE no = 101) AS discount,
        max(since) FILTER (WHERE no = 101) AS since, max(until) FILTER (WHERE no = 101) AS until
    FROM priced GROUP BY n
),
lifted AS (
    SELECT *, 0 AS quantity, 0 AS price, CASE WHEN least > sold THEN least - sold ELSE 0 END AS stated FROM summed
),
lift_taxed AS (SELECT *, CASE WHEN stated > 0 THEN {_TAX} ELSE 0 END AS taxed FROM lifted),
lift AS (SELECT *, CASE WHEN included THEN stated - taxed ELSE stated END AS net FROM lift_taxed)
SELECT p.tariff_id, p.billable_id, p.payer_id, greatest(p.since, p.billed) AS period_from, p.until AS period_until, p.used AS quantity,
    l.sold_net + l.net AS net, l.sold_tax + l.taxed AS tax, l.sold_net + l.sold_tax + l.net + l.taxed AS amount,
    p.readings || coalesce(l.lines, '[]') || CASE WHEN l.stated > 0 THEN l.line ELSE '[]' END AS explanation
FROM fee_span p JOIN (SELECT *, jsonb_build_array({_line("'minimum'")}) AS line FROM lift) l ON l.n = p.n"""  # noqa: S608 - only our own text is put in

# A supplier's bill, shared out by largest remainder: everybody the cents below his exact share, and the cents that are left to the
# largest fractions. Days on which nobody pays keep their share; it stays with the company.
_SHARED: Final = _line("'share'", ", 'cost', id, 'paper', paper, 'of_amount', cost::text, 'of_quantity', every::text")

SHARE: Final = f"""
WITH {STEP},
cost AS MATERIALIZED (
    SELECT c.id, c.tariff_id, c."group", c.since, c.until, c.amount, c.paper, s.tax, s.measure, s.supply
    FROM billing_sharedcost c
    JOIN step s ON s.tariff_id = c.tariff_id AND s.since <= c.since AND s.until > c.since
    WHERE c.company_id = %(company)s AND c.run_id IS NULL AND c.since < %(until)s
        AND (%(scope)s = '' OR c."group" = %(scope)s OR c."group" LIKE %(below)s)
),
-- Each group with all the groups above it and itself, so that a cost finds its members without looking at everybody.
area AS MATERIALIZED (
    SELECT g."group", array_to_string((string_to_array(g."group", '/'))[1:n], '/') AS above
    FROM (SELECT DISTINCT "group" FROM billing_billable WHERE company_id = %(company)s) g
    CROSS JOIN LATERAL generate_series(0, cardinality(string_to_array(g."group", '/'))) AS n
),
member AS MATERIALIZED (
    SELECT c.id, c.since, c.until, c.measure, c.supply, b.id AS billable_id, a.factor,
        CASE WHEN c.measure = 'consumption' THEN NULL ELSE {_MEASURE.format(of="c.measure")} END AS weight,
        greatest(c.since, a.since) AS first, least(c.until, a.until, b.closed_on) AS after
    FROM cost c
    JOIN area r ON r.above = c."group"
    JOIN billing_billable b ON b."group" = r."group" AND b.company_id = %(company)s
    JOIN billing_assignment a ON a.tariff_id = c.tariff_id AND a.billable_id = b.id AND a.since < c.until
        AND (a.until IS NULL OR a.until > c.since)
),
dwelt AS MATERIALIZED (
    SELECT m.*, o.payer_id, greatest(m.first, o.since) AS from_day, least(m.after, o.until) AS to_day
    FROM member m JOIN billing_occupancy o ON o.billable_id = m.billable_id AND o.since < m.after
        AND (o.until IS NULL OR o.until > m.first)
    WHERE m.weight > 0 AND m.first < m.after
),
weighed AS (
    SELECT id, billable_id, payer_id, min(from_day) AS period_from, max(to_day) AS period_until, sum(weight * (to_day - from_day)) AS weight
    FROM dwelt GROUP BY id, billable_id, payer_id
    UNION ALL
    SELECT m.id, m.billable_id, NULL, m.first, m.after, m.weight * (m.after - m.first - coalesce(sum(d.to_day - d.from_day), 0))
    FROM member m LEFT JOIN dwelt d ON d.id = m.id AND d.billable_id = m.billable_id
    WHERE m.weight > 0 AND m.first < m.after
    GROUP BY m.id, m.billable_id, m.first, m.after, m.weight
    HAVING m.after - m.first > coalesce(sum(d.to_day - d.from_day), 0)
    UNION ALL
    SELECT m.id, m.billable_id, o.payer_id, min(greatest(m.first, o.since)), max(least(m.after, o.until)), sum(round(r.used * m.factor, 3))
    FROM member m JOIN billing_meter t ON t.billable_id = m.billable_id AND t.supply = m.supply
    JOIN billing_reading r ON r.meter_id = t.id AND r.state = 'accepted' AND r.used > 0 AND r."on" >= m.since AND r."on" < m.until
    LEFT JOIN billing_occupancy o ON o.billable_id = m.billable_id AND o.since < r."on" AND (o.until IS NULL OR o.until >= r."on")
    WHERE m.measure = 'consumption' GROUP BY m.id, m.billable_id, o.payer_id
),
shared AS (
    SELECT w.*, c.amount * 100 AS cents, div(c.amount * 100 * w.weight, t.every) AS whole,
        c.amount * 100 * w.weight - div(c.amount * 100 * w.weight, t.every) * t.every AS rest, t.every
    FROM weighed w JOIN cost c ON c.id = w.id JOIN (SELECT id, sum(weight) AS every FROM weighed GROUP BY id) t ON t.id = w.id
),
dealt AS (
    SELECT s.*, round((s.whole + CASE WHEN row_number() OVER (PARTITION BY s.id ORDER BY s.rest DESC, s.billable_id, s.payer_id NULLS LAST)
        <= s.cents - sum(s.whole) OVER (PARTITION BY s.id) THEN 1 ELSE 0 END) / 100, 2) AS stated
    FROM shared s
),
taxed AS (
    SELECT d.*, c.tariff_id, c.tax, c.since, c.until, c.paper, c.amount AS cost, round(d.stated * c.tax / (100 + c.tax), 2) AS taxed,
        0 AS discount, 0 AS price, d.weight AS quantity
    FROM dealt d JOIN cost c ON c.id = d.id
),
priced AS (SELECT *, stated - taxed AS net FROM taxed)
SELECT tariff_id, billable_id, payer_id, period_from, period_until, quantity, net, taxed AS tax, net + taxed AS amount,
    jsonb_build_array({_SHARED}) AS explanation
FROM priced WHERE payer_id IS NOT NULL"""  # noqa: S608 - only our own text is put in

# So much of what other tariffs come to in this run; `fee_line` holds them already.
PERCENTAGE: Final = f"""
WITH {STEP},
base AS MATERIALIZED (
    SELECT * FROM unnest(%(base_tariff)s::bigint[], %(base_since)s::date[], %(base_of)s::bigint[]) AS t(tariff_id, since, of_id)
),
stated AS (
    SELECT s.tariff_id, f.billable_id, f.payer_id, s.tax, s.included, s.discount, s.price, min(f.period_from) AS since,
        max(f.period_until) AS until, round(sum(f.amount) * a.factor, 4) AS quantity,
        round(s.price * round(sum(f.amount) * a.factor, 4) * (100 - s.discount) / 100, 2) AS stated
    FROM step s
    JOIN base t ON t.tariff_id = s.tariff_id AND t.since = s.since
    JOIN fee_line f ON f.tariff_id = t.of_id
    JOIN billing_assignment a ON a.tariff_id = s.tariff_id AND a.billable_id = f.billable_id AND a.since < %(until)s
        AND (a.until IS NULL OR a.until > f.period_from)
    WHERE s.since < %(until)s AND s.until >= %(until)s
    GROUP BY s.tariff_id, f.billable_id, f.payer_id, s.tax, s.included, s.discount, s.price, a.factor
), {_PRICED}
SELECT tariff_id, billable_id, payer_id, since AS period_from, until AS period_until, quantity, net, taxed AS tax, net + taxed AS amount,
    jsonb_build_array({_line("'percentage'")}) AS explanation
FROM priced"""  # noqa: S608 - only our own text is put in
