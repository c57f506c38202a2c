"""Take in the organization as a table: one action, all of it or nothing.

The rows are a secret fact: they hold everybody's telephone number, and an event is kept for ever. The event has their digest,
the numbers, and the first lines of what changed.
"""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.accounts import actions as accounts
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization import importing
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.kernel.organization.rules import refuse_future

LINES_KEPT = 200
FAULTS_TOLD = 10


@action(
    "organization.import",
    gettext_lazy("Take in the organization from a file"),
    Fact("rows", "data", gettext_lazy("Rows"), secret=True),
    Fact("digest", "text", gettext_lazy("Digest of the rows")),
    Fact("on", "date", gettext_lazy("Changes hold from")),
    Fact("file_name", "text", gettext_lazy("File"), required=False),
    words=("组织架构导入",),
    changes_authority=True,
)
def import_organization(call: Call) -> Done:
    """Plan again within the transaction, so that what is carried out fits what is there now; then do it in bulk."""
    on = call.day("on")
    refuse_future(on)
    rows, faults = importing.from_data(call.mapping("rows"))
    if importing.digest_of(rows) != call.text("digest"):
        raise RuleBroken(_("These are not the rows that were looked at; look at the preview again."))
    plan = importing.make_plan(rows, on=on, faults=faults)
    if plan.faults:
        told = ";".join(
            f"{fault.sheet} {fault.row} {fault.column}:{fault.message}" for fault in plan.faults[:FAULTS_TOLD]
        )
        raise RuleBroken(_("The rows have %(n)d faults: %(first)s") % {"n": len(plan.faults), "first": told})
    lines = plan.lines(LINES_KEPT)
    counts = plan.counts()
    importing.apply(plan)
    _close_logins(call, importing.leaving(plan))
    return Done(
        ("import", call.text("digest")[:12], call.text("file_name")[:120] or "—"), {**counts, "lines": "\n".join(lines)}
    )


def _close_logins(call: Call, numbers: Collection[str]) -> None:
    """As organization.leave does for one: who has gone already is logged out at once."""
    gone = Person.objects.filter(employee_no__in=numbers, left_on__lte=today()).exclude(user=None)
    for user_id in gone.values_list("user_id", flat=True):
        if user_id is not None:
            accounts.deactivate_user(user_id, actor=call.actor, leave_event=False)
