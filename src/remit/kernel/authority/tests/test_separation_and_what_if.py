"""Duties that should not meet in one person, and what another limit would have done."""

import pytest
from tests.cast import LONG_AGO, Firm, build_firm, give

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.gate import dry_run
from remit.kernel.authority.loading import forget_cached, rulebook_now
from remit.kernel.authority.models import Grant, Ruling, SeparationRule
from remit.kernel.authority.rulebook import GrantRule
from remit.kernel.authority.separation import conflicts_among, conflicts_if_appointed, standing_conflicts
from remit.kernel.authority.whatif import what_if
from remit.kernel.organization import actions as organization
from remit.lib.limits import parse_bound

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Firm:
    return build_firm()


@pytest.fixture
def rule() -> SeparationRule:
    return SeparationRule.objects.create(
        code="reward-and-refund",
        name="奖励与退款不宜一人",
        first=["staff.reward"],
        second=["remedy.refund"],
        origin="test",
    )


def test_a_conflict_is_seen_in_the_one_who_holds_both(firm: Firm, rule: SeparationRule) -> None:
    found = standing_conflicts(rulebook_now())
    assert {conflict.holder for conflict in found} == {"高岚"}, "only the director refunds and rewards"


def test_an_appointment_is_checked_before_it_is_made(firm: Firm, rule: SeparationRule) -> None:
    book = rulebook_now()
    adviser = firm.positions["健康顾问"].pk
    assert [c.rule for c in conflicts_if_appointed(book, firm["林晓岚"].pk, adviser, "林晓岚")] == [rule]
    assert conflicts_if_appointed(book, firm["吴越"].pk, adviser, "吴越") == []


def test_two_positions_in_one_hand_are_a_conflict(firm: Firm, rule: SeparationRule) -> None:
    person = firm["林晓岚"]
    organization.appoint(position=firm.positions["健康顾问"], person=person, start=LONG_AGO, end=None, is_main=False)
    forget_cached()
    assert {conflict.holder for conflict in standing_conflicts(rulebook_now())} == {"高岚", "林晓岚"}


@pytest.mark.parametrize(
    ("pattern", "meets"), [("cash.*", True), ("cash.pay", True), ("*", True), ("cashier.pay", False), ("cash", False)]
)
def test_a_family_right_covers_what_the_rule_names(firm: Firm, pattern: str, meets: bool) -> None:
    SeparationRule.objects.create(
        code="seal-and-cash", name="印章与现金", first=["seal.*"], second=["cash.pay"], origin="test"
    )
    grants = [GrantRule(0, 0, action) for action in ("seal.use", pattern)]
    assert bool(conflicts_among(grants, "出纳")) is meets


def test_what_another_limit_would_have_let_through_and_stopped(firm: Firm) -> None:
    for amount in ("40", "80", "100", "150", "300"):
        firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount=amount, reason="按月")
    grant = Grant.objects.get(position=firm.positions["客服部经理"], action="staff.reward")
    wider = what_if(grant, {"amount": parse_bound("<= 200 CNY")}, Ruling.objects.all())
    assert [change.ruling.facts["amount"] for change in wider.let_through] == ["150.00"]
    assert wider.stopped == ()
    tighter = what_if(grant, {"amount": parse_bound("< 80 CNY")}, Ruling.objects.all())
    assert sorted(change.ruling.facts["amount"] for change in tighter.stopped) == ["100.00", "80.00"]
    assert tighter.let_through == ()


def test_a_dry_run_changes_nothing(firm: Firm) -> None:
    before = (Ruling.objects.count(), Grant.objects.count())
    decision = dry_run(
        firm.actor("林晓岚"), "staff.reward", {"staff": firm["陈立"].pk, "amount": "101", "reason": "按月"}
    )
    assert decision.outcome == "approval"
    assert (Ruling.objects.count(), Grant.objects.count()) == before


def test_a_grant_on_a_misspelt_fact_is_refused(firm: Firm) -> None:
    with pytest.raises(RuleBroken, match="amuont"):
        give(firm, "出纳", "第1条", {"action": "staff.reward", "limits": {"amuont": "<= 100 CNY"}})
    with pytest.raises(RuleBroken, match=r"staff\.rewrad"):
        give(firm, "出纳", "第1条", {"action": "staff.rewrad"})
    with pytest.raises(RuleBroken):
        give(firm, "出纳", "第1条", {"action": "staff.reward", "limits": {"amount": "<= 3 day"}})
