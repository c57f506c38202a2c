"""The first act of all: the group itself, which has nobody above it who could open it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.organization import CODE, NAME, START
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization import actions as organization
from remit.kernel.organization.models import Unit


@action("organization.found", gettext_lazy("Found the group"), NAME, CODE, START, changes_authority=True)
def found(call: Call) -> Done:
    """Open the group under which every company stands. There is one group in an installation."""
    if Unit.objects.filter(parent=None).exists():
        raise RuleBroken(_("There is a group already; open units under it."))
    group = organization.open_unit(
        parent=None, kind="group", name=call.text("name"), code=call.text("code"), start=call.day("start")
    )
    return Done(("unit", group.pk, group.name), {"opened": str(group.opened_on)})
