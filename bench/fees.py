"""A month's fee run: four charges and a bill for each unit, the ledger's entries included, against the SQL that somebody would write by hand.

The floor knows that there are four fees and which, has every unit's four amounts in one row, and writes the same rows into the same tables
with the same foreign keys, checks and triggers. Both run in turn on the same data, the rows are compared to the last letter, and only the
ratio of the same run counts.

    remit bench fees [--json] [--scale 1.0]
"""

import argparse
import atexit
import datetime as dt
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

UNITS = 1_000_000
A_BUILDING = 100
SINCE, UNTIL = dt.date(2025, 11, 1), dt.date(2025, 12, 1)
LONG_AGO = dt.date(2020, 1, 1)
TERMS: dict[str, dict[str, Any]] = {
    "wy": {"kind": "per_quantity", "of": "area", "price": "2.80", "tax": "6 %"},
    "cw": {"kind": "fixed", "price": "80.00", "tax": "6 %"},
    "sf": {"kind": "metered", "supply": "water", "tax": "3 %",
           "tiers": [{"upto": "15", "price": "2.07"}, {"upto": "22", "price": "4.07"}, {"price": "6.07"}]},
    "gt": {"kind": "share", "by": "area", "tax": "13 %"},
}  # fmt: skip


def start_server() -> None:
    """A PostgreSQL of our own with safe settings, and Django on it. DATABASE_URL must be set before the settings are read."""
    from remit.embedded import EmbeddedPostgres

    root = Path(tempfile.mkdtemp(prefix="remit-bench-"))
    root.chmod(0o711)
    settings = {"shared_buffers": "512MB", "work_mem": "64MB", "max_wal_size": "8GB"}
    server = EmbeddedPostgres(root, settings=settings)
    atexit.register(lambda: (server.stop(), shutil.rmtree(root, ignore_errors=True)))
    server.start()
    server.ensure_database("remit")
    os.environ |= {"DATABASE_URL": server.url("remit"), "REMIT_ENV": "demo", "DJANGO_SETTINGS_MODULE": "remit.settings",
                   "REMIT_STATIC_DIR": str(root / "static"), "REMIT_HTTPS": "no"}  # fmt: skip
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


FILL = """
INSERT INTO parties_party (company_id, number, kind, name, folded_name, sort_key, search, status, grade, grade_reason, industry, source,
    needs, remark, version)
SELECT %(company)s, 'KH-' || n, 'person', '业主' || n, '业主' || n, n::text, '', 'active', '', '', '', '', '', '', 1
FROM generate_series(1, %(units)s) n;
INSERT INTO billing_billable (company_id, number, name, "group", area, count, remark, version)
SELECT %(company)s, 'B' || lpad(n::text, 8, '0'), '户' || n, '区/' || lpad(((n - 1) / %(building)s)::text, 6, '0'), 50 + (n * 37) %% 9000 / 100.0, 1, '', 1
FROM generate_series(1, %(units)s) n;
INSERT INTO billing_occupancy (billable_id, payer_id, since)
SELECT b.id, p.id, '2020-01-01' FROM billing_billable b JOIN parties_party p ON p.number = 'KH-' || substr(b.number, 2)::int;
INSERT INTO billing_assignment (billable_id, tariff_id, since, factor)
SELECT b.id, t.id, '2020-01-01', 1 FROM billing_billable b CROSS JOIN billing_tariff t;
INSERT INTO billing_meter (company_id, number, supply, billable_id, "group", place, digits, factor, bands, installed_on)
SELECT %(company)s, 'S' || b.number, 'water', b.id, b."group", '', 5, 1, '[]', '2025-10-31' FROM billing_billable b;
INSERT INTO billing_reading (company_id, meter_id, band, "on", value, kind, state, reason, rolled)
SELECT %(company)s, id, '', '2025-10-31', 100, 'initial', 'accepted', '', false FROM billing_meter;
INSERT INTO billing_reading (company_id, meter_id, band, "on", value, kind, state, reason, rolled, previous_on, previous, used)
SELECT %(company)s, id, '', '2025-11-30', 100 + 1 + (id * 13) %% 30, 'read', 'accepted', '', false, '2025-10-31', 100, 1 + (id * 13) %% 30
FROM billing_meter;
INSERT INTO billing_sharedcost (company_id, tariff_id, "group", since, until, amount, paper)
SELECT %(company)s, t.id, g."group", '2025-11-01', '2025-12-01', 700 + row_number() OVER (ORDER BY g."group") / 100.0, 'D'
FROM billing_tariff t, (SELECT DISTINCT "group" FROM billing_billable) g WHERE t.code = 'gt';
"""

LINE = """jsonb_build_object('kind', {kind}, 'since', {since}, 'until', {until}, 'quantity', ({quantity})::text, 'price', ({price})::text,
    'discount', '0', 'tax_rate', {rate}, 'net', ({amount} - {tax})::text, 'tax', ({tax})::text, 'amount', ({amount})::text{more})"""

# One row a unit with its four amounts.
WORKED = """
CREATE TEMPORARY TABLE worked ON COMMIT DROP AS
WITH base AS (
    SELECT b.id AS billable_id, o.payer_id, b."group", b.number, b.area, r.used, r.value, r.previous, m.number AS meter, c.amount AS cost, c.id AS cost_id
    FROM billing_billable b JOIN billing_occupancy o ON o.billable_id = b.id JOIN billing_meter m ON m.billable_id = b.id
    JOIN billing_reading r ON r.meter_id = m.id AND r.used IS NOT NULL JOIN billing_sharedcost c ON c."group" = b."group"
    WHERE b.company_id = %(company)s
), shared AS (
    SELECT *, cost * 100 * round(area, 4) * 30 AS part, sum(round(area, 4) * 30) OVER (PARTITION BY cost_id) AS whole FROM base
), ranked AS (
    SELECT *, div(part, whole) AS cents, row_number() OVER (PARTITION BY cost_id ORDER BY part - div(part, whole) * whole DESC, billable_id, payer_id) AS rank
    FROM shared
)
SELECT billable_id, payer_id, "group", number, area, used, value, previous, meter, cost, cost_id, whole, round(2.80 * area, 2) AS wy,
    round(2.07 * least(used, 15), 2) + CASE WHEN used > 15 THEN round(4.07 * (least(used, 22) - 15), 2) ELSE 0 END
        + CASE WHEN used > 22 THEN round(6.07 * (used - 22), 2) ELSE 0 END AS sf,
    round((cents + CASE WHEN rank <= cost * 100 - sum(cents) OVER (PARTITION BY cost_id) THEN 1 ELSE 0 END) / 100, 2) AS gt
FROM ranked
"""
BILLS = """
INSERT INTO billing_bill (company_id, number, payer_id, billable_id, run_id, amount, currency, issued_on, due_on)
SELECT %(company)s, 'HF-' || lpad(n::text, 8, '0'), payer_id, billable_id, %(run)s, amount, 'CNY', %(on)s, %(on)s
FROM (SELECT row_number() OVER (ORDER BY "group", number) AS n, payer_id, billable_id, wy + 80.00 + sf + gt AS amount FROM worked) s ORDER BY n
"""


def _tier(quantity: str, price: str) -> str:
    amount = f"round({price} * ({quantity}), 2)"
    return LINE.format(kind="'tier'", since="DATE '2025-11-01'", until="DATE '2025-12-01'", quantity=quantity, price=price, rate="'3'",
                       amount=amount, tax=f"round({amount} * 3 / 103, 2)", more=", 'band', ''")  # fmt: skip


def charges() -> str:
    days = ", 'days', 30, 'of_days', 30"
    month = {"since": "DATE '2025-11-01'", "until": "DATE '2025-12-01'"}
    wy = LINE.format(
        kind="'days'",
        quantity="round(w.area, 4)",
        price="2.80",
        rate="'6'",
        amount="w.wy",
        tax="round(w.wy * 6 / 106, 2)",
        more=days,
        **month,
    )
    cw = LINE.format(
        kind="'days'", quantity="1.0000", price="80.00", rate="'6'", amount="80.00", tax="4.53", more=days, **month
    )
    gt = LINE.format(kind="'share'", quantity="round(w.area, 4) * 30", price="0", rate="'13'", amount="w.gt", tax="round(w.gt * 13 / 113, 2)",
                     more=", 'cost', w.cost_id, 'paper', 'D', 'of_amount', w.cost::text, 'of_quantity', w.whole::text", **month)  # fmt: skip
    reading = """jsonb_build_object('kind', 'reading', 'meter', w.meter, 'band', '', 'since', DATE '2025-10-31', 'from', w.previous::text, 'until',
        DATE '2025-11-30', 'to', w.value::text, 'factor', '1.000', 'how', 'read', 'rolled', false, 'used', w.used::text)"""
    one, two, three = (
        _tier("least(w.used, 15.000)", "2.07"),
        _tier("least(w.used, 22.000) - 15.000", "4.07"),
        _tier("w.used - 22.000", "6.07"),
    )
    sf = f"""CASE WHEN w.used <= 15 THEN jsonb_build_array({reading}, {one}) WHEN w.used <= 22 THEN jsonb_build_array({reading}, {one}, {two})
        ELSE jsonb_build_array({reading}, {one}, {two}, {three}) END"""
    sf_tax = """round(round(2.07 * least(w.used, 15), 2) * 3 / 103, 2)
        + CASE WHEN w.used > 15 THEN round(round(4.07 * (least(w.used, 22) - 15), 2) * 3 / 103, 2) ELSE 0 END
        + CASE WHEN w.used > 22 THEN round(round(6.07 * (w.used - 22), 2) * 3 / 103, 2) ELSE 0 END"""
    return f"""
    INSERT INTO billing_charge (company_id, payer_id, billable_id, tariff_id, run_id, bill_id, entry_id, kind, title, period_from, period_until,
        quantity, net, tax, amount, open_amount, currency, due_on, explanation)
    SELECT %(company)s, w.payer_id, w.billable_id, c.tariff_id, %(run)s, b.id, c.entry_id, 'principal', c.title, c.since, c.until, c.quantity,
        c.amount - c.tax, c.tax, c.amount, c.amount, 'CNY', %(on)s, c.explanation
    FROM worked w JOIN billing_bill b ON b.run_id = %(run)s AND b.billable_id = w.billable_id
    CROSS JOIN LATERAL (VALUES
        (%(t_wy)s::bigint, %(e_wy)s::bigint, '物业费 2025-11', DATE '2025-11-01', DATE '2025-12-01', w.area, w.wy, round(w.wy * 6 / 106, 2), jsonb_build_array({wy})),
        (%(t_cw)s, %(e_cw)s, '车位费 2025-11', DATE '2025-11-01', DATE '2025-12-01', 1, 80.00, 4.53, jsonb_build_array({cw})),
        (%(t_sf)s, %(e_sf)s, '水费 2025-11', DATE '2025-10-31', DATE '2025-11-30', w.used, w.sf, {sf_tax}, {sf}),
        (%(t_gt)s, %(e_gt)s, '公摊 2025-11', DATE '2025-11-01', DATE '2025-12-01', w.area * 30, w.gt, round(w.gt * 13 / 113, 2), jsonb_build_array({gt}))
    ) AS c(tariff_id, entry_id, title, since, until, quantity, amount, tax, explanation)
    """  # noqa: S608 - only our own text is put in


NAMES = {"wy": "物业费", "cw": "车位费", "sf": "水费", "gt": "公摊"}


def build(units: int) -> int:
    """The company by its own actions; units, payers, meters and readings by SQL. The company's id."""
    from django.db import connection

    from remit.kernel.accounts.actor import system
    from remit.kernel.authority.gate import perform
    from remit.kernel.billing.models import Tariff, TariffPrice
    from remit.kernel.organization import actions as organization

    group = organization.open_unit(parent=None, kind="group", name="集团", code="G", start=LONG_AGO)
    company = organization.open_unit(parent=group, kind="company", name="公司", code="C", start=LONG_AGO)
    perform(system("bench"), "ledger.found", {"company": company.pk, "month": dt.date(2025, 1, 1)})
    for code, terms in TERMS.items():
        tariff = Tariff.objects.create(company=company, code=code, name=NAMES[code], kind=terms["kind"])
        TariffPrice.objects.create(tariff=tariff, since=LONG_AGO, terms=terms)
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, {"company": company.pk, "units": units, "building": A_BUILDING})
    return int(company.pk)


def settle() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def ours(company: int) -> None:
    from remit.kernel.accounts.actor import system
    from remit.kernel.authority.gate import perform

    perform(system("bench"), "bill.run", {"company": company, "period": "2025-11"})


def floor(company: int) -> None:
    from django.db import connection, transaction
    from django.utils import timezone

    from remit.kernel.billing.models import FeeRun, SharedCost, Tariff
    from remit.kernel.ledger.posting import Leg, post
    from remit.kernel.ledger.queries import account_for

    tariffs = dict(Tariff.objects.values_list("code", "pk"))
    on = timezone.localdate()
    with transaction.atomic(), connection.cursor() as cursor:
        run = FeeRun.objects.create(company_id=company, period_from=SINCE, period_until=UNTIL)
        cursor.execute(WORKED, {"company": company})
        cursor.execute("SELECT sum(wy), 80.00 * count(*), sum(sf), sum(gt) FROM worked")
        sums = dict(zip(("wy", "cw", "sf", "gt"), cursor.fetchone(), strict=True))
        values: dict[str, Any] = {
            "company": company,
            "run": run.pk,
            "on": on,
            **{f"t_{code}": pk for code, pk in tariffs.items()},
        }
        for code, amount in sums.items():
            legs = [Leg(account_for(company, "receivable"), amount), Leg(account_for(company, "revenue"), -amount)]
            values[f"e_{code}"] = post(company, on, NAMES[code], legs, source=("floor", f"{run.pk}:{code}")).pk
        cursor.execute(BILLS, values)
        cursor.execute(charges(), values)
        SharedCost.objects.update(run=run)


def fingerprint() -> tuple[Any, ...]:
    """What was charged, to the last letter; and the bills."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(amount), sum(tax), sum(hashtextextended(concat_ws('|', payer_id, billable_id, tariff_id, title, period_from,"
            " period_until, quantity, net, tax, amount, explanation), 0)) FROM billing_charge"
        )
        one = cursor.fetchone()
        cursor.execute("SELECT count(*), sum(amount) FROM billing_bill")
        return (*one, *cursor.fetchone())


def clear() -> None:
    from django.db import connection

    from remit.kernel.billing.models import SharedCost

    SharedCost.objects.update(run=None)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE billing_charge, billing_bill, billing_movement RESTART IDENTITY CASCADE")
    settle()


def timed(work: Callable[[int], None], company: int) -> float:
    began = time.perf_counter()
    work(company)
    return time.perf_counter() - began


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the 1,000,000 units")
    parser.add_argument("--turns", type=int, default=2, help="how often both are measured; the best of each counts")
    options = parser.parse_args(argv)
    units = max(1000, int(UNITS * options.scale))
    start_server()
    from django.db import transaction

    with transaction.atomic():
        company = build(units)
    settle()
    best: dict[str, float] = {}
    prints: dict[str, tuple[Any, ...]] = {}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _turn in range(options.turns):
        for name, work in (("floor", floor), ("run", ours)):
            took = timed(work, company)
            best[name] = min(best.get(name, took), took)
            prints[name] = fingerprint()
            print(
                f"{name}: {took:.1f} s, {prints[name][0]:,} charges, {prints[name][4]:,} bills, {prints[name][1]} CNY"
            )
            clear()
    if prints["run"] != prints["floor"]:
        raise AssertionError(f"not the same rows: {prints}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ratio = best["run"] / best["floor"]
    print(
        f"ratio {ratio:.2f}; client {peak / 1024:.0f} MB at most, {max(peak - memory, 0) / 1024:.1f} MB of them for the runs"
    )
    if options.json:
        result = {"bench": "fees", "value": round(best["run"], 2), "floor": round(best["floor"], 2), "unit": "s", "ratio": round(ratio, 3),
                  "units": units, "client_mb": round(peak / 1024)}  # fmt: skip
        print(json.dumps(result, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
