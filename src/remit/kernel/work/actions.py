"""Open and close work items. The hooks of other rooms call these, inside the transaction of what opened or ended the source;
a person closes an item by doing what it asks for, never by ticking it off.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import connection

from remit.kernel.audit.statements import ask
from remit.kernel.work import hooks
from remit.kernel.work.models import WorkItem
from remit.kernel.work.statements import ITEM_SHAPE, Performer, announce, insert_items, item_row
from remit.lib import clock

__all__ = ["Performer", "close_item", "close_items", "item_row", "open_item", "open_items"]


def open_items(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Items as `item_row` made them, new or opened again, in one statement whatever their number. Returns their ids, in no order."""
    if not rows:
        return []
    ids = [int(pk) for (pk,) in ask(_OPEN, [json.dumps(list(rows), ensure_ascii=False)])]
    announce(rows, ())
    return ids


_OPEN: Final = insert_items(f"jsonb_to_recordset(%s::jsonb) AS given({ITEM_SHAPE})") + " RETURNING id"


def open_item(kind: str, source_key: object, performer: Performer, **what: Any) -> int:
    """The item of a source, made or opened again: `item_row` says with what. One statement. Returns its id."""
    (pk,) = open_items([item_row(kind, source_key, performer, **what)])
    return pk


def close_item(kind: str, source_key: object, *, done_by_id: int | None = None, at: dt.datetime | None = None) -> bool:
    """The item of a source asks nobody any more. Without a doer it fell away. False where there was no open one."""
    open_items = WorkItem.objects.filter(source_kind=kind, source_key=str(source_key), done_at=None)
    if not open_items.update(done_at=at or clock.now(), done_by_id=done_by_id):
        return False
    for hook in hooks.item_closed:
        hook(kind, str(source_key))
    return True


def close_items(ends: Iterable[Mapping[str, Any]]) -> int:
    """Many at once, each as it ended: {"id", "at", "by" (None: missed), "result"}. For what was done before Remit kept it: an
    archive that is taken over, a demo's year. One statement; closed ones stay as they are. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {"ends": json.dumps(list(ends), ensure_ascii=False)})
        return int(cursor.rowcount)


_CLOSE = """
UPDATE work_workitem item SET done_at = e.at, done_by_id = e.by, is_missed = e.by IS NULL, result = COALESCE(e.result, '{}')
FROM jsonb_to_recordset(%(ends)s::jsonb) AS e(id bigint, at timestamptz, by bigint, result jsonb)
WHERE item.id = e.id AND item.done_at IS NULL
"""
