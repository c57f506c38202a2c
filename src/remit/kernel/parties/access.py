"""Who may reach which customer (S-015, R-043): the owner, collaborators, superiors along the reporting line, a deputy of any of
them, and oversight, which is a grant (S-011). For everybody else the customer is not there: no count, no suggestion, no "403".
"""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.rulebook import Rulebook, matches
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Appointment, Person
from remit.kernel.parties.finding import AnyOf
from remit.kernel.parties.models import Collaborator, Party, PartyFile

# The right to open customer files at any time; each look leaves an event.
OVERSIGHT: Final = "oversight.files"
CLAIM: Final = "customer.claim"
ALLOCATE: Final = "customer.allocate"
# Files of customers are stored for this room, and read by whoever reads the customer.
FILES_ROOM: Final = "parties"
# With any action of this family a deputy has the principal's customers before him; with none of it he has not.
FAMILY: Final = "customer."
# So many people before it pays to say it the other way round.
MANY: Final = 200


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose customers a person reads. `selves`: as if they were his own (himself, and for whom he acts); `below`: as a superior.

    `owned` is the condition "owned by one of these", ready made (see `_owned_by`). `all_in` are the companies in which oversight shows everything, None every company; `pool_in` those whose pool may be
    claimed or allocated from. Collaborations are asked apart: they change without the authority changing.
    """

    selves: tuple[int, ...]
    below: tuple[int, ...]
    owned: Q
    all_in: frozenset[int] | None
    pool_in: frozenset[int]

    @property
    def owners(self) -> list[int]:
        return [*self.selves, *self.below]


_reaches: tuple[Rulebook, dict[int, Reach]] | None = None


def reach_of(person: Person) -> Reach:
    """One query for the rulebook's version; the first time for each rulebook and person one more."""
    global _reaches
    book = rulebook_now()
    kept = _reaches
    if kept is None or kept[0] is not book:
        kept = _reaches = (book, {})
    found = kept[1].get(person.pk)
    if found is None:
        found = kept[1][person.pk] = _reach(person, book)
    return found


def _reach(person: Person, book: Rulebook) -> Reach:
    own = set(book.positions_of(person.pk))
    actings = [acting for acting in book.deputyships(person.pk) if _hands_over_customers(acting.scope)]
    stood_in = {acting.position_id for acting in actings if acting.position_id in book.structure.positions}
    principals = {acting.principal_id for acting in actings if acting.principal_id is not None}
    lower = {below for position_id in own | stood_in for below in book.structure.subordinates(position_id)}
    selves = [person.pk, *sorted(principals - {person.pk})]
    holders = set(book.structure.holders_of(frozenset(lower))) | _left_behind(lower | stood_in, book)
    below = tuple(sorted(holders - set(selves)))
    return Reach(
        tuple(selves),
        below,
        _owned_by({*selves, *below}),
        _overseen(person, book),
        _companies(person, CLAIM, book) | _companies(person, ALLOCATE, book),
    )


def _owned_by(owners: set[int]) -> Q:
    """The condition that a customer is owned by one of these, as short as it can be said.

    Where they are most of a company, by naming those whom they are not: for the head of five thousand the database would else
    look up five thousand numbers a row, and plan for as long. Somebody hired after this was written down is not among them.
    A customer's owner is always of the customer's company (rules of the verbs), so both ways say the same.
    """
    if len(owners) < MANY:
        return Q(AnyOf("owner_id", sorted(owners)))
    by_company: dict[int, set[int]] = {}
    newest = 0
    for pk, company_id in Person.objects.order_by().values_list("pk", "company_id"):
        by_company.setdefault(company_id, set()).add(pk)
        newest = max(newest, pk)
    owned = Q()
    for company_id, people in by_company.items():
        mine, others = people & owners, people - owners
        if len(others) < len(mine) and len(people) > MANY:
            owned |= Q(company_id=company_id, owner_id__lte=newest) & ~Q(AnyOf("owner_id", sorted(others)))
        elif mine:
            owned |= Q(AnyOf("owner_id", sorted(mine)), company_id=company_id)  # so that the list by name can be walked
    return owned


def _hands_over_customers(scope: tuple[tuple[str, object], ...]) -> bool:
    return not scope or any(pattern == "*" or pattern.startswith(FAMILY) for pattern, _bounds in scope)


def _left_behind(positions: set[int], book: Rulebook) -> set[int]:
    """Who held one of the positions and holds none at all today: his customers are not lost, his superiors have them."""
    once = Appointment.objects.filter(AnyOf("position_id", positions), start__lte=book.structure.day)
    return set(once.values_list("person_id", flat=True).distinct()) - set(book.structure.held_by)


def _overseen(person: Person, book: Rulebook) -> frozenset[int] | None:
    if not oversees(person, OVERSIGHT):
        return frozenset()
    held = {*book.positions_of(person.pk), *(acting.position_id for acting in book.deputyships(person.pk))}
    if any(
        book.structure.positions[p].company_id is None and book.grants_for(p, OVERSIGHT)
        for p in held
        if p in book.structure.positions
    ):
        return None
    return _companies(person, OVERSIGHT, book)


def _companies(person: Person, action: str, book: Rulebook) -> frozenset[int]:
    """The companies of the positions from which the person may do the action; the own one for a post of the group."""
    held = {*book.positions_of(person.pk), *(acting.position_id for acting in book.deputyships(person.pk))}
    return frozenset(
        book.structure.positions[p].company_id or person.company_id
        for p in held
        if p in book.structure.positions
        and any(g.right == "decide" and matches(g.action, action) for g in book.by_position.get(p, ()))
    )


def collaborated(reach: Reach) -> list[int]:
    """The customers on which the person, or somebody for whom he acts, collaborates. One query."""
    return list(Collaborator.objects.filter(person_id__in=reach.selves).values_list("party_id", flat=True))


def visible_parties(person: Person) -> QuerySet[Party]:
    """All customers that the person may read. Owners and collaborations go along as two arrays, so that the statement has one
    shape for a clerk and for the head of two thousand. Two queries beforehand when the rulebook is cached."""
    return Party.objects.filter(seen_by(person), merged_into=None)


def seen_by(person: Person) -> Q:
    """The condition on a customer. Other rooms ask for what is about one: `subject__in=visible_parties(person)`."""
    reach = reach_of(person)
    if reach.all_in is None:
        return Q()
    seen = Q() | reach.owned
    shared = collaborated(reach)
    if shared:
        seen |= Q(AnyOf("id", shared))
    if reach.all_in:
        seen |= Q(company_id__in=reach.all_in)
    pools = reach.pool_in - reach.all_in
    if pools:
        seen |= Q(owner=None, company_id__in=pools)
    return seen


def party_visible_to(person: Person, pk: int) -> Party:
    """The customer, or NotYours as if it did not exist. One that was merged away leads to the one that has taken it up."""
    found = Party.objects.filter(seen_by(person), pk=pk).select_related("owner", "company", "made_by").first()
    if found is not None and found.merged_into_id is not None:
        return party_visible_to(person, found.merged_into_id)
    if found is None:
        raise NotYours(_("There is no such customer."))
    return found


def keeps(person: Person, party: Party) -> bool:
    """Whether the file is the person's to keep: he owns it, or acts for who does."""
    return party.owner_id is not None and party.owner_id in reach_of(person).selves


def contributes(person: Person, party: Party) -> bool:
    """Whether the person may add to the timeline: who keeps the file, and its collaborators."""
    return (
        keeps(person, party) or Collaborator.objects.filter(party=party, person_id__in=reach_of(person).selves).exists()
    )


def reads_in_full(person: Person, party: Party) -> bool:
    """Telephone numbers and addresses whole; others see them masked and ask for one, which leaves an event."""
    return contributes(person, party)


def is_above(person: Person, party: Party) -> bool:
    return party.owner_id is not None and party.owner_id in reach_of(person).below


def only_by_oversight(person: Person, party: Party) -> bool:
    """Nothing but the grant of oversight shows this customer to the person."""
    reach = reach_of(person)
    if party.owner_id in reach.owners or (party.owner_id is None and party.company_id in reach.pool_in):
        return False
    return not contributes(person, party)


def may_read_file(actor: Actor, file: StoredFile) -> bool:
    """The rule by which the documents room shows a customer's files."""
    person = Person.objects.select_related("company").filter(pk=actor.person_id or 0).first()
    return person is not None and PartyFile.objects.filter(file=file, party__in=visible_parties(person)).exists()
