"""Compose, send, read and chase plans and summaries (S-132)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.queries import Member, direct_reports
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.work.access import people_below
from remit.kernel.work.actions import Performer, close_item, open_item
from remit.kernel.work.calendars import calendar_of
from remit.kernel.work.models import Summary, SummaryKind, WorkItem
from remit.kernel.work.texts import in_every_language, in_language
from remit.lib.calendars import add_months, parse_duration

ITEM_KIND: Final = "summary"
CHASED_WITHIN: Final = "4 hours"
KIND: Final = Fact(
    "kind", "choice", gettext_lazy("Period"), choices=tuple((kind.value, kind.label) for kind in SummaryKind)
)
STARTS_ON: Final = Fact("starts_on", "date", gettext_lazy("First day"))
MOST_LINES: Final = 60


def first_day(kind: str, day: dt.date) -> dt.date:
    """Of the day, week (Monday) or month that the day lies in."""
    if kind == SummaryKind.WEEK:
        return day - dt.timedelta(days=day.weekday())
    return day.replace(day=1) if kind == SummaryKind.MONTH else day


def next_first(kind: str, start: dt.date) -> dt.date:
    if kind == SummaryKind.MONTH:
        return add_months(start, 1)
    return start + dt.timedelta(days=7 if kind == SummaryKind.WEEK else 1)


def period_label(kind: str, start: dt.date) -> str:
    """ "2026年11月", "11月23日至11月29日", "11月23日"."""
    if kind == SummaryKind.MONTH:
        return f"{start.year}年{start.month}月"
    last = next_first(kind, start) - dt.timedelta(days=1)
    return f"{start.month}月{start.day}日" + (f"至{last.month}月{last.day}日" if last != start else "")


# --- what the system knows ---------------------------------------------------------------------------------------------------------


def compose(person: Person, kind: str, start: dt.date) -> list[dict[str, Any]]:
    """What the person did, did late, missed, and has open from the period; the same work on several days in one line. One query."""
    moments = [timezone.make_aware(dt.datetime.combine(day, dt.time.min)) for day in (start, next_first(kind, start))]
    ended = Q(done_by=person, done_at__gte=moments[0], done_at__lt=moments[1])
    owed = Q(person=person, due_at__gte=moments[0], due_at__lt=moments[1]) & (Q(done_at=None) | Q(is_missed=True))
    rows = (
        WorkItem.objects.filter(ended | owed)
        .exclude(source_kind=ITEM_KIND)
        .values("labels")
        .annotate(
            done=Count("id", filter=Q(done_at__lte=F("due_at"), done_by=person)),
            late=Count("id", filter=Q(done_at__gt=F("due_at"), done_by=person)),
            missed=Count("id", filter=Q(is_missed=True)),
            open=Count("id", filter=Q(done_at=None)),
        )
        .order_by("labels")
    )
    lines = [
        {"label": in_language(row["labels"]), **{k: row[k] for k in ("done", "late", "missed", "open")}} for row in rows
    ]
    return sorted(lines, key=lambda line: (-line["done"] - line["late"], line["label"]))[:MOST_LINES]


# --- who sees it -------------------------------------------------------------------------------------------------------------------


def visible_summaries(person: Person) -> QuerySet[Summary]:
    """One's own, and those of the people below."""
    return Summary.objects.filter(Q(person=person) | Q(person__in=people_below(person).values("pk")))


def summary_visible_to(person: Person, pk: int) -> Summary:
    found = visible_summaries(person).filter(pk=pk).select_related("person", "read_by").first()
    if found is None:
        raise NotYours(_("There is no such summary."))
    return found


@dataclass(frozen=True, slots=True)
class TeamLine:
    """Somebody who answers directly to the reader, with what he sent for the period; None where nothing came."""

    member: Member
    summary: Summary | None


def team_of(person: Person, kind: str, start: dt.date) -> list[TeamLine]:
    """One query besides the rulebook; who has sent nothing stands first."""
    members = direct_reports(person)
    found = Summary.objects.filter(kind=kind, starts_on=start, person__in=[one.person_id for one in members])
    sent = {one.person_id: one for one in found.select_related("read_by")}
    lines = [TeamLine(member, sent.get(member.person_id)) for member in members]
    return sorted(lines, key=lambda line: (line.summary is not None, bool(line.summary and line.summary.read_at)))


# --- verbs -------------------------------------------------------------------------------------------------------------------------


def _everybody(_person: Person, _facts: Facts) -> str:
    return _("everybody sums up his own work")


def _key(person_id: int, kind: str, start: dt.date) -> str:
    return f"{person_id}.{kind}.{start.isoformat()}"


def _period(call: Call) -> tuple[str, dt.date]:
    kind, start = call.text("kind"), call.day("starts_on")
    if first_day(kind, start) != start:
        raise RuleBroken(_("A week begins on Monday, a month on its first day."))
    if start > timezone.localdate(call.at):
        raise RuleBroken(_("This period has not begun yet."))
    return kind, start


@action(
    "summary.send",
    gettext_lazy("Send a summary"),
    KIND,
    STARTS_ON,
    Fact("text", "long_text", gettext_lazy("What came of it")),
    Fact("plan", "long_text", gettext_lazy("Plan for the next"), required=False),
    inherent=_everybody,
)
def send(call: Call) -> Done:
    if call.person is None:
        raise RuleBroken(_("Only a person can do this, not the system."))
    kind, start = _period(call)
    before = Summary.objects.select_for_update().filter(person=call.person, kind=kind, starts_on=start).first()
    if before is not None and before.read_at is not None:
        raise RuleBroken(_("It has been read already and stays as it is."))
    summary, _made = Summary.objects.update_or_create(
        person=call.person,
        kind=kind,
        starts_on=start,
        defaults={
            "company_id": call.person.company_id,
            "lines": compose(call.person, kind, start),
            "text": call.text("text"),
            "plan": call.text("plan"),
            "sent_at": call.at,
        },
    )
    close_item(ITEM_KIND, _key(call.person.pk, kind, start), done_by_id=call.person.pk, at=call.at)
    label = f"{call.person.name} {period_label(kind, start)}"
    return Done(("summary", summary.pk, label), {"kind": kind}, summary.company_id)


def _superior(person: Person, facts: Facts) -> str | None:
    summary = summary_visible_to(person, int(str(facts["summary"])))
    if summary.person_id == person.pk:
        raise NotAuthorised(_("Nobody takes note of his own summary."))
    return _("you are above who sent it")


@action(
    "summary.read",
    gettext_lazy("Take note of a summary"),
    Fact("summary", "id", gettext_lazy("Summary")),
    Fact("remark", "long_text", gettext_lazy("Remark"), required=False),
    inherent=_superior,
)
def read(call: Call) -> Done:
    if call.person is None:
        raise RuleBroken(_("Only a person can do this, not the system."))
    summary = Summary.objects.select_for_update(of=("self",)).select_related("person").get(pk=call.id_of("summary"))
    if summary.read_at is not None:
        raise RuleBroken(_("It has been read already and stays as it is."))
    summary.read_by, summary.read_at, summary.remark = call.person, call.at, call.text("remark")
    summary.save(update_fields=["read_by", "read_at", "remark"])
    label = f"{summary.person.name} {period_label(summary.kind, summary.starts_on)}"
    return Done(("summary", summary.pk, label), {"read": True}, summary.company_id)


def _leads(person: Person, _facts: Facts) -> str | None:
    return _("they are your people") if direct_reports(person) else None


@action("summary.chase", gettext_lazy("Chase missing summaries"), KIND, STARTS_ON, inherent=_leads)
def chase(call: Call) -> Done:
    """Everybody who answers directly to the person and has sent nothing for the period finds it on Today."""
    if call.person is None:
        raise RuleBroken(_("Only a person can do this, not the system."))
    kind, start = _period(call)
    missing = [line.member for line in team_of(call.person, kind, start) if line.summary is None]
    _ask(call, missing, kind, start)
    label = ngettext("%(n)s summary is missing", "%(n)s summaries are missing", len(missing)) % {"n": len(missing)}
    names = "、".join(member.name for member in missing)
    return Done(("summary", 0, label), {"chased": names, "count": len(missing)}, call.person.company_id)


def _ask(call: Call, missing: Iterable[Member], kind: str, start: dt.date) -> None:
    assert call.person is not None  # noqa: S101 - the caller has looked
    due_at = parse_duration(CHASED_WITHIN).due(calendar_of(call.person.company_id), call.at)
    period, giver = period_label(kind, start), call.person
    companies: Mapping[int, int] = dict(
        Person.objects.filter(pk__in=[one.person_id for one in missing]).values_list("pk", "company_id")
    )
    for member in missing:
        open_item(
            ITEM_KIND,
            _key(member.person_id, kind, start),
            Performer(person_id=member.person_id),
            due_at=due_at,
            labels=in_every_language(lambda: _("Send the summary of %(period)s") % {"period": period}),
            provenances=in_every_language(lambda: _("%(name)s is waiting for it") % {"name": giver.name}),
            target=0,
            company_id=companies[member.person_id],
        )
