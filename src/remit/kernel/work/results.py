"""Done, late and missed: the routines of one's own and of the positions below, by person, duty and month. Aggregated in the
database; the figures open to the items behind them.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.authority.access import positions_reached
from remit.kernel.charters.models import CharterVersion
from remit.kernel.organization.models import Person
from remit.kernel.work.models import WorkItem
from remit.kernel.work.routines import KIND
from remit.lib import clock
from remit.lib.calendars import add_months

WAYS: Final = ("person", "duty", "month")
MONTHS: Final = 12
_COUNTS: Final = {
    "done": Count("id", filter=Q(done_by__isnull=False, done_at__lte=F("due_at"))),
    "late": Count("id", filter=Q(done_by__isnull=False, done_at__gt=F("due_at"))),
    "missed": Count("id", filter=Q(is_missed=True)),
    "open": Count("id", filter=Q(done_at=None)),
}


@dataclass(frozen=True, slots=True)
class Result:
    """One line. `key` is what the line opens to: a person's id, a duty, a month; "" where it opens to nothing."""

    label: str
    note: str
    key: str
    done: int
    late: int
    missed: int
    open: int

    @property
    def asked(self) -> int:
        return self.done + self.late + self.missed

    @property
    def in_time(self) -> int | None:
        """Per cent of what has ended; None where nothing has."""
        return round(100 * self.done / self.asked) if self.asked else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose routines, of which month; `person_id` and `duty` ("charter.duty") narrow them."""

    month: dt.date  # its first day
    person_id: int | None = None
    duty: tuple[int, str] | None = None


def routines_seen(person: Person) -> QuerySet[WorkItem]:
    """Occurrences asked of the person's own positions and those below; what fell away counts for nobody. One's peers at the same
    position are left out: a colleague's figures are his superior's to read."""
    own, below = positions_reached(person)
    counted = WorkItem.objects.filter(source_kind=KIND).exclude(done_at__isnull=False, done_by=None, is_missed=False)
    return counted.filter(Q(post__in=below) | Q(post__in=own, person=person) | Q(post__in=own, done_by=person))


def _of(person: Person, wanted: Wanted) -> QuerySet[WorkItem]:
    found = routines_seen(person)
    if wanted.person_id is not None:
        found = found.filter(person=wanted.person_id)
    if wanted.duty is not None:
        found = found.filter(charter=wanted.duty[0], duty=wanted.duty[1])
    return found


def _in_month(found: QuerySet[WorkItem], month: dt.date) -> QuerySet[WorkItem]:
    return found.filter(occurs_on__gte=month, occurs_on__lt=add_months(month, 1))


def results(person: Person, way: str, wanted: Wanted) -> list[Result]:
    """Two or three queries. By person: the worst first; by duty: in the order of charters; by month: the newest first."""
    found = _of(person, wanted)
    if way == "month":
        since = add_months(this_month(), 1 - MONTHS)
        months: Any = found.filter(occurs_on__gte=since).annotate(month=TruncMonth("occurs_on")).values("month")
        return [
            _result(f"{row['month']:%Y-%m}", "", f"{row['month']:%Y-%m}", row)
            for row in months.annotate(**_COUNTS).order_by("-month")
        ]
    if way == "duty":
        duties: Any = (
            _in_month(found, wanted.month).values("charter", "duty").annotate(**_COUNTS).order_by("charter", "duty")
        )
        texts = duty_texts({row["charter"] for row in duties})
        return [_by_duty(row, texts) for row in duties]
    rows: Any = _in_month(found, wanted.month).values("person", "person__name", "post__title").annotate(**_COUNTS)
    lines = [
        _result(row["person__name"] or _("vacant"), row["post__title"], str(row["person"] or ""), row) for row in rows
    ]
    return sorted(lines, key=lambda one: (-one.missed, -one.late, one.note, one.label))


def _by_duty(row: Mapping[str, Any], texts: Mapping[tuple[int, str], tuple[str, str]]) -> Result:
    text, title = texts.get((row["charter"], row["duty"]), (row["duty"], ""))
    return _result(text, title, f"{row['charter']}.{row['duty']}", row)


def _result(label: str, note: str, key: str, row: Mapping[str, Any]) -> Result:
    return Result(label, note, key, row["done"], row["late"], row["missed"], row["open"])


def duty_texts(charter_ids: Iterable[int]) -> dict[tuple[int, str], tuple[str, str]]:
    """(charter, duty) → its text and the charter's title, by the newest version that has the duty. One query."""
    texts: dict[tuple[int, str], tuple[str, str]] = {}
    versions = CharterVersion.objects.filter(charter__in=charter_ids).select_related("charter").order_by("-number")
    for version in versions:
        for duty in version.body.get("duties", ()):
            texts.setdefault((version.charter_id, duty["id"]), (duty["text"], version.charter.title))
    return texts


def items_behind(person: Person, wanted: Wanted) -> QuerySet[WorkItem]:
    """The very items of a month that the figures count, the newest first."""
    related = ("person", "position", "post", "given_by", "done_by")
    return _in_month(_of(person, wanted), wanted.month).select_related(*related)


def this_month() -> dt.date:
    return timezone.localdate(clock.now()).replace(day=1)


def sheet_rows(person: Person, wanted: Wanted) -> Iterator[tuple[str | int, ...]]:
    """For export: a line for each person, position and duty of the month."""
    rows: Any = (
        _in_month(_of(person, wanted), wanted.month)
        .values("person__name", "post__title", "charter", "duty")
        .annotate(**_COUNTS)
        .order_by("post__title", "person__name", "charter", "duty")
    )
    texts = duty_texts({row["charter"] for row in rows})
    for row in rows:
        text, _title = texts.get((row["charter"], row["duty"]), (row["duty"], ""))
        counts = (row["done"], row["late"], row["missed"], row["open"])
        yield (f"{wanted.month:%Y-%m}", row["person__name"] or _("vacant"), row["post__title"], text, *counts)
