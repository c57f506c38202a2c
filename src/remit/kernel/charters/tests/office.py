"""A document on the desk of the charters' tests: 周岚 may import and activate, the others of the cast may not."""

from typing import Any

from tests.cast import Firm, build_firm, give

from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed
from remit.kernel.charters.models import CharterVersion, DraftCharter, DraftItem, ImportedDocument
from remit.kernel.organization.queries import today

LINES = (
    "客户关系部岗位职责",
    "一、客户关系主管",
    "每周汇总客户意见，报客服部总监",
    "对升级的投诉在2个工作日内给出方案；保管客户档案",
    "有权给予本组员工100元以内的奖励",
    "有权决定展台布置的调整",
    "投诉按期办结率 60 %",
    "客户满意度 40 %",
    "大专及以上学历",
    "二、客户专员",
    "每天回访当日成交的客户",
)
TEXT = "\n".join(LINES)
REWARD = {"action": "staff.reward", "limits": {"amount": "<= 100 CNY"}, "scope": "own_group"}
GENERAL = {"action": "general.ztbz", "conditions": {"condition_1": [True]}}


def place(line: str) -> list[int]:
    at = TEXT.index(line)
    return [at, at + len(line)]


def item(part: str, line: str, *, looks: tuple[str, ...] = (), confidence: float = 0.95, **data: Any) -> dict[str, Any]:
    key = "name" if part == "kpi" else "text"
    return {
        "part": part,
        "data": {key: line.split(" ")[0] if part == "kpi" else line, **data},
        "original": line,
        "spans": [place(line)],
        "confidence": confidence,
        "looks": list(looks),
    }


def reading() -> dict[str, Any]:
    """What the importer would make of TEXT, written by hand so that these tests stand when it learns."""
    blocks, at = [], 0
    for line in LINES:
        blocks.append({"kind": "paragraph", "text": line, "start": at, "end": at + len(line), "cells": []})
        at += len(line) + 1
    supervisor = {
        "title": "客户关系主管",
        "department": "客户服务部",
        "header": {"title": "客户关系主管", "department": "客户服务部", "reports_to": ["客服部总监"]},
        "span": [TEXT.index("一、"), TEXT.index("二、")],
        "confidence": 0.95,
        "items": [
            item("duty", LINES[2], every="week", binding={"kind": "routine", "reason": "有固定周期"}),
            item("duty", LINES[3], within="2 workdays"),
            item("authority", LINES[4], grants=[REWARD]),
            item("authority", LINES[5], looks=("先作为一般申请",), confidence=0.4, grants=[GENERAL]),
            item("kpi", LINES[6], weight="60 %", target=">= 95 %"),
            item("kpi", LINES[7], weight="40 %"),
            item("qualification", LINES[8], kind="education"),
        ],
    }
    clerk = {
        "title": "客户专员",
        "department": "客户服务部",
        "header": {"title": "客户专员", "department": "客户服务部", "reports_to": ["客户关系主管"]},
        "span": [TEXT.index("二、"), len(TEXT)],
        "confidence": 0.95,
        "items": [item("duty", LINES[10], every="day")],
    }
    return {
        "media_type": "text/plain",
        "encoding": "utf-8",
        "script": "hans",
        "text": TEXT,
        "blocks": blocks,
        "warnings": [],
        "drafts": [supervisor, clerk],
    }


class Office:
    """The firm, and what was imported into it."""

    def __init__(self) -> None:
        self.firm: Firm = build_firm()
        give(self.firm, "总经理", "第9条", {"action": "charter.*"})
        authority_changed()
        result = self.do("charter.import", name="客户关系部.txt", company=self.firm.health.pk, reading=reading())
        self.document = ImportedDocument.objects.get(pk=result.subject[1])
        self.supervisor, self.clerk = self.document.drafts.all()

    def do(self, action: str, who: str = "周岚", **facts: Any) -> Any:
        return perform(self.firm.actor(who), action, facts)

    def review(self, change: str, *items: DraftItem, who: str = "周岚", **more: Any) -> list[DraftItem]:
        """A change of the supervisor's draft; the items that it touched, as they are then."""
        facts: dict[str, Any] = {"draft": self.supervisor.pk, "items": [one.pk for one in items], "change": change}
        result = self.do("charter.review", who, **facts, **more)
        found = {one.pk: one for one in DraftItem.objects.filter(pk__in=result.changes["items"])}
        return [found[pk] for pk in result.changes["items"]]

    def item(self, line: str) -> DraftItem:
        """The item that was read from the line."""
        return next(one for one in DraftItem.objects.filter(draft__document=self.document) if place(line) in one.spans)

    def accept_all(self, draft: DraftCharter | None = None) -> None:
        one = draft or self.supervisor
        items = list(one.items.filter(state="proposed").values_list("pk", flat=True))
        self.do("charter.review", draft=one.pk, items=items, change="accept")

    def activate(self, draft: DraftCharter | None = None, **more: Any) -> CharterVersion:
        """Everything accepted, and in force from today in the customer-service department."""
        one = draft or self.supervisor
        self.accept_all(one)
        facts = {"draft": one.pk, "unit": self.firm.service.pk, "effective_on": today(), **more}
        return CharterVersion.objects.get(pk=self.do("charter.activate", **facts).subject[1])
