"""The organization's verbs as actions. organization lies below authority and can't declare them itself."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.accounts import actions as accounts
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import REASON, Fact, Facts
from remit.kernel.authority.loading import find_action, rulebook_now
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.authority.spec import GrantSpec
from remit.kernel.organization import actions as organization
from remit.kernel.organization.models import Acting, Person, Position, Unit
from remit.kernel.organization.models.unit import UnitKind
from remit.kernel.organization.queries import today

UNIT = Fact("unit", "unit", gettext_lazy("Unit"), concerns=True)
POSITION = Fact("position", "position", gettext_lazy("Position"), concerns=True)
PERSON = Fact("person", "person", gettext_lazy("Person"), concerns=True)
START = Fact("start", "date", gettext_lazy("From"))
END = Fact("end", "date", gettext_lazy("Until (not included)"), required=False)
TITLE = Fact("title", "text", gettext_lazy("Title"))
NAME = Fact("name", "text", gettext_lazy("Name"))
CODE = Fact("code", "text", gettext_lazy("Code"))
HEADCOUNT = Fact("headcount", "count", gettext_lazy("Places"), required=False)
IS_HEAD = Fact("is_head", "yes_no", gettext_lazy("Heads the unit"), required=False)
SUPERIOR = Fact("superior", "position", gettext_lazy("Superior"), required=False)
SECOND_SUPERIOR = Fact("second_superior", "position", gettext_lazy("Second superior"), required=False)
# What is not given stays as it is, so that nothing is emptied by leaving it out; these say that it is to be empty.
NO_SUPERIOR = Fact("no_superior", "yes_no", gettext_lazy("Answers to nobody"), required=False)
NO_SECOND_SUPERIOR = Fact("no_second_superior", "yes_no", gettext_lazy("Without a second superior"), required=False)
NO_MOBILE = Fact("no_mobile", "yes_no", gettext_lazy("Take the mobile number away"), required=False)
NO_EMAIL = Fact("no_email", "yes_no", gettext_lazy("Take the e-mail address away"), required=False)


def _unit(call: Call, name: str = "unit") -> Unit:
    return Unit.objects.select_related("parent").get(pk=call.id_of(name))


def _position(call: Call, name: str = "position") -> Position:
    return Position.objects.select_related("unit", "superior", "second_superior").get(pk=call.id_of(name))


def _position_or_none(call: Call, name: str) -> Position | None:
    return _position(call, name) if call.id_or_none(name) is not None else None


def _line(call: Call, name: str, before: Position | None) -> Position | None:
    return None if call.is_yes(f"no_{name}") else _position_or_none(call, name) or before


def _person(call: Call, name: str = "person") -> Person:
    return Person.objects.get(pk=call.id_of(name))


def _about_unit(unit: Unit, changes: Mapping[str, Any]) -> Done:
    return Done(("unit", unit.pk, unit.name), changes, unit.company_id)


def _about_position(position: Position, changes: Mapping[str, Any]) -> Done:
    return Done(("position", position.pk, f"{position.unit.name} {position.title}"), changes, position.company_id)


def _about_person(person: Person, changes: Mapping[str, Any]) -> Done:
    return Done(("person", person.pk, person.name), changes, person.company_id)


@action(
    "organization.open_unit",
    gettext_lazy("Open a unit"),
    Fact("parent", "unit", gettext_lazy("Belongs to"), concerns=True),
    Fact("kind", "choice", gettext_lazy("Kind"), choices=tuple((kind.value, kind.label) for kind in UnitKind)),
    NAME,
    CODE,
    START,
    changes_authority=True,
)
def open_unit(call: Call) -> Done:
    unit = organization.open_unit(
        parent=_unit(call, "parent"),
        kind=call.text("kind"),
        name=call.text("name"),
        code=call.text("code"),
        start=call.day("start"),
    )
    return _about_unit(unit, {"opened": str(unit.opened_on)})


@action(
    "organization.change_unit",
    gettext_lazy("Rename or move a unit"),
    UNIT,
    Fact("name", "text", gettext_lazy("Name"), required=False),
    Fact("parent", "unit", gettext_lazy("Belongs to"), required=False),
    START,
    changes_authority=True,
)
def change_unit(call: Call) -> Done:
    unit = _unit(call)
    parent = _unit(call, "parent") if call.id_or_none("parent") else unit.parent
    name = call.text("name") or unit.name
    return _about_unit(unit, organization.change_unit(unit, name=name, parent=parent, start=call.day("start")))


@action("organization.close_unit", gettext_lazy("Close a unit"), UNIT, Fact("end", "date", gettext_lazy("On")),
        changes_authority=True)  # fmt: skip
def close_unit(call: Call) -> Done:
    unit = _unit(call)
    organization.close_unit(unit, end=call.day("end"))
    return _about_unit(unit, {"closed": str(unit.closed_on)})


@action(
    "organization.open_position",
    gettext_lazy("Open a position"),
    UNIT,
    TITLE,
    CODE,
    HEADCOUNT,
    IS_HEAD,
    SUPERIOR,
    SECOND_SUPERIOR,
    START,
    changes_authority=True,
)
def open_position(call: Call) -> Done:
    position = organization.open_position(
        unit=_unit(call),
        title=call.text("title"),
        code=call.text("code"),
        headcount=call.count("headcount", 1),
        is_head=call.is_yes("is_head"),
        superior=_position_or_none(call, "superior"),
        second_superior=_position_or_none(call, "second_superior"),
        start=call.day("start"),
    )
    return _about_position(position, {"opened": str(position.opened_on)})


@action(
    "organization.change_position",
    gettext_lazy("Change a position"),
    POSITION,
    Fact("title", "text", gettext_lazy("Title"), required=False),
    Fact("unit", "unit", gettext_lazy("Unit"), required=False),
    HEADCOUNT,
    IS_HEAD,
    SUPERIOR,
    SECOND_SUPERIOR,
    NO_SUPERIOR,
    NO_SECOND_SUPERIOR,
    START,
    changes_authority=True,
)
def change_position(call: Call) -> Done:
    """What is not given stays as it is."""
    position = _position(call)
    is_head = call.facts.get("is_head")
    changes = organization.change_position(
        position,
        start=call.day("start"),
        title=call.text("title") or position.title,
        unit=_unit(call) if call.id_or_none("unit") else position.unit,
        headcount=call.count("headcount", position.headcount),
        is_head=is_head if isinstance(is_head, bool) else position.is_head,
        superior=_line(call, "superior", position.superior),
        second_superior=_line(call, "second_superior", position.second_superior),
    )
    return _about_position(position, changes)


@action("organization.close_position", gettext_lazy("Close a position"), POSITION,
        Fact("end", "date", gettext_lazy("On")), changes_authority=True)  # fmt: skip
def close_position(call: Call) -> Done:
    position = _position(call)
    organization.close_position(position, end=call.day("end"))
    return _about_position(position, {"closed": str(position.closed_on)})


@action(
    "organization.hire",
    gettext_lazy("Add a person"),
    NAME,
    Fact("employee_no", "text", gettext_lazy("Employee number")),
    Fact("company", "unit", gettext_lazy("Company"), concerns=True),
    Fact("joined_on", "date", gettext_lazy("Joined on")),
    Fact("mobile", "text", gettext_lazy("Mobile"), required=False),
    Fact("email", "text", gettext_lazy("E-mail"), required=False),
    changes_authority=True,
)
def hire(call: Call) -> Done:
    person = organization.hire(
        name=call.text("name"),
        employee_no=call.text("employee_no"),
        company=_unit(call, "company"),
        joined_on=call.day("joined_on"),
        mobile=call.text("mobile"),
        email=call.text("email"),
    )
    return _about_person(person, {"joined": str(person.joined_on)})


@action("organization.change_person", gettext_lazy("Change a person's data"), PERSON,
        Fact("name", "text", gettext_lazy("Name"), required=False),
        Fact("mobile", "text", gettext_lazy("Mobile"), required=False),
        Fact("email", "text", gettext_lazy("E-mail"), required=False), NO_MOBILE, NO_EMAIL)  # fmt: skip
def change_person(call: Call) -> Done:
    person = _person(call)
    changes = organization.change_person(
        person,
        name=call.text("name") or person.name,
        mobile="" if call.is_yes("no_mobile") else call.text("mobile") or person.mobile,
        email="" if call.is_yes("no_email") else call.text("email") or person.email,
    )
    return _about_person(person, changes)


@action("organization.leave", gettext_lazy("Record that a person leaves"), PERSON,
        Fact("left_on", "date", gettext_lazy("Gone from (that day not included)")), changes_authority=True)  # fmt: skip
def leave(call: Call) -> Done:
    """From that day on the login opens nothing; one who has gone already is logged out at once."""
    person = _person(call)
    ended = organization.leave(person, left_on=call.day("left_on"))
    changes = {"left": str(person.left_on), "appointments_ended": ended}
    if person.user_id is not None and call.day("left_on") <= today():
        accounts.deactivate_user(person.user_id, actor=call.actor, leave_event=False)
        changes["login_closed"] = True
    return _about_person(person, changes)


@action(
    "organization.appoint",
    gettext_lazy("Appoint"),
    POSITION,
    Fact("person", "person", gettext_lazy("Person")),
    START,
    END,
    Fact("is_main", "yes_no", gettext_lazy("Main position"), required=False),
    words=("任命", "聘任", "调整组长"),
    changes_authority=True,
)
def appoint(call: Call) -> Done:
    position, person = _position(call), _person(call)
    appointment = organization.appoint(
        position=position,
        person=person,
        start=call.day("start"),
        end=call.day_or_none("end"),
        is_main=call.facts.get("is_main") is not False,
    )
    changes = {"person": person.name, "start": str(appointment.start), "end": str(appointment.end or "")}
    return _about_position(position, changes)


@action("organization.end_appointment", gettext_lazy("End an appointment"), POSITION,
        Fact("person", "person", gettext_lazy("Person")), Fact("end", "date", gettext_lazy("On")),
        changes_authority=True)  # fmt: skip
def end_appointment(call: Call) -> Done:
    position, person = _position(call), _person(call)
    ended = organization.end_appointment(position=position, person=person, end=call.day("end"))
    return _about_position(position, {"person": person.name, "end": str(ended.end)})


# --- acting --------------------------------------------------------------------------------------------------------------------


def _own_or_below(person: Person, position_id: int) -> str | None:
    """A holder may name his own deputy, a superior the deputy of anybody below him; a deputy may not (no onward delegation)."""
    book = rulebook_now()
    held = book.positions_of(person.pk)
    if position_id in held:
        return _("it is your own position")
    if any(position_id in book.structure.subordinates(own) for own in held):
        return _("the position answers to yours")
    return None


def _names_deputy(person: Person, facts: Facts) -> str | None:
    return _own_or_below(person, int(str(facts["position"])))


def _ends_acting(person: Person, facts: Facts) -> str | None:
    acting = Acting.objects.filter(pk=int(str(facts["acting"]))).first()
    return _own_or_below(person, acting.position_id) if acting else None


def scope_from_data(data: Any) -> list[dict[str, Any]]:
    """The named actions that a deputy gets, checked: `[{"action": "staff.*", "limits": {"amount": "<= 1000 CNY"}}]`."""
    scope = []
    for part in data or []:
        try:
            grant = GrantSpec.model_validate({"action": part.get("action"), "limits": part.get("limits") or {}})
        except (ValueError, AttributeError) as error:
            raise RuleBroken(
                _("The scope of acting is not understood: %(error)s") % {"error": str(error)[:300]}
            ) from error
        if not grant.action.endswith("*"):
            find_action(grant.action)
        scope.append({"action": grant.action, "limits": grant.limits})
    return scope


@action(
    "organization.appoint_deputy",
    gettext_lazy("Appoint a deputy"),
    POSITION,
    Fact("principal", "person", gettext_lazy("Who is away"), required=False),
    Fact("deputy", "person", gettext_lazy("Deputy")),
    Fact("starts_at", "moment", gettext_lazy("From")),
    Fact("ends_at", "moment", gettext_lazy("Until (not included)")),
    REASON,
    Fact("scope", "data", gettext_lazy("Only these actions"), required=False),
    inherent=_names_deputy,
    words=("代理", "代行"),
    changes_authority=True,
)
def appoint_deputy(call: Call) -> Done:
    position = _position(call)
    deputy = _person(call, "deputy")
    acting = organization.appoint_deputy(
        position=position,
        principal=_person(call, "principal") if call.id_or_none("principal") else None,
        deputy=deputy,
        starts_at=call.moment("starts_at"),
        ends_at=call.moment("ends_at"),
        reason=call.text("reason")[:200],
        scope=scope_from_data(call.facts.get("scope")),
        appointed_by=call.person,
    )
    changes = {"acting": acting.pk, "deputy": deputy.name, "until": acting.ends_at.isoformat()}
    return _about_position(position, changes)


@action("organization.end_acting", gettext_lazy("End acting"), Fact("acting", "id", gettext_lazy("Deputyship")),
        inherent=_ends_acting, changes_authority=True)  # fmt: skip
def end_acting(call: Call) -> Done:
    acting = (
        Acting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("position__unit", "deputy")
        .get(pk=call.id_of("acting"))
    )
    organization.end_acting(acting, at=call.at, by=call.person)
    return _about_position(
        acting.position, {"acting": acting.pk, "deputy": acting.deputy.name, "ended": call.at.isoformat()}
    )
