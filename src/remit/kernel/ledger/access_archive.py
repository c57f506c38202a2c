"""Who sees the accounting archive: whoever reads the company's books, and whoever keeps the archive there."""

from collections.abc import Iterable
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import NotYours
from remit.kernel.ledger.access import READERS, visible_books
from remit.kernel.ledger.models import Volume
from remit.kernel.organization.models import Person

KEEPERS: Final = (*READERS, "archive.bind", "archive.lend", "archive.take_back", "archive.move", "archive.destroy")


def visible_volumes(person: Person, actions: Iterable[str] = KEEPERS) -> QuerySet[Volume]:
    return Volume.objects.filter(company__in=visible_books(person, actions).values("company"))


def volume_visible_to(person: Person, pk: int, actions: Iterable[str] = KEEPERS) -> Volume:
    """Raises NotYours, as if there were none."""
    found = visible_volumes(person, actions).filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such volume."))
    return found
