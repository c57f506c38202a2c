"""What other rooms, and other parts of this one, may hang on work; see authority/hooks.py for the manner, docs/hooks.md for the list."""

from collections.abc import Callable
from typing import TypeAlias

from remit.kernel.work.models import WorkItem
from remit.lib.calendars import WorkingCalendar

ItemHook: TypeAlias = Callable[[WorkItem], None]
SourceHook: TypeAlias = Callable[[str, str], None]
CalendarHook: TypeAlias = Callable[[int, WorkingCalendar, WorkingCalendar], int]

# An item was opened, or opened again with what holds now.
item_opened: list[ItemHook] = []
# The item of a source (kind, key) asks nobody any more.
item_closed: list[SourceHook] = []
# A company's calendar is another one now (company, as it was, as it is). Answers how many open terms of the room moved.
calendar_changed: list[CalendarHook] = []
