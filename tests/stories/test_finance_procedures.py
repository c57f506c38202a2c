"""The finance department's recurring work, each from its beginning to its end: what is due when, what is refused, what is left behind."""

import datetime as dt
from typing import Any, Final

import pytest

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import perform
from remit.kernel.authority.models import Matter, Request
from remit.kernel.procedures.errors import GateClosed
from remit.kernel.procedures.models import StepRun
from remit.kernel.work.queries import todays_items
from remit.lib import clock
from tests.cast import Firm
from tests.finance_office import MORNING, PAPER, Refused, Told, begin, build_office, step, walk

pytestmark = pytest.mark.django_db

CFO, MANAGER, FUNDS, ACCOUNTANT, TAX, COST, BOOKKEEPER, CASHIER = (
    "韩涛", "许静怡", "梁宽", "唐小满", "邹敏", "石磊", "冯岚", "吴越",
)  # fmt: skip
# What the form's answers do not allow, or what an end demands.
BARRED: Final = (RuleBroken, GateClosed)


@pytest.fixture
def office(db: None) -> Firm:
    return build_office()


def story(ledger: Any, **told: Any) -> Any:
    made = Told(**told)
    return pytest.param(made, marks=ledger, id=f"{made.procedure}_{made.end}")


SCANNED: Final = {"scan": PAPER, "new_valid_until": "2027-12-31", "kept_at": "档案柜 2 号"}
RETURNS: Final = {"filed": ["健康 0091", "物业 0092", "电信 0093"], "receipts": PAPER}
PLANNED: Final = {"output_tax": "130000", "input_tax": "120000", "deduct_now": "90000", "why": "下月进项少，留三万"}
COMPARED: Final = {"standard": "80.00", "actual": "86.40", "no_auxiliary": True, "no_overhead": True}
TABLE: Final = {"wage_table": PAPER, "heads": 36, "gross": "312000", "insurance": "32000", "net": "280000"}
BOOKS: Final = {"statement": PAPER, "checked_with_books": True}

STORIES: Final = [
    story(
        pytest.mark.ledger("S-178", "R-095", "P-102", "D-089"),
        procedure="licence_inspection", opener=ACCOUNTANT, about="营业执照", due="12-01 18:00",
        intake={"certificate": "营业执照", "holder": "恒信健康", "valid_until": "2026-12-31"},
        deeds=[
            Refused(ACCOUNTANT, "ready", {"papers": ["上年报表"], "papers_complete": False}, BARRED),
            (ACCOUNTANT, "ready", {"papers": ["上年报表", "执照副本"], "papers_complete": True}),
            (ACCOUNTANT, "mend", {"inspected_on": "2026-11-24", "passed": False, "mend_what": "缺场所证明"}),
            (ACCOUNTANT, "ready", {"papers": ["场所证明"], "papers_complete": True}),
            (ACCOUNTANT, "passed", {"inspected_on": "2026-11-24", "passed": True}),
            Refused(ACCOUNTANT, "filed", SCANNED, BadFacts, {"next_due"}),
            (ACCOUNTANT, "filed", {**SCANNED, "next_due": "2027-11-24"}),
        ],
        end="valid",
    ),
    story(
        pytest.mark.ledger("S-183", "P-118"),
        procedure="debt_review", opener=ACCOUNTANT, about="四季度往来", due="11-27 18:00",
        intake={"cut_off": "2026-10-31", "kind": "both"},
        deeds=[
            (ACCOUNTANT, "listed", {"open_items": 41, "open_sum": "680000", "list_file": PAPER}),
            Refused(ACCOUNTANT, "clean", {"all_agree": False, "problems": ["宏业 2,300 两年未动"]}, BARRED),
            (ACCOUNTANT, "problem", {"all_agree": False, "problems": ["宏业 2,300 两年未动"]}),
            (ACCOUNTANT, "reported", {"problem_text": "对方已迁址，可能收不回", "proposal": "先发函"}),
            Refused(ACCOUNTANT, "instructed", {"instruction": "我自己定"}, NotAuthorised),
            (MANAGER, "instructed", {"instruction": "发律师函，年底前没有回音的报坏账"}),
            (ACCOUNTANT, "settled", {"settled": "函已寄出，对方付清"}),
        ],
        end="reviewed",
    ),
    story(
        pytest.mark.ledger("R-088", "P-048", "D-067", "D-068"),
        procedure="account_statement", opener=ACCOUNTANT, about="宏业制造", due="11-27 18:00",
        intake={"month": "2026-10", "side": "customer"},
        deeds=[
            Refused(ACCOUNTANT, "issued", {"invoiced": True}, BadFacts, {"amount", "invoice_note"}),
            (ACCOUNTANT, "issued", {"invoiced": True, "amount": "36000", "invoice_note": "十月服务费"}),
            (ACCOUNTANT, "sent", {"closing": "36000", "statement_file": PAPER, "sent_on": "2026-11-24"}),
            Refused(ACCOUNTANT, "agreed", {"their_balance": "33000", "agrees": False, "differences": ["一笔收款"]}, BARRED),
            (ACCOUNTANT, "differs", {"their_balance": "33000", "agrees": False, "differences": ["一笔收款"]}),
            (ACCOUNTANT, "cleared", {"cleared": ["10 月 31 日 3,000 在途，已入账"]}),
            (ACCOUNTANT, "sent", {"closing": "33000", "statement_file": PAPER, "sent_on": "2026-11-25"}),
            (ACCOUNTANT, "agreed", {"their_balance": "33000", "agrees": True}),
            Refused(ACCOUNTANT, "confirmed", {}, BadFacts, {"confirmation"}),
            (ACCOUNTANT, "confirmed", {"confirmation": PAPER}),
        ],
        end="agreed",
    ),
    story(
        pytest.mark.ledger("S-180", "R-091", "P-098", "D-084"),
        procedure="tax_return", opener=TAX, about="四家公司", due="11-27 18:00",
        intake={"period": "2026-10", "filing_due": "2026-12-15", "companies": ["健康", "物业", "电信", "贸易"]},
        deeds=[
            (TAX, "planned", PLANNED),
            Refused(TAX, "deducted", {"deducted": "90000"}, BadFacts, {"register"}),
            (TAX, "deducted", {"deducted": "90000", "register": PAPER}),
            Refused(TAX, "refund", {**RETURNS, "all_filed": False, "open_company": "贸易", "exports": True}, BARRED),
            (TAX, "open", {**RETURNS, "all_filed": False, "open_company": "贸易", "exports": True}),
            (TAX, "refund", {**RETURNS, "filed": [*RETURNS["filed"], "贸易 0094"], "all_filed": True, "exports": True}),
            Refused(TAX, "claimed", {"written_off": False, "port_data": True, "refund_sum": "8000", "refund_file": PAPER}, BARRED),
            (TAX, "claimed", {"written_off": True, "port_data": True, "refund_sum": "8000", "refund_file": PAPER}),
            (TAX, "closed", {"rd_sum": "56000", "rd_booked": True}),
        ],
        end="filed",
    ),
    story(
        pytest.mark.ledger("S-184", "R-092", "R-097", "D-090"),
        procedure="external_statement", opener=BOOKKEEPER, about="统计季报", due="11-30 18:00",
        intake={"kind": "statistics", "company": "恒信健康", "period": "三季度", "recipient": "统计局", "deadline": "2026-11-30"},
        deeds=[
            (BOOKKEEPER, "review", {**BOOKS, "outside": True}),
            Refused(BOOKKEEPER, "released", {"opinion": "自己看过"}, NotAuthorised),
            Refused(MANAGER, "released", {"opinion": "经理看过"}, NotAuthorised),
            (CFO, "back", {"opinion": "人数与工资表不一致"}),
            (BOOKKEEPER, "review", {**BOOKS, "outside": True}),
            (CFO, "released", {"opinion": "可以报送"}),
            Refused(BOOKKEEPER, "sent", {"sent_on": "2026-11-25"}, BadFacts, {"receipt"}),
            (BOOKKEEPER, "sent", {"sent_on": "2026-11-25", "receipt": PAPER}),
        ],
        end="sent",
    ),
    story(
        pytest.mark.ledger("S-184", "D-090"),
        procedure="external_statement", opener=MANAGER, about="管理月报", due="11-30 18:00",
        intake={"kind": "management", "company": "恒信健康", "period": "十月", "recipient": "总经理", "deadline": "2026-11-30"},
        deeds=[
            Refused(MANAGER, "inside", {**BOOKS, "outside": True}, BARRED),
            (MANAGER, "inside", {**BOOKS, "outside": False}),
            (MANAGER, "delivered", {"delivered_to": "总经理"}),
        ],
        end="delivered",
    ),
    story(
        pytest.mark.ledger("S-186", "R-078", "P-101", "D-088"),
        procedure="biennial_audit", opener=MANAGER, about="学院审计处", due="12-08 18:00",
        intake={"first_year": "2025", "last_year": "2026"},
        deeds=[
            (MANAGER, "agreed", {"office": "审计处 方老师", "scope": "收支与资产", "starts_on": "2027-01-11"}),
            (MANAGER, "more", {"documents": ["总账", "合同"], "all_there": False, "missing": "2025 年盘点表"}),
            (MANAGER, "audit", {"documents": ["总账", "合同", "盘点表"], "all_there": True}),
            Refused(MANAGER, "clean", {"clean": True}, BadFacts, {"report"}),
            (MANAGER, "mend", {"report": PAPER, "clean": False, "findings": ["两张收据没有签字"]}),
            (MANAGER, "mended", {"measures": ["已补签并修改流程"]}),
            Refused(MANAGER, "accepted", {"verdict": "自己验收"}, NotAuthorised),
            (CFO, "again", {"verdict": "修改后的流程没有附上"}),
            (MANAGER, "mended", {"measures": ["附上流程"]}),
            (CFO, "accepted", {"verdict": "通过"}),
            Refused(MANAGER, "closed", {}, BadFacts, {"next_due"}),
            (MANAGER, "closed", {"next_due": "2029-01-10"}),
        ],
        end="closed",
    ),
    story(
        pytest.mark.ledger("S-182", "R-093", "R-094", "P-099", "D-086", "K-39"),
        procedure="standard_cost_check", opener=COST, about="支架 A-12", due="11-25 18:00",
        intake={"part": "支架 A-12", "movement": "LL-1124-3"},
        deeds=[
            Refused(COST, "keep", {**COMPARED, "keep": True, "deviation": "8"}, BadFacts, {"deviation"}),
            Refused(COST, "keep", {**COMPARED, "keep": True, "deviation": "5.1"}, BadFacts, {"deviation"}),
            Refused(COST, "keep", {**COMPARED, "no_auxiliary": False, "keep": True, "deviation": "3"}, BARRED),
            Refused(COST, "adjust", {**COMPARED, "no_overhead": False, "keep": False, "large_deviation": "8"}, BARRED),
            (COST, "adjust", {**COMPARED, "keep": False, "large_deviation": "8"}),
            (COST, "adjusted", {"new_standard": "86.40", "cause": "钢材涨价", "from_day": "2026-12-01"}),
            Refused(COST, "agreed", {"opinion": "自己复核"}, NotAuthorised),
            (MANAGER, "agreed", {"opinion": "同意"}),
        ],
        end="adjusted",
    ),
    story(
        pytest.mark.ledger("S-182", "R-093"),
        procedure="standard_cost_check", opener=COST, about="支架 A-13", due="11-25 18:00",
        intake={"part": "支架 A-13", "movement": "LL-1124-4"},
        deeds=[(COST, "keep", {**COMPARED, "actual": "84.00", "keep": True, "deviation": "5"})],
        end="within",
    ),
    story(
        pytest.mark.ledger("S-181", "D-085"),
        procedure="rd_expense", opener=TAX, about="智能床垫", due="11-27 18:00",
        intake={"project": "智能床垫", "month": "2026-10"},
        deeds=[
            Refused(TAX, "entered", {"lines": ["人工 30,000 记 88"], "wages": "30000", "materials": "0", "depreciation": "0", "other": "0"},
                    BadFacts, {"vouchers"}),
            (TAX, "entered", {"lines": ["人工 30,000 记 88"], "wages": "30000", "materials": "0", "depreciation": "0", "other": "0",
                              "vouchers": PAPER}),
            Refused(TAX, "agreed", {"eligible": True}, NotAuthorised),
            (MANAGER, "back", {"eligible": False, "wrong_what": "一人半月在销售部"}),
            (TAX, "entered", {"lines": ["人工 25,000 记 88"], "wages": "25000", "materials": "0", "depreciation": "0", "other": "0",
                              "vouchers": PAPER}),
            (MANAGER, "agreed", {"eligible": True}),
        ],
        end="entered",
    ),
    story(
        pytest.mark.ledger("S-176", "D-083"),
        procedure="payroll", opener=ACCOUNTANT, about="十一月工资", due="11-26 18:00",
        intake={"month": "2026-11"},
        deeds=[
            Refused(ACCOUNTANT, "complete", {"departments": ["财务部"], "complete": False, "attendance_file": PAPER}, BARRED),
            (ACCOUNTANT, "chase", {"departments": ["财务部"], "complete": False, "attendance_file": PAPER}),
            (ACCOUNTANT, "complete", {"departments": ["财务部", "客服部"], "complete": True, "attendance_file": PAPER}),
            (ACCOUNTANT, "sent", TABLE),
            Refused(ACCOUNTANT, "verified", {"correct": True}, NotAuthorised),
            Refused(CASHIER, "paid", {"way": "bank"}, NotYours),
            (MANAGER, "back", {"correct": False, "wrong_what": "两人的夜班补贴没有算"}),
            (ACCOUNTANT, "sent", {**TABLE, "gross": "312400", "net": "280400"}),
            (MANAGER, "verified", {"correct": True}),
            Refused(ACCOUNTANT, "paid", {"way": "bank", "bank_table": PAPER, "paid_on": "2026-11-24"}, NotAuthorised),
            Refused(CASHIER, "paid", {"way": "both", "bank_table": PAPER, "paid_on": "2026-11-24"}, BadFacts, {"signed_list"}),
            (CASHIER, "paid", {"way": "both", "bank_table": PAPER, "signed_list": PAPER, "paid_on": "2026-11-24"}),
        ],
        end="paid",
    ),
    story(
        pytest.mark.ledger("S-174", "R-090"),
        procedure="loan_repayment", opener=FUNDS, about="城商行流动资金贷款", due="11-25 18:00",
        intake={"lender": "城商行", "amount": "2000000", "due_on": "2026-12-10"},
        deeds=[
            Refused(FUNDS, "enough", {"available": "1400000", "enough": False, "gap": "600000"}, BARRED),
            (FUNDS, "gap", {"available": "1400000", "enough": False, "gap": "600000"}),
            (FUNDS, "proposed", {"measures": ["催收宏业 40 万并调拨 20 万", "申请展期"]}),
            Refused(FUNDS, "go", {"measure": "申请展期", "decision": "自己定"}, NotAuthorised),
            (CFO, "go", {"measure": "催收宏业 40 万并调拨 20 万", "decision": "本周内办"}),
            Refused(FUNDS, "repaid", {"repaid": True, "repaid_on": "2026-12-10"}, BadFacts, {"proof"}),
            (FUNDS, "repaid", {"repaid": True, "repaid_on": "2026-12-10", "proof": PAPER}),
        ],
        end="repaid",
    ),
    story(
        pytest.mark.ledger("S-191"),
        procedure="finance_training", opener=MANAGER, about="新收入准则", due="12-15 18:00",
        intake={"topic": "新收入准则", "people": ["唐小满", "邹敏"]},
        deeds=[
            Refused(MANAGER, "held", {"held_on": "2026-11-25", "content": "案例"}, BadFacts, {"attendance"}),
            (MANAGER, "held", {"held_on": "2026-11-25", "content": "案例", "attendance": PAPER}),
            Refused(MANAGER, "passed", {"results": ["邹敏 55 分"], "all_passed": False, "failed": "邹敏"}, BARRED),
            (MANAGER, "again", {"results": ["唐小满 90 分", "邹敏 55 分"], "all_passed": False, "failed": "邹敏"}),
            (MANAGER, "held", {"held_on": "2026-12-02", "content": "补训", "attendance": PAPER}),
            (MANAGER, "passed", {"results": ["邹敏 80 分，收入确认时点已讲清"], "all_passed": True}),
        ],
        end="assessed",
    ),
    story(
        pytest.mark.ledger("S-189"),
        procedure="financing", opener=FUNDS, about="设备贷款", due="12-22 18:00",
        intake={"kind": "bank", "amount": "3000000", "purpose": "更新设备"},
        deeds=[
            Refused(FUNDS, "ready", {"remarks": ["往来未清"], "in_order": False}, BARRED),
            (FUNDS, "ready", {"remarks": ["往来已清"], "in_order": True}),
            Refused(FUNDS, "compared", {"offers": ["城商行 4.1 %"]}, BadFacts, {"offers"}),
            (FUNDS, "compared", {"offers": ["城商行 4.1 %", "农商行 3.9 %"]}),
            Refused(FUNDS, "chosen", {"offer": "农商行 3.9 %", "grounds": "利率低"}, NotAuthorised),
            (CFO, "chosen", {"offer": "农商行 3.9 %", "grounds": "利率低，期限相同"}),
            (FUNDS, "signed", {"contract": PAPER, "repay_on": "2027-12-20"}),
        ],
        end="signed",
    ),
    story(
        pytest.mark.ledger("D-064"),
        procedure="payment_anomaly", opener=ACCOUNTANT, about="宏业制造", due="11-24 11:10",
        intake={"contract": "HT-0315", "amount": "42000", "due_on": "2026-11-20", "kind": "short", "cause": "对方扣了两成质保"},
        deeds=[
            Refused(ACCOUNTANT, "collect", {"instruction": "自己定"}, NotAuthorised),
            (MANAGER, "collect", {"instruction": "按合同第六条要求补付"}),
            Refused(ACCOUNTANT, "paid", {"paid": False, "result": "对方不付"}, BARRED),
            (ACCOUNTANT, "open", {"paid": False, "result": "对方不付"}),
            (MANAGER, "settled", {"measure": "与客户部商定，质保期满付清"}),
        ],
        end="settled",
    ),
]  # fmt: skip


@pytest.mark.parametrize("told", STORIES)
def test_each_goes_over_the_right_desks_to_its_end(office: Firm, told: Told) -> None:
    walk(office, told)


@pytest.mark.ledger("R-088", "D-067")
def test_an_invoice_leaves_its_trace_with_customer_and_amount(office: Firm) -> None:
    with clock.set_to(MORNING):
        case = begin(office, "account_statement", ACCOUNTANT, "宏业制造", month="2026-10", side="customer")
        step(office, ACCOUNTANT, case, "issued", invoiced=True, amount="36000", invoice_note="十月服务费")
    matter = Matter.objects.get(action="invoice.issue")
    assert (matter.facts["customer"], matter.facts["amount"]) == ("宏业制造", "36000.00")
    assert not Request.objects.exists(), "his post may invoice"


@pytest.mark.ledger("D-064")
def test_an_anomaly_stands_on_the_managers_desk_at_once_and_climbs_after_two_hours(office: Firm) -> None:
    noted: dict[str, Any] = {
        "contract": "HT-0315",
        "amount": "42000",
        "due_on": "2026-11-20",
        "kind": "refused",
        "cause": "拒付",
    }
    with clock.set_to(MORNING):
        with pytest.raises(BadFacts) as refused:
            begin(office, "payment_anomaly", ACCOUNTANT, "宏业制造", **{**noted, "cause": ""})
        assert set(refused.value.faults) == {"cause"}
        case = begin(office, "payment_anomaly", ACCOUNTANT, "宏业制造", **noted)
        assert case.pk in [item.target for item in todays_items(office[MANAGER])]
    with clock.set_to(MORNING + dt.timedelta(hours=2, minutes=30)):
        perform(system("climb"), "case.climb", {"step": StepRun.objects.get(case=case, closed_at=None).pk})
        assert StepRun.objects.get(case=case, closed_at=None).rung == 1


@pytest.mark.ledger("R-090")
def test_an_extension_is_not_filed_without_a_decision(office: Firm) -> None:
    with clock.set_to(MORNING):
        case = begin(office, "loan_repayment", FUNDS, "贷款", lender="城商行", amount="2000000", due_on="2026-12-10")
        step(office, FUNDS, case, "enough", available="2400000", enough=True)
        with pytest.raises(GateClosed):
            step(office, FUNDS, case, "extended", repaid=False, new_due="2027-03-10", extension=PAPER)
        step(office, FUNDS, case, "repaid", repaid=True, repaid_on="2026-12-10", proof=PAPER)
    assert case.outcome == "repaid"
