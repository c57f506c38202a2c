"""Units, positions, people, acting, and the organization as a file."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from remit.kernel.organization import importing
from tests.addresses.address import Address, Facts, deed, in_company, nothing, page, record
from tests.world import World


def _today() -> str:
    return timezone.localdate().isoformat()


def asked(name: str, at: Mapping[str, str], facts: Facts = nothing, *, may: int = 302) -> list[Address]:
    """A form that everybody in the company may open; who may not do it himself sends a request with it."""

    def sent(world: World) -> Mapping[str, Any]:
        return {"start": _today(), "end": _today(), "left_on": _today(), **facts(world)}

    return [in_company(name, at=at), in_company(name, method="POST", may=may, colleague=302, at=at, facts=sent)]


def _upload(_world: World) -> Mapping[str, Any]:
    return {"file": SimpleUploadedFile("组织.xlsx", importing.template()), "on": _today()}


def _deputy(world: World) -> Mapping[str, Any]:
    place = f"{world.firm.positions['客服部总监'].pk}:{world.firm['高岚'].pk}"
    when = {"starts_at": "2031-01-06T09:00", "ends_at": "2031-01-09T18:00"}
    return {"place": place, "deputy": world.firm["孙可"].pk, **when, "reason": "出差", "extent": "all"}


def _appointed(world: World) -> Mapping[str, Any]:
    return {"person": world.firm["孙可"].pk, "start": _today(), "knowingly": "yes"}


UNIT: Final = {"pk": "unit"}
POST: Final = {"pk": "post"}
PERSON: Final = {"pk": "person"}

ORGANIZATION: Final[list[Address]] = [
    *[page("organization:chart", "周岚", query) for query in ("", "?q=chuna", "?on=2025-01-01")],
    in_company("organization:unit-detail", at=UNIT),
    *asked("organization:unit-change", UNIT, lambda w: {"name": "财务中心", "parent": w.firm.health.pk}),
    # Its positions would hang in the air; somebody holds the post.
    *asked("organization:unit-close", UNIT, may=422),
    *asked("organization:unit-new", UNIT, lambda _w: {"kind": "team", "name": "结算组", "code": "CW-JS"}),
    *asked("organization:position-new", UNIT, lambda _w: {"title": "会计", "code": "CW-09", "headcount": "1"}),
    *[page("organization:position-list", "周岚", query) for query in ("", "?q=chuna", "?only=vacant", "?only=charterless")],
    in_company("organization:position-detail", at=POST),
    in_company("organization:position-detail", at=POST, query="?on=2025-01-01"),
    *asked("organization:position-change", POST, lambda w: {"title": "出纳员", "headcount": "1", "unit": w.unit}),
    *asked("organization:position-close", POST, may=422),
    in_company("organization:appointment-check", at=POST, query="?person=1"),
    in_company("organization:appointment-new", method="POST", may=302, colleague=302, at={"pk": "shared"}, facts=_appointed),
    in_company("organization:appointment-end", method="POST", may=302, colleague=302, at=POST,
               facts=lambda w: {"person": w.holder, "end": _today()}),
    *[page("organization:person-list", "周岚", query) for query in ("", "?q=chenli", "?only=gone", "?only=unplaced")],
    page("organization:person-export-xlsx", "周岚"),
    page("organization:person-export-csv", "周岚"),
    page("organization:person-new", "周岚"),
    Address("organization:person-new", "周岚", "POST", 302, 302, 422, facts=lambda w: {
        "name": "欧阳若", "employee_no": "E777", "company": w.firm.health.pk, "joined_on": _today()}),
    in_company("organization:person-detail", at=PERSON),
    # Numbers and addresses are for oneself, one's superiors and administrators.
    record("organization:person-change", "周岚", at=PERSON),
    deed("organization:person-change", "周岚", lambda _w: {"name": "陈力"}, at=PERSON),
    *asked("organization:person-leave", PERSON),
    *[page("organization:acting-list", "周岚", f"?tab={tab}") for tab in ("now", "to_come", "over")],
    Address("organization:acting-new", "高岚", colleague=302, stranger=302),
    deed("organization:acting-new", "高岚", _deputy),
    deed("organization:acting-end", "周岚", colleague=302, at={"pk": "acting"}),
    record("organization:exchange", "周岚"),
    deed("organization:exchange", "周岚", _upload),
    page("organization:import-template", "周岚"),
    *[record("organization:export", "周岚", at={"kind": f"={kind}"}) for kind in ("xlsx", "people", "positions")],
    record("organization:import-preview", "周岚", at={"token": "upload"}),
    record("organization:import-error-file", "周岚", at={"token": "upload"}),
    deed("organization:import-take-in", "周岚", at={"token": "upload"}),
]  # fmt: skip
