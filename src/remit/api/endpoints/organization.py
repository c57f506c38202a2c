"""Who is who, on any day: units, positions, people. Within a company this is no secret; other companies' people are."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from remit.api.caller import caller_of
from remit.api.errors import ApiError
from remit.kernel.authority.access import positions_reached
from remit.kernel.organization.queries import structure_on, today

router = Router(tags=["organization"])


class UnitOut(Schema):
    id: int
    name: str
    kind: str
    parent_id: int | None
    company_id: int | None


class HolderOut(Schema):
    id: int
    name: str


class PositionOut(Schema):
    id: int
    title: str
    unit_id: int
    company_id: int | None
    is_head: bool
    headcount: int
    superior_id: int | None
    second_superior_id: int | None
    holders: list[HolderOut]


class OrganizationOut(Schema):
    day: dt.date
    units: list[UnitOut]
    positions: list[PositionOut]


@router.get("/organization", response=OrganizationOut)
def show_organization(request: HttpRequest, on: dt.date | None = None) -> dict[str, Any]:
    """As it stood on a day (today): the caller's company, the group's own units, and positions that answer to the caller."""
    person = caller_of(request).person
    day = on or today()
    if not 1900 <= day.year <= 2199:
        raise ApiError(422, "bad_shape", _("the year must lie between 1900 and 2199"))
    structure = structure_on(day)
    own, below = positions_reached(person)
    reached = own | below
    shared = {None, person.company_id}
    positions = [p for p in structure.positions.values() if p.company_id in shared or p.id in reached]
    companies = shared | {position.company_id for position in positions}
    return {
        "day": day,
        "units": [
            {"id": u.id, "name": u.name, "kind": u.kind, "parent_id": u.parent_id, "company_id": u.company_id}
            for u in structure.units.values()
            if u.company_id in companies
        ],
        "positions": [
            {
                "id": p.id, "title": p.title, "unit_id": p.unit_id, "company_id": p.company_id, "is_head": p.is_head,
                "headcount": p.headcount, "superior_id": p.superior_id, "second_superior_id": p.second_superior_id,
                "holders": [{"id": holder, "name": structure.people[holder]} for holder in p.holders],
            }
            for p in positions
        ],
    }  # fmt: skip
