"""Carry out a plan without faults, in bulk: ten thousand people are a few dozen statements. History is kept as the verbs keep it.

Expects the gate's transaction and lock. The rules were judged by the plan, which was made in the same transaction.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import Q

from remit.kernel.organization import hooks
from remit.kernel.organization.actions.acting import end_actings_of
from remit.kernel.organization.actions.people import leave
from remit.kernel.organization.importing.planning import Plan
from remit.kernel.organization.models import (
    Appointment,
    Person,
    Position,
    PositionSpell,
    ReportingLine,
    Unit,
    UnitSpell,
)
from remit.kernel.organization.names import person_sort_key, search_text

BATCH = 2000
Spell = TypeVar("Spell", UnitSpell, PositionSpell)


def apply(plan: Plan) -> None:
    """Units, then positions, people, appointments; leaving last, so that it ends what was appointed here too."""
    _apply_units(plan)
    _apply_positions(plan)
    _apply_people(plan)
    _apply_appointments(plan)
    _apply_leaving(plan)


# --- units -------------------------------------------------------------------------------------------------------------------


def _apply_units(plan: Plan) -> None:
    part = plan.tables["units"]
    if not (part.added or part.changed):
        return
    new = [
        Unit(kind=now.kind, name=now.name, code=row["code"], path="", opened_on=now.opened_on)
        for row in part.added
        for now in (plan.state.units[row["code"]],)
    ]
    changed_codes = {row["code"] for row, _changes in part.changed}
    # Two names may be exchanged: for a moment no changed unit bears any of them, nor hangs anywhere else.
    for unit in Unit.objects.filter(code__in=changed_codes):
        Unit.objects.filter(pk=unit.pk).update(name=f"\N{BULLET}{unit.pk}")
    # Likewise the new ones, which have no parent yet and may share a name.
    for unit in new:
        unit.name = f"\N{BULLET}{unit.code}"
    Unit.objects.bulk_create(new, BATCH)
    units = {unit.code: unit for unit in Unit.objects.all()}
    touched = [units[code] for code in (*changed_codes, *(unit.code for unit in new))]
    for unit in touched:
        now = plan.state.units[unit.code]
        unit.name, unit.parent = now.name, units[now.parent] if now.parent else None
    moved = [unit for unit in units.values() if _place(unit, units, plan)]
    fields = ["name", "parent", "path", "company"]
    Unit.objects.bulk_update({unit.pk: unit for unit in (*touched, *moved)}.values(), fields, BATCH)
    UnitSpell.objects.bulk_create(
        [UnitSpell(unit=u, name=u.name, parent=u.parent, start=u.opened_on) for u in (units[n.code] for n in new)],
        BATCH,
    )
    _new_spells(
        UnitSpell,
        "unit",
        plan.on,
        {u.pk: {"name": u.name, "parent": u.parent} for u in touched if u.code in changed_codes},
    )


def _place(unit: Unit, units: dict[str, Unit], plan: Plan) -> bool:
    """Set the path and company that follow from the parents; whether that changed anything."""
    line, code = [unit], plan.state.units[unit.code].parent
    while code is not None:
        line.append(units[code])
        code = plan.state.units[code].parent
    path = "/" + "".join(f"{above.pk}/" for above in reversed(line))
    company = next((above.pk for above in line if above.kind == "company"), None)
    is_new = (unit.path, unit.company_id) != (path, company)
    unit.path, unit.company_id = path, company
    return is_new


def _new_spells(model: type[Spell], name: str, on: dt.date, changed: dict[int, dict[str, Any]]) -> None:
    """End the open spells on the day and begin the next; those that began on the same day are corrected in place."""
    spells = {getattr(s, f"{name}_id"): s for s in model._default_manager.filter(**{f"{name}__in": changed}, end=None)}
    same_day, ended, begun = [], [], []
    for pk, fields in changed.items():
        spell = spells[pk]
        if spell.start == on:
            for field, value in fields.items():
                setattr(spell, field, value)
            same_day.append(spell)
        else:
            spell.end = on
            ended.append(spell)
            begun.append(model(**{f"{name}_id": pk}, start=on, **fields))
    if same_day:
        model._default_manager.bulk_update(same_day, list(next(iter(changed.values()))), BATCH)
    model._default_manager.bulk_update(ended, ["end"], BATCH)
    model._default_manager.bulk_create(begun, BATCH)


# --- positions ---------------------------------------------------------------------------------------------------------------


def _apply_positions(plan: Plan) -> None:
    part = plan.tables["positions"]
    if not (part.added or part.changed):
        return
    units = {unit.code: unit for unit in Unit.objects.all()}
    new_codes = [row["code"] for row in part.added]
    changes = {row["code"]: changed for row, changed in part.changed}
    new = []
    for code in new_codes:
        now = plan.state.positions[code]
        unit = units[now.unit]
        new.append(
            Position(
                unit=unit, company_id=unit.company_id, title=now.title, code=code, headcount=now.headcount,
                is_head=now.is_head, opened_on=now.opened_on, search=search_text(now.title),
            )
        )  # fmt: skip
    Position.objects.bulk_create(new, BATCH)
    ids = dict(Position.objects.values_list("code", "pk"))
    touched = list(Position.objects.filter(code__in=[*new_codes, *changes]))
    for position in touched:
        now = plan.state.positions[position.code]
        position.title, position.unit, position.search = now.title, units[now.unit], search_text(now.title)
        position.headcount, position.is_head = now.headcount, now.is_head
        position.superior_id = ids[now.superior] if now.superior else None
        position.second_superior_id = ids[now.second_superior] if now.second_superior else None
    fields = ["title", "unit", "search", "headcount", "is_head", "superior", "second_superior"]
    Position.objects.bulk_update(touched, fields, BATCH)
    fresh = [position for position in touched if position.code not in changes]
    PositionSpell.objects.bulk_create(
        [PositionSpell(position=p, title=p.title, unit=p.unit, start=p.opened_on) for p in fresh], BATCH
    )
    renamed = [p for p in touched if {"title", "unit"} & changes.get(p.code, {}).keys()]
    _new_spells(PositionSpell, "position", plan.on, {p.pk: {"title": p.title, "unit": p.unit} for p in renamed})
    _apply_lines(plan.on, fresh, [(p, changes[p.code].keys()) for p in touched if p.code in changes])


def _apply_lines(on: dt.date, fresh: Iterable[Position], changed: Iterable[tuple[Position, Iterable[str]]]) -> None:
    ranks = ((1, "superior"), (2, "second_superior"))
    lines = []
    for position in fresh:
        for rank, name in ranks:
            above = getattr(position, f"{name}_id")
            if above is not None:
                lines.append(ReportingLine(position=position, superior_id=above, rank=rank, start=position.opened_on))
    over = {1: set[int](), 2: set[int]()}
    for position, keys in changed:
        for rank, name in ranks:
            if name not in keys:
                continue
            over[rank].add(position.pk)
            above = getattr(position, f"{name}_id")
            if above is not None:
                lines.append(ReportingLine(position=position, superior_id=above, rank=rank, start=on))
    for rank, positions in over.items():
        old = ReportingLine.objects.filter(position__in=positions, rank=rank, end=None)
        old.filter(start=on).delete()  # a line that began the same day was never in force
        old.update(end=on)
    ReportingLine.objects.bulk_create(lines, BATCH)


# --- people ------------------------------------------------------------------------------------------------------------------


def _apply_people(plan: Plan) -> None:
    part = plan.tables["people"]
    companies = dict(Unit.objects.filter(kind="company").values_list("code", "pk"))
    new = []
    for row in part.added:
        now = plan.state.people[row["employee_no"]]
        new.append(
            Person(
                name=now.name, employee_no=row["employee_no"], company_id=companies[now.company], joined_on=now.joined_on,
                left_on=now.left_on, mobile=now.mobile, email=now.email, sort_key=person_sort_key(now.name),
                search=search_text(now.name, person=True),
            )
        )  # fmt: skip
    Person.objects.bulk_create(new, BATCH)
    changed = list(Person.objects.filter(employee_no__in=[row["employee_no"] for row, _changes in part.changed]))
    for person in changed:
        now = plan.state.people[person.employee_no]
        person.name, person.mobile, person.email = now.name, now.mobile, now.email
        person.sort_key, person.search = person_sort_key(now.name), search_text(now.name, person=True)
    Person.objects.bulk_update(changed, ["name", "mobile", "email", "sort_key", "search"], BATCH)


def _apply_appointments(plan: Plan) -> None:
    part = plan.tables["appointments"]
    if not (part.added or part.changed):
        return
    numbers = {row["person"] for row in _rows(part.added, part.changed)}
    people = dict(Person.objects.filter(employee_no__in=numbers).values_list("employee_no", "pk"))
    codes = {row["position"] for row in _rows(part.added, part.changed)}
    positions = dict(Position.objects.filter(code__in=codes).values_list("code", "pk"))
    new = [
        Appointment(
            position_id=positions[row["position"]], person_id=people[row["person"]], start=row["start"],
            end=row.get("end"), is_main=row["is_main"],
        )
        for row in part.added
    ]  # fmt: skip
    planned = {a.pk: a for number in numbers for a in plan.state.appointments[number] if a.pk is not None}
    changed_ids = {
        a.pk for row, _changes in part.changed for a in plan.state.appointments[row["person"]]
        if a.pk is not None and a.position == row["position"] and (row.get("start") in (None, a.start))
    }  # fmt: skip
    changed = list(Appointment.objects.filter(pk__in=changed_ids))
    for appointment in changed:
        appointment.end, appointment.is_main = planned[appointment.pk].end, planned[appointment.pk].is_main
    mains = {a.person_id for a in (*new, *changed) if a.is_main}
    kept = [a.pk for a in changed if a.is_main]
    Appointment.objects.filter(person__in=mains, is_main=True).exclude(pk__in=kept).filter(
        Q(end=None) | Q(end__gt=plan.on)
    ).update(is_main=False)
    Appointment.objects.bulk_update(changed, ["end", "is_main"], BATCH)
    Appointment.objects.bulk_create(new, BATCH)
    for appointment in changed:
        if appointment.end is not None:
            end_actings_of(Q(position=appointment.position_id, principal=appointment.person_id), appointment.end)
    hooks.tell_appointed([appointment.pk for appointment in new])


def _rows(added: Sequence[dict[str, Any]], changed: Sequence[tuple[dict[str, Any], Any]]) -> list[dict[str, Any]]:
    return [*added, *(row for row, _changes in changed)]


def leaving(plan: Plan) -> dict[str, dt.date]:
    """Who leaves by this plan, by employee number, and from which day on."""
    changed = plan.tables["people"].changed
    return {row["employee_no"]: changes["left_on"][1] for row, changes in changed if "left_on" in changes}


def _apply_leaving(plan: Plan) -> None:
    days = leaving(plan)
    for person in Person.objects.filter(employee_no__in=days):
        leave(person, left_on=days[person.employee_no])
