"""Asking without acting: why, what if, and who has rights in hand that should not meet."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from remit.kernel.authority import access
from remit.kernel.authority.catalogue import asked_about, has_form, lenient, why_facts
from remit.kernel.authority.decisions import Decision, decide
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.explain import Candidate, limits_label, trace
from remit.kernel.authority.loading import all_actions, bounds_from_json, grant_rule, rulebook_now
from remit.kernel.authority.models import Grant
from remit.kernel.authority.reading import Reader, family_label, granted_label, with_limit
from remit.kernel.authority.registry import ActionType
from remit.kernel.authority.separation import standing_conflicts
from remit.kernel.authority.web.forms import form_for
from remit.kernel.authority.whatif import WhatIf, what_if
from remit.kernel.organization.models import Person
from remit.lib.amounts import parse_amount
from remit.lib.limits import Bound, Op
from remit.lib.limits import Unit as BoundUnit
from remit.web.acting import number_or_none, person_here
from remit.web.http import Request

DAYS_BACK: Final = 90
SHOWN_AT_MOST: Final = 100
# The name before each fact of the action in the address of the why-page, where "person" and "action" mean something else.
PREFIX: Final = "f"


def _people_to_ask_about(person: Person) -> dict[int, str]:
    """Oneself, and those below; with oversight everybody who holds a position."""
    book = rulebook_now()
    people = book.structure.people
    if access.oversees(person, "oversight.rulings"):
        found = set(people)
    else:
        _own, below = access.positions_reached(person)
        found = {holder for position_id in below for holder in book.structure.positions[position_id].holders}
    others = {pk: people[pk] for pk in sorted(found - {person.pk}, key=lambda pk: people[pk])}
    return {person.pk: person.name, **others}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the why-page says once it has been asked."""

    decision: Decision
    ladder: list[Candidate]

    @property
    def tone(self) -> str:
        return {"granted": "ok", "approval": "warn", "refused": "danger"}[self.decision.outcome]


@require_GET
def why(request: Request) -> HttpResponse:
    """Who could decide this, and why not the others. Decides as the gate does, and writes nothing."""
    person = person_here(request)
    people, actions = _people_to_ask_about(person), all_actions()
    about_id = number_or_none(request.GET.get("person", "")) or person.pk
    if about_id not in people:
        raise NotYours(_("There is no such person."))
    action = actions.get(request.GET.get("action", ""))
    context: dict[str, Any] = {"people": people, "about_id": about_id, "about": people[about_id], "action": action}
    context["own_id"] = person.pk
    context["families"] = _choices(actions)
    if action is not None and has_form(action):
        given = {name: request.GET.get(f"{PREFIX}-{name}", "") for name in action.facts}
        shown = why_facts(action)
        form = form_for(action, person, only=shown, prefix=PREFIX, required=False, initial=given)
        context |= {"rows": list(form.rows()), **_answered(person, Person.objects.get(pk=about_id), action, given)}
    return render(request, "authority/why.html", context)


def _choices(actions: dict[str, ActionType]) -> list[tuple[str, list[ActionType]]]:
    families: dict[str, list[ActionType]] = {}
    for action in sorted(actions.values(), key=lambda a: (a.origin == "kernel", a.name)):
        if has_form(action):
            families.setdefault(action.family, []).append(action)
    return [(family_label(family), found) for family, found in families.items()]


def _answered(reader: Person, about: Person, action: ActionType, given: dict[str, str]) -> dict[str, Any]:
    facts, faults = lenient(action, given)
    book = rulebook_now()
    relevant = asked_about(book.ladder(about.pk, action.name))
    missing = [str(fact.label) for name, fact in action.facts.items() if name in relevant and facts.get(name) is None]
    if action.inherent is not None:  # its own rule looks at every fact
        needed = [
            fact for fact in action.facts.values() if fact.required and fact.kind in ("person", "position", "unit")
        ]
        missing = [str(fact.label) for fact in needed if facts.get(fact.name) is None]
        if missing:
            return {"missing": missing, "faults": list(faults.values())}
    decision = decide(about, action, facts, rulebook=book)
    answer = Answer(decision, trace(decision, access.companies_seen(reader)))
    return {"answer": answer, "missing": missing, "faults": list(faults.values())}


# --- what if -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GrantChoice:
    id: int
    position: str
    label: str
    limit: str
    where: str


@dataclass(frozen=True, slots=True)
class BoundField:
    """One bound of the chosen grant, as it is and as it is asked about."""

    name: str
    label: str
    now: str
    op: str
    value: str
    unit: str
    error: str = ""


def _grants_to_try(person: Person) -> list[Grant]:
    """The bounded grants in force in positions that the person holds or has below."""
    own, below = access.positions_reached(person)
    in_force = {grant.id for position_id in own | below for grant in rulebook_now().by_position.get(position_id, ())}
    found = access.visible_grants(person).filter(pk__in=in_force, right="decide").select_related("position")
    return [grant for grant in found.order_by("position_id", "id") if grant.limits]


@require_GET
def what_if_page(request: Request) -> HttpResponse:
    """Another limit for a grant: which decisions of the last 90 days would have gone another way. Writes nothing."""
    person, actions = person_here(request), all_actions()
    grants = _grants_to_try(person)
    choices = [
        GrantChoice(
            grant.pk,
            grant.position.title,
            granted_label(grant.action, actions),
            limits_label(grant_rule(grant)),
            f"{grant.source} {grant.clause}".strip(),
        )
        for grant in grants
    ]
    wanted = number_or_none(request.GET.get("grant", ""))
    grant = next((one for one in grants if one.pk == wanted), None)
    if wanted is not None and grant is None:
        raise NotYours(_("There is no such grant."))
    context: dict[str, Any] = {"choices": choices, "grant": grant, "days": DAYS_BACK}
    if grant is not None:
        fields, bounds = _new_bounds(grant, request, actions)
        context["fields"] = fields
        if bounds is not None:
            context |= _replayed(what_if(grant, bounds, access.visible_rulings(person), days=DAYS_BACK))
    return render(request, "authority/what_if.html", context)


def _new_bounds(
    grant: Grant, request: Request, actions: dict[str, ActionType]
) -> tuple[list[BoundField], dict[str, Bound] | None]:
    """The fields with what was typed, and the bounds if all of it was and can be read."""
    action = next((found for name, found in actions.items() if name == grant.action), None)
    fields, bounds, was_asked = [], dict[str, Bound](), True
    for name, bound in bounds_from_json(grant.limits):
        text, op = request.GET.get(f"max-{name}", "").strip(), request.GET.get(f"op-{name}", str(bound.op))
        error = ""
        if not text:
            was_asked = False
        else:
            try:
                limit = parse_amount(text)
                bounds[name] = Bound(limit, bound.unit, Op(op), bound.currency)
            except ValueError as fault:
                error, was_asked = str(fault), False
        label = str(action.facts[name].label) if action and name in action.facts else name
        unit = _("yuan") if bound.unit is BoundUnit.AMOUNT else ("%" if bound.unit is BoundUnit.PERCENT else "")
        fields.append(BoundField(name, label, bound.label(), op, text, unit, error))
    return fields, bounds if was_asked else None


@dataclass(frozen=True, slots=True)
class ChangedRow:
    at: dt.datetime
    person: str
    position: str
    headline: str
    before: str


def _replayed(found: WhatIf) -> dict[str, Any]:
    shown = [*found.let_through[:SHOWN_AT_MOST], *found.stopped[:SHOWN_AT_MOST]]
    reader = Reader((changed.ruling.action, changed.ruling.facts) for changed in shown)

    def rows(changes: Any) -> list[ChangedRow]:
        return [
            ChangedRow(
                changed.ruling.at,
                changed.ruling.person.name if changed.ruling.person else "",
                changed.ruling.position.title if changed.ruling.position else "",
                reader.headline(changed.ruling.action, changed.ruling.facts),
                changed.before,
            )
            for changed in changes[:SHOWN_AT_MOST]
        ]

    return {"found": found, "let_through": rows(found.let_through), "stopped": rows(found.stopped)}


# --- separation of duties ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConflictRow:
    holder: str
    positions: str
    rule: str
    control: str
    first: list[str]
    second: list[str]


@require_GET
def separation(request: Request) -> HttpResponse:
    """Everyone below (or everyone, with oversight) in whom rights meet that should not, with the control that makes up for it."""
    person = person_here(request)
    seen, book, actions = _people_to_ask_about(person), rulebook_now(), all_actions()
    rows = [
        ConflictRow(
            holder=conflict.holder,
            positions="、".join(book.structure.positions[p].title for p in book.positions_of(conflict.person_id or 0)),
            rule=conflict.rule.name,
            control=conflict.rule.control,
            first=[_right(grant.action, grant.source, grant.clause, actions) for grant in conflict.first],
            second=[_right(grant.action, grant.source, grant.clause, actions) for grant in conflict.second],
        )
        for conflict in standing_conflicts(book)
        if conflict.person_id in seen
    ]
    return render(request, "authority/separation.html", {"rows": rows})


def _right(action: str, source: str, clause: str, actions: dict[str, ActionType]) -> str:
    return with_limit(granted_label(action, actions), f"{source} {clause}".strip())
