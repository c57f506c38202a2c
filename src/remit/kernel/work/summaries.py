"""Compose, send, read and chase plans and summaries (S-132)."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.queries import Member, direct_reports
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person, Unit
from remit.kernel.work.access import people_below
from remit.kernel.work.actions import Performer, close_item, item_row, open_items
from remit.kernel.work.calendars import calendar_at
from remit.kernel.work.missing import Missing, missing_now
from remit.kernel.work.models import (
    NoticeKind,
    Owing,
    Summary,
    SummaryChase,
    SummaryKind,
    SummaryRule,
    WorkItem,
)
from remit.kernel.work.notices.telling import tell, topic_of
from remit.kernel.work.periods import first_day, next_first, period_label
from remit.kernel.work.texts import in_every_language, in_language
from remit.lib.calendars import parse_duration

ITEM_KIND: Final = "summary"
CHASED_WITHIN: Final = "4 hours"
KIND: Final = Fact(
    "kind", "choice", gettext_lazy("Period"), choices=tuple((kind.value, kind.label) for kind in SummaryKind)
)
STARTS_ON: Final = Fact("starts_on", "date", gettext_lazy("First day"))
MOST_LINES: Final = 60
TOLD_LENGTH: Final = 200


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
    """Everybody who answers directly to the person and has sent nothing for the period finds it on Today. Run by the timer, everybody
    who owes it and has let its time pass; and the superiors of those who still have not sent it are told who they are."""
    kind, start = _period(call)
    if call.person is None:
        return _chase_by_clock(call, kind, start)
    missing = [line.member for line in team_of(call.person, kind, start) if line.summary is None]
    giver = call.person.name
    companies = dict(Person.objects.filter(pk__in=[one.person_id for one in missing]).values_list("pk", "company_id"))
    due_at = parse_duration(CHASED_WITHIN).due(calendar_at(call.person.company_id, person_id=call.person.pk), call.at)
    asked = [(one.person_id, companies[one.person_id], due_at) for one in missing]
    _ask(asked, kind, start, lambda: _("%(name)s is waiting for it") % {"name": giver})
    label = ngettext("%(n)s summary is missing", "%(n)s summaries are missing", len(missing)) % {"n": len(missing)}
    names = "、".join(member.name for member in missing)
    return Done(("summary", 0, label), {"chased": names, "count": len(missing)}, call.person.company_id)


def _chase_by_clock(call: Call, kind: str, start: dt.date) -> Done:
    """Run twice, it asks nobody and tells nobody twice: summary_chase knows."""
    found = [one for one in missing_now(call.at) if (one.kind, one.starts_on) == (kind, start)]
    late = [one for one in found if one.asked_at is None]
    to_tell = [one for one in found if one.asked_at is not None]
    SummaryChase.objects.bulk_create(
        [
            SummaryChase(
                person_id=one.person_id, company_id=one.company_id, kind=kind, starts_on=start, asked_at=call.at
            )
            for one in late
        ],
        ignore_conflicts=True,
    )
    keys = [_key(one.person_id, kind, start) for one in late]
    # Whom his superior has asked already has his time from then.
    known = set(
        WorkItem.objects.filter(source_kind=ITEM_KIND, source_key__in=keys).values_list("source_key", flat=True)
    )
    term = parse_duration(CHASED_WITHIN)
    asked = [
        (one.person_id, one.company_id, term.due(one.calendar, call.at))
        for one in late
        if _key(one.person_id, kind, start) not in known
    ]
    _ask(asked, kind, start, lambda: _("Its time has passed"))
    SummaryChase.objects.filter(
        person__in=[one.person_id for one in to_tell], kind=kind, starts_on=start, told_at=None
    ).update(told_at=call.at)
    _tell_superiors(to_tell, kind, start)
    label = ngettext("%(n)s summary is missing", "%(n)s summaries are missing", len(found)) % {"n": len(found)}
    return Done(("summary", 0, label), {"count": len(late), "told": len(to_tell)})


def _ask(asked: Iterable[tuple[int, int, dt.datetime]], kind: str, start: dt.date, why: Callable[[], str]) -> None:
    """Each (person, company, due) finds it on Today. One statement."""
    period = period_label(kind, start)
    labels = in_every_language(lambda: _("Send the summary of %(period)s") % {"period": period})
    provenances = in_every_language(why)
    open_items(
        [
            item_row(
                ITEM_KIND,
                _key(person_id, kind, start),
                Performer(person_id=person_id),
                due_at=due_at,
                labels=labels,
                provenances=provenances,
                target=0,
                company_id=company_id,
            )
            for person_id, company_id, due_at in asked
        ]
    )


def _tell_superiors(missing: Iterable[Missing], kind: str, start: dt.date) -> None:
    """Whoever stands next above, or acts for him, hears once who of his people sent nothing. One statement a superior."""
    structure = rulebook_now().structure
    by_desk: dict[int, list[int]] = {}
    for one in missing:
        desk = next((above.id for above in structure.superiors(one.post) if above.holders), None)
        if desk is not None:
            by_desk.setdefault(desk, []).append(one.person_id)
    period = period_label(kind, start)
    for desk, people in by_desk.items():
        names = "、".join(structure.people[pk] for pk in people if pk in structure.people)
        values = {"n": len(people), "period": period}
        tell(
            NoticeKind.SUMMARY,
            topic_of("summary_missing", f"{desk}.{kind}.{start.isoformat()}"),
            position_id=desk,
            labels=in_every_language(
                lambda values=values: (
                    ngettext(  # type: ignore[misc]
                        "%(n)s summary of %(period)s is missing",
                        "%(n)s summaries of %(period)s are missing",
                        values["n"],
                    )
                    % values
                )
            ),
            provenances=in_every_language(lambda names=names: names[:TOLD_LENGTH]),  # type: ignore[misc]
            link=f"{reverse('work:summary-team')}?kind={kind}&on={start.isoformat()}",
        )


@action(
    "summary.set_rule",
    gettext_lazy("Set who owes summaries"),
    Fact("company", "unit", gettext_lazy("Company"), concerns=True),
    KIND,
    Fact("owed_by", "choice", gettext_lazy("Who owes it"), choices=tuple((one.value, one.label) for one in Owing)),
    Fact("within", "text", gettext_lazy("Sent within")),
    Fact("further", "text", gettext_lazy("The superior hears after another")),
)
def set_rule(call: Call) -> Done:
    """Terms in working time, "4 hours", "1 workday"; the first is counted from the end of the period's last workday."""
    company = Unit.objects.get(pk=call.id_of("company"))
    if company.kind != "company":
        raise RuleBroken(_("Working time is set for a company; %(unit)s is none.") % {"unit": company.name})
    kind, owed_by = call.text("kind"), call.text("owed_by")
    terms = {name: " ".join(call.text(name).split()) for name in ("within", "further")}
    for text in terms.values():
        try:
            parse_duration(text)
        except ValueError as error:
            raise RuleBroken(str(error)) from error
    SummaryRule.objects.update_or_create(company=company, kind=kind, defaults={"owed_by": owed_by, **terms})
    return Done(("summary_rule", company.pk, company.name), {"kind": kind, "owed_by": owed_by, **terms}, company.pk)
