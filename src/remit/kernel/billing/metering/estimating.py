"""What meters that nobody could read have probably counted."""

import datetime as dt
from collections import defaultdict

from django.db.models import Exists, OuterRef, Q

from remit.kernel.billing.metering.recording import HISTORY_SINCE, Entry
from remit.kernel.billing.models import Meter, Reading, ReadingKind, ReadingState
from remit.lib import tariffs
from remit.lib.tariffs import Span


def estimates_for(company_id: int, supply: str, group: str, on: dt.date) -> list[Entry]:
    """One entry for each register without a reading in the month of `on` and with a history. Two queries."""
    of_month = Reading.objects.filter(meter=OuterRef("pk"), on__gte=on.replace(day=1)).exclude(
        state=ReadingState.WITHDRAWN
    )
    hung = Q(removed_on=None) | Q(removed_on__gt=on)
    meters = Meter.objects.filter(hung, company=company_id, supply=supply, installed_on__lt=on).exclude(
        Exists(of_month)
    )
    if group:
        meters = meters.filter(group__startswith=group)
    by_pk = {meter.pk: meter for meter in meters}
    standing = Reading.objects.filter(
        meter__in=by_pk, state=ReadingState.ACCEPTED, on__lt=on, on__gte=on - HISTORY_SINCE
    ).order_by("on")
    registers: dict[tuple[int, str], list[Reading]] = defaultdict(list)
    for reading in standing:
        registers[reading.meter_id, reading.band].append(reading)
    entries = []
    for (meter_id, band), readings in registers.items():
        meter, last = by_pk[meter_id], readings[-1]
        history = [
            Span(one.previous_on, one.on, one.used)
            for one in readings
            if one.used is not None and one.previous_on is not None
        ]
        used = tariffs.estimate(history, last.on, on)
        if used is None:
            continue
        shown = (last.value + used / meter.factor) % 10**meter.digits
        entries.append(Entry(meter_id, band, on, round(shown, 3), ReadingKind.ESTIMATE))
    return entries
