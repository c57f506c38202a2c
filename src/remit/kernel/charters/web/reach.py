"""What of it who asks may reach. Strangers get a 404."""

from django.utils.translation import gettext as _

from remit.kernel.authority.errors import NotYours
from remit.kernel.charters import access
from remit.kernel.charters.models import Charter, CharterVersion, DraftCharter, DraftItem, ImportedDocument
from remit.web.acting import person_here
from remit.web.http import Request


def import_here(request: Request, pk: int) -> ImportedDocument:
    return access.import_visible_to(person_here(request), pk)


def draft_here(request: Request, document: int, pk: int) -> DraftCharter:
    found = access.draft_visible_to(person_here(request), pk)
    if found.document_id != document:
        raise NotYours(_("There is no such document."))
    return found


def item_here(draft: DraftCharter, pk: int) -> DraftItem:
    found = DraftItem.objects.filter(pk=pk, draft=draft).select_related("reviewed_by").first()
    if found is None:
        raise NotYours(_("There is no such item."))
    return found


def charter_here(request: Request, pk: int) -> Charter:
    found = access.visible_charters(person_here(request)).filter(pk=pk).select_related("company").first()
    if found is None:
        raise NotYours(_("There is no such charter."))
    return found


def version_here(request: Request, charter: int, number: int) -> CharterVersion:
    visible = access.visible_versions(person_here(request)).filter(charter=charter, number=number)
    found = visible.select_related("charter__company", "activated_by", "document").first()
    if found is None:
        raise NotYours(_("There is no such charter."))
    return found
