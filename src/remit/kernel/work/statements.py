"""How items are opened and closed in statements of our own, for those that do it together with a change of theirs.

Every step of every case and request comes by here; the texts are composed into larger statements, so that all of it is one.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from remit.kernel.audit.statements import columns_of, fields_of, shape_of
from remit.kernel.work import hooks
from remit.kernel.work.models import WorkItem
from remit.lib import clock


@dataclass(frozen=True, slots=True)
class Performer:
    """A person, or the desk of a position: exactly one of the two. `excepted_id` is kept out though he sits at the desk."""

    person_id: int | None = None
    position_id: int | None = None
    excepted_id: int | None = None

    def __post_init__(self) -> None:
        if (self.person_id is None) == (self.position_id is None):
            raise ValueError("a work item has one performer: a person or a position")


def item_row(
    kind: str,
    source_key: object,
    performer: Performer,
    *,
    due_at: dt.datetime,
    labels: Mapping[str, str],
    provenances: Mapping[str, str],
    target: int,
    action: str = "",
    company_id: int | None = None,
    evidence: Sequence[Mapping[str, str]] = (),
    given_by_id: int | None = None,
    term: str = "",
    counted_from: dt.datetime | None = None,
) -> dict[str, Any]:
    """An item as the columns of its row, JSON values; what is not named is as in an item that nobody has touched.

    Opened again, it has what holds now: an answered question, for one, gives the approver new time. `evidence` is what the item's
    own page asks for ([{"kind", "label"}]), for sources that are done there. With a `term` (calendars.due_of) the deadline
    follows the company's calendar.
    """
    return {
        **_UNTOUCHED,
        "source_kind": kind,
        "source_key": str(source_key),
        "labels": dict(labels),
        "provenances": dict(provenances),
        "target": target,
        "action": action,
        "position_id": performer.position_id,
        "person_id": performer.person_id,
        "excepted_id": performer.excepted_id,
        "company_id": company_id,
        "due_at": due_at.isoformat(),
        "evidence": [dict(one) for one in evidence],
        "given_by_id": given_by_id,
        "term": term,
        "counted_from": counted_from.isoformat() if counted_from else None,
        "made_at": clock.now().isoformat(),
    }


# What an item is not opened with, and whether opening it again takes it back: claims and ends do, where a routine put it stays.
_UNTOUCHED: Final[Mapping[str, Any]] = {"duty": "", "result": {}, "is_missed": False}
_KEPT: Final = frozenset(
    {"source_kind", "source_key", "post_id", "charter_id", "duty", "occurs_on", "lapses_at", "result", "made_at"}
)
_FIELDS: Final = fields_of(WorkItem)
_COLUMNS: Final = columns_of(_FIELDS)
# Written again when an item is opened anew; the source and its first day stay.
_RENEWED: Final = ", ".join(f"{one.column} = excluded.{one.column}" for one in _FIELDS if one.column not in _KEPT)
ITEM_SHAPE: Final = shape_of(_FIELDS)


def insert_items(source: str) -> str:
    """Items out of a source of rows that have ITEM_SHAPE: made, or opened again with what holds now."""
    return f"""INSERT INTO work_workitem ({_COLUMNS}) SELECT {_COLUMNS} FROM {source}
        ON CONFLICT (source_kind, source_key) DO UPDATE SET {_RENEWED}"""  # noqa: S608 - the names of our own columns


def end_items(source: str) -> str:
    """The open items of a source of rows (kind text, key text, by_id bigint, at timestamptz) ask nobody any more."""
    return f"""UPDATE work_workitem item SET done_at = ended.at, done_by_id = ended.by_id FROM {source}
        WHERE item.source_kind = ended.kind AND item.source_key = ended.key AND item.done_at IS NULL"""  # noqa: S608 - as above


def announce(opened: Iterable[Mapping[str, Any]], ended: Iterable[tuple[str, str]]) -> None:
    """Run the hooks for rows and sources (kind, key) that were opened and ended by a statement of somebody else's."""
    for row in opened:
        item = WorkItem(**{**row, "due_at": dt.datetime.fromisoformat(row["due_at"])})
        for opened_hook in hooks.item_opened:
            opened_hook(item)
    for kind, key in ended:
        for ended_hook in hooks.item_closed:
            ended_hook(kind, key)
