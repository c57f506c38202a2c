"""The customer-service department's delegated authority, as its people use it on a working day."""

import datetime as dt

import pytest
from django.utils import timezone
from tests.cast import Firm, away, build_firm

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import AlreadyDecided, NotAuthorised, NotYours
from remit.kernel.authority.models import Matter, Obligation, Request, Ruling

pytestmark = pytest.mark.django_db
PROVEN = {"customer": "王女士", "amount": "298.00", "defect_proven": True, "reason": "胶囊受潮结块"}


@pytest.fixture
def firm() -> Firm:
    return build_firm()


@pytest.mark.ledger("R-002")
def test_an_adviser_refunds_a_proven_defect_and_the_director_owes_a_finding(firm: Firm) -> None:
    result = firm.do("陈立", "remedy.refund", **PROVEN)
    assert result.kind == "done"
    matter = Matter.objects.get()
    assert (matter.done_by, matter.facts["amount"], matter.facts["reason"]) == (firm["陈立"], "298.00", "胶囊受潮结块")
    owed = Obligation.objects.get()
    assert (owed.kind, owed.position) == ("finding", firm.positions["客服部总监"])
    firm.do("高岚", "obligation.fulfil", obligation=owed.pk, answer="company")
    matter.refresh_from_db()
    assert matter.borne_by == "company"


@pytest.mark.ledger("R-002")
def test_without_a_proven_defect_it_goes_up(firm: Firm) -> None:
    result = firm.do("陈立", "remedy.refund", **{**PROVEN, "defect_proven": False})
    assert result.kind == "requested"
    assert Request.objects.get().steps.get().position == firm.positions["客服部总监"]


@pytest.mark.ledger("R-005")
@pytest.mark.parametrize(("amount", "kind"), [("100", "done"), ("100.01", "requested"), ("101", "requested")])
def test_a_manager_rewards_up_to_a_hundred(firm: Firm, amount: str, kind: str) -> None:
    result = firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount=amount, reason="连续三月零投诉")
    assert result.kind == kind
    if kind == "requested":
        assert Request.objects.get().steps.get().position == firm.positions["客服部总监"]


@pytest.mark.ledger("R-012")
@pytest.mark.parametrize(("amount", "kind"), [("499.99", "done"), ("500", "requested"), ("500.00", "requested")])
def test_a_director_compensates_strictly_below_five_hundred(firm: Firm, amount: str, kind: str) -> None:
    facts = {"customer": "周先生", "amount": amount, "reason": "漏液污损", "seller": firm["陈立"].pk}
    assert firm.do("高岚", "remedy.compensate", **facts).kind == kind
    if kind == "done":
        owed = Obligation.objects.filter(kind="countersign")
        assert {(o.position, o.person) for o in owed} == {
            (firm.positions["总经理"], None),
            (firm.positions["财务总监"], None),
            (None, firm["陈立"]),
        }


def test_a_reward_outside_the_own_group_is_not_his(firm: Firm) -> None:
    result = firm.do("林晓岚", "staff.reward", staff=firm["吴越"].pk, amount="50", reason="配合对账")
    assert result.kind == "requested"
    assert Request.objects.get().steps.get().position == firm.positions["总经理"], (
        "the cashier is not the director's either"
    )


@pytest.mark.ledger("R-009")
def test_the_assistant_acts_and_both_names_stand_in_the_event(firm: Firm) -> None:
    away(firm, "高岚", "孙可")
    firm.do("孙可", "remedy.compensate", customer="周先生", amount="300", reason="漏液污损", seller=firm["陈立"].pk)
    event = Event.objects.get(kind="remedy.compensate")
    assert (event.actor_name, event.behalf_name, event.position_title) == ("孙可", "高岚", "客服部总监")


@pytest.mark.ledger("S-009")
def test_a_deputy_decides_for_others_but_never_for_himself(firm: Firm) -> None:
    away(firm, "高岚", "孙可")
    firm.do("孙可", "staff.reward", staff=firm["林晓岚"].pk, amount="600", reason="年度评优")
    own = Request.objects.get()
    assert own.steps.get().position == firm.positions["总经理"]
    with pytest.raises(NotAuthorised):
        firm.do("孙可", "approval.approve", request=own.pk)
    firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="101", reason="季度之星")
    asked = Request.objects.exclude(pk=own.pk).get()
    firm.do("孙可", "approval.approve", request=asked.pk)
    asked.refresh_from_db()
    step = asked.steps.get()
    assert (asked.outcome, step.decided_by, step.behalf_of) == ("approved", firm["孙可"], firm["高岚"])


def test_acting_ends_by_itself(firm: Firm) -> None:
    away(firm, "高岚", "孙可", days=1)
    position = firm.positions["客服部总监"]
    position.actings.update(
        ends_at=timezone.now() - dt.timedelta(seconds=1), starts_at=timezone.now() - dt.timedelta(days=1)
    )
    from remit.kernel.authority.loading import forget_cached

    forget_cached()
    assert firm.do("孙可", "remedy.compensate", customer="周", amount="300", reason="漏液").kind == "requested"


def test_an_approved_request_runs_once_exactly_as_approved(firm: Firm) -> None:
    firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="101", reason="季度之星")
    request = Request.objects.get()
    firm.do("高岚", "approval.approve", request=request.pk, note="同意")
    matter = Matter.objects.get()
    assert (matter.facts["amount"], matter.done_by) == ("101.00", firm["林晓岚"])
    with pytest.raises(AlreadyDecided):
        firm.do("周岚", "approval.approve", request=request.pk)
    assert Matter.objects.count() == 1


def test_strangers_learn_nothing_of_a_request(firm: Firm) -> None:
    firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="101", reason="季度之星")
    for stranger in ("何平", "吴越"):
        with pytest.raises(NotYours):
            firm.do(stranger, "approval.approve", request=Request.objects.get().pk)


def test_what_nobody_may_do_is_refused_in_a_sentence(firm: Firm) -> None:
    with pytest.raises(NotAuthorised) as refusal:
        firm.do("陈立", "remedy.compensate", customer="周", amount="80000", reason="装修损失")
    assert "¥5,000" in refusal.value.sentence
    assert Ruling.objects.get().outcome == "refused"
    assert not Event.objects.exclude(kind__startswith="organization").exists()


def test_gifts_to_one_customer_are_counted(firm: Firm) -> None:
    for _time in range(3):
        assert firm.do("陈立", "remedy.gift", customer="王女士", amount="20", reason="等候致歉").kind == "done"
    assert firm.do("陈立", "remedy.gift", customer="李先生", amount="20", reason="等候致歉").kind == "done"
    fourth = firm.do("陈立", "remedy.gift", customer="王女士", amount="20", reason="等候致歉")
    assert fourth.kind == "requested", "a fourth gift to the same customer in a year goes to the manager"
    assert Request.objects.get().steps.get().position == firm.positions["客服部经理"]


def test_the_same_call_twice_changes_nothing(firm: Firm) -> None:
    first = firm.do("陈立", "remedy.refund", key="tap-1", **PROVEN)
    second = firm.do("陈立", "remedy.refund", key="tap-1", **PROVEN)
    assert second.repeated and second.subject == first.subject
    assert Matter.objects.count() == 1


@pytest.mark.ledger("R-006")
def test_a_right_to_propose_is_named_in_the_request(firm: Firm) -> None:
    result = firm.do("林晓岚", "staff.transfer", staff=firm["陈立"].pk, reason="轮岗")
    assert result.kind == "requested"
    assert "客服部经理岗位说明书 v1 第4条" in result.sentence


def test_nobody_rewards_himself(firm: Firm) -> None:
    result = firm.do("高岚", "staff.reward", staff=firm["高岚"].pk, amount="100", reason="季度之星")
    assert result.kind == "requested"
    assert Request.objects.get().steps.get().position == firm.positions["总经理"]
