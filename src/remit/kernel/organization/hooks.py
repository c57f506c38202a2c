"""What happens elsewhere when the organization changes; see authority/hooks.py for the manner, docs/hooks.md for the list."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

AppointmentHook: TypeAlias = Callable[[Sequence[int]], None]

# People were appointed to positions (ids of the Appointments; an import brings thousands at once).
appointed: list[AppointmentHook] = []


def tell_appointed(appointment_ids: Sequence[int]) -> None:
    for hook in appointed:
        hook(appointment_ids)
