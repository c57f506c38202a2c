"""The action that an address names."""

from django.utils.translation import gettext as _

from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import all_actions
from remit.kernel.authority.registry import ActionType


def action_named(name: str) -> ActionType:
    """Raises NotYours for a name that is no action."""
    found = all_actions().get(name)
    if found is None:
        raise NotYours(_("There is no such action."))
    return found
