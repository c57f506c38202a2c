"""What a department learns from its cases: statistics by class, suggestions, and what follows for those responsible."""

import datetime as dt
from typing import Any

import pytest
from tests.cast import fact, give

from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction, Matter, Request
from remit.kernel.procedures.compiled import latest_version, spec_of
from remit.kernel.procedures.queries import statistics
from remit.kernel.procedures.tests.department import INTAKE, Department
from remit.lib import clock

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=365)


@pytest.mark.ledger("R-036", "S-044", "S-049")
def test_complaints_and_suggestions_are_counted_by_class(department: Department) -> None:
    for category in ("product", "product", "suggestion"):
        department.open(answers={**INTAKE, "category": category})
    spec = spec_of(latest_version("complaint"))
    since = clock.now() - YEAR
    rows = statistics(department.firm["林晓岚"], "complaint", spec, since)
    assert [(row.label, row.count) for row in rows] == [("产品质量", 2), ("意见建议", 1)]
    assert statistics(department.firm["何平"], "complaint", spec, since) == []


@pytest.mark.ledger("R-033", "S-046")
def test_a_penalty_at_the_end_goes_through_authority(department: Department) -> None:
    """A supervisor fines up to 100 in the own group; more goes up, and the case waits for it."""
    firm = department.firm
    facts = [
        fact("staff", "person", "员工", concerns=True),
        fact("amount", "money", "金额"),
        fact("reason", "long_text", "原因"),
    ]
    DeclaredAction.objects.create(
        name="staff.penalty", labels={"zh-hans": "处罚员工"}, words=["处罚"], facts=facts, origin="pack:test"
    )
    lock_authority(exclusively=True)
    authority_changed()
    give(
        firm,
        "客服部经理",
        "第5条",
        {"action": "staff.penalty", "limits": {"amount": "<= 100 CNY"}, "scope": "own_group"},
    )
    give(firm, "客服部总监", "第5条", {"action": "staff.penalty", "limits": {"amount": "<= 500 CNY"}})
    case = department.open()
    department.judged(case)
    department.investigated(case)
    department.proposed(case)
    department.chosen(case)
    department.carried_out(case)
    department.called_back(case)
    penalty: dict[str, Any] = {"penalty": "fine", "penalised": firm["赵敏之"].pk, "fine": "200"}
    department.submit("林晓岚", case, analysis="未按规程检验", improvement="复训", **penalty)
    assert case.closed_at is None
    firm.do("高岚", "approval.approve", request=Request.objects.get(action="staff.penalty").pk)
    case.refresh_from_db()
    assert case.outcome == "settled"
    assert Matter.objects.get(action="staff.penalty").facts["amount"] == "200.00"
