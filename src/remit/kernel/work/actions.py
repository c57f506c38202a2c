"""Open and close work items. The hooks of other rooms call these, inside the transaction of what opened or ended the source;
a person closes an item by doing what it asks for, never by ticking it off.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from remit.kernel.work import hooks
from remit.kernel.work.models import WorkItem
from remit.kernel.work.statements import RENEWED, Performer
from remit.lib import clock

__all__ = ["Performer", "close_item", "close_items", "draft_item", "open_item", "open_items"]


def open_items(items: Sequence[WorkItem]) -> None:
    """Many at once, as `draft_item` made them: one statement a thousand, whether they are there or not."""
    WorkItem.objects.bulk_create(
        items,
        update_conflicts=True,
        unique_fields=["source_kind", "source_key"],
        update_fields=RENEWED,
        batch_size=1000,
    )
    for item in items:
        for hook in hooks.item_opened:
            hook(item)


def open_item(
    kind: str, source_key: object, performer: Performer, *, due_at: dt.datetime, labels: Mapping[str, str],
    provenances: Mapping[str, str], target: int, **more: Any,
) -> WorkItem:  # fmt: skip
    """The item of a source, made or opened again: `draft_item` says with what. One statement: every step of every case and
    request comes by here."""
    item = draft_item(
        kind, source_key, performer, due_at=due_at, labels=labels, provenances=provenances, target=target, **more
    )
    open_items([item])
    return item


def draft_item(
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
) -> WorkItem:
    """The item of a source, whose key is kept as text, with what holds now; not written yet.

    An answered question, for one, gives the approver new time. `evidence` is what the item's own page asks for ([{"kind",
    "label"}]), for sources that are done there. With a `term` (calendars.due_of) the deadline follows the company's calendar.
    """
    return WorkItem(
        source_kind=kind,
        source_key=str(source_key),
        made_at=clock.now(),
        labels=dict(labels),
        provenances=dict(provenances),
        target=target,
        action=action,
        position_id=performer.position_id,
        person_id=performer.person_id,
        excepted_id=performer.excepted_id,
        company_id=company_id,
        due_at=due_at,
        evidence=[dict(one) for one in evidence],
        given_by_id=given_by_id,
        term=term,
        counted_from=counted_from,
    )


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
