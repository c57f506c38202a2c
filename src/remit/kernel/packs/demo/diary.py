"""The diary of the demo's year: what is to happen when, done in the order of time with the clock set to it."""

import datetime as dt
import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from random import Random
from typing import Any, Final, TypeAlias

from django.db import connection
from django.utils import timezone

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.errors import NotAuthorised
from remit.kernel.authority.gate import Result, perform
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import actor_for
from remit.kernel.packs.demo.founding import Group
from remit.lib import clock
from remit.lib.calendars import WorkingCalendar

Task: TypeAlias = Callable[[], object]  # what it answers is nobody's business
DAY_MINUTES: Final = 440  # of a working day, the last minutes left for those who go home
TASKS_BETWEEN_STATISTICS: Final = 250


class Diary:
    """Tasks by moment. What would happen at `until` or later does not happen: it is what stands open on the demo's first day."""

    def __init__(self, group: Group, rng: Random, until: dt.datetime) -> None:
        self.group = group
        self.rng = rng
        self.until = until
        self.calendar = WorkingCalendar()
        self._entries: list[tuple[dt.datetime, int, Task]] = []
        self._planned = 0
        self._actors: dict[int, Actor] = {}
        self.is_unanswered = False

    def plan(self, moment: dt.datetime, task: Task) -> None:
        """Tasks of the same moment happen in the order in which they were planned."""
        if moment < self.until:
            self._planned += 1
            heapq.heappush(self._entries, (moment, self._planned, task))

    def plan_on(self, day: dt.date, task: Task) -> None:
        """At some working minute of the day; the next working day where it is none."""
        self.plan(self.some_minute(day), task)

    def plan_after(self, hours: tuple[float, float], task: Callable[[], object]) -> None:
        """Some working hours from now."""
        delay = dt.timedelta(hours=self.rng.uniform(*hours))
        self.plan(self.calendar.add_working_time(clock.now(), delay), task)

    def some_minute(self, day: dt.date) -> dt.datetime:
        morning = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
        seconds = self.rng.randint(0, DAY_MINUTES * 60)
        return self.calendar.add_working_time(morning, dt.timedelta(seconds=seconds))

    def run(self) -> None:
        """Until nothing is left that happens before the end. Tasks may plan further ones.

        The year is one transaction, which autovacuum can't see into: without fresh statistics the planner would go on taking
        growing tables for empty ones, and the database would work longer than we do.
        """
        for done in count():
            if not self._entries:
                return
            if done % TASKS_BETWEEN_STATISTICS == 0:
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
            moment, _order, task = heapq.heappop(self._entries)
            with clock.set_to(moment):
                task()

    @contextmanager
    def unanswered(self) -> Iterator[None]:
        """Within the block nobody reacts to what opens."""
        self.is_unanswered = True
        try:
            yield
        finally:
            self.is_unanswered = False

    def actor(self, pk: int) -> Actor:
        if pk not in self._actors:
            self._actors[pk] = actor_for(Person.objects.get(pk=pk), "web")
        return self._actors[pk]

    def do(self, pk: int, action: str, **facts: Any) -> Result | None:
        """A person does something. None where it was refused: the refusal is part of the record."""
        try:
            return perform(self.actor(pk), action, facts)
        except NotAuthorised:
            return None
