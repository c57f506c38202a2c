"""Plans: who gets a case when and from whom; once each, whoever runs it how often."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cast import Firm, give

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.packs.loader import SHIPPED
from remit.kernel.parties.models import Party, PartyTag, Segment, Tag
from remit.kernel.parties.rules import name_party, take_numbers
from remit.kernel.procedures.checking import read_file
from remit.kernel.procedures.models import Case, CompanyPlan, PlannedCase
from remit.kernel.procedures.plans.actions import put_plan
from remit.kernel.procedures.plans.checking import read_file as read_plan
from remit.kernel.procedures.plans.format import PlanSpec
from remit.kernel.procedures.plans.queries import coverage, figures, plans_to_run, upcoming
from remit.kernel.procedures.standing import put_procedure
from remit.kernel.procedures.tests.department import Department
from remit.kernel.work.models import WorkItem
from remit.kernel.work.queries import todays_items
from remit.lib import clock

pytestmark = pytest.mark.django_db
PACK = SHIPPED / "customer-service"
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
# A Monday; the month has begun the day before.
MONDAY = dt.datetime(2026, 11, 2, 6, 0, tzinfo=SHANGHAI)


def shipped(name: str, **changes: Any) -> PlanSpec:
    spec = read_plan(PACK / "plans" / f"{name}.yaml")
    return PlanSpec.model_validate({**spec.model_dump(exclude_defaults=True, by_alias=True), **changes})


@pytest.fixture
def firm(department: Department) -> Firm:
    put_procedure(read_file(PACK / "procedures" / "callback.yaml"), "pack:customer-service")
    lock_authority(exclusively=True)
    give(department.firm, "客服部经理", "第9条", {"action": "plan.*"})
    authority_changed()
    return department.firm


def customers(
    firm: Firm, count: int, owner: str = "陈立", grade: str = "A", tag: str = "会员", **more: Any
) -> list[Party]:
    at = clock.now()
    made = []
    for nth, number in enumerate(take_numbers(firm.health.pk, at.year, count)):
        party = Party(company=firm.health, number=number, kind="person", grade=grade, owner=firm[owner], owned_since=at)
        name_party(party, f"{owner}的客户{grade}{nth}")
        for name, value in more.items():
            setattr(party, name, value)
        made.append(party)
    Party.objects.bulk_create(made)
    word, _ = Tag.objects.get_or_create(company=firm.health, name=tag)
    PartyTag.objects.bulk_create([PartyTag(company=firm.health, party=one, tag=word) for one in made])
    return made


def started(firm: Firm, spec: PlanSpec, **facts: Any) -> CompanyPlan:
    put_plan(spec, "pack:customer-service")
    result = firm.do("林晓岚", "plan.start", plan=spec.id, company=firm.health.pk, seed="0123456789abcdef", **facts)
    return CompanyPlan.objects.select_related("plan").get(pk=result.subject[1])


def run(plan: CompanyPlan) -> int:
    facts = {"plan": plan.plan.key, "company": plan.company_id}
    return int(perform(system("open plans"), "plan.open_due", facts).changes["opened"])


def days_of(plan: CompanyPlan, first: dt.datetime, days: int) -> list[int]:
    """How many are opened on each of the days."""
    counts = []
    for nth in range(days):
        with clock.set_to(first + dt.timedelta(days=nth)):
            counts.append(run(plan))
    return counts


@pytest.mark.ledger("S-040", "R-021")
def test_every_member_is_called_once_a_period_spread_over_its_workdays(firm: Firm) -> None:
    """A customers monthly, B quarterly; nothing at the weekend, nobody twice, nobody forgotten."""
    with clock.set_to(MONDAY):
        monthly = customers(firm, 40, grade="A")
        quarterly = customers(firm, 10, grade="B", owner="赵敏之")
        customers(firm, 5, grade="A", tag="散客")
        plan = started(firm, shipped("callback_members"))
    counts = days_of(plan, MONDAY, 28)
    # The lot is drawn anew for each run of the plan: how many fall on the fullest day is chance, but never half of them.
    assert sum(count > 0 for count in counts) >= 5 and max(counts) < sum(counts) / 2, "they are spread"
    assert sum(counts[5:7]) == 0, "no call at the weekend"
    by_party = {one.party_id: one for one in PlannedCase.objects.select_related("case")}
    assert set(by_party) >= {one.pk for one in monthly}
    assert not {one.pk for one in Party.objects.filter(tags__tag__name="散客")} & set(by_party)
    assert {by_party[one.pk].occurrence for one in monthly} == {"2026-M11"}
    case = by_party[monthly[0].pk].case
    assert case.handler == firm["陈立"] and case.opened_by is None and case.values["occasion"] == "routine"
    assert todays_items(firm["陈立"]).filter(target=case.pk, source_kind="case").exists()
    later = days_of(plan, MONDAY + dt.timedelta(days=28), 31)
    assert sum(later) >= 40, "in December everybody of grade A is asked again"
    asked = set(PlannedCase.objects.filter(party__in=quarterly).values_list("occurrence", flat=True))
    assert asked == {"2026-Q4"}


@pytest.mark.ledger("S-040")
def test_a_plan_that_runs_again_opens_nothing_twice(firm: Firm) -> None:
    with clock.set_to(MONDAY):
        customers(firm, 12)
        plan = started(firm, shipped("callback_members", every={}, once=True))
        assert plans_to_run(timezone.localdate(clock.now())) == [("callback_members", firm.health.pk)]
        assert run(plan) == 12
        assert run(plan) == 0
        assert plans_to_run(timezone.localdate(clock.now())) == []
    assert Case.objects.filter(procedure__key="callback").count() == 12
    assert WorkItem.objects.filter(source_kind="case", done_at=None).count() == 12


def test_ten_percent_are_drawn_by_lot_and_the_same_again(firm: Firm) -> None:
    with clock.set_to(MONDAY):
        customers(firm, 30)
        plan = started(firm, shipped("callback_members", every={}, once=True, sample="10 %", coverage=None))
        assert run(plan) == 3
        drawn = set(PlannedCase.objects.values_list("party_id", flat=True))
        customers(firm, 10, owner="赵敏之")
        assert run(plan) == 1, "of forty four are asked; the three stay"
        assert drawn < set(PlannedCase.objects.values_list("party_id", flat=True))


def test_two_of_each_owner(firm: Firm) -> None:
    with clock.set_to(MONDAY):
        customers(firm, 9)
        customers(firm, 5, owner="赵敏之")
        customers(firm, 1, owner="林晓岚")
        plan = started(firm, shipped("callback_members", every={}, once=True, sample="2 per owner", coverage=None))
        assert run(plan) == 5
    owners = list(Case.objects.order_by("handler").values_list("handler__name", flat=True))
    assert sorted(owners) == ["林晓岚", "赵敏之", "赵敏之", "陈立", "陈立"]


def test_a_colleague_of_the_owner_calls_and_desks_take_turns(firm: Firm) -> None:
    with clock.set_to(MONDAY):
        customers(firm, 4)
        customers(firm, 2, owner="林晓岚")
        peers = started(
            firm, shipped("callback_members", id="peers", every={}, once=True, performer={"relation": "owner_peer"})
        )
        assert run(peers) == 6
        names = list(Case.objects.values_list("party__owner__name", "handler__name").distinct())
        assert sorted(names) == [("林晓岚", "高岚"), ("陈立", "赵敏之")], (
            "who is alone at his desk is checked from above"
        )
        desk = {"position": ["客服专员", "健康顾问"]}
        turns = started(firm, shipped("callback_members", id="turns", every={}, once=True, performer=desk))
        assert run(turns) == 6
    handled = PlannedCase.objects.filter(run=turns).values_list("case__handler__name", flat=True)
    assert sorted(handled) == ["赵敏之"] * 3 + ["陈立"] * 3


def test_a_case_is_opened_before_a_contract_ends_and_again_when_it_was_prolonged(firm: Firm) -> None:
    with clock.set_to(MONDAY):
        today = MONDAY.date()
        first = customers(firm, 1, contract_ends_on=today + dt.timedelta(days=31))[0]
        customers(firm, 1, contract_ends_on=today - dt.timedelta(days=1), owner="赵敏之")
        late = customers(firm, 2, contract_ends_on=today + dt.timedelta(days=5), grade="B")
        changes = {"every": {}, "on": {"contract_end": True, "days_before": 30}, "population": {}}
        plan = started(firm, shipped("callback_members", **changes, coverage=None))
        assert run(plan) == len(late), "what ends soon is late already; what has ended opens nothing"
        assert run(plan) == 0
    with clock.set_to(MONDAY + dt.timedelta(days=1)):
        assert run(plan) == 1
        assert PlannedCase.objects.get(run=plan, party=first).case.title.endswith("（2026-12-03）")
        Party.objects.filter(pk=first.pk).update(contract_ends_on=dt.date(2027, 12, 3))
        assert run(plan) == 0
    with clock.set_to(dt.datetime(2027, 11, 3, 6, tzinfo=SHANGHAI)):
        assert run(plan) == 1
    assert PlannedCase.objects.filter(run=plan, party=first).count() == 2


@pytest.mark.ledger("T-089")
def test_birthdays_and_festivals(firm: Firm) -> None:
    with clock.set_to(MONDAY):
        leap = customers(firm, 1, birthday=dt.date(1988, 2, 29))[0]
        customers(firm, 3, birthday=dt.date(1990, 7, 1))
        birthday = started(firm, shipped("callback_birthday"))
        festival = started(firm, shipped("callback_festival"))
        assert run(birthday) == 0
    with clock.set_to(dt.datetime(2027, 2, 27, 6, tzinfo=SHANGHAI)):
        assert run(birthday) == 1
    assert PlannedCase.objects.get(run=birthday).party == leap
    with clock.set_to(dt.datetime(2027, 2, 28, 6, tzinfo=SHANGHAI)):
        assert run(birthday) == 0
    counts = days_of(festival, dt.datetime(2027, 1, 28, 6, tzinfo=SHANGHAI), 12)
    assert sum(counts) == 4, "7 days before 2027-02-06, the Spring Festival"
    assert counts[:2] == [0, 0]
    assert "春节" in Case.objects.filter(planned__run=festival)[0].title


@pytest.mark.ledger("R-023", "R-028")
def test_after_a_complaint_somebody_else_calls_within_three_days(department: Department, firm: Firm) -> None:
    with clock.set_to(MONDAY.replace(hour=9)):
        plan = started(firm, shipped("callback_after_complaint"))
        case = department.open()
        department.judged(case)
        department.investigated(case)
        department.proposed(case)
        department.chosen(case)
        department.carried_out(case)
        department.called_back(case)
        department.filed(case)
        assert run(plan) == 0, "on the day after"
    with clock.set_to(MONDAY + dt.timedelta(days=1)):
        assert run(plan) == 1
        assert run(plan) == 0
    follow = case.followed_by.get().case
    assert follow.handler == firm["赵敏之"] and follow.subject == "周敏"
    assert follow.values == {"occasion": "complaint", "service": "按摩椅反复停机", "served_on": "2026-11-02"}
    assert (follow.due_at - follow.opened_at).days <= 3


def test_what_a_person_sees_of_a_plan(firm: Firm) -> None:
    """The figures count and the forecast names only what he may see; a stranger is told nothing."""
    with clock.set_to(MONDAY):
        customers(firm, 6)
        customers(firm, 4, owner="赵敏之")
        spec = shipped("callback_members")
        plan = started(firm, spec)
        upcoming(firm["陈立"], plan)  # what is read once is read
        with CaptureQueriesContext(connection) as few:
            foreseen = upcoming(firm["陈立"], plan)
        yearly = started(firm, shipped("callback_members", id="by_grade", every=dict.fromkeys("ABCD", "month")))
        everybody = upcoming(firm["林晓岚"], yearly)
        with CaptureQueriesContext(connection) as many:
            upcoming(firm["陈立"], yearly)
        assert len(few) == len(many), "as many for one period as for four grades"
        assert sum("WITH due" in query["sql"] for query in many.captured_queries) == 1
        assert sum(count for _day, count in everybody.days) == len(everybody.first) <= 10
        assert {due.owner_id for _day, due in foreseen.first} == {firm["陈立"].pk}
        assert sum(count for _day, count in upcoming(firm["林晓岚"], plan).days) <= 10
    days_of(plan, MONDAY, 26)
    with clock.set_to(MONDAY + dt.timedelta(days=26)):
        assert figures(firm["林晓岚"], plan, MONDAY).opened == 10
        assert figures(firm["陈立"], plan, MONDAY).opened == 6
        assert figures(firm["何平"], plan, MONDAY).opened == 0
        whole = coverage(firm["林晓岚"], plan, spec)
        assert whole is not None and (whole.people, whole.opened, whole.reached, whole.wanted) == (10, 10, 0, 100)
        assert figures(firm["林晓岚"], plan, MONDAY).by_result["missed"] > 0


def test_a_company_changes_and_suspends_its_plan(firm: Firm) -> None:
    with clock.set_to(MONDAY):
        customers(firm, 10)
        plan = started(firm, shipped("callback_members"))
        place = {"plan": "callback_members", "company": firm.health.pk}
        changes = {"every": {"A": "year"}, "spread": 1}
        firm.do("林晓岚", "plan.change", **place, changes=changes)
        plan.refresh_from_db()
        assert run(plan) == 10
        assert set(PlannedCase.objects.values_list("occurrence", flat=True)) == {"2026"}
        with pytest.raises(RuleBroken):
            firm.do("林晓岚", "plan.change", **place, changes={"procedure": "complaint"})
        with pytest.raises(RuleBroken):
            firm.do("林晓岚", "plan.change", **place, changes={"sample": "some"})
        firm.do("林晓岚", "plan.suspend", **place, reason="换系统")
        with pytest.raises(RuleBroken):
            run(plan)
        assert firm.do("陈立", "plan.resume", **place).kind == "requested", "it goes up to who may"
        firm.do("林晓岚", "plan.resume", **place)
        assert run(plan) == 0


def test_a_shared_segment_says_whom_as_it_stands_on_the_day(firm: Firm) -> None:
    spec = shipped("callback_members", every={}, once=True, population={"segment": "重点客户"}, coverage=None)
    with clock.set_to(MONDAY):
        customers(firm, 3, grade="A")
        customers(firm, 4, grade="C", owner="赵敏之")
        plan = started(firm, spec)
        assert run(plan) == 0, "there is no such segment yet"
        keep = Segment(company=firm.health, person=firm["林晓岚"], name="重点客户", wanted={"grade": "A"})
        keep.save()
        assert run(plan) == 0, "one that its keeper keeps to himself is nobody else's"
        Segment.objects.update(unit=firm.service)
        assert run(plan) == 3
        customers(firm, 1, grade="A", owner="赵敏之")
        assert run(plan) == 1


def test_statements_do_not_grow_with_the_set(firm: Firm, django_assert_max_num_queries: Any) -> None:
    with clock.set_to(MONDAY):
        customers(firm, 300)
        plan = started(firm, shipped("callback_members", every={}, once=True))
        with django_assert_max_num_queries(35):
            assert run(plan) == 300
