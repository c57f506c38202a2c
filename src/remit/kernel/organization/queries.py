"""Questions to the organization: who is who, who holds what, how it stood on any day."""

import datetime as dt

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from remit.kernel.accounts.actor import Actor, Door
from remit.kernel.organization.models import (
    Acting,
    Appointment,
    Person,
    Position,
    PositionSpell,
    ReportingLine,
    Unit,
    UnitSpell,
)
from remit.kernel.organization.models.spans import holds_on, still_open
from remit.kernel.organization.structure import PositionOn, Structure, UnitOn
from remit.lib import clock
from remit.lib.text import fold


def today() -> dt.date:
    """The day on the company's clock (settings.TIME_ZONE)."""
    return timezone.localdate(clock.now())


def person_of(user: AbstractBaseUser) -> Person | None:
    """The person behind a login; None for a login without one, or of somebody who has left."""
    return Person.objects.select_related("company").filter(still_open(today(), "left_on"), user_id=user.pk).first()


def actor_for(person: Person, door: Door) -> Actor:
    return Actor(
        kind="agent" if person.is_agent else "person",
        name=person.name,
        door=door,
        person_id=person.pk,
        user_id=person.user_id,
    )


def structure_on(day: dt.date) -> Structure:
    """The organization as it was on the day. Five queries, whatever its size."""
    kinds = {unit.pk: unit for unit in Unit.objects.only("kind", "company_id")}
    units = {
        spell.unit_id: UnitOn(
            spell.unit_id, spell.name, kinds[spell.unit_id].kind, spell.parent_id, kinds[spell.unit_id].company_id
        )
        for spell in UnitSpell.objects.filter(holds_on(day))
    }
    holders: dict[int, list[int]] = {}
    people: dict[int, str] = {}
    main_posts: dict[int, int] = {}
    appointments = Appointment.objects.filter(holds_on(day)).order_by("start", "id")
    columns = ("position_id", "person_id", "person__name", "is_main")
    for position_id, person_id, name, is_main in appointments.values_list(*columns):
        holders.setdefault(position_id, []).append(person_id)
        people[person_id] = name
        if is_main:
            main_posts.setdefault(person_id, position_id)
    lines: dict[tuple[int, int], int] = {
        (line.position_id, line.rank): line.superior_id for line in ReportingLine.objects.filter(holds_on(day))
    }
    spells = PositionSpell.objects.filter(holds_on(day)).select_related("position").order_by("position_id")
    positions = {
        spell.position_id: PositionOn(
            id=spell.position_id,
            title=spell.title,
            unit_id=spell.unit_id,
            company_id=spell.position.company_id,
            is_head=spell.position.is_head,
            headcount=spell.position.headcount,
            superior_id=lines.get((spell.position_id, 1)),
            second_superior_id=lines.get((spell.position_id, 2)),
            holders=tuple(holders.get(spell.position_id, ())),
        )
        for spell in spells
    }
    return Structure(day=day, units=units, positions=positions, people=people, main_posts=main_posts)


def positions_held(person: Person, day: dt.date | None = None) -> QuerySet[Position]:
    """The positions of a person on the day (today), the main one first."""
    on = day or today()
    held = Appointment.objects.filter(holds_on(on), person=person)
    return (
        Position.objects.filter(pk__in=held.values("position_id"))
        .select_related("unit", "company", "superior")
        .annotate(is_main_post=Exists(held.filter(position=OuterRef("pk"), is_main=True)))
        .order_by("-is_main_post", "id")
    )


def main_title(person: Person, day: dt.date | None = None) -> str:
    """The title of the main position on the day (today), or nothing."""
    held = Appointment.objects.filter(holds_on(day or today()), person=person).order_by("-is_main", "position_id")
    return held.values_list("position__title", flat=True).first() or ""


def actings_in_force(at: dt.datetime | None = None) -> QuerySet[Acting]:
    moment = at or clock.now()
    return Acting.objects.filter(starts_at__lte=moment, ends_at__gt=moment).filter(
        Q(ended_at=None) | Q(ended_at__gt=moment)
    )


def actings_of_deputy(person: Person, at: dt.datetime | None = None) -> QuerySet[Acting]:
    return actings_in_force(at).filter(deputy=person).select_related("position__unit", "principal")


def search_people(text: str, queryset: QuerySet[Person] | None = None) -> QuerySet[Person]:
    """By name, pinyin, initials or employee number; of those who work here today."""
    people = Person.objects.filter(still_open(today(), "left_on")) if queryset is None else queryset
    wanted = fold(text)
    if wanted:
        people = people.filter(Q(search__contains=wanted) | Q(employee_no__istartswith=text.strip()))
    return people.order_by("sort_key", "id")


def search_positions(text: str) -> QuerySet[Position]:
    positions = Position.objects.filter(still_open(today())).select_related("unit")
    wanted = fold(text)
    if wanted:
        positions = positions.filter(Q(search__contains=wanted) | Q(code__istartswith=text.strip()))
    return positions.order_by("unit__path", "-is_head", "id")


def find_person(reference: str) -> Person:
    """The one person that a text means: id as "#12", employee number or full name.

    Raises LookupError with a Chinese sentence where nobody or more than one fits.
    """
    text = reference.strip()
    if text.startswith("#") and text[1:].isdecimal():
        found = list(Person.objects.filter(pk=int(text[1:]))[:1])
    else:
        found = list(Person.objects.filter(employee_no=text)[:1]) or list(
            Person.objects.filter(still_open(today(), "left_on"), name=text).order_by("id")[:6]
        )
    if not found:
        raise LookupError(f"没有叫“{text}”的人,也没有这个工号。")
    if len(found) > 1:
        numbers = "、".join(person.employee_no for person in found)
        raise LookupError(f"有 {len(found)} 个人叫“{text}”,请用工号指明:{numbers}。")
    return found[0]


def find_position(reference: str) -> Position:
    """The one open position that a text means: id as "#12", code, "unit/title" or a title that occurs once.

    Raises LookupError with a Chinese sentence where none or more than one fits.
    """
    text = reference.strip()
    positions = Position.objects.filter(still_open(today())).select_related("unit")
    if text.startswith("#") and text[1:].isdecimal():
        found = list(positions.filter(pk=int(text[1:]))[:1])
    else:
        unit_name, _slash, title = text.rpartition("/")
        named = positions.filter(title=title)
        if unit_name:
            named = named.filter(unit__name=unit_name)
        found = list(positions.filter(code=text)[:1]) or list(named.order_by("id")[:6])
    if not found:
        raise LookupError(f"没有“{text}”这个岗位。")
    if len(found) > 1:
        where = "、".join(f"{position.unit.name}/{position.title}({position.code})" for position in found)
        raise LookupError(f"有 {len(found)} 个岗位叫“{text}”,请写明部门或编号:{where}。")
    return found[0]
