"""Readings into the book, one or ten thousand by the same few statements: judged, worked out, the odd ones held.

`judge` writes nothing, so that a preview and the act agree on every row.
"""

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.billing.models import Charge, Meter, Reading, ReadingKind, ReadingState, TariffPrice
from remit.kernel.organization.models import Person
from remit.lib import tariffs
from remit.lib.tariffs import Span

# How far back a neighbour's reading may lie to be compared with; and how far back a meter's own habit is looked for.
NEIGHBOURS_SINCE: Final = dt.timedelta(days=60)
NEIGHBOURS_MOST: Final = 5000
HISTORY_SINCE: Final = dt.timedelta(days=800)

Register = tuple[int, str]
Usual = dict[tuple[str, str, str], list[tuple[int, Span]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure that somebody gives for a register."""

    meter_id: int
    band: str
    on: dt.date
    value: Decimal
    kind: str = ReadingKind.READ
    photo_id: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What would become of an entry: a row to write, or a sentence that says why not."""

    entry: Entry
    row: Reading | None
    fault: str = ""
    is_between: bool = False  # a later reading stands already and is worked out anew


def judge(company_id: int, entries: Sequence[Entry], *, person: Person | None, at: dt.datetime) -> list[Judged]:
    """Each entry with its row or its fault, in the given order. Four queries, however many entries there are."""
    asked, today = {entry.meter_id for entry in entries}, timezone.localdate(at)
    meters = {one.pk: one for one in Meter.objects.filter(company=company_id, pk__in=asked).select_related("billable")}
    earliest = min((entry.on for entry in entries), default=today)
    book = _book(meters, earliest)
    billed = billed_until(meters.values())
    usual = _usual(company_id, meters.values(), earliest)
    judged = []
    for entry in entries:
        meter = meters.get(entry.meter_id)
        standing = book[entry.meter_id, entry.band]
        if meter is None:
            judged.append(Judged(entry, None, _("There is no such meter.")))
            continue
        fault = _fault(entry, meter, standing, billed.get((meter.billable_id or 0, meter.supply)), today)
        if fault:
            judged.append(Judged(entry, None, fault))
            continue
        row = _row(entry, meter, standing, usual)
        row.company_id, row.made_by, row.made_at = company_id, person, at
        place = _place(standing, entry.on)
        judged.append(Judged(entry, row, is_between=place < len(standing)))
        standing.insert(place, row)  # of a batch a later entry stands on the earlier one
    return judged


def _book(meters: Iterable[int], earliest: dt.date) -> dict[Register, list[Reading]]:
    """The readings that stand, by register, oldest first."""
    found: dict[Register, list[Reading]] = defaultdict(list)
    rows = Reading.objects.filter(meter__in=list(meters), on__gte=earliest - HISTORY_SINCE)
    for reading in rows.exclude(state=ReadingState.WITHDRAWN).order_by("meter", "band", "on"):
        found[reading.meter_id, reading.band].append(reading)
    return found


def billed_until(meters: Iterable[Meter]) -> dict[tuple[int, str], dt.date]:
    """By billable and supply, the day of the last reading that was billed: what were dated before it nobody would bill."""
    billables = {meter.billable_id for meter in meters if meter.billable_id is not None}
    living = Charge.objects.filter(billable__in=billables, reversed_at=None, of=None, tariff__kind="metered")
    rows = living.values_list("billable", "tariff").annotate(last=Max("period_until"))
    if not rows:
        return {}
    prices = TariffPrice.objects.filter(tariff__in={tariff for _billable, tariff, _last in rows})
    supplies = {price.tariff_id: str(price.terms.get("supply")) for price in prices}
    billed: dict[tuple[int, str], dt.date] = {}
    for billable, tariff, last in rows:
        key = (billable, supplies[tariff])
        billed[key] = max(billed.get(key, last), last)
    return billed


def _usual(company_id: int, meters: Iterable[Meter], earliest: dt.date) -> Usual:
    """What the meters on the same rounds have used lately, by round, supply and band."""
    groups = {meter.group for meter in meters}
    rows = Reading.objects.filter(
        company=company_id, state=ReadingState.ACCEPTED, on__gte=earliest - NEIGHBOURS_SINCE, used__isnull=False,
        meter__group__in=groups,
    ).order_by("-on")  # fmt: skip
    columns = ("meter__group", "meter__supply", "band", "meter_id", "previous_on", "on", "used")
    found: Usual = defaultdict(list)
    for group, supply, band, meter_id, since, until, used in rows.values_list(*columns)[:NEIGHBOURS_MOST]:
        found[group, supply, band].append((meter_id, Span(since, until, used)))
    return found


def _fault(
    entry: Entry, meter: Meter, standing: Sequence[Reading], billed: dt.date | None, today: dt.date
) -> str:  # fmt: skip
    words = {"meter": meter.number, "day": entry.on.isoformat()}
    if entry.band not in (meter.bands or [""]):
        return _("Meter %(meter)s has no register “%(band)s”.") % {**words, "band": entry.band}
    if entry.on > today:
        return _("%(day)s has not come yet.") % words
    if entry.on < meter.installed_on or (meter.removed_on is not None and entry.on > meter.removed_on):
        return _("Meter %(meter)s did not hang there on %(day)s.") % words
    if entry.value < 0 or entry.value >= 10**meter.digits or entry.value != entry.value.quantize(Decimal("0.001")):
        return _("Meter %(meter)s has %(n)d digits before the point; it can't show %(value)s.") % {
            **words, "n": meter.digits, "value": entry.value,
        }  # fmt: skip
    if billed is not None and entry.on <= billed and entry.kind != ReadingKind.INITIAL:
        return _(
            "What meter %(meter)s counted up to %(billed)s has been billed; date the reading later or reverse the run."
        ) % {**words, "billed": billed.isoformat()}
    place = _place(standing, entry.on)
    if place < len(standing) and standing[place].on == entry.on:
        return _("Meter %(meter)s has a reading of %(day)s already; correct that one.") % words
    return ""


def _place(standing: Sequence[Reading], on: dt.date) -> int:
    return bisect_left(standing, on, key=lambda one: one.on)


def _row(entry: Entry, meter: Meter, standing: Sequence[Reading], usual: Usual) -> Reading:
    row = Reading(
        meter=meter, band=entry.band, on=entry.on, value=entry.value, kind=entry.kind, photo_id=entry.photo_id,
        state=ReadingState.ACCEPTED,
    )  # fmt: skip
    place = _place(standing, entry.on)
    if not place or entry.kind == ReadingKind.INITIAL:
        return row
    before = standing[place - 1]
    work_out(row, before, meter)
    history = [
        Span(one.previous_on, one.on, one.used)
        for one in standing[:place]
        if one.used is not None and one.previous_on is not None and one.state == ReadingState.ACCEPTED
    ]
    neighbours = [span for pk, span in usual.get((meter.group, meter.supply, entry.band), ()) if pk != meter.pk]
    odd = tariffs.oddness(Span(before.on, entry.on, row.used or Decimal(0)), history, neighbours)
    takes_back = odd == "falling" and before.kind == ReadingKind.ESTIMATE
    if odd and not takes_back and entry.kind != ReadingKind.ESTIMATE:
        row.state, row.reason = ReadingState.HELD, odd
    return row


def work_out(row: Reading, before: Reading, meter: Meter, *, rolled: bool | None = None) -> None:
    """What was used since `before`; `rolled` None: as the figures suggest."""
    row.previous_on, row.previous = before.on, before.value
    row.rolled = tariffs.rolls_over(before.value, row.value, digits=meter.digits) if rolled is None else rolled
    row.used = tariffs.consumption(before.value, row.value, meter.factor, digits=meter.digits, rolled=row.rolled)


def write(judged: Iterable[Judged]) -> list[Reading]:
    """The rows of those without a fault. What stands after a new reading is worked out anew."""
    good = [(one.row, one.is_between) for one in judged if one.row is not None]
    Reading.objects.bulk_create([row for row, _is_between in good], batch_size=2000)
    for row, is_between in good:
        if is_between:
            follow(row)
    return [row for row, _is_between in good]


def follow(row: Reading) -> None:
    """Work out the reading after this one anew: its consumption now begins here, or where this one no longer stands, before."""
    standing = Reading.objects.exclude(state=ReadingState.WITHDRAWN).filter(meter=row.meter_id, band=row.band)
    after = standing.filter(on__gt=row.on).select_related("meter").order_by("on").first()
    if after is None or after.kind == ReadingKind.INITIAL:
        return
    before = standing.filter(on__lt=after.on).order_by("-on").first()
    if before is not None:
        work_out(after, before, after.meter)
        after.save(update_fields=["previous_on", "previous", "rolled", "used"])
