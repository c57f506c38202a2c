"""Who reaches which claim: who filed it, who stands above him, and who reviews, pays or books the claims of the company."""

from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.access import positions_reached
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.rulebook import matches
from remit.kernel.documents.models import StoredFile
from remit.kernel.ledger.access import READERS
from remit.kernel.organization.models import Person
from remit.kernel.spending.models import Claim, ClaimPaper

REVIEW: Final = "claim.review"
PAY: Final = "claim.pay"
# Originals of claims are stored for this room, and read by whoever reads the claim.
FILES_ROOM: Final = "spending"
# A right that is bounded to one's own group or department shows no more than the claims of the people there.
WIDE: Final = frozenset({"anywhere", "own_company"})
NARROW: Final = frozenset({"own_department", "own_group"})


def companies_kept(person: Person, *actions: str) -> frozenset[int] | None:
    """The companies of the positions from which the person may do one of the actions for everybody there; None: every company."""
    book = rulebook_now()
    held = {*book.positions_of(person.pk), *(acting.position_id for acting in book.deputyships(person.pk))}
    companies = {
        book.structure.positions[p].company_id
        for p in held
        if p in book.structure.positions
        and any(
            g.right == "decide" and g.scope in WIDE and any(matches(g.action, one) for one in actions)
            for g in book.by_position.get(p, ())
        )
    }
    return None if None in companies else frozenset(one for one in companies if one is not None)


def _claimants_within(person: Person) -> set[int]:
    """Whose claims the person may review by a right that is bounded to a group or a department."""
    book = rulebook_now()
    held = {*book.positions_of(person.pk), *(acting.position_id for acting in book.deputyships(person.pk))}
    return {
        claimant
        for p in held
        for g in book.by_position.get(p, ())
        if g.right == "decide" and g.scope in NARROW and matches(g.action, REVIEW)
        for claimant in book.scope_members(p, g.scope, "person")
    }


def visible_claims(person: Person) -> QuerySet[Claim]:
    kept = companies_kept(person, REVIEW, PAY, *READERS)
    if kept is None:
        return Claim.objects.all()
    _own, below = positions_reached(person)
    seen = Q(claimant=person) | Q(company__in=kept) | Q(position__in=below)
    return Claim.objects.filter(seen | Q(claimant__in=_claimants_within(person)))


def claim_visible_to(person: Person, pk: int) -> Claim:
    """The claim, or NotYours as if it did not exist."""
    related = (
        "company",
        "claimant",
        "unit",
        "position",
        "replaces",
        "replaced_by",
        "reviewed_by",
        "paid_by",
        "ended_by",
        "entry",
    )
    found = visible_claims(person).select_related(*related).filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such claim."))
    return found


def may_read_file(actor: Actor, file: StoredFile) -> bool:
    """The rule by which the documents room shows the originals."""
    person = Person.objects.filter(pk=actor.person_id or 0).first()
    return person is not None and ClaimPaper.objects.filter(file=file, claim__in=visible_claims(person)).exists()
