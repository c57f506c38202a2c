"""Files of a customer: uploaded, read by whoever reads the customer's file, taken out."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.errors import NotYours
from remit.kernel.documents.access import file_to_read
from remit.kernel.documents.actions import store
from remit.kernel.documents.errors import BadFileName, EmptyFile, FileNotFound, FileTooLarge
from remit.kernel.documents.queries import open_content
from remit.kernel.parties.access import FILES_ROOM, contributes, party_visible_to
from remit.kernel.parties.actions.dealings import look_at
from remit.kernel.parties.actions.filing import MOST_AT_ONCE
from remit.kernel.parties.web.views import draw_party
from remit.web.acting import Outcome, act, answer, person_here
from remit.web.http import Request


@require_POST
def add(request: Request, pk: int) -> HttpResponse:
    """What is refused leaves no file behind."""
    person = person_here(request)
    party = party_visible_to(person, pk)
    if not contributes(person, party):
        raise NotYours(_("There is no such customer."))
    uploads: list[UploadedFile[bytes]] = request.FILES.getlist("files")[: MOST_AT_ONCE + 1]
    try:
        with transaction.atomic():
            ids = [
                store(one, one.name or "", one.content_type or "", actor=request.actor, room=FILES_ROOM,
                      company_id=party.company_id).pk
                for one in uploads
            ]  # fmt: skip
            facts = {
                "party": party.pk,
                "files": ids,
                "kind": request.POST.get("kind", ""),
                "note": request.POST.get("note", ""),
            }
            outcome = act(request, "customer.attach", facts)
            if outcome.result is None:
                transaction.set_rollback(True)
    except (BadFileName, EmptyFile, FileTooLarge) as error:
        outcome = Outcome(None, error.sentence, error.status)
    if outcome.result is None:
        return draw_party(request, person, party, refusal=outcome.refusal, status=outcome.status)
    return answer(request, outcome, _("Filed."), "parties:detail", party.pk)


@require_GET
def read(request: Request, pk: int, file: int) -> FileResponse:
    """Who sees the customer by oversight alone leaves an event, here as on the page."""
    party = look_at(request.actor, person_here(request), pk)
    row = party.files.filter(pk=file).first()
    try:
        found = file_to_read(request.actor, row.file_id if row is not None else 0)
    except FileNotFound as error:
        raise NotYours(_("There is no such file.")) from error
    return FileResponse(open_content(found), as_attachment=True, filename=found.name, content_type=found.media_type)


@require_POST
def remove(request: Request, pk: int, file: int) -> HttpResponse:
    party = party_visible_to(person_here(request), pk)
    facts = {"party": party.pk, "file": file, "reason": request.POST.get("reason", "")}
    outcome = act(request, "customer.detach", facts)
    if outcome.result is None:
        return draw_party(request, person_here(request), party, refusal=outcome.refusal, status=outcome.status)
    return answer(request, outcome, _("Taken out."), "parties:detail", party.pk)
