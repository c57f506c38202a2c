"""Where every customer in arrears stands on a day: how much is overdue since when, which step is reached, what pauses it. One statement."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from remit.kernel.billing.access import visible_charges
from remit.kernel.billing.models import Charge
from remit.kernel.organization.models import Person


@dataclass(frozen=True, slots=True)
class Scope:
    """Which customers: all that `person` sees (None: all), a beginning of billables' groups, a class, one customer, a collector."""

    company_id: int
    person: Person | None = None
    group: str = ""
    customer_class: str = ""
    payer_id: int | None = None
    collector_id: int | None = None
    only_due: bool = False
    over: int = 0  # days, at least
    paused: bool | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One customer in arrears. `since` is the oldest due day that is open and not disputed (None: all is disputed), `days` are those over it.
    `level` and `channel` are the step that a run would take now ("" where it would take none), the next ones the step to come."""

    payer_id: int
    number: str
    name: str
    collector_id: int | None
    collector: str
    since: dt.date | None
    days: int
    amount: Decimal
    disputed: Decimal
    to_30: Decimal
    to_60: Decimal
    to_90: Decimal
    to_180: Decimal
    beyond: Decimal
    done: int
    level: int
    channel: str
    next_level: int
    next_channel: str
    held_until: dt.date | None
    plan_until: dt.date | None

    @property
    def is_paused(self) -> bool:
        return self.held_until is not None or self.plan_until is not None

    @property
    def next_on(self) -> dt.date | None:
        return self.since + dt.timedelta(self.next_level) if self.since and self.next_channel else None


_STANDING: Final = """
WITH seen AS ({seen}),
said AS (
    SELECT s.*, EXISTS (
        SELECT 1 FROM dunning_hold h WHERE h.kind = 'dispute' AND h.bill_id = s.bill_id AND h.since <= %s
        AND (h.until IS NULL OR h.until >= %s) AND (h.ended_on IS NULL OR h.ended_on > %s)) AS disputed
    FROM seen s
),
owing AS (
    SELECT payer_id, min(due_on) FILTER (WHERE NOT disputed) AS since,
        coalesce(sum(open_amount) FILTER (WHERE NOT disputed), 0) AS amount,
        coalesce(sum(open_amount) FILTER (WHERE disputed), 0) AS disputed,
        coalesce(sum(open_amount) FILTER (WHERE late <= 30), 0) AS to_30,
        coalesce(sum(open_amount) FILTER (WHERE late BETWEEN 31 AND 60), 0) AS to_60,
        coalesce(sum(open_amount) FILTER (WHERE late BETWEEN 61 AND 90), 0) AS to_90,
        coalesce(sum(open_amount) FILTER (WHERE late BETWEEN 91 AND 180), 0) AS to_180,
        coalesce(sum(open_amount) FILTER (WHERE late > 180), 0) AS beyond
    FROM (SELECT *, %s::date - due_on AS late FROM said) aged GROUP BY payer_id
),
placed AS (
    SELECT o.payer_id, p.number, p.name, p.owner_id, coalesce(k.name, '') AS collector, o.since, coalesce(%s::date - o.since, 0) AS days,
        o.amount, o.disputed, o.to_30, o.to_60, o.to_90, o.to_180, o.beyond, coalesce(done.level, 0) AS done,
        CASE WHEN here.days > coalesce(done.level, -1) AND held.until IS NULL AND plan.until IS NULL THEN here.days ELSE 0 END AS level,
        CASE WHEN here.days > coalesce(done.level, -1) AND held.until IS NULL AND plan.until IS NULL THEN here.channel ELSE '' END AS channel,
        coalesce(ahead.days, 0) AS next_level, coalesce(ahead.channel, '') AS next_channel, held.until AS held, plan.until AS planned
    FROM owing o JOIN parties_party p ON p.id = o.payer_id LEFT JOIN organization_person k ON k.id = p.owner_id
    LEFT JOIN LATERAL (
        SELECT l.id FROM dunning_ladder l WHERE (l.company_id = %s OR l.company_id IS NULL) AND l.customer_class IN ('', p.kind, p.grade)
        ORDER BY l.company_id IS NULL, l.customer_class = '', l.customer_class = p.kind LIMIT 1
    ) ladder ON true
    LEFT JOIN LATERAL (
        SELECT max(r.level) AS level FROM dunning_reminder r WHERE r.payer_id = o.payer_id AND r.company_id = %s AND r.arrears_since = o.since
    ) done ON true
    LEFT JOIN LATERAL (
        SELECT g.days, g.channel FROM dunning_rung g WHERE g.ladder_id = ladder.id AND g.days <= %s::date - o.since AND g.minimum <= o.amount
        ORDER BY g.days DESC LIMIT 1
    ) here ON true
    LEFT JOIN LATERAL (
        SELECT g.days, g.channel FROM dunning_rung g WHERE g.ladder_id = ladder.id AND g.days > greatest(coalesce(done.level, -1), %s::date - o.since)
        AND g.minimum <= o.amount ORDER BY g.days LIMIT 1
    ) ahead ON true
    LEFT JOIN LATERAL (
        SELECT max(h.until) AS until FROM dunning_hold h WHERE h.payer_id = o.payer_id AND h.company_id = %s AND h.kind = 'hold'
        AND h.since <= %s AND h.until >= %s AND (h.ended_on IS NULL OR h.ended_on > %s)
    ) held ON true
    LEFT JOIN LATERAL (
        SELECT max(n.last_on) AS until FROM dunning_paymentplan n WHERE n.payer_id = o.payer_id AND n.company_id = %s
        AND n.since <= %s AND n.last_on >= %s
        AND coalesce((SELECT sum(i.amount) FROM dunning_instalment i WHERE i.plan_id = n.id AND i.due_on < %s), 0)
            <= coalesce((SELECT sum(v.amount) FROM payments_receipt v WHERE v.payer_id = n.payer_id AND v.company_id = n.company_id
                         AND v.voided_at IS NULL AND v."on" BETWEEN n.since AND %s), 0)
    ) plan ON true
)
SELECT * FROM placed WHERE {where} ORDER BY coalesce(since, 'infinity'), payer_id LIMIT %s
"""


def overdue(scope: Scope, day: dt.date) -> QuerySet[Charge]:
    """What is open past its due day, of the customers of the scope."""
    charges = Charge.objects.all() if scope.person is None else visible_charges(scope.person)
    charges = charges.filter(company=scope.company_id, open_amount__gt=0, due_on__lt=day, reversed_at=None)
    if scope.group:
        charges = charges.filter(
            payer__in=charges.filter(billable__group__startswith=scope.group).order_by().values("payer")
        )
    if scope.customer_class:
        field = "payer__grade" if len(scope.customer_class) == 1 else "payer__kind"
        charges = charges.filter(**{field: scope.customer_class})
    if scope.payer_id is not None:
        charges = charges.filter(payer=scope.payer_id)
    if scope.collector_id is not None:
        charges = charges.filter(payer__owner=scope.collector_id)
    return charges


def standings(
    scope: Scope, day: dt.date, *, limit: int | None = None, after: tuple[str, int] | None = None
) -> list[Standing]:
    """Who is in arrears on the day, the longest first, in one statement. `after` is the place (since as ISO or "infinity", payer) of the last row before."""
    seen = overdue(scope, day).order_by().values_list("payer_id", "bill_id", "due_on", "open_amount")
    sql, values = seen.query.sql_with_params()
    where: list[str] = ["true"]
    more: list[Any] = []
    if scope.only_due:
        where.append("channel <> ''")
    if scope.over:
        where.append("days > %s")
        more.append(scope.over)
    if scope.paused is not None:
        where.append("(held IS NOT NULL OR planned IS NOT NULL OR disputed > 0) = %s")
        more.append(scope.paused)
    if after is not None:
        where.append("(coalesce(since, 'infinity'), payer_id) > (%s::date, %s)")
        more += [*after]
    company = scope.company_id
    given: list[Any] = [
        *values, *[day] * 5, company, company, day, day, company, day, day, day, company, day, day, day, day, *more, limit
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STANDING.format(seen=sql, where=" AND ".join(where)), given)
        return [Standing(*row) for row in cursor.fetchall()]
