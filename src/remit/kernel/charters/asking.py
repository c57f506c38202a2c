"""A new holder is asked to sign the charter of the position, the same day (P-108)."""

from remit.kernel.charters import hooks
from remit.kernel.charters.models import CharterVersion
from remit.kernel.organization import hooks as organization_hooks
from remit.kernel.organization.models import Appointment


def ask_new_holder(appointment_id: int) -> None:
    appointment = Appointment.objects.get(pk=appointment_id)
    version = CharterVersion.objects.filter(
        retired_on=None, charter__places__position=appointment.position_id, charter__places__end=None
    ).first()
    if version is not None:
        hooks.run(hooks.signature_wanted, version.pk, appointment.position_id, appointment.person_id, "holder")


organization_hooks.appointed.append(ask_new_holder)
