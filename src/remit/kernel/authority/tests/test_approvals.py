"""A request's way: questions that stop the clock, climbing, changing, withdrawing, and what can no longer be done."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from tests.cast import OPERATOR, Firm, away, build_firm

from remit.kernel.audit.models import Event
from remit.kernel.authority.approvals import overdue_requests
from remit.kernel.authority.errors import AlreadyDecided, Refusal, RuleBroken
from remit.kernel.authority.gate import perform
from remit.kernel.authority.models import Matter, Request, Step
from remit.kernel.organization import actions as organization
from remit.kernel.organization.models import Acting
from remit.lib import clock

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)


@pytest.fixture
def firm() -> Firm:
    return build_firm()


def ask(firm: Firm, amount: str = "101", who: str = "林晓岚", reason: str = "季度之星") -> Request:
    result = firm.do(who, "staff.reward", staff=firm["陈立"].pk, amount=amount, reason=reason)
    return Request.objects.get(number=result.request_number)


def step_of(request: Request) -> Step:
    return request.steps.get(closed_at=None)


@pytest.mark.ledger("S-010")
def test_an_overdue_request_climbs_a_rung_a_time_in_business_time(firm: Firm) -> None:
    with clock.set_to(MONDAY):
        request = ask(firm)
        assert step_of(request).due_at == dt.datetime(2026, 11, 24, 18, 0, tzinfo=CHINA), "one workday"
    with clock.set_to(MONDAY + dt.timedelta(days=1, hours=7, minutes=59)):
        assert overdue_requests() == []
    with clock.set_to(MONDAY + dt.timedelta(days=1, hours=9)):
        assert overdue_requests() == [request.pk]
        perform(OPERATOR, "approval.climb", {"request": request.pk})
        assert step_of(request).position == firm.positions["总经理"]
        assert [step.outcome for step in request.steps.order_by("rung")] == ["climbed", ""]
        assert overdue_requests() == []
    with clock.set_to(MONDAY + dt.timedelta(days=5)), pytest.raises(RuleBroken):
        perform(OPERATOR, "approval.climb", {"request": request.pk})
    assert step_of(request).position == firm.positions["总经理"], "the top keeps it"


def test_a_question_stops_the_clock_until_it_is_answered(firm: Firm) -> None:
    with clock.set_to(MONDAY):
        request = ask(firm)
    with clock.set_to(MONDAY + dt.timedelta(hours=1)):
        firm.do("高岚", "approval.ask_back", request=request.pk, question="有没有客户表扬的记录?")
        with pytest.raises(RuleBroken):
            firm.do("高岚", "approval.ask_back", request=request.pk, question="还有呢?")
    with clock.set_to(MONDAY + dt.timedelta(days=3)):
        assert overdue_requests() == [], "it waits for the requester"
        firm.do("林晓岚", "approval.answer", request=request.pk, answer="附三封表扬信")
        # When it stopped, Monday 11:00, 5.5 h of Monday and 7.5 h of Tuesday were left; Thursday 10:00 has 6.5 h, Friday the rest.
        assert step_of(request).due_at == dt.datetime(2026, 11, 27, 17, 0, tzinfo=CHINA)
    firm.do("高岚", "approval.approve", request=request.pk)
    assert Matter.objects.count() == 1


def test_a_rejected_request_stays_readable_and_runs_never(firm: Firm) -> None:
    request = ask(firm)
    firm.do("高岚", "approval.reject", request=request.pk, note="奖金已在季度兑现")
    request.refresh_from_db()
    assert (request.outcome, request.executed_at, Matter.objects.count()) == ("rejected", None, 0)
    with pytest.raises(AlreadyDecided):
        firm.do("高岚", "approval.approve", request=request.pk)


def test_only_the_requester_withdraws(firm: Firm) -> None:
    request = ask(firm)
    with pytest.raises(Refusal):
        firm.do("高岚", "approval.withdraw", request=request.pk)
    firm.do("林晓岚", "approval.withdraw", request=request.pk, note="算错了")
    request.refresh_from_db()
    assert request.outcome == "withdrawn"


def test_changed_facts_ask_for_the_difference(firm: Firm) -> None:
    request = ask(firm, "300")
    firm.do("林晓岚", "approval.amend", request=request.pk, facts={"amount": "400"})
    request.refresh_from_db()
    successor = request.amendments.get()
    assert request.outcome == "superseded"
    assert successor.difference == {"amount": ["300.00", "400.00"]}
    firm.do("高岚", "approval.approve", request=successor.pk)
    assert Matter.objects.get().facts["amount"] == "400.00"


def test_a_larger_change_goes_to_whoever_may_decide_the_new_total(firm: Firm) -> None:
    request = ask(firm, "300")
    firm.do("林晓岚", "approval.amend", request=request.pk, facts={"amount": "900"})
    assert step_of(request.amendments.get()).position == firm.positions["总经理"]


def test_less_than_was_approved_needs_no_approval(firm: Firm) -> None:
    request = ask(firm, "300")
    firm.do("高岚", "approval.approve", request=request.pk)
    firm.do("林晓岚", "approval.amend", request=request.pk, facts={"amount": "250"})
    new = Matter.objects.get(replaces__isnull=False)
    assert (new.facts["amount"], new.replaces.facts["amount"]) == ("250.00", "300.00")  # type: ignore[union-attr]
    assert request.amendments.get().outcome == "approved"


def test_more_than_was_approved_asks_again_and_replaces_the_entry(firm: Firm) -> None:
    request = ask(firm, "300")
    firm.do("高岚", "approval.approve", request=request.pk)
    firm.do("林晓岚", "approval.amend", request=request.pk, facts={"amount": "350"})
    successor = request.amendments.get()
    assert Matter.objects.count() == 1, "nothing changes before the difference is approved"
    firm.do("高岚", "approval.approve", request=successor.pk)
    assert Matter.objects.get(replaces__isnull=False).facts["amount"] == "350.00"


def test_other_facts_are_never_within_what_was_approved(firm: Firm) -> None:
    request = ask(firm, "300")
    firm.do("高岚", "approval.approve", request=request.pk)
    firm.do("林晓岚", "approval.amend", request=request.pk, facts={"amount": "200", "staff": firm["赵敏之"].pk})
    assert request.amendments.get().outcome == "", "another person is another decision"


def test_an_approval_says_why_it_no_longer_can_be_carried_out(firm: Firm) -> None:
    request = ask(firm)
    organization.leave(firm["林晓岚"], left_on=dt.date(2026, 11, 20))
    firm.do("高岚", "approval.approve", request=request.pk)
    request.refresh_from_db()
    assert (request.outcome, request.executed_at) == ("approved", None)
    assert "林晓岚" in request.failure
    assert not Matter.objects.exists()
    assert not Event.objects.filter(kind="staff.reward").exists()


def test_a_superior_further_up_need_not_wait_for_the_climb(firm: Firm) -> None:
    request = ask(firm)
    firm.do("周岚", "approval.approve", request=request.pk)
    request.refresh_from_db()
    assert (request.outcome, request.steps.get().decided_by) == ("approved", firm["周岚"])


def test_a_limited_deputy_decides_only_up_to_his_limit(firm: Firm) -> None:
    away(firm, "高岚", "孙可", scope=[{"action": "staff.reward", "limits": {"amount": "<= 200 CNY"}}])
    small, large = ask(firm, "150"), ask(firm, "450")
    firm.do("孙可", "approval.approve", request=small.pk)
    assert step_of(large).position == firm.positions["总经理"], "the director is away, the deputy's limit is 200"
    with pytest.raises(Refusal):
        firm.do("孙可", "approval.approve", request=large.pk)


@pytest.mark.ledger("R-222")
def test_a_deputy_passes_nothing_on(firm: Firm) -> None:
    away(firm, "高岚", "孙可")
    acting = Acting.objects.get()
    result = firm.do(
        "孙可", "organization.appoint_deputy", position=acting.position_id, principal=firm["高岚"].pk,
        deputy=firm["顾北"].pk, starts_at=acting.starts_at, ends_at=acting.ends_at, reason="我也忙",
    )  # fmt: skip
    assert result.kind == "requested", (
        "the rights of the director are not the deputy's to give; the general manager may"
    )
    assert Acting.objects.count() == 1


def test_a_manager_appoints_a_deputy_for_somebody_who_is_away(firm: Firm) -> None:
    position = firm.positions["客服部经理"]
    firm.do(
        "高岚", "organization.appoint_deputy", position=position.pk, principal=firm["林晓岚"].pk, deputy=firm["赵敏之"].pk,
        starts_at="2026-01-01 09:00", ends_at="2027-01-01 09:00", reason="病假",
    )  # fmt: skip
    with clock.set_to(MONDAY):
        assert firm.do("赵敏之", "staff.reward", staff=firm["陈立"].pk, amount="80", reason="加班").kind == "done"
