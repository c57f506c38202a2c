"""Files in a customer's file: put in, taken out."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.documents.actions import erase as erase_files
from remit.kernel.documents.models import StoredFile
from remit.kernel.parties.access import FILES_ROOM
from remit.kernel.parties.models import FileKind, PartyFile
from remit.kernel.parties.rules import PARTY, about, contributor, keeper, locked
from remit.lib.printable import made_one_line

MOST_AT_ONCE: Final = 20
NOTE_LENGTH: Final = 120


@action(
    "customer.attach",
    gettext_lazy("Put files into a customer's file"),
    PARTY,
    Fact("files", "data", gettext_lazy("Files")),
    Fact("kind", "choice", gettext_lazy("Kind"), required=False, choices=tuple((k.value, k.label) for k in FileKind)),
    Fact("note", "text", gettext_lazy("Note"), required=False),
    inherent=contributor,
)
def attach(call: Call) -> Done:
    """R-046: the originals stand with the customer. `files` are stored for this room and for no customer yet."""
    party = locked(call)
    given = call.facts["files"]
    ids = {one for one in (given if isinstance(given, list) else []) if isinstance(one, int)}
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise RuleBroken(_("Choose 1 to %(n)d files.") % {"n": MOST_AT_ONCE})
    files = StoredFile.objects.filter(pk__in=ids, room=FILES_ROOM, company_id=party.company_id)
    found = list(files.exclude(pk__in=PartyFile.objects.filter(file__in=ids).values("file_id")).order_by("pk"))
    if len(found) != len(ids):
        raise RuleBroken(_("There is no such file."))
    PartyFile.objects.bulk_create(
        PartyFile(
            company_id=party.company_id,
            party=party,
            file=file,
            kind=call.text("kind") or FileKind.OTHER,
            note=made_one_line(call.text("note"), NOTE_LENGTH),
            added_at=call.at,
            added_by=call.person,
        )
        for file in found
    )
    return about(party, {"files": [file.name for file in found]})


@action(
    "customer.detach",
    gettext_lazy("Take a file out of a customer's file"),
    PARTY,
    Fact("file", "id", gettext_lazy("File")),
    Fact("reason", "text", gettext_lazy("Reason")),
    inherent=keeper,
)
def detach(call: Call) -> Done:
    """It is gone for good; that it was there, and why it is not any more, stays in the event."""
    party = locked(call)
    row = PartyFile.objects.select_related("file").filter(pk=call.id_of("file"), party=party).first()
    if row is None:
        raise RuleBroken(_("There is no such file."))
    name, stored = row.file.name, row.file_id
    row.delete()
    erase_files([stored], actor=call.actor)
    return about(party, {"file": [name, ""], "reason": call.text("reason")})
