"""A firm whose advisers and manager have duties that recur, and the clock that the stories need."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from tests.cast import LONG_AGO, Firm, build_firm, give

from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import Result, perform
from remit.kernel.authority.loading import forget_cached
from remit.kernel.charters.format import BindingSpec, CharterSpec, DutySpec, EvidenceSpec, charter_to_yaml
from remit.kernel.work.models import WorkItem

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI)  # an ordinary week; the next holiday is New Year
ROUTINE = BindingSpec(kind="routine")
CALL = DutySpec(
    id="d1",
    text="每个工作日回访昨天购买的会员",
    every="workday",
    binding=ROUTINE,
    evidence=(EvidenceSpec(kind="number", label="通数"), EvidenceSpec(label="客户的意见")),
)
REPORT = DutySpec(id="d2", text="每周五汇总本周的意见", when="每周五 17:00", binding=ROUTINE)
ADVISER = (CALL, REPORT, DutySpec(id="d3", text="对客户有耐心", binding=BindingSpec(kind="norm")))
MANAGER = (DutySpec(id="d1", text="每月底前检查组内的档案", every="month", binding=ROUTINE),)


def at(day: int, hour: int = 8, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def spec_of(title: str, *duties: DutySpec) -> dict[str, str]:
    return {"text": charter_to_yaml(CharterSpec(title=title, duties=duties))}


def routine_firm() -> Firm:
    firm = build_firm()
    give(firm, "总经理", "第9条", {"action": "charter.*"})
    forget_cached()
    define(firm, "健康顾问", *ADVISER)
    define(firm, "客服部经理", *MANAGER)
    return firm


def define(firm: Firm, title: str, *duties: DutySpec) -> Result:
    return firm.do(
        "周岚", "charter.define", position=firm.positions[title].pk, yaml=spec_of(title, *duties), start=LONG_AGO
    )


def morning(day: dt.date) -> Result:
    """What the timed job does."""
    return perform(system("open routines"), "work.open_routines", {"day": day})


def open_items(**where: Any) -> list[WorkItem]:
    return list(WorkItem.objects.filter(source_kind="routine", done_at=None, **where).order_by("due_at", "id"))
