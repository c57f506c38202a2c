"""What happens elsewhere when customers change hands or become one; see docs/hooks.md. Each hook answers what it moved, as ids by a
name of its own; that is kept, and given back to its counterpart when the act is taken back."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from remit.kernel.accounts.actor import Actor

Ids: TypeAlias = Callable[[list[int]], None]
Moved: TypeAlias = Mapping[str, list[int]]

# Everything of one person passes to another: (giver id, taker id) -> what was moved.
handed_over: list[Callable[[int, int], Moved]] = []
# And back again: (taker id, giver id, what had been moved). What has been dealt with in between stays where it is.
handed_back: list[Callable[[int, int, Moved], None]] = []
# Two customers become one: (kept id, gone id) -> what was moved.
merged: list[Callable[[int, int], Moved]] = []
# And are parted again: (kept id, gone id, what had been moved).
parted: list[Callable[[int, int, Moved], None]] = []
# What a room holds about one customer, for whoever asks what is kept of him: (customer's id) -> rows as data, by a name of the room's.
personal_data: list[Callable[[int], Mapping[str, list[dict[str, object]]]]] = []
# A customer's data were erased: (ids of the file and of those merged into it, who erases). What a room holds in his own words goes, too.
erased: list[Callable[[list[int], Actor], None]] = []
# New owners owe first contacts, or owe now what others owed: the first contacts' ids.
first_contacts_wanted: list[Ids] = []
# They were made, or fell away: the first contacts' ids.
first_contacts_settled: list[Ids] = []
# The work on a large file of customers came to an end and nobody was looking: the upload's id.
upload_rested: list[Callable[[int], None]] = []


def run_all(hooks: list[Callable[[int, int], Moved]], one: int, other: int) -> dict[str, list[int]]:
    moved: dict[str, list[int]] = {}
    for hook in hooks:
        moved |= hook(one, other)
    return moved
