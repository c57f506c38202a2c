"""Who may reach which charter, draft and import."""

from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.access import oversees, positions_reached
from remit.kernel.authority.errors import NotYours
from remit.kernel.charters.models import Charter, CharterVersion, DraftCharter, ImportedDocument
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person
from remit.kernel.organization.models.spans import still_open
from remit.kernel.organization.queries import today

# Under which names files are stored for this room, each with its own rule of reading.
IMPORTS_ROOM: Final = "charters.imports"
SIGNATURES_ROOM: Final = "charters.signatures"


def visible_charters(person: Person) -> QuerySet[Charter]:
    """Who does what is no secret within a company: its charters and the group's; besides, those of positions below one's own."""
    if oversees(person, "charter.import"):
        return Charter.objects.all()
    own, below = positions_reached(person)
    mine = Q(places__position_id__in=own | below)
    return Charter.objects.filter(Q(company=person.company) | Q(company=None) | mine).distinct()


def visible_versions(person: Person) -> QuerySet[CharterVersion]:
    return CharterVersion.objects.filter(charter__in=visible_charters(person)).select_related("charter")


def version_visible_to(person: Person, pk: int) -> CharterVersion:
    found = visible_versions(person).filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such charter."))
    return found


def visible_imports(person: Person) -> QuerySet[ImportedDocument]:
    """Drafts are for those who may import or activate charters; everybody sees what he himself has read in."""
    if oversees(person, "charter.import") or oversees(person, "charter.activate"):
        return ImportedDocument.objects.all()
    return ImportedDocument.objects.filter(read_by=person)


def import_visible_to(person: Person, pk: int) -> ImportedDocument:
    found = visible_imports(person).filter(pk=pk).select_related("company").first()
    if found is None:
        raise NotYours(_("There is no such document."))
    return found


def draft_visible_to(person: Person, pk: int) -> DraftCharter:
    found = DraftCharter.objects.filter(pk=pk, document__in=visible_imports(person)).select_related("document").first()
    if found is None:
        raise NotYours(_("There is no such document."))
    return found


def may_read_import(actor: Actor, file: StoredFile) -> bool:
    """An original is for those who may see what was read from it."""
    person = _person(actor)
    return person is not None and visible_imports(person).filter(file=file).exists()


def may_read_signature(actor: Actor, file: StoredFile) -> bool:
    """A drawn signature is for those who may see the charter under which it stands."""
    person = _person(actor)
    return person is not None and visible_versions(person).filter(signatures__drawing=file).exists()


def _person(actor: Actor) -> Person | None:
    return (
        Person.objects.filter(still_open(today(), "left_on"), pk=actor.person_id).first() if actor.person_id else None
    )
