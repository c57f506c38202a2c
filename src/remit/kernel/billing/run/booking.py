"""From `fee_line` to bills, charges and the ledger: an entry for each tariff, a bill for each payer and billable, in three statements."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.registry import Call
from remit.kernel.billing.models import Bill, Charge, FeeRun, Movement, MovementKind, RunState, SharedCost
from remit.kernel.billing.run.working_out import Worked, rows_of, totals
from remit.kernel.ledger.models import Entry
from remit.kernel.ledger.posting import Leg, post, reverse
from remit.kernel.ledger.queries import accounts_for

SOURCE: Final = "fee_run"
REVERSAL: Final = "fee_run_back"
DEPOSIT: Final = "deposit"
PREFIX: Final = "ZD"

_NUMBERS: Final = """
INSERT INTO billing_billnumber (company_id, year, last) VALUES (%(company)s, %(year)s, %(count)s)
ON CONFLICT (company_id, year) DO UPDATE SET last = billing_billnumber.last + excluded.last RETURNING last
"""

# Numbers in the order in which the notices are handed out: by group and number.
_BILLS: Final = """
INSERT INTO billing_bill (company_id, number, payer_id, billable_id, run_id, amount, currency, issued_on, due_on)
SELECT %(company)s, %(prefix)s || lpad(n::text, greatest(length(n::text), 4), '0'), payer_id, billable_id, %(run)s, amount, 'CNY',
    %(issued_on)s, due_on
FROM (
    SELECT %(before)s + row_number() OVER (ORDER BY b."group", b.number, s.payer_id) AS n, s.*
    FROM (
        SELECT f.billable_id, f.payer_id, sum(f.amount) AS amount, max(d.due_on) AS due_on
        FROM fee_line f JOIN unnest(%(tariffs)s::bigint[], %(due)s::date[]) AS d(tariff_id, due_on) ON d.tariff_id = f.tariff_id
        GROUP BY f.billable_id, f.payer_id
    ) s JOIN billing_billable b ON b.id = s.billable_id
) numbered ORDER BY n
"""

# In the order of the bills: one run over the same facts numbers its charges alike, and a bill's charges lie together.
_CHARGES: Final = """
INSERT INTO billing_charge (company_id, payer_id, billable_id, tariff_id, run_id, bill_id, entry_id, kind, title, period_from,
    period_until, quantity, net, tax, amount, open_amount, currency, due_on, explanation)
SELECT %(company)s, f.payer_id, f.billable_id, f.tariff_id, %(run)s, b.id, d.entry_id, d.kind, d.title, f.period_from, f.period_until,
    f.quantity, f.net, f.tax, f.amount, f.amount, 'CNY', d.due_on, f.explanation
FROM fee_line f
JOIN unnest(%(tariffs)s::bigint[], %(due)s::date[], %(entries)s::bigint[], %(kinds)s::text[], %(titles)s::text[])
    AS d(tariff_id, due_on, entry_id, kind, title) ON d.tariff_id = f.tariff_id
JOIN billing_bill b ON b.run_id = %(run)s AND b.billable_id = f.billable_id AND b.payer_id = f.payer_id
ORDER BY b.id, f.tariff_id, f.period_from
"""


def book(worked: Worked, call: Call) -> FeeRun | None:
    """The run of what was worked out; None where there is nothing to charge. The caller has the transaction.

    Raises what the ledger refuses with: no books, a closed month.
    """
    sums = totals()
    if not sums:
        return None
    wanted = worked.wanted
    on = timezone.localdate(call.at)
    run = FeeRun.objects.create(
        company_id=wanted.company_id, period_from=wanted.since, period_until=wanted.until, group=wanted.group,
        tariffs=list(wanted.codes), made_at=call.at, made_by=call.person,
    )  # fmt: skip
    tariffs = {one.tariff.pk: one.tariff for one in worked.charged}
    roles = accounts_for(
        wanted.company_id, {"receivable", "output_tax", *(_role(tariffs[one.tariff_id]) for one in sums)}
    )
    period = period_said(wanted.since, wanted.until)
    entries = []
    for one in sums:
        tariff = tariffs[one.tariff_id]
        legs = [Leg(roles["receivable"], one.amount), Leg(roles[_role(tariff)], -one.net)]
        if one.tax:
            legs.append(Leg(roles["output_tax"], -one.tax))
        source = (SOURCE, f"{run.pk}:{tariff.pk}")
        entries.append(post(wanted.company_id, on, f"{tariff.name} {period}", legs, source=source, event_call=call))
    due = [wanted.since + dt.timedelta(days=tariffs[one.tariff_id].due_days) for one in sums]
    values = {
        "company": wanted.company_id, "run": run.pk, "issued_on": on, "tariffs": [one.tariff_id for one in sums],
        "due": [max(day, on) for day in due], "entries": [entry.pk for entry in entries],
        "kinds": [DEPOSIT if tariffs[one.tariff_id].kind == DEPOSIT else "principal" for one in sums],
        "titles": [f"{tariffs[one.tariff_id].name} {period}" for one in sums],
    }  # fmt: skip
    _insert(values, on.year)
    if shares := [one.tariff_id for one in sums if tariffs[one.tariff_id].kind == "share"]:
        _close_costs(run, shares)
    return run


def _role(tariff: Any) -> str:
    return "deposit_received" if tariff.kind == DEPOSIT else str(tariff.role)


def period_said(since: dt.date, until: dt.date) -> str:
    """ "2026-11", or "2026-10–2026-12" for several months."""
    last = until - dt.timedelta(1)
    return f"{since:%Y-%m}" if (since.year, since.month) == (last.year, last.month) else f"{since:%Y-%m}–{last:%Y-%m}"


def _insert(values: dict[str, Any], year: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT DISTINCT billable_id, payer_id FROM fee_line) AS bills")
        count = cursor.fetchone()[0]
        cursor.execute(_NUMBERS, {"company": values["company"], "year": year, "count": count})
        before = cursor.fetchone()[0] - count
        cursor.execute(_BILLS, {**values, "before": before, "prefix": f"{PREFIX}-{year}-"})
        cursor.execute(_CHARGES, values)


def _close_costs(run: FeeRun, tariffs: list[int]) -> None:
    """The supplier's bills that this run has shared out."""
    shared = rows_of(
        "SELECT DISTINCT (explanation -> 0 ->> 'cost')::bigint FROM fee_line WHERE tariff_id = ANY(%(tariffs)s)",
        {"tariffs": tariffs},
    )
    SharedCost.objects.filter(pk__in=[pk for (pk,) in shared]).update(run=run)


# --- back, until it is sent -----------------------------------------------------------------------------------------------

_MOVE_BACK: Final = """
INSERT INTO billing_movement (charge_id, kind, amount, "on", entry_id, source_kind, source_key, reason, made_at, made_by_id)
SELECT c.id, %(kind)s, c.open_amount, %(on)s, e.counter, %(source)s, %(key)s, %(reason)s, %(at)s, %(person)s
FROM billing_charge c JOIN unnest(%(entries)s::bigint[], %(counters)s::bigint[]) AS e(entry, counter) ON e.entry = c.entry_id
WHERE c.run_id = %(run)s AND c.reversed_at IS NULL
"""
_CLOSE: Final = """
UPDATE billing_charge SET open_amount = 0, reversed_at = %(at)s WHERE run_id = %(run)s AND reversed_at IS NULL
"""


def reverse_run(run: FeeRun, reason: str, call: Call) -> int:
    """Take back all that a run made; the number of charges. Raises RuleBroken once it was sent, or where something was settled."""
    if run.state != RunState.MADE:
        raise RuleBroken(
            _("This run was sent; what is wrong with a bill is put right on the bill.")
            if run.state == RunState.SENT
            else _("This run has been reversed already.")
        )
    charges = Charge.objects.filter(run=run)
    list(charges.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True).iterator())
    settled = charges.filter(Exists(Movement.objects.filter(charge=OuterRef("pk"))))
    late = Charge.objects.filter(of__run=run, reversed_at=None)
    if settled.exists() or late.exists():
        raise RuleBroken(_("Something of this run has been paid or settled already; it can't be reversed as a whole."))
    entries = Entry.objects.filter(pk__in=set(charges.order_by().values_list("entry", flat=True).distinct()))
    on = timezone.localdate(call.at)
    counters = _reverse_entries(entries, run, on, call)
    values: dict[str, Any] = {
        "run": run.pk, "kind": MovementKind.REVERSAL, "on": on, "source": SOURCE, "key": str(run.pk), "reason": reason[:200],
        "at": call.at, "person": call.person.pk if call.person else None, "entries": list(counters),
        "counters": list(counters.values()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_BACK, values)
        cursor.execute(_CLOSE, values)
        count: int = cursor.rowcount
    Bill.objects.filter(run=run).update(reversed_at=call.at)
    SharedCost.objects.filter(run=run).update(run=None)
    run.state, run.reversed_at = RunState.REVERSED, call.at
    run.save(update_fields=["state", "reversed_at"])
    return count


def _reverse_entries(entries: Iterable[Entry], run: FeeRun, on: dt.date, call: Call) -> dict[int, int]:
    """{entry: its counter entry}"""
    words = _("Fee run reversed")
    return {
        entry.pk: reverse(entry, on, f"{words} {entry.summary}", (REVERSAL, f"{run.pk}:{entry.pk}"), event_call=call).pk
        for entry in entries
    }
