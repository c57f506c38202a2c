"""Questions to the book: the weekly and monthly table, who falls, how many have dropped off."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum

from remit.kernel.organization.models import Person
from remit.kernel.parties.models import Party
from remit.kernel.procedures.models import Procedure
from remit.packs.key_accounts.access import measured_parties
from remit.packs.key_accounts.models import TrafficFigure, TrafficRule

# Settled where the documents give no figure: below a fifth of the own half-year's mean for a fortnight; lost after sixty days.
SHARE: Final = 20
WEEKS: Final = 2
MEAN_WEEKS: Final = 26
SILENT_DAYS: Final = 60
COLUMNS: Final = 6
PROCEDURE: Final = "retention"


@dataclass(frozen=True, slots=True)
class Line:
    """One customer: (day, volume) by period, the newest last, None where the book has none; `change` in percent of the one before."""

    pk: int
    name: str
    owner: str
    cells: list[tuple[dt.date, Decimal | None]]
    change: int | None


def rule_of(company_id: int) -> TrafficRule:
    """The company's own, or the default."""
    found = TrafficRule.objects.filter(company=company_id).first()
    return found or TrafficRule(company_id=company_id, share=SHARE, weeks=WEEKS, mean_weeks=MEAN_WEEKS)


def periods(company_id: int, period: str) -> list[dt.date]:
    """The newest periods of which the book has figures, the newest last."""
    days = TrafficFigure.objects.filter(company=company_id, period=period).values_list("starts_on", flat=True)
    return sorted(days.order_by("-starts_on").distinct()[:COLUMNS])


def measured(person: Person, period: str, days: list[dt.date]) -> QuerySet[Party]:
    """Customers with figures in one of the periods, as far as the person may see them."""
    figures = TrafficFigure.objects.filter(party=OuterRef("pk"), period=period, starts_on__in=days)
    return measured_parties(person).filter(Exists(figures)).select_related("owner")


def lines(parties: Iterable[Party], period: str, days: list[dt.date]) -> list[Line]:
    """One query for all of them (R-042)."""
    parties = list(parties)
    found = TrafficFigure.objects.filter(party__in=[party.pk for party in parties], period=period, starts_on__in=days)
    sums = {
        (row["party"], row["starts_on"]): row["volume__sum"]
        for row in found.order_by().values("party", "starts_on").annotate(Sum("volume"))
    }
    made = []
    for party in parties:
        volumes = [sums.get((party.pk, day)) for day in days]
        now, before = (volumes[-1], volumes[-2]) if len(volumes) > 1 else (None, None)
        change = round((now - before) / before * 100) if now is not None and before else None
        made.append(
            Line(
                party.pk,
                party.name,
                party.owner.name if party.owner else "",
                list(zip(days, volumes, strict=True)),
                change,
            )
        )
    return made


@dataclass(frozen=True, slots=True)
class Fall:
    """A customer whose last weeks lie below the rule's share of the weeks before; `share` in percent of the own mean."""

    party_id: int
    share: int


def companies_to_warn() -> list[int]:
    """Companies that keep a weekly book and have the procedure that a warning opens."""
    if not Procedure.objects.filter(key=PROCEDURE).exists():
        return []
    kept = TrafficFigure.objects.filter(period="week").order_by("company")
    return list(kept.values_list("company_id", flat=True).distinct())


def newest_week(company_id: int) -> dt.date | None:
    found = TrafficFigure.objects.filter(company=company_id, period="week")
    newest: dt.date | None = found.aggregate(newest=Max("starts_on"))["newest"]
    return newest


def falling(company_id: int, rule: TrafficRule) -> list[Fall]:
    """One statement over the company's weeks (S-029). Who is missing in the newest weeks has used nothing; whoever is in the book
    for fewer than four weeks before them has no mean yet."""
    newest = newest_week(company_id)
    if newest is None:
        return []
    cut = newest - dt.timedelta(weeks=rule.weeks - 1)
    start = cut - dt.timedelta(weeks=rule.mean_weeks)
    weeks = TrafficFigure.objects.filter(company=company_id, period="week", starts_on__gte=start, starts_on__lte=newest)
    rows = (
        weeks.order_by()
        .values("party")
        .annotate(
            recent=Sum("volume", filter=Q(starts_on__gte=cut), default=Decimal(0)),
            before=Sum("volume", filter=Q(starts_on__lt=cut), default=Decimal(0)),
            count=Count("starts_on", filter=Q(starts_on__lt=cut), distinct=True),
        )
        .filter(count__gte=4, before__gt=0)
        .filter(recent__lt=F("before") * rule.weeks * rule.share / (F("count") * Decimal(100)))
    )
    return [Fall(row["party"], int(row["recent"] / rule.weeks / (row["before"] / row["count"]) * 100)) for row in rows]


@dataclass(frozen=True, slots=True)
class DropOff:
    """Of the customers with traffic in the sixty days before `since`, those without any in the sixty days up to `until`."""

    base: int
    lost: list[tuple[int, str]]
    since: dt.date
    until: dt.date

    @property
    def percent(self) -> Decimal:
        return (Decimal(len(self.lost)) / self.base * 100).quantize(Decimal("0.1")) if self.base else Decimal(0)


def drop_off(person: Person, since: dt.date, until: dt.date) -> DropOff:
    """S-030: lost is whose contract ended (status lost) or who had no traffic for sixty days. Only customers the person sees.

    Two queries. A month's figure counts for its whole month, so a rate within a month may change when the month comes in.
    """
    silent = dt.timedelta(days=SILENT_DAYS)
    some = TrafficFigure.objects.filter(party=OuterRef("pk"), volume__gt=0)
    base = measured_parties(person).filter(Exists(some.filter(starts_on__gte=since - silent, starts_on__lt=since)))
    heard = Exists(some.filter(starts_on__gt=until - silent, starts_on__lte=until))
    lost = base.filter(~heard | Q(status="lost")).order_by("sort_key", "pk")
    return DropOff(base.count(), list(lost.values_list("pk", "name")), since, until)
