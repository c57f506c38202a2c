"""The desk's other procedures, each as it goes on a day: remedies, enquiries, change orders, suggestions, urgent matters, listening."""

import datetime as dt
from typing import Any

import pytest
from tests.cast import Firm, give

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction, Matter, Obligation, Request
from remit.kernel.documents.actions import store
from remit.kernel.packs.loader import SHIPPED, put_in_place, read_pack
from remit.kernel.procedures.models import Case, StepRun
from remit.kernel.procedures.plans.checking import read_file as read_plan
from remit.kernel.procedures.plans.format import PlanSpec
from remit.kernel.procedures.queries import case_view
from remit.kernel.procedures.standing import steps_to_climb
from remit.kernel.procedures.tests.department import MORNING, SHANGHAI, Department
from remit.kernel.procedures.tests.test_plans import run, started
from remit.kernel.work.queries import todays_items
from remit.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(department: Department) -> Department:
    """The whole pack is loaded; an adviser exchanges proven defects, the director discounts up to a tenth."""
    firm = department.firm
    lock_authority(exclusively=True)
    DeclaredAction.objects.filter(name__startswith="remedy.").delete()  # the cast's own; here are the pack's
    put_in_place(read_pack(SHIPPED / "customer-service"))
    give(firm, "健康顾问", "第7条", {"action": "remedy.exchange", "conditions": {"defect_proven": [True]}})
    give(firm, "客服部总监", "第7条", {"action": "remedy.discount", "limits": {"percent": "<= 10 %"}})
    give(firm, "总监助理", "第7条", {"action": "oversight.recordings"})
    give(firm, "客服部经理", "第7条", {"action": "plan.*"}, {"action": "remedy.exchange"})
    authority_changed()
    return department


def taken_in(desk: Department, procedure: str, who: str = "陈立", **answers: Any) -> Case:
    return desk.open(who, procedure=procedure, title="王女士来电", subject="王女士", answers=answers)


def slip(firm: Firm, who: str = "陈立") -> list[int]:
    kept = store(b"%PDF-1.4", "签字单.pdf", "application/pdf", actor=firm.actor(who), room="procedures",
                 company_id=firm.health.pk)  # fmt: skip
    return [kept.pk]


@pytest.mark.ledger("S-047", "R-002", "D-004")
def test_a_return_within_authority_goods_and_paper_back_and_the_finding_follows(desk: Department) -> None:
    case = taken_in(desk, "product_return", product="鱼油软胶囊", content="胶囊受潮结块")
    answers: dict[str, Any] = {
        "defect_proven": True,
        "persuaded": True,
        "verdict": "grant",
        "amount": "298",
        "reason": "批次受潮",
    }
    desk.submit("陈立", case, **answers)
    matter = Matter.objects.get(action="remedy.refund")
    assert matter.facts["customer"] == "王女士" and case.step == "hand_back"
    assert Obligation.objects.filter(ruling__action="remedy.refund", done_at=None).exists()
    with pytest.raises(BadFacts):
        desk.submit("陈立", case, goods="whole")
    desk.submit("陈立", case, goods="whole", slip=slip(desk.firm))
    assert case.outcome == "settled"
    assert todays_items(desk.firm["林晓岚"]).filter(source_kind="case_notice", target=case.pk).exists()


@pytest.mark.ledger("R-001")
def test_an_exchange_needs_a_proven_defect_or_somebody_above(desk: Department) -> None:
    proven = taken_in(desk, "product_exchange", product="血压计", content="开机无显示")
    desk.submit("陈立", proven, defect_proven=True, verdict="grant", reason="主板损坏")
    assert proven.step == "hand_back"
    unproven = taken_in(desk, "product_exchange", product="血压计", content="不喜欢颜色")
    desk.submit("陈立", unproven, defect_proven=False, verdict="grant", reason="客户坚持")
    assert unproven.step == "decide" and Request.objects.filter(action="remedy.exchange").exists()
    declined = taken_in(desk, "product_exchange", product="血压计", content="不喜欢颜色")
    desk.submit("陈立", declined, defect_proven=False, verdict="decline", explanation="功能正常，已演示用法")
    assert declined.outcome == "explained"


@pytest.mark.ledger("R-003", "D-051", "P-002")
def test_a_dearer_gift_waits_for_consent_and_then_goes_on(desk: Department) -> None:
    case = taken_in(desk, "courtesy_gift", content="等了一周才送到")
    desk.submit("陈立", case, verdict="grant", gift="保温杯", amount="80", reason="延误致歉")
    request = Request.objects.get(action="remedy.gift")
    desk.firm.do("林晓岚", "approval.approve", request=request.pk)
    case.refresh_from_db()
    assert case.step == "hand_back"
    desk.submit("陈立", case, slip=slip(desk.firm))
    assert case.outcome == "settled"


@pytest.mark.ledger("R-011", "R-012")
def test_discount_and_compensation_stop_at_the_director(desk: Department) -> None:
    within = taken_in(desk, "price_reduction", "高岚", product="按摩椅", content="多次上门仍未解决")
    desk.submit("高岚", within, verdict="grant", percent="10", reason="多次上门")
    assert within.step == "hand_back"
    case = taken_in(desk, "compensation", "高岚", content="漏液弄脏了地毯", seller=desk.firm["陈立"].pk)
    desk.submit("高岚", case, verdict="grant", amount="500", reason="清洗地毯")
    request = Request.objects.get(action="remedy.compensate")
    assert case.step == "decide"
    desk.firm.do("周岚", "approval.approve", request=request.pk)
    case.refresh_from_db()
    assert case.step == "hand_back"


@pytest.mark.ledger("S-052", "P-021")
def test_an_enquiry_goes_to_the_department_and_comes_back_to_who_took_it(desk: Department) -> None:
    case = taken_in(desk, "enquiry", contact="王女士", channel="phone", category="bill", question="发票怎么开")
    assert case.responded_at is None
    desk.submit("陈立", case, known=False, department=desk.firm.finance.pk)
    desk.submit("韩涛", case, expert_answer="凭订单号三日内开")
    desk.submit("陈立", case, known=True, answer="三日内寄出", resolved=True)
    assert case.outcome == "answered" and case.responded_at is not None


@pytest.mark.ledger("S-028", "R-040", "R-041", "P-020", "D-035")
def test_an_urgent_change_is_approved_above_and_the_customer_is_told_before_it_is_filed(desk: Department) -> None:
    case = taken_in(desk, "change_order", contact="王女士", category="password", wish="重置密码")
    with pytest.raises(RuleBroken):
        desk.submit("陈立", case, "approved", checked="已核对身份", urgency="urgent")
    desk.submit("陈立", case, "to_superior", checked="已核对身份", urgency="urgent")
    assert desk.run(case).position == desk.firm.positions["客服部经理"]
    desk.submit("林晓岚", case, "agreed")
    desk.submit("陈立", case, done="已重置", opened_at=clock.now().isoformat())
    assert case.step == "inform" and case.closed_at is None
    desk.submit("陈立", case, told="已告知王女士本人")
    assert case.outcome == "filed"
    normal = taken_in(desk, "change_order", contact="王女士", category="data", wish="改地址")
    desk.submit("陈立", normal, "approved", checked="已核对", urgency="normal")
    assert normal.step == "open"


@pytest.mark.ledger("S-049")
def test_a_suggestion_is_assessed_carried_out_and_answered(desk: Department) -> None:
    case = taken_in(desk, "suggestion", contact="王女士", area="process", content="夜间也能自助查单")
    desk.submit("林晓岚", case, decision="adopted", department=desk.firm.service.pk, opinion="可行")
    desk.submit("高岚", case, implemented="已开放自助查询")
    desk.submit("陈立", case, reply="已致谢")
    assert case.outcome == "filed"


@pytest.mark.ledger("S-050", "S-051", "R-056", "R-057", "P-028", "D-050")
def test_the_green_channel_is_quick_and_climbs_sooner(desk: Department) -> None:
    """Half an hour to dispatch; at 125 per cent of it the second level up knows."""
    with clock.set_to(MORNING):
        case = taken_in(desk, "green_channel", contact="王女士", channel="fault", content="专线中断",
                        promised_at=(MORNING + dt.timedelta(hours=3)).isoformat())  # fmt: skip
        ordinary = desk.open()
    for minutes in (31, 38):
        with clock.set_to(MORNING + dt.timedelta(minutes=minutes)):
            for pk in steps_to_climb():
                perform(system("climb overdue steps"), "case.climb", {"step": pk})
    assert desk.run(case).rung == 2
    assert StepRun.objects.get(case=ordinary).rung == 0, "a complaint has an hour for its first step"
    with clock.set_to(MORNING + dt.timedelta(minutes=40)):
        desk.submit("高岚", case, department=desk.firm.service.pk)
        desk.submit("高岚", case, "done", done="光缆已续接", finished_at=clock.now().isoformat())
        desk.submit("陈立", case, kept=True, feedback="恢复了", accepted=False)
        assert case.step == "handle", "not before the customer says so"


@pytest.mark.ledger("R-058", "S-051")
def test_the_green_channel_counts_the_night_and_the_holiday(desk: Department) -> None:
    """A line that fails on New Year's eve at eleven in the evening is dispatched within half an hour, not on the next workday."""
    night = dt.datetime(2026, 12, 31, 23, tzinfo=SHANGHAI)
    with clock.set_to(night):
        case = taken_in(desk, "green_channel", contact="王女士", channel="fault", content="专线中断",
                        promised_at=(night + dt.timedelta(hours=3)).isoformat())  # fmt: skip
        ordinary = desk.open()
        assert case.due_at == night + dt.timedelta(hours=4)
        assert desk.run(case).due_at == night + dt.timedelta(minutes=30)
        assert ordinary.due_at > night + dt.timedelta(days=4)
    with clock.set_to(night + dt.timedelta(minutes=20)):
        desk.submit("陈立", case, department=desk.firm.service.pk)
        assert desk.run(case).due_at == night + dt.timedelta(minutes=20, hours=2)
        clocks = case_view(desk.firm["高岚"], case)
        assert clocks.clock.spent == dt.timedelta(minutes=20) and clocks.step_clock is not None


@pytest.mark.ledger("S-042", "P-029")
def test_a_telemarketing_call_is_led_and_its_result_followed(desk: Department) -> None:
    with clock.set_to(MORNING):
        case = taken_in(desk, "telemarketing", product="蛋白粉组合装")
        desk.firm.do("陈立", "case.call", step=desk.run(case).pk)
        desk.submit("陈立", case, result="hesitates", need="老人用", objection="price", next_step="周五送样")
        desk.submit("陈立", case, bought=True, follow_note="买了一组")
    assert case.outcome == "sold" and case.values["objection"] == "price"


@pytest.mark.ledger("S-048")
def test_a_tenth_of_the_calls_is_listened_to_and_each_leaves_an_entry(desk: Department) -> None:
    spec = read_plan(SHIPPED / "customer-service" / "plans" / "listening_sample.yaml")
    data = spec.model_dump(exclude_defaults=True, by_alias=True)
    with clock.set_to(MORNING):
        plan = started(desk.firm, PlanSpec.model_validate({**data, "performer": {"position": ["总监助理"]}}))
        for _n in range(60):
            case = taken_in(desk, "callback", occasion="routine")
            desk.firm.do("陈立", "case.call", step=desk.run(case).pk)
            desk.submit("陈立", case, reached="talked", satisfaction="satisfied")
    with clock.set_to(MORNING + dt.timedelta(days=1)):
        opened = run(plan)
        assert 1 <= opened <= 14, "about a tenth, the same for the same seed"
        case = Case.objects.filter(procedure__key="listening").order_by("pk")[0]
        assert case.values["call_number"].startswith("HF-") and case.values["caller"] == "陈立"
        desk.submit(
            "孙可", case, manner="3", accuracy="4", banned_phrase=True, verdict="improve", opinion="少说“不知道”"
        )
        desk.submit("林晓岚", case, improvement="晨会演练")
    assert case.outcome == "filed"
    assert Matter.objects.get(action="oversight.recordings").facts["object"] == case.values["call_number"]
