"""Questions about meters: the rounds and what is still to be read, what is held, the balance, how often figures were wrong."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from remit.kernel.billing.models import Meter, Reading, ReadingKind, ReadingState
from remit.lib import tariffs

ZERO = Decimal(0)
STANDING = ~Q(state=ReadingState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Round:
    """The meters that one person reads in one go, and how many of them this month has a reading of."""

    group: str
    meters: int
    read: int
    held: int


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    since = day.replace(day=1)
    return since, (since + dt.timedelta(days=32)).replace(day=1)


def _hung(since: dt.date) -> Q:
    return Q(removed_on=None) | Q(removed_on__gte=since)


def rounds(meters: QuerySet[Meter], day: dt.date) -> list[Round]:
    """By group, for the month of the day. One query."""
    since, until = month_of(day)
    of_month = Reading.objects.filter(STANDING, meter=OuterRef("pk"), on__gte=since, on__lt=until)
    rows = (
        meters.filter(_hung(since), installed_on__lt=until)
        .annotate(is_read=Exists(of_month), is_held=Exists(of_month.filter(state=ReadingState.HELD)))
        .values("group")
        .annotate(
            meters=Count("pk"), read=Count("pk", filter=Q(is_read=True)), held=Count("pk", filter=Q(is_held=True))
        )
        .order_by("group")
    )
    return [Round(row["group"], row["meters"], row["read"], row["held"]) for row in rows]


def to_read(meters: QuerySet[Meter], day: dt.date) -> QuerySet[Meter]:
    """The meters of a round with the last figure before the month (`last`, `last_on`) and that of the month, if there is one."""
    since, until = month_of(day)
    before = Reading.objects.filter(STANDING, meter=OuterRef("pk"), on__lt=since).order_by("-on")
    within = Reading.objects.filter(STANDING, meter=OuterRef("pk"), on__gte=since, on__lt=until).order_by("-on")
    return (
        meters.filter(_hung(since), installed_on__lt=until)
        .select_related("billable")
        .annotate(
            last=Subquery(before.values("value")[:1]), last_on=Subquery(before.values("on")[:1]),
            now=Subquery(within.values("value")[:1]), now_state=Subquery(within.values("state")[:1]),
            now_id=Subquery(within.values("pk")[:1]), now_used=Subquery(within.values("used")[:1]),
        )
    )  # fmt: skip


def still_to_read(meters: QuerySet[Meter], day: dt.date) -> QuerySet[Meter]:
    """By round and number."""
    since, until = month_of(day)
    of_month = Reading.objects.filter(STANDING, meter=OuterRef("pk"), on__gte=since, on__lt=until)
    return meters.filter(_hung(since), ~Exists(of_month), installed_on__lt=until).order_by("group", "number")


@dataclass(frozen=True, slots=True)
class Balance:
    """A main meter against its parts over a time: what was charged to somebody, what common meters took, what is missing."""

    meter: Meter
    main: Decimal
    charged: Decimal
    common: Decimal
    lost: Decimal
    percent: Decimal | None
    unread: int  # parts without an accepted reading in the time


def balances(meters: QuerySet[Meter], since: dt.date, until: dt.date) -> list[Balance]:
    """Of every meter that has parts, by number (S-087, 平衡报表). Two queries."""
    zero = DecimalField(max_digits=16, decimal_places=3)
    accepted = Q(readings__state=ReadingState.ACCEPTED, readings__on__gte=since, readings__on__lt=until)
    used = Coalesce(Sum("readings__used", filter=accepted), ZERO, output_field=zero)
    read = Count("readings", filter=accepted)
    with_parts = meters.filter(Exists(Meter.objects.filter(parent=OuterRef("pk")))).order_by("supply", "number")
    parts = Meter.objects.filter(parent__in=with_parts).annotate(used=used, read=read)
    by_main: dict[int, list[Meter]] = {}
    for part in parts:
        by_main.setdefault(part.parent_id or 0, []).append(part)
    return [_balance(main, by_main.get(main.pk, [])) for main in with_parts.annotate(used=used)]


def _balance(main: Meter, parts: Iterable[Meter]) -> Balance:
    parts = list(parts)
    total: Decimal = main.used  # type: ignore[attr-defined]  # annotated by `balances`
    charged = sum((part.used for part in parts if part.billable_id is not None), ZERO)  # type: ignore[attr-defined]
    common = sum((part.used for part in parts if part.billable_id is None), ZERO)  # type: ignore[attr-defined]
    lost, percent = tariffs.balance(total, {"charged": charged, "common": common})
    return Balance(main, total, charged, common, lost, percent, sum(not part.read for part in parts))  # type: ignore[attr-defined]


def entry_errors(company_id: int, since: dt.date, until: dt.date) -> tuple[int, int]:
    """(figures that were corrected, figures that were entered) among those of the time; R-138 wants none of the first."""
    entered = Reading.objects.filter(company=company_id, on__gte=since, on__lt=until, corrects=None).exclude(
        kind=ReadingKind.ESTIMATE
    )
    counts = entered.aggregate(wrong=Count("pk", filter=Q(state=ReadingState.WITHDRAWN)), all=Count("pk"))
    return counts["wrong"], counts["all"]


def held(company_id: int) -> QuerySet[Reading]:
    return Reading.objects.filter(company=company_id, state=ReadingState.HELD).select_related("meter", "made_by")


def history(meter: Meter) -> QuerySet[Reading]:
    return meter.readings.select_related("made_by").order_by("-on", "band", F("pk").desc())
