"""Who may reach which case: who does or did something in it, its handler, the customer's owner, and the superiors of all of these.
For everybody else the case is not there.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.access import oversees, positions_reached
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person
from remit.kernel.procedures.models import Case, IncomingMail, StepRun


def visible_cases(person: Person) -> QuerySet[Case]:
    """One query for the rulebook's version; the rest is in the condition. A past performer goes on seeing what he worked on."""
    own, below = positions_reached(person)
    structure = rulebook_now().structure
    people = sorted({person.pk, *structure.holders_of(frozenset(below & structure.positions.keys()))})
    desks = sorted(own | below)
    worked = StepRun.objects.filter(case=OuterRef("pk")).filter(
        Q(person_id__in=people) | Q(position_id__in=desks) | Q(closed_by_id__in=people)
    )
    return Case.objects.filter(
        Q(handler_id__in=people)
        | Q(opened_by_id__in=people)
        | Q(position_id__in=sorted(below))
        | Q(party__owner_id__in=people)
        | Exists(worked)
    )


def case_visible_to(person: Person, pk: int) -> Case:
    """The case with what its page needs, or NotYours as if it did not exist."""
    related = ("version__procedure", "party", "handler", "opened_by", "position", "company")
    found = visible_cases(person).filter(pk=pk).select_related(*related).first()
    if found is None:
        raise NotYours(_("There is no such case."))
    return found


def is_above(person: Person, case: Case) -> bool:
    """Whether the person's position stands above the case's desk, or above one that an open step asks."""
    _own, below = positions_reached(person)
    structure = rulebook_now().structure
    people = structure.holders_of(frozenset(below & structure.positions.keys()))
    if case.position_id in below or case.handler_id in people:
        return True
    open_runs = case.runs.filter(closed_at=None)
    return open_runs.filter(Q(position_id__in=below) | Q(person_id__in=people)).exists()


def may_read_file(actor: Actor, file: StoredFile) -> bool:
    """A file that was handed in with a case: whoever reaches one of the cases that name it."""
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    return person is not None and visible_cases(person).filter(values___files__contains=[file.pk]).exists()


def visible_mails(person: Person) -> QuerySet[IncomingMail]:
    """Of the mailboxes of one's company, for who may set them up: what was refused concerns nobody's case."""
    if not oversees(person, "mailbox.set"):
        return IncomingMail.objects.none()
    return IncomingMail.objects.filter(company=person.company_id)


def may_read_mail(actor: Actor, file: StoredFile) -> bool:
    """A mail as it came: who keeps the mailboxes, and whoever reaches the case that it belongs to."""
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        return False
    if visible_mails(person).filter(file=file).exists():
        return True
    return IncomingMail.objects.filter(file=file, case__in=visible_cases(person)).exists()
