"""The desks' other procedures, each from the customer to the end: what is asked, by whom, what stops it, which paper comes out."""

import datetime as dt
import io
from typing import Any, Final, NamedTuple

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.documents.actions import store
from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.queries import content_of
from remit.kernel.packs.loader import SHIPPED, put_in_place, read_pack
from remit.kernel.parties.models import Party
from remit.kernel.procedures import narrowing
from remit.kernel.procedures.access import visible_cases
from remit.kernel.procedures.compiled import latest_version
from remit.kernel.procedures.models import Case
from remit.kernel.procedures.papers import PAPERS
from remit.kernel.procedures.plans.periods import span_of
from remit.kernel.procedures.queries import case_view
from remit.kernel.procedures.reporting import report_of
from remit.kernel.procedures.tests.department import MORNING, Department, build_department
from remit.kernel.procedures.tests.test_plans import MONDAY, customers, run, shipped, started
from remit.kernel.work.queries import todays_items
from remit.kernel.work.routines import routines_of
from remit.lib import clock
from tests.browsing import browser_of
from tests.cast import give
from tests.key_accounts import picture

pytestmark = pytest.mark.django_db

# 陈立 stands at the desk, 林晓岚 is his superior, 高岚 heads the department, 周岚 the company.
DESK, SUPERVISOR, HEAD, LEADER, FINANCE = "陈立", "林晓岚", "高岚", "周岚", "韩涛"
PHOTO: Final = "a photo"
PAPER: Final = "a file"
DEPARTMENT: Final = "the service department"
CLERK: Final = "the person at the desk"
COLLEAGUE: Final = "another person at the desk"


@pytest.fixture
def desk(db: None) -> Department:
    department = build_department()
    lock_authority(exclusively=True)
    DeclaredAction.objects.filter(name__startswith="remedy.").delete()  # the cast's own; here are the pack's
    put_in_place(read_pack(SHIPPED / "customer-service"))
    give(department.firm, "客服部经理", "第7条", {"action": "remedy.exchange"})
    give(department.firm, "健康顾问", "第8条", {"action": "customer.open"})
    authority_changed()
    return department


@pytest.fixture
def customer(desk: Department) -> Party:
    made = desk.firm.do(DESK, "customer.open", name="王秀兰", kind="person")
    return Party.objects.get(pk=made.subject[1])


def real(desk: Department, who: str, value: Any) -> Any:
    """PHOTO, PAPER and the rest as what stands for them in a form."""
    if value in (PHOTO, PAPER):
        name, kind, content = (
            ("现场.jpg", "image/jpeg", picture()) if value == PHOTO else ("单据.pdf", "application/pdf", b"%PDF-1.7")
        )
        kept = store(content, name, kind, actor=desk.firm.actor(who), room="procedures", company_id=desk.firm.health.pk)
        return [kept.pk]
    known = {DEPARTMENT: desk.firm.service.pk, CLERK: desk.firm[DESK].pk, COLLEAGUE: desk.firm["赵敏之"].pk}
    return known.get(value, value) if isinstance(value, str) else value


def begin(desk: Department, procedure: str, party: Party | None = None, **answers: Any) -> Case:
    about: dict[str, Any] = {"party": party.pk, "subject": None} if party else {"subject": "王秀兰"}
    given = {name: real(desk, DESK, value) for name, value in answers.items()}
    return desk.open(procedure=procedure, title="到店", answers=given, **about)


def step(desk: Department, who: str, case: Case, outcome: str = "", **answers: Any) -> Any:
    return desk.submit(who, case, outcome, **{name: real(desk, who, value) for name, value in answers.items()})


class Told(NamedTuple):
    """A story: the intake, then (who, outcome, answers) step by step, how it ends, and the papers that it leaves."""

    procedure: str
    intake: dict[str, Any]
    steps: list[tuple[str, str, dict[str, Any]]]
    end: str
    papers: tuple[str, ...] = ()


STORIES: Final = [
    pytest.param(
        Told(
            "desk_return",
            {"goods": "电水壶", "receipt": "0311-77", "bought_on": "2026-11-22", "wish": "exchange", "reason": "壶底漏水"},
            [
                (DESK, "inspected", {"receipt_matches": True, "defect_proven": True, "goods_photo": PHOTO}),
                (SUPERVISOR, "agreed", {"verdict": "exchange", "instruction": "当场换新"}),
                (DESK, "done", {"taken_back": True, "invoice": "new", "invoice_no": "0091"}),
            ],
            "settled", ("退换货单",),
        ),
        id="desk_return", marks=pytest.mark.ledger("P-030", "D-052"),
    ),
    pytest.param(
        Told(
            "desk_return",
            {"goods": "电水壶", "receipt": "0311-78", "bought_on": "2026-11-22", "wish": "refund", "reason": "不想要了"},
            [
                (DESK, "mismatch", {"receipt_matches": False, "defect_proven": False}),
                (DESK, "insists", {"explanation": "小票是另一件商品的"}),
                (SUPERVISOR, "declined", {"verdict": "decline", "instruction": "请顾客找到原小票"}),
                (DESK, "explained", {"explanation": "找到小票再来"}),
            ],
            "explained",
        ),
        id="desk_return_declined", marks=pytest.mark.ledger("P-030"),
    ),
    pytest.param(
        Told(
            "phone_order",
            {"kind": "group", "contact": "工会 李主席", "content": "月饼 200 盒", "wanted_at": "2026-11-27T10:00"},
            [
                (DESK, "accepted", {"repeated": True, "amount": "19800", "department": DEPARTMENT}),
                (HEAD, "short", {"prepared": "只有 150 盒"}),
                (DESK, "accepted", {"repeated": True, "amount": "14850", "department": DEPARTMENT}),
                (HEAD, "ready", {"prepared": "150 盒，在收货口"}),
                (DESK, "", {"served_at": "2026-11-27T10:00", "received_by": "李主席", "payment": "invoice"}),
            ],
            "served", ("订货单",),
        ),
        id="phone_order", marks=pytest.mark.ledger("P-031", "D-053"),
    ),
    pytest.param(
        Told(
            "storage",
            {"kind": "bulky", "item": "行李箱", "ticket": "大件 12", "deposited_at": "2026-11-25T10:05"},
            [
                (DESK, "left", {"taken": "nobody"}),
                (SUPERVISOR, "claimed", {"kept_at": "保管室 2 号架", "tried": "广播两次，第二天失主来取", "claimed": True}),
            ],
            "returned", ("寄存单",),
        ),
        id="storage", marks=pytest.mark.ledger("P-032", "D-054"),
    ),
    pytest.param(
        Told(
            "giveaway",
            {"kind": "lottery", "rules": "满 200 元抽一次", "first_day": "2026-11-25", "last_day": "2026-11-29", "pieces": 50,
             "runner": COLLEAGUE},
            [
                (SUPERVISOR, "agreed", {"opinion": "同意，公布中奖人"}),
                ("赵敏之", "finished", {"given_out": 46, "left_over": 3, "register": PAPER, "has_winners": True,
                                       "winners": ["王秀兰 一等奖"]}),
                (DESK, "again", {"matches": False, "difference": "少一件"}),
                ("赵敏之", "finished", {"given_out": 47, "left_over": 3, "register": PAPER, "has_winners": True,
                                       "winners": ["王秀兰 一等奖", "李强 二等奖"]}),
                (DESK, "closed", {"matches": True}),
            ],
            "done",
        ),
        id="giveaway", marks=pytest.mark.ledger("P-033"),
    ),
    pytest.param(
        Told(
            "property_complaint",
            {"contact": "周敏 13900001111", "room": "3 幢 1202", "area": "repair", "content": "顶层漏水"},
            [
                (DESK, "sent", {"department": DEPARTMENT, "limit": "2026-11-26T18:00", "severity": "ordinary"}),
                (HEAD, "beyond", {"cause": "防水层老化", "done": "须动用维修资金"}),
                (SUPERVISOR, "up", {"instruction": "超出部门权限"}),
                (SUPERVISOR, "up", {"decision": "报公司"}),
                (LEADER, "ruled", {"ruling": "本周内做防水"}),
                (HEAD, "done", {"cause": "防水层老化", "done": "已重做防水"}),
                (DESK, "again", {"satisfied": False, "said": "墙角还湿"}),
                (DESK, "major", {"department": DEPARTMENT, "limit": "2026-11-27T18:00", "severity": "major"}),
                (SUPERVISOR, "decided", {"decision": "补做墙角"}),
                (HEAD, "done", {"cause": "墙角收口", "done": "已补做"}),
                (DESK, "satisfied", {"satisfied": True, "said": "不漏了"}),
            ],
            "filed",
        ),
        id="property_complaint", marks=pytest.mark.ledger("P-026"),
    ),
    pytest.param(
        Told(
            "ad_complaint",
            {"contact": "金桥家居 张经理", "job": "十月整版", "kind": "error", "content": "电话号码印错"},
            [
                (DESK, "promised", {"reply_at": "2026-11-25T16:00", "told": True, "department": DEPARTMENT}),
                (SUPERVISOR, "directed", {"instruction": "下午三点前拿出方案"}),
                (HEAD, "solved", {"cause": "校对漏看", "solution": "补登半版"}),
                (DESK, "replied", {"replied_at": "2026-11-25T15:40", "kept": True, "reply": "周五补登半版，向您致歉"}),
                (SUPERVISOR, "closed", {"satisfied": True, "customer_says": "可以", "proven": True, "responsible": COLLEAGUE,
                                        "loss": "3000", "points": 2}),
            ],
            "closed",
        ),
        id="ad_complaint", marks=pytest.mark.ledger("P-027", "R-067"),
    ),
]  # fmt: skip


@pytest.mark.parametrize("told", STORIES)
def test_a_procedure_of_the_desk_goes_from_the_customer_to_its_end(desk: Department, told: Told) -> None:
    with clock.set_to(MORNING):
        case = begin(desk, told.procedure, **told.intake)
        for who, outcome, answers in told.steps:
            assert case.closed_at is None
            step(desk, who, case, outcome, **answers)
    assert case.outcome == told.end
    kept = case.values.get(PAPERS, [])
    assert tuple(title for _pk, title in kept) == told.papers
    for pk, _title in kept:
        assert content_of(StoredFile.objects.get(pk=pk)).startswith(b"%PDF")


@pytest.mark.ledger("R-067", "P-027")
def test_no_ad_complaint_goes_on_before_the_customer_knows_the_exact_time(desk: Department) -> None:
    case = begin(desk, "ad_complaint", contact="张经理", job="整版", kind="late", content="晚登一天")
    with pytest.raises(BadFacts) as missing:
        step(desk, DESK, case, "promised", told=True, department=DEPARTMENT)
    assert set(missing.value.faults) == {"reply_at"}
    with pytest.raises(RuleBroken):
        step(desk, DESK, case, "promised", reply_at="2026-11-25T16:00", told=False, department=DEPARTMENT)
    assert case.step == "promise"


@pytest.mark.ledger("D-055")
def test_a_telephone_message_lies_on_the_desk_of_whom_it_is_for_at_once(desk: Department) -> None:
    with clock.set_to(MORNING):
        given: dict[str, Any] = {
            "called_on": "2026-11-25T09:10",
            "caller": "周敏",
            "message": "请回电",
            "for_whom": COLLEAGUE,
        }
        with pytest.raises(BadFacts) as missing:
            begin(desk, "phone_message", **given, repeated="repeated")
        assert set(missing.value.faults) == {"number"}
        case = begin(desk, "phone_message", **given, number="13900001111", repeated="repeated")
        assert case.pk in [item.target for item in todays_items(desk.firm["赵敏之"])]
        step(desk, "赵敏之", case, done="已回电，约了周五")
    assert case.outcome == "passed"


# --- installation and repair at the customer's (S-053) ----------------------------------------------------------------------------


def repaired(desk: Department, customer: Party, kind: str = "repair") -> Case:
    """A repair with pictures from before and after, signed and checked."""
    case = begin(desk, "field_service", customer, kind=kind, address="学院路 8 号 王秀兰", fault="不通电")
    step(desk, DESK, case, "sent", engineer=COLLEAGUE, urgency="normal", visit_at="2026-11-25T14:00")
    step(
        desk,
        "赵敏之",
        case,
        photo_before=PHOTO,
        work="换保险管",
        photo_after=PHOTO,
        confirmation="signed",
        signature=PAPER,
    )
    step(desk, DESK, case, "passed", **CHECKED)
    return case


CHECKED: Final[dict[str, Any]] = {
    "customer_confirms": True, "on_time": True, "works": True, "tidy": True, "quality": "good", "remark": "很及时",
}  # fmt: skip


@pytest.mark.ledger("S-053")
def test_a_repair_has_pictures_confirmation_and_a_check_and_bad_work_is_done_again(
    desk: Department, customer: Party
) -> None:
    with clock.set_to(MORNING):
        case = begin(desk, "field_service", customer, kind="repair", address="学院路 8 号", fault="不通电")
        step(desk, DESK, case, "rush", engineer=COLLEAGUE, urgency="emergency", visit_at="2026-11-25T09:40")
        due = desk.run(case).due_at
        assert due == MORNING + dt.timedelta(minutes=30), "an emergency is reached within half an hour"
        step(desk, "赵敏之", case, "arrived", place="学院路 8 号")
        work: dict[str, Any] = {"work": "换保险管", "photo_after": PHOTO, "confirmation": "absent"}
        with pytest.raises(BadFacts) as missing:
            step(desk, "赵敏之", case, **work)
        assert set(missing.value.faults) == {"photo_before"}
        with pytest.raises(BadFacts) as missing:
            step(desk, "赵敏之", case, **{**work, "photo_before": PHOTO, "confirmation": "signed"})
        assert set(missing.value.faults) == {"signature"}
        step(desk, "赵敏之", case, **work, photo_before=PHOTO)
        step(desk, DESK, case, "again", **{**CHECKED, "works": False, "quality": "bad", "remark": "又不通电"})
        step(desk, "赵敏之", case, **work, photo_before=PHOTO)
        step(desk, DESK, case, "passed", **CHECKED)
    assert case.outcome == "done" and case.values[PAPERS][0][1] == "现场服务单"


@pytest.mark.ledger("S-053")
def test_a_repair_within_thirty_days_counts_against_the_one_before(desk: Department, customer: Party) -> None:
    """Of four: the first came again after 20 days; the second only after 40; an installation is no repair; the last is held so far."""
    cases = []
    for days, kind in ((0, "repair"), (20, "repair"), (25, "installation"), (60, "repair")):
        with clock.set_to(MORNING + dt.timedelta(days=days)):
            cases.append(repaired(desk, customer, kind))
    with clock.set_to(MORNING + dt.timedelta(days=61)):
        person, version = desk.firm[HEAD], latest_version("field_service")
        report = report_of(person, version, span_of("month", MORNING.date()))
        lines = [line for table in report.tables for line in table.lines if "again=" in line.address]
        assert [(line.count, "again=yes" in line.address) for line in lines] == [(1, True)]
        behind = narrowing.read({"again": "no"}).among(visible_cases(person))
        assert set(behind) == set(cases[1:]), "a figure leads to the very cases"
        assert case_view(person, cases[1]).after == cases[0]
        assert [case_view(person, case).after for case in (cases[0], cases[2], cases[3])] == [None] * 3


# --- what is said, asked and reported ---------------------------------------------------------------------------------------------


@pytest.mark.ledger("R-037")
def test_three_phrases_are_shown_as_not_to_be_said_and_marked_where_they_were(desk: Department) -> None:
    """Advice, no bar: the answer is given, and the phrase in it stands out for whoever reads the case."""
    case = begin(desk, "enquiry", contact="王女士", channel="phone", category="bill", question="能开专票吗")
    client, page = browser_of(desk.firm, DESK), reverse("procedures:case-detail", args=[case.pk])
    assert "不行、不知道、不可以" in client.get(page).content.decode()
    step(desk, DESK, case, known=True, answer="这个我不知道，您问财务", resolved=False)
    assert case.outcome == "answered"
    entries = case_view(desk.firm[SUPERVISOR], case).entries
    assert [entry.slips for entry in entries if entry.slips] == [("不知道",)]
    assert client.get(page).content.decode().count("不知道") == 2, "in the answer, and beside it"


@pytest.mark.ledger("R-038", "D-036", "D-037", "D-038", "D-047")
def test_the_weekly_and_monthly_tables_of_the_acceptance_desk_are_there_to_be_handed_in(desk: Department) -> None:
    """Complaints, enquiries and changes by class, as a workbook; the classified table stands for a year."""
    asked: dict[str, Any] = {"contact": "王女士"}
    with clock.set_to(MORNING):
        for _nth in range(2):
            desk.open(subject="王秀兰")
        begin(desk, "enquiry", **asked, channel="phone", category="bill", question="怎么开票")
        for category in ("password", "data", "data"):
            begin(desk, "change_order", **asked, category=category, wish="改一下")
        client = browser_of(desk.firm, SUPERVISOR)
        tables = {
            (procedure, period): cells(client, procedure, period)
            for procedure in ("complaint", "enquiry", "change_order")
            for period in ("week", "month")
        }
        for period in ("week", "month"):
            assert ["产品质量", 2] in tables["complaint", period]
            assert ["账单与发票", 1] in tables["enquiry", period]
            assert ["基本资料", 2] in tables["change_order", period] and ["密码重置", 1] in tables[
                "change_order", period
            ]
        page = client.get(reverse("procedures:case-statistics"))
        by_class = {
            key: [row.count for row, _address in lines] for key, _title, lines, _total in page.context["tables"]
        }
    assert by_class == {"complaint": [2], "enquiry": [1], "change_order": [2, 1]}


def cells(client: Client, procedure: str, period: str) -> list[list[Any]]:
    """The first two columns of every sheet."""
    query = f"?procedure={procedure}&period={period}&on={MORNING.date()}"
    content = client.get(reverse("procedures:case-report-xlsx") + query).content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [row[:2] for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]


@pytest.mark.ledger("R-038", "R-039")
def test_the_acceptance_representative_owes_those_tables_and_checks_two_of_them_each_day() -> None:
    spec = read_pack(SHIPPED / "key-accounts").charters["acceptance-representative"]
    owed = {
        str(rule): [one.label for one in duty.evidence]
        for _number, duty, rule in routines_of(spec)
        if any(word in duty.text for word in ("报表", "核对"))
    }
    assert owed == {
        "每周最后一个工作日": ["投诉报表", "咨询报表"],
        "每月最后一个工作日": ["投诉报表", "业务变更报表", "咨询报表"],
        "每个工作日 17:45": ["两表与系统相符"],
    }


@pytest.mark.ledger("S-032", "P-023", "D-041")
def test_a_tenth_is_asked_by_somebody_else_and_who_is_dissatisfied_gets_a_measure(desk: Department) -> None:
    """The sample, who asks, the share that answered, and the measure that was carried out before the case ends."""
    firm = desk.firm
    give(firm, "客服部经理", "第9条", {"action": "plan.*"})
    authority_changed()
    with clock.set_to(MONDAY):
        customers(firm, 40, grade="C", status="active")
        plan = started(firm, shipped("survey_sample", spread=1))
        assert run(plan) == 4
    cases = list(Case.objects.filter(procedure__key="survey").order_by("pk"))
    said = [("answered", "satisfied"), ("answered", "dissatisfied"), ("refused", ""), ("no_answer", "")]
    with clock.set_to(MONDAY + dt.timedelta(hours=3)):
        for case, (answered, overall) in zip(cases, said, strict=True):
            ask(desk, case, answered, overall)
        assert [case.outcome for case in cases] == ["answered", "", "unanswered", "unanswered"]
        step(desk, SUPERVISOR, cases[1], measure="一周内回电", by_whom=CLERK)
        step(desk, DESK, cases[1], carried_out="已回电致歉")
        assert cases[1].outcome == "answered"
        report = report_of(firm[HEAD], latest_version("survey"), span_of("quarter", MONDAY.date()), "survey_sample")
    shares = next(table for table in report.tables if any("answer=answered%3A" in one.address for one in table.lines))
    assert {line.label: line.count for line in shares.lines} == {"答复了": 2, "未接通": 1, "不愿答复": 1}


def ask(desk: Department, case: Case, answered: str, overall: str) -> None:
    asker = "赵敏之"  # the customers are 陈立's
    assert case.handler == desk.firm[asker]
    desk.firm.do(asker, "case.call", step=desk.run(case).pk)
    scores = {"service_score": "s5", "product_score": "s4", "speed_score": "s2"} if overall else {}
    outcome = "" if overall else "give_up"
    step(desk, asker, case, outcome, answered=answered, **({"overall": overall} if overall else {}), **scores)
