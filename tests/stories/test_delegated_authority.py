"""A day in the customer-service department: who may do what at once, what goes up, and what is owed afterwards.

On the demo's company, whose charters are those of the shipped packs; each test is one matter of that day.
"""

import datetime as dt
from contextlib import ExitStack
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from django.test import TestCase

from remit.kernel.audit.models import Event
from remit.kernel.authority.access import visible_events
from remit.kernel.authority.gate import Result, perform
from remit.kernel.authority.loading import forget_cached
from remit.kernel.authority.models import Matter, Obligation, Request
from remit.kernel.organization.models import Person, Position
from remit.kernel.organization.queries import actor_for
from remit.kernel.packs.demo import build_demo
from remit.lib import clock

MORNING = dt.datetime(2026, 3, 18, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
DEFECT = {
    "customer": "王女士",
    "product": "蛋白粉",
    "amount": "298.00",
    "defect_proven": True,
    "reason": "罐口密封破损，粉末结块",
}
HARM = {"customer": "周先生", "reason": "漏液弄脏了地毯"}


class DelegatedAuthority(TestCase):
    people: ClassVar[dict[str, Person]]

    @classmethod
    def setUpTestData(cls) -> None:
        build_demo(seed=7, scale=0.005, until=MORNING)
        cls.people = {p.user.username: p for p in Person.objects.exclude(user=None).select_related("user") if p.user}

    def setUp(self) -> None:
        forget_cached()
        stack = ExitStack()
        stack.enter_context(clock.set_to(MORNING + dt.timedelta(minutes=10)))
        self.addCleanup(stack.close)

    def do(self, who: str, action: str, **facts: Any) -> Result:
        return perform(actor_for(self.people[who], "web"), action, facts)

    def request_of(self, result: Result) -> Request:
        return Request.objects.get(number=result.request_number)

    def asked_of(self, result: Result) -> str:
        return self.request_of(result).steps.get(closed_at=None).position.title

    def owed_after(self, result: Result) -> list[tuple[str, str]]:
        """(kind, by whom) of what follows, in the order in which it was opened."""
        owed = (
            Obligation.objects.filter(ruling__event_id=result.event_id)
            .select_related("position", "person")
            .order_by("pk")
        )
        return [(o.kind, str(o.position or o.person)) for o in owed]

    @pytest.mark.ledger("R-001")
    @pytest.mark.ledger("S-004", "P-001")
    def test_an_adviser_exchanges_a_proven_defect_at_once(self) -> None:
        facts = {key: value for key, value in DEFECT.items() if key != "amount"}
        assert self.do("adviser", "remedy.exchange", **facts).kind == "done"
        unproven = self.do("adviser", "remedy.exchange", **{**facts, "defect_proven": False})
        assert (unproven.kind, self.asked_of(unproven)) == ("requested", "客服部总监")

    @pytest.mark.ledger("R-002")
    @pytest.mark.ledger("R-015")
    @pytest.mark.ledger("P-001", "D-004", "D-005")
    def test_an_adviser_refunds_it_once_persuasion_has_failed(self) -> None:
        result = self.do("adviser", "remedy.refund", **DEFECT, persuaded=True)
        assert result.kind == "done"
        matter = Matter.objects.get(pk=result.subject[1])
        assert matter.facts["reason"] == "罐口密封破损，粉末结块", "the reason is kept"
        assert self.owed_after(result) == [("finding", "客服部总监")]
        finding = Obligation.objects.get(ruling__event_id=result.event_id)
        self.do("director", "obligation.fulfil", obligation=finding.pk, answer="company")
        matter.refresh_from_db()
        assert matter.borne_by == "company", "unclear: the company bears it"

    @pytest.mark.ledger("R-002")
    @pytest.mark.ledger("R-016")
    @pytest.mark.ledger("P-006", "D-008")
    def test_without_persuasion_it_is_not_hers_to_decide(self) -> None:
        result = self.do("adviser", "remedy.refund", **DEFECT, persuaded=False)
        assert (result.kind, self.asked_of(result)) == ("requested", "客服部总监")

    @pytest.mark.ledger("R-003")
    @pytest.mark.ledger("R-004")
    @pytest.mark.ledger("P-002")
    def test_a_small_present_at_once_and_a_larger_one_by_the_manager(self) -> None:
        assert self.do("adviser", "remedy.gift", customer="李先生", amount="50", reason="安抚客户").kind == "done"
        larger = self.do("adviser", "remedy.gift", customer="李先生", amount="50.01", reason="安抚客户")
        assert (larger.kind, self.asked_of(larger)) == ("requested", "客服部经理")
        assert self.do("manager", "remedy.gift", customer="李先生", amount="300", reason="安抚客户").kind == "done"

    @pytest.mark.ledger("R-005")
    @pytest.mark.ledger("R-016")
    @pytest.mark.ledger("P-005", "D-007")
    def test_a_manager_rewards_a_hundred_and_a_hundred_and_one_goes_to_the_director(self) -> None:
        reward = {"staff": self.people["adviser2"].pk, "reason": "连续三个月零投诉"}
        granted = self.do("manager", "staff.reward", **reward, amount="100")
        assert (granted.kind, self.owed_after(granted)) == ("done", [("report", "客服部总监")])
        beyond = self.do("manager", "staff.reward", **reward, amount="101")
        assert (beyond.kind, self.asked_of(beyond)) == ("requested", "客服部总监")

    @pytest.mark.ledger("R-006")
    @pytest.mark.ledger("P-009", "D-012")
    def test_a_manager_asks_for_a_transfer_and_changes_an_area_himself(self) -> None:
        staff = self.people["adviser"].pk
        asked = self.do("manager", "staff.transfer", staff=staff, reason="更适合后台工作")
        assert (asked.kind, self.asked_of(asked)) == ("requested", "客服部总监")
        assert self.do("manager", "staff.area", staff=staff, area="江北片区", reason="客户数量调整").kind == "done"

    @pytest.mark.ledger("R-007")
    @pytest.mark.ledger("P-008", "D-010")
    def test_the_statistician_questions_any_figure_and_sees_every_use_of_power(self) -> None:
        result = self.do("statistician", "oversight.question", object="一组回访周报", reason="与录音数不符")
        assert result.kind == "done"
        refund = self.do("adviser", "remedy.refund", **DEFECT, persuaded=True)
        assert "remedy.refund" in self.events_of("statistician", refund)
        assert self.events_of("cashier", refund) == []

    def events_of(self, who: str, result: Result) -> list[str]:
        return list(visible_events(self.people[who]).filter(pk=result.event_id or 0).values_list("kind", flat=True))

    @pytest.mark.ledger("R-008")
    @pytest.mark.ledger("R-010")
    def test_the_assistant_takes_back_a_defect_and_only_proposes_in_appointments(self) -> None:
        result = self.do("assistant", "remedy.refund", **DEFECT)
        assert (result.kind, self.owed_after(result)) == ("done", [("finding", "客服部总监")])
        proposed = self.do("assistant", "staff.leader", staff=self.people["adviser"].pk, team="客服一组", reason="稳重")
        assert (proposed.kind, self.asked_of(proposed)) == ("requested", "客服部总监")

    @pytest.mark.ledger("R-012")
    @pytest.mark.ledger("P-003", "D-006")
    def test_a_director_compensates_below_five_hundred_and_three_sign(self) -> None:
        named = {"seller": self.people["adviser"].pk, "party": self.people["manager"].pk}
        granted = self.do("director", "remedy.compensate", **HARM, **named, amount="499.99")
        assert granted.kind == "done"
        assert self.owed_after(granted) == [
            ("countersign", "总经理"), ("countersign", "陈立"), ("countersign", "林晓岚"), ("finding", "总经理"),
        ]  # fmt: skip
        beyond = self.do("director", "remedy.compensate", **HARM, **named, amount="500")
        assert (beyond.kind, self.asked_of(beyond)) == ("requested", "总经理")

    @pytest.mark.ledger("R-013")
    @pytest.mark.ledger("P-004", "D-007")
    def test_a_director_rewards_through_the_finance_chain(self) -> None:
        result = self.do("director", "staff.reward", staff=self.people["manager"].pk, amount="500", reason="全年零差错")
        assert self.owed_after(result) == [
            ("report", "副总经理"), ("countersign", "总经理"), ("countersign", "财务总监"), ("report", "会计"), ("report", "出纳"),
        ]  # fmt: skip

    @pytest.mark.ledger("R-009")
    @pytest.mark.ledger("S-009")
    @pytest.mark.ledger("P-007", "D-009")
    def test_the_director_travels_the_assistant_acts_and_both_names_stand(self) -> None:
        position = Position.objects.get(title="客服部总监")
        start = clock.now()
        self.do("director", "organization.appoint_deputy", position=position.pk, principal=self.people["director"].pk,
                deputy=self.people["assistant"].pk, starts_at=start, ends_at=start + dt.timedelta(days=3), reason="出差")  # fmt: skip
        granted = self.do("assistant", "remedy.compensate", **HARM, amount="300")
        event = Event.objects.get(pk=granted.event_id or 0)
        assert (event.actor_name, event.behalf_name, event.position_title) == ("孙可", "高岚", "客服部总监")
        asked = self.do("manager", "staff.reward", staff=self.people["adviser"].pk, amount="150", reason="顶班一周")
        self.do("assistant", "approval.approve", request=asked.request_id)
        assert self.request_of(asked).outcome == "approved"
        with clock.set_to(start + dt.timedelta(days=3)):
            forget_cached()
            assert self.do("assistant", "remedy.compensate", **HARM, amount="300").kind == "requested", "back again"

    @pytest.mark.ledger("R-017")
    @pytest.mark.ledger("S-005")
    def test_misuse_is_penalised_by_whoever_may(self) -> None:
        facts = {"staff": self.people["adviser"].pk, "amount": "200", "reason": "虚报质量问题给熟人退货"}
        assert self.do("director", "staff.penalty", **facts).kind == "done"
        assert self.do("manager", "staff.penalty", **facts).kind == "requested"

    @pytest.mark.ledger("S-008", "R-100")
    def test_directors_sign_their_own_spending_up_to_an_amount(self) -> None:
        spent = {"purpose": "培训资料", "reason": "工作需要"}
        assert self.do("director", "expense.sign", **spent, amount="2000").kind == "done"
        larger = self.do("director", "expense.sign", **spent, amount="2000.01")
        assert (larger.kind, self.asked_of(larger)) == ("requested", "总经理")
        assert self.do("kam", "expense.sign", **spent, amount="1000.01").kind == "requested"

    @pytest.mark.ledger("S-188", "R-098")
    def test_a_subsidiarys_head_of_finance_answers_to_two(self) -> None:
        position = Position.objects.get(title="子公司财务主管")
        assert position.superior is not None and position.second_superior is not None
        assert (position.superior.title, position.second_superior.title) == ("总经理", "财务总监")
        assert position.superior.company_id == position.company_id != position.second_superior.company_id
