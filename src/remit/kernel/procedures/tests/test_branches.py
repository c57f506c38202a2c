"""Steps that are worked on at the same time, and the one that waits for them."""

import itertools
from typing import Any

import pytest
from lxml import etree

from remit.kernel.procedures.bpmn import MODEL, to_bpmn
from remit.kernel.procedures.branches import forks_of
from remit.kernel.procedures.checking import read_procedure
from remit.kernel.procedures.diagram import to_svg
from remit.kernel.procedures.errors import StepClosed
from remit.kernel.procedures.layout import lay_out
from remit.kernel.procedures.models import Case, StepRun
from remit.kernel.procedures.queries import case_view
from remit.kernel.procedures.standing import put_procedure
from remit.kernel.procedures.tests.department import Department
from remit.kernel.work.queries import todays_items
from remit.lib.yaml_reader import BadYaml

# A repair: the workshop looks at the device while the desk settles the cost with the customer; then it is handed back.
REPAIR = """\
id: repair
labels: {zh-hans: 送修}
prefix: SX
within: 10 workdays
intake: {by: [anyone]}
steps:
  - id: accept
    labels: {zh-hans: 收件}
    by: [{relation: handler}]
    within: 1 workday
    outcomes: [{id: taken, labels: {zh-hans: 已收}, next: [inspect, quote]}, {id: not_ours, labels: {zh-hans: 不收}, next: refused}]
  - id: inspect
    labels: {zh-hans: 检测}
    by: [{position: [客服部经理]}]
    within: 2 workdays
    pauses: [{zh-hans: 等配件}]
    outcomes: [{id: found, labels: {zh-hans: 已查明}, next: mend}]
  - id: mend
    labels: {zh-hans: 维修}
    by: [{position: [客服部经理]}]
    within: 3 workdays
    outcomes: [{id: mended, labels: {zh-hans: 已修好}, next: hand_back}, {id: again, labels: {zh-hans: 再查}, next: inspect}]
  - id: quote
    labels: {zh-hans: 报价}
    by: [{relation: handler}]
    within: 1 workday
    fields: [{name: price, kind: money, labels: {zh-hans: 费用}}]
    outcomes: [{id: agreed, labels: {zh-hans: 客户同意}, next: hand_back}]
  - id: hand_back
    labels: {zh-hans: 取件}
    by: [{relation: handler}]
    within: 1 workday
    wait_for: [mend, quote]
    outcomes: [{id: done, labels: {zh-hans: 已取}, next: handed_back}, {id: broken, labels: {zh-hans: 仍有故障}, next: accept}]
ends: [{id: handed_back, labels: {zh-hans: 已取回}}, {id: refused, labels: {zh-hans: 未收}}]
reopening: {at: accept, within: 1 month}
"""


def faults(text: str) -> list[str]:
    try:
        read_procedure(text, "repair.yaml")
    except BadYaml as error:
        return [f"{fault.line}: {fault.message_zh}" for fault in error.faults]
    return []


@pytest.fixture
def repair(department: Department) -> Department:
    put_procedure(read_procedure(REPAIR, "repair.yaml")[0], "pack:test")
    return department


def opened(repair: Department) -> Case:
    return repair.open(procedure="repair", answers=None)


def run(case: Case, step: str) -> StepRun:
    return StepRun.objects.get(case=case, step=step, closed_at=None)


def submit(repair: Department, who: str, case: Case, step: str, outcome: str = "", **answers: Any) -> None:
    facts = {"step": run(case, step).pk, "outcome": outcome, "answers": answers or None}
    repair.firm.do(who, "case.submit", **facts)
    case.refresh_from_db()


def steps_open(case: Case) -> set[str]:
    return set(StepRun.objects.filter(case=case, closed_at=None).values_list("step", flat=True))


# --- as they are lived -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("first", ["quote", "mend"])
def test_two_work_at_the_same_time_and_the_third_is_asked_when_both_are_done(repair: Department, first: str) -> None:
    case = opened(repair)
    submit(repair, "陈立", case, "accept", "taken")
    assert steps_open(case) == {"inspect", "quote"}
    assert todays_items(repair.firm["林晓岚"]).filter(target=case.pk).count() == 1
    assert todays_items(repair.firm["陈立"]).filter(target=case.pk).count() == 1
    submit(repair, "林晓岚", case, "inspect")
    acts = [("林晓岚", "mend", "mended", {}), ("陈立", "quote", "", {"price": "120"})]
    for who, step, outcome, answers in acts if first == "mend" else reversed(acts):
        assert "hand_back" not in steps_open(case)
        submit(repair, who, case, step, outcome, **answers)
    assert steps_open(case) == {"hand_back"} and case.step == "hand_back"
    assert StepRun.objects.filter(case=case, step="hand_back").count() == 1
    submit(repair, "陈立", case, "hand_back", "done")
    assert (case.outcome, case.values["price"]) == ("handed_back", "120.00")


@pytest.mark.django_db
def test_a_loop_inside_a_branch_keeps_the_other_waiting_and_a_second_time_round_asks_both_again(
    repair: Department,
) -> None:
    case = opened(repair)
    submit(repair, "陈立", case, "accept", "taken")
    submit(repair, "陈立", case, "quote", price="120")
    submit(repair, "林晓岚", case, "inspect")
    submit(repair, "林晓岚", case, "mend", "again")
    assert steps_open(case) == {"inspect"}
    submit(repair, "林晓岚", case, "inspect")
    submit(repair, "林晓岚", case, "mend", "mended")
    submit(repair, "陈立", case, "hand_back", "broken")
    submit(repair, "陈立", case, "accept", "taken")
    submit(repair, "陈立", case, "quote", price="0")
    assert steps_open(case) == {"inspect"}, "the first time's mending does not count for the second"
    assert set(StepRun.objects.filter(case=case, step="inspect").values_list("round", flat=True)) == {1, 2, 3}


@pytest.mark.django_db
def test_where_the_first_is_enough_the_other_falls_away(department: Department) -> None:
    text = REPAIR.replace("wait_for: [mend, quote]", "wait_for: [mend, quote]\n    wait: any")
    put_procedure(read_procedure(text, "repair.yaml")[0], "pack:test")
    case = opened(department)
    submit(department, "陈立", case, "accept", "taken")
    other = run(case, "inspect")
    submit(department, "陈立", case, "quote", price="120")
    assert steps_open(case) == {"hand_back"}
    assert not todays_items(department.firm["林晓岚"]).filter(target=case.pk).exists()
    with pytest.raises(StepClosed):
        department.firm.do("林晓岚", "case.submit", step=other.pk)


@pytest.mark.django_db
def test_the_clock_stops_and_goes_on_for_all_branches_and_cancelling_leaves_none(repair: Department) -> None:
    case = opened(repair)
    submit(repair, "陈立", case, "accept", "taken")
    repair.firm.do("林晓岚", "case.pause", case=case.pk, reason="等配件")
    assert not todays_items(repair.firm["陈立"]).filter(target=case.pk).exists()
    repair.firm.do("陈立", "case.resume", case=case.pk)
    for who in ("陈立", "林晓岚"):
        assert todays_items(repair.firm[who]).filter(target=case.pk).exists()
    view = case_view(repair.firm["林晓岚"], Case.objects.get(pk=case.pk))
    assert [bar.state for bar in view.bars] == ["done", "done", "now", "", "now", ""]
    assert view.state == "检测、报价" and view.step is not None and view.step.id == "inspect"
    repair.firm.do("林晓岚", "case.cancel", case=case.pk, reason="重复登记")
    assert steps_open(case) == set()
    assert not todays_items(repair.firm["陈立"]).filter(target=case.pk).exists()


# --- as they are written ----------------------------------------------------------------------------------------------------------


def test_the_branches_are_found_with_their_join() -> None:
    (fork,) = forks_of(read_procedure(REPAIR, "repair.yaml")[0])
    assert fork.branches == (frozenset({"inspect", "mend"}), frozenset({"quote"})) and fork.join == "hand_back"


@pytest.mark.parametrize(
    ("change", "to", "line", "words"),
    [
        ("    wait_for: [mend, quote]\n", "", 11, "走不到一处"),
        ("wait_for: [mend, quote]", "wait_for: [mend, accept]", 33, "没有任何结果通向"),
        ("wait_for: [mend, quote]", "wait_for: [mend, nowhere]", 33, "没有“nowhere”"),
        ("wait_for: [mend, quote]", "wait_for: [mend]", 28, "wait_for 里没有“quote”"),
        ("next: [inspect, quote]", "next: inspect", 33, "永远等不齐"),
        ("客户同意}, next: hand_back", "客户同意}, next: refused", 11, "走不到一处"),
        ("客户同意}, next: hand_back", "客户同意}, next: mend", 11, "走不到一处"),
        ("next: [inspect, quote]", "next: [inspect]", 11, "至少两条"),
        ("reopening: {at: accept", "reopening: {at: mend", 36, "并行的一条路中间"),
        ("    pauses: [{zh-hans: 等配件}]\n", "    wait: any\n", 16, "wait 只属于"),
    ],
)  # fmt: skip
def test_branches_that_do_not_come_together_are_told_with_their_line(
    change: str, to: str, line: int, words: str
) -> None:
    assert change in REPAIR
    found = faults(REPAIR.replace(change, to, 1))
    assert any(one.startswith(f"{line}: ") and words in one for one in found), found


def test_they_are_drawn_side_by_side_and_nothing_overlaps() -> None:
    spec = read_procedure(REPAIR, "repair.yaml")[0]
    boxes = lay_out(spec).boxes
    assert boxes["inspect"].y < boxes["quote"].y and boxes["inspect"].x == boxes["quote"].x
    for one, other in itertools.combinations(boxes.values(), 2):
        apart = (
            one.x + one.width <= other.x or other.x + other.width <= one.x or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )  # fmt: skip
        assert apart, (one.id, other.id)
    assert "检测 + 报价" in to_svg(spec)


def test_the_standard_has_its_own_signs_for_them() -> None:
    spec = read_procedure(REPAIR, "repair.yaml")[0]
    process = etree.fromstring(to_bpmn(spec, "https://example.org/")).find(f"{{{MODEL}}}process")
    assert process is not None
    gateways = process.findall(f"{{{MODEL}}}parallelGateway")
    assert [one.get("gatewayDirection") for one in gateways] == ["Diverging", "Converging"]
    fork, join = gateways
    assert (len(fork.findall(f"{{{MODEL}}}outgoing")), len(join.findall(f"{{{MODEL}}}incoming"))) == (2, 2)
