"""A new holder is asked to sign the charter of the position, the same day (P-108)."""

from collections.abc import Sequence

from remit.kernel.charters import hooks
from remit.kernel.charters.models import CharterVersion
from remit.kernel.organization import hooks as organization_hooks
from remit.kernel.organization.models import Appointment


def ask_new_holders(appointment_ids: Sequence[int]) -> None:
    """Two queries, however many were appointed; positions without a charter in force ask for nothing."""
    found = Appointment.objects.filter(pk__in=appointment_ids).order_by("id").values_list("position_id", "person_id")
    appointments = list(found)
    in_force = CharterVersion.objects.filter(
        retired_on=None,
        charter__places__end=None,
        charter__places__position__in={position_id for position_id, _person in appointments},
    )
    versions = dict(in_force.values_list("charter__places__position_id", "pk"))
    for position_id, person_id in appointments:
        if position_id in versions:
            hooks.run(hooks.signature_wanted, versions[position_id], position_id, person_id, "holder")


organization_hooks.appointed.append(ask_new_holders)
