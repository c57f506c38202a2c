"""Work items, one's own lists of work."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.addresses.address import Address, deed, page, record
from tests.world import World


def _task(world: World) -> Mapping[str, Any]:
    return {"title": "清点样品", "due_at": "2090-01-01T09:00", "performers": [world.firm["陈立"].pk]}


# Who may not change it has no such page: nobody in the cast but the general manager does.
CALENDAR: Final[tuple[tuple[str, Callable[[World], Mapping[str, Any]], int], ...]] = (
    ("hours", lambda _w: {"week0": "08:00-17:00"}, 302),
    ("days", lambda _w: {"day": "2030-01-02", "kind": "holiday", "reason": "盘点"}, 302),
    ("inheriting", lambda _w: {}, 422),  # a company stands under none
    ("clearing", lambda _w: {"day": "2030-01-02"}, 422),  # the company has said nothing about that day
)
WORK: Final[list[Address]] = [
    *[page("work:history", query=f"?tab={tab}") for tab in ("done", "missed", "given", "watched", "snoozed")],
    page("work:routines", "陈立"),
    record("work:item", "陈立", at={"pk": "work"}),
    record("work:item-file", "高岚", at={"pk": "worked", "file": "evidence"}),
    deed("work:item-completion", "陈立", lambda _w: {"e0": "12", "note": "都满意"}, at={"pk": "work"}),
    deed("work:item-handover", "陈立", lambda w: {"to": w.firm["赵敏之"].pk, "reason": "外出"}, at={"pk": "work"}),
    # Nobody is below an adviser: he is told so.
    deed(
        "work:item-delegation",
        "陈立",
        lambda w: {"to": w.firm["赵敏之"].pk, "reason": "外出"},
        may=422,
        at={"pk": "work"},
    ),
    deed(
        "work:item-snooze",
        "陈立",
        lambda _w: {"until": "1999-01-01T09:00", "reason": "等回电"},
        may=422,
        at={"pk": "work"},
    ),
    deed("work:item-claim", "陈立", may=422, at={"pk": "work"}),  # it is a person's, not a desk's
    deed("work:item-release", "陈立", may=422, at={"pk": "work"}),
    deed("work:item-watch", "高岚", at={"pk": "work"}),
    deed("work:item-unwatch", "高岚", at={"pk": "work"}),
    *[page("work:tasks", query=f"?tab={tab}") for tab in ("mine", "given", "late", "all", "closed")],
    page("work:task-give"),
    Address("work:task-give", "高岚", "POST", 302, 403, 403, facts=_task),
    record("work:task", "高岚", at={"pk": "task"}),
    record("work:task", "林晓岚", at={"pk": "task"}),
    deed(
        "work:task-feedback",
        "林晓岚",
        lambda _w: {"text": "停电", "happened_at": "2020-01-01T09:00"},
        at={"pk": "task"},
    ),
    deed("work:task-report", "林晓岚", lambda _w: {"text": "办完"}, at={"pk": "task"}),
    *[
        deed(f"work:task-{name}", "高岚", lambda _w: {"text": "请抓紧"}, at={"pk": "task"})
        for name in ("answer", "chase", "withdrawal")
    ],
    deed(
        "work:task-deadline", "高岚", lambda _w: {"due_at": "2090-01-01T09:00", "reason": "等数据"}, at={"pk": "task"}
    ),
    # Nothing has been reported yet.
    *[
        deed(f"work:task-{name}", "高岚", lambda _w: {"text": "好"}, may=422, at={"pk": "task"})
        for name in ("return", "acceptance")
    ],
    *[page("work:summary-own", query=f"?kind={kind}") for kind in ("day", "week", "month")],
    Address("work:summary-own", "陈立", "POST", 302, 302, 302, facts=lambda _w: {"kind": "day", "text": "回访十二户"}),
    page("work:summary-team", "林晓岚"),
    # Who leads nobody is told so on the page that he comes back to.
    Address("work:summary-chase", "林晓岚", "POST", 302, 302, 302, facts=lambda _w: {"kind": "week"}),
    record("work:summary", "林晓岚", at={"pk": "summary"}),
    deed("work:summary", "林晓岚", lambda _w: {"remark": "很好"}, at={"pk": "summary"}),
    *[page("work:results", query=f"?by={way}") for way in ("person", "duty", "month")],
    page("work:results-items"),
    page("work:results-xlsx"),
    *[page("work:notices", query=f"?tab={tab}") for tab in ("unread", "all")],
    page("work:bell"),
    page("work:notice-ways"),
    Address("work:notice-ways", "高岚", "POST", 302, 302, 302, facts=lambda _w: {"task": "digest"}),
    deed("work:notice-opening", "林晓岚", at={"pk": "notice"}),
    Address("work:notices-reading", "高岚", "POST", 302, 302, 302),
    page("work:summary-rules", "周岚"),
    deed(
        "work:summary-rules",
        "周岚",
        lambda _w: {"kind": "week", "owed_by": "everybody", "within": "4 hours", "further": "1 workday"},
    ),
    page("work:calendar", "周岚"),
    page("work:calendar", "周岚", "?year=2030"),
    *[deed(f"work:calendar-{name}", "周岚", facts, may=may) for name, facts, may in CALENDAR],
]
