"""The cast: one small believable firm, built with the real actions. A comment says what each may do.

group 恒信集团
  company 恒信健康
    总经办          总经理 周岚, 总助 顾北
    客户服务部      客服部总监 高岚 — 总监助理 孙可
                    客服部经理 林晓岚 — 健康顾问 陈立, 赵敏之
    财务部          财务总监 韩涛, 出纳 吴越
  company 恒信物业  (for isolation) 物业经理 何平
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from remit.kernel.accounts.actor import Actor, system
from remit.kernel.authority.gate import Result, perform
from remit.kernel.authority.granting import GrantedClause, write_grants
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.authority.spec import GrantSpec
from remit.kernel.organization import actions as organization
from remit.kernel.organization.models import Person, Position, Unit
from remit.kernel.organization.queries import actor_for

LONG_AGO = dt.date(2024, 1, 1)
OPERATOR = system("set-up")


def fact(name: str, kind: str, label: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "labels": {"zh-hans": label}, **more}


ACTIONS = [
    ("remedy.refund", "退货退款", ["退货"], [
        fact("customer", "text", "客户", per=True), fact("amount", "money", "金额"),
        fact("defect_proven", "yes_no", "确有质量问题"), fact("reason", "long_text", "原因"),
        fact("seller", "person", "销售人", required=False)]),
    ("remedy.compensate", "经济补偿", ["经济补偿"], [
        fact("customer", "text", "客户", per=True), fact("amount", "money", "金额"), fact("reason", "long_text", "原因"),
        fact("seller", "person", "销售人", required=False)]),
    ("remedy.gift", "赠送赠品", ["赠品"], [
        fact("customer", "text", "客户", per=True), fact("amount", "money", "价值"), fact("reason", "long_text", "原因")]),
    ("staff.reward", "奖励员工", ["奖励"], [
        fact("staff", "person", "员工", concerns=True), fact("amount", "money", "金额"), fact("reason", "long_text", "原因")]),
    ("staff.transfer", "调离员工", ["调离"], [
        fact("staff", "person", "员工", concerns=True), fact("reason", "long_text", "原因")]),
]  # fmt: skip


@dataclass
class Firm:
    group: Unit
    health: Unit
    property: Unit
    service: Unit
    finance: Unit
    positions: dict[str, Position] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    def actor(self, name: str, door: Any = "web") -> Actor:
        return actor_for(self.people[name], door)

    def do(self, name: str, action: str, /, **facts: Any) -> Result:
        key = facts.pop("key", None)
        return perform(self.actor(name), action, facts, key=key)


def build_firm() -> Firm:
    group = organization.open_unit(parent=None, kind="group", name="恒信集团", code="HX", start=LONG_AGO)
    units = {
        "health": organization.open_unit(parent=group, kind="company", name="恒信健康", code="HX-J", start=LONG_AGO),
        "property": organization.open_unit(parent=group, kind="company", name="恒信物业", code="HX-W", start=LONG_AGO),
    }
    department = {
        name: organization.open_unit(parent=units["health"], kind="department", name=name, code=code, start=LONG_AGO)
        for name, code in (("总经办", "GM"), ("客户服务部", "KF"), ("财务部", "CW"))
    }
    firm = Firm(group, units["health"], units["property"], department["客户服务部"], department["财务部"])
    for title, unit, superior, headcount in [
        ("总经理", department["总经办"], None, 1),
        ("总助", department["总经办"], "总经理", 1),
        ("客服部总监", department["客户服务部"], "总经理", 1),  # compensates < 500, rewards ≤ 500
        (
            "总监助理",
            department["客户服务部"],
            "客服部总监",
            1,
        ),  # nothing of his own but proven defects; acts for the director
        ("客服部经理", department["客户服务部"], "客服部总监", 1),  # rewards ≤ 100 in his own group
        ("健康顾问", department["客户服务部"], "客服部经理", 5),  # refunds proven defects, cheap gifts
        ("财务总监", department["财务部"], "总经理", 1),
        ("出纳", department["财务部"], "财务总监", 1),
        ("物业经理", units["property"], None, 1),  # another company: sees and may nothing of the first
    ]:
        firm.positions[title] = organization.open_position(
            unit=unit, title=title, code=f"P-{len(firm.positions) + 1:02d}", start=LONG_AGO, headcount=headcount,
            superior=firm.positions[superior] if superior else None,
        )  # fmt: skip
    for number, (name, title) in enumerate(
        [("周岚", "总经理"), ("顾北", "总助"), ("高岚", "客服部总监"), ("孙可", "总监助理"), ("林晓岚", "客服部经理"),
         ("陈立", "健康顾问"), ("赵敏之", "健康顾问"), ("韩涛", "财务总监"), ("吴越", "出纳"), ("何平", "物业经理")], 1,
    ):  # fmt: skip
        company = units["property"] if title == "物业经理" else units["health"]
        person = organization.hire(name=name, employee_no=f"E{number:03d}", company=company, joined_on=LONG_AGO)
        organization.appoint(position=firm.positions[title], person=person, start=LONG_AGO, end=None, is_main=True)
        firm.people[name] = person
    for action, label, words, facts in ACTIONS:
        DeclaredAction.objects.create(
            name=action, labels={"zh-hans": label}, words=words, facts=facts, origin="pack:test"
        )
    grant_cast(firm)
    return firm


def grant_cast(firm: Firm) -> None:
    """The delegated authority of the customer-service department (R-001 … R-014), as its charters give it."""
    lock_authority(exclusively=True)
    authority_changed()
    finding = {"finding_by": "客服部总监", "within": "3 workdays"}
    three = {"countersigned_by": ["总经理", "fact:seller", "财务总监"], "within": "3 workdays"}
    give(
        firm,
        "健康顾问",
        "第1条",
        {"action": "remedy.refund", "conditions": {"defect_proven": [True]}, "then": [finding]},
    )
    give(firm, "健康顾问", "第2条", {"action": "remedy.gift", "limits": {"amount": "<= 50 CNY"},
         "windows": [{"per": "customer", "period": "year", "measure": "count", "max": "<= 3 count"}]})  # fmt: skip
    give(firm, "客服部经理", "第1条", {"action": "remedy.gift"})
    give(firm, "客服部经理", "第3条", {"action": "staff.reward", "limits": {"amount": "<= 100 CNY"}, "scope": "own_group",
         "then": [{"report_to": "客服部总监", "within": "1 workday"}]})  # fmt: skip
    give(firm, "客服部经理", "第4条", {"action": "staff.transfer", "right": "propose", "scope": "own_group"})
    give(firm, "客服部总监", "第1条", {"action": "remedy.*"}, {"action": "staff.transfer", "scope": "own_department"},
         skip=("remedy.compensate",))  # fmt: skip
    give(
        firm, "客服部总监", "第3条", {"action": "remedy.compensate", "limits": {"amount": "< 500 CNY"}, "then": [three]}
    )
    give(
        firm,
        "客服部总监",
        "第4条",
        {"action": "staff.reward", "limits": {"amount": "<= 500 CNY"}, "scope": "own_department"},
    )
    give(firm, "总经理", "第1条", {"action": "remedy.compensate", "limits": {"amount": "<= 5000 CNY"}},
         {"action": "staff.*"}, {"action": "organization.*"})  # fmt: skip


def give(firm: Firm, title: str, clause: str, *specs: dict[str, Any], skip: tuple[str, ...] = ()) -> None:
    """Grants for a position; `remedy.*` is written out where an action of the family is bounded by a clause of its own."""
    grants = []
    for spec in specs:
        if skip and spec["action"].endswith(".*"):
            family = [name for name, *_rest in ACTIONS if name.startswith(spec["action"][:-1]) and name not in skip]
            grants += [GrantSpec.model_validate({**spec, "action": name}) for name in family]
        else:
            grants.append(GrantSpec.model_validate(spec))
    position = firm.positions[title]
    source = f"{title}岗位说明书 v1"
    write_grants(position.pk, [GrantedClause(clause, "", tuple(grants))], source=source, source_id=None, start=LONG_AGO)


def away(firm: Firm, who: str, deputy: str, days: int = 3, **more: Any) -> Result:
    """`who` is away from now on, `deputy` acts."""
    person = firm[who]
    position = person.appointments.get().position
    now = timezone.now()
    return firm.do(
        who, "organization.appoint_deputy", position=position.pk, principal=person.pk, deputy=firm[deputy].pk,
        starts_at=now - dt.timedelta(minutes=1), ends_at=now + dt.timedelta(days=days), reason="出差", **more,
    )  # fmt: skip
