"""A call-back from the plan to the summary: in the customer's time, by the script, each result recorded, dissatisfaction followed up."""

import datetime as dt
import io
from typing import Any

import pdfplumber
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook
from tests.browsing import browser_of
from tests.cast import Firm

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.packs.loader import SHIPPED
from remit.kernel.parties.models import Consent, ContactPoint, Party
from remit.kernel.procedures.calls import calls_of
from remit.kernel.procedures.checking import read_procedure
from remit.kernel.procedures.compiled import latest_version, spec_of
from remit.kernel.procedures.history import entries_of
from remit.kernel.procedures.models import Case, StepRun
from remit.kernel.procedures.plans.periods import span_of
from remit.kernel.procedures.reporting import report_of
from remit.kernel.procedures.telephone import next_call
from remit.kernel.procedures.tests.department import Department
from remit.kernel.procedures.tests.test_plans import MONDAY, SHANGHAI, customers, firm, run, shipped, started
from remit.kernel.work.calendars import calendar_of
from remit.lib import clock
from remit.lib.yaml_reader import BadYaml

__all__ = ["firm"]
pytestmark = pytest.mark.django_db
TALKED = {"reached": "talked", "satisfaction": "satisfied"}


def at(hour: int, minute: int = 0, day: int = 3) -> Any:
    """Tuesday, unless said."""
    return clock.set_to(dt.datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI))


@pytest.fixture
def calls(firm: Firm) -> list[Case]:
    """Six call-backs of 陈立's, opened on Monday morning."""
    with clock.set_to(MONDAY):
        members = customers(firm, 6)
        ContactPoint.objects.create(company=firm.health, party=members[0], kind="phone", value="13800000001")
        assert run(started(firm, shipped("callback_members", every={}, once=True))) == 6
    return list(Case.objects.order_by("party_id"))


def step_of(case: Case) -> int:
    return StepRun.objects.get(case=case, closed_at=None).pk


def called(firm: Firm, case: Case, outcome: str = "", **answers: Any) -> None:
    firm.do("陈立", "case.call", step=step_of(case))
    firm.do("陈立", "case.submit", step=step_of(case), outcome=outcome, answers=answers)
    case.refresh_from_db()


@pytest.mark.ledger("R-024")
def test_nobody_is_called_in_his_time_of_rest(firm: Firm, calls: list[Case]) -> None:
    """At noon, in the evening, on Sunday: refused, with when it is possible; and no result without a call."""
    telephone = spec_of(latest_version("callback")).steps[0].telephone
    assert telephone is not None
    calendar = calendar_of(firm.health.pk)

    def moment(day: int, hour: int, minute: int = 0) -> dt.datetime:
        return dt.datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)

    for now, later in [
        (moment(3, 8), moment(3, 9)), (moment(3, 9, 30), moment(3, 9, 30)), (moment(3, 12), moment(3, 14)),
        (moment(3, 17, 30), moment(3, 18, 30)), (moment(3, 20), moment(4, 9)), (moment(7, 10), moment(9, 9)),
    ]:  # fmt: skip
        assert next_call(telephone, calendar, now) == later
    with at(12, 5):
        with pytest.raises(RuleBroken, match="14:00"):
            firm.do("陈立", "case.call", step=step_of(calls[0]))
        with pytest.raises(RuleBroken):
            firm.do("陈立", "case.submit", step=step_of(calls[0]), answers=TALKED)


@pytest.mark.ledger("R-024")
def test_the_customers_own_wish_goes_before_the_desks_hours(firm: Firm, calls: list[Case]) -> None:
    """His hours, the time that was agreed, his no; and in his rest only with a reason, which stays with the case."""
    evening, later, never, asked = (case.party for case in calls[:4])
    assert evening and later and never and asked
    Party.objects.filter(pk=evening.pk).update(contact_hours="20:00-21:00")
    Consent.objects.create(
        company=firm.health,
        party=never,
        purpose="service",
        channel="call",
        is_given=False,
        day=MONDAY.date(),
        evidence="来电",
    )
    with at(9, 30):
        called(firm, calls[1], reached="later", agreed_at="2026-11-03T12:30")
        ready = [row.run.case_id for row in calls_of(firm["陈立"]) if row.answer]
        assert set(ready) == {case.pk for case in calls[3:]}, "in the morning neither of the three"
        with pytest.raises(RuleBroken, match="11-03 20:00"):
            firm.do("陈立", "case.call", step=step_of(calls[0]))
        with pytest.raises(RuleBroken, match="11-03 12:30"):
            firm.do("陈立", "case.call", step=step_of(calls[1]))
        with pytest.raises(RuleBroken):
            firm.do("陈立", "case.call", step=step_of(calls[2]), reason="有急事")
    with at(12, 25):
        rows = calls_of(firm["陈立"])
        with CaptureQueriesContext(connection) as of_six:
            calls_of(firm["陈立"])
        with CaptureQueriesContext(connection) as of_one, pytest.MonkeyPatch.context() as patch:
            patch.setattr("remit.kernel.procedures.calls.CALLS_MAX", 1)
            calls_of(firm["陈立"])
        assert len(of_six) == len(of_one), "however many calls there are"
        assert [bool(row.answer) for row in rows] == [True, *[False] * 5] and rows[0].run.case_id == calls[1].pk
        text = browser_of(firm, "陈立").get(reverse("procedures:calls")).content.decode()
        assert text.index(calls[1].number) < text.index(calls[3].number)
        assert "tel:" not in text, "whose number is known rests"
        firm.do("陈立", "case.call", step=step_of(calls[1]))
        firm.do("陈立", "case.call", step=step_of(calls[3]), reason="客户留言请午间回电")
    with at(20, 30):
        assert [row.run.case_id for row in calls_of(firm["陈立"]) if row.answer] == [calls[0].pk]
    entries = entries_of(calls[3])
    assert entries[0].note == "客户留言请午间回电" and entries[0].who == "陈立"
    event = Event.objects.filter(kind="case.call").latest("pk")
    assert event.facts["reason"] == "客户留言请午间回电" and event.changes["at_rest"]


@pytest.mark.ledger("R-025")
def test_how_long_a_call_takes_is_measured_and_a_long_one_stands_out(firm: Firm, calls: list[Case]) -> None:
    """Five minutes and so many questions are enough; the report says how many calls were longer."""
    for case, minutes in ((calls[0], 3), (calls[1], 9)):
        with at(9, 30):
            firm.do("陈立", "case.call", step=step_of(case))
        with at(9, 30 + minutes):
            firm.do("陈立", "case.submit", step=step_of(case), answers=TALKED)
        case.refresh_from_db()
    told = [(entry.call_minutes, entry.is_long) for case in calls[:2] for entry in entries_of(case) if entry.call]
    assert told == [(3, False), (9, True)]
    with at(18, day=10):
        report = report_of(firm["林晓岚"], latest_version("callback"), span_of("week", MONDAY.date()))
    assert report.calls is not None
    assert (report.calls.count, str(report.calls.minutes), report.calls.long, report.calls.limit) == (2, "6.0", 1, 5)
    shipped_text = (SHIPPED / "customer-service" / "procedures" / "callback.yaml").read_text(encoding="utf-8")
    with pytest.raises(BadYaml, match="6"):
        read_procedure(shipped_text.replace("questions: 6", "questions: 5"), "callback.yaml")


@pytest.mark.ledger("R-022", "R-027", "D-042")
def test_each_result_is_recorded_by_itself_and_whole(firm: Firm, calls: list[Case]) -> None:
    with at(9, 30):
        called(firm, calls[0], **TALKED, product_opinion="瓶盖难开")
        assert calls[0].outcome == "done" and calls[0].values["product_opinion"] == "瓶盖难开"
        firm.do("陈立", "case.call", step=step_of(calls[1]))
        with pytest.raises(ValueError, match="评价"):
            firm.do("陈立", "case.submit", step=step_of(calls[1]), answers={"reached": "talked"})
    assert calls[0].party is not None
    assert "瓶盖难开" in calls[0].party.activities.get().text, "it stands in the customer's file, too"


@pytest.mark.ledger("R-026")
def test_who_has_no_time_is_called_again_when_he_said(firm: Firm, calls: list[Case]) -> None:
    with at(9, 30):
        called(firm, calls[0], reached="later", agreed_at="2026-11-03T18:40")
    assert calls[0].closed_at is None and calls[0].runs.count() == 2
    with at(18, 40):
        with pytest.raises(RuleBroken):
            firm.do("陈立", "case.submit", step=step_of(calls[0]), answers=TALKED)
        called(firm, calls[0], **TALKED)
    assert calls[0].outcome == "done"


@pytest.mark.ledger("S-040")
def test_dissatisfaction_becomes_a_complaint_the_same_day(
    department: Department, firm: Firm, calls: list[Case]
) -> None:
    with clock.set_to(MONDAY):
        plan = started(firm, shipped("complaint_from_callback"))
    with at(9, 30):
        called(firm, calls[0], reached="talked", satisfaction="dissatisfied", shortcoming="两次上门都迟到")
        assert run(plan) == 1
    complaint = Case.objects.get(procedure__key="complaint")
    assert complaint.values["content"] == "两次上门都迟到"
    assert complaint.handler == firm["陈立"] and complaint.party == calls[0].party


@pytest.mark.ledger("S-041")
def test_the_script_leads_through_the_conversation(firm: Firm, calls: list[Case]) -> None:
    """What to say stands above each answer, with the names put in; before the call there is no script."""
    client, page = browser_of(firm, "陈立"), reverse("procedures:case-detail", args=[calls[0].pk])
    with at(12, 5):
        text = client.get(page).content.decode()
        assert 'name="reason" maxlength="200" required' in text, "in his time of rest only with a reason"
        assert "13800000001" in text and "tel:13800000001" not in text
    with at(9, 30):
        text = client.get(page).content.decode()
        assert "请问是" not in text and "tel:13800000001" in text
        client.post(reverse("procedures:case-call", args=[calls[0].pk]), {"step": step_of(calls[0])})
        text = client.get(page).content.decode()
    assert f"我是恒信健康客服陈立。请问是{calls[0].subject}吗" in text
    assert 'data-when="satisfaction=so_so,dissatisfied"' in text
    assert "您 ____ 在我们这里办过" in text, "what is not known is a gap"


@pytest.mark.ledger("S-040", "R-036", "P-024", "D-043")
def test_the_summary_counts_and_opens_to_the_very_cases(firm: Firm, calls: list[Case]) -> None:
    with at(9, 30):
        called(firm, calls[0], **TALKED)
        called(firm, calls[1], reached="talked", satisfaction="so_so", shortcoming="等了太久")
        called(firm, calls[2], "give_up", reached="no_answer")
    with at(10, day=10):
        called(firm, calls[3], **TALKED)
    span = span_of("week", MONDAY.date())
    with at(18, day=10):
        report = report_of(firm["林晓岚"], latest_version("callback"), span, "callback_members")
        assert report.total.figures() == [6, 2, 3, 1, 2]
        tables = {table.title: table for table in report.tables}
        assert [line.count for line in tables["客户的评价"].lines] == [3, 2, 1]
        said = dict(report.remarks)["哪里做得不好"]
        assert [(one.case_id, one.text) for one in said] == [(calls[1].pk, "等了太久")]
        client = browser_of(firm, "林晓岚")
        for table in report.tables:
            for line in table.lines:
                shown = client.get(reverse("procedures:case-list") + line.address)
                assert len(shown.context["rows"]) == line.count, line.address
        nothing = report_of(firm["何平"], latest_version("callback"), span)
        assert nothing.total.count == 0
        _exports(client, calls)


def _exports(client: Client, calls: list[Case]) -> None:
    query = "?procedure=callback&period=week&on=2026-11-03&plan=callback_members"
    workbook = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(reverse("procedures:case-report-xlsx") + query).content)
    )
    cells = [
        cell for name in workbook.sheet_names for row in workbook.get_sheet_by_name(name).to_python() for cell in row
    ]
    assert "等了太久" in cells and calls[1].number in cells
    paper = client.get(reverse("procedures:case-report-pdf") + query).content
    with pdfplumber.open(io.BytesIO(paper)) as read:
        text = "".join(page.extract_text() for page in read.pages)
    assert "等了太久" in text and "2026-11-02 – 2026-11-08" in text
