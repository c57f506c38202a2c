"""What other rooms, and other parts of this one, may hang on work; see authority/hooks.py for the manner, docs/hooks.md for the list."""

from collections.abc import Callable
from typing import TypeAlias

from remit.kernel.work.models import WorkItem

ItemHook: TypeAlias = Callable[[WorkItem], None]
SourceHook: TypeAlias = Callable[[str, str], None]

# An item was opened, or opened again with what holds now.
item_opened: list[ItemHook] = []
# The item of a source (kind, key) asks nobody any more.
item_closed: list[SourceHook] = []
