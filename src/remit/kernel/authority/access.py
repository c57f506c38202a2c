"""Who may reach which request, ruling, matter and obligation. Strangers are told that it is not there."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.models import Grant, Matter, Obligation, Request, Ruling, Step
from remit.kernel.authority.rulebook import matches
from remit.kernel.organization.models import Acting, Appointment, Person, Position, Unit
from remit.kernel.organization.models.spans import holds_on, still_open
from remit.kernel.organization.queries import today


def positions_reached(person: Person) -> tuple[set[int], set[int]]:
    """(positions the person holds or acts in, all positions below those): what a superior may read."""
    book = rulebook_now()
    own = set(book.positions_of(person.pk)) | {acting.position_id for acting in book.deputyships(person.pk)}
    below = {below for position_id in own for below in book.structure.subordinates(position_id)}
    return own, below


def at_own_desk(person: Person, position: str = "position_id", action: str = "action") -> Q:
    """The condition that something asks a position that the person holds, or acts in with the right to that action.

    `position` and `action` are the look-ups that lead to both. A deputy who was handed only some actions sees theirs alone.
    """
    book = rulebook_now()
    whole = set(book.positions_of(person.pk))
    parts = Q()
    for acting in book.deputyships(person.pk):
        patterns = [pattern for pattern, _bounds in acting.scope]
        if not patterns or "*" in patterns:
            whole.add(acting.position_id)
            continue
        for pattern in patterns:
            named = {f"{action}__startswith": pattern[:-1]} if pattern.endswith(".*") else {action: pattern}
            parts |= Q(**{position: acting.position_id}, **named)
    return Q(**{f"{position}__in": whole}) | parts


def oversees(person: Person, action: str) -> bool:
    """Whether a grant of the person gives the action anywhere (oversight such as the statistician's is a grant, S-011)."""
    book = rulebook_now()
    own = {*book.positions_of(person.pk), *(acting.position_id for acting in book.deputyships(person.pk))}
    return any(
        matches(grant.action, action) for p in own for grant in book.by_position.get(p, ()) if grant.right == "decide"
    )


def visible_requests(person: Person) -> QuerySet[Request]:
    """One's own requests, those that ask or asked a position one holds or acts in, and those of one's subordinates."""
    if oversees(person, "oversight.requests"):
        return Request.objects.all()
    own, below = positions_reached(person)
    asked = Step.objects.filter(Q(position_id__in=own) | Q(decided_by=person)).values("request_id")
    return Request.objects.filter(Q(requester=person) | Q(position_id__in=below) | Q(pk__in=asked))


def request_visible_to(person: Person, pk: int) -> Request:
    """The request, or NotYours as if it did not exist."""
    found = visible_requests(person).filter(pk=pk).select_related("requester", "position").first()
    if found is None:
        # Somebody higher up who could decide it may reach it too, though nobody has asked him yet.
        found = _decidable(person, pk)
    if found is None:
        raise NotYours(_("There is no such request."))
    return found


def _decidable(person: Person, pk: int) -> Request | None:
    request = Request.objects.filter(pk=pk, closed_at=None).select_related("requester", "position").first()
    if request is None:
        return None
    book = rulebook_now()
    line = {
        superior.id for held in book.positions_of(request.requester_id) for superior in book.structure.superiors(held)
    }
    own, _below = positions_reached(person)
    return request if own & line else None


def visible_rulings(person: Person) -> QuerySet[Ruling]:
    """One's own, and those made in positions below one's own."""
    if oversees(person, "oversight.rulings"):
        return Ruling.objects.all()
    _own, below = positions_reached(person)
    return Ruling.objects.filter(Q(person=person) | Q(behalf_of=person) | Q(position_id__in=below))


def visible_matters(person: Person) -> QuerySet[Matter]:
    """As rulings; who owes something about a matter may read it too."""
    if oversees(person, "oversight.rulings"):
        return Matter.objects.all()
    _own, below = positions_reached(person)
    return Matter.objects.filter(Q(done_by=person) | Q(behalf_of=person) | Q(position_id__in=below))


def visible_obligations(person: Person) -> QuerySet[Obligation]:
    """What one owes, what follows one's own acts, and both for one's subordinates."""
    if oversees(person, "oversight.rulings"):
        return Obligation.objects.all()
    own, below = positions_reached(person)
    return Obligation.objects.filter(
        Q(person=person)
        | Q(position_id__in=own | below)
        | Q(ruling__person=person)
        | Q(ruling__behalf_of=person)
        | Q(ruling__position_id__in=below)
    )


def obligation_visible_to(person: Person, pk: int) -> Obligation:
    found = visible_obligations(person).filter(pk=pk).select_related("ruling", "position", "person").first()
    if found is None:
        raise NotYours(_("There is no such item."))
    return found


def visible_events(person: Person) -> QuerySet[Event]:
    """What one did or what was done in one's name, and what was done in positions below one's own."""
    if oversees(person, "oversight.events"):
        return Event.objects.all()
    _own, below = positions_reached(person)
    return Event.objects.filter(Q(actor_person_id=person.pk) | Q(behalf_person_id=person.pk) | Q(position_id__in=below))


def visible_grants(person: Person) -> QuerySet[Grant]:
    """Who may decide what is no secret inside the group: everybody may ask who could release an amount."""
    return Grant.objects.filter(position__company=person.company) | Grant.objects.filter(position__company=None)


# --- the organization ----------------------------------------------------------------------------------------------------------
#
# Within a company everybody knows who does what: its units, positions, and their holders by name; so it is with the group's own
# posts. What is personal (numbers, addresses, history, logins) is for oneself, one's superiors, and whoever administers people.


def administers_people(person: Person) -> bool:
    return oversees(person, "organization.change_person") or oversees(person, "oversight.people")


def companies_seen(person: Person) -> set[int] | None:
    """The companies whose organization the person sees, by id; None: all of them.

    One's own, and those of the positions one holds or has below. All: who holds a post of the group, or may change any
    company's organization.
    """
    book = rulebook_now()
    own, below = positions_reached(person)
    places = [book.structure.positions[p] for p in own | below if p in book.structure.positions]
    if any(place.company_id is None for place in places if place.id in own):
        return None
    grants = (grant for position_id in own for grant in book.by_position.get(position_id, ()))
    wide = ("organization.change_person", "oversight.people")
    if any(g.right == "decide" and g.scope == "anywhere" and any(matches(g.action, w) for w in wide) for g in grants):
        return None
    return {person.company_id, *(place.company_id for place in places if place.company_id is not None)}


def _seen(person: Person, company: str = "company") -> Q:
    seen = companies_seen(person)
    return Q() if seen is None else Q(**{f"{company}__in": seen}) | Q(**{f"{company}__isnull": True})


def visible_units(person: Person) -> QuerySet[Unit]:
    """Closed ones too: past days can be asked for."""
    return Unit.objects.filter(_seen(person))


def visible_positions(person: Person) -> QuerySet[Position]:
    return Position.objects.filter(_seen(person))


def visible_people(person: Person) -> QuerySet[Person]:
    """Those of the companies one sees, and the holders of the group's posts. Who has left is there for administrators only."""
    seen = companies_seen(person)
    people = Person.objects.all()
    if seen is not None:
        of_group = Appointment.objects.filter(holds_on(today()), position__company=None)
        people = people.filter(Q(company__in=seen) | Q(pk__in=of_group.values("person_id")))
    return people if administers_people(person) else people.filter(Q(pk=person.pk) | still_open(today(), "left_on"))


def visible_actings(person: Person) -> QuerySet[Acting]:
    """Who stands in for whom concerns everybody who has to do with the position."""
    return Acting.objects.filter(_seen(person, "position__company"))


def unit_visible_to(person: Person, pk: int) -> Unit:
    found = visible_units(person).filter(pk=pk).select_related("parent", "company").first()
    if found is None:
        raise NotYours(_("There is no such unit."))
    return found


def position_visible_to(person: Person, pk: int) -> Position:
    related = ("unit", "company", "superior__unit", "second_superior__unit")
    found = visible_positions(person).filter(pk=pk).select_related(*related).first()
    if found is None:
        raise NotYours(_("There is no such position."))
    return found


def person_visible_to(person: Person, pk: int) -> Person:
    found = visible_people(person).filter(pk=pk).select_related("company", "user").first()
    if found is None:
        raise NotYours(_("There is no such person."))
    return found


def sees_personal_data(person: Person, about: Person) -> bool:
    """Oneself, those below, and for administrators the people of the companies they see."""
    if about.pk == person.pk:
        return True
    _own, below = positions_reached(person)
    if below & set(rulebook_now().positions_of(about.pk)):
        return True
    if not administers_people(person):
        return False
    seen = companies_seen(person)
    return seen is None or about.company_id in seen
