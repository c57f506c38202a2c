"""Many cases at once: the board, the same act on several, the move to a newer version."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.browsing import browser_of

from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.procedures.board import board
from remit.kernel.procedures.checking import read_procedure
from remit.kernel.procedures.compiled import latest_version, spec_of
from remit.kernel.procedures.models import Case, StepRun
from remit.kernel.procedures.moving import preview
from remit.kernel.procedures.queries import case_view
from remit.kernel.procedures.standing import put_procedure
from remit.kernel.procedures.tests.department import MORNING, Department, at
from remit.kernel.procedures.tests.test_branches import REPAIR

pytestmark = pytest.mark.django_db
FIRST = """\
id: question
labels: {zh-hans: 咨询}
prefix: ZX
within: 3 workdays
intake: {by: [anyone]}
steps:
  - id: look
    labels: {zh-hans: 查询}
    by: [{relation: handler}]
    within: 4 hours
    fields: [{name: found, kind: long_text, labels: {zh-hans: 查到}, required: false}]
    outcomes: [{id: done, labels: {zh-hans: 查到}, next: reply}]
  - id: reply
    labels: {zh-hans: 答复}
    by: [{relation: handler}]
    within: 1 workday
    outcomes: [{id: done, labels: {zh-hans: 已答复}, next: replied}]
ends: [{id: replied, labels: {zh-hans: 已答复}}]
"""
SECOND = (
    FIRST.replace("within: 3 workdays", "within: 2 workdays")
    .replace("  - id: reply\n    labels: {zh-hans: 答复}", "  - id: answer\n    labels: {zh-hans: 书面答复}")
    .replace("next: reply}", "next: answer}")
)


@pytest.fixture
def asking(department: Department) -> Department:
    put_procedure(read_procedure(FIRST, "q.yaml")[0], "pack:test")
    return department


def asked(department: Department, title: str = "保修多久") -> Case:
    return department.open(procedure="question", title=title, answers=None)


def look(department: Department, case: Case) -> None:
    department.submit("陈立", case)


# --- bulk ------------------------------------------------------------------------------------------------------------------------


def send(department: Department, who: str, cases: list[Case], deed: str, **facts: Any) -> str:
    browser = browser_of(department.firm, who)
    form = {"deed": deed, "ids": [case.pk for case in cases]}
    asks = browser.post(reverse("procedures:case-bulk"), form)
    assert asks.status_code == 200 and cases[0].number in asks.content.decode()
    return browser.post(
        reverse("procedures:case-bulk"), {**form, **facts, "confirmed": "yes", "key": deed}
    ).content.decode()


def test_the_same_act_on_several_says_of_each_what_came_of_it(asking: Department) -> None:
    """Two questions that ask for nothing go on; the complaint's form has to be filled in and stays."""
    cases = [asked(asking, f"第{n}问") for n in range(2)]
    complaint = asking.open()
    page = send(asking, "陈立", [*cases, complaint], "submit")
    assert {case.step for case in Case.objects.filter(pk__in=[case.pk for case in cases])} == {"reply"}
    complaint.refresh_from_db()
    assert complaint.step == "judge"
    assert page.count("table__note") == 3
    again = send(asking, "陈立", cases, "submit")
    assert Case.objects.filter(step="reply").count() == 2, "sent twice with its key it is done once"
    assert again


def test_several_are_handed_over_and_cancelled_by_who_may(asking: Department) -> None:
    cases = [asked(asking, f"第{n}问") for n in range(3)]
    zhao = asking.firm["赵敏之"]
    send(asking, "林晓岚", cases, "assign", person=zhao.pk, reason="外出")
    assert set(StepRun.objects.filter(closed_at=None).values_list("person", flat=True)) == {zhao.pk}
    send(asking, "陈立", cases, "cancel", reason="重复")
    assert not Case.objects.exclude(closed_at=None).exists(), "only somebody above cancels"
    send(asking, "林晓岚", cases[:2], "cancel", reason="重复")
    assert Case.objects.filter(outcome="_cancelled").count() == 2


def test_strangers_cases_are_not_there_for_a_bulk_act(asking: Department) -> None:
    case = asked(asking)
    browser = browser_of(asking.firm, "何平")
    sent = browser.post(reverse("procedures:case-bulk"), {"deed": "note", "ids": [case.pk], "confirmed": "yes"})
    assert sent.status_code == 422 and case.number not in sent.content.decode()


# --- the board -------------------------------------------------------------------------------------------------------------------


def test_the_board_has_a_column_for_each_step_and_shows_what_is_due_first(asking: Department) -> None:
    cases = [asked(asking, f"第{n}问") for n in range(22)]
    look(asking, cases[0])
    columns = board(asking.firm["陈立"], "question", spec_of(latest_version("question")))
    assert [(column.step, column.count, len(column.cards)) for column in columns] == [("look", 21, 20), ("reply", 1, 1)]
    assert columns[0].more == 1
    page = browser_of(asking.firm, "陈立").get(reverse("procedures:case-board") + "?procedure=question")
    assert "第0问" in page.content.decode()
    hidden = browser_of(asking.firm, "何平").get(reverse("procedures:case-board") + "?procedure=question")
    assert "第0问" not in hidden.content.decode()


def test_a_full_board_asks_as_often_as_an_empty_one(asking: Department) -> None:
    browser = browser_of(asking.firm, "林晓岚")
    url = reverse("procedures:case-board") + "?procedure=question"

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    asked(asking)
    queries()
    few = queries()
    for n in range(12):
        asked(asking, f"第{n}问")
    assert queries() == few


# --- a newer version ---------------------------------------------------------------------------------------------------------------


def test_running_cases_go_over_to_the_newer_version_with_their_history(asking: Department) -> None:
    with at(MORNING):
        case, other = asked(asking), asked(asking, "能否上门")
        look(asking, case)
        before = case.due_at
        put_procedure(read_procedure(SECOND, "q.yaml")[0], "pack:test")
        lin = asking.firm["林晓岚"]
        shown = preview(lin, "question", list(Case.objects.select_related("version").order_by("pk")))
        assert (shown.cases, shown.earlier, shown.later) == (2, 2, 0)
        assert shown.lost == (("reply", "答复", 1),)
        assert {change.kind for change in shown.changes} == {"added", "removed", "changed"}
        with pytest.raises(RuleBroken):
            asking.firm.do("林晓岚", "case.move", case=case.pk)
        with pytest.raises(NotAuthorised):
            asking.firm.do("陈立", "case.move", case=case.pk, steps={"reply": "answer"})
        browser = browser_of(asking.firm, "林晓岚")
        url = reverse("procedures:move", args=["question"])
        assert "答复" in browser.get(url).content.decode()
        browser.post(url, {"ids": [case.pk, other.pk], "step-reply": "answer", "key": "k"})
        case.refresh_from_db()
        other.refresh_from_db()
        assert (case.step, other.step) == ("answer", "look")
        assert case.version == other.version == latest_version("question")
        assert case.due_at < before
        run = asking.run(case)
        assert (run.step, run.person) == ("answer", asking.firm["陈立"])
        entries = [entry.what for entry in case_view(lin, case).entries]
        assert any("查询" in what for what in entries), "what was done under the old one is still told"
        asking.submit("陈立", case)
        assert case.outcome == "replied"
    with pytest.raises(RuleBroken):
        asking.firm.do("林晓岚", "case.move", case=other.pk)


def test_a_stranger_moves_nothing(asking: Department) -> None:
    case = asked(asking)
    put_procedure(read_procedure(SECOND, "q.yaml")[0], "pack:test")
    with pytest.raises(NotYours):
        asking.firm.do("何平", "case.move", case=case.pk)


def test_nobody_is_moved_into_a_branch_whose_others_were_never_begun(department: Department) -> None:
    plain = REPAIR.replace("next: [inspect, quote]", "next: inspect").replace("    wait_for: [mend, quote]\n", "")
    plain = plain.replace("已修好}, next: hand_back", "已修好}, next: quote")
    put_procedure(read_procedure(plain, "repair.yaml")[0], "pack:test")
    case = department.open(procedure="repair", answers=None)
    department.submit("陈立", case, "taken")
    put_procedure(read_procedure(REPAIR, "repair.yaml")[0], "pack:test")
    with pytest.raises(RuleBroken):
        department.firm.do("林晓岚", "case.move", case=case.pk)
    department.firm.do("林晓岚", "case.move", case=case.pk, steps={"inspect": "hand_back"})
    case.refresh_from_db()
    assert case.step == "hand_back"
