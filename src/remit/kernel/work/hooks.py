"""What other rooms, and other parts of this one, may hang on work; see authority/hooks.py for the manner, docs/hooks.md for the list."""

import datetime as dt
from collections.abc import Callable
from typing import TypeAlias

from remit.kernel.organization.structure import Structure
from remit.kernel.work.models import WorkItem
from remit.lib.shifts import Shifts

ItemHook: TypeAlias = Callable[[WorkItem], None]
# (kind, key) of a source → when its item is due now.
NewDues: TypeAlias = dict[tuple[str, str], dt.datetime]
CalendarHook: TypeAlias = Callable[[int, Shifts, Shifts, Structure], NewDues]
SourceHook: TypeAlias = Callable[[str, str], None]

# An item was opened, or opened again with what holds now.
item_opened: list[ItemHook] = []
# The item of a source (kind, key) asks nobody any more.
item_closed: list[SourceHook] = []
# Calendars of a company's departments are others now (company, as they were, as they are, the organization of today): the room dates
# what is open anew, in sets, and answers which of its items are due when.
calendar_changed: list[CalendarHook] = []
