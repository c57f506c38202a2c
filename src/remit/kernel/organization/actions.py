"""Change the organization. Authority is decided and the event written by the gate (authority/organization.py declares each of
these as an action); here stand the rules and the history. Every function expects to run inside the gate's transaction.
"""

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from remit.kernel.organization import hooks
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
from remit.kernel.organization.models.spans import holds_on
from remit.kernel.organization.names import search_text
from remit.kernel.organization.queries import structure_on
from remit.lib import clock
from remit.lib.refusals import RuleBroken
from remit.lib.text import sort_key

# --- units -------------------------------------------------------------------------------------------------------------------


def open_unit(*, parent: Unit | None, kind: str, name: str, code: str, start: dt.date) -> Unit:
    """A new unit under `parent` (None: the group itself, of which there is one). Its first spell starts on `start`."""
    if parent is not None and parent.closed_on is not None:
        raise RuleBroken(_("%(unit)s is closed; nothing can be opened under it.") % {"unit": parent.name})
    if Unit.objects.filter(code=code).exists():
        raise RuleBroken(_("The code %(code)s is in use.") % {"code": code})
    if Unit.objects.filter(parent=parent, name=name, closed_on=None).exists():
        raise RuleBroken(_("There is a unit called %(name)s here already.") % {"name": name})
    company_id = parent.company_id if parent else None
    unit = Unit.objects.create(
        parent=parent, kind=kind, name=name, code=code, company_id=company_id, path="", opened_on=start
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.company_id = unit.pk if kind == "company" else company_id
    unit.save(update_fields=["path", "company"])
    UnitSpell.objects.create(unit=unit, name=name, parent=parent, start=start)
    return unit


def change_unit(unit: Unit, *, name: str, parent: Unit | None, start: dt.date) -> dict[str, Any]:
    """Rename or move a unit from `start` on. Returns what changed, {} where nothing did."""
    changes: dict[str, Any] = {}
    if name != unit.name:
        changes["name"] = [unit.name, name]
    if parent != unit.parent:
        if parent is None or parent.path.startswith(unit.path):
            raise RuleBroken(_("A unit can't be moved below itself or to the top."))
        if parent.company_id != unit.company_id and unit.kind != "company":
            raise RuleBroken(_("A unit stays within its company; open one in the other company instead."))
        changes["parent"] = [str(unit.parent), str(parent)]
    if not changes:
        return {}
    replace_spell(UnitSpell.objects.filter(unit=unit), start, unit=unit, name=name, parent=parent)
    if "parent" in changes and parent is not None:
        old_path, new_path = unit.path, f"{parent.path}{unit.pk}/"
        below = Unit.objects.filter(path__startswith=old_path)
        below.update(
            path=models.functions.Concat(models.Value(new_path), models.functions.Substr("path", len(old_path) + 1))
        )
        unit.path = new_path
    unit.name, unit.parent = name, parent
    unit.save(update_fields=["name", "parent"])
    return changes


def close_unit(unit: Unit, *, end: dt.date) -> None:
    if Unit.objects.filter(parent=unit, closed_on=None).exists() or unit.positions.filter(closed_on=None).exists():
        raise RuleBroken(_("%(unit)s still has units or positions; close or move them first.") % {"unit": unit.name})
    unit.closed_on = end
    unit.save(update_fields=["closed_on"])
    UnitSpell.objects.filter(unit=unit, end=None).update(end=end)


def replace_spell(spells: models.QuerySet[Any], start: dt.date, **fields: Any) -> None:
    """End the open spell on `start` and begin the next. One that began the same day or later is corrected in place."""
    current = spells.get(end=None)
    if current.start > start:
        raise RuleBroken(
            _("The last change took effect on %(day)s; a new one can't lie before it.") % {"day": current.start}
        )
    if current.start == start:
        spells.filter(pk=current.pk).update(**fields)
        return
    spells.filter(pk=current.pk).update(end=start)
    spells.create(start=start, **fields)


# --- positions -----------------------------------------------------------------------------------------------------------------


def open_position(
    *,
    unit: Unit,
    title: str,
    code: str,
    start: dt.date,
    headcount: int = 1,
    is_head: bool = False,
    superior: Position | None = None,
    second_superior: Position | None = None,
) -> Position:
    if unit.closed_on is not None:
        raise RuleBroken(_("%(unit)s is closed; nothing can be opened under it.") % {"unit": unit.name})
    if Position.objects.filter(code=code).exists():
        raise RuleBroken(_("The code %(code)s is in use.") % {"code": code})
    position = Position.objects.create(
        unit=unit,
        company_id=unit.company_id,
        title=title,
        code=code,
        headcount=headcount,
        is_head=is_head,
        superior=superior,
        second_superior=second_superior,
        opened_on=start,
        search=search_text(title),
    )
    PositionSpell.objects.create(position=position, title=title, unit=unit, start=start)
    for rank, above in ((1, superior), (2, second_superior)):
        if above is not None:
            ReportingLine.objects.create(position=position, superior=above, rank=rank, start=start)
    return position


def change_position(
    position: Position,
    *,
    start: dt.date,
    title: str,
    unit: Unit,
    headcount: int,
    is_head: bool,
    superior: Position | None,
    second_superior: Position | None,
) -> dict[str, Any]:
    """Change title, place, room or lines from `start` on. Returns what changed, {} where nothing did."""
    new = {
        "title": title,
        "unit": unit,
        "headcount": headcount,
        "is_head": is_head,
        "superior": superior,
        "second_superior": second_superior,
    }
    changes = {
        name: [str(getattr(position, name) or ""), str(value or "")]
        for name, value in new.items()
        if getattr(position, name) != value
    }
    if not changes:
        return {}
    if unit.company_id != position.company_id:
        raise RuleBroken(_("A position stays within its company; open one in the other company instead."))
    _check_lines(position, superior, second_superior)
    if {"title", "unit"} & changes.keys():
        replace_spell(PositionSpell.objects.filter(position=position), start, position=position, title=title, unit=unit)
    for rank, name, above in ((1, "superior", superior), (2, "second_superior", second_superior)):
        if name in changes:
            _change_line(position, rank, above, start)
    for name, value in new.items():
        setattr(position, name, value)
    position.search = search_text(title)
    position.save(update_fields=[*new, "search"])
    return changes


def _check_lines(position: Position, *superiors: Position | None) -> None:
    """No loops: nobody answers to somebody below him."""
    below = (
        structure_on(dt.date.max - dt.timedelta(days=1)).subordinates(position.pk) if any(superiors) else frozenset()
    )
    for superior in superiors:
        if superior is not None and (superior.pk == position.pk or superior.pk in below):
            raise RuleBroken(
                _("%(title)s answers to this position; the line would go in a circle.") % {"title": superior.title}
            )


def _change_line(position: Position, rank: int, superior: Position | None, start: dt.date) -> None:
    lines = ReportingLine.objects.filter(position=position, rank=rank)
    lines.filter(end=None, start__gte=start).delete()  # a line that began the same day was never in force
    lines.filter(end=None).update(end=start)
    if superior is not None:
        lines.create(position=position, rank=rank, superior=superior, start=start)


def close_position(position: Position, *, end: dt.date) -> None:
    if position.appointments.filter(models.Q(end=None) | models.Q(end__gt=end)).exists():
        raise RuleBroken(_("%(title)s is still held; end the appointments first.") % {"title": position.title})
    if Position.objects.filter(superior=position, closed_on=None).exists():
        raise RuleBroken(_("Other positions still answer to %(title)s.") % {"title": position.title})
    position.closed_on = end
    position.save(update_fields=["closed_on"])
    PositionSpell.objects.filter(position=position, end=None).update(end=end)
    ReportingLine.objects.filter(position=position, end=None).update(end=end)


# --- people --------------------------------------------------------------------------------------------------------------------


def hire(
    *,
    name: str,
    employee_no: str,
    company: Unit,
    joined_on: dt.date,
    mobile: str = "",
    email: str = "",
    is_agent: bool = False,
) -> Person:
    if company.kind != "company":
        raise RuleBroken(_("People are employed by a company; %(unit)s is none.") % {"unit": company.name})
    if Person.objects.filter(employee_no=employee_no).exists():
        raise RuleBroken(_("The employee number %(no)s is in use.") % {"no": employee_no})
    return Person.objects.create(
        name=name,
        employee_no=employee_no,
        company=company,
        joined_on=joined_on,
        mobile=mobile,
        email=email,
        is_agent=is_agent,
        sort_key=sort_key(name, person=True),
        search=search_text(name, person=True),
    )


def change_person(person: Person, *, name: str, mobile: str, email: str) -> dict[str, Any]:
    new = {"name": name, "mobile": mobile, "email": email}
    changes = {
        field: [getattr(person, field), value] for field, value in new.items() if getattr(person, field) != value
    }
    if changes:
        person.name, person.mobile, person.email = name, mobile, email
        person.sort_key, person.search = sort_key(name, person=True), search_text(name, person=True)
        person.save(update_fields=["name", "mobile", "email", "sort_key", "search"])
    return changes


def give_login(person: Person, user_id: int) -> None:
    """From now on this login is the person's: who logs in with it acts as that person."""
    if person.left_on is not None:
        raise RuleBroken(_("%(name)s has left the company.") % {"name": person.name})
    if person.user_id is not None:
        raise RuleBroken(_("%(name)s has a login already.") % {"name": person.name})
    person.user_id = user_id
    person.save(update_fields=["user"])


def leave(person: Person, *, left_on: dt.date) -> int:
    """A person leaves: appointments and deputyships end. Returns how many appointments ended."""
    if person.left_on is not None:
        raise RuleBroken(_("%(name)s has left already.") % {"name": person.name})
    person.left_on = left_on
    person.save(update_fields=["left_on"])
    now = clock.now()
    Acting.objects.filter(deputy=person, ended_at=None, ends_at__gt=now).update(ended_at=now)
    running = Appointment.objects.filter(person=person).filter(models.Q(end=None) | models.Q(end__gt=left_on))
    return running.update(end=models.functions.Greatest("start", models.Value(left_on)))


# --- who holds what ------------------------------------------------------------------------------------------------------------


def appoint(*, position: Position, person: Person, start: dt.date, end: dt.date | None, is_main: bool) -> Appointment:
    """Put a person into a position. Refused where it is full, closed, of another company, or the person is in it already."""
    if position.closed_on is not None and position.closed_on <= start:
        raise RuleBroken(_("%(title)s is closed.") % {"title": position.title})
    if person.left_on is not None and person.left_on <= start:
        raise RuleBroken(_("%(name)s has left the company.") % {"name": person.name})
    if end is not None and end <= start:
        raise RuleBroken(_("An appointment ends after it starts."))
    Position.objects.select_for_update(no_key=True).get(pk=position.pk)  # two appointments meet here
    overlapping = position.appointments.filter(models.Q(end=None) | models.Q(end__gt=start))
    if end is not None:
        overlapping = overlapping.filter(start__lt=end)
    if overlapping.filter(person=person).exists():
        raise RuleBroken(
            _("%(name)s holds %(title)s in that time already.") % {"name": person.name, "title": position.title}
        )
    if overlapping.count() >= position.headcount:
        values = {"title": position.title, "n": position.headcount}
        raise RuleBroken(_("%(title)s has room for %(n)d and is full in that time.") % values)
    if is_main:
        Appointment.objects.filter(holds_on(start), person=person, is_main=True).update(is_main=False)
    appointment = Appointment.objects.create(position=position, person=person, start=start, end=end, is_main=is_main)
    for hook in hooks.appointed:
        hook(appointment.pk)
    return appointment


def end_appointment(*, position: Position, person: Person, end: dt.date) -> Appointment:
    running = position.appointments.filter(person=person).filter(models.Q(end=None) | models.Q(end__gt=end)).first()
    if running is None:
        raise RuleBroken(_("%(name)s does not hold %(title)s.") % {"name": person.name, "title": position.title})
    running.end = max(end, running.start)
    running.save(update_fields=["end"])
    return running


def appoint_deputy(
    *,
    position: Position,
    principal: Person | None,
    deputy: Person,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str,
    scope: list[dict[str, Any]],
    appointed_by: Person | None,
) -> Acting:
    """Somebody acts in a position for a time (S-009). `principal` is the holder who is away, None where it is vacant."""
    if ends_at <= starts_at:
        raise RuleBroken(_("Acting ends after it starts."))
    if deputy.left_on is not None:
        raise RuleBroken(_("%(name)s has left the company.") % {"name": deputy.name})
    holders = set(position.appointments.filter(holds_on(starts_at.date())).values_list("person_id", flat=True))
    if principal is not None and principal.pk not in holders:
        raise RuleBroken(_("%(name)s does not hold %(title)s.") % {"name": principal.name, "title": position.title})
    if principal is None and holders:
        raise RuleBroken(_("%(title)s is held; say whose place is taken.") % {"title": position.title})
    if deputy.pk in holders:
        raise RuleBroken(_("%(name)s holds this position himself.") % {"name": deputy.name})
    overlapping = Acting.objects.filter(
        position=position, principal=principal, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if overlapping.filter(models.Q(ended_at=None) | models.Q(ended_at__gt=starts_at)).exists():
        raise RuleBroken(_("Somebody acts in that time already; end that first."))
    return Acting.objects.create(
        position=position,
        principal=principal,
        deputy=deputy,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        scope=scope,
        appointed_by=appointed_by,
        made_at=clock.now(),
    )


def end_acting(acting: Acting, *, at: dt.datetime, by: Person | None) -> None:
    """End it early, or take it back before it begins."""
    if acting.ended_at is not None or acting.ends_at <= at:
        raise RuleBroken(_("This deputyship has ended already."))
    acting.ended_at, acting.ended_by = at, by
    acting.save(update_fields=["ended_at", "ended_by"])
