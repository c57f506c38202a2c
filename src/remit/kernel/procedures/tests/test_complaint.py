"""A complaint from the call to the archive, as the people of the department live it."""

from typing import Any

import pytest
from django.urls import reverse
from tests.browsing import browser_of

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.models import Matter, Request, Ruling
from remit.kernel.procedures.errors import GateClosed, StepClosed
from remit.kernel.procedures.models import StepRun
from remit.kernel.procedures.tests.department import Department
from remit.kernel.work.models import WorkItem
from remit.kernel.work.queries import todays_items

pytestmark = pytest.mark.django_db


@pytest.mark.ledger("S-043", "R-029", "R-264", "P-025", "D-044", "D-048")
def test_a_complaint_goes_its_six_steps_and_each_lies_on_the_right_desk(department: Department) -> None:
    firm = department.firm
    case = department.open()
    assert case.number.startswith("TS-")
    assert case.responded_at == case.opened_at, "recorded on the spot"
    assert [item.target for item in todays_items(firm["陈立"])] == [case.pk], "the handler judges"
    department.judged(case)
    assert not todays_items(firm["陈立"])
    assert [item.target for item in todays_items(firm["高岚"])] == [case.pk], "the responsible department investigates"
    department.investigated(case)
    department.proposed(case)
    department.chosen(case)
    department.carried_out(case)
    department.called_back(case)
    department.filed(case)
    assert (case.step, case.outcome) == ("", "settled")
    assert case.values["solution"] == "更换控制板"
    kinds = list(Event.objects.filter(subject_type="case").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["case.open", *["case.submit"] * 7]
    still_open = WorkItem.objects.filter(target=case.pk, source_kind="case", done_at=None)
    assert not still_open.exists()


@pytest.mark.ledger("R-030")
def test_one_that_is_not_established_needs_a_polite_answer_and_ends(department: Department) -> None:
    case = department.open()
    with pytest.raises(BadFacts) as refused:
        department.submit("陈立", case, "not_established", reason_sufficient=False, demand_reasonable=False)
    assert set(refused.value.faults) == {"explanation"}
    department.submit(
        "陈立", case, reason_sufficient=False, demand_reasonable=False, explanation="属于正常磨损,已说明保养办法"
    )
    assert case.outcome == "explained"


@pytest.mark.ledger("R-031", "R-032", "D-045")
def test_the_head_chooses_among_at_least_two_solutions(department: Department) -> None:
    case = department.open()
    department.judged(case)
    department.investigated(case)
    with pytest.raises(BadFacts):
        department.submit("高岚", case, proposals=["更换控制板", "更换控制板"])
    department.proposed(case)
    with pytest.raises(BadFacts):
        department.submit("高岚", case, "chosen", solution="什么也不做")
    asked = {run.position.title for run in StepRun.objects.filter(case=case, closed_at=None) if run.position}
    assert asked == {"客服部总监", "客服部经理"}, "the director and the handler's superior, whoever is first"
    department.chosen(case, "林晓岚")
    assert not StepRun.objects.filter(case=case, step="choose", closed_at=None).exists()


@pytest.mark.ledger("R-034", "R-229", "D-046")
def test_without_the_customers_confirmation_it_goes_back_and_never_ends(department: Department) -> None:
    case = to_carry_out(department)
    with pytest.raises(RuleBroken):
        department.submit("陈立", case, "accepted", done="已更换", remedy="none", confirmed=False)
    department.submit("陈立", case, "refused", done="已更换", remedy="none", confirmed=False, feedback="还要换新的")
    assert case.step == "propose"
    assert StepRun.objects.get(case=case, closed_at=None).round == 2


@pytest.mark.ledger("S-043", "R-028", "R-061")
def test_somebody_else_calls_back(department: Department) -> None:
    case = to_carry_out(department)
    department.carried_out(case)
    assert not todays_items(department.firm["陈立"]).filter(target=case.pk).exists()
    with pytest.raises(NotAuthorised):
        department.called_back(case, "陈立")
    department.called_back(case, "赵敏之")
    assert case.step == "evaluate"


@pytest.mark.ledger("S-046", "S-047", "P-006")
def test_compensation_beyond_the_limit_waits_for_approval_and_then_runs_exactly_as_approved(
    department: Department,
) -> None:
    firm = department.firm
    case = to_carry_out(department)
    result = department.carried_out(case, remedy="compensate", amount="800")
    assert case.step == "carry_out", "not done: the general manager has to approve"
    request = Request.objects.get(action="remedy.compensate")
    assert request.number in str(result.changes)
    assert not todays_items(firm["陈立"]).filter(source_kind="case").exists()
    with pytest.raises(RuleBroken):
        department.carried_out(case)
    firm.do("周岚", "approval.approve", request=request.pk)
    case.refresh_from_db()
    assert case.step == "call_back"
    matter = Matter.objects.get(action="remedy.compensate")
    assert (matter.facts["customer"], matter.facts["amount"]) == ("周敏", "800.00")
    assert StepRun.objects.get(case=case, step="carry_out").matter_number == matter.number


def test_a_rejected_compensation_gives_the_step_back_with_what_was_written(department: Department) -> None:
    firm = department.firm
    case = to_carry_out(department)
    department.carried_out(case, remedy="compensate", amount="800")
    firm.do("周岚", "approval.reject", request=Request.objects.get().pk, note="先换货")
    run = department.run(case)
    assert run.request is None
    assert run.values["done"] == "上门更换控制板"
    assert todays_items(firm["陈立"]).filter(source_kind="case", target=case.pk).exists()
    department.carried_out(case)
    assert case.step == "call_back"


def test_what_nobody_may_approve_takes_the_whole_step_back(department: Department) -> None:
    case = to_carry_out(department)
    with pytest.raises(NotAuthorised):
        department.carried_out(case, remedy="compensate", amount="900000")
    assert case.step == "carry_out"
    assert department.run(case).values == {}
    ruling = Ruling.objects.get(outcome="refused")
    assert (ruling.action, ruling.person, ruling.facts["amount"]) == (
        "remedy.compensate", department.firm["陈立"], "900000.00",
    ), "but that it was refused is kept"  # fmt: skip
    page = browser_of(department.firm, "陈立")
    url = reverse("procedures:step-submit", args=[case.pk, department.run(case).pk])
    answers = {"done": "补偿", "remedy": "compensate", "amount": "900000", "confirmed": "true", "outcome": "accepted"}
    assert page.post(url, answers).status_code == 403
    assert Ruling.objects.filter(outcome="refused").count() == 2


def test_a_step_costs_six_statements(department: Department, django_assert_num_queries: Any) -> None:
    """The lock, the version with the person, whom the step asks, the case with its run, what changes, what is recorded; and the
    savepoint around them, which outside a test is the transaction. One more looks whether the department in the form is there."""
    case = department.open()
    judge = {"reason_sufficient": True, "demand_reasonable": True, "department": department.firm.service.pk,
             "promised": "2026-11-30"}  # fmt: skip
    department.judged(department.open())
    run = department.run(case).pk
    with django_assert_num_queries(6 + 2 + 1):
        department.firm.do("陈立", "case.submit", step=run, answers=judge)


def test_the_second_of_two_is_told_who_was_first(department: Department) -> None:
    case = to_choose(department)
    run = department.run(case)
    others = StepRun.objects.filter(case=case, closed_at=None).exclude(pk=run.pk).get()
    department.firm.do("高岚", "case.submit", step=run.pk, outcome="chosen", answers={"solution": "更换控制板"})
    with pytest.raises(StepClosed):
        department.firm.do("林晓岚", "case.submit", step=others.pk, outcome="chosen", answers={"solution": "整机调换"})
    with pytest.raises(StepClosed) as refused:
        department.firm.do("高岚", "case.submit", step=run.pk, outcome="chosen", answers={"solution": "整机调换"})
    assert "高岚" in refused.value.sentence


def test_a_gate_names_everything_that_is_missing(department: Department) -> None:
    """As over the API: the gate is in the engine, not in the page."""
    case = to_carry_out(department)
    department.carried_out(case)
    department.called_back(case)
    case.values = {name: value for name, value in case.values.items() if name not in ("cause", "confirmed")}
    case.save(update_fields=["values"])
    with pytest.raises(GateClosed) as refused:
        department.filed(case)
    assert "原因" in refused.value.sentence
    assert "确认" in refused.value.sentence
    case.refresh_from_db()
    assert case.step == "evaluate", "nothing of the step remains"


@pytest.mark.parametrize("who", ["何平", "吴越"])
def test_a_stranger_does_not_learn_that_there_is_a_case(department: Department, who: str) -> None:
    case = department.open()
    with pytest.raises(NotYours):
        department.judged(case, who)


def test_a_department_of_another_company_can_t_be_named_responsible(department: Department) -> None:
    case = department.open()
    with pytest.raises(RuleBroken):
        department.submit("陈立", case, reason_sufficient=True, demand_reasonable=True,
                          department=department.firm.property.pk, promised="2026-11-30")  # fmt: skip


def test_the_notice_reaches_the_department_and_goes_when_it_is_read(department: Department) -> None:
    case = to_carry_out(department)
    department.carried_out(case)
    department.called_back(case)
    department.filed(case)
    assert todays_items(department.firm["高岚"]).filter(source_kind="case_notice", target=case.pk).exists()
    department.firm.do("高岚", "case.take_note", case=case.pk)
    assert not todays_items(department.firm["高岚"]).filter(source_kind="case_notice").exists()


def to_choose(department: Department):  # type: ignore[no-untyped-def]  # the case, read again by each step
    case = department.open()
    department.judged(case)
    department.investigated(case)
    department.proposed(case)
    return case


def to_carry_out(department: Department):  # type: ignore[no-untyped-def]  # as above
    case = to_choose(department)
    department.chosen(case)
    return case
