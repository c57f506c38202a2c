"""What happens elsewhere when the organization changes; see authority/hooks.py for the manner, docs/hooks.md for the list."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

AppointmentHook: TypeAlias = Callable[[Sequence[int]], None]
ActingHook: TypeAlias = Callable[[int], None]

# People were appointed to positions (ids of the Appointments; an import brings thousands at once).
appointed: list[AppointmentHook] = []
# Somebody is to act in a position (id of the Acting).
deputy_appointed: list[ActingHook] = []


def tell_appointed(appointment_ids: Sequence[int]) -> None:
    for hook in appointed:
        hook(appointment_ids)


def tell_deputy(acting_id: int) -> None:
    for hook in deputy_appointed:
        hook(acting_id)
