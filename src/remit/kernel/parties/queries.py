"""Questions about customers: search and the list, each by a statement that stays fast at a million rows."""

from typing import Final

from django.db.models import Q, QuerySet

from remit.kernel.organization.models import Person
from remit.kernel.parties.access import visible_parties
from remit.kernel.parties.finding import Answers, AnyOf, question
from remit.kernel.parties.models import Identifier, IdentifierKind, Party

# Beyond so many hits nobody reads on: he types another character. The order is that of the hits taken.
HITS_MAX: Final = 2000


def search(person: Person, typed: str) -> QuerySet[Party]:
    """The customers that the person may see and that what he typed means, by name. None where nothing searchable was typed."""
    return matching(visible_parties(person), typed).order_by("sort_key", "id")


def matching(seen: QuerySet[Party], typed: str) -> QuerySet[Party]:
    """The hits are taken first, then put in order: else the planner walks the list's index in the hope of early hits, and rare
    words take half a second."""
    ids = hits(seen, typed)
    return seen.model._default_manager.filter(AnyOf("id", ids)) if ids else seen.none()


def hits(seen: QuerySet[Party], typed: str) -> list[int]:
    """The ids of up to HITS_MAX hits, in no order. One query."""
    asked = question(typed)
    if asked.id_card:
        known = Identifier.objects.filter(kind=IdentifierKind.ID_CARD, value=asked.id_card)
        return list(seen.filter(pk__in=known.values("party_id")).values_list("pk", flat=True))
    if not asked.tsquery:
        return []
    found = Q(Answers("search", asked.tsquery))
    for literal in asked.literals:
        found &= Q(folded_name__contains=literal)
    return list(seen.filter(found).order_by().values_list("pk", flat=True)[:HITS_MAX])
