"""The organization as rows by their codes: what there is, and, while a plan is made, what there will be."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Protocol

from remit.kernel.organization.models import (
    Appointment,
    Person,
    Position,
    PositionSpell,
    ReportingLine,
    Unit,
    UnitSpell,
)
from remit.kernel.organization.models.spans import still_open


class Planned(Protocol):
    """Where a planner puts what it found; planning.TablePlan."""

    added: list[dict[str, Any]]
    changed: list[tuple[dict[str, Any], dict[str, tuple[Any, Any]]]]
    unchanged: int


@dataclass(slots=True)
class UnitNow:
    name: str
    kind: str
    parent: str | None  # code
    opened_on: dt.date
    closed_on: dt.date | None = None
    changed_on: dt.date = dt.date.min  # when the open spell began
    pk: int | None = None


@dataclass(slots=True)
class PositionNow:
    title: str
    unit: str
    headcount: int
    is_head: bool
    superior: str | None
    second_superior: str | None
    opened_on: dt.date
    closed_on: dt.date | None = None
    changed_on: dt.date = dt.date.min
    pk: int | None = None


@dataclass(slots=True)
class PersonNow:
    name: str
    company: str
    joined_on: dt.date
    left_on: dt.date | None
    mobile: str
    email: str
    pk: int | None = None


@dataclass(slots=True)
class AppointmentNow:
    position: str
    person: str
    start: dt.date
    end: dt.date | None
    is_main: bool
    pk: int | None = None

    def overlaps(self, start: dt.date, end: dt.date | None) -> bool:
        begins, ends = max(self.start, start), min(self.end or dt.date.max, end or dt.date.max)
        return begins < ends


@dataclass(slots=True)
class State:
    """By code, code, employee number; appointments by person. Planners overlay what the file brings."""

    on: dt.date
    units: dict[str, UnitNow] = field(default_factory=dict)
    positions: dict[str, PositionNow] = field(default_factory=dict)
    people: dict[str, PersonNow] = field(default_factory=dict)
    appointments: dict[str, list[AppointmentNow]] = field(default_factory=dict)

    def company_of(self, unit: str | None) -> str | None:
        """The nearest company at or above a unit, by code; None for the group's own. A loop in the file ends the walk."""
        seen: set[str] = set()
        while unit is not None and unit in self.units and unit not in seen:
            if self.units[unit].kind == "company":
                return unit
            seen.add(unit)
            unit = self.units[unit].parent
        return None


def load_state(on: dt.date) -> State:
    """Seven queries, whatever the size. Appointments that are over by then are history, and left out."""
    state = State(on)
    began = dict(UnitSpell.objects.filter(end=None).values_list("unit_id", "start"))
    codes: dict[int | None, str] = dict(Unit.objects.values_list("pk", "code"))
    for unit in Unit.objects.all():
        state.units[unit.code] = UnitNow(
            unit.name, unit.kind, codes.get(unit.parent_id), unit.opened_on, unit.closed_on,
            began.get(unit.pk, unit.opened_on), unit.pk,
        )  # fmt: skip
    _load_positions(state, codes)
    for person in Person.objects.all():
        state.people[person.employee_no] = PersonNow(
            person.name,
            codes[person.company_id],
            person.joined_on,
            person.left_on,
            person.mobile,
            person.email,
            person.pk,
        )
    running = Appointment.objects.filter(still_open(on, "end"))
    for pk, position, number, start, end, is_main in running.values_list(
        "pk", "position__code", "person__employee_no", "start", "end", "is_main"
    ):
        state.appointments.setdefault(number, []).append(AppointmentNow(position, number, start, end, is_main, pk))
    return state


def _load_positions(state: State, unit_codes: dict[int | None, str]) -> None:
    codes: dict[int | None, str] = dict(Position.objects.values_list("pk", "code"))
    began = dict(PositionSpell.objects.filter(end=None).values_list("position_id", "start"))
    for position_id, start in ReportingLine.objects.filter(end=None).values_list("position_id", "start"):
        began[position_id] = max(began.get(position_id, start), start)
    for position in Position.objects.all():
        state.positions[position.code] = PositionNow(
            position.title, unit_codes[position.unit_id], position.headcount, position.is_head,
            codes.get(position.superior_id), codes.get(position.second_superior_id), position.opened_on,
            position.closed_on, began.get(position.pk, position.opened_on), position.pk,
        )  # fmt: skip
