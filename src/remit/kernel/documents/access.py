"""Who may read a stored file: the room it was stored for says so. This room knows neither charters nor customers."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.documents.errors import FileNotFound
from remit.kernel.documents.models import StoredFile

MayRead = Callable[[Actor, StoredFile], bool]

# Hook: each room that stores files registers its rule when the applications are ready.
_rules: Final[dict[str, MayRead]] = {}


def let_read(room: str, rule: MayRead) -> None:
    """Register the rule of a room. Raises ValueError where the room has one already: two rules would be one too many."""
    if room in _rules and _rules[room] is not rule:
        raise ValueError(f"room {room!r} has a rule for its files already")
    _rules[room] = rule


def file_to_read(actor: Actor, file_id: int) -> StoredFile:
    """The file, for somebody who may read it; the system may. Raises FileNotFound for all others, whether it exists or not.

    One query, and those of the room's rule.
    """
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is not None and (actor.kind == "system" or _is_allowed(actor, file)):
        return file
    raise FileNotFound(_("There is no such file."))


def _is_allowed(actor: Actor, file: StoredFile) -> bool:
    rule = _rules.get(file.room)
    return rule is not None and rule(actor, file)
