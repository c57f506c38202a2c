"""Selling as its people live it: plans, channels, agents, agreements of a store, guests, vehicles, big buyers, reports, projects."""

from typing import Any, Final

import pytest

from remit.kernel.authority.errors import NotAuthorised, RuleBroken
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import Matter, Request
from remit.kernel.organization import actions as organization
from remit.kernel.parties.models import Activity
from remit.kernel.procedures.errors import GateClosed
from remit.kernel.procedures.models import StepRun
from remit.lib import clock
from tests.cast import LONG_AGO, give
from tests.finance_office import MORNING, PAPER, PHOTO, Refused, Told, begin, step, walk
from tests.key_accounts import Accounts, build_accounts

pytestmark = pytest.mark.django_db

REP, MANAGER, HEAD, ABOVE = "罗小满", "沈青", "江一舟", "周岚"
STORE, BRANCH, ANALYST = "梅若兰", "文之远", "丁一"
BARRED: Final = (RuleBroken, GateClosed)
CUSTOMER: Final = "宏业制造有限公司"
POSTS: Final = (
    ("营销部分部经理", "总经理", BRANCH),
    ("营销部客户经理", "营销部分部经理", STORE),
    ("数据分析师", "大客户主管", ANALYST),
)


@pytest.fixture
def accounts(db: None) -> Accounts:
    """The key-account department, with a store's marketing and an analyst."""
    accounts = build_accounts()
    firm = accounts.firm
    for number, (title, superior, name) in enumerate(POSTS, 70):
        firm.positions[title] = organization.open_position(
            unit=firm.positions["大客户主管"].unit,
            title=title,
            code=f"P-{number}",
            start=LONG_AGO,
            superior=firm.positions[superior],
        )
        person = organization.hire(name=name, employee_no=f"E{number:03d}", company=firm.health, joined_on=LONG_AGO)
        organization.appoint(position=firm.positions[title], person=person, start=LONG_AGO, end=None, is_main=True)
        firm.people[name] = person
    lock_authority(exclusively=True)
    give(firm, "营销部客户经理", "第99条", {"action": "customer.open"})
    authority_changed()
    return accounts


def customer_of(accounts: Accounts, who: str) -> int:
    """A customer whom the person keeps, or sees as the superior of whoever does."""
    if who != STORE:
        return accounts.hongye.pk
    return int(accounts.firm.do(STORE, "customer.open", name="云溪会展有限公司", kind="organization").subject[1])


def story(ledger: Any, **told: Any) -> Any:
    made = Told(**told)
    return pytest.param(made, marks=ledger, id=f"{made.procedure}_{made.end}")


SOLD: Final = {"sold": "260000", "ordered": "180000", "satisfaction": "两家要求改进交期"}
PLAN: Final = {"sales_plan": "800000", "budget": "60000", "profit": "90000"}
AGREEMENT: Final = {"agreement_title": "区域代理协议", "agreement": PAPER, "sign_note": "对方法人签"}
DELIVERED: Final = {"handover": PHOTO, "delivered_on": "2026-11-24", "explained": True}
DRIVE: Final = {"need": "商务接待", "test_drive": True, "route_told": True, "wants": True}

STORIES: Final = [
    story(
        pytest.mark.ledger("S-055", "P-034", "D-057"),
        procedure="sales_order_plan", opener=MANAGER, about="十二月", due="11-25 18:00",
        intake={"period": "month", "first_day": "2026-12-01", "store_target": "300000"},
        deeds=[
            Refused(MANAGER, "sent", {"lines": [], "sales_goal": "300000", "order_goal": "200000", "budget_note": "在预算内"}, BadFacts, {"lines"}),
            (MANAGER, "sent", {"lines": ["专线 40 条，企业客户"], "sales_goal": "300000", "order_goal": "200000", "budget_note": "在预算内"}),
            Refused(MANAGER, "agreed", {"opinion": "自己同意"}, NotAuthorised),
            (HEAD, "agreed", {"opinion": "同意"}),
            Refused(MANAGER, "reached", {**SOLD, "reached": False, "actions": ["每周盯交期"]}, BARRED),
            Refused(MANAGER, "missed", {**SOLD, "reached": False}, BadFacts, {"actions"}),
            (MANAGER, "missed", {**SOLD, "reached": False, "actions": ["每周盯交期"]}),
            (HEAD, "accepted", {"verdict": "下月补上四万"}),
        ],
        end="missed",
    ),
    story(
        pytest.mark.ledger("S-073", "P-037", "D-059"),
        procedure="channel_promotion", opener=MANAGER, about="县级渠道", due="12-08 18:00", intake={"channel": "县级代理"},
        deeds=[
            (MANAGER, "analysed", {"market": "县级市场对手只有一家，价格偏高", "forecast": "900000"}),
            Refused(MANAGER, "fits", {**PLAN, "fits": False, "gap_text": "预算偏少"}, BARRED),
            (MANAGER, "fits", {**PLAN, "fits": True}),
            Refused(MANAGER, "submitted", {"measures": ["进园区"]}, BadFacts, {"programme"}),
            (MANAGER, "submitted", {"programme": PAPER, "measures": ["进园区"]}),
            Refused(MANAGER, "approved", {"verdict": "自己批"}, NotAuthorised),
            (HEAD, "approved", {"verdict": "同意，按月报进度"}),
            Refused(MANAGER, "done", {"spent": "66000", "sales": "850000", "over": True, "effect": "新增代理三家"}, BadFacts, {"over_why"}),
            (MANAGER, "done", {"spent": "58000", "sales": "850000", "over": False, "effect": "新增代理三家"}),
        ],
        end="done",
    ),
    story(
        pytest.mark.ledger("S-065", "P-038", "D-060", "D-061"),
        procedure="channel_agent", opener=REP, about=CUSTOMER, due="12-01 18:00", intake={"region": "临安", "found_by": "展会"},
        deeds=[
            (REP, "qualified", {"licence": PHOTO, "capability": "门店两家，人员六名", "qualified": True}),
            Refused(REP, "agreed", {"terms": "自己定"}, NotAuthorised),
            (MANAGER, "agreed", {"terms": "首年不独家"}),
            Refused(REP, "signed", {**AGREEMENT, "agreement": None, "seal_matches": True}, BadFacts, {"agreement"}),
            (REP, "signed", {**AGREEMENT, "seal_matches": True}),
            Refused(REP, "trained", {"trained": 4, "training_sheet": PAPER, "passed": False}, BARRED),
            (REP, "trained", {"trained": 4, "training_sheet": PAPER, "passed": True}),
            (REP, "more", {"goods": ["体验机 3 台"], "shipped_on": "2026-11-24", "receipt": PHOTO, "more": True}),
            (REP, "active", {"goods": ["体验机 2 台"], "shipped_on": "2026-11-24", "receipt": PHOTO, "more": False}),
        ],
        end="active",
    ),
    story(
        pytest.mark.ledger("S-061", "P-040", "D-061"),
        procedure="store_agreement", opener=STORE, about=CUSTOMER, due="12-08 18:00",
        intake={"segment": "meeting", "contact_person": "王总"},
        deeds=[
            Refused(STORE, "ask", {"prices": ["会议厅 3,800 一天"], "free": False, "terms": "半天起订"}, BARRED),
            (STORE, "ask", {"prices": ["会议厅 3,800 一天"], "free": True, "terms": "半天起订"}),
            Refused(STORE, "authorised", {"mandate": "自己授权"}, NotAuthorised),
            (BRANCH, "authorised", {"mandate": "授权签一年"}),
            (STORE, "signed", {"agreement": PAPER, "valid_until": "2027-11-30"}),
            Refused(STORE, "confirmed", {"departments": ["餐饮部"], "confirmed": False}, BARRED),
            (STORE, "confirmed", {"departments": ["餐饮部 小周", "前厅 小吴"], "confirmed": True}),
            (STORE, "mend", {"carried_out": False, "shortfall": "茶歇没有按时"}),
            (STORE, "confirmed", {"departments": ["餐饮部 小周"], "confirmed": True}),
            (STORE, "count", {"carried_out": True}),
            (STORE, "filed", {"sales": "45600", "statistics": PAPER, "proposal": "茶歇单独报价"}),
        ],
        end="carried_out",
    ),
    story(
        pytest.mark.ledger("S-062", "P-041", "D-069"),
        procedure="guest_reception", opener=STORE, about="省行考察团", due="11-25 18:00",
        intake={"guests": ["林行长"], "arrives_at": "2026-11-26T10:00"},
        deeds=[
            Refused(STORE, "sent", {"promises": ["安静的房间"], "budget": "2000"}, BadFacts, {"plan"}),
            (STORE, "sent", {"plan": PAPER, "promises": ["安静的房间", "素食"], "budget": "2000"}),
            Refused(STORE, "approved", {"verdict": "自己定"}, NotAuthorised),
            (BRANCH, "approved", {"verdict": "同意"}),
            Refused(STORE, "ready", {"details": ["接机 小周"], "all_ready": False}, BARRED),
            (STORE, "ready", {"details": ["接机 小周", "房间 小吴"], "all_ready": True}),
            (STORE, "held", {"met_at": "2026-11-24T10:00", "seen_off_at": "2026-11-24T17:00", "remarks": "房间满意"}),
            Refused(STORE, "kept", {"kept": False, "open_promise": "素食"}, BARRED),
            (STORE, "open", {"kept": False, "open_promise": "素食"}),
            (STORE, "kept", {"kept": True}),
        ],
        end="held",
    ),
    story(
        pytest.mark.ledger("S-057", "P-035"),
        procedure="vehicle_sale", opener=MANAGER, about=CUSTOMER, due="12-01 18:00", intake={"model": "商务七座", "source": "visit"},
        deeds=[
            Refused(MANAGER, "talk", DRIVE, BadFacts, {"licence"}),
            (MANAGER, "talk", {**DRIVE, "licence": PHOTO}),
            (MANAGER, "agreed", {"price": "286000", "discounted": False, "risks": "挂靠单位，先核主体"}),
            Refused(MANAGER, "passed", {"opinion": "自己评审"}, NotAuthorised),
            (HEAD, "passed", {"opinion": "主体已核，可签"}),
            Refused(MANAGER, "ready", {"in_stock": False, "promised": "2026-12-10", "contract": PAPER}, BadFacts, {"factory_order"}),
            (MANAGER, "ready", {"in_stock": False, "factory_order": "CJ-771", "promised": "2026-12-10", "contract": PAPER}),
            Refused(MANAGER, "delivered", {**DELIVERED, "checked": False}, BARRED),
            (MANAGER, "delivered", {**DELIVERED, "checked": True}),
            (MANAGER, "done", {"said": "车况好", "content": True}),
        ],
        end="delivered",
    ),
    story(
        pytest.mark.ledger("S-058"),
        procedure="purchase_customer", opener=MANAGER, about=CUSTOMER, due="12-01 18:00", intake={"kind": "government", "demand": "公务用车 6 台"},
        deeds=[
            Refused(MANAGER, "report", {"decider": "设备处", "purchase_way": "公开招标", "volume": 6, "verified": False}, BARRED),
            (MANAGER, "report", {"decider": "设备处", "purchase_way": "公开招标", "volume": 6, "verified": True}),
            (HEAD, "follow", {"instruction": "跟到开标"}),
            Refused(MANAGER, "done", {"progress": "中标四台", "won": True, "maker_asks": True}, BARRED),
            (MANAGER, "feedback", {"progress": "中标四台", "won": True, "maker_asks": True}),
            Refused(MANAGER, "sent", {"sent_on": "2026-11-24"}, BadFacts, {"form"}),
            (MANAGER, "sent", {"sent_on": "2026-11-24", "form": PAPER}),
        ],
        end="filed",
    ),
    story(
        pytest.mark.ledger("S-072"),
        procedure="sales_report", opener=ANALYST, about="十月大客户销售", due="11-27 18:00", intake={"period": "month", "first_day": "2026-10-01"},
        deeds=[
            Refused(ANALYST, "analyse", {"data": PAPER, "sales": "820000", "settled": "790000", "agrees": False}, BARRED),
            (ANALYST, "analyse", {"data": PAPER, "sales": "820000", "settled": "800000", "agrees": True}),
            (ANALYST, "sent", {"findings": "制造业客户增长一成，物流持平", "proposals": ["物流客户逐户走访"], "report_file": PAPER}),
            Refused(ANALYST, "accepted", {"verdict": "自己看过"}, NotAuthorised),
            (HEAD, "again", {"verdict": "补上流失客户"}),
            (ANALYST, "sent", {"findings": "制造业客户增长一成，流失一户", "proposals": ["回访流失客户"], "report_file": PAPER}),
            (HEAD, "accepted", {"verdict": "采纳"}),
        ],
        end="filed",
    ),
    story(
        pytest.mark.ledger("S-074"),
        procedure="integration_project", opener=MANAGER, about=CUSTOMER, due="12-01 18:00", intake={"kind": "data_centre", "need": "机柜六个，双路电"},
        deeds=[
            (MANAGER, "clear", {"scope": "机柜、带宽与代维", "partners": ["机房", "传输"]}),
            (MANAGER, "done", {"solution": PAPER}),
            Refused(HEAD, "go", {"verdict": "只看了技术方案"}, (NotAuthorised, *BARRED, BadFacts)),
            (MANAGER, "done", {"cost": "310000", "price": "386000"}),
            (HEAD, "go", {"verdict": "照此实施"}),
            Refused(MANAGER, "accept", {"state": "传输未通", "blocked": True, "blocked_by": "传输"}, BARRED),
            (MANAGER, "coordinate", {"state": "传输未通", "blocked": True, "blocked_by": "传输"}),
            (HEAD, "go_on", {"arranged": "传输班本周进场"}),
            (MANAGER, "accept", {"state": "全部开通", "blocked": False}),
            Refused(MANAGER, "done", {"accepted": True}, BadFacts, {"acceptance"}),
            (MANAGER, "done", {"accepted": True, "acceptance": PAPER}),
        ],
        end="accepted",
    ),
]  # fmt: skip


@pytest.mark.parametrize("told", STORIES)
def test_each_goes_over_the_right_desks_to_its_end(accounts: Accounts, told: Told) -> None:
    walk(accounts.firm, told, about=customer_of(accounts, told.opener) if told.about == CUSTOMER else None)


@pytest.mark.ledger("S-057", "P-035")
def test_a_discount_beyond_ones_limit_waits_before_the_contract_is_reviewed(accounts: Accounts) -> None:
    firm = accounts.firm
    with clock.set_to(MORNING):
        case = begin(firm, "vehicle_sale", MANAGER, accounts.hongye.pk, model="商务七座", source="group")
        step(firm, MANAGER, case, "talk", **DRIVE, licence=PHOTO)
        talks = {"price": "286000", "discounted": True, "risks": "团购三台"}
        done = step(firm, MANAGER, case, "agreed", **talks, discount="8")
        assert "waits_for" in done.changes, "three percent are the account manager's"
        assert case.step == "talk" and not Matter.objects.filter(action="price.discount").exists()
        firm.do(HEAD, "approval.approve", request=Request.objects.get().pk)
        case.refresh_from_db()
        assert case.step == "review"


@pytest.mark.ledger("D-060", "D-061")
def test_the_agents_file_tells_what_was_signed_and_shipped(accounts: Accounts) -> None:
    told = next(one.values[0] for one in STORIES if one.values[0].procedure == "channel_agent")
    walk(accounts.firm, told, about=accounts.hongye.pk)
    assert Matter.objects.get(action="agreement.sign").facts["title"] == "区域代理协议"
    texts = " ".join(Activity.objects.filter(party=accounts.hongye).values_list("text", flat=True))
    assert "门店两家" in texts and "体验机 3 台" in texts


@pytest.mark.ledger("P-037")
def test_the_programme_is_the_superiors_to_approve_within_three_days(accounts: Accounts) -> None:
    firm = accounts.firm
    with clock.set_to(MORNING):
        case = begin(firm, "channel_promotion", MANAGER, "县级渠道", channel="县级代理")
        step(firm, MANAGER, case, "analysed", market="县级市场对手只有一家，价格偏高", forecast="900000")
        step(firm, MANAGER, case, "fits", **PLAN, fits=True)
        step(firm, MANAGER, case, "submitted", programme=PAPER, measures=["进园区"])
    asked = StepRun.objects.get(case=case, closed_at=None)
    assert asked.position == firm.positions["大客户主管"]
    assert asked.due_at.astimezone(MORNING.tzinfo).strftime("%m-%d") == "11-27"
