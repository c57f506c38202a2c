"""Two at the same second, and a stop in the middle: real threads, real connections, real commits."""

from typing import Any

import pytest
from django.db import transaction
from tests.at_once import at_once

from remit.kernel.audit.models import Event
from remit.kernel.procedures import engine
from remit.kernel.procedures.models import Case, CaseNumber, StepRun
from remit.kernel.procedures.tests.department import INTAKE, Department, build_department
from remit.kernel.procedures.writing import write
from remit.kernel.work.models import WorkItem
from remit.lib.refusals import Refusal

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def department() -> Department:
    with transaction.atomic():
        return build_department()


def test_two_who_choose_at_the_same_second_choose_once(department: Department) -> None:
    """Both are asked, the first is enough; the later learns that it is done."""
    case = department.open()
    department.judged(case)
    department.investigated(case)
    department.proposed(case)
    asked = StepRun.objects.filter(case=case, closed_at=None)
    runs = dict(asked.values_list("position__title", "pk"))
    choice = {"outcome": "chosen", "answers": {"solution": "更换控制板"}}
    answers = at_once(
        lambda: department.firm.do("高岚", "case.submit", step=runs["客服部总监"], **choice),
        lambda: department.firm.do("林晓岚", "case.submit", step=runs["客服部经理"], **choice),
    )
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert [one.code for one in refused] == ["step_closed"]
    case.refresh_from_db()
    assert case.step == "carry_out"
    assert StepRun.objects.filter(case=case, step="carry_out").count() == 1
    assert Event.objects.filter(kind="case.submit", subject_id=str(case.pk)).count() == 4
    assert WorkItem.objects.filter(source_kind="case", target=case.pk, done_at=None).count() == 1


def test_numbers_have_no_gap_and_no_double(department: Department) -> None:
    facts = {"procedure": "complaint", "title": "投诉", "subject": "周敏", "answers": INTAKE}
    opened = at_once(*[lambda: department.firm.do("陈立", "case.open", **facts) for _n in range(6)])
    assert not [one for one in opened if isinstance(one, Refusal)]
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert [int(number[-4:]) for number in numbers] == list(range(1, 7))
    assert CaseNumber.objects.get().last == 6


def test_what_breaks_off_in_the_middle_of_a_step_leaves_nothing_of_it(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step is closed and the next one opened when it breaks: afterwards the old one is open, once, and can be done."""
    case = department.open()
    before = (StepRun.objects.count(), WorkItem.objects.count(), Event.objects.count())

    def broken(changes: Any) -> list[int]:
        write(changes)
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "write", broken)
    with pytest.raises(KeyboardInterrupt):
        department.judged(case)
    monkeypatch.undo()
    assert (StepRun.objects.count(), WorkItem.objects.count(), Event.objects.count()) == before
    department.judged(case)
    assert case.step == "investigate"
