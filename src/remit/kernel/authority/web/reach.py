"""The first move of every view here: who asks, and what of it he may reach."""

from django.utils.translation import gettext as _

from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import all_actions
from remit.kernel.authority.registry import ActionType
from remit.kernel.organization.models import Person
from remit.web.http import Request


def person_here(request: Request) -> Person:
    """The person behind the login. One without a person has no authority, and none of these pages. Raises NotYours."""
    if request.person is None:
        raise NotYours(_("This login belongs to nobody in the organization."))
    return request.person


def action_named(name: str) -> ActionType:
    """Raises NotYours for a name that is no action."""
    found = all_actions().get(name)
    if found is None:
        raise NotYours(_("There is no such action."))
    return found


def number_or_none(text: str) -> int | None:
    """An id out of an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
