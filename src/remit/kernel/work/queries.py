"""Questions about work: a person's day, what is late below him, how his people are getting on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.authority.access import positions_reached
from remit.kernel.authority.queries import Member, direct_reports
from remit.kernel.organization.models import Appointment, Person
from remit.kernel.organization.models.spans import holds_on
from remit.kernel.work.access import doable
from remit.kernel.work.models import WorkItem
from remit.kernel.work.sources import SOURCES
from remit.kernel.work.texts import in_language
from remit.lib import clock


def todays_items(person: Person) -> QuerySet[WorkItem]:
    """Everything open that the person can do, the nearest first; what he has put off stays away until its time."""
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=clock.now())
    return (
        WorkItem.objects.filter(doable(person), awake, done_at=None)
        .select_related("post", "given_by")
        .order_by("due_at", "id")
    )


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of Today. `verb` is the word on the button."""

    pk: int
    label: str
    provenance: str
    due_at: dt.datetime
    verb: str
    url: str
    is_urgent: bool  # overdue, or due before the day ends
    mark: str = ""  # why it stands with this person: its post is vacant, or a colleague gave it


def item_row(item: WorkItem) -> ItemRow:
    source = SOURCES[item.source_kind]
    return ItemRow(
        pk=item.pk,
        label=in_language(item.labels),
        provenance=in_language(item.provenances),
        due_at=item.due_at,
        verb=str(source.verb),
        url=source.url(item),
        is_urgent=timezone.localdate(item.due_at) <= timezone.localdate(clock.now()),
        mark=_mark(item),
    )


def _mark(item: WorkItem) -> str:
    if item.post is not None and item.position_id is not None:
        return _("%(post)s is vacant") % {"post": item.post.title}
    if item.given_by is not None:
        return _("from %(name)s") % {"name": item.given_by.name}
    return ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one part of the day."""

    key: str  # "late" | "today" | "later"
    label: str
    rows: list[ItemRow]


def in_groups(rows: Sequence[ItemRow]) -> list[Group]:
    """The rows, already by deadline, as late, today and later; a part without rows is left out."""
    now = clock.now()
    groups = [Group("late", _("Overdue"), []), Group("today", _("Today"), []), Group("later", _("Later"), [])]
    for row in rows:
        place = 0 if row.due_at <= now else 1 if row.is_urgent else 2
        groups[place].rows.append(row)
    return [group for group in groups if group.rows]


@dataclass(frozen=True, slots=True)
class DayCount:
    """How much there is to do: all told, already late, and due before the day ends (the late ones not counted again)."""

    total: int
    overdue: int
    due_today: int


def day_count(person: Person) -> DayCount:
    """Two queries (one of them for the rulebook's version), whatever there is."""
    now = clock.now()
    found = (
        todays_items(person)
        .order_by()
        .aggregate(
            total=Count("id"),
            overdue=Count("id", filter=Q(due_at__lte=now)),
            today=Count("id", filter=Q(due_at__gt=now, due_at__lt=_midnight_after(now))),
        )
    )
    return DayCount(found["total"], found["overdue"], found["today"])


@dataclass(frozen=True, slots=True)
class Late:
    count: int
    oldest_due_at: dt.datetime | None


def late_below(person: Person) -> Late | None:
    """What is overdue in the positions below the person's own; None where nobody is below."""
    _own, below = positions_reached(person)
    if not below:
        return None
    holders = Appointment.objects.filter(holds_on(timezone.localdate(clock.now())), position_id__in=below)
    late = WorkItem.objects.filter(
        Q(position_id__in=below) | Q(person_id__in=holders.values("person_id")),
        done_at=None,
        due_at__lte=clock.now(),
    )
    found = late.aggregate(count=Count("id"), oldest=Min("due_at"))
    return Late(found["count"], found["oldest"])


@dataclass(frozen=True, slots=True)
class MemberDay:
    """How somebody's day stands. What is asked of a position counts for each who holds it."""

    member: Member
    open: int
    overdue: int
    due_today: int
    done_today: int


def team_today(person: Person, most: int = 12) -> list[MemberDay]:
    """Those who answer directly to the person, the ones with something late first. Three queries, whatever their number."""
    members, now = direct_reports(person), clock.now()
    if not members:
        return []
    people = {member.person_id for member in members}
    positions = {member.position_id for member in members}
    open_items = WorkItem.objects.filter(Q(person__in=people) | Q(position__in=positions), done_at=None)
    counted = list(
        open_items.values("person_id", "position_id").annotate(
            n=Count("id"),
            overdue=Count("id", filter=Q(due_at__lte=now)),
            today=Count("id", filter=Q(due_at__gt=now, due_at__lt=_midnight_after(now))),
        )
    )
    since = _midnight_after(now) - dt.timedelta(days=1)
    done = dict(
        WorkItem.objects.filter(done_by__in=people, done_at__gte=since)
        .values_list("done_by")
        .annotate(n=Count("id"))
        .values_list("done_by", "n")
    )
    days = []
    for member in members:
        own = [
            row for row in counted if member.person_id == row["person_id"] or member.position_id == row["position_id"]
        ]
        days.append(
            MemberDay(
                member,
                open=sum(row["n"] for row in own),
                overdue=sum(row["overdue"] for row in own),
                due_today=sum(row["today"] for row in own),
                done_today=done.get(member.person_id, 0),
            )
        )
    return sorted(days, key=lambda day: (-day.overdue, -day.due_today, -day.open))[:most]


def _midnight_after(moment: dt.datetime) -> dt.datetime:
    """When the day of the moment ends, on the company's clock."""
    following = timezone.localdate(moment) + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(following, dt.time.min))
