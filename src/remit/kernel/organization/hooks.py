"""What happens elsewhere when the organization changes; see authority/hooks.py for the manner, docs/hooks.md for the list."""

from collections.abc import Callable
from typing import TypeAlias

AppointmentHook: TypeAlias = Callable[[int], None]

# Somebody was appointed to a position (id of the Appointment).
appointed: list[AppointmentHook] = []
