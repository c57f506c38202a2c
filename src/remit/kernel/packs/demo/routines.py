"""The routines of the demo's year: opened for everybody in a few statements, and ended as such things end."""

import datetime as dt
from collections.abc import Mapping
from random import Random
from typing import Any, Final

from django.utils import timezone

from remit.kernel.packs.demo.founding import act
from remit.kernel.work.actions import close_items
from remit.kernel.work.models import WorkItem
from remit.kernel.work.routines import KIND, occurrences, open_occurrences, routines_in_force

LATE: Final = 0.06
MISSED: Final = 0.025
FOLLOW_UPS: Final = (
    "无",
    "王女士要求下周再联系",
    "李先生对发货时间有意见，已转物流",
    "周阿姨想了解新品",
    "两户无人接听，明天再打",
)


def live_routines(rng: Random, first_day: dt.date, until: dt.datetime) -> None:
    """The clock stands at `until`. What falls due on the last day stands open, and so does a little of the days before."""
    today = timezone.localdate(until)
    # Today's versions first: where a charter was revised in the year, the one before only fills what came earlier.
    for day in (today, first_day):
        open_occurrences(occurrences(routines_in_force(day), first_day, today), today)
    fields = ("pk", "person", "due_at", "lapses_at", "evidence")
    past = WorkItem.objects.filter(source_kind=KIND, done_at=None, person__isnull=False, due_at__lt=until).order_by(
        "pk"
    )
    close_items([end for row in past.values(*fields) if (end := _end(rng, row, until)) is not None])
    act("work.open_routines", day=today)


def _end(rng: Random, row: Mapping[str, Any], until: dt.datetime) -> dict[str, Any] | None:
    """As a rule in the hours before it is due; now and then late; rarely never. None where it is still open."""
    dice = rng.random()
    if dice < MISSED:
        return {"id": row["pk"], "at": row["lapses_at"].isoformat(), "by": None} if row["lapses_at"] <= until else None
    if dice < MISSED + LATE:
        latest = min(row["lapses_at"], until)
        at = row["due_at"] + (latest - row["due_at"]) * rng.uniform(0.2, 0.8)
    else:
        opening = timezone.localtime(row["due_at"]).replace(hour=8, minute=15)
        at = opening + (row["due_at"] - opening) * rng.uniform(0.2, 0.98) if row["due_at"] > opening else row["due_at"]
    if timezone.localdate(at) == timezone.localdate(until) and rng.random() < 0.5:
        return None
    result = {one["label"]: _handed_in(rng, one["kind"]) for one in row["evidence"]}
    return {"id": row["pk"], "at": at.isoformat(), "by": row["person"], "result": result}


def _handed_in(rng: Random, kind: str) -> str:
    return f"{rng.randint(3, 48)}.00" if kind == "number" else rng.choice(FOLLOW_UPS)
