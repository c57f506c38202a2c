"""The day of somebody who is out: what he has to do at customers, in the order of the agreed times (S-021)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from remit.kernel.authority.facts import BadFact, Fact
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.models import Ruling
from remit.kernel.organization.models import Person
from remit.kernel.procedures.compiled import latest_versions, spec_of
from remit.kernel.procedures.format import Step
from remit.kernel.procedures.models import Case, StepRun
from remit.lib import clock

STOPS_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Stop:
    """One open step of a case that is done outside. `at` is the agreed time, None where none has been agreed yet."""

    run: StepRun
    case: Case
    step: Step
    at: dt.datetime | None
    where: str


@dataclass(frozen=True, slots=True)
class Day:
    """`today` in the order of time with what was missed first, `open` without a time yet by when they are due, `later` agreed for
    another day."""

    today: list[Stop]
    open: list[Stop]
    later: list[Stop]


def day_of(person: Person) -> Day:
    """Three queries. The nearest sixty stops; nobody does more in a day."""
    keys = [version.procedure.key for version in latest_versions() if spec_of(version).day]
    book = rulebook_now()
    desks = [*book.positions_of(person.pk), *(one.position_id for one in book.deputyships(person.pk))]
    asked = Q(person=person) | Q(position_id__in=desks) & (Q(excepted=None) | ~Q(excepted=person))
    runs = StepRun.objects.filter(
        asked, closed_at=None, request=None, case__procedure__key__in=keys, case__paused_at=None
    )
    found = runs.select_related("case__version", "case__party").order_by("due_at", "id")[:STOPS_MAX]
    stops = [stop for run in found if (stop := _stop(run)) is not None]
    tomorrow = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    timed = sorted((stop for stop in stops if stop.at is not None), key=lambda stop: (stop.at, stop.run.pk))
    return Day(
        today=[stop for stop in timed if stop.at is not None and stop.at < tomorrow],
        open=[stop for stop in stops if stop.at is None],
        later=[stop for stop in timed if stop.at is not None and stop.at >= tomorrow],
    )


def _stop(run: StepRun) -> Stop | None:
    spec = spec_of(run.case.version)
    step = spec.step(run.step)
    if step is None or spec.day is None:
        return None
    values = run.case.values
    return Stop(run, run.case, step, _moment(values.get(spec.day.at)), str(values.get(spec.day.where or "") or ""))


def _moment(stored: Any) -> dt.datetime | None:
    try:
        found = Fact("at", "moment", "").parse(stored)
    except BadFact:
        return None
    return found if isinstance(found, dt.datetime) else None


def was_sent(person: Person, key: str) -> bool:
    """Whether a step that was sent under this key has arrived already: a phone asks again where it heard no answer."""
    return bool(key) and Ruling.objects.filter(person=person, idempotency_key=key, action="case.submit").exists()
