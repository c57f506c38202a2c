"""The routines of the demo's year: opened for everybody in a few statements, and ended as such things end."""

import datetime as dt
from collections.abc import Mapping
from random import Random
from typing import Any, Final

from django.utils import timezone

from remit.kernel.packs.demo.diary import Diary
from remit.kernel.packs.demo.founding import act, made
from remit.kernel.work.actions import close_items
from remit.kernel.work.models import WorkItem
from remit.kernel.work.routines import KIND, occurrences, open_occurrences, routines_in_force

LATE: Final = 0.06
MISSED: Final = 0.025
FOLLOW_UPS: Final = (
    "无",
    "王女士要求下周再联系",
    "李先生对发货时间有意见，已转物流",
    "周阿姨想了解新品",
    "两户无人接听，明天再打",
)


def live_routines(rng: Random, first_day: dt.date, until: dt.datetime) -> None:
    """The clock stands at `until`. What falls due on the last day stands open, and so does a little of the days before."""
    today = timezone.localdate(until)
    # Today's versions first: where a charter was revised in the year, the one before only fills what came earlier.
    for day in (today, first_day):
        open_occurrences(occurrences(routines_in_force(day), first_day, today), today)
    fields = ("pk", "person", "due_at", "lapses_at", "evidence")
    past = WorkItem.objects.filter(source_kind=KIND, done_at=None, person__isnull=False, due_at__lt=until).order_by(
        "pk"
    )
    close_items([end for row in past.values(*fields) if (end := _end(rng, row, until)) is not None])
    act("work.open_routines", day=today)


# What meetings and leaders have asked for in the last days: who gives it, to whom, days ago, days to do it, and how far it is.
TASKS: Final = (
    ("gmassistant", "director", 9, 6, "accept", "汇总三季度退货原因前三类并提出改进办法", "总经理办公会"),
    ("gmassistant", "kam", 6, 12, "change", "整理大客户续约名单，逐户注明到期日", "总经理办公会"),
    ("gmassistant", "fm", 4, 3, "report", "核对会员储值卡余额与账面差异", "总经理办公会"),
    ("director", "manager", 3, 5, "", "排出年末回访高峰期的班次", ""),
    ("manager", "adviser", 2, 1, "chase", "补齐八户会员的健康档案", ""),
    ("gm", "vgm", 2, 15, "", "拟订明年大客户部的目标与预算", "董事会"),
)


def plan_tasks(diary: Diary) -> None:
    for giver, doer, ago, term, stage, title, origin in TASKS:
        _plan_task(diary, giver, doer, diary.until - dt.timedelta(days=ago, hours=2), term, stage, title, origin)


def _plan_task(
    diary: Diary, giver: str, doer: str, given_at: dt.datetime, term: int, stage: str, title: str, origin: str
) -> None:
    """What happens later is about the task that was given: its number is known once it is."""
    gives, does = diary.group.by_login(giver).pk, diary.group.by_login(doer).pk
    due_at = (given_at + dt.timedelta(days=term)).replace(minute=0, second=0, microsecond=0)
    task: list[int] = []

    def give() -> None:
        result = diary.do(gives, "task.give", title=title, origin=origin, performers=[does], due_at=due_at)
        task.extend([made(result)] if result is not None else [])

    def later(days: float, who: int, action: str, **facts: Any) -> None:
        moment = min(given_at + dt.timedelta(days=days), diary.until - dt.timedelta(minutes=50))

        def happen() -> None:
            for pk in task:
                diary.do(who, action, task=pk, **facts)

        diary.plan(moment, happen)

    diary.plan(given_at, give)
    if stage == "change":
        text = "两户客户正在更名，到期日要等新合同"
        later(1.02, does, "task.feed_back", text=text, happened_at=given_at + dt.timedelta(days=1))
    elif stage == "chase":
        later(2, gives, "task.chase", text="今天下班前给我")
    elif stage in ("report", "accept"):
        later(2, does, "task.report", text="已完成，结果见部门共享文件夹")
    if stage == "accept":
        later(3, gives, "task.accept", text="可以，按此执行")


def _end(rng: Random, row: Mapping[str, Any], until: dt.datetime) -> dict[str, Any] | None:
    """As a rule in the hours before it is due; now and then late; rarely never. None where it is still open."""
    dice = rng.random()
    if dice < MISSED:
        return {"id": row["pk"], "at": row["lapses_at"].isoformat(), "by": None} if row["lapses_at"] <= until else None
    if dice < MISSED + LATE:
        latest = min(row["lapses_at"], until)
        at = row["due_at"] + (latest - row["due_at"]) * rng.uniform(0.2, 0.8)
    else:
        opening = timezone.localtime(row["due_at"]).replace(hour=8, minute=15)
        at = opening + (row["due_at"] - opening) * rng.uniform(0.2, 0.98) if row["due_at"] > opening else row["due_at"]
    if timezone.localdate(at) == timezone.localdate(until) and rng.random() < 0.5:
        return None
    result = {one["label"]: _handed_in(rng, one["kind"]) for one in row["evidence"]}
    return {"id": row["pk"], "at": at.isoformat(), "by": row["person"], "result": result}


def _handed_in(rng: Random, kind: str) -> str:
    return f"{rng.randint(3, 48)}.00" if kind == "number" else rng.choice(FOLLOW_UPS)
