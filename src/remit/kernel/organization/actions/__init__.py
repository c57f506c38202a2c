"""Change the organization. Authority is decided and the event written by the gate (authority/organization.py declares each of
these as an action); here stand the rules and the history. Every function expects to run inside the gate's transaction, which
holds the authority lock, so that two changes never meet halfway.

A change of a unit or a position takes effect today or has taken effect before: their rows are how things are *today*, and
nothing would turn them over on a later day. What is a span of days by itself (opening, closing, appointments, acting, leaving)
may lie ahead.
"""

from remit.kernel.organization.actions.acting import appoint_deputy, end_acting
from remit.kernel.organization.actions.holding import appoint, end_appointment
from remit.kernel.organization.actions.people import change_person, give_login, hire, leave
from remit.kernel.organization.actions.positions import change_position, close_position, open_position
from remit.kernel.organization.actions.units import change_unit, close_unit, open_unit

__all__ = [
    "appoint",
    "appoint_deputy",
    "change_person",
    "change_position",
    "change_unit",
    "close_position",
    "close_unit",
    "end_acting",
    "end_appointment",
    "give_login",
    "hire",
    "leave",
    "open_position",
    "open_unit",
]
